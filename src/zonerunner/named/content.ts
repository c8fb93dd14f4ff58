/** What a zone holds, as sets of bytes: what is wanted and what named serves, to be compared. Pure. */
import { assert } from '../../base/assert.ts';
import { recordType } from '../../base/dns/constants.ts';
import { createWriter, readUint32, type ResourceRecord } from '../../base/dns/message.ts';
import { readName } from '../../base/dns/name.ts';
import { dataBytes } from '../rdata.ts';
import { typeEntry } from '../records/types.ts';
import type { RecordSet, Zone } from '../zone.ts';

export interface ContentSet {
  readonly owner: string;
  readonly type: number;
  ttl: number;
  /** Record data in hex. */
  readonly data: Set<string>;
}

export interface ZoneContent {
  serial: number;
  /** SOA data in hex but for the serial, and its TTL. */
  soa: string;
  /** By owner and type. */
  readonly sets: Map<string, ContentSet>;
}

export function wantedContent(zone: Zone, serial = zone.serial): ZoneContent {
  const sets = new Map<string, ContentSet>();
  for (const record of zone.records) {
    const set = contentOf(record);
    sets.set(setKey(set.owner, set.type), set);
  }
  return { serial, soa: withoutSerial(soaBytes(zone, serial), zone.ttl).soa, sets };
}

/** Made once for each record set; nobody changes what is wanted. */
const contents = new WeakMap<RecordSet, ContentSet>();
const wantedSets = new WeakSet<ContentSet>();

function contentOf(record: RecordSet): ContentSet {
  const known = contents.get(record);
  if (known !== undefined) return known;
  const { owner, type, ttl, data } = record;
  const hexes = new Set(data.map((one) => dataBytes(one).toHex()));
  const set = { owner, type: typeEntry(type).number, ttl, data: hexes };
  contents.set(record, set);
  wantedSets.add(set);
  return set;
}

export function soaBytes({ soa }: Zone, serial: number): Uint8Array {
  const writer = createWriter(false);
  writer.name(soa.primary, false);
  writer.name(soa.mailbox, false);
  for (const value of [serial, soa.refresh, soa.retry, soa.expire, soa.negativeTtl]) {
    writer.uint32(value);
  }
  return writer.result();
}

export function emptyContent(): ZoneContent {
  return { serial: 0, soa: '', sets: new Map() };
}

/** What named makes by itself when it signs. */
const signingTypes: ReadonlySet<number> = new Set([46, 47, 48, 50, 51, 59, 60, 65_534]);

export function addRecord(content: ZoneContent, record: ResourceRecord, isSigned: boolean): void {
  if (isSigned && signingTypes.has(record.type)) return;
  if (record.type === recordType.soa) {
    Object.assign(content, withoutSerial(record.data, record.ttl));
    return;
  }
  const owner = ownerOf(record);
  const key = setKey(owner, record.type);
  const hex = record.data.toHex();
  const set = ownSet(content, key) ?? {
    owner,
    type: record.type,
    ttl: record.ttl,
    data: new Set(),
  };
  content.sets.set(key, set);
  set.ttl = record.ttl;
  set.data.add(hex);
}

/** A set that may be changed: one that is wanted is shared by all contents that have it. */
function ownSet({ sets }: ZoneContent, key: string): ContentSet | undefined {
  const set = sets.get(key);
  if (set === undefined || !wantedSets.has(set)) return set;
  const own = { ...set, data: new Set(set.data) };
  sets.set(key, own);
  return own;
}

export function removeRecord(content: ZoneContent, record: ResourceRecord): void {
  const key = setKey(ownerOf(record), record.type);
  const set = ownSet(content, key);
  set?.data.delete(record.data.toHex());
  if (set?.data.size === 0) content.sets.delete(key);
}

export function isSameContent(one: ZoneContent, other: ZoneContent): boolean {
  if (one.soa !== other.soa || one.sets.size !== other.sets.size) return false;
  for (const [key, set] of one.sets) {
    const twin = other.sets.get(key);
    if (twin === undefined || !isSameSet(set, twin)) return false;
  }
  return true;
}

export function isSameSet(one: ContentSet, other: ContentSet): boolean {
  if (one === other) return true;
  return (
    one.ttl === other.ttl &&
    one.data.size === other.data.size &&
    [...one.data].every((hex) => other.data.has(hex))
  );
}

function setKey(owner: string, type: number): string {
  return `${owner} ${type}`;
}

function ownerOf(record: ResourceRecord): string {
  return `${record.name.toLowerCase()}.`;
}

function withoutSerial(data: Uint8Array, ttl: number): { soa: string; serial: number } {
  const primary = readName(data, 0, false);
  const mailbox = primary && readName(data, primary.next, false);
  assert(mailbox !== undefined, 'an SOA has two names');
  const names = data.slice(0, mailbox.next);
  const text = new TextDecoder('latin1').decode(names).toLowerCase();
  const rest = data.subarray(mailbox.next + 4).toHex();
  return { soa: `${ttl} ${text} ${rest}`, serial: readUint32(data, mailbox.next) };
}
