import assert from 'node:assert/strict';
import { test } from 'node:test';
import { renderDrains, renderFence } from './fence.ts';
import { localPorts, renderDetours, renderHandover } from './handover.ts';
import { type GroupConfig, profiles } from '../types.ts';

const links = [{ device: '1.3', hardware: '02:00:00:00:00:0a' }];
const detours = ['198.18.0.10', 'fd00::10'].map((address) => ({
  address,
  device: '1.3',
  hardware: '02:00:00:00:00:0b',
  milliseconds: 9000.6,
}));

test('hooks on every interface come before the fence; what leaves by the link is left alone', () => {
  const text = renderHandover(['1.1', '1.3'], links);
  const chain = (name: string): string => text.split(`chain ${name} {`)[1]?.split('\n  }')[0] ?? '';
  for (const name of ['in_1', 'in_2', 'out_1', 'out_2']) {
    assert.match(chain(name), /priority -460/);
  }
  assert.match(chain('out_1'), /jump send_given4/);
  assert.doesNotMatch(chain('out_2'), /send_given/);
  assert.match(chain('in_2'), /@given6 meta mark set/);
  assert.doesNotMatch(chain('in_1'), /meta mark set/);
  assert.match(chain('send_given6'), /ip6 saddr map @to6_1 .* fwd to "1.3"/);
  assert.match(chain('receive_inherited4'), /ip daddr map @from4_1 .* fwd to "1.3"/);
});

test('without a link there is no table', () => {
  assert.doesNotMatch(renderHandover(['1.1'], []), /chain/);
});

test('detours are replaced as a whole, and every element has an end', () => {
  const text = renderDetours(links, { given: detours, inherited: [] }, false);
  const added = text.split('\n').filter((line) => line.startsWith('add element'));
  assert.equal(added.length, 4);
  assert.ok(added.every((line) => line.includes('timeout 9000ms')));
  assert.ok(text.includes('to6_1 { fd00::10 timeout 9000ms : 02:00:00:00:00:0b }'));
  assert.ok(text.includes('flush map netdev evenkeel_handover from4_1'));
  assert.doesNotMatch(text, /known/);
  assert.match(
    renderDetours(links, { given: [], inherited: detours }, true),
    /flush set .* known4/,
  );
});

test('the fence lets drained connections in, and out to the new owner only', () => {
  const fence = renderFence({ interfaces: ['1.1'], trafficGroups: [] }, new Map(), detours);
  assert.match(fence, /ip daddr @draining4 tcp flags & \(fin \| syn \| rst \| ack\) != syn accept/);
  assert.match(fence, /ip saddr \. ether daddr @drained4 .* != syn \| ack accept/);
  assert.ok(fence.endsWith(renderDrains(detours).split('drained6\n').at(-1) ?? 'nothing'));
  assert.match(fence, /drained6 \{ fd00::10 \. 02:00:00:00:00:0b timeout 9000ms \}/);
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
