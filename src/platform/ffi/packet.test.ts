import assert from 'node:assert/strict';
import { test } from 'node:test';
import { internetChecksum } from '../internet-checksum.ts';
import { advertisementFrame, arpFrame } from './packet.ts';

const hardware = [2, 0, 0, 0, 0, 1];

test('a gratuitous ARP names the address as sender and target', () => {
  const frame = arpFrame(hardware, [198, 18, 0, 10], 1);
  assert.equal(frame.length, 42);
  assert.deepEqual(frame.slice(28, 32), [198, 18, 0, 10]);
  assert.deepEqual(frame.slice(38, 42), [198, 18, 0, 10]);
});

test('an unsolicited advertisement has a valid checksum and the override flag', () => {
  const address = [0xfd, ...Array.from({ length: 14 }, () => 0), 0x10];
  const frame = advertisementFrame(hardware, address);
  const message = frame.slice(54);
  const pseudo = [...frame.slice(22, 54), 0, 0, 0, message.length, 0, 0, 0, 58];
  assert.equal(internetChecksum([...pseudo, ...message]), 0);
  assert.equal(message[0], 136);
  assert.equal(message[4], 0x20);
});
