import assert from 'node:assert/strict';
import { test } from 'node:test';
import { renderFence, renderOpen } from './fence.ts';

const plan = {
  interfaces: [{ name: '1.1', index: 2 }],
  trafficGroups: [
    {
      name: '/Common/traffic-group-1',
      addresses: [
        { address: '198.18.0.10', interface: '1.1' },
        { address: 'fd00::10', interface: '1.1' },
      ],
      haOrder: [],
      autoFailback: false,
      autoFailbackSeconds: 60,
      loadFactor: 1,
    },
  ],
};

test('the fence covers ARP, IPv4, IPv6 and neighbour discovery, in and out, and begins closed', () => {
  const text = renderFence(plan, new Map());
  for (const part of [
    'set own_1 { type ether_type; flags timeout; }',
    'map to4 { type ipv4_addr : verdict; elements = { 198.18.0.10 : jump group_1 }; }',
    'map to6 { type ipv6_addr : verdict; elements = { fd00::10 : jump group_1 }; }',
    'arp operation request arp daddr ip vmap @to4',
    'arp saddr ip vmap @to4',
    '{ 0xfd000000000000000000000000000010 : jump group_1 }',
    'nd-neighbor-advert } @th,64,128 vmap @neighbours',
    'hook ingress device "1.1"',
    'hook egress device "1.1"',
  ]) {
    assert.ok(text.includes(part), part);
  }
});

test('a replacement keeps open what is open', () => {
  const text = renderFence(plan, new Map([['/Common/traffic-group-1', 250.7]]));
  assert.match(text, /own_1 .*ip timeout 250ms, ip6 timeout 250ms, arp timeout 250ms/);
});

test('opening consumes the permit in the same transaction', () => {
  assert.equal(
    renderOpen(1, 280),
    `delete element netdev evenkeel_fence permit_1 { ip }
add element netdev evenkeel_fence own_1 { ip, ip6, arp }
delete element netdev evenkeel_fence own_1 { ip, ip6, arp }
add element netdev evenkeel_fence own_1 { ip timeout 280ms, ip6 timeout 280ms, arp timeout 280ms }
`,
  );
});

test('packets are marked with the groups that are here, where a group has networks', () => {
  const open = new Map([['/Common/traffic-group-1', 'forever']] as const);
  assert.ok(!renderFence(plan, open).includes('meta mark set'));
  const trafficGroups = plan.trafficGroups.map((one) => ({ ...one, hasNetworks: true as const }));
  const text = renderFence({ ...plan, trafficGroups }, open);
  assert.match(
    text,
    /meta mark != 0 return\n +meta protocol @own_1 meta mark set meta mark \| 0x4e..0001\n/,
  );
  assert.match(text, /hook ingress device "1.1".*jump inward; jump owned; }/);
  assert.doesNotMatch(text, /hook egress.*owned/);
});
