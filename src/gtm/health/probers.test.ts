import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Properties } from '../../catalogue/types.ts';
import { exampleView } from '../../monitor/example-view.ts';
import { chooseProber, type EligibleProber, readProberRules } from './probers.ts';

const nyc = '/Common/nyc';
const lon = '/Common/lon';
const devices: readonly EligibleProber[] = [
  { device: 'nyc-1', servers: ['/Common/nyc_1'], datacenters: [nyc] },
  { device: 'nyc-2', servers: ['/Common/nyc_2'], datacenters: [nyc] },
  { device: 'lon-1', servers: ['/Common/lon_1'], datacenters: [lon] },
  { device: 'stray', servers: [], datacenters: [] },
];
const members = [
  { name: '/Common/lon_1', order: 1 },
  { name: '/Common/nyc_1', order: 0 },
  { name: '/Common/nyc_2', order: 2, enabled: 'disabled' },
];

/** Who probes the hosts of a server in nyc. */
function chosen(
  server: Properties,
  place: Properties = {},
  pool: Properties = {},
  eligible = devices,
): string | undefined {
  const view = exampleView({
    'gtm datacenter': { [nyc]: place },
    'gtm server': { '/Common/host': { datacenter: nyc, product: 'generic-host', ...server } },
    'gtm prober-pool': { '/Common/probers': { members, ...pool } },
  });
  const rules = readProberRules(view).get('/Common/host');
  assert.ok(rules);
  return chooseProber('/Common/host', rules, eligible);
}
const without = (...gone: string[]): readonly EligibleProber[] =>
  devices.filter(({ device }) => !gone.includes(device));

test('by default somebody of the data center probes, else anybody', () => {
  const first = chosen({}) ?? '';
  assert.match(first, /^nyc-/);
  const second = chosen({}, {}, {}, without(first)) ?? '';
  assert.match(second, /^nyc-/);
  assert.notEqual(second, first);
  assert.match(chosen({}, {}, {}, without('nyc-1', 'nyc-2')) ?? '', /^(lon-1|stray)$/);
  assert.equal(chosen({}, {}, {}, []), undefined);
});

test('preference and fallback are those of the server, else of its data center', () => {
  assert.equal(chosen({}, { 'prober-preference': 'outside-datacenter' }), 'lon-1');
  const inside = { 'prober-preference': 'inside-datacenter', 'prober-fallback': 'none' };
  assert.match(chosen(inside, { 'prober-preference': 'outside-datacenter' }) ?? '', /^nyc-/);
  assert.equal(chosen(inside, {}, {}, without('nyc-1', 'nyc-2')), undefined);
});

test('a prober pool goes by its order, or spreads; disabled members do not probe', () => {
  const pooled = { 'prober-preference': 'pool', 'prober-pool': '/Common/probers' };
  assert.equal(chosen(pooled), 'nyc-1');
  assert.equal(chosen(pooled, {}, {}, without('nyc-1')), 'lon-1');
  assert.match(chosen(pooled, {}, {}, without('nyc-1', 'lon-1')) ?? '', /^(nyc-2|stray)$/);
  const spread = { 'load-balancing-mode': 'round-robin' };
  assert.match(chosen(pooled, {}, spread) ?? '', /^(nyc-1|lon-1)$/);
  const off = { enabled: 'disabled' };
  assert.match(
    chosen({ ...pooled, 'prober-fallback': 'inside-datacenter' }, {}, off) ?? '',
    /^nyc-/,
  );
});

test('hosts are spread, and a device that goes moves its own only', () => {
  const any = { choices: [{ kind: 'any' }] } as const;
  const hosts = Array.from({ length: 1000 }, (_, index) => `/Common/h${index}`);
  const before = new Map(hosts.map((host) => [host, chooseProber(host, any, devices)]));
  for (const { device } of devices) {
    const count = [...before.values()].filter((one) => one === device).length;
    assert.ok(count > 150 && count < 350, `${device}: ${count}`);
  }
  for (const host of hosts) {
    const after = chooseProber(host, any, without('lon-1'));
    if (before.get(host) !== 'lon-1') assert.equal(after, before.get(host));
  }
});
