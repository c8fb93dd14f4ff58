/** Every load balancing method on real traffic, by HAProxy and on the packet path. */
import { examplePlan } from '../../../src/monitor/example-plan.ts';
import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import type { Properties } from '../../../src/catalogue/types.ts';
import type { Operation } from '../../../src/config/types.ts';
import type { InbandPlan } from '../../../src/monitor/traffic-watch.ts';
import { waitUntil } from '../../../src/platform/clock.ts';
import { openRuntime } from '../../../src/ltm/haproxy/runtime.ts';
import { run } from '../../../src/platform/process.ts';
import {
  a,
  ask,
  b,
  buildNetwork,
  c,
  client,
  clock,
  commit,
  create,
  finish,
  inband,
  inbandStates,
  modifyMember,
  network,
  patience,
  probe,
  report,
  runtimeSocket,
  startRoom,
  state,
  step,
  virtual,
  virtualAddress,
  web,
} from './device.ts';

const ltm = startRoom();
const fast = `http://${virtualAddress}:85/`;

const pool = (properties: Properties): Operation => ({
  kind: 'modify',
  component: 'ltm pool',
  name: '/Common/web',
  properties,
});
const method = (name: string): Operation => pool({ 'load-balancing-mode': name });
const node = (host: string, properties: Properties): Operation => ({
  kind: 'modify',
  component: 'ltm node',
  name: `/Common/${network}.${host}`,
  properties,
});

await buildNetwork();
await run('ip', ['addr', 'add', `${virtualAddress}/32`, 'dev', '1.1']);
await commit(
  create('ltm pool', '/Common/web', {
    members: [{ name: a }, { name: b }],
    'slow-ramp-time': 0,
  }),
  virtual('www', 80, {}),
  virtual('fast', 85, { profiles: [{ name: '/Common/fastL4' }] }),
);

/** Connections that stay open until the child ends; it says `x` for each that is closed. */
function hold(port: number, path: string, count: number): ChildProcess {
  const code = `
    const net = require('net');
    for (let left = ${count}; left > 0; left -= 1) {
      const socket = net.connect({ host: '${virtualAddress}', port: ${port} });
      socket.on('error', () => undefined);
      socket.on('close', () => process.stdout.write('x'));
      socket.write('GET ${path} HTTP/1.1\\r\\nHost: test\\r\\n\\r\\n');
    }`;
  const args = ['netns', 'exec', client, process.execPath, '-e', code];
  return spawn('ip', args, { stdio: ['ignore', 'pipe', 'ignore'] });
}

async function release(held: ChildProcess): Promise<void> {
  assert.equal((await probe({ url: `${web}?release=1` })).status, 200);
  held.kill('SIGKILL');
  await waitUntil(clock, 'members to be idle', patience, () => open(a) + open(b) === 0);
}

/** What the members have open now, as `show ltm pool` says it. */
function open(member: string): number {
  const counted = state.statistics('ltm pool', 'members', '/Common/web', member);
  return Number(counted?.['serverside.curConns']);
}

await step('ratio methods on both paths', async () => {
  await commit(
    modifyMember(a, { ratio: 3, 'dynamic-ratio': 1 }),
    modifyMember(b, { ratio: 1, 'dynamic-ratio': 3 }),
    node('11', { ratio: 1, 'dynamic-ratio': 3 }),
    node('12', { ratio: 3, 'dynamic-ratio': 1 }),
  );
  const expected = {
    'round-robin': { a: 6, b: 6 },
    'ratio-member': { a: 9, b: 3 },
    'ratio-session': { a: 9, b: 3 },
    'ratio-node': { a: 3, b: 9 },
    'dynamic-ratio-member': { a: 3, b: 9 },
    'dynamic-ratio-node': { a: 9, b: 3 },
  };
  for (const [name, names] of Object.entries(expected)) {
    await commit(method('round-robin'), pool({ description: name }));
    if (name !== 'round-robin') await commit(method(name));
    // A change of weights begins the turns anew at any place: whole rounds make up for it.
    assert.deepEqual((await ask(web, 12)).names, names, `${name} by HAProxy`);
    assert.deepEqual((await ask(fast, 12)).names, names, `${name} on the packet path`);
  }
  const total = (): number =>
    [a, b].reduce((sum, member) => {
      const counted = state.statistics('ltm pool', 'members', '/Common/web', member);
      return sum + Number(counted?.['serverside.totConns']);
    }, 0);
  // Tables were replaced and processes reloaded in between.
  const all = 24 * Object.keys(expected).length;
  await waitUntil(clock, 'both paths to be counted', patience, () => total() >= all);
  assert.equal(total(), all);
});

await step('dynamic ratio goes by performance monitors, where there are any', async () => {
  await commit(method('dynamic-ratio-member'));
  report('/Common/web', a, true, 100);
  report('/Common/web', b, true, 25);
  const isByLoad = (names: Readonly<Record<string, number>>): boolean =>
    Math.abs((names['a'] ?? 0) - 24) <= 2 && (names['a'] ?? 0) + (names['b'] ?? 0) === 30;
  for (const url of [web, fast]) {
    await waitUntil(clock, `turns by load at ${url}`, patience, async () =>
      isByLoad((await ask(url, 30)).names),
    );
  }
  for (const member of [a, b]) report('/Common/web', member, true);
  await waitUntil(clock, 'turns by what is written', patience, async () => {
    const { names } = await ask(web, 12);
    return names['a'] === 3 && names['b'] === 9;
  });
});

await step('an inband monitor counts what failed', async () => {
  const dead = `/Common/${network}.14:80`;
  await commit(
    create('ltm pool', '/Common/half', { members: [{ name: a }, { name: dead }] }),
    virtual('half', 86, { pool: '/Common/half' }),
  );
  inband.push(inbandOf('/Common/half', a), inbandOf('/Common/half', dead));
  await waitUntil(clock, 'the member to be watched', patience, () => inbandStates.has(dead));
  assert.equal(inbandStates.get(dead)?.state, 'up');
  await waitUntil(clock, 'it to be down', patience, async () => {
    const { errors } = await ask(`http://${virtualAddress}:86/`, 4);
    assert.deepEqual(errors, {}, 'the other member answers meanwhile');
    return inbandStates.get(dead)?.state === 'down';
  });
  assert.match(inbandStates.get(dead)?.reason ?? '', /of 3 failures of clients' traffic/);
  assert.equal(inbandStates.get(a)?.state, 'up');
  inband.length = 0;
});

await step('an inband monitor counts what failed on the packet path, too', async () => {
  const dead = `/Common/${network}.14:80`;
  await commit(
    create('ltm monitor inband', '/Common/watch', {}),
    create('ltm pool', '/Common/halffast', {
      monitor: '/Common/watch',
      members: [{ name: a }, { name: dead }],
    }),
    virtual('halffast', 97, {
      pool: '/Common/halffast',
      profiles: [{ name: '/Common/fastL4' }],
    }),
  );
  inband.push(inbandOf('/Common/halffast', a), inbandOf('/Common/halffast', dead));
  await waitUntil(clock, 'it to be down', patience, async () => {
    await ask(`http://${virtualAddress}:97/`, 2);
    return inbandStates.get(dead)?.state === 'down';
  });
  assert.match(inbandStates.get(dead)?.reason ?? '', /of 3 failures of clients' traffic/);
  assert.equal(inbandStates.get(a)?.state, 'up');
  inband.length = 0;
});

function inbandOf(pool: string, member: string): InbandPlan {
  return {
    members: [{ pool, member }],
    plan: examplePlan('inband', member.slice('/Common/'.length, -':80'.length), 80, {
      id: member,
      options: { failures: '3', 'failure-interval': '30', 'retry-time': '300' },
    }),
  };
}

await step('least connections and those that come down to it', async () => {
  await commit(modifyMember(a, { ratio: 1 }), node('12', { ratio: 1 }), method('round-robin'));
  for (const name of [
    'least-connections-member',
    'least-connections-node',
    'ratio-least-connections-member',
    'ratio-least-connections-node',
    'least-sessions',
    'fastest-node',
    'fastest-app-response',
  ]) {
    // A worker that takes over knows nothing of what the one before has open.
    await commit(method(name), modifyMember(b, { session: 'user-disabled' }));
    const held = hold(80, '/?hold=1', 4);
    await waitUntil(clock, 'a to be busy', patience, () => open(a) >= 4);
    await commit(modifyMember(b, { session: 'user-enabled' }));
    // One after the other: b has none when the next comes.
    assert.deepEqual((await ask(web, 6)).names, { b: 6 }, name);
    await release(held);
  }
});

await step('weighted least connections goes by limits', async () => {
  await commit(
    modifyMember(a, { 'connection-limit': 100 }),
    modifyMember(b, { 'connection-limit': 10 }),
    method('weighted-least-connections-member'),
  );
  const held = hold(80, '/?hold=1', 11);
  await waitUntil(clock, 'all to be held', patience, () => open(a) + open(b) >= 11);
  assert.deepEqual([open(a), open(b)], [10, 1]);
  await release(held);
  await commit(
    modifyMember(a, { 'connection-limit': 0 }),
    modifyMember(b, { 'connection-limit': 0 }),
    method('round-robin'),
  );
});

await step('observed and predictive go by what members carry, on both paths', async () => {
  for (const [port, url, methods] of [
    [80, web, ['observed-member', 'predictive-node']],
    [85, fast, ['observed-node', 'predictive-member', 'least-connections-member']],
  ] as const) {
    await commit(modifyMember(b, { session: 'user-disabled' }));
    const held = hold(port, '/?hold=1', 40);
    await waitUntil(clock, `a to be busy on ${port}`, patience, () => open(a) >= 40);
    await commit(modifyMember(b, { session: 'user-enabled' }));
    for (const name of methods) {
      await commit(method('round-robin'), pool({ description: `${name} ${port}` }));
      await commit(method(name));
      await waitUntil(clock, `${name} on ${port} to spare a`, patience, async () => {
        const { names } = await ask(url, 12);
        return (names['a'] ?? 0) <= 1 && (names['b'] ?? 0) >= 11;
      });
    }
    await release(held);
    await waitUntil(clock, 'both to be used again', patience, async () => {
      const { names } = await ask(url, 12);
      return (names['a'] ?? 0) >= 4 && (names['b'] ?? 0) >= 4;
    });
    await commit(method('round-robin'));
  }
});

await step('a node is one, in whatever pools', async () => {
  await commit(
    // It would keep a share of its own.
    { kind: 'delete', component: 'ltm virtual', name: '/Common/half' },
    create('ltm pool', '/Common/other', { members: [{ name: a }, { name: b }] }),
    virtual('other', 87, { pool: '/Common/other' }),
    virtual('swift', 88, { pool: '/Common/other', profiles: [{ name: '/Common/fastL4' }] }),
    modifyMember(b, { session: 'user-disabled' }),
  );
  const others = `http://${virtualAddress}:87/`;
  const otherPool = (properties: Properties): Operation => ({
    ...pool(properties),
    name: '/Common/other',
  });
  const held = hold(80, '/?hold=1', 20);
  await waitUntil(clock, 'a to be busy', patience, () => open(a) >= 20);
  await commit(otherPool({ 'load-balancing-mode': 'least-connections-member' }));
  assert.deepEqual((await ask(others, 6)).names, { a: 3, b: 3 }, 'members are idle');
  await commit(otherPool({ 'load-balancing-mode': 'least-connections-node' }));
  await waitUntil(clock, 'the other pool to spare the node', patience, async () => {
    return (await ask(others, 12)).names['b'] === 12;
  });
  await release(held);

  await commit(
    node('11', { 'connection-limit': 6 }),
    otherPool({ 'load-balancing-mode': 'round-robin', members: [{ name: a }] }),
  );
  const shared = async (): Promise<number> =>
    (await serverLimits(a)).reduce((sum, limit) => sum + limit, 0);
  await waitUntil(clock, 'the limit to be shared out', patience, async () => {
    return (await shared()) === 6;
  });
  const more: ChildProcess[] = [];
  const total = (): number => open(a) + openOther(a);
  const fill = (): boolean => {
    if (total() < 6) more.push(hold(80, '/?hold=1', 3), hold(87, '/?hold=1', 3));
    return total() >= 6;
  };
  await waitUntil(clock, 'the node to be full', patience, fill, 2500);
  await commit(otherPool({ members: [{ name: a }, { name: b }] }));
  const swift = `http://${virtualAddress}:88/`;
  await waitUntil(clock, 'the packet path to pass it over', patience, async () => {
    return (await ask(swift, 6)).names['b'] === 6;
  });
  assert.equal(total(), 6);
  assert.equal(await shared(), 6);
  await commit(node('11', { 'connection-limit': 0 }));
  for (const child of more) child.kill('SIGKILL');
  await release(held);
  await commit(modifyMember(b, { session: 'user-enabled' }));
});

function openOther(member: string): number {
  const counted = state.statistics('ltm pool', 'members', '/Common/other', member);
  return Number(counted?.['serverside.curConns']);
}

/** What each server of the member may have, as HAProxy says it. */
async function serverLimits(member: string): Promise<readonly number[]> {
  const session = await openRuntime(runtimeSocket, clock);
  try {
    const [csv = ''] = await session.run(['show stat -1 4 -1']);
    const [heading = '', ...lines] = csv.trim().split('\n');
    const columns = heading.slice(2).split(',');
    const [, host = '', port = ''] = /([\d.]+):(\d+)$/.exec(member) ?? [];
    const rows = lines.map((line) => line.split(','));
    const at = (row: readonly string[], name: string): string => row[columns.indexOf(name)] ?? '';
    return rows
      .filter((row) => at(row, 'addr') === `${host}:${port}`)
      .map((row) => Number(at(row, 'slim')));
  } finally {
    session.close();
  }
}

await step('priority groups step in and out', async () => {
  await commit({
    kind: 'modify',
    component: 'ltm pool',
    name: '/Common/web',
    properties: {
      'min-active-members': 1,
      members: [
        { name: a, 'priority-group': 10 },
        { name: b, 'priority-group': 10 },
        { name: c, 'priority-group': 5 },
      ],
    },
  });
  assert.deepEqual(Object.keys((await ask(web, 6)).names).toSorted(), ['a', 'b']);
  await commit(modifyMember(a, { state: 'user-down' }), modifyMember(b, { state: 'user-down' }));
  assert.deepEqual((await ask(web, 6)).names, { c: 6 });
  assert.deepEqual((await ask(fast, 6)).names, { c: 6 });
  await commit(modifyMember(a, { state: 'user-up', session: 'user-enabled' }));
  assert.deepEqual((await ask(web, 6)).names, { a: 6 });
  await commit(pool({ 'min-active-members': 0 }), modifyMember(b, { state: 'user-up' }));
});

await step('a queue is as deep as it may be', async () => {
  await commit(
    modifyMember(a, { 'connection-limit': 1 }),
    modifyMember(b, { state: 'user-down' }),
    modifyMember(c, { state: 'user-down' }),
    pool({
      'queue-on-connection-limit': 'enabled',
      'queue-depth-limit': 1,
      'queue-time-limit': 20_000,
    }),
  );
  const held = hold(80, '/?hold=1', 4);
  let refused = 0;
  held.stdout?.on('data', (text) => (refused += String(text).length));
  const waiting = (): unknown =>
    state.statistics('ltm pool', undefined, '/Common/web')?.['connq.depth'];
  await waitUntil(clock, 'two to be refused', patience, () => refused === 2);
  await waitUntil(clock, 'one to wait', patience, () => open(a) === 1 && waiting() === 1);
  held.kill('SIGKILL');
});

finish(ltm);
