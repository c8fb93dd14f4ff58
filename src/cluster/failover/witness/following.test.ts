import assert from 'node:assert/strict';
import { test } from 'node:test';
import { KeyRing } from '../heartbeats/key-ring.ts';
import { profiles, type WitnessDuty } from '../types.ts';
import { followKey, pairDuties } from './following.ts';

function duty(deviceGroup: string, key: string, ...devices: readonly string[]): WitnessDuty {
  const members = devices.map((device) => ({ device, addresses: [] }));
  const group = { device: 'w', deviceGroup, members, witnesses: [], profile: profiles.fast };
  return { key, group: { ...group, trafficGroups: [], capacity: {} } };
}

function voting({ key, group }: WitnessDuty) {
  const driver = { state: () => ({ config: group }) };
  return { ring: new KeyRing(key), deviceGroup: group.deviceGroup, driver };
}

test('a group whose key changes keeps what votes for it, and both keys for a while', () => {
  const known = voting(duty('g', 'one', 'a', 'b'));
  const [paired] = pairDuties([duty('g', 'two', 'b', 'c')], [known]);
  assert.equal(paired?.known, known);
  followKey(known.ring, 'two', 0);
  assert.deepEqual(known.ring.sealing('b'), ['two', 'one']);
  assert.equal(known.ring.admits('b', 'one', 1), true);
});

test('a group of another domain, or with nobody in common, gets its own', () => {
  const known = voting(duty('g', 'one', 'a', 'b'));
  const evil = duty('g', 'evil', 'evil', 'a');
  const both = pairDuties([evil, duty('g', 'one', 'a', 'b')], [known]);
  assert.deepEqual(
    both.map((one) => one.known),
    [undefined, known],
  );
  assert.equal(pairDuties([duty('g', 'two', 'x', 'y')], [known])[0]?.known, undefined);
  assert.equal(pairDuties([duty('h', 'two', 'a', 'b')], [known])[0]?.known, undefined);
});
