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
  let descriptor = -1;
  let count = 0;
  const flush = (): void => {
    if (count === 0) return;
    const sent = count;
    count = 0;
    if (!batch.send(descriptor, sent)) onRefused(descriptor);
  };
  return {
    add(to, data, length) {
      if (length > slotBytes) return;
      if (to !== descriptor || count === batchSlots) flush();
      descriptor = to;
      copyBytes(data, 0, length, batch.data, batch.start(count));
      batch.setLength(count, length);
      count += 1;
    },
    flush,
  };
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
  let descriptor = -1;
  let count = 0;
  const flush = (): void => {
    if (count === 0) return;
    const sent = count;
    count = 0;
    batch.send(descriptor, 0, sent);
  };
  return {
    add(to, data, length, envelope, envelopeAt) {
      if (length > slotBytes) return;
      if (to !== descriptor || count === batchSlots) flush();
      descriptor = to;
      copyBytes(data, 0, length, batch.data, batch.start(count));
      batch.setLength(count, length);
      batch.address(count, envelope, envelopeAt);
      count += 1;
    },
    flush,
  };
}
