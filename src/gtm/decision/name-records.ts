/** Resource records of members that are names (CNAME, MX, NAPTR, SRV). Pure. */
import { createWriter } from '../../base/dns/message.ts';
import type { Properties } from '../../catalogue/types.ts';
import { numberOf, textOf } from '../values.ts';
import type { GtmType, SnapshotMember } from './snapshot-types.ts';

/** Data of the record, and its text for people. RFC 1035 §3.3, 2782, 3403 §4.1. */
export function nameRecord(
  type: GtmType,
  target: string,
  properties: Properties,
): Pick<SnapshotMember, 'address' | 'bytes'> {
  const writer = createWriter(false);
  const words: string[] = [];
  const number = (name: string, preset: number): void => {
    const value = numberOf(properties, name, preset);
    writer.uint16(value);
    words.push(String(value));
  };
  const text = (name: string): void => {
    const value = textOf(properties, name).slice(0, 255);
    const bytes = Uint8Array.from(value, (character) => character.charCodeAt(0) & 0xff);
    writer.bytes(Uint8Array.of(bytes.length, ...bytes));
    words.push(`"${value}"`);
  };
  switch (type) {
    case 'mx':
      number('priority', 10);
      break;
    case 'srv':
      number('priority', 10);
      number('weight', 0);
      number('port', 0);
      break;
    case 'naptr':
      number('order', 10);
      number('preference', 0);
      text('flags');
      text('service');
      // No regular expression: the replacement says where to go.
      writer.bytes(Uint8Array.of(0));
      break;
    case 'a':
    case 'aaaa':
    case 'cname':
  }
  writer.name(target, false);
  return { address: [...words, `${target}.`].join(' '), bytes: [...writer.result()] };
}
