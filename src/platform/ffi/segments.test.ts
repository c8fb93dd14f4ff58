import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  closeDescriptor,
  connectDescriptor,
  createPoll,
  DatagramBatch,
  openDatagrams,
} from './datagrams.ts';
import { keep, load } from './library.ts';
import { SegmentBatch } from './segments.ts';

const SOL_SOCKET = 1;
/** The kernel takes no datagrams together from a socket without check sums. */
const SO_NO_CHECK = 11;
const patienceMilliseconds = 30_000;
/** Of several lengths, one after the other, and one of no length. */
const lengths = [45, 31, 45, 120, 0, 31, 45, 1200, 45, 33, 45, 31, 1200, 45];

function textsOf(descriptor: number, count: number): readonly string[] {
  const batch = new DatagramBatch(64, 2048);
  const poll = createPoll(1);
  poll.watch([descriptor]);
  const texts: string[] = [];
  while (texts.length < count && poll.wait(patienceMilliseconds)) {
    const got = batch.receive(descriptor);
    for (let slot = 0; slot < got; slot += 1) {
      const start = batch.start(slot);
      texts.push(Buffer.from(batch.data.subarray(start, start + batch.received(slot))).toString());
    }
  }
  return texts;
}

function roundTrip(prepare: (descriptor: number) => void): void {
  const { descriptor, port } = openDatagrams('127.0.0.1', 0, false);
  const sender = connectDescriptor('127.0.0.1', port, '127.0.0.1');
  prepare(sender);
  const batch = new SegmentBatch(64, 4096);
  for (let round = 0; round < 3; round += 1) {
    const texts = lengths.map((length, slot) => `${round}.${slot} `.repeat(300).slice(0, length));
    for (const [slot, text] of texts.entries()) {
      batch.data.set(Buffer.from(text), batch.start(slot));
      batch.setLength(slot, text.length);
    }
    assert.equal(batch.send(sender, texts.length), true);
    assert.deepEqual(textsOf(descriptor, texts.length).toSorted(), texts.toSorted());
  }
  closeDescriptor(sender);
  closeDescriptor(descriptor);
}

test('datagrams of mixed lengths that are sent together come as they were', () => {
  roundTrip(() => undefined);
});

test('where the kernel takes none together, each goes by itself, and none is lost or doubled', () => {
  const c = load([null, 'libc.so.6'], {
    setsockopt: { arguments: ['i32', 'i32', 'i32', 'pointer', 'u32'], return: 'i32' },
  });
  roundTrip((descriptor) => {
    const option = keep(4);
    option.writeInt32LE(1, 0);
    assert.equal(c?.setsockopt(descriptor, SOL_SOCKET, SO_NO_CHECK, option, 4), 0);
  });
});

test('it is said when the other side is not there', () => {
  const { descriptor, port } = openDatagrams('127.0.0.1', 0, false);
  closeDescriptor(descriptor);
  const sender = connectDescriptor('127.0.0.1', port, '127.0.0.1');
  const batch = new SegmentBatch(64, 4096);
  for (const slot of [0, 1]) batch.setLength(slot, 40);
  // The first ones find out.
  batch.send(sender, 2);
  assert.equal(batch.send(sender, 2), false);
  closeDescriptor(sender);
});
