/** What name servers are asked about a name, and what their answers say (RFC 1035, 3596, 6891). Pure. */
import { parseAddress, printAddress } from '../../base/address.ts';
import {
  recordClass,
  recordType,
  responseCode,
  udpPayloadLimit,
} from '../../base/dns/constants.ts';
import {
  type Message,
  type ResourceRecord,
  decodeMessage,
  encodeMessage,
  flag,
} from '../../base/dns/message.ts';
import { nameKey, readName } from '../../base/dns/name.ts';

export type AddressType = 'a' | 'aaaa';

export type Answer =
  | {
      readonly kind: 'addresses';
      /** Sorted: servers turn them round with each answer. */
      readonly addresses: readonly string[];
      readonly ttlSeconds: number;
    }
  /** It did not fit: to be asked by TCP. */
  | { readonly kind: 'truncated' }
  | { readonly kind: 'failed'; readonly reason: string };

/** More of one name are not taken. */
export const mostAddresses = 64;
/** CNAME records that are followed. */
const longestChain = 16;
const codeMask = 0x0f;

export function questionPacket(id: number, name: string, type: AddressType): Uint8Array {
  const size = { name: '.', type: recordType.opt, class: udpPayloadLimit, ttl: 0 };
  return encodeMessage({
    id,
    flags: flag.recursionDesired,
    questions: [{ name, type: recordType[type], class: recordClass.internet }],
    answers: [],
    authorities: [],
    additionals: [{ ...size, data: new Uint8Array(0) }],
  });
}

/** Undefined: not an answer to this question. */
export function readAnswer(
  packet: Uint8Array,
  asked: { readonly id: number; readonly name: string; readonly type: AddressType },
): Answer | undefined {
  const message = decodeMessage(packet);
  if (message === undefined || message.id !== asked.id) return undefined;
  const [question] = message.questions;
  const isOurs =
    (message.flags & flag.response) !== 0 &&
    question?.type === recordType[asked.type] &&
    nameKey(question.name) === nameKey(asked.name);
  if (!isOurs) return undefined;
  if ((message.flags & flag.truncated) !== 0) return { kind: 'truncated' };
  const code = message.flags & codeMask;
  if (code !== responseCode.noerror) {
    const [word] = Object.entries(responseCode).find(([, number]) => number === code) ?? [code];
    return { kind: 'failed', reason: `the name server says ${String(word)}` };
  }
  return addressesIn(message, asked.name, recordType[asked.type]);
}

function addressesIn(message: Message, name: string, type: number): Answer {
  let owner = nameKey(name);
  let ttlSeconds = Number.POSITIVE_INFINITY;
  for (let steps = 0; steps <= longestChain; steps += 1) {
    const own = message.answers.filter((record) => nameKey(record.name) === owner);
    const found = own.filter((record) => record.type === type);
    if (found.length > 0) {
      for (const record of found) ttlSeconds = Math.min(ttlSeconds, record.ttl);
      const addresses = [...new Set(found.flatMap((record) => addressOf(record) ?? []))].toSorted();
      return { kind: 'addresses', addresses: addresses.slice(0, mostAddresses), ttlSeconds };
    }
    const alias = own.find((record) => record.type === recordType.cname);
    const target = alias && readName(alias.data, 0, false);
    if (alias === undefined || target === undefined) break;
    ttlSeconds = Math.min(ttlSeconds, alias.ttl);
    owner = nameKey(target.text);
  }
  return { kind: 'addresses', addresses: [], ttlSeconds: 0 };
}

function addressOf({ data }: ResourceRecord): string | undefined {
  const hex = Buffer.from(data).toString('hex');
  const text = data.length === 4 ? data.join('.') : hex.replaceAll(/(.{4})(?!$)/g, '$1:');
  const address = parseAddress(text);
  return address && printAddress(address);
}
