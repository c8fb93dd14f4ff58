/**
 * `dig TXT why.www.example.com`: the decision that the name would get, and why, for the clients that are
 * allowed to know (`sys db gtm.explainclients`). Pure.
 */
import { parseAddress, prefixContains, type Prefix } from '../../base/address.ts';
import { recordClass, recordType, responseCode } from '../../base/dns/constants.ts';
import type { Message } from '../../base/dns/message.ts';
import type { CompiledSnapshot } from '../decision/compile.ts';
import { findWideIp } from '../decision/compile.ts';
import type { Query } from '../dns/query.ts';
import { emptyReply } from '../dns/response.ts';
import { gtmTypes } from '../objects.ts';
import { explain } from './inquiry.ts';

const prefix = 'why.';
const longestString = 255;
/** With 255 bytes each this stays below what a message may hold. */
const mostStrings = 200;

/** Undefined: it is no such question, or not of a client that may ask. */
export function whyReply(
  snapshot: CompiledSnapshot,
  allowed: readonly Prefix[],
  query: Query,
  client: string,
  now: number,
): Message | undefined {
  if (allowed.length === 0 || query.type !== recordType.txt || !query.key.startsWith(prefix)) {
    return undefined;
  }
  const address = parseAddress(client.replace(/^::ffff:(?=\d+\.)/, ''));
  if (address === undefined || !allowed.some((network) => prefixContains(network, address))) {
    return undefined;
  }
  const name = query.key.slice(prefix.length);
  const types = gtmTypes.filter((type) => findWideIp(snapshot, name, type) !== undefined);
  if (types.length === 0) return undefined;
  const lines = types.flatMap((recordType) =>
    explain(snapshot, { name, recordType, client }, now, '').split('\n'),
  );
  const reply = emptyReply(query, { code: responseCode.noerror, isAuthoritative: true });
  const record = { name: query.name, type: recordType.txt, class: recordClass.internet, ttl: 0 };
  return { ...reply, answers: [{ ...record, data: textData(lines) }] };
}

/** One record of many strings: several records would come in any order. */
function textData(lines: readonly string[]): Uint8Array {
  const encoder = lines.slice(0, mostStrings).map((line) => {
    // Only ASCII survives every resolver.
    const plain = line.replaceAll(/[^\x20-\x7e]/g, '?').slice(0, longestString);
    return [plain.length, ...Array.from(plain, (character) => character.charCodeAt(0))];
  });
  return Uint8Array.from(encoder.flat());
}
