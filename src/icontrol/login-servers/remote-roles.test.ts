import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Attribute } from './answer.ts';
import { type RoleRules, remoteAccount } from './remote-roles.ts';

type Line = RoleRules['lines'][number];

function line(order: number, attribute: string, more: Partial<Line> = {}): Line {
  const [name = '', value = ''] = attribute.split('=');
  const wanted = { name, value };
  const rest = { isDenied: false, role: 'guest', partition: 'Common', console: 'disable' };
  return { name: `line${order}`, order, wanted, ...rest, ...more };
}

const preset = { role: 'no-access', partition: 'all', console: 'disabled' };

function accessOf(
  lines: readonly Line[],
  attributes: readonly Attribute[],
  sameCase = true,
): Readonly<Record<string, string>> | undefined {
  return remoteAccount({ lines, preset }, 'olga', attributes, sameCase)?.partitionAccess;
}

const admins = { name: 'group', value: 'Admins' };
const readers = { name: 'group', value: 'Readers' };

test('nobody said anything: the preset', () => {
  assert.deepEqual(accessOf([line(1, 'group=Admins')], []), { 'all-partitions': 'no-access' });
});

test('the first line of a partition counts; others add theirs', () => {
  const lines = [
    line(1, 'group=Admins', { role: 'manager', partition: 'one' }),
    line(2, 'group=Readers', { role: 'guest', partition: 'one' }),
    line(3, 'group=Readers', { role: 'operator', partition: 'two' }),
    line(4, 'group=Admins', { role: 'admin', partition: 'All' }),
  ];
  assert.deepEqual(accessOf(lines, [readers, admins]), { one: 'manager', two: 'operator' });
  assert.deepEqual(accessOf(lines.slice(3), [admins]), { 'all-partitions': 'admin' });
});

test('a line that denies does so when it is the first that fits', () => {
  const deny = line(1, 'group=Readers', { isDenied: true });
  assert.equal(accessOf([deny, line(2, 'group=Admins')], [readers, admins]), undefined);
  assert.deepEqual(accessOf([line(0, 'group=Admins'), deny], [readers, admins]), {
    Common: 'guest',
  });
});

test('case counts where the server says so; names of attributes never', () => {
  const lines = [line(1, 'GROUP=admins')];
  assert.deepEqual(accessOf(lines, [admins], true), { 'all-partitions': 'no-access' });
  assert.deepEqual(accessOf(lines, [admins], false), { Common: 'guest' });
});

test('what the server says of role and partition; numbers as dictionary.f5 has them', () => {
  const lines = [
    line(1, 'group=Admins', { role: '%Role', partition: '%Place', console: '%Shell' }),
  ];
  const said = (role: string): readonly Attribute[] => [
    admins,
    { name: 'role', value: role },
    { name: 'Place', value: 'north' },
    { name: 'Shell', value: 'tmsh' },
  ];
  assert.deepEqual(accessOf(lines, said('100')), { north: 'manager' });
  assert.deepEqual(accessOf(lines, said('Administrator')), { north: 'admin' });
  assert.deepEqual(accessOf(lines, said('350')), { north: 'no-access' });
  assert.deepEqual(accessOf(lines, [admins]), { '': 'no-access' });
  assert.equal(remoteAccount({ lines, preset }, 'olga', said('0'), true)?.hasConsole, true);
});
