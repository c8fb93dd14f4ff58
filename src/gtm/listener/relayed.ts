/**
 * What named's reply becomes for the client: passed on; a name that has a wide IP is never "no such name";
 * an alias (CNAME) in a static zone is followed to a wide IP; a name outside every zone is refused. Pure
 * but for cursors and counters.
 */
import { decide } from '../decision/decide.ts';
import type { Decision } from '../decision/decision.ts';
import { extendedError, recordType, responseCode } from '../../base/dns/constants.ts';
import { decodeMessage, encodeMessage, flag, type Message } from '../../base/dns/message.ts';
import { nameKey, readName } from '../../base/dns/name.ts';
import { emptyReply, sizeLimit, soaRecord } from '../dns/response.ts';
import { finished, ownerOf, questionOf, replyEmpty, resourceRecords, typesOf } from './answer.ts';
import {
  synthesisedSoa,
  type AnswerEngine,
  type PacketOutcome,
  type RelayedQuery,
} from './engine.ts';

/** `no-zones`: there is no named to ask. `no-answer`: it did not answer, or not sensibly, in time. */
export type NamedReply = Uint8Array | 'no-zones' | 'no-answer';

export function finishRelayed(
  engine: AnswerEngine,
  relayed: RelayedQuery,
  named: NamedReply,
): PacketOutcome {
  const outcome = outcomeOf(engine, relayed, named);
  const knowsAll = outcome.kind === 'reply' && isOurs(named);
  return finished(engine, relayed.packet, relayed.query, outcome, knowsAll);
}

/** No other server had anything to say of the name. */
function isOurs(named: NamedReply): boolean {
  return typeof named === 'string' || ((named[3] ?? 0) & 15) === responseCode.refused;
}

function outcomeOf(engine: AnswerEngine, relayed: RelayedQuery, named: NamedReply): PacketOutcome {
  if (named === 'no-zones') return outsideEveryZone(engine, relayed);
  const message = named === 'no-answer' ? undefined : decodeMessage(named);
  if (named === 'no-answer' || message === undefined || !isReplyTo(message, relayed)) {
    return replyEmpty(engine, relayed.packet, relayed.query, {
      code: responseCode.servfail,
      isAuthoritative: false,
      error: { code: extendedError.other, text: 'the name server of the static zones is silent' },
    });
  }
  const code = message.flags & 15;
  if (code === responseCode.refused) return outsideEveryZone(engine, relayed);
  const chased = chase(engine, relayed, message);
  if (chased === 'drop') return { kind: 'drop' };
  const result = chased ?? existing(engine, relayed, message);
  if (relayed.returned !== undefined && (result.flags & 15) === 0 && result.answers.length > 0) {
    engine.tally.returned(relayed.returned.wideIp, relayed.returned.pool);
  }
  engine.tally.response(result.flags & 15);
  if (result === message) {
    const bytes = Uint8Array.from(named);
    bytes[0] = relayed.query.id >>> 8;
    bytes[1] = relayed.query.id & 0xff;
    return { kind: 'reply', bytes };
  }
  const limit = sizeLimit(relayed.query.edns, relayed.packet.transport);
  return { kind: 'reply', bytes: encodeMessage({ ...result, id: relayed.query.id }, limit) };
}

function isReplyTo(message: Message, relayed: RelayedQuery): boolean {
  const question = message.questions[0];
  return (
    (message.flags & flag.response) !== 0 &&
    question !== undefined &&
    nameKey(question.name) === relayed.query.key &&
    question.type === relayed.query.type
  );
}

/** No zone of ours holds the name: named refused it, or there is none. */
function outsideEveryZone(engine: AnswerEngine, relayed: RelayedQuery): PacketOutcome {
  const { owner, packet, query, returned } = relayed;
  const start = startOfZone(engine, relayed);
  if (start !== undefined) return start;
  if (owner !== undefined && returned === undefined) {
    return replyEmpty(engine, packet, query, {
      code: responseCode.noerror,
      isAuthoritative: true,
      authority: synthesisedSoa(engine, query),
    });
  }
  if (returned === undefined && isSignedHere(engine, relayed)) {
    const code = existsHere(engine, relayed) ? responseCode.noerror : responseCode.nxdomain;
    const authority = synthesisedSoa(engine, query);
    return replyEmpty(engine, packet, query, { code, isAuthoritative: true, authority });
  }
  // Refused rather than "no data" when the pools cannot answer: it is not remembered, and the resolver
  // asks another of our servers.
  const error =
    returned === undefined
      ? { code: extendedError.notAuthoritative, text: 'not authoritative for this name' }
      : { code: extendedError.other, text: `no pool of ${returned.wideIp.data.name} can answer` };
  const parts = { code: responseCode.refused, isAuthoritative: false, error };
  return replyEmpty(engine, packet, query, parts);
}

/** SOA at the apex of a signed zone that no server behind us has. */
function startOfZone(engine: AnswerEngine, relayed: RelayedQuery): PacketOutcome | undefined {
  const { packet, query } = relayed;
  if (query.type !== recordType.soa || !isSignedHere(engine, relayed)) return undefined;
  if (engine.signer.zoneOf(query.key)?.apex !== query.key) return undefined;
  const empty = emptyReply(query, { code: responseCode.noerror, isAuthoritative: true });
  const message = { ...empty, answers: [soaRecord(synthesisedSoa(engine, query))] };
  engine.tally.response(responseCode.noerror);
  const bytes = encodeMessage(message, sizeLimit(query.edns, packet.transport));
  return { kind: 'reply', bytes };
}

/** A zone that we have keys for is ours, whether or not there are static records in it. */
function isSignedHere(engine: AnswerEngine, { packet, query }: RelayedQuery): boolean {
  return packet.profile.signs && engine.signer.zoneOf(query.key) !== undefined;
}

function existsHere(engine: AnswerEngine, { query }: RelayedQuery): boolean {
  return (
    engine.snapshot.above.has(query.key) || engine.signer.zoneOf(query.key)?.apex === query.key
  );
}

/**
 * "No such name" becomes "no such data": the SOA that named gave stays. Also for a name above a wide IP:
 * a resolver takes "no such name" for everything below it (RFC 8020), and one that asks label by label
 * (RFC 9156) would never get to the wide IP.
 */
function existing(engine: AnswerEngine, relayed: RelayedQuery, message: Message): Message {
  const isDenied = (message.flags & 15) === responseCode.nxdomain;
  if (!isDenied || message.answers.length > 0) return message;
  const exists = relayed.owner !== undefined || engine.snapshot.above.has(relayed.query.key);
  return exists ? { ...message, flags: message.flags & ~15 } : message;
}

const maximumAliases = 16;

/** Where the aliases in the answer lead, when nothing is there yet. */
function danglingAlias(message: Message, relayed: RelayedQuery): string | undefined {
  let key = relayed.query.key;
  for (let step = 0; step < maximumAliases; step += 1) {
    const here = message.answers.filter((record) => nameKey(record.name) === key);
    if (here.some((record) => record.type === relayed.query.type)) return undefined;
    const alias = here.find((record) => record.type === recordType.cname);
    const target = alias === undefined ? undefined : readName(alias.data, 0, false);
    if (target === undefined) return step === 0 ? undefined : key;
    key = nameKey(target.text);
  }
  return undefined;
}

/** Undefined when named's answer needs no wide IP. */
function chase(
  engine: AnswerEngine,
  relayed: RelayedQuery,
  message: Message,
): Message | 'drop' | undefined {
  const { packet, query } = relayed;
  const type = query.type === recordType.any ? undefined : typesOf(query.type)[0];
  const target = danglingAlias(message, relayed);
  if (target === undefined) return undefined;
  const decision: Decision =
    type === undefined
      ? { kind: 'none' }
      : decide(engine.snapshot, questionOf(packet, query, target, type));
  if (decision.kind === 'none') {
    const isDenied = (message.flags & 15) === responseCode.nxdomain;
    if (!isDenied || ownerOf(engine.snapshot, target) === undefined) return undefined;
    return { ...message, flags: message.flags & ~15 };
  }
  engine.tally.decision(decision);
  switch (decision.kind) {
    case 'drop':
      return 'drop';
    case 'return-to-dns':
      return undefined;
    case 'failure': {
      const soa = synthesisedSoa(engine, { name: target }, decision.ttlSeconds);
      const authorities = decision.ttlSeconds === 0 ? [] : [soaRecord(soa)];
      return { ...message, flags: (message.flags & ~15) | decision.code, authorities };
    }
    case 'records': {
      engine.tally.alias(decision.wideIp);
      const records = resourceRecords(target, decision);
      const additionals = message.additionals.filter(({ type: kind }) => kind === recordType.opt);
      const answers = [...message.answers, ...records];
      return { ...message, flags: message.flags & ~15, answers, authorities: [], additionals };
    }
  }
}
