/** Versions 1 and 2c of SNMP (RFC 1157, RFC 3416) as far as a question and its answer go. Pure. */
import { type Element, element, elements, integer, text } from '../../base/ber.ts';

export interface SnmpQuestion {
  readonly version: 'v1' | 'v2c';
  readonly community: string;
  readonly identifier: number;
  /** `next`: the values that follow these names. */
  readonly kind: 'get' | 'next';
  /** Dotted, with or without a dot before it. */
  readonly names: readonly string[];
}

export interface SnmpAnswer {
  readonly identifier: number;
  /** 0 is none (RFC 3416, 3); 2 is "no such name". */
  readonly error: number;
  /** Which of the names it is about, from 1. */
  readonly errorIndex: number;
  readonly values: readonly SnmpValue[];
}

export interface SnmpValue {
  readonly name: string;
  /** Undefined: there is none of that name; a name (an object identifier) or octets as text. */
  readonly value: number | string | undefined;
}

const getRequest = 0xa0;
const getNextRequest = 0xa1;
const response = 0xa2;
const nullTag = 0x05;
const objectTag = 0x06;
const octetsTag = 0x04;
const sequenceTag = 0x30;
/** INTEGER, Counter32, Gauge32, TimeTicks, Counter64. */
const numberTags: ReadonlySet<number> = new Set([0x02, 0x41, 0x42, 0x43, 0x46]);

export function encodeQuestion(question: SnmpQuestion): Uint8Array {
  const bindings = question.names.map((name) =>
    element(sequenceTag, objectIdentifier(name), element(nullTag)),
  );
  return element(
    sequenceTag,
    integer(question.version === 'v1' ? 0 : 1),
    text(question.community),
    element(
      question.kind === 'get' ? getRequest : getNextRequest,
      integer(question.identifier),
      integer(0),
      integer(0),
      element(sequenceTag, ...bindings),
    ),
  );
}

/** Undefined: no SNMP. */
export function decodeAnswer(bytes: Uint8Array): SnmpAnswer | undefined {
  try {
    const [message] = elements(bytes);
    const [, , pdu] = inside(message, sequenceTag);
    const [identifier, error, errorIndex, bindings] = inside(pdu, response);
    const values = inside(bindings, sequenceTag).map((binding) => {
      const [name, value] = inside(binding, sequenceTag);
      return { name: nameOf(name), value: valueOf(value) };
    });
    return {
      identifier: numberOf(identifier),
      error: numberOf(error),
      errorIndex: numberOf(errorIndex),
      values,
    };
  } catch {
    return undefined;
  }
}

function inside(one: Element | undefined, tag: number): readonly Element[] {
  if (one?.tag !== tag) throw new Error(`not an element ${tag}`);
  return elements(one.content);
}

function valueOf(one: Element | undefined): number | string | undefined {
  if (one === undefined) return undefined;
  if (numberTags.has(one.tag)) return numberOf(one);
  if (one.tag === octetsTag) return String.fromCharCode(...one.content.subarray(0, 255));
  return one.tag === objectTag ? nameOf(one) : undefined;
}

/** INTEGER has a sign, what counts has none but never begins with a one either (BER). */
function numberOf(one: Element | undefined): number {
  const content = one?.content ?? new Uint8Array(0);
  let value = (content[0] ?? 0) >= 0x80 ? -1 : 0;
  for (const octet of content.subarray(0, 9)) value = value * 256 + octet;
  return value;
}

export function isObjectName(name: string): boolean {
  return /^\.?[0-2](\.\d{1,10}){1,127}$/.test(name);
}

/** Of a name that `isObjectName`. */
function objectIdentifier(name: string): Uint8Array {
  const [first = 0, second = 0, ...rest] = name.replace(/^\./, '').split('.').map(Number);
  const octets = [first * 40 + second, ...rest].flatMap(base128);
  return element(objectTag, Uint8Array.from(octets));
}

function base128(part: number): readonly number[] {
  const octets = [part % 128];
  for (let rest = Math.floor(part / 128); rest > 0; rest = Math.floor(rest / 128)) {
    octets.unshift((rest % 128) | 0x80);
  }
  return octets;
}

function nameOf(one: Element | undefined): string {
  if (one?.tag !== objectTag) throw new Error('not a name');
  const parts: number[] = [];
  let part = 0;
  for (const octet of one.content) {
    part = part * 128 + (octet & 0x7f);
    if (octet >= 0x80) continue;
    if (parts.length === 0) {
      const first = Math.min(2, Math.floor(part / 40));
      parts.push(first, part - first * 40);
    } else {
      parts.push(part);
    }
    part = 0;
  }
  return parts.join('.');
}
