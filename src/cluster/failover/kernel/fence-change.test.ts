import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { TrafficGroup } from '../types.ts';
import { inPlaces, interfaceKey, renderChange, renderReaddressing } from './fence-change.ts';
import type { FencePlan } from './fence.ts';

function groupOf(name: string, ...addresses: readonly string[]): TrafficGroup {
  return {
    name,
    addresses: addresses.map((address) => ({ address, interface: '1.1' })),
    haOrder: [],
    autoFailback: false,
    autoFailbackSeconds: 60,
    loadFactor: 1,
  };
}

const first = groupOf('/Common/traffic-group-1', '198.18.0.10', 'fd00::10');
const second = groupOf('/Common/two', '198.18.0.20');
const interfaces = [
  { name: '1.1', index: 2 },
  { name: '1.2', index: 3 },
];
const plan: FencePlan = { interfaces, trafficGroups: [first] };

/** The change as lines, the table's name left out. */
function linesOf(text: string): readonly string[] {
  return text
    .trimEnd()
    .split('\n')
    .map((line) => line.replace('netdev evenkeel_fence ', '').trim());
}

test('a place that becomes free is taken by the next change, not by the same', () => {
  const keyOf = (one: string): string => one;
  const gone = inPlaces(['a', 'b'], ['b', 'c'], keyOf);
  assert.deepEqual(gone, [undefined, 'b', 'c']);
  assert.deepEqual(inPlaces(gone, ['b', 'c', 'd', 'e'], keyOf), ['d', 'b', 'c', 'e']);
});

test('nothing is said when nothing differs, whatever is open', () => {
  assert.equal(renderChange(plan, { ...plan, trafficGroups: [{ ...first }] }), '');
});

test('an interface that comes or goes is a chain each way', () => {
  const less = { ...plan, interfaces: inPlaces(interfaces, interfaces.slice(0, 1), interfaceKey) };
  const chains = ['in_2', 'out_2'];
  assert.deepEqual(
    linesOf(renderChange(plan, less)),
    chains.flatMap((chain) => ['add', 'flush', 'delete'].map((verb) => `${verb} chain ${chain}`)),
  );
  assert.deepEqual(linesOf(renderChange(less, plan)), [
    'add chain in_2 { type filter hook ingress device "1.2" priority -450; policy accept; }',
    'add rule in_2 jump inward',
    'add chain out_2 { type filter hook egress device "1.2" priority -450; policy accept; }',
    'add rule out_2 jump outward',
  ]);
});

test('another interface under the same name has chains of its own', () => {
  const [one] = interfaces;
  const next = inPlaces(
    interfaces,
    [{ name: '1.1', index: 9 }, ...interfaces.slice(1)],
    interfaceKey,
  );
  const lines = linesOf(renderChange(plan, { ...plan, interfaces: next }));
  assert.equal(one?.name, '1.1');
  assert.ok(lines.includes('delete chain in_1'));
  assert.ok(
    lines.some((line) => line.startsWith('add chain in_3 { type filter hook ingress device "1.1"')),
  );
});

test('a group comes closed, with its addresses behind its chain, and leaves nothing', () => {
  const both = { ...plan, trafficGroups: [first, second] };
  const come = renderChange(plan, both);
  assert.match(come, /set own_2 \{ type ether_type; flags timeout; \}/);
  assert.doesNotMatch(come, /own_1|198\.18\.0\.10/);
  assert.ok(come.indexOf('chain group_2') < come.indexOf('add element'));
  const gone = linesOf(renderChange(both, { ...plan, trafficGroups: [first, undefined] }));
  assert.deepEqual(gone, [
    'delete element to4 { 198.18.0.20 : jump group_2 }',
    'flush chain group_2',
    'delete chain group_2',
    ...['own', 'permit', 'draining', 'drained'].map((set) => `delete set ${set}_2`),
  ]);
});

test('an address that moves between groups goes before it comes', () => {
  const before = { ...plan, trafficGroups: [first, second] };
  const [moving, ...others] = first.addresses;
  assert.ok(moving);
  const after = [
    { ...first, addresses: others },
    { ...second, addresses: [...second.addresses, moving] },
  ];
  assert.deepEqual(linesOf(renderChange(before, { ...plan, trafficGroups: after })), [
    'delete element to4 { 198.18.0.10 : jump group_1 }',
    'add element to4 { 198.18.0.10 : jump group_2 }',
  ]);
});

test('rules of a hardware address are made anew around what they name', () => {
  const masked = { ...first, mac: '02:00:00:00:00:01', hasNetworks: true as const };
  const hardware = new Map([['1.1', '02:00:00:00:00:99']]);
  const masking = { ...plan, trafficGroups: [masked], hardware };
  const lines = linesOf(renderChange(plan, masking));
  assert.equal(lines[0], 'add chain in_1');
  assert.ok(lines.includes('add element mac4 { 198.18.0.10 : 02:00:00:00:00:01 }'));
  assert.ok(lines.includes('add rule out_1 ether saddr set ip saddr map @mac4'));
  assert.ok(lines.some((line) => line.startsWith('add rule owned meta protocol @own_1')));
  const back = linesOf(renderChange(masking, plan));
  assert.ok(
    back.indexOf('flush chain in_1') <
      back.indexOf('delete element mac4 { 198.18.0.10 : 02:00:00:00:00:01 }'),
  );
  assert.ok(back.includes('flush chain owned'));
  assert.equal(
    lines.some((line) => line.includes('in_2 ether')),
    false,
  );
});

test('addresses come and go without a look at the rest', () => {
  const at = (address: string) => ({ address, interface: '1.1' });
  const change = {
    group: first.name,
    removed: [at('198.18.0.10')],
    added: [at('198.18.0.11'), at('fd00::11')],
  };
  const after = { ...first, addresses: [at('fd00::10'), ...change.added] };
  assert.deepEqual(linesOf(renderReaddressing(plan, [after], [change]) ?? ''), [
    'delete element to4 { 198.18.0.10 : jump group_1 }',
    'add element to4 { 198.18.0.11 : jump group_1 }',
    'add element to6 { fd00::11 : jump group_1 }',
    'add element neighbours { 0xfd000000000000000000000000000011 : jump group_1 }',
  ]);
  assert.equal(renderReaddressing(plan, [after, second], [change]), undefined, 'a group comes');
  assert.equal(renderReaddressing(plan, [first], [{ ...change, group: '/Common/none' }]), '');
});

test('a masquerading group takes addresses where it has some, and else needs more than elements', () => {
  const masked = { ...first, mac: '02:00:00:00:00:01' };
  const masking = { ...plan, trafficGroups: [masked] };
  const on = (device: string) => {
    const added = [{ address: '198.18.0.12', interface: device }];
    const after = { ...masked, addresses: [...masked.addresses, ...added] };
    return renderReaddressing(masking, [after], [{ group: masked.name, removed: [], added }]);
  };
  assert.match(on('1.1') ?? '', /add element .* mac4 \{ 198\.18\.0\.12 : 02:00:00:00:00:01 \}/);
  assert.equal(on('1.2'), undefined);
});
