import assert from 'node:assert/strict';
import { test } from 'node:test';
import { renderFence } from './fence.ts';
import { masqueradeLinks, placeOf } from './masquerade.ts';

const group = {
  name: '/Common/traffic-group-1',
  addresses: [
    { address: '198.18.0.10', interface: '1.1' },
    { address: '198.18.0.11', interface: '1.1' },
    { address: '198.18.7.1', interface: 'lo' },
  ],
  haOrder: [],
  autoFailback: false,
  autoFailbackSeconds: 60,
  loadFactor: 1,
};
const masked = { ...group, mac: '02:00:00:00:00:01' };

test('one macvlan for each interface; routed addresses and plain groups have none', () => {
  const [link, ...others] = masqueradeLinks([masked]);
  assert.deepEqual(others, []);
  assert.equal(link?.parent, '1.1');
  assert.match(link?.name ?? '', /^ekm[0-9a-f]{8}$/);
  assert.equal(placeOf(masked, '1.1'), link?.name);
  assert.equal(placeOf(masked, 'lo'), 'lo');
  assert.deepEqual(masqueradeLinks([group]), []);
  assert.equal(placeOf(group, '1.1'), '1.1');
});

test('frames to the group are the interface’s own only while the fence is open', () => {
  const hardware = new Map([['1.1', '02:00:00:00:00:99']]);
  const text = renderFence(
    {
      interfaces: [
        { name: '1.1', index: 2 },
        { name: '1.2', index: 3 },
      ],
      trafficGroups: [masked],
      hardware,
    },
    new Map(),
  );
  const [hook = ''] = text.split('\n').filter((line) => line.includes('chain in_1 '));
  const opened = hook.indexOf('meta protocol @own_1');
  assert.ok(opened > hook.indexOf('jump inward') && opened < hook.indexOf('drop'), hook);
  assert.match(text, /map mac4 .* 198\.18\.0\.10 : 02:00:00:00:00:01, /);
  const [elsewhere = ''] = text.split('\n').filter((line) => line.includes('chain in_2 '));
  assert.ok(!elsewhere.includes('ether'), elsewhere);
});
