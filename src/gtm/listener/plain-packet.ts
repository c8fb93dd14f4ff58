/** Plain questions and answers as they stand in memory. Pure. */
import { recordType, udpPayloadLimit } from '../../base/dns/constants.ts';

/** Of an OPT record without options. */
export const optBytes = 11;

/** Types of records, not of questions about many or of transactions. */
export function isOrdinaryType(type: number): boolean {
  if (type === 0 || type === recordType.opt || type === recordType.nxname) return false;
  return type < recordType.tkey || type > recordType.any;
}

/** A query with one question and at most one record behind it. */
export function isPlainHeader(data: Uint8Array, start: number): boolean {
  return (
    ((data[start + 2] ?? 0) & 0xf8) === 0 &&
    data[start + 4] === 0 &&
    data[start + 5] === 1 &&
    data[start + 6] === 0 &&
    data[start + 7] === 0 &&
    data[start + 8] === 0 &&
    data[start + 9] === 0 &&
    data[start + 10] === 0 &&
    (data[start + 11] ?? 0) <= 1
  );
}

/** Authoritative, and no error. */
export function writeHeader(data: Uint8Array, start: number, answers: number): void {
  data[start + 2] = 0x84 | ((data[start + 2] ?? 0) & 1);
  data[start + 3] = 0;
  data[start + 6] = answers >>> 8;
  data[start + 7] = answers & 0xff;
}

/** At its place behind the records; its options, of so many bytes, come behind it. */
export function writeOpt(data: Uint8Array, at: number, dnssecOk: boolean, options: number): void {
  data.fill(0, at, at + optBytes);
  data[at + 2] = recordType.opt;
  data[at + 3] = udpPayloadLimit >>> 8;
  data[at + 4] = udpPayloadLimit & 0xff;
  data[at + 7] = dnssecOk ? 0x80 : 0;
  data[at + 10] = options;
}
