/**
 * What becomes of one packet: wide IP, else named, and what named's reply becomes on its way back
 * (reference 1.8 and 4; the order of the BIG-IP article K14510). Pure but for cursors and counters.
 */
import { findWideIp, type CompiledSnapshot, type CompiledWideIp } from '../decision/compile.ts';
import { decide } from '../decision/decide.ts';
import type { Decision, DecisionQuery } from '../decision/decision.ts';
import { gtmTypes } from '../objects.ts';
import type { GtmType } from '../decision/snapshot-types.ts';
import {
  ednsOption,
  extendedError,
  recordClass,
  recordType,
  responseCode,
} from '../../base/dns/constants.ts';
import { encodeMessage, flag, type ResourceRecord } from '../../base/dns/message.ts';
import { parseQuery, type ClientSubnet, type Query } from '../dns/query.ts';
import {
  emptyReply,
  faultReply,
  recordsReply,
  sizeLimit,
  type ReplyParts,
} from '../dns/response.ts';
import type { RateVerdict } from './response-rate.ts';
import { addressBytes } from '../decision/client.ts';
import { isOurCookie, makeCookie, withCookie, withOption } from '../dns/cookie.ts';
import { rootServers } from './root-servers.ts';
import {
  synthesisedSoa,
  type AnswerEngine,
  type Packet,
  type PacketOutcome,
  type RelayedQuery,
} from './engine.ts';
import { keysReply, signed } from './signed.ts';
import { whyReply } from './why.ts';

const drop: PacketOutcome = { kind: 'drop' };

export function answerPacket(engine: AnswerEngine, packet: Packet): PacketOutcome {
  const parsed = parseQuery(packet.bytes);
  if (parsed.kind === 'ignore') {
    engine.tally.malformed(packet.transport);
    return drop;
  }
  if (parsed.kind === 'fault') {
    engine.tally.malformed(packet.transport);
    if (rateVerdict(engine, packet, undefined) !== 'answer') return limited(engine);
    return reply(engine, faultReply(packet.bytes, parsed), parsed.code);
  }
  const { query } = parsed;
  engine.tally.query(packet.transport, query.type);
  return finished(engine, packet, query, answerKnown(engine, packet, query), true);
}

/** Signed, with our name and our cookie, for a client that asked for them. `knowsAll`: see `signed`. */
export function finished(
  engine: AnswerEngine,
  packet: Packet,
  query: Query,
  outcome: PacketOutcome,
  knowsAll: boolean,
): PacketOutcome {
  if (query.edns === undefined) return outcome;
  const whole = signed(engine, packet, query, outcome, knowsAll);
  return cookied(engine, packet, query, named(engine, packet, query, whole));
}

/** With our name, for a client that asks which server this is (RFC 5001). */
function named(
  engine: AnswerEngine,
  packet: Packet,
  query: Query,
  outcome: PacketOutcome,
): PacketOutcome {
  const name = engine.serverName;
  if (outcome.kind !== 'reply' || query.edns?.wantsNsid !== true || name === undefined) {
    return outcome;
  }
  const limit = sizeLimit(query.edns, packet.transport);
  const bytes = withOption(outcome.bytes, ednsOption.nsid, new TextEncoder().encode(name), limit);
  return { kind: 'reply', bytes };
}

/** With our cookie, for a client that sent its own. */
function cookied(
  engine: AnswerEngine,
  packet: Packet,
  query: Query,
  outcome: PacketOutcome,
): PacketOutcome {
  const cookie = query.edns?.cookie;
  const secret = engine.cookieSecret;
  if (outcome.kind !== 'reply' || cookie === undefined || secret === undefined) return outcome;
  const made = makeCookie(secret, cookie, addressBytes(packet.client), engine.unixSeconds());
  const limit = sizeLimit(query.edns, packet.transport);
  return { kind: 'reply', bytes: withCookie(outcome.bytes, made, limit) };
}

function rateVerdict(engine: AnswerEngine, packet: Packet, query: Query | undefined): RateVerdict {
  if (packet.transport === 'tcp') return 'answer';
  const verdict = engine.rate.judge(packet.client, packet.now);
  if (verdict === 'answer') return verdict;
  const cookie = query?.edns?.cookie;
  const secret = engine.cookieSecret;
  if (cookie === undefined || secret === undefined) return verdict;
  const address = addressBytes(packet.client);
  return isOurCookie(secret, cookie, address, engine.unixSeconds()) ? 'answer' : verdict;
}

function limited(engine: AnswerEngine): PacketOutcome {
  engine.tally.limited();
  return drop;
}

function answerKnown(engine: AnswerEngine, packet: Packet, query: Query): PacketOutcome {
  const verdict = rateVerdict(engine, packet, query);
  if (verdict === 'drop') return limited(engine);
  if (verdict === 'truncate') {
    engine.tally.limited();
    const empty = emptyReply(query, { code: responseCode.noerror, isAuthoritative: false });
    const bytes = encodeMessage({ ...empty, flags: empty.flags | flag.truncated });
    return reply(engine, bytes, responseCode.noerror);
  }
  if (query.class !== recordClass.internet) {
    return replyEmpty(engine, packet, query, {
      code: responseCode.refused,
      isAuthoritative: false,
    });
  }
  if (query.type === recordType.axfr || query.type === recordType.ixfr) {
    const error = { code: extendedError.prohibited, text: 'zone transfers are not offered here' };
    const parts = { code: responseCode.refused, isAuthoritative: false, error };
    return replyEmpty(engine, packet, query, parts);
  }
  const why = whyReply(engine.snapshot, engine.explainClients, query, packet.client, packet.now);
  if (why !== undefined) {
    const bytes = encodeMessage(why, sizeLimit(query.edns, packet.transport));
    return reply(engine, bytes, responseCode.noerror);
  }
  return answerQuery(engine, packet, query);
}

function answerQuery(engine: AnswerEngine, packet: Packet, query: Query): PacketOutcome {
  const { answersWideIps, takesRecursion } = packet.profile;
  const isUnwanted = !takesRecursion && (query.flags & flag.recursionDesired) !== 0;
  if (isUnwanted || !answersWideIps) {
    return unhandled(engine, { packet, query, returned: undefined, owner: undefined });
  }
  const keys = keysReply(engine, packet, query);
  if (keys !== undefined) {
    const bytes = encodeMessage(keys, sizeLimit(query.edns, packet.transport));
    return reply(engine, bytes, responseCode.noerror);
  }
  for (const type of typesOf(query.type)) {
    const decision = decide(engine.snapshot, questionOf(packet, query, query.key, type));
    if (decision.kind === 'none') continue;
    engine.tally.decision(decision);
    return carryOut(engine, packet, query, decision);
  }
  const owner = ownerOf(engine.snapshot, query.key);
  return unhandled(engine, { packet, query, returned: undefined, owner });
}

/** What is no wide IP's: the profile's unhandled-query-action (`allow`: named has the word). */
function unhandled(engine: AnswerEngine, relayed: RelayedQuery): PacketOutcome {
  const { owner, packet, query, returned } = relayed;
  const action = packet.profile.unhandled;
  if (action === 'allow') return { kind: 'relay', relayed };
  if (action === 'drop') return drop;
  const code = action === 'reject' ? responseCode.refused : responseCode.noerror;
  if (owner !== undefined && returned === undefined) {
    // The name exists, so that it has been handled: it has nothing of this type.
    const authority = synthesisedSoa(engine, query);
    const parts = { code: responseCode.noerror, isAuthoritative: true, authority };
    return replyEmpty(engine, packet, query, parts);
  }
  if (action !== 'hint') return replyEmpty(engine, packet, query, { code, isAuthoritative: false });
  const message = emptyReply(query, { code, isAuthoritative: false });
  const limit = sizeLimit(query.edns, packet.transport);
  const bytes = encodeMessage({ ...message, authorities: rootServers }, limit);
  return reply(engine, bytes, code);
}

const decidedTypes: ReadonlyMap<number, readonly GtmType[]> = new Map([
  ...gtmTypes.map((type): [number, readonly GtmType[]] => [recordType[type], [type]]),
  // One set of records (RFC 8482).
  [recordType.any, gtmTypes],
]);
const neither: readonly GtmType[] = [];

/** Types of wide IPs that answer a query type. */
export function typesOf(type: number): readonly GtmType[] {
  return decidedTypes.get(type) ?? neither;
}

export function questionOf(
  packet: Packet,
  query: Query,
  key: string,
  type: GtmType,
): DecisionQuery {
  const told = query.edns?.clientSubnet;
  const subnet = told === undefined || told.sourceLength === 0 ? undefined : wholeSubnet(told);
  return { key, type, client: packet.client, subnet, now: packet.now };
}

/** With the bytes that were left out. */
function wholeSubnet(told: ClientSubnet): DecisionQuery['subnet'] {
  const size = told.family === 1 ? 4 : 16;
  const bytes = Array.from({ length: size }, (_, index) => told.address[index] ?? 0);
  return { bytes, length: told.sourceLength };
}

function carryOut(
  engine: AnswerEngine,
  packet: Packet,
  query: Query,
  decision: Exclude<Decision, { kind: 'none' }>,
): PacketOutcome {
  switch (decision.kind) {
    case 'records': {
      const { pool, records, scopeLength, ttlSeconds, wideIp } = decision;
      const type = recordType[pool.data.type];
      if (!wideIp.data.isMinimal) return fullReply(engine, packet, query, decision);
      const answer = { type, records, ttlSeconds, scopeLength };
      const bytes = recordsReply(packet.bytes, query, packet.transport, answer);
      return reply(engine, bytes, responseCode.noerror);
    }
    case 'drop':
      return drop;
    case 'failure': {
      const { code, ttlSeconds } = decision;
      const authority = synthesisedSoa(engine, query, ttlSeconds);
      // TTL 0 means: no SOA, so that nobody remembers the failure.
      const parts = ttlSeconds === 0 ? {} : { authority };
      return replyEmpty(engine, packet, query, { code, isAuthoritative: true, ...parts });
    }
    case 'return-to-dns': {
      const { wideIp, pool } = decision;
      const returned = { wideIp, pool };
      return unhandled(engine, { packet, query, returned, owner: wideIp });
    }
  }
}

/** minimal-response disabled: aliases are followed, and addresses of names in the answer come along. */
function fullReply(
  engine: AnswerEngine,
  packet: Packet,
  query: Query,
  decision: RecordsDecision,
): PacketOutcome {
  const answers = [...resourceRecords(query.name, decision)];
  const type = decision.pool.data.type;
  if (type === 'cname' && query.type !== recordType.cname) {
    answers.push(...followed(engine, packet, query, decision));
  }
  const targets = type === 'mx' || type === 'srv' ? decision.members : [];
  const additionals = targets.flatMap(({ data: { target = '' } }) =>
    (['a', 'aaaa'] as const).flatMap((kind) => addressesOf(engine, packet, query, target, kind)),
  );
  const parts = { code: responseCode.noerror, isAuthoritative: true };
  const empty = emptyReply(query, parts, decision.scopeLength);
  const message = { ...empty, answers, additionals: [...additionals, ...empty.additionals] };
  const limit = sizeLimit(query.edns, packet.transport);
  const whole = encodeMessage(message);
  // What only comes along is left out before the answer is cut short (RFC 2181 §9).
  const bytes =
    whole.length <= limit
      ? whole
      : encodeMessage({ ...message, additionals: empty.additionals }, limit);
  return reply(engine, bytes, responseCode.noerror);
}

function addressesOf(
  engine: AnswerEngine,
  packet: Packet,
  query: Query,
  target: string,
  type: GtmType,
): readonly ResourceRecord[] {
  const decision = decide(engine.snapshot, questionOf(packet, query, target, type));
  return decision.kind === 'records' ? resourceRecords(target, decision) : [];
}

const maximumAliases = 16;

/** Where an alias leads through wide IPs, until there are records of the type. */
function followed(
  engine: AnswerEngine,
  packet: Packet,
  query: Query,
  first: RecordsDecision,
): readonly ResourceRecord[] {
  const records: ResourceRecord[] = [];
  let decision = first;
  for (let step = 0; step < maximumAliases; step += 1) {
    const target = decision.members[0]?.data.target;
    const type = typesOf(query.type)[0];
    if (decision.pool.data.type !== 'cname' || target === undefined || type === undefined) break;
    const next = decide(engine.snapshot, questionOf(packet, query, target, type));
    if (next.kind === 'none') break;
    engine.tally.decision(next);
    if (next.kind !== 'records') break;
    engine.tally.alias(next.wideIp);
    records.push(...resourceRecords(target, next));
    decision = next;
  }
  return records;
}

type RecordsDecision = Extract<Decision, { kind: 'records' }>;

export function resourceRecords(
  name: string,
  decision: RecordsDecision,
): readonly ResourceRecord[] {
  const { pool, records, ttlSeconds } = decision;
  const type = recordType[pool.data.type];
  return records.map((data) => ({
    name,
    type,
    class: recordClass.internet,
    ttl: ttlSeconds,
    data,
  }));
}

export function ownerOf(snapshot: CompiledSnapshot, key: string): CompiledWideIp | undefined {
  for (const type of gtmTypes) {
    const found = findWideIp(snapshot, key, type);
    if (found?.data.enabled === true) return found;
  }
  return undefined;
}

function reply(engine: AnswerEngine, bytes: Uint8Array, code: number): PacketOutcome {
  engine.tally.response(code);
  return { kind: 'reply', bytes };
}

export function replyEmpty(
  engine: AnswerEngine,
  packet: Packet,
  query: Query,
  parts: ReplyParts,
): PacketOutcome {
  const bytes = encodeMessage(emptyReply(query, parts), sizeLimit(query.edns, packet.transport));
  return reply(engine, bytes, parts.code);
}
