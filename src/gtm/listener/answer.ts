/**
 * What becomes of one packet: wide IP, else named, and what named's reply becomes on its way back
 * (reference 1.8 and 4; the order of the BIG-IP article K14510). Pure but for cursors and counters.
 */
import {
  findWideIp,
  type CompiledPool,
  type CompiledSnapshot,
  type CompiledWideIp,
} from '../decision/compile.ts';
import { decide, type Decision } from '../decision/decide.ts';
import type { GtmType } from '../decision/snapshot-types.ts';
import { extendedError, recordClass, recordType, responseCode } from '../../base/dns/constants.ts';
import { encodeMessage } from '../../base/dns/message.ts';
import { parseQuery, type Query } from '../dns/query.ts';
import {
  addressReply,
  emptyReply,
  faultReply,
  sizeLimit,
  type ReplyParts,
  type StartOfAuthority,
  type Transport,
} from '../dns/response.ts';
import type { Tally } from './tally.ts';

export interface AnswerEngine {
  snapshot: CompiledSnapshot;
  readonly tally: Tally;
}

export interface Packet {
  readonly bytes: Uint8Array;
  readonly client: string;
  readonly transport: Transport;
  /** Monotonic milliseconds. */
  readonly now: number;
}

/** Why a query goes to named; decides what its reply means. */
export interface RelayedQuery {
  readonly packet: Packet;
  readonly query: Query;
  /** The wide IP that was decided and gave the query back. */
  readonly returned:
    | { readonly wideIp: CompiledWideIp; readonly pool: CompiledPool | undefined }
    | undefined;
  /** The name has a wide IP (of any type): it exists, whatever named says. */
  readonly owner: CompiledWideIp | undefined;
}

export type PacketOutcome =
  | { readonly kind: 'reply'; readonly bytes: Uint8Array }
  | { readonly kind: 'drop' }
  | { readonly kind: 'relay'; readonly relayed: RelayedQuery };

const drop: PacketOutcome = { kind: 'drop' };

export function answerPacket(engine: AnswerEngine, packet: Packet): PacketOutcome {
  const parsed = parseQuery(packet.bytes);
  if (parsed.kind === 'ignore') {
    engine.tally.malformed(packet.transport);
    return drop;
  }
  if (parsed.kind === 'fault') {
    engine.tally.malformed(packet.transport);
    return reply(engine, faultReply(packet.bytes, parsed), parsed.code);
  }
  const { query } = parsed;
  engine.tally.query(packet.transport, query.type);
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
  return answerQuery(engine, packet, query);
}

function answerQuery(engine: AnswerEngine, packet: Packet, query: Query): PacketOutcome {
  for (const type of typesOf(query.type)) {
    const decision = decide(engine.snapshot, { key: query.key, type, ...whoAndWhen(packet) });
    if (decision.kind === 'none') continue;
    engine.tally.decision(decision);
    return carryOut(engine, packet, query, decision);
  }
  const owner = ownerOf(engine.snapshot, query.key);
  return { kind: 'relay', relayed: { packet, query, returned: undefined, owner } };
}

/** ANY gets one set of records (RFC 8482). */
function typesOf(type: number): readonly GtmType[] {
  switch (type) {
    case recordType.a:
      return onlyA;
    case recordType.aaaa:
      return onlyAaaa;
    case recordType.any:
      return both;
    default:
      return neither;
  }
}

const onlyA: readonly GtmType[] = ['a'];
const onlyAaaa: readonly GtmType[] = ['aaaa'];
const both: readonly GtmType[] = ['a', 'aaaa'];
const neither: readonly GtmType[] = [];

function whoAndWhen(packet: Packet): { client: string; now: number } {
  return { client: packet.client, now: packet.now };
}

function carryOut(
  engine: AnswerEngine,
  packet: Packet,
  query: Query,
  decision: Exclude<Decision, { kind: 'none' }>,
): PacketOutcome {
  switch (decision.kind) {
    case 'addresses': {
      const { addresses, ttlSeconds } = decision;
      const bytes = addressReply(packet.bytes, query, packet.transport, addresses, ttlSeconds);
      return reply(engine, bytes, responseCode.noerror);
    }
    case 'drop':
      return drop;
    case 'failure': {
      const { code, ttlSeconds } = decision;
      const authority = synthesisedSoa(engine.snapshot, query, ttlSeconds);
      // TTL 0 means: no SOA, so that nobody remembers the failure.
      const parts = ttlSeconds === 0 ? {} : { authority };
      return replyEmpty(engine, packet, query, { code, isAuthoritative: true, ...parts });
    }
    case 'return-to-dns': {
      const { wideIp, pool } = decision;
      const returned = { wideIp, pool };
      return { kind: 'relay', relayed: { packet, query, returned, owner: wideIp } };
    }
  }
}

export function ownerOf(snapshot: CompiledSnapshot, key: string): CompiledWideIp | undefined {
  const found = findWideIp(snapshot, key, 'a') ?? findWideIp(snapshot, key, 'aaaa');
  return found?.data.enabled === true ? found : undefined;
}

/** Seconds that "no such data" may be remembered for a wide IP outside every zone. */
const synthesisedTtlSeconds = 60;

/**
 * Of the name itself: whatever zone was delegated to us, the name is in it, so that every resolver takes
 * the record.
 */
export function synthesisedSoa(
  snapshot: CompiledSnapshot,
  query: { readonly name: string },
  ttl: number = synthesisedTtlSeconds,
): StartOfAuthority {
  return {
    name: query.name,
    primary: snapshot.settings.nameserver,
    email: `hostmaster.${snapshot.settings.nameserver}`,
    serial: Math.max(1, snapshot.sequence),
    ttl,
  };
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
