/** A record of the name that was asked, as it stands in an answer (RFC 1035, 3.2.1). */
import { recordClass } from '../../base/dns/constants.ts';
import { headerBytes } from '../../base/dns/message.ts';

/** Of a record, beside its data: a pointer to the question's name, type, class, TTL in seconds and length. */
export const recordOverhead = 12;

/** Where the next record begins. Copies by byte: records are short, and most answers of a busy thread come by here. */
export function writeRecord(
  data: Uint8Array,
  at: number,
  type: number,
  record: Uint8Array,
  ttl: number,
): number {
  // A pointer to the question's name, which always stands at byte 12.
  data[at] = 0xc0;
  data[at + 1] = headerBytes;
  data[at + 2] = type >>> 8;
  data[at + 3] = type & 0xff;
  data[at + 4] = 0;
  data[at + 5] = recordClass.internet;
  data[at + 6] = ttl >>> 24;
  data[at + 7] = (ttl >>> 16) & 0xff;
  data[at + 8] = (ttl >>> 8) & 0xff;
  data[at + 9] = ttl & 0xff;
  data[at + 10] = record.length >>> 8;
  data[at + 11] = record.length & 0xff;
  for (let index = 0; index < record.length; index += 1) {
    data[at + recordOverhead + index] = record[index] ?? 0;
  }
  return at + recordOverhead + record.length;
}
