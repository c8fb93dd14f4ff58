import assert from 'node:assert/strict';
import { test } from 'node:test';
import { renderDrains, renderFence } from './fence.ts';
import {
  localPorts,
  renderAddresses,
  renderDetours,
  renderHandover,
  type Unknown,
} from './handover.ts';
import { type GroupConfig, profiles } from '../types.ts';

const links = [{ device: '1.3', hardware: '02:00:00:00:00:0a' }];
const road = { device: '1.3', hardware: '02:00:00:00:00:0b' };
const detours = [{ name: '/Common/traffic-group-1', group: 1, ...road, milliseconds: 9000.6 }];

test('hooks on every interface come before the fence; what leaves by the link is left alone', () => {
  const text = renderHandover(['1.1', '1.3'], links, 1);
  const chain = (name: string): string => text.split(`chain ${name} {`)[1]?.split('\n  }')[0] ?? '';
  for (const name of ['in_1', 'in_2', 'out_1', 'out_2']) {
    assert.match(chain(name), /priority -460/);
  }
  assert.match(chain('out_1'), /jump send_given4_1/);
  assert.doesNotMatch(chain('out_2'), /send_given/);
  assert.match(chain('in_2'), /^ +ip6 saddr @addresses6_1 meta mark set/m);
  assert.doesNotMatch(chain('in_1'), /meta mark set/);
  assert.match(chain('send_given6_1'), /meta protocol map @to_1_1 .* fwd to "1.3"/);
  assert.match(chain('receive4_1'), /meta protocol map @unknown_1_1 .* fwd to "1.3"\n +drop$/);
});

test('without a link there is no table', () => {
  assert.doesNotMatch(renderHandover(['1.1'], [], 1), /chain/);
});

const sides = (unknown: Unknown) => detours.map((detour) => ({ ...detour, unknown }));

test('detours are replaced as a whole, and every element has an end', () => {
  const text = renderDetours(links, 2, { given: sides('ours'), inherited: [] }, false);
  const added = text.split('\n').filter((line) => line.startsWith('add element'));
  assert.equal(added.length, 6);
  assert.ok(added.every((line) => line.includes('timeout 9000ms')));
  assert.ok(text.includes('ip6 timeout 9000ms : 02:00:00:00:00:0b }'));
  assert.ok(text.includes('flush map netdev evenkeel_handover unknown_2_1'));
  assert.doesNotMatch(text, /known4/);
  const inherited = { given: [], inherited: sides('asked') };
  assert.match(renderDetours(links, 1, inherited, true), /flush set .* known4/);
});

test('a packet that neither knows goes over the link once, or there and back', () => {
  const added = (side: 'given' | 'inherited', unknown: Unknown): string[] =>
    renderDetours(links, 1, { given: [], inherited: [], [side]: sides(unknown) }, false)
      .split('\n')
      .flatMap((line) => line.match(/^add element .* (\w+?)_1(?:_1)? \{ /)?.[1] ?? []);
  const both = ['draining', 'peer'];
  assert.deepEqual(added('given', 'ours'), ['to', 'given', ...both, 'own', 'unknown']);
  assert.deepEqual(added('given', 'asked'), ['to', 'given', ...both, 'asked', 'unknown']);
  assert.deepEqual(added('given', 'theirs'), ['to', 'given', ...both, 'unknown']);
  assert.deepEqual(added('inherited', 'asked'), ['inherited', ...both, 'asked', 'unknown']);
  assert.deepEqual(added('inherited', 'theirs'), ['inherited', ...both, 'unknown']);
});

test('the fence lets drained connections in, and out to the new owner only', () => {
  const group = {
    name: '/Common/traffic-group-1',
    addresses: [],
    haOrder: [],
    autoFailback: false,
    autoFailbackSeconds: 60,
    loadFactor: 1,
  };
  const fence = renderFence(
    { interfaces: [{ name: '1.1', index: 2 }], trafficGroups: [group] },
    new Map(),
    detours,
  );
  const isNoSyn = String.raw`tcp flags & \(fin \| syn \| rst \| ack\) != syn`;
  assert.match(fence, new RegExp(`iif != 0 meta protocol @draining_1 ${isNoSyn} accept`));
  assert.match(fence, /ether daddr @drained_1 .* != syn \| ack accept/);
  assert.ok(fence.endsWith(renderDrains([1], detours).split('drained_1\n').at(-1) ?? 'nothing'));
  assert.match(fence, /drained_1 \{ 02:00:00:00:00:0b timeout 9000ms \}/);
});

test('addresses of a group stand in its sets, however many are drained', () => {
  const one = { group: 1, address: '198.18.0.10' };
  const other = { group: 2, address: 'fd00::10' };
  assert.equal(
    renderAddresses([one], [{ ...one, group: 2 }, other]),
    `delete element netdev evenkeel_handover addresses4_1 { 198.18.0.10 }
add element netdev evenkeel_handover addresses4_2 { 198.18.0.10 }
add element netdev evenkeel_handover addresses6_2 { fd00::10 }
`,
  );
});

test('members begin connections from ports of their own', () => {
  const config = (device: string, names: readonly string[]): GroupConfig => ({
    device,
    deviceGroup: '/Common/pair',
    members: names.map((name) => ({ device: name, addresses: [] })),
    witnesses: [],
    profile: profiles.fast,
    trafficGroups: [],
    capacity: {},
  });
  assert.deepEqual(localPorts(config('a', ['a'])), [32_768, 60_999]);
  const shares = ['a', 'b', 'c'].map((name) => localPorts(config(name, ['c', 'a', 'b'])));
  for (const [index, [first, last]] of shares.entries()) {
    assert.ok(first < last && first > (shares[index - 1]?.[1] ?? 0) && last <= 60_999);
  }
});
