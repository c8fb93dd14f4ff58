import assert from 'node:assert/strict';
import { test } from 'node:test';
import { lookAtVlan, type VlanSample, type VlanWatch } from './vlan-failsafe.ts';

const vlan = { vlan: '/Common/external', interface: '1.1', timeoutSeconds: 10, action: 'failover' };

/** Looks every second; what is said at the end of `samples`. */
function after(samples: readonly (VlanSample | undefined)[]) {
  let watch: VlanWatch | undefined;
  let last = lookAtVlan(vlan, undefined, samples[0], 0);
  for (const [second, sample] of samples.entries()) {
    last = lookAtVlan(vlan, watch, sample, second * 1000);
    ({ watch } = last);
  }
  return last;
}

const sample = (receivedPackets: number, isLinkUp = true): VlanSample => ({
  receivedPackets,
  isLinkUp,
});
const silent = (seconds: number): VlanSample[] =>
  Array.from({ length: seconds + 1 }, () => sample(7));

test('a VLAN is asked at half of its timeout and fails at all of it', () => {
  assert.deepEqual([after(silent(4)).asks, after(silent(5)).asks], [false, true]);
  assert.equal(after(silent(9)).failure, undefined);
  assert.equal(after(silent(10)).failure, 'nothing received for 10 s');
});

test('any frame ends it, and so does a counter that began anew', () => {
  assert.equal(after([...silent(30), sample(8)]).failure, undefined);
  assert.equal(after([...silent(30), sample(0)]).failure, undefined);
});

test('a link that is down fails without waiting for the timeout; one that blinks does not', () => {
  const down = (seconds: number) =>
    Array.from({ length: seconds + 1 }, (_, index) => sample(index, false));
  assert.equal(after([sample(0), ...down(2)]).failure, 'link down for 2 s');
  assert.equal(after([sample(0), ...down(1), sample(9)]).failure, undefined);
  assert.equal(after([sample(0), undefined, undefined, undefined]).failure, 'link down for 2 s');
});
