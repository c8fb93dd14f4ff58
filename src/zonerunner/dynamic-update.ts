/**
 * What an UPDATE of somebody else (RFC 2136) makes of a zone: its prerequisites looked at, its changes one
 * after the other, as operations on the zone's record sets. Whether the result is a zone, the commit's
 * checks say. Pure.
 */
import { recordClass, recordType } from '../base/dns/constants.ts';
import { type Message, readUint32, type ResourceRecord } from '../base/dns/message.ts';
import { readName } from '../base/dns/name.ts';
import type { HybridTime } from '../base/hybrid-clock.ts';
import type { Properties } from '../catalogue/types.ts';
import type { Operation } from '../config/types.ts';
import { mailOf } from './import.ts';
import { isWithin, parseName } from './name.ts';
import { dataBytes, printData, readData, type RecordData } from './rdata.ts';
import { nameOfType, typeEntry } from './records/types.ts';
import { isLaterSerial, offsetAfter, serialOf } from './serial.ts';
import { type RecordSet, type Zone, zoneComponent } from './zone.ts';

/** RFC 2136 2.2. */
export const updateCode = {
  noerror: 0,
  formerr: 1,
  servfail: 2,
  nxdomain: 3,
  refused: 5,
  yxdomain: 6,
  yxrrset: 7,
  nxrrset: 8,
  notauth: 9,
  notzone: 10,
} as const;

export type UpdateVerdict =
  | { readonly operations: readonly Operation[] }
  | { readonly code: number; readonly reason: string };

const classNone = 254;
const classAny = 255;
/** Questions, not records. */
const isMeta = (type: number): boolean => type === 0 || type === 41 || (type >= 128 && type <= 255);

interface WorkingSet {
  readonly item: string;
  readonly owner: string;
  readonly type: string;
  ttl: number;
  /** By their bytes in hex. */
  readonly data: Map<string, RecordData>;
}

class Refusal extends Error {
  readonly code: number;
  constructor(code: number, reason: string) {
    super(reason);
    this.code = code;
  }
}

/** `time`: about when it will be committed. */
export function decideUpdate(zone: Zone, message: Message, time: HybridTime): UpdateVerdict {
  const sets = new Map<string, WorkingSet>();
  let soa: Properties | undefined;
  for (const set of zone.records) sets.set(keyOf(set.owner, set.type), workingSet(set));
  try {
    checkPrerequisites(zone, message.answers, sets);
    for (const record of message.authorities) checkForm(zone, record);
    for (const record of message.authorities) {
      if (isNewSoa(record)) soa = soaProperties(zone, record, time) ?? soa;
      else change(zone, record, sets);
    }
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    return { code: error.code, reason: error.message };
  }
  const operations = operationsFor(zone, sets);
  if (soa === undefined) return { operations };
  const of = { component: zoneComponent, name: zone.object } as const;
  return { operations: [...operations, { kind: 'modify', ...of, properties: soa }] };
}

function workingSet({ item, owner, type, ttl, data }: RecordSet): WorkingSet {
  return { item, owner, type, ttl, data: new Map(data.map((one) => [hexOf(one), one])) };
}

function hexOf(data: RecordData): string {
  return dataBytes(data).toHex();
}

function keyOf(owner: string, type: string): string {
  return `${owner} ${type}`;
}

/** RFC 2136 3.2. Sets that are to be there with their values are compared when all of them are known. */
function checkPrerequisites(
  zone: Zone,
  records: readonly ResourceRecord[],
  sets: ReadonlyMap<string, WorkingSet>,
): void {
  const expected = new Map<string, Set<string>>();
  for (const record of records) {
    const owner = ownerIn(zone, record);
    const { class: kind, data, ttl, type } = record;
    if (ttl !== 0) throw new Refusal(updateCode.formerr, 'a prerequisite has a TTL');
    if (kind === recordClass.internet) {
      const key = keyOf(owner, typeOf(type));
      expected.set(key, (expected.get(key) ?? new Set()).add(data.toHex()));
      continue;
    }
    if ((kind !== classAny && kind !== classNone) || data.length > 0) {
      throw new Refusal(updateCode.formerr, 'a prerequisite makes no sense');
    }
    const isThere =
      type === recordType.any
        ? owner === zone.domain || [...sets.values()].some((set) => set.owner === owner)
        : isSetThere(zone, owner, type, sets);
    const wantsIt = kind === classAny;
    if (isThere === wantsIt) continue;
    const isName = type === recordType.any;
    const [missing, present] = isName
      ? [updateCode.nxdomain, updateCode.yxdomain]
      : [updateCode.nxrrset, updateCode.yxrrset];
    const label = isName ? owner : `${owner} ${typeOf(type)}`;
    throw new Refusal(wantsIt ? missing : present, `${label} is ${wantsIt ? 'not ' : ''}there`);
  }
  for (const [key, wanted] of expected) {
    const held = sets.get(key)?.data;
    const isSame = held?.size === wanted.size && [...wanted].every((hex) => held.has(hex));
    if (!isSame) throw new Refusal(updateCode.nxrrset, `${key} has other records`);
  }
}

function isSetThere(
  zone: Zone,
  owner: string,
  type: number,
  sets: ReadonlyMap<string, WorkingSet>,
): boolean {
  if (type === recordType.soa) return owner === zone.domain;
  return sets.has(keyOf(owner, typeOf(type)));
}

/** RFC 2136 3.4.1: nothing is changed before all of it makes sense. */
function checkForm(zone: Zone, record: ResourceRecord): void {
  ownerIn(zone, record);
  const { class: kind, data, ttl, type } = record;
  const isAnyType = type === recordType.any && kind === classAny;
  const isKnownClass = kind === recordClass.internet || kind === classAny || kind === classNone;
  const isDeletion = kind !== recordClass.internet;
  const isWrong =
    !isKnownClass ||
    (isMeta(type) && !isAnyType) ||
    (isDeletion && ttl !== 0) ||
    (kind === classAny && data.length > 0);
  if (isWrong) throw new Refusal(updateCode.formerr, 'an update makes no sense');
}

function change(zone: Zone, record: ResourceRecord, sets: Map<string, WorkingSet>): void {
  const owner = ownerIn(zone, record);
  const { class: kind, type } = record;
  if (kind === recordClass.internet) return add(owner, record, sets);
  const isTop = owner === zone.domain;
  if (type === recordType.any) {
    for (const [key, set] of sets) {
      if (set.owner === owner && !(isTop && set.type === 'NS')) sets.delete(key);
    }
    return;
  }
  // The top keeps its SOA, and name servers: who deletes them is not heard (RFC 2136 3.4.2.3, 3.4.2.4).
  if (type === recordType.soa) return;
  const key = keyOf(owner, typeOf(type));
  const isServers = isTop && type === recordType.ns;
  if (kind === classAny) {
    if (!isServers) sets.delete(key);
    return;
  }
  const set = sets.get(key);
  const hex = record.data.toHex();
  if (set === undefined || !set.data.has(hex) || (isServers && set.data.size === 1)) return;
  set.data.delete(hex);
  if (set.data.size === 0) sets.delete(key);
}

function add(owner: string, record: ResourceRecord, sets: Map<string, WorkingSet>): void {
  const type = typeOf(record.type);
  const read = readData(type, record.data);
  if ('problem' in read) throw new Refusal(updateCode.formerr, read.problem);
  const key = keyOf(owner, type);
  const known = sets.get(key);
  const item = known?.item ?? `${owner}:${type}`;
  // Of a CNAME there is one: another one takes its place. Else the set has the TTL of the last (BIND's way).
  const isSingle = typeEntry(type).isSingle === true;
  const data = new Map(known === undefined || isSingle ? [] : known.data);
  data.set(hexOf(read.data), read.data);
  sets.set(key, { item, owner, type, ttl: record.ttl, data });
}

function isNewSoa({ class: kind, type }: ResourceRecord): boolean {
  return type === recordType.soa && kind === recordClass.internet;
}

const soaNumbers = 20;

/**
 * The properties of the zone that its SOA is made of, with the serial to go on from. Undefined: it is not heard, being
 * none of the top, or not later than the one that is there (RFC 2136 3.4.2.2).
 */
function soaProperties(
  zone: Zone,
  record: ResourceRecord,
  time: HybridTime,
): Properties | undefined {
  const { data } = record;
  const primary = readName(data, 0, false);
  const mailbox = primary && readName(data, primary.next, false);
  if (primary === undefined || mailbox === undefined || data.length !== mailbox.next + soaNumbers) {
    throw new Refusal(updateCode.formerr, 'the SOA makes no sense');
  }
  const number = (index: number): number => readUint32(data, mailbox.next + 4 * index);
  const serial = number(0);
  if (ownerIn(zone, record) !== zone.domain || !isLaterSerial(serial, zone.serial)) {
    return undefined;
  }
  const own = serialOf(time, zone.serialOffset);
  return {
    'primary-server': `${primary.text}.`,
    'admin-email': mailOf(`${mailbox.text}.`),
    refresh: Math.max(1, number(1)),
    retry: Math.max(1, number(2)),
    expire: Math.max(1, number(3)),
    'negative-ttl': number(4),
    // Another one each time: a later serial is a change, though nothing else is.
    'serial-offset': isLaterSerial(serial, own)
      ? offsetAfter(serial - 1, time)
      : (zone.serialOffset + 1) % 2 ** 32,
  };
}

function ownerIn(zone: Zone, { name }: ResourceRecord): string {
  const parsed = parseName(name === '' || name === '.' ? '.' : `${name}.`, true);
  if ('problem' in parsed) throw new Refusal(updateCode.refused, parsed.problem);
  if (isWithin(parsed.name, zone.domain)) return parsed.name;
  throw new Refusal(updateCode.notzone, `${parsed.name} is not in ${zone.domain}`);
}

function typeOf(type: number): string {
  const name = nameOfType(type);
  if (name !== undefined) return name;
  throw new Refusal(updateCode.refused, `records of type ${type} are not set by people`);
}

function operationsFor(zone: Zone, after: ReadonlyMap<string, WorkingSet>): readonly Operation[] {
  const operations: Operation[] = [];
  const before = new Map(zone.records.map((set) => [keyOf(set.owner, set.type), set]));
  const place = { component: zoneComponent, name: zone.object, property: 'records' } as const;
  for (const [key, { item }] of before) {
    if (!after.has(key)) operations.push({ kind: 'delete-item', ...place, item });
  }
  for (const [key, set] of after) {
    const known = before.get(key);
    const isSame =
      known !== undefined &&
      known.ttl === set.ttl &&
      known.data.length === set.data.size &&
      known.data.every((one) => set.data.has(hexOf(one)));
    if (isSame) continue;
    const ttl = set.ttl === zone.ttl && known === undefined ? {} : { ttl: set.ttl };
    const properties = { ...ttl, data: [...set.data.values()].map(printData) };
    const kind = known === undefined ? 'create-item' : 'modify-item';
    operations.push({ kind, ...place, item: set.item, properties });
  }
  return operations;
}
