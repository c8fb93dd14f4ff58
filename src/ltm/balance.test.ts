import assert from 'node:assert/strict';
import { test } from 'node:test';
import { levellingWeights, measuredWeights } from './balance.ts';
import type { MemberPlan, Method, PoolPlan } from './types.ts';

function pool(method: Method, ratios: readonly number[]): PoolPlan {
  const members = ratios.map((ratio, index): MemberPlan => ({
    name: String(index),
    node: String(index),
    address: { family: 4, bytes: [10, 0, 0, index], text: `10.0.0.${index}`, routeDomain: 0 },
    port: 80,
    ratio,
    connectionLimit: 0,
    nodeLimit: 0,
    priorityGroup: 0,
    operator: 'enabled',
    cookie: String(index),
  }));
  return {
    name: 'p',
    method,
    isByNode: false,
    minActiveMembers: 0,
    queueMilliseconds: 0,
    queueDepth: 0,
    reselectTries: 0,
    slowRampSeconds: 0,
    serviceDownAction: 'none',
    members,
  };
}

const loads = (...values: readonly number[]): ReadonlyMap<string, number> =>
  new Map(values.map((value, index) => [String(index), value]));
const weights = (plan: PoolPlan, before: readonly number[], now: readonly number[]): number[] => [
  ...measuredWeights(plan, loads(...before), loads(...now)).values(),
];

test('who carries less gets more turns, and nobody gets none', () => {
  const plan = pool('observed', [1, 1]);
  assert.deepEqual(weights(plan, [0, 0], [0, 0]), [32, 32]);
  assert.deepEqual(weights(plan, [3, 3], [7, 7]), [32, 32]);
  assert.deepEqual(weights(plan, [3, 0], [3, 0]), [8, 32]);
  assert.deepEqual(weights(plan, [100_000, 0], [100_000, 0]), [1, 32]);
});

test('a ratio is a measure of what is much', () => {
  assert.deepEqual(weights(pool('ratio-least-connections', [4, 1]), [4, 1], [4, 1]), [32, 8]);
});

test('predictive looks where the number is going', () => {
  assert.deepEqual(weights(pool('predictive', [1, 1]), [6, 0], [3, 3]), [32, 5]);
  assert.deepEqual(weights(pool('observed', [1, 1]), [6, 0], [3, 3]), [15, 32]);
});

test('dynamic ratio: what performance monitors say, else what is written', () => {
  const plan = pool('dynamic-ratio', [10, 25, 50]);
  const said = new Map([
    ['0', 100],
    ['1', 50],
  ]);
  assert.deepEqual([...measuredWeights(plan, said, said).values()], [32, 16, 16]);
  assert.deepEqual(weights(plan, [], []), [6, 16, 32]);
});

test('levelling: what HAProxy knows and what it does not come out even', () => {
  const two = [
    { name: '0', ratio: 1 },
    { name: '1', ratio: 1 },
  ];
  const of = (own: readonly number[], elsewhere: readonly number[], members = two): number[] => [
    ...levellingWeights(members, loads(...own), loads(...elsewhere)).values(),
  ];
  assert.deepEqual(of([10, 10], [20, 0]), [3, 64]);
  assert.deepEqual(of([0, 20], [10, 0]), [24, 64]);
  assert.deepEqual(of([0, 0], [10, 0]), [0, 64]);
  const stronger = two.map((one, index) => ({ ...one, ratio: 2 - index }));
  assert.deepEqual(of([0, 20], [10, 0], stronger), [64, 59]);
});
