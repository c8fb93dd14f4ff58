import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  addressesApart,
  changesBetween,
  inSteps,
  localOnlyGroup,
  withChanges,
} from './addresses.ts';
import { type FailoverConfig, type FloatingAddress, profiles } from './types.ts';

const group = '/Common/traffic-group-1';

function addresses(count: number, from = 0): readonly FloatingAddress[] {
  return Array.from({ length: count }, (_, index) => ({
    address: `10.0.${(from + index) >> 8}.${(from + index) & 255}`,
    interface: '1.1',
  }));
}

function config(floating: readonly FloatingAddress[], key = 'a2V5'): FailoverConfig {
  return {
    own: {
      device: 'a',
      deviceGroup: '',
      members: [],
      witnesses: [],
      profile: profiles.fast,
      trafficGroups: [
        {
          name: group,
          addresses: floating,
          haOrder: [],
          autoFailback: false,
          autoFailbackSeconds: 60,
          loadFactor: 1,
        },
      ],
      capacity: {},
    },
    localAddresses: [],
    key,
    fixedAddresses: addresses(1, 5000),
    witnessing: [],
  };
}

test('what is between two configurations makes the one of the other, in steps of any size', () => {
  const before = config(addresses(100));
  const moved = addresses(10, 60).map((one) => ({ ...one, interface: 'lo' }));
  const after = {
    ...config([...addresses(50, 10), ...moved, ...addresses(50, 200)]),
    fixedAddresses: addresses(3, 6000),
  };
  const changes = changesBetween(before, after);
  assert.ok(changes);
  for (const most of [1, 7, 25, 1000]) {
    const steps = inSteps(changes, most);
    for (const step of steps) {
      const size = step.reduce((sum, one) => sum + one.removed.length + one.added.length, 0);
      assert.ok(size > 0 && size <= most);
    }
    assert.deepEqual(changesBetween(steps.reduce(withChanges, before), after), []);
  }
  assert.deepEqual(changes.map((one) => one.group).toSorted(), [group, localOnlyGroup].toSorted());
});

test('the order does not count; anything else than addresses does', () => {
  const all = addresses(20);
  assert.deepEqual(changesBetween(config(all), config(all.toReversed())), []);
  assert.equal(changesBetween(config(all), config(all, 'b3RoZXI=')), undefined);
  assert.deepEqual(inSteps([], 25), []);
});

test('what else differs comes first, and the addresses by themselves', () => {
  const before = config(addresses(100));
  const second = {
    ...before.own.trafficGroups[0],
    name: '/Common/two',
    addresses: addresses(3, 90),
  };
  const next = config(addresses(90), 'b3RoZXI=');
  const after = {
    ...next,
    own: { ...next.own, trafficGroups: [...next.own.trafficGroups, second] as const },
  } as FailoverConfig; // `second` has all that the first group has.
  const { changes, rest } = addressesApart(before, after);
  assert.equal(rest?.key, 'b3RoZXI=');
  assert.deepEqual(
    rest.own.trafficGroups.map((one) => one.addresses.length),
    [100, 0],
  );
  assert.deepEqual(changesBetween(withChanges(rest, changes), after), []);
  assert.equal(addressesApart(before, config(addresses(90))).rest, undefined);
});
