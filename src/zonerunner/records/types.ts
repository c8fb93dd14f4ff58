/** The record types that zones may have, as data: what each is made of, and where it points. Pure. */
import {
  address,
  base64,
  characterString,
  characterStrings,
  domainName,
  type Field,
  hexadecimal,
  location,
  longText,
  serviceParameters,
  tag,
  unknownData,
  unsigned,
} from './fields.ts';

export interface RecordTypeEntry {
  /** IANA's number. */
  readonly number: number;
  readonly fields: readonly Field[];
  /** Field that names a host, which has to have an address. */
  readonly host?: string;
  /** Only one record of the type at a name. */
  readonly isSingle?: true;
  /** BIG-IP's ZoneRunner does not have it. */
  readonly isOurs?: true;
}

const u8 = (name: string): Field => unsigned(name, 8);
const u16 = (name: string): Field => unsigned(name, 16);
const keyFields = [u16('flags'), u8('protocol'), u8('algorithm'), base64('key')];
const digestFields = [u16('key tag'), u8('algorithm'), u8('digest type'), hexadecimal('digest')];
const associationFields = [u8('usage'), u8('selector'), u8('matching type'), hexadecimal('data')];
const serviceFields = [u16('priority'), domainName('target'), serviceParameters];

export const recordTypeTable: Readonly<Record<string, RecordTypeEntry>> = {
  A: { number: 1, fields: [address(4)] },
  NS: { number: 2, fields: [domainName('host')], host: 'host' },
  CNAME: { number: 5, fields: [domainName('target')], isSingle: true },
  PTR: { number: 12, fields: [domainName('name')] },
  HINFO: { number: 13, fields: [characterString('hardware'), characterString('system')] },
  MX: { number: 15, fields: [u16('preference'), domainName('host')], host: 'host' },
  TXT: { number: 16, fields: [characterStrings('text')] },
  RP: {
    number: 17,
    fields: [domainName('mailbox', 'name'), domainName('text', 'name')],
    isOurs: true,
  },
  AFSDB: { number: 18, fields: [u16('subtype'), domainName('host')], isOurs: true },
  AAAA: { number: 28, fields: [address(6)] },
  LOC: { number: 29, fields: [location], isOurs: true },
  SRV: {
    number: 33,
    fields: [u16('priority'), u16('weight'), u16('port'), domainName('host')],
    host: 'host',
  },
  NAPTR: {
    number: 35,
    fields: [
      u16('order'),
      u16('preference'),
      characterString('flags'),
      characterString('service'),
      characterString('regular expression'),
      domainName('replacement', 'name'),
    ],
  },
  DNAME: { number: 39, fields: [domainName('target')], isSingle: true },
  DS: { number: 43, fields: digestFields },
  SSHFP: {
    number: 44,
    fields: [u8('algorithm'), u8('type'), hexadecimal('fingerprint')],
    isOurs: true,
  },
  TLSA: { number: 52, fields: associationFields, isOurs: true },
  SMIMEA: { number: 53, fields: associationFields, isOurs: true },
  CDS: { number: 59, fields: digestFields, isOurs: true },
  CDNSKEY: { number: 60, fields: keyFields, isOurs: true },
  OPENPGPKEY: { number: 61, fields: [base64('key')], isOurs: true },
  SVCB: { number: 64, fields: serviceFields, isOurs: true },
  HTTPS: { number: 65, fields: serviceFields, isOurs: true },
  SPF: { number: 99, fields: [characterStrings('text')], isOurs: true },
  URI: { number: 256, fields: [u16('priority'), u16('weight'), longText('target')], isOurs: true },
  CAA: { number: 257, fields: [u8('flags'), tag('tag'), longText('value')], isOurs: true },
};

/** What a server makes or a protocol carries: no record to be written by people. */
const reserved = new Map([
  [6, 'SOA'],
  [41, 'OPT'],
  [46, 'RRSIG'],
  [47, 'NSEC'],
  [48, 'DNSKEY'],
  [50, 'NSEC3'],
  [51, 'NSEC3PARAM'],
  [65_534, 'private signing state'],
]);

export function isReserved(number: number): boolean {
  return number === 0 || reserved.has(number) || (number >= 128 && number <= 255);
}

const nameOfNumber = new Map(
  Object.entries(recordTypeTable).map(([name, { number }]) => [number, name]),
);

/** `TYPE257` is CAA; a number that has no name of its own stays `TYPEnnn`. */
export function recordTypeName(written: string): string | undefined {
  const upper = written.toUpperCase();
  if (Object.hasOwn(recordTypeTable, upper)) return upper;
  const digits = /^TYPE(\d{1,5})$/.exec(upper)?.[1];
  if (digits === undefined) return undefined;
  return nameOfType(Number(digits));
}

export function nameOfType(number: number): string | undefined {
  const name = nameOfNumber.get(number);
  if (name !== undefined) return name;
  return number > 65_535 || isReserved(number) ? undefined : `TYPE${number}`;
}

const genericFields: readonly Field[] = [unknownData];

export function typeEntry(name: string): RecordTypeEntry {
  return recordTypeTable[name] ?? { number: Number(name.slice(4)), fields: genericFields };
}
