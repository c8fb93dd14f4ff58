import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { WitnessDuty } from '../types.ts';
import { dutiesAfter } from './witness-duties.ts';

const own = 'gtm-1';

function asked(
  duties: readonly WitnessDuty[],
  asker: string,
  group: string,
  members: readonly string[],
  key: string,
): readonly WitnessDuty[] {
  const request = {
    group,
    members: members.map((device) => ({ device, addresses: [`198.18.0.1:1026`] })),
    key: Buffer.from(key),
    profile: 'fast',
  };
  return dutiesAfter(duties, request, asker, own);
}

function shown(duties: readonly WitnessDuty[]): readonly string[] {
  return duties.map(({ key, group }) => {
    const members = group.members.map(({ device }) => device).join('+');
    return `${group.deviceGroup} ${members} ${Buffer.from(key, 'base64').toString()}`;
  });
}

test('a group has its witness anew: with a member more, with another key, under another name', () => {
  const first = asked([], 'a', 'g', ['a', 'b'], 'k');
  assert.deepEqual(shown(asked(first, 'b', 'g', ['a', 'b'], 'k')), ['g a+b k']);
  assert.deepEqual(shown(asked(first, 'c', 'g', ['a', 'b', 'c'], 'k')), ['g a+b+c k']);
  assert.deepEqual(shown(asked(first, 'a', 'g', ['a', 'b'], 'new')), ['g a+b new']);
  assert.deepEqual(shown(asked(first, 'a', 'h', ['a', 'b'], 'k')), ['h a+b k']);
  assert.deepEqual(shown(asked(first, 'a', 'g', [], 'new')), []);
  assert.deepEqual(shown(asked(first, 'x', 'g', [], 'k')), []);
});

test('a device of another domain takes nobody else’s witness', () => {
  const first = asked([], 'a', 'g', ['a', 'b'], 'k');
  assert.deepEqual(shown(asked(first, 'evil', 'g', ['evil', 'a'], 'e')), ['g a+b k', 'g evil+a e']);
  assert.deepEqual(shown(asked(first, 'evil', 'g', [], 'e')), ['g a+b k']);
  let many = first;
  for (let count = 0; count < 100; count += 1) {
    many = asked(many, 'evil', `g${count}`, ['evil'], `e${count}`);
  }
  assert.deepEqual(shown(many), ['g a+b k', 'g99 evil e99']);
});
