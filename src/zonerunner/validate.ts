/**
 * Judges a whole zone by the rules (rules.ts) before it may be committed: BIND refuses some of it, accepts
 * other parts silently and serves something else than was meant; here all of it is an answer. Pure.
 */
import { type Sliced, finishAtOnce, flatMapSliced } from '../base/slices.ts';
import { isWithin } from './name.ts';
import { hostOf, nameIn, numberIn, printData, type RecordData } from './rdata.ts';
import type { Problem, RuleName } from './rules.ts';
import { indexingZone, type ZoneIndex, type ZoneSurroundings } from './zone-index.ts';
import { findingWarnings } from './warnings.ts';
import type { RecordSet, Zone } from './zone.ts';

type Tell = (rule: RuleName, message: string) => void;

/** Errors and, with `warnings`, what is legal and yet hardly meant. */
export function validateZone(
  zone: Zone,
  surroundings: ZoneSurroundings = {},
  options: { readonly warnings?: boolean } = {},
): readonly Problem[] {
  return finishAtOnce(validatingZone(zone, surroundings, options));
}

/** The same, which lets go between record sets. */
export function* validatingZone(
  zone: Zone,
  surroundings: ZoneSurroundings,
  options: { readonly warnings?: boolean },
): Sliced<readonly Problem[]> {
  if (zone.kind !== 'primary') return [];
  const index = yield* indexingZone(zone, surroundings);
  const found = yield* flatMapSliced(zone.records, (set) => checkSet(set, index));
  const loops = yield* findingLoops(index);
  const warnings = options.warnings === true ? yield* findingWarnings(index) : [];
  return [...checkApex(index), ...found, ...loops, ...warnings];
}

function checkApex({ zone, byOwner }: ZoneIndex): readonly Problem[] {
  const apex = byOwner.get(zone.domain) ?? [];
  if (apex.some((set) => set.type === 'NS' && set.data.length > 0)) return [];
  const cure = `add the record set "${zone.domain}:NS"`;
  return [{ rule: 'no-ns', message: `it has no NS records at ${zone.domain}; ${cure}` }];
}

function checkSet(set: RecordSet, index: ZoneIndex): readonly Problem[] {
  const problems: Problem[] = [];
  const fault: Tell = (rule, message) => {
    problems.push({ item: set.item, rule, message });
  };
  checkDuplicates(set, index, fault);
  checkAlias(set, index, fault);
  checkPlace(set, index, fault);
  checkHostName(set, fault);
  for (const data of set.data) {
    checkHost(data, index, fault);
    checkForm(data, fault);
  }
  return problems;
}

function checkDuplicates(set: RecordSet, { byOwner }: ZoneIndex, fault: Tell): void {
  // One record, alone at its name: nearly all of a large zone.
  const beside = byOwner.get(set.owner) ?? [];
  if (set.data.length === 1 && beside.length === 1) return;
  const texts = set.data.map(printData);
  const twice =
    new Set(texts).size < texts.length
      ? texts.find((text, at) => texts.indexOf(text) !== at)
      : undefined;
  if (twice !== undefined) fault('data-twice', `"${twice}" is there twice`);
  const same = beside.filter((other) => other.type === set.type);
  if (same[0] !== set && same.length > 1) {
    fault('set-twice', `"${same[0]?.item}" is the same record set; name owner and type once`);
  }
}

function checkAlias(set: RecordSet, { zone, byOwner }: ZoneIndex, fault: Tell): void {
  if (set.type === 'DNAME' && set.data.length > 1)
    fault('dname-many', 'a DNAME has one target only');
  if (set.type !== 'CNAME') return;
  if (set.data.length > 1) fault('cname-many', 'a CNAME has one target only');
  if (set.owner === zone.domain) {
    const message = 'a CNAME cannot stand at the top of a zone, beside its SOA and NS records';
    fault('cname-apex', message);
    return;
  }
  const others = (byOwner.get(set.owner) ?? []).filter((other) => other.type !== 'CNAME');
  if (others.length > 0) {
    const types = others.map((other) => other.type).join(', ');
    fault('cname-beside', `a CNAME cannot stand beside other data of ${set.owner} (${types})`);
  }
}

function checkPlace(set: RecordSet, index: ZoneIndex, fault: Tell): void {
  const { zone, byOwner } = index;
  if (set.type === 'NS' && set.owner.startsWith('*.')) {
    fault('ns-wildcard', 'name servers cannot have a wildcard as owner');
  }
  const cut = index.cutAbove(set.owner);
  if (cut !== undefined && !isAtCut(set, cut, index)) {
    fault('below-cut', `it is below the delegation of ${cut} and would never be served`);
  }
  const renamed = index.dnameAbove(set.owner);
  if (renamed !== undefined) {
    fault('below-dname', `it is below the DNAME of ${renamed} and would never be served`);
  }
  if (set.type !== 'DS') return;
  if (set.owner === zone.domain)
    fault('ds-apex', `DS of ${set.owner} belongs into its parent zone`);
  else if (byOwner.get(set.owner)?.some((other) => other.type === 'NS') !== true) {
    fault('ds-without-ns', `DS of ${set.owner} has no NS records beside it`);
  }
}

/** NS and DS belong to a delegation, and the addresses of its name servers below it. */
function isAtCut(set: RecordSet, cut: string, { byOwner }: ZoneIndex): boolean {
  if (set.owner === cut && (set.type === 'NS' || set.type === 'DS')) return true;
  if (set.type !== 'A' && set.type !== 'AAAA') return false;
  const servers = byOwner.get(cut)?.find((other) => other.type === 'NS')?.data ?? [];
  return servers.some((data) => hostOf(data) === set.owner);
}

const hostTypes = new Set(['A', 'AAAA', 'MX']);

/** named's check-names: it does not load a primary zone that has such an owner. */
function checkHostName({ owner, type }: RecordSet, fault: Tell): void {
  if (hostTypes.has(type) && /[_/]/.test(owner)) {
    fault('host-name', `${owner} has ${type} records, but is no host name`);
  }
}

/** Hosts outside of the zone are not ours to know. */
function checkHost(data: RecordData, index: ZoneIndex, fault: Tell): void {
  const host = hostOf(data);
  if (host === undefined || host === '.' || !isWithin(host, index.zone.domain)) return;
  const said = `${data.type} points to ${host}`;
  const renamed = index.dnameAbove(host);
  if (renamed !== undefined && data.type === 'NS') {
    fault('ns-below-dname', `${said}, which is below the DNAME of ${renamed}`);
    return;
  }
  if (renamed !== undefined) return;
  const sets = index.setsFor(host);
  if (sets.some((set) => set.type === 'CNAME')) {
    fault('host-cname', `${said}, which is a CNAME; name the host itself`);
    return;
  }
  if (sets.some((set) => set.type === 'A' || set.type === 'AAAA')) return;
  // BIND has to know addresses of name servers itself; the others may be answered by a wide IP.
  if (data.type !== 'NS' && index.isWideIp(host)) return;
  const isBelowCut = index.cutAbove(host) !== undefined;
  if (isBelowCut && data.type !== 'NS') return;
  const why = `which has no A or AAAA record in this zone; add "${host}:A"`;
  fault(isBelowCut ? 'glue-missing' : 'host-missing', `${said}, ${why}`);
}

/** Bytes of the digests of DS, SSHFP and TLSA, by the number that says their kind. */
const digestBytes: Readonly<Record<string, Readonly<Record<number, number>>>> = {
  DS: { 1: 20, 2: 32, 4: 48 },
  CDS: { 1: 20, 2: 32, 4: 48 },
  SSHFP: { 1: 20, 2: 32 },
  TLSA: { 1: 32, 2: 64 },
  SMIMEA: { 1: 32, 2: 64 },
};
const digestKind: Readonly<Record<string, string>> = {
  DS: 'digest type',
  CDS: 'digest type',
  SSHFP: 'type',
  TLSA: 'matching type',
  SMIMEA: 'matching type',
};

function checkForm(data: RecordData, fault: Tell): void {
  const kinds = digestBytes[data.type];
  if (kinds !== undefined) {
    const digest = data.values.at(-1);
    const expected = kinds[numberIn(data, digestKind[data.type] ?? '') ?? -1];
    const bytes = typeof digest === 'string' ? digest.length / 2 : 0;
    if (expected !== undefined && bytes !== expected) {
      fault('ds-digest', `the digest of ${data.type} has ${bytes} bytes, its kind has ${expected}`);
    }
  }
  if (data.type === 'NAPTR') {
    const flags = nameIn(data, 'flags') ?? '';
    if (!/^[A-Za-z0-9]*$/.test(flags)) fault('naptr-flags', `"${flags}" are no NAPTR flags`);
    const expression = nameIn(data, 'regular expression') ?? '';
    if (!isSubstitution(expression)) {
      fault('naptr-regexp', `"${expression}" is no regular expression with what to put there`);
    }
    const isBoth = expression !== '' && nameIn(data, 'replacement') !== '.';
    if (isBoth) fault('naptr-choice', 'it has a regular expression and a replacement');
  }
  const parameters = data.values[2];
  const isAlias =
    numberIn(data, 'priority') === 0 && (data.type === 'SVCB' || data.type === 'HTTPS');
  if (isAlias && Array.isArray(parameters) && parameters.length > 0) {
    fault('svcb-alias', 'priority 0 makes it an alias, which has no parameters');
  }
}

/** RFC 3402 3.2, as named reads it: `!ERE!TEXT!`, perhaps with an "i" behind; TEXT refers to groups of the ERE. */
function isSubstitution(text: string): boolean {
  if (text === '') return true;
  const mark = text.charAt(0);
  if (/[0-9\\i]/.test(mark)) return false;
  const parts = [''];
  for (let at = 1; at < text.length; at += 1) {
    const character = text.charAt(at);
    if (character === mark) {
      parts.push('');
      continue;
    }
    const isEscape = character === '\\';
    if (isEscape && at + 1 === text.length) return false;
    parts.push(`${parts.pop()}${isEscape ? text.slice(at, at + 2) : character}`);
    if (isEscape) at += 1;
  }
  const [expression = '', replacement = '', flags] = parts;
  if (parts.length !== 3 || flags === undefined || !/^i*$/.test(flags)) return false;
  const groups = groupsOf(expression);
  const used = [...replacement.matchAll(/\\(\d)/g)].map((match) => Number(match[1]));
  return groups !== undefined && used.every((number) => number > 0 && number <= groups);
}

/** Undefined: it is no extended regular expression. Of what is left, BIND has the last word. */
function groupsOf(expression: string): number | undefined {
  if (expression === '' || expression.includes('(?')) return undefined;
  try {
    return (new RegExp(`${expression}|`).exec('')?.length ?? 1) - 1;
  } catch {
    return undefined;
  }
}

function findingLoops({ zone, byOwner }: ZoneIndex): Sliced<readonly Problem[]> {
  const targetOf = (owner: string): string | undefined => {
    const data = byOwner.get(owner)?.find((set) => set.type === 'CNAME')?.data[0];
    return data && nameIn(data, 'target');
  };
  return flatMapSliced(zone.records, (set): readonly Problem[] => {
    if (set.type !== 'CNAME') return [];
    const seen = new Set<string>();
    let name: string | undefined = set.owner;
    // Longer chains are given up by resolvers; and the walk of a long zone stays short.
    while (name !== undefined && !seen.has(name) && seen.size < maximumChain) {
      seen.add(name);
      name = targetOf(name);
    }
    if (name !== set.owner || seen.size >= maximumChain) return [];
    const path = [...seen, set.owner].join(' → ');
    const message = `its CNAMEs lead in a circle: ${path}`;
    return [{ rule: 'cname-loop', item: set.item, message }];
  });
}

const maximumChain = 64;
