/**
 * What a zone must keep to before it may be committed. BIND refuses some of it, accepts other parts
 * silently and serves something else than was meant (gtm-dns-zonerunner.md 6.1, 6.2); here all of it is
 * an answer to the user. Pure.
 */
import { isWithin, parentOf } from './name.ts';
import { hostOf, printData } from './rdata.ts';
import type { Problem, RecordSet, Zone } from './zone.ts';

/** Record sets by owner, and by owner and type. */
interface ZoneIndex {
  readonly zone: Zone;
  readonly byOwner: ReadonlyMap<string, readonly RecordSet[]>;
  /** Wide IP names: they have addresses although the zone has none for them. */
  readonly isWideIp: (name: string) => boolean;
}

export function validateZone(
  zone: Zone,
  isWideIp: (name: string) => boolean = () => false,
): readonly Problem[] {
  const byOwner = new Map<string, RecordSet[]>();
  for (const set of zone.records) {
    const sets = byOwner.get(set.owner);
    if (sets === undefined) byOwner.set(set.owner, [set]);
    else sets.push(set);
  }
  const index: ZoneIndex = { zone, byOwner, isWideIp };
  return [
    ...checkApex(index),
    ...zone.records.flatMap((set) => checkSet(set, index)),
    ...checkLoops(index),
  ];
}

function checkApex({ zone, byOwner }: ZoneIndex): readonly Problem[] {
  const apex = byOwner.get(zone.domain) ?? [];
  if (apex.some((set) => set.type === 'NS' && set.data.length > 0)) return [];
  const cure = `add the record set "${zone.domain}:NS"`;
  return [{ message: `it has no NS records at ${zone.domain}; ${cure}` }];
}

function checkSet(set: RecordSet, index: ZoneIndex): readonly Problem[] {
  const problems: Problem[] = [];
  const fault = (message: string): void => {
    problems.push({ item: set.item, message });
  };
  checkDuplicates(set, index, fault);
  if (set.type === 'CNAME') checkCname(set, index, fault);
  if (set.type === 'NS' && set.owner.startsWith('*.')) {
    fault('name servers cannot have a wildcard as owner');
  }
  const cut = cutAbove(set.owner, index);
  if (cut !== undefined && !isGlue(set, cut, index)) {
    fault(`it is below the delegation of ${cut} and would never be served`);
  }
  for (const data of set.data) {
    const host = hostOf(data);
    if (host === undefined || host === '.') continue;
    const why = whyNoHost(host, set.type, index);
    if (why !== undefined) fault(`${set.type} points to ${host}, ${why}`);
  }
  return problems;
}

function checkDuplicates(
  set: RecordSet,
  { byOwner }: ZoneIndex,
  fault: (message: string) => void,
): void {
  const texts = set.data.map(printData);
  const twice = texts.find((text, at) => texts.indexOf(text) !== at);
  if (twice !== undefined) fault(`"${twice}" is there twice`);
  const same = (byOwner.get(set.owner) ?? []).filter((other) => other.type === set.type);
  if (same[0] !== set && same.length > 1) {
    fault(`"${same[0]?.item}" is the same record set; name owner and type once`);
  }
}

function checkCname(
  set: RecordSet,
  { zone, byOwner }: ZoneIndex,
  fault: (message: string) => void,
): void {
  if (set.data.length > 1) fault('a CNAME has one target only');
  if (set.owner === zone.domain) {
    fault('a CNAME cannot stand at the top of a zone, beside its SOA and NS records');
    return;
  }
  const others = (byOwner.get(set.owner) ?? []).filter((other) => other.type !== 'CNAME');
  if (others.length > 0) {
    const types = others.map((other) => other.type).join(', ');
    fault(`a CNAME cannot stand beside other data of ${set.owner} (${types})`);
  }
}

/** The delegation that takes `owner` out of the zone; the delegation's own NS set is not below it. */
function cutAbove(owner: string, { zone, byOwner }: ZoneIndex): string | undefined {
  let found: string | undefined;
  let name: string | undefined = owner;
  while (name !== undefined && name !== zone.domain && isWithin(name, zone.domain)) {
    const isCut = byOwner.get(name)?.some((set) => set.type === 'NS') === true;
    if (isCut) found = name;
    name = parentOf(name);
  }
  return found;
}

/** Addresses of the name servers of a delegation belong below it, and its NS set to it. */
function isGlue(set: RecordSet, cut: string, { byOwner }: ZoneIndex): boolean {
  if (set.owner === cut && set.type === 'NS') return true;
  if (set.type !== 'A' && set.type !== 'AAAA') return false;
  const servers = byOwner.get(cut)?.find((other) => other.type === 'NS')?.data ?? [];
  return servers.some((data) => hostOf(data) === set.owner);
}

/** Hosts outside of the zone are not ours to know. */
function whyNoHost(host: string, type: string, index: ZoneIndex): string | undefined {
  const { zone, byOwner, isWideIp } = index;
  if (!isWithin(host, zone.domain)) return undefined;
  const sets = byOwner.get(host) ?? byOwner.get(wildcardFor(host, index) ?? '') ?? [];
  if (sets.some((set) => set.type === 'CNAME')) return 'which is a CNAME; name the host itself';
  if (sets.some((set) => set.type === 'A' || set.type === 'AAAA')) return undefined;
  // BIND has to know addresses of name servers itself; the others may be answered by a wide IP.
  if (type !== 'NS' && isWideIp(host)) return undefined;
  const cut = cutAbove(host, index);
  const needsGlue = type === 'NS' && cut !== undefined;
  if (cut !== undefined && !needsGlue) return undefined;
  return `which has no A or AAAA record in this zone; add "${host}:A"`;
}

/** RFC 4592: the wildcard at the closest name above that exists. */
function wildcardFor(host: string, { zone, byOwner }: ZoneIndex): string | undefined {
  let name = parentOf(host);
  while (name !== undefined && isWithin(name, zone.domain)) {
    if (byOwner.has(`*.${name}`)) return `*.${name}`;
    if (byOwner.has(name)) return undefined;
    name = parentOf(name);
  }
  return undefined;
}

function checkLoops({ zone, byOwner }: ZoneIndex): readonly Problem[] {
  const targetOf = (owner: string): string | undefined => {
    const data = byOwner.get(owner)?.find((set) => set.type === 'CNAME')?.data[0];
    return data?.type === 'CNAME' ? data.target : undefined;
  };
  return zone.records.flatMap((set) => {
    if (set.type !== 'CNAME') return [];
    const seen = new Set<string>();
    let name: string | undefined = set.owner;
    while (name !== undefined && !seen.has(name)) {
      seen.add(name);
      name = targetOf(name);
    }
    if (name !== set.owner) return [];
    const path = [...seen, set.owner].join(' → ');
    return [{ item: set.item, message: `its CNAMEs lead in a circle: ${path}` }];
  });
}
