import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Properties } from '../../catalogue/types.ts';
import { TestWorld } from '../../config/model/test-world.ts';
import type { Operation } from '../../config/types.ts';
import type { HealthEntry } from '../../monitor/health.ts';
import { isOrdinary, parseGateways } from './ordinary.ts';
import { type LastHopPlan, planLastHop } from './plan.ts';
import { isWanted, parseSeen, renderLastHop } from './render.ts';
import { RouterBook, type WantedRouter, mostRouters, routerCommands } from './routers.ts';

const facts = {
  interfaceOf: (vlan: string) => (vlan === '/Common/external' ? '1.1' : undefined),
  maximumConnections: () => 1000,
  isSharingWorth: () => false,
};

function create(component: string, name: string, properties: Properties): Operation {
  return { kind: 'create', component, name: `/Common/${name}`, properties };
}

function modify(component: string, name: string, properties: Properties): Operation {
  return { kind: 'modify', component, name, properties };
}

function worldWith(...operations: readonly Operation[]): TestWorld {
  const world = new TestWorld();
  world.do(
    create('net interface', '1.1', {}),
    create('net vlan', 'external', { interfaces: [{ name: '1.1', tagged: 'untagged' }] }),
    create('net self', 'ext', { address: '10.1.0.1/24', vlan: '/Common/external' }),
    create('ltm virtual', 'v', { destination: '/Common/10.1.0.100:80', 'ip-protocol': 'tcp' }),
    ...operations,
  );
  return world;
}

function planOf(world: TestWorld, down: readonly string[] = []): LastHopPlan {
  const health = {
    get: (key: string) =>
      // Nothing else of it is looked at.
      down.includes(key) ? ({ usable: false } as HealthEntry) : undefined,
  };
  return planLastHop(world.view, facts, health, ['/Common/v']);
}

test('the virtual server says it, else the VLAN, else the device', () => {
  const off = { 'auto-lasthop': 'disabled' };
  const isOn = (world: TestWorld): unknown => planOf(world).lans[0]?.isOn;
  const world = worldWith();
  assert.equal(isOn(world), true);
  assert.deepEqual(planOf(world).exceptions, []);
  world.do(modify('ltm global-settings connection', '', { 'auto-last-hop': 'disabled' }));
  assert.equal(isOn(world), false);
  assert.equal(isWanted(planOf(world)), false);
  world.do(modify('net vlan', '/Common/external', { 'auto-lasthop': 'enabled' }));
  assert.equal(isOn(world), true);
  world.do(modify('ltm virtual', '/Common/v', off));
  const text = renderLastHop(planOf(world), []);
  assert.match(text, /ip daddr 10\.1\.0\.100 meta l4proto tcp th dport 80 return\n/);
  world.do(
    modify('net vlan', '/Common/external', off),
    modify('ltm virtual', '/Common/v', { 'auto-lasthop': 'enabled' }),
  );
  assert.match(renderLastHop(planOf(world), []), /th dport 80 goto learn\n/);
});

test('members of a last hop pool that are up get the answers, all when none is', () => {
  const world = worldWith(
    create('ltm pool', 'routers', {
      members: [{ name: '/Common/10.1.0.2:0' }, { name: '/Common/10.1.0.3:0' }],
    }),
    modify('ltm virtual', '/Common/v', { 'last-hop-pool': '/Common/routers' }),
  );
  const ways = (down: readonly string[]): unknown =>
    planOf(
      world,
      down.map((host) => `member /Common/routers /Common/10.1.0.${host}:0`),
    ).exceptions[0]?.way;
  assert.deepEqual(ways([]), { routers: ['10.1.0.2', '10.1.0.3'] });
  assert.deepEqual(ways(['2']), { routers: ['10.1.0.3'] });
  assert.deepEqual(ways(['2', '3']), { routers: ['10.1.0.2', '10.1.0.3'] });
});

test('nothing is asked of answers while no router is known', () => {
  const plan = planOf(worldWith());
  assert.doesNotMatch(renderLastHop(plan, []), /label|hook output/);
  const came = {
    came: '1.1',
    device: '1.1',
    hardware: '02:00:00:00:00:07',
    family: 4,
    bit: 9,
  } as const;
  const text = renderLastHop(plan, [came]);
  assert.match(text, /ct label 9 meta mark set 0x4c000009 accept/);
  assert.match(text, /"1\.1" \. 02:00:00:00:00:07 \. ipv4 : goto by_9/);
  assert.match(text, /iifname \{ "1\.1".* ip saddr 10\.1\.0\.0\/24 return/);
});

test('what nft prints of the set is read', () => {
  const text =
    'elements = { "1.1" . 02:00:00:00:00:07 . ipv4 timeout 1h expires 59m, "ekm1" . 02:00:00:00:00:08 . ipv6 }';
  assert.deepEqual(parseSeen(text), [
    { came: '1.1', hardware: '02:00:00:00:00:07', family: 4 },
    { came: 'ekm1', hardware: '02:00:00:00:00:08', family: 6 },
  ]);
});

test('a router keeps its bit while others come and go; there is an end to them', () => {
  const router = (at: number): WantedRouter => ({
    came: '1.1',
    device: '1.1',
    hardware: `02:00:00:00:00:${at.toString(16).padStart(2, '0')}`,
    family: 4,
  });
  const all = Array.from({ length: 3 * mostRouters }, (_, at) => router(at));
  const book = new RouterBook();
  assert.ok(book.keep(all.slice(0, 20)));
  assert.ok(!book.keep(all.slice(0, 20)));
  const before = book.all;
  book.keep(all);
  assert.equal(book.all.length, mostRouters);
  assert.equal(new Set(book.all.map(({ bit }) => bit)).size, mostRouters);
  assert.deepEqual(book.all.slice(0, 20), before);
  const [first] = before;
  assert.ok(first);
  const { add, remove } = routerCommands(first);
  assert.deepEqual(
    add.map((command) => command.slice(0, 3).join(' ')),
    ['-4 neigh replace', '-4 route replace', '-4 rule add'],
  );
  assert.equal(remove.length, add.length);
});

test('a router that the routing table leads everything to needs nothing', () => {
  const router = { device: '1.1', hardware: '02:00:00:00:00:07', family: 4 } as const;
  const at = { address: '10.1.0.254', hardware: router.hardware, interface: '1.1' };
  const shown = [
    { dst: '10.1.0.0/24', dev: '1.1' },
    { dst: 'default', gateway: '10.1.0.254', dev: '1.1' },
  ];
  const other = { dst: '10.9.0.0/16', gateway: '10.1.0.253', dev: '1.1' };
  assert.ok(isOrdinary(router, parseGateways(shown, 4), [at]));
  assert.ok(!isOrdinary(router, parseGateways(shown, 4), []));
  assert.ok(!isOrdinary(router, parseGateways([...shown, other], 4), [at]));
  assert.ok(!isOrdinary({ ...router, family: 6 }, parseGateways(shown, 4), [at]));
  assert.ok(
    !isOrdinary({ ...router, hardware: '02:00:00:00:00:08' }, parseGateways(shown, 4), [at]),
  );
});
