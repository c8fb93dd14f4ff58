/** What the answer loop sends in batches: questions to named, and answers that come later than their question's batch. */
import { DatagramBatch } from '../../platform/ffi/datagrams.ts';
import { SegmentBatch } from '../../platform/ffi/segments.ts';
import { copyBytes } from './slots.ts';

/** Datagrams read or written at a time: more do not make it cheaper. */
export const batchSlots = 64;
export const slotBytes = 4096;

export interface Questions {
  add(descriptor: number, data: Uint8Array, length: number): void;
  flush(): void;
}

/** Datagrams to one connected socket after the other, sent together. */
export function createQuestions(onRefused: (descriptor: number) => void): Questions {
  const batch = new SegmentBatch(batchSlots, slotBytes);
  const { place, flush } = inTurn(batch, (descriptor, count) => {
    if (!batch.send(descriptor, count)) onRefused(descriptor);
  });
  return { add: (descriptor, data, length) => void place(descriptor, data, length), flush };
}

export interface Outbox {
  add(
    descriptor: number,
    data: Uint8Array,
    length: number,
    envelope: Uint8Array,
    envelopeAt: number,
  ): void;
  flush(): void;
}

/** Answers of one listener after the other, sent together. */
export function createOutbox(): Outbox {
  const batch = new DatagramBatch(batchSlots, slotBytes);
  const { place, flush } = inTurn(batch, (descriptor, count) => batch.send(descriptor, 0, count));
  return {
    add(descriptor, data, length, envelope, envelopeAt) {
      const slot = place(descriptor, data, length);
      if (slot >= 0) batch.address(slot, envelope, envelopeAt);
    },
    flush,
  };
}

interface Turn {
  /** The slot that it has got; -1: too long. */
  place(descriptor: number, data: Uint8Array, length: number): number;
  flush(): void;
}

/** What is for another socket, or too much, lets go first what is there. */
function inTurn(
  batch: SegmentBatch | DatagramBatch,
  send: (descriptor: number, count: number) => void,
): Turn {
  let descriptor = -1;
  let count = 0;
  const flush = (): void => {
    if (count === 0) return;
    const sent = count;
    count = 0;
    send(descriptor, sent);
  };
  return {
    place(to, data, length) {
      if (length > slotBytes) return -1;
      if (to !== descriptor || count === batchSlots) flush();
      descriptor = to;
      const slot = count;
      copyBytes(data, 0, length, batch.data, batch.start(slot));
      batch.setLength(slot, length);
      count += 1;
      return slot;
    },
    flush,
  };
}
