import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseArp, parseNeighbourDiscovery } from './claims.ts';
import { advertisementFrame, arpFrame, probeFrame } from './packet.ts';

const hardware = [2, 0, 0, 0, 0, 7];
const text = '02:00:00:00:00:07';
const four = [198, 18, 0, 10];
const six = [0xfd, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0x10];
const icmp = (frame: readonly number[]): Uint8Array => Uint8Array.from(frame.slice(14 + 40));

test('both forms of gratuitous ARP are claims, a probe is none', () => {
  for (const operation of [1, 2] as const) {
    const frame = Uint8Array.from(arpFrame(hardware, four, operation));
    assert.deepEqual(parseArp(frame), [{ bytes: four, hardware: text, isProbe: false }]);
  }
  const probe = Uint8Array.from(probeFrame(hardware, four));
  assert.deepEqual(parseArp(probe), [{ bytes: four, hardware: text, isProbe: true }]);
});

test('an advertisement is a claim; a solicitation only without a sender', () => {
  const message = icmp(advertisementFrame(hardware, six));
  const source = Uint8Array.from(six);
  assert.deepEqual(parseNeighbourDiscovery(message, source), [
    { bytes: six, hardware: text, isProbe: false },
  ]);
  const asked = Uint8Array.from([135, 0, 0, 0, 0, 0, 0, 0, ...six]);
  assert.deepEqual(parseNeighbourDiscovery(asked, source), []);
  const probe = [{ bytes: six, hardware: '', isProbe: true }];
  assert.deepEqual(parseNeighbourDiscovery(asked, new Uint8Array(16)), probe);
});

test('cut and malformed messages say nothing', () => {
  const frame = Uint8Array.from(arpFrame(hardware, four, 2));
  for (let length = 0; length < 42; length += 1) {
    assert.deepEqual(parseArp(frame.subarray(0, length)), []);
  }
  const endless = Uint8Array.from([136, 0, 0, 0, 0, 0, 0, 0, ...six, 1, 0, 0, 0, 0, 0, 0, 0]);
  assert.deepEqual(parseNeighbourDiscovery(endless, new Uint8Array(16)), [
    { bytes: six, hardware: '', isProbe: false },
  ]);
});
