/**
 * Answers that leave by the router the question came by. The client's namespace plays two routers, each with a hardware
 * address of its own: one for clients to whom the device has a route by another way, one for clients to whom it has none.
 */
import assert from 'node:assert/strict';
import type { Operation, PropertyChanges } from '../../../src/config/types.ts';
import { waitUntil } from '../../../src/platform/clock.ts';
import { run, runChecked } from '../../../src/platform/process.ts';
import {
  a,
  buildNetwork,
  client,
  clock,
  commit,
  create,
  finish,
  patience,
  startRoom,
  step,
  virtual,
  virtualAddress,
} from './device.ts';

const ltm = startRoom();
const virtualAddress6 = 'fd00:201::100';
const unrouted6 = 'fd00:99::7';
const near = '198.18.201.9';
/** The device's own route to it leads elsewhere; to the other it has none. */
const [routed, unrouted] = ['198.18.250.7', '198.18.99.7'] as const;

async function inClient(...words: readonly string[]): Promise<string> {
  return runChecked('ip', ['netns', 'exec', client, ...words]);
}

async function buildRouters(): Promise<void> {
  for (const [name, source, table] of [
    ['r1', routed, '71'],
    ['r2', unrouted, '72'],
  ] as const) {
    for (const line of [
      `link add ${name} link eth0 type macvlan mode bridge`,
      `link set ${name} up`,
      `addr add ${source}/32 dev lo`,
      `route add 198.18.201.0/24 dev ${name} table ${table}`,
      `rule add from ${source} lookup ${table}`,
    ]) {
      await runChecked('ip', ['-n', client, ...line.split(' ')]);
    }
  }
  for (const line of [
    `addr add ${unrouted6}/128 dev lo`,
    'route add fd00:201::/64 dev r2 table 72',
    `rule add from ${unrouted6} lookup 72`,
  ]) {
    await runChecked('ip', ['-6', '-n', client, ...line.split(' ')]);
  }
}

const modify = (component: string, name: string, properties: PropertyChanges): Operation => ({
  kind: 'modify',
  component,
  name,
  properties,
});

/** What curl got, asked from that address. */
async function answer(from: string, port: number, seconds = 20): Promise<string> {
  const host = from.includes(':') ? `[${virtualAddress6}]` : virtualAddress;
  const url = `http://${host}:${port}/`;
  const bound = ['-m', String(seconds)];
  const args = ['-s', '-o', '/dev/null', ...bound, '-w', '%{http_code}', '--interface', from, url];
  return (await run('ip', ['netns', 'exec', client, 'curl', ...args])).stdout;
}

async function isAnswered(from: string, port: number): Promise<boolean> {
  return (await answer(from, port, 1)) === '200';
}

/** Packets that were sent to the router's hardware address. */
async function taken(router: string): Promise<number> {
  return Number(await inClient('cat', `/sys/class/net/${router}/statistics/rx_packets`));
}

await buildNetwork();
await run('ip', ['addr', 'add', `${virtualAddress}/32`, 'dev', '1.1']);
await run('ip', ['addr', 'add', `${virtualAddress6}/128`, 'dev', '1.1', 'nodad']);
await buildRouters();
await commit(
  create('ltm pool', '/Common/web', { members: [{ name: a }] }),
  virtual('www', 80, {}),
  virtual('fast', 8080, { profiles: [{ name: '/Common/fastL4' }] }),
  virtual('classified', 81, { source: '198.18.0.0/16' }),
  virtual('rest', 81, {}),
  virtual('six', 80, { destination: `/Common/${virtualAddress6}.80` }),
);
const ports = [80, 8080, 81];

await step('clients without a router are answered, and nothing is remembered of them', async () => {
  for (const port of ports) assert.equal(await answer(near, port), '200', String(port));
  const seen = await runChecked('nft', ['list', 'set', 'inet', 'evenkeel_last_hop', 'seen']);
  assert.doesNotMatch(seen, /elements/);
});

await step('clients to whom there is no route are answered by the way they came', async () => {
  for (const port of ports) {
    await waitUntil(clock, `an answer from ${port}`, patience, () => isAnswered(unrouted, port));
  }
  const before = await taken('r2');
  for (const port of ports) assert.equal(await answer(unrouted, port), '200', String(port));
  assert.ok((await taken('r2')) >= before + 9);
});

await step('the same by IPv6', async () => {
  await waitUntil(clock, 'an answer', patience, () => isAnswered(unrouted6, 80));
  assert.equal(await answer(unrouted6, 80), '200');
});

await step('the way that they came wins over the routing table', async () => {
  for (const port of ports) assert.equal(await answer(routed, port), '200', String(port));
  await waitUntil(clock, 'r1 to be known', patience, async () => {
    const before = await taken('r1');
    await answer(routed, 8080);
    return (await taken('r1')) > before + 2;
  });
  for (const port of ports) {
    const before = await taken('r1');
    assert.equal(await answer(routed, port), '200', String(port));
    assert.ok((await taken('r1')) > before + 2, String(port));
  }
  for (const port of ports) assert.equal(await answer(near, port), '200', `${near} ${port}`);
});

await step(
  'a router that all routes lead to is not remembered until they lead elsewhere',
  async () => {
    const hardware = (await inClient('cat', '/sys/class/net/r2/address')).trim();
    const rules = async (): Promise<number> =>
      (await runChecked('ip', ['rule', 'show', 'pref', '4347'])).split('fwmark').length - 1;
    const before = await rules();
    await runChecked('ip', ['-n', client, 'addr', 'add', '198.18.201.8/32', 'dev', 'r2']);
    await runChecked('ip', ['neigh', 'replace', '198.18.201.8', 'lladdr', hardware, 'dev', '1.1']);
    await commit(
      { kind: 'delete', component: 'net route', name: '/Common/away' },
      create('net route', '/Common/out', { network: 'default', gw: '198.18.201.8' }),
    );
    await waitUntil(clock, 'one router less', patience, async () => (await rules()) === before - 1);
    assert.equal(await answer(unrouted, 80), '200');
    await commit({ kind: 'delete', component: 'net route', name: '/Common/out' });
    await waitUntil(
      clock,
      'it to be there again',
      patience,
      async () => (await rules()) === before,
    );
    assert.equal(await answer(unrouted, 80), '200');
  },
);

await step('a virtual server, and a VLAN, can leave it to the routing table', async () => {
  await commit(modify('ltm virtual', '/Common/fast', { 'auto-lasthop': 'disabled' }));
  await waitUntil(clock, 'no answer', patience, async () => !(await isAnswered(unrouted, 8080)));
  assert.equal(await answer(unrouted, 80), '200');
  await commit(modify('net vlan', '/Common/external', { 'auto-lasthop': 'disabled' }));
  await waitUntil(clock, 'no answer', patience, async () => !(await isAnswered(unrouted, 80)));
  await commit(modify('ltm virtual', '/Common/fast', { 'auto-lasthop': 'enabled' }));
  await waitUntil(clock, 'an answer', patience, () => isAnswered(unrouted, 8080));
  assert.ok(!(await isAnswered(unrouted, 80)));
});

await step('a pool of routers says by which one answers leave', async () => {
  const before = await taken('eth0');
  await commit(
    create('ltm pool', '/Common/routers', { members: [{ name: `/Common/${near}:0` }] }),
    modify('ltm virtual', '/Common/www', { 'last-hop-pool': '/Common/routers' }),
  );
  await waitUntil(clock, 'an answer', patience, () => isAnswered(unrouted, 80));
  const [r2, eth0] = [await taken('r2'), await taken('eth0')];
  assert.equal(await answer(unrouted, 80), '200');
  assert.equal(await taken('r2'), r2);
  assert.ok((await taken('eth0')) > Math.max(before, eth0));
});

await step('nothing is left of it when nobody wants it', async () => {
  await commit(
    modify('ltm virtual', '/Common/www', { 'last-hop-pool': null }),
    modify('ltm virtual', '/Common/fast', { 'auto-lasthop': 'default' }),
    modify('ltm global-settings connection', '', { 'auto-last-hop': 'disabled' }),
  );
  await waitUntil(clock, 'the table to go', patience, async () => {
    const table = await run('nft', ['list', 'table', 'inet', 'evenkeel_last_hop']);
    const rules = await run('ip', ['rule', 'show', 'pref', '4347']);
    return table.status !== 0 && rules.stdout === '';
  });
  const setting = '/proc/sys/net/ipv4/tcp_fwmark_accept';
  assert.equal((await runChecked('cat', [setting])).trim(), '0');
});

finish(ltm);
