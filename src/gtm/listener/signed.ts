/**
 * Answers of signed zones, for clients that want signatures (DO): every record set gets its RRSIG, every "no"
 * one NSEC that proves it (RFC 9824). Whatever the answer came from: a wide IP, named, or nothing at all.
 * Pure but for the signer's memory.
 */
import { recordClass, recordType, responseCode } from '../../base/dns/constants.ts';
import {
  decodeMessage,
  encodeMessage,
  flag,
  type Message,
  type ResourceRecord,
} from '../../base/dns/message.ts';
import { nameKey, readName } from '../../base/dns/name.ts';
import { findWideIp } from '../decision/compile.ts';
import { commonTypes, nsecRecord, type RecordSet } from '../dns/dnssec.ts';
import type { Query } from '../dns/query.ts';
import { emptyReply, sizeLimit, soaRecord } from '../dns/response.ts';
import { gtmTypes } from '../objects.ts';
import type { SignedZone } from '../protocol.ts';
import { synthesisedSoa, type AnswerEngine, type Packet, type PacketOutcome } from './engine.ts';

/** DNSKEY, CDS and CDNSKEY at the apex of a signed zone; undefined: another question. */
export function keysReply(engine: AnswerEngine, packet: Packet, query: Query): Message | undefined {
  const { type } = query;
  const isWish = type === recordType.cds || type === recordType.cdnskey;
  if ((type !== recordType.dnskey && !isWish) || !packet.profile.signs) return undefined;
  const zone = engine.signer.zoneOf(query.key);
  if (zone === undefined || zone.apex !== query.key) return undefined;
  const { signer } = engine;
  const records = isWish ? signer.wishesOf(zone, type) : signer.keysOf(zone);
  const answers = records.map((record) => ({ ...record, name: query.name }));
  const empty = emptyReply(query, { code: responseCode.noerror, isAuthoritative: true });
  return { ...empty, answers };
}

/** `knowsAll`: no other server was asked, so that we know which types the name has. */
export function signed(
  engine: AnswerEngine,
  packet: Packet,
  query: Query,
  outcome: PacketOutcome,
  knowsAll: boolean,
): PacketOutcome {
  if (outcome.kind !== 'reply' || query.edns?.dnssecOk !== true || !packet.profile.signs) {
    return outcome;
  }
  const zone = engine.signer.zoneOf(query.key);
  if (zone === undefined) return outcome;
  const message = decodeMessage(outcome.bytes);
  if (message === undefined || !isToSign(message)) return outcome;
  const whole = signedMessage(engine, query, zone, message, knowsAll);
  const limit = sizeLimit(query.edns, packet.transport);
  const bytes = encodeMessage(whole);
  if (bytes.length <= limit) return { kind: 'reply', bytes };
  // What only comes along is left out before the answer is cut short (RFC 2181 §9).
  const additionals = whole.additionals.filter(({ type }) => type === recordType.opt);
  return { kind: 'reply', bytes: encodeMessage({ ...whole, additionals }, limit) };
}

function isToSign({ answers, authorities, flags }: Message): boolean {
  const code = flags & 15;
  if (code !== responseCode.noerror && code !== responseCode.nxdomain) return false;
  if ((flags & flag.truncated) !== 0) return false;
  // named signs the zone itself.
  if ([...answers, ...authorities].some(({ type }) => type === recordType.rrsig)) return false;
  return (flags & flag.authoritative) !== 0 || referralOf(authorities) !== undefined;
}

function referralOf(authorities: readonly ResourceRecord[]): ResourceRecord | undefined {
  return authorities.find(({ type }) => type === recordType.ns);
}

function signedMessage(
  engine: AnswerEngine,
  query: Query,
  zone: SignedZone,
  message: Message,
  knowsAll: boolean,
): Message {
  const now = engine.unixSeconds();
  const withSignatures = (records: readonly ResourceRecord[]): readonly ResourceRecord[] =>
    recordSets(records).flatMap((set) => {
      const own = engine.signer.zoneOf(nameKey(set.name));
      const isDelegation = set.type === recordType.ns && nameKey(set.name) !== own?.apex;
      const plain = recordsOf(set);
      if (own === undefined || isDelegation) return plain;
      return [...plain, ...engine.signer.signatures(own, set, now)];
    });
  const answers = withSignatures(message.answers);
  const denial = denialOf(engine, query, zone, message, knowsAll);
  const flags = denial === undefined ? message.flags : denial.flags;
  const authorities = withSignatures(denial?.authorities ?? message.authorities);
  return { ...message, flags, answers, authorities };
}

interface Denial {
  readonly flags: number;
  readonly authorities: readonly ResourceRecord[];
}

/** Undefined: nothing is denied. */
function denialOf(
  engine: AnswerEngine,
  query: Query,
  zone: SignedZone,
  message: Message,
  knowsAll: boolean,
): Denial | undefined {
  const { authorities, flags } = message;
  const end = endOfAliases(message, query);
  if (end === undefined) return undefined;
  const referral = (flags & flag.authoritative) === 0 ? referralOf(authorities) : undefined;
  if (referral !== undefined) {
    if (authorities.some(({ type }) => type === recordType.ds)) return undefined;
    // Below the delegation nothing is signed: there is no DS.
    const types = [recordType.ns, recordType.rrsig, recordType.nsec];
    const nsec = nsecRecord(referral.name, types, referral.ttl);
    return { flags, authorities: [...authorities, nsec] };
  }
  // The end of the aliases may be another server's, who answers for it.
  if (engine.signer.zoneOf(nameKey(end)) !== zone) return undefined;
  const soa =
    authorities.find(({ type }) => type === recordType.soa) ??
    soaRecord(synthesisedSoa(engine, { name: end }, 0));
  const isMissing = (flags & 15) === responseCode.nxdomain;
  const types = isMissing
    ? [recordType.rrsig, recordType.nsec, recordType.nxname]
    : typesAt(engine, end, zone, query.type, knowsAll);
  const nsec = nsecRecord(end, types, Math.min(soa.ttl, minimumOf(soa)));
  const kept = authorities.filter(({ type }) => type !== recordType.soa);
  // The proof says that the name exists: only who knows it better may be told otherwise.
  const code = isMissing && query.edns?.compactOk !== true ? responseCode.noerror : flags & 15;
  return { flags: (flags & ~15) | code, authorities: [soa, ...kept, nsec] };
}

const maximumAliases = 16;

/** The name that the aliases in the answer lead to, when it has nothing; undefined: there is an answer. */
function endOfAliases({ answers }: Message, query: Query): string | undefined {
  let name = query.name;
  for (let step = 0; step < maximumAliases; step += 1) {
    const here = answers.filter((record) => nameKey(record.name) === nameKey(name));
    if (query.type === recordType.any && here.length > 0) return undefined;
    if (here.some(({ type }) => type === query.type)) return undefined;
    const alias = here.find(({ type }) => type === recordType.cname);
    const target = alias === undefined ? undefined : readName(alias.data, 0, false);
    if (target === undefined) return name;
    name = target.text;
  }
  return undefined;
}

const keyTypes = [recordType.dnskey, recordType.cds, recordType.cdnskey];

function typesAt(
  engine: AnswerEngine,
  name: string,
  zone: SignedZone,
  asked: number,
  knowsAll: boolean,
): readonly number[] {
  const key = nameKey(name);
  const own = gtmTypes.filter((type) => findWideIp(engine.snapshot, key, type)?.data.enabled);
  const found = knowsAll ? own.map((type) => recordType[type]) : commonTypes;
  const always = [recordType.rrsig, recordType.nsec];
  const atApex =
    key === zone.apex ? [recordType.soa, ...keyTypes, ...(knowsAll ? [] : [recordType.ns])] : [];
  const types = new Set([...found, ...always, ...atApex]);
  types.delete(asked);
  // An alias would answer every type.
  types.delete(recordType.cname);
  return [...types];
}

/** The last number of its data. */
function minimumOf({ data }: ResourceRecord): number {
  return new DataView(data.buffer, data.byteOffset + data.length - 4, 4).getUint32(0);
}

function recordSets(records: readonly ResourceRecord[]): readonly RecordSet[] {
  const sets = new Map<string, { name: string; type: number; ttl: number; data: Uint8Array[] }>();
  for (const { data, name, ttl, type } of records) {
    const key = `${type} ${nameKey(name)}`;
    const set = sets.get(key);
    if (set === undefined) sets.set(key, { name, type, ttl, data: [data] });
    else set.data.push(data);
  }
  return [...sets.values()];
}

function recordsOf({ data, name, ttl, type }: RecordSet): readonly ResourceRecord[] {
  return data.map((bytes) => ({ name, type, ttl, class: recordClass.internet, data: bytes }));
}
