/** What virtual servers refuse, whom they stay with, and how they change while traffic runs. */
import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { join } from 'node:path';
import type { Properties } from '../../../src/catalogue/types.ts';
import type { Statistics } from '../../../src/config/runtime-state.ts';
import type { Operation } from '../../../src/config/types.ts';
import { waitUntil } from '../../../src/platform/clock.ts';
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
  figures,
  finish,
  listening,
  modifyMember,
  network,
  patience,
  probe,
  report,
  settled,
  startRoom,
  state,
  step,
  underLoad,
  virtual,
  virtualAddress,
  web,
  webNamespace,
} from './device.ts';

const ltm = startRoom();
const fastL4 = { profiles: [{ name: '/Common/fastL4' }] };

await buildNetwork();
await run('ip', ['addr', 'add', `${virtualAddress}/32`, 'dev', '1.1']);
await commit(
  create('ltm pool', '/Common/web', {
    members: [{ name: a }, { name: b }],
    'slow-ramp-time': 0,
  }),
  create('ltm pool', '/Common/other', { members: [{ name: c }] }),
  virtual('www', 80, {}),
);

const url = (port: number): string => `http://${virtualAddress}:${port}/`;
const modify = (component: string, name: string, properties: Properties): Operation => ({
  kind: 'modify',
  component,
  name: `/Common/${name}`,
  properties,
});

/** How so many connections at once end: `closed`, `ECONNREFUSED`, `ECONNRESET`; `open` or `silence` after a while. */
async function connections(port: number, count: number): Promise<Record<string, number>> {
  const code = `
    const net = require('net');
    const seen = {};
    let pending = ${count};
    const say = (how, socket) => {
      socket.removeAllListeners('close');
      seen[how] = (seen[how] ?? 0) + 1;
      pending -= 1;
      if (pending === 0) process.stdout.write(JSON.stringify(seen), () => process.exit());
    };
    for (let left = ${count}; left > 0; left -= 1) {
      const socket = net.connect({ host: '${virtualAddress}', port: ${port} });
      let how = 'silence';
      // What has come by then is looked at first.
      const late = () => socket.listenerCount('close') > 0 && say(how, socket);
      setTimeout(() => setImmediate(late), 1500);
      socket.on('connect', () => (how = 'open'));
      socket.on('error', (error) => (how = error.code));
      socket.on('close', () => say(how === 'open' ? 'closed' : how, socket));
    }`;
  const args = ['netns', 'exec', client, process.execPath, '-e', code];
  return JSON.parse((await run('ip', args)).stdout) as Record<string, number>;
}

await step('new connections a second, by HAProxy and on the packet path', async () => {
  await commit(
    virtual('rate', 81, { 'rate-limit': 10 }),
    virtual('rate-by-source', 82, {
      'rate-limit': 10,
      'rate-limit-mode': 'object-source',
      'rate-limit-src-mask': 24,
    }),
    virtual('fast-rate', 83, { ...fastL4, 'rate-limit': 10 }),
    virtual('fast-rate-by-source', 84, {
      ...fastL4,
      'rate-limit': 10,
      'rate-limit-mode': 'object-source-destination',
    }),
  );
  const each = [81, 82, 83, 84].map(async (port) => {
    const { open = 0, ...others } = await connections(port, 200);
    assert.ok(open >= 5 && open < 150, `${port}: ${open} of 200, ${JSON.stringify(others)}`);
    // The limit is of a second, not for ever.
    await waitUntil(clock, `${port} to take one again`, patience, async () => {
      const { errors } = await ask(url(port), 1);
      return Object.keys(errors).length === 0;
    });
  });
  await Promise.all(each);
});

await step('connections at once on the packet path', async () => {
  await commit(virtual('fast-limit', 85, { ...fastL4, 'connection-limit': 5 }));
  const { open = 0 } = await connections(85, 20);
  assert.equal(open, 5);
});

await step('nobody serves: refused at once, or left without an answer', async () => {
  const drop = { 'service-down-immediate-action': 'drop', pool: '/Common/other' };
  await commit(
    virtual('down', 86, { pool: '/Common/other' }),
    virtual('silent', 87, drop),
    virtual('fast-silent', 88, { ...drop, ...fastL4 }),
  );
  assert.deepEqual(await connections(87, 1), { open: 1 });
  report('/Common/other', c, false);
  await waitUntil(clock, '86 to refuse', patience, async () => {
    return (await connections(86, 1))['ECONNREFUSED'] === 1;
  });
  assert.deepEqual(await connections(87, 2), { silence: 2 });
  assert.deepEqual(await connections(88, 2), { silence: 2 });
  // Who is switched off says so.
  await commit(modify('ltm virtual', 'silent', { enabled: 'disabled' }));
  assert.deepEqual(await connections(87, 2), { ECONNREFUSED: 2 });
  report('/Common/other', c, true);
});

/** A request without an answer on each of these ports, until the child ends. */
function holdOne(...ports: readonly number[]): ChildProcess {
  const code = `
    const net = require('net');
    for (const port of ${JSON.stringify(ports)}) {
      const socket = net.connect({ host: '${virtualAddress}', port });
      socket.on('error', () => undefined);
      socket.write('GET /?hold=1 HTTP/1.1\\r\\nHost: test\\r\\n\\r\\n');
    }`;
  const args = ['netns', 'exec', client, process.execPath, '-e', code];
  return spawn('ip', args, { stdio: 'ignore' });
}

await step('the connection table: shown with both sides, chosen, ended', async () => {
  const book = state.records('sys connection');
  assert.ok(book?.rows);
  const held = holdOne(80, 83);
  const rows = async (words: string): Promise<readonly Statistics[]> => {
    const found = await book.rows?.(words);
    assert.ok(found?.ok);
    return Object.values(found.value) as Statistics[]; // Rows are levels, not leaves.
  };
  for (const port of [80, 83]) {
    const words = `cs-client-addr 198.18.201.0/24 cs-server-port ${port} protocol tcp`;
    await waitUntil(
      clock,
      `one on ${port}`,
      patience,
      async () => (await rows(words)).length === 1,
    );
    const [row] = await rows(words);
    assert.equal(row?.['csClientAddr'], '198.18.201.9');
    assert.equal(row?.['csServerAddr'], virtualAddress);
    assert.equal(row?.['ssClientAddr'], `${network}.1`);
    assert.match(String(row?.['ssServerAddr']), /^198\.18\.202\.1[12]$/);
    assert.equal(row?.['ssServerPort'], 80);
    await waitUntil(clock, `${port} to be known by age`, patience, async () => {
      const [old] = await rows(`${words} age 1`);
      return Number(old?.['csBytesIn']) > 0;
    });
    const shown = await book.show(words);
    assert.match(shown.ok ? shown.value : '', /:80  tcp  \d+  \(tmm: 0\)  none\nTotal .*: 1\n$/);
    const removed = await book.remove(words);
    assert.deepEqual(removed, { ok: true, value: 1 });
    await waitUntil(
      clock,
      `none on ${port}`,
      patience,
      async () => (await rows(words)).length === 0,
    );
  }
  assert.equal((await book.show('nonsense 1')).ok, false);
  held.kill('SIGKILL');
  assert.equal((await probe({ url: `${web}?release=1` })).status, 200);
});

await step('fallback persistence holds clients that the first says nothing of', async () => {
  await commit(
    virtual('cookie-or-source', 89, {
      persist: [{ name: '/Common/cookie', default: 'yes' }],
      'fallback-persistence': '/Common/source_addr',
    }),
    virtual('host-or-source', 90, {
      persist: [{ name: '/Common/host', default: 'yes' }],
      'fallback-persistence': '/Common/source_addr',
    }),
  );
  const answers = await ask(url(89), 6);
  assert.deepEqual(Object.values(answers.names), [6], 'without a cookie, by source');
  const cookies = [await ask(web, 1), await ask(web, 1)];
  assert.equal(cookies.length, 2);
  const [own = ''] = Object.keys(answers.names);
  const host = own === 'a' ? a : b;
  const other = own === 'a' ? 'b' : 'a';
  // The cookie comes first: one of the other member's is followed.
  await commit(modifyMember(host, { state: 'user-down' }));
  const made = (await ask(url(89), 1)).cookies[0]?.split(';')[0] ?? '';
  await commit(modifyMember(host, { state: 'user-up' }));
  assert.deepEqual((await ask(url(89), 4, made)).names, { [other]: 4 });
  assert.deepEqual(Object.values((await ask(url(90), 6)).names), [6]);
});

const modes = ['round-robin', 'ratio-member', 'least-connections-member', 'observed-member'];

await step('why a connection has its member', async () => {
  const held = holdOne(80, 83, 89);
  const explain = async (name: string): Promise<string> => {
    const run = state.action('ltm explain', 'run');
    assert.ok(run);
    const parameters = { virtual: name, seconds: 0 };
    const answer = await run({
      component: 'ltm explain',
      command: 'run',
      parameters,
      user: 'test',
    });
    return answer.ok ? String(answer.value['commandResult']) : (answer.faults[0]?.message ?? '');
  };
  const expected = {
    www: /Method {7}round-robin\n[^]*198\.18\.201\.9 port \d+ -> \/Common\/198\.18\.202\.1[12]:80: chosen by round-robin\n$/,
    'fast-rate': /packet path\n[^]*:80: its turn, by round-robin\n$/,
    // The source address is known from the step before.
    'cookie-or-source': /cookie BIGipServerweb, then source-address\n[^]*: persistence named it\n$/,
  };
  for (const [name, text] of Object.entries(expected)) {
    await waitUntil(clock, `why of ${name}`, patience, async () => text.test(await explain(name)));
  }
  const [, takes = ''] = /Members\n(.*)/.exec(await explain('www')) ?? [];
  assert.match(takes, /:80: takes new connections; \d+ connections; ratio 1; monitor unchecked$/);
  assert.match(await explain('nobody'), /was not found/);
  held.kill('SIGKILL');
  assert.equal((await probe({ url: `${web}?release=1` })).status, 200);
});

await step('packets keep the address that they are for, on their way to a member', async () => {
  const kept = '198.18.251.7';
  await run('ip', ['-n', webNamespace, 'addr', 'add', `${kept}/32`, 'dev', 'lo']);
  await run('ip', ['-n', client, 'route', 'add', `${kept}/32`, 'via', '198.18.201.1']);
  const seen = async (): Promise<unknown> => {
    const { server, error } = await probe({ url: `http://${kept}:8081/` });
    return server['from'] ?? error;
  };
  const script = join(import.meta.dirname, 'servers.ts');
  const args = ['netns', 'exec', webNamespace, process.execPath, script, `kept@${kept}:8081`];
  const server = spawn('ip', args, { stdio: ['ignore', 'pipe', 'inherit'] });
  await listening(server, 'the server');
  assert.notEqual(await seen(), '198.18.201.9', 'no way leads there by itself');
  await commit(
    virtual('kept', 8081, {
      // A network: an answer from an address of the device's own would not come back through it.
      destination: '/Common/198.18.251.0:8081',
      mask: '255.255.255.0',
      'translate-address': 'disabled',
      'source-address-translation': { type: 'none' },
      ...fastL4,
    }),
  );
  try {
    assert.equal(await seen(), '198.18.201.9');
    const counted = (): unknown =>
      state.statistics('ltm virtual', undefined, '/Common/kept')?.['clientside.totConns'];
    await waitUntil(clock, 'the connection to be counted', patience, () => counted() === 1);
    await commit(modify('ltm virtual', 'kept', { enabled: 'disabled' }));
    assert.equal(await seen(), 'ECONNREFUSED');
    assert.equal(counted(), 1, 'a count outlives what was disabled');
  } finally {
    server.kill('SIGKILL');
    await commit({ kind: 'delete', component: 'ltm virtual', name: '/Common/kept' });
  }
});

await step('the packet path leaves the port alone where it is told to', async () => {
  await run('ip', ['addr', 'add', '198.18.201.111/32', 'dev', '1.1']);
  await commit(
    create('ltm pool', '/Common/odd', { members: [{ name: `/Common/${network}.12:9999` }] }),
    virtual('odd', 80, {
      destination: '/Common/198.18.201.111:80',
      pool: '/Common/odd',
      'translate-port': 'disabled',
      ...fastL4,
    }),
  );
  assert.equal((await probe({ url: 'http://198.18.201.111/' })).server['name'], 'b');
});

await step('FTP: data connections of both kinds find their way', async () => {
  const script = join(import.meta.dirname, 'ftp.ts');
  const server = spawn(
    'ip',
    ['netns', 'exec', webNamespace, process.execPath, script, 'serve', `${network}.11`],
    { stdio: ['ignore', 'pipe', 'inherit'] },
  );
  await listening(server, 'the server');
  await commit(
    create('ltm pool', '/Common/files', { members: [{ name: `/Common/${network}.11:21` }] }),
    virtual('files', 21, {
      pool: '/Common/files',
      profiles: [{ name: '/Common/ftp' }, { name: '/Common/tcp' }],
    }),
  );
  try {
    for (const how of ['passive', 'active']) {
      const asked = ['netns', 'exec', client, process.execPath, script, how, virtualAddress];
      const { stdout } = await run('ip', [...asked, '198.18.201.9']);
      assert.equal(stdout, 'the file', how);
    }
  } finally {
    server.kill('SIGKILL');
  }
});

await step('pings are answered as the virtual address says', async () => {
  const pings = async (): Promise<boolean> => {
    const args = ['netns', 'exec', client, 'ping', '-c', '1', '-W', '1', virtualAddress];
    return (await run('ip', args)).status === 0;
  };
  assert.equal(await pings(), true);
  await commit(modify('ltm virtual-address', virtualAddress, { 'icmp-echo': 'disabled' }));
  assert.equal(await pings(), false);
  await commit(modify('ltm virtual-address', virtualAddress, { 'icmp-echo': 'selective' }));
  assert.equal(await pings(), true);
});

await step('reset-stats counts from zero again', async () => {
  const pools = (): number => total('ltm pool', '/Common/web', 'serverside.totConns');
  const total = (component: string, name: string, field: string): number =>
    Number(state.statistics(component, undefined, name)?.[field]);
  const before = await settled(pools);
  assert.ok(before > 10, String(before));
  assert.ok(total('ltm profile tcp', '/Common/tcp', 'accepts') > 10);
  for (const component of ['ltm pool', 'ltm virtual', 'ltm profile tcp']) {
    const reset = state.action(component, 'reset-stats');
    assert.ok(reset);
    const request = { component, command: 'reset-stats', user: 'test' };
    assert.ok((await reset({ ...request, parameters: {} })).ok);
    assert.equal((await reset({ ...request, parameters: { name: '/Common/no' } })).ok, false);
  }
  assert.equal(pools(), 0);
  assert.equal(total('ltm profile tcp', '/Common/tcp', 'accepts'), 0);
  assert.equal(total('ltm virtual', '/Common/www', 'clientside.totConns'), 0);
  assert.deepEqual((await ask(web, 4)).errors, {});
  await waitUntil(clock, 'four to be counted', patience, () => pools() === 4);
  const members = [a, b].map((member) =>
    Number(state.statistics('ltm pool', 'members', '/Common/web', member)?.['serverside.totConns']),
  );
  assert.equal((members[0] ?? 0) + (members[1] ?? 0), 4);
});

await step('lists of addresses and ports', async () => {
  await run('ip', ['addr', 'add', '198.18.201.110/32', 'dev', '1.1']);
  await commit(
    create('net address-list', '/Common/places', {
      addresses: [{ name: '198.18.201.110' }, { name: '198.18.210.0/24' }],
    }),
    create('net port-list', '/Common/ports', { ports: [{ name: '80' }, { name: '8080-8082' }] }),
    create('ltm traffic-matching-criteria', '/Common/listed', {
      'destination-address-list': '/Common/places',
      'destination-port-list': '/Common/ports',
      protocol: 'tcp',
    }),
    create('ltm virtual', '/Common/listed', {
      'ip-protocol': 'tcp',
      pool: '/Common/other',
      'source-address-translation': { type: 'automap' },
      profiles: [{ name: '/Common/http' }, { name: '/Common/tcp' }],
      'traffic-matching-criteria': '/Common/listed',
    }),
    // More specific by its source: it has the port before the list.
    virtual('beside', 8081, {
      destination: '/Common/198.18.201.110:8081',
      source: '198.18.201.9/32',
    }),
  );
  await run('ip', ['-n', client, 'route', 'add', '198.18.210.0/24', 'via', '198.18.201.1']);
  for (const place of ['198.18.201.110:80', '198.18.201.110:8082', '198.18.210.7:8080']) {
    assert.deepEqual((await ask(`http://${place}/`, 2)).names, { c: 2 }, place);
  }
  const beside = Object.keys((await ask('http://198.18.201.110:8081/', 2)).names);
  assert.deepEqual(beside.toSorted(), ['a', 'b']);
  assert.deepEqual((await ask('http://198.18.201.110:8083/', 1)).errors, { ECONNREFUSED: 1 });
  await commit({
    kind: 'modify',
    component: 'net port-list',
    name: '/Common/ports',
    properties: { ports: [{ name: '8083' }] },
  });
  assert.deepEqual((await ask('http://198.18.201.110:8083/', 2)).names, { c: 2 });
  assert.deepEqual((await ask('http://198.18.201.110:8082/', 1)).errors, { ECONNREFUSED: 1 });
});

await step('mixed changes under load lose no request', async () => {
  const isLong = process.env['EVENKEEL_TEST_LONG'] !== undefined;
  const changes = isLong ? 1000 : 36;
  const kinds: readonly ((at: number) => Operation[])[] = [
    (at) => [modifyMember(a, { ratio: 2 + (Math.floor(at / 12) % 7) })],
    (at) => [modifyMember(b, { 'connection-limit': 500 + at })],
    () => [modifyMember(b, { session: 'user-disabled' })],
    () => [modifyMember(b, { session: 'user-enabled' })],
    (at) => [virtual(`new${at}`, 10_000 + at, {})],
    (at) => [modify('ltm virtual', 'www', { 'connection-limit': 10_000 + at })],
    () => [modifyMember(a, { state: 'user-down' })],
    () => [modifyMember(a, { state: 'user-up' })],
    (at) => [create('ltm pool', `/Common/pool${at}`, { members: [{ name: c }] })],
    (at) => [
      modify('ltm pool', 'web', {
        'load-balancing-mode': modes[Math.floor(at / 12) % modes.length] ?? '',
      }),
    ],
    (at) => [virtual(`fast${at}`, 30_000 + at, fastL4)],
    (at) => [modify('ltm virtual', 'fast-rate', { 'rate-limit': 10 + at })],
  ];
  let slowest = 0;
  const answers = await underLoad(web, async () => {
    for (let at = 0; at < changes; at += 1) {
      const kind = kinds[at % kinds.length];
      assert.ok(kind);
      slowest = Math.max(slowest, await commit(...kind(at)));
    }
  });
  figures['slowestChangeMs'] = Math.round(slowest);
  figures['requestsMeanwhile'] = answers.statuses['200'] ?? 0;
  assert.deepEqual(answers.errors, {});
  assert.deepEqual(Object.keys(answers.statuses), ['200']);
  assert.ok((answers.statuses['200'] ?? 0) > 5, JSON.stringify(answers));
});

finish(ltm);
