/**
 * Bytes of types that have no name here (`TYPEnnn`), as BIND looks at those that it knows: it would not load a zone with
 * others. Types that it does not know are any bytes. Pure.
 */
import { readName } from '../../base/dns/name.ts';
import { readUint16 } from '../../base/dns/message.ts';

type Shape = (data: Uint8Array) => boolean;

const shapes: Readonly<Record<number, Shape>> = {
  // MB, MG, MR, MINFO
  7: names(0, 1),
  8: names(0, 1),
  9: names(0, 1),
  14: names(0, 2),
  // RT, NSAP, NSAP-PTR, PX
  21: names(2, 1),
  22: atLeast(1),
  23: names(0, 1),
  26: names(2, 2),
  // EID, NIMLOC
  31: atLeast(1),
  32: atLeast(1),
  // KX
  36: names(2, 1),
  // CERT
  37: atLeast(6),
  42: isAddressPrefixes,
  45: isIpsecKey,
  // DHCID, NINFO
  49: atLeast(1),
  56: isStrings,
  62: isChildSync,
  63: isZoneDigest,
  // DSYNC, HHIT, BRID
  66: names(5, 1),
  67: atLeast(1),
  68: atLeast(1),
  // NID, L32, L64, LP, EUI48, EUI64
  104: exactly(10),
  105: exactly(6),
  106: exactly(10),
  107: names(2, 1),
  108: exactly(6),
  109: exactly(8),
  // AVC, RESINFO, WALLET
  258: isStrings,
  261: isStrings,
  262: isStrings,
};

/** Obsolete, or never much used: MD, MF, WKS, X25, ISDN, SIG, KEY, GPOS, NXT, ATMA, A6, SINK, HIP, RKEY, TALINK, DOA, … */
const unused = new Set([
  3, 4, 11, 19, 20, 24, 25, 27, 30, 34, 38, 40, 55, 57, 58, 259, 260, 32_768, 32_769, 65_533,
]);

/** Undefined: they can be; else what is wrong. */
export function problemOfBytes(number: number, data: Uint8Array): string | undefined {
  if (unused.has(number)) return `type ${number} is obsolete, or not to be had here`;
  const shape = shapes[number];
  if (shape === undefined || shape(data)) return undefined;
  return `the bytes ${data.toHex()} are no data of type ${number}`;
}

function exactly(bytes: number): Shape {
  return ({ length }) => length === bytes;
}

function atLeast(bytes: number): Shape {
  return ({ length }) => length >= bytes;
}

/** So many names, from `start` to the end. */
function names(start: number, count: number): Shape {
  return (data) => {
    let at: number | undefined = start;
    for (let index = 0; index < count && at !== undefined; index += 1) {
      at = readName(data, at, false)?.next;
    }
    return at === data.length;
  };
}

function isStrings(data: Uint8Array): boolean {
  let at = 0;
  while (at < data.length) at += 1 + (data[at] ?? 0);
  return data.length > 0 && at === data.length;
}

/** APL (RFC 3123 4). */
function isAddressPrefixes(data: Uint8Array): boolean {
  let at = 0;
  while (at + 4 <= data.length) {
    const most = { 1: 4, 2: 16 }[readUint16(data, at)];
    const length = (data[at + 3] ?? 0) & 0x7f;
    if (most === undefined || (data[at + 2] ?? 0) > most * 8 || length > most) return false;
    at += 4 + length;
    if (length > 0 && data[at - 1] === 0) return false;
  }
  return at === data.length;
}

/** IPSECKEY (RFC 4025 2.1). */
function isIpsecKey(data: Uint8Array): boolean {
  if (data.length < 3 || data[2] === 0) return false;
  const gateway = { 0: 3, 1: 7, 2: 19, 3: readName(data, 3, false)?.next }[data[1] ?? 0];
  return gateway !== undefined && gateway < data.length;
}

/** CSYNC (RFC 7477 2.1): a serial, flags, types as in NSEC. */
function isChildSync(data: Uint8Array): boolean {
  let at = 6;
  let before = -1;
  while (at + 2 < data.length) {
    const [window = 0, length = 0] = data.subarray(at, at + 2);
    if (window <= before || length === 0 || length > 32) return false;
    before = window;
    at += 2 + length;
    if (data[at - 1] === 0) return false;
  }
  return data.length >= 6 && at === data.length;
}

/** ZONEMD (RFC 8976 2.2). */
function isZoneDigest(data: Uint8Array): boolean {
  const least = { 1: 48, 2: 64 }[data[5] ?? 0];
  const digest = data.length - 6;
  return least === undefined ? digest >= 12 : digest === least;
}
