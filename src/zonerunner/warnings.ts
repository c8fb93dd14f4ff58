/** What is legal in a zone and yet hardly meant. Pure. */
import { type Sliced, flatMapSliced } from '../base/slices.ts';
import { isWithin, parentOf } from './name.ts';
import { nameIn, printData } from './rdata.ts';
import type { Problem, RuleName } from './rules.ts';
import type { ZoneIndex } from './zone-index.ts';
import type { RecordSet } from './zone.ts';

const weekSeconds = 604_800;
const knownTags = new Set([
  'issue',
  'issuewild',
  'issuemail',
  'issuevmc',
  'iodef',
  'contactemail',
  'contactphone',
]);

/** Lets go between record sets. */
export function* findingWarnings(index: ZoneIndex): Sliced<readonly Problem[]> {
  const { zone } = index;
  const problems: Problem[] = [];
  const tell = (rule: RuleName, message: string): void => void problems.push({ rule, message });
  const { refresh, retry, expire } = zone.soa;
  if (retry >= refresh || expire <= refresh + retry) {
    tell('soa-times', `refresh ${refresh}, retry ${retry}, expire ${expire}`);
  }
  const servers = index.byOwner.get(zone.domain)?.find((set) => set.type === 'NS');
  if (servers?.data.length === 1) tell('one-ns', `${zone.domain} has one name server only`);
  const found = yield* flatMapSliced(zone.records, (set) => warningsOfSet(set, index));
  return [...problems, ...found];
}

function warningsOfSet(set: RecordSet, index: ZoneIndex): readonly Problem[] {
  const problems: Problem[] = [];
  const tell = (rule: RuleName, message: string): void => {
    problems.push({ item: set.item, rule, message });
  };
  if (set.ttl === 0) tell('ttl-zero', 'its TTL is 0');
  if (set.ttl > weekSeconds) tell('ttl-long', `its TTL is ${set.ttl} seconds`);
  const isAddress = set.type === 'A' || set.type === 'AAAA' || set.type === 'CNAME';
  if (isAddress && index.isWideIp(set.owner)) tell('wide-ip', `${set.owner} is a wide IP`);
  const hiding = zoneBelow(set, index);
  if (hiding !== undefined) tell('hidden-by-zone', `the zone ${hiding} answers for ${set.owner}`);
  warnOfText(set, index, tell);
  if (set.type === 'SRV' && !/^_[^.]+\._[^.]+\./.test(set.owner)) {
    tell('srv-owner', `${set.owner} is no _service._protocol name`);
  }
  if (
    set.type === 'PTR' &&
    !/\.(?:in-addr|ip6)\.arpa\.$/.test(set.owner) &&
    !set.owner.includes('_')
  ) {
    tell('ptr-elsewhere', `${set.owner} is no name of an address`);
  }
  for (const data of set.data) {
    const tag = data.type === 'CAA' ? nameIn(data, 'tag') : undefined;
    if (tag !== undefined && !knownTags.has(tag)) tell('caa-tag', `"${tag}" is no known CAA tag`);
    const target = data.type === 'CNAME' ? nameIn(data, 'target') : undefined;
    if (target !== undefined && isDangling(target, index)) {
      tell('cname-dangling', `its target ${target} is not there`);
    }
  }
  return problems;
}

function warnOfText(
  set: RecordSet,
  { byOwner }: ZoneIndex,
  tell: (rule: RuleName, message: string) => void,
): void {
  const isSpf = (other: RecordSet): number =>
    other.data.filter((data) => printData(data).startsWith('"v=spf1')).length;
  if (set.type === 'SPF') {
    const texts = byOwner.get(set.owner)?.find((other) => other.type === 'TXT');
    if (texts === undefined || isSpf(texts) === 0) {
      tell('spf-without-txt', `${set.owner} has SPF, but no such TXT`);
    }
  }
  if (set.type === 'TXT' && isSpf(set) > 1)
    tell('spf-many', `${set.owner} has more than one SPF text`);
}

/** A zone of the same view between the owner and this zone: what stands there is never asked for. */
function zoneBelow(set: RecordSet, { zone, isZone }: ZoneIndex): string | undefined {
  let name: string | undefined = set.owner;
  while (name !== undefined && name !== zone.domain && isWithin(name, zone.domain)) {
    const isDelegation = name === set.owner && (set.type === 'NS' || set.type === 'DS');
    if (isZone(name) && !isDelegation) return name;
    name = parentOf(name);
  }
  return undefined;
}

function isDangling(target: string, index: ZoneIndex): boolean {
  if (!isWithin(target, index.zone.domain) || index.isWideIp(target)) return false;
  if (index.cutAbove(target) !== undefined || index.dnameAbove(target) !== undefined) return false;
  return index.setsFor(target).length === 0;
}
