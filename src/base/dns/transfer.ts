/** Reads what comes of an AXFR or IXFR (RFC 5936, RFC 1995), message by message. Pure. */
import { opcode, recordClass, recordType } from './constants.ts';
import {
  createWriter,
  encodeMessage,
  type Message,
  readUint32,
  type ResourceRecord,
} from './message.ts';
import { readName } from './name.ts';

export type TransferStep =
  | { readonly kind: 'record'; readonly record: ResourceRecord }
  /** Of an IXFR: a record that went, and one that came. */
  | { readonly kind: 'gone'; readonly record: ResourceRecord }
  | { readonly kind: 'come'; readonly record: ResourceRecord };

export interface TransferReader {
  /** Tells each step; true when the transfer is over. `malformed`: it is none. */
  take(message: Message): 'more' | 'over' | 'malformed';
  /** The zone was told whole, not as differences. */
  isWhole(): boolean;
}

/** With `since`, differences to that serial are asked for. */
export function transferQuery(domain: string, id: number, since?: number): Uint8Array {
  const type = since === undefined ? recordType.axfr : recordType.ixfr;
  const writer = createWriter(false);
  writer.name('.', false);
  writer.name('.', false);
  for (const value of [since ?? 0, 0, 0, 0, 0]) writer.uint32(value);
  const soa: ResourceRecord = {
    name: domain,
    type: recordType.soa,
    class: recordClass.internet,
    ttl: 0,
    data: writer.result(),
  };
  return encodeMessage({
    id,
    flags: opcode.query << 11,
    questions: [{ name: domain, type, class: recordClass.internet }],
    answers: [],
    authorities: since === undefined ? [] : [soa],
    additionals: [],
  });
}

export function readTransfer(
  isIncremental: boolean,
  tell: (step: TransferStep) => void,
): TransferReader {
  let newest: ResourceRecord | undefined;
  let count = 0;
  let mode: 'unknown' | 'whole' | 'gone' | 'come' = isIncremental ? 'unknown' : 'whole';
  let isOver = false;
  const take = (record: ResourceRecord): boolean => {
    count += 1;
    if (isOver) return false;
    const isSoa = record.type === recordType.soa;
    if (newest === undefined) {
      if (!isSoa) return false;
      newest = record;
      if (mode === 'whole') tell({ kind: 'record', record });
      return true;
    }
    const isNewest = isSoa && serialIn(record) === serialIn(newest);
    if (mode === 'unknown') {
      mode = isSoa && !isNewest ? 'gone' : 'whole';
      if (mode === 'gone') return true;
      tell({ kind: 'record', record: newest });
    }
    if (mode === 'whole') {
      if (isSoa) isOver = true;
      else tell({ kind: 'record', record });
      return true;
    }
    if (!isSoa) {
      tell({ kind: mode, record });
      return true;
    }
    // Old SOA, what went, new SOA, what came, and so on to the newest SOA.
    if (mode === 'come' && isNewest) isOver = true;
    else mode = mode === 'come' ? 'gone' : 'come';
    if (mode === 'come' && !isOver) tell({ kind: 'come', record });
    return true;
  };
  return {
    take(message) {
      for (const record of message.answers) {
        if (!take(record)) return 'malformed';
      }
      // Asked for differences, and there are none: the SOA alone.
      if (mode === 'unknown' && count === 1) return 'over';
      return isOver ? 'over' : message.answers.length === 0 ? 'malformed' : 'more';
    },
    isWhole: () => mode === 'whole',
  };
}

function serialIn(record: ResourceRecord): number {
  const primary = readName(record.data, 0, false);
  const mailbox = primary && readName(record.data, primary.next, false);
  return mailbox === undefined ? -1 : readUint32(record.data, mailbox.next);
}
