import assert from 'node:assert/strict';
import { test } from 'node:test';
import { dice } from '../../src/cluster/failover/simulator/random.ts';
import { drawFault } from './random-fault.ts';

test('the same seed draws the same faults; every kind comes up; what is struck is healed', () => {
  const drawn = (seed: number) => {
    const { fraction } = dice(seed);
    return Array.from({ length: 200 }, () => drawFault(fraction));
  };
  assert.deepEqual(drawn(7), drawn(7));
  const kinds = new Set(drawn(7).flatMap((fault) => fault.strike.map(([kind]) => kind)));
  const all = ['clock', 'cut', 'deafen', 'kill', 'mute', 'power', 'stop'];
  assert.deepEqual([...kinds].toSorted(), all);
  const unhealed = drawn(7).filter(({ heal }) => heal.length === 0);
  assert.ok(unhealed.every(({ strike }) => strike[0]?.[1] === 'PAIR:haproxy'));
});
