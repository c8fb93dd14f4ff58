/**
 * The network and ltm rooms on real engines: everything that one device does between a client and three web servers.
 */
import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ensureDefaultFiles } from '../../../src/cmd/control-default-files.ts';
import type { Properties } from '../../../src/catalogue/types.ts';
import { createAppliedTracker } from '../../../src/config/applied.ts';
import type { Operation } from '../../../src/config/types.ts';
import { systemAuthorities } from '../../../src/platform/authorities.ts';
import {
  advertisedProtocol,
  startRouteAdvertisement,
} from '../../../src/ltm/route-advertisement.ts';
import { run } from '../../../src/platform/process.ts';
import { systemRandom } from '../../../src/platform/random.ts';
import { sleep, waitUntil } from '../../../src/platform/clock.ts';
import {
  type Answers,
  a,
  applied,
  ask,
  b,
  buildNetwork,
  c,
  client,
  clock,
  commit,
  create,
  engines,
  feed,
  figures,
  finish,
  folder,
  haproxies,
  isSharing,
  listening,
  log,
  makePem,
  messages,
  modifyMember,
  network,
  patience,
  probe,
  report,
  settled,
  startRoom,
  state,
  step,
  store,
  underLoad,
  virtual,
  virtualAddress,
  web,
  webNamespace,
  workerPid,
} from './device.ts';

let ltm = startRoom();
/** What HAProxy has no part in is looked at once, however it listens. */
const isWhole = !isSharing || process.env['EVENKEEL_TEST_LONG'] !== undefined;
const kernelStep: typeof step = async (...args) => {
  if (isWhole) await step(...args);
};

await step('VLANs and self IPs reach the kernel', async () => {
  await buildNetwork();
  const addresses = await run('ip', ['-o', 'addr', 'show']);
  assert.match(addresses.stdout, /1\.1\s+inet 198\.18\.201\.1\/24/);
  assert.match(addresses.stdout, /inet6 fd00:201::1\/64/);
  const routes = await run('ip', ['route', 'show', '198.18.250.0/24']);
  assert.match(routes.stdout, /via 198\.18\.201\.9/);
});

await step('round robin, X-Forwarded-For and automap', async () => {
  // What the failover process does in a device.
  await run('ip', ['addr', 'add', `${virtualAddress}/32`, 'dev', '1.1']);
  figures['firstVirtualMs'] = await commit(
    create('ltm profile http', '/Common/xff', {
      'defaults-from': '/Common/http',
      'insert-xforwarded-for': 'enabled',
    }),
    create('ltm pool', '/Common/web', { members: [{ name: a }, { name: b }] }),
    virtual('www', 80, { profiles: [{ name: '/Common/xff' }, { name: '/Common/tcp' }] }),
  );
  const answers = await ask(web, 20);
  assert.deepEqual(answers.errors, {});
  assert.deepEqual(answers.names, { a: 10, b: 10 });
  assert.match(answers.order, /^(ab)+a?$|^(ba)+b?$/);
  assert.deepEqual(answers.sources, [`${network}.1`]);
  assert.deepEqual(answers.forwarded, ['198.18.201.9']);
});

await step('a client connection keeps its server', async () => {
  const answers = await ask(web, 10, '-', 'keep');
  assert.deepEqual(answers.errors, {});
  assert.equal(Object.keys(answers.names).length, 1);
});

await step('user-down, monitor down and back take effect without a reload', async () => {
  const pid = await workerPid();
  figures['userDownMs'] = await commit(
    modifyMember(a, { state: 'user-down', session: 'user-disabled' }),
  );
  assert.deepEqual((await ask(web, 6)).names, { b: 6 });
  await commit(modifyMember(a, { state: 'user-up', session: 'user-enabled' }));
  assert.deepEqual((await ask(web, 6)).names, { a: 3, b: 3 });
  report('/Common/web', b, false);
  await waitUntil(
    clock,
    'b to be left out',
    patience,
    async () => (await ask(web, 4)).names['a'] === 4,
  );
  report('/Common/web', b, true);
  await waitUntil(
    clock,
    'b to be back',
    patience,
    async () => (await ask(web, 4)).names['b'] === 2,
  );
  assert.equal(await workerPid(), pid);
});

await step('a member is added and deleted without a reload', async () => {
  const pid = await workerPid();
  figures['memberAddMs'] = await commit({
    kind: 'create-item',
    component: 'ltm pool',
    name: '/Common/web',
    property: 'members',
    item: c,
    properties: { ratio: 3 },
  });
  assert.deepEqual((await ask(web, 9)).names, { a: 3, b: 3, c: 3 });
  const mode = (value: string): Operation => ({
    kind: 'modify',
    component: 'ltm pool',
    name: '/Common/web',
    properties: { 'load-balancing-mode': value },
  });
  await commit(mode('ratio-member'));
  assert.deepEqual((await ask(web, 10)).names, { a: 2, b: 2, c: 6 });
  await commit(mode('round-robin'));
  await commit({
    kind: 'delete-item',
    component: 'ltm pool',
    name: '/Common/web',
    property: 'members',
    item: c,
  });
  assert.deepEqual((await ask(web, 4)).names, { a: 2, b: 2 });
  assert.equal(await workerPid(), pid);
});

await step('cookie persistence: a server chosen by cookie, also while user-disabled', async () => {
  await commit(virtual('sticky', 81, { persist: [{ name: '/Common/cookie', default: 'yes' }] }));
  const sticky = `http://${virtualAddress}:81/`;
  const first = await ask(sticky, 1);
  const cookie = first.cookies[0]?.split(';')[0];
  assert.ok(cookie?.startsWith('BIGipServerweb='), String(cookie));
  const own = Object.keys(first.names)[0];
  const again = await ask(sticky, 6, cookie);
  assert.deepEqual(again.names, { [String(own)]: 6 });
  assert.deepEqual(again.cookies, []);
  const member = own === 'a' ? a : b;
  await commit(modifyMember(member, { session: 'user-disabled' }));
  assert.deepEqual((await ask(sticky, 4, cookie)).names, { [String(own)]: 4 });
  assert.equal((await ask(sticky, 4)).names[String(own)], undefined);
  await commit(modifyMember(member, { state: 'user-down' }));
  assert.equal((await ask(sticky, 4, cookie)).names[String(own)], undefined);
  await commit(modifyMember(member, { state: 'user-up', session: 'user-enabled' }));
});

await step('source address persistence outlives a reload', async () => {
  await commit(
    virtual('source', 82, { persist: [{ name: '/Common/source_addr', default: 'yes' }] }),
  );
  const url = `http://${virtualAddress}:82/`;
  const names = Object.keys((await ask(url, 4)).names);
  assert.equal(names.length, 1);
  await commit(virtual('another', 83, {}));
  assert.deepEqual(Object.keys((await ask(url, 4)).names), names);
});

await step('reloads under load lose nothing', async () => {
  const durations: number[] = [];
  const answers = await underLoad(web, async () => {
    for (let port = 9000; port < 9005; port += 1) {
      durations.push(await commit(virtual(`more${port}`, port, {})));
    }
    // Without reloads, it is done before the load has begun.
    await sleep(clock, 500);
  });
  figures['reloadMedianMs'] = durations.toSorted((x, y) => x - y)[2] ?? 0;
  assert.deepEqual(answers.errors, {});
  assert.ok((answers.statuses['200'] ?? 0) > 5, JSON.stringify(answers.statuses));
});

await step('a web server that refuses connections costs no error', async () => {
  const dead = `/Common/${network}.14:80`;
  await commit({
    kind: 'create-item',
    component: 'ltm pool',
    name: '/Common/web',
    property: 'members',
    item: dead,
    properties: {},
  });
  const answers = await ask(web, 9);
  assert.deepEqual(answers.errors, {});
  assert.deepEqual(answers.statuses, { '200': 9 });
  await commit({
    kind: 'delete-item',
    component: 'ltm pool',
    name: '/Common/web',
    property: 'members',
    item: dead,
  });
});

await step('no member up and virtual disabled: new connections are refused', async () => {
  for (const member of [a, b]) report('/Common/web', member, false);
  await waitUntil(
    clock,
    'the virtual to be closed',
    patience,
    async () => (await ask(web, 1)).errors['ECONNREFUSED'] === 1,
  );
  for (const member of [a, b]) report('/Common/web', member, true);
  await waitUntil(
    clock,
    'it to be open',
    patience,
    async () => (await ask(web, 1)).statuses['200'] === 1,
  );
  const enabled = (flag: string): Operation => ({
    kind: 'modify',
    component: 'ltm virtual',
    name: '/Common/www',
    properties: { enabled: flag },
  });
  await commit(enabled('disabled'));
  assert.deepEqual((await ask(web, 2)).errors, { ECONNREFUSED: 2 });
  await commit(enabled('enabled'));
  assert.deepEqual((await ask(web, 2)).statuses, { '200': 2 });
});

await step("SNAT none: servers see the client's address", async () => {
  await commit(virtual('seen', 84, { 'source-address-translation': { type: 'none' } }));
  const answers = await ask(`http://${virtualAddress}:84/`, 4);
  assert.deepEqual(answers.errors, {});
  assert.deepEqual(answers.sources, ['198.18.201.9']);
});

await step('FastL4: packets are translated by the kernel, members change by element', async () => {
  await commit(virtual('fast', 85, { profiles: [{ name: '/Common/fastL4' }] }));
  const url = `http://${virtualAddress}:85/`;
  const answers = await ask(url, 20);
  assert.deepEqual(answers.errors, {});
  assert.deepEqual(answers.names, { a: 10, b: 10 });
  assert.deepEqual(answers.sources, [`${network}.1`]);
  figures['fastUserDownMs'] = await commit(
    modifyMember(a, { state: 'user-down', session: 'user-disabled' }),
  );
  assert.deepEqual((await ask(url, 4)).names, { b: 4 });
  await commit(modifyMember(a, { state: 'user-up', session: 'user-enabled' }));
});

await step('two virtuals on one address and port, told apart by source and by VLAN', async () => {
  const name = (answers: Answers): unknown => Object.keys(answers.names);
  const only = (member: string, more: Properties = {}): Properties => ({
    pool: `/Common/only-${member}`,
    ...more,
  });
  for (const [letter, member] of Object.entries({ a, b, c })) {
    await commit(create('ltm pool', `/Common/only-${letter}`, { members: [{ name: member }] }));
  }
  const url = `http://${virtualAddress}:87/`;
  await commit(virtual('everyone', 87, only('a')));
  assert.deepEqual(name(await ask(url, 2)), ['a']);
  figures['classifiedMs'] = await commit(
    virtual('partners', 87, only('b', { source: '198.18.201.9/32' })),
  );
  assert.deepEqual(name(await ask(url, 2)), ['b']);
  await commit(
    { kind: 'delete', component: 'ltm virtual', name: '/Common/partners' },
    virtual(
      'outside',
      87,
      only('c', { 'vlans-enabled': 'vlans-enabled', vlans: ['/Common/external'] }),
    ),
  );
  assert.deepEqual(name(await ask(url, 2)), ['c']);
  // As FastL4, beside a full proxy of the same address and port.
  await commit({
    kind: 'modify',
    component: 'ltm virtual',
    name: '/Common/outside',
    properties: { profiles: [{ name: '/Common/fastL4' }] },
  });
  assert.deepEqual(name(await ask(url, 2)), ['c']);
  report('/Common/only-c', c, false);
  await waitUntil(
    clock,
    'the classified virtual to be closed',
    patience,
    async () => (await ask(url, 1)).errors['ECONNREFUSED'] === 1,
  );
  report('/Common/only-c', c, true);
  await waitUntil(
    clock,
    'it to be open',
    patience,
    async () => (await ask(url, 1)).names['c'] === 1,
  );
  await commit({ kind: 'delete', component: 'ltm virtual', name: '/Common/outside' });
  assert.deepEqual(name(await ask(url, 2)), ['a']);
});

await step(
  'any port, network and reject virtuals; an address that is not here is left',
  async () => {
    await run('ip', ['addr', 'add', '198.18.201.101/32', 'dev', '1.1']);
    await commit(
      virtual('all-ports', 0, {
        destination: '/Common/198.18.201.101:0',
        'translate-port': 'enabled',
        pool: '/Common/only-a',
      }),
      virtual('network', 80, {
        destination: '/Common/198.18.240.0:80',
        mask: '255.255.255.0',
        pool: '/Common/only-b',
      }),
      create('ltm virtual', '/Common/refusing', {
        destination: '/Common/198.18.240.7:0',
        mask: '255.255.255.255',
        'virtual-type': 'reject',
      }),
      create('ltm virtual', '/Common/refusing-network', {
        destination: '/Common/198.18.241.0:0',
        mask: '255.255.255.0',
        'virtual-type': 'reject',
      }),
      virtual('network6', 80, {
        destination: '/Common/fd00:240::.80',
        mask: 'ffff:ffff::',
        pool: '/Common/only-b',
      }),
    );
    await run('ip', ['-n', client, 'route', 'add', '198.18.240.0/23', 'via', '198.18.201.1']);
    await run('ip', ['-n', client, 'route', 'add', 'fd00:240::/32', 'via', 'fd00:201::1']);
    assert.deepEqual((await ask('http://198.18.201.101:5123/', 2)).names, { a: 2 });
    assert.deepEqual((await ask('http://198.18.201.101:80/', 2)).names, { a: 2 });
    assert.deepEqual((await ask('http://198.18.240.66/', 2)).names, { b: 2 });
    assert.deepEqual((await ask('http://[fd00:240::5]/', 2)).names, { b: 2 });
    assert.deepEqual((await ask('http://198.18.241.3:4000/', 1)).errors, { ECONNREFUSED: 1 });
    // A standby holds the same configuration, but not the floating address.
    await run('ip', ['addr', 'del', '198.18.201.101/32', 'dev', '1.1']);
    const away = ['-n', client, 'route', 'add', '198.18.201.101/32', 'via', '198.18.201.1'];
    await run('ip', away);
    assert.equal(await reaches('198.18.201.101', 80), false);
    await run('ip', ['addr', 'add', '198.18.201.101/32', 'dev', '1.1']);
    await waitUntil(clock, 'it to be served', patience, () => reaches('198.18.201.101', 80));
  },
);

await step('a forwarding virtual routes with SNAT', async () => {
  await commit(
    create('ltm virtual', '/Common/gateway', {
      destination: '/Common/0.0.0.0:0',
      mask: 'any',
      'virtual-type': 'ip-forward',
      'source-address-translation': { type: 'automap' },
      profiles: [{ name: '/Common/fastL4' }],
    }),
  );
  await run('ip', ['-n', client, 'route', 'add', `${network}.0/24`, 'via', '198.18.201.1']);
  const answers = await ask(`http://${network}.11/`, 2);
  assert.deepEqual(answers.names, { a: 2 });
  assert.deepEqual(answers.sources, [`${network}.1`]);
  await run('ip', ['-n', client, 'route', 'del', `${network}.0/24`]);
});

await kernelStep('a virtual address is announced while its address is here', async () => {
  const address = '198.18.201.77';
  const isShown = async (): Promise<boolean> =>
    (await run('ip', ['route', 'show', 'proto', advertisedProtocol])).stdout.includes(address);
  const routes = startRouteAdvertisement({
    store,
    health: feed,
    failover: { isActiveFor: () => true, onChange: () => () => undefined },
    clock,
    log,
  });
  try {
    await commit(
      create('ltm virtual-address', `/Common/${address}`, { 'route-advertisement': 'selective' }),
    );
    assert.equal(await isShown(), false);
    await run('ip', ['addr', 'add', `${address}/32`, 'dev', '1.1']);
    await waitUntil(clock, 'it is announced', patience, isShown);
    routes.close();
    // What the failover process does where control is away.
    await run('ip', ['addr', 'del', `${address}/32`, 'dev', '1.1']);
    assert.equal(await isShown(), false);
  } finally {
    routes.close();
  }
});

await step('cookies of the application: rewritten, passive, hashed', async () => {
  const methods = { rewrite: 91, passive: 92, hash: 93 };
  for (const [method, port] of Object.entries(methods)) {
    await commit(
      create('ltm persistence cookie', `/Common/by-${method}`, {
        'defaults-from': '/Common/cookie',
        method,
        ...(method === 'hash' && { 'cookie-name': 'app' }),
      }),
      virtual(method, port, { persist: [{ name: `/Common/by-${method}`, default: 'yes' }] }),
    );
  }
  const url = (method: keyof typeof methods): string =>
    `http://${virtualAddress}:${methods[method]}/`;
  const made = await probe({ url: `${url('rewrite')}?cookie=BIGipCookie%3D0000000%3B%20path%3D/` });
  const [cookie = ''] = made.headers?.['set-cookie'] ?? [];
  assert.match(cookie, /^BIGipServerweb=\d+\.20480\.0000; path=\/$/);
  const own = String(made.server['name']);
  const value = cookie.split(';')[0] ?? '';
  assert.deepEqual((await ask(url('rewrite'), 4, value)).names, { [own]: 4 });
  assert.deepEqual((await ask(url('passive'), 4, value)).names, { [own]: 4 });
  assert.deepEqual((await ask(url('passive'), 4)).cookies, []);
  const first = await probe({ url: `${url('hash')}?cookie=app%3Dsession77` });
  const chosen = String(first.server['name']);
  assert.deepEqual((await ask(url('hash'), 4, 'app=session77')).names, { [chosen]: 4 });
});

await step('ratio of nodes, limits of nodes, and a queue at the limit', async () => {
  const node = (host: string, properties: Properties): Operation => ({
    kind: 'modify',
    component: 'ltm node',
    name: `/Common/${network}.${host}`,
    properties,
  });
  const pool = (properties: Properties): Operation => ({
    kind: 'modify',
    component: 'ltm pool',
    name: '/Common/web',
    properties,
  });
  await commit(node('11', { ratio: 3 }), pool({ 'load-balancing-mode': 'ratio-node' }));
  assert.deepEqual((await ask(web, 8)).names, { a: 6, b: 2 });
  await commit(node('11', { ratio: 1 }), pool({ 'load-balancing-mode': 'round-robin' }));
  await commit(node('11', { 'connection-limit': 1 }), node('12', { 'connection-limit': 1 }));
  const slow = { url: `${web}?wait=1000` };
  const statuses = async (what: object): Promise<readonly unknown[]> => {
    const seen = await Promise.all([probe(what), probe(what), probe(what), probe(what)]);
    return seen.map((one) => one.status);
  };
  // They may not start at the same time.
  const slower = await statuses({ url: `${web}?wait=3000` });
  assert.ok(slower.includes(undefined), 'beyond the limit nobody was refused');
  await commit(pool({ 'queue-on-connection-limit': 'enabled', 'queue-time-limit': 20_000 }));
  assert.deepEqual(await statuses(slow), [200, 200, 200, 200]);
  await commit(
    pool({ 'queue-on-connection-limit': 'disabled' }),
    node('11', { 'connection-limit': 0 }),
    node('12', { 'connection-limit': 0 }),
  );
});

await step('persistence by destination address and host; compression', async () => {
  await commit(
    virtual('by-destination', 94, { persist: [{ name: '/Common/dest_addr', default: 'yes' }] }),
    virtual('by-host', 95, {
      persist: [{ name: '/Common/host', default: 'yes' }],
      profiles: [
        { name: '/Common/http' },
        { name: '/Common/tcp' },
        { name: '/Common/httpcompression' },
      ],
    }),
  );
  for (const port of [94, 95]) {
    const { names } = await ask(`http://${virtualAddress}:${port}/`, 4);
    assert.deepEqual(Object.values(names), [4]);
  }
  const url = `http://${virtualAddress}:95/?type=text/html`;
  const packed = await probe({ url, headers: { 'Accept-Encoding': 'gzip' } });
  assert.equal(packed.headers?.['content-encoding'], 'gzip');
  assert.equal((await probe({ url })).headers?.['content-encoding'], undefined);
});

await step('http profile: headers, redirects, limits, fallback', async () => {
  await commit(
    create('ltm profile http', '/Common/full', {
      'defaults-from': '/Common/http',
      'header-insert': 'X-Site: ours',
      'header-erase': 'X-Debug',
      'redirect-rewrite': 'all',
      'fallback-host': 'sorry.example.com',
      'fallback-status-codes': ['503'],
      'via-request': 'append',
      'via-host-name': 'edge1',
      enforcement: { 'unknown-method': 'reject', 'known-methods': ['GET'], 'max-header-count': 16 },
    }),
    virtual('full', 88, { profiles: [{ name: '/Common/full' }, { name: '/Common/tcp' }] }),
  );
  const url = `http://${virtualAddress}:88/`;
  const { server } = await probe({ url, headers: { 'X-Debug': '1' } });
  const headers = server['headers'] as Properties;
  assert.deepEqual(
    [headers['x-site'], headers['x-debug'], headers['via']],
    ['ours', undefined, '1.1 edge1'],
  );
  const moved = await probe({ url: `${url}?status=302&location=http://www.example.com/x` });
  assert.equal(moved.headers?.['location'], 'https://www.example.com/x');
  const failed = await probe({ url: `${url}?status=503` });
  assert.deepEqual(
    [failed.status, failed.headers?.['location']],
    [302, 'http://sorry.example.com/'],
  );
  assert.ok((await probe({ url, method: 'DELETE' })).error);
  const many = Object.fromEntries(Array.from({ length: 20 }, (_, at) => [`x-${at}`, '1']));
  assert.ok((await probe({ url, headers: many })).error);
  for (const member of [a, b]) report('/Common/web', member, false);
  await waitUntil(
    clock,
    'the fallback',
    patience,
    async () => (await probe({ url })).headers?.['location'] === 'http://sorry.example.com/',
  );
  for (const member of [a, b]) report('/Common/web', member, true);
  await waitUntil(clock, 'it to end', patience, async () => (await probe({ url })).status === 200);
});

await step('clientssl alone serves TLS, with the certificate that the device made', async () => {
  const authorities = systemAuthorities();
  await ensureDefaultFiles({ store, clock, random: systemRandom, log, authorities });
  await commit(
    virtual('out-of-the-box', 444, {
      profiles: [{ name: '/Common/clientssl' }, { name: '/Common/http' }, { name: '/Common/tcp' }],
    }),
  );
  const served = await probe({ url: `https://${virtualAddress}:444/` });
  assert.deepEqual([served.certificate, served.status], ['ltm', 200]);
});

await step('client-ssl: certificates by name, versions, HSTS; client certificates', async () => {
  const [, , clientPem] = [
    await makePem('www.test'),
    await makePem('shop.test'),
    await makePem('someone'),
  ];
  await commit(
    create('ltm profile client-ssl', '/Common/www-tls', {
      'defaults-from': '/Common/clientssl',
      cert: '/Common/www.test.crt',
      key: '/Common/www.test.key',
      'sni-default': 'true',
    }),
    create('ltm profile client-ssl', '/Common/shop-tls', {
      'defaults-from': '/Common/clientssl',
      cert: '/Common/shop.test.crt',
      key: '/Common/shop.test.key',
      'server-name': 'shop.test',
      'tm-options': '{ dont-insert-empty-fragments }',
      'peer-cert-mode': 'require',
      'ca-file': '/Common/someone.crt',
    }),
    create('ltm profile http', '/Common/strict', {
      'defaults-from': '/Common/http',
      hsts: { mode: 'enabled', 'maximum-age': 3600 },
    }),
    virtual('names', 443, {
      profiles: [
        { name: '/Common/strict' },
        { name: '/Common/tcp' },
        { name: '/Common/shop-tls', context: 'clientside' },
        { name: '/Common/www-tls', context: 'clientside' },
      ],
    }),
  );
  const url = `https://${virtualAddress}/`;
  const usual = await probe({ url, servername: 'else.test' });
  assert.deepEqual([usual.certificate, usual.protocol, usual.status], ['www.test', 'TLSv1.2', 200]);
  assert.equal(usual.headers?.['strict-transport-security'], 'max-age=3600; includeSubDomains');
  const shop = await probe({ url, servername: 'shop.test', pem: clientPem });
  assert.deepEqual([shop.certificate, shop.protocol, shop.status], ['shop.test', 'TLSv1.3', 200]);
  assert.ok((await probe({ url, servername: 'shop.test' })).error);
});

await step('server-ssl: SNI, our certificate, and servers that are checked', async () => {
  const tlsServer = `/Common/${network}.14:443`;
  await commit(
    create('ltm profile server-ssl', '/Common/to-shop', {
      'defaults-from': '/Common/serverssl',
      'peer-cert-mode': 'require',
      'ca-file': '/Common/shop.test.crt',
      'authenticate-name': 'shop.test',
      'server-name': 'shop.test',
      cert: '/Common/someone.crt',
      key: '/Common/someone.key',
    }),
    create('ltm pool', '/Common/tls', {}),
    virtual('reencrypt', 89, {
      pool: '/Common/tls',
      profiles: [
        { name: '/Common/http' },
        { name: '/Common/tcp' },
        { name: '/Common/to-shop', context: 'serverside' },
      ],
    }),
  );
  const pid = await workerPid();
  // Added at run time, with its certificates.
  await commit({
    kind: 'create-item',
    component: 'ltm pool',
    name: '/Common/tls',
    property: 'members',
    item: tlsServer,
    properties: {},
  });
  assert.equal(await workerPid(), pid);
  const { spawn: start } = await import('node:child_process');
  const script = join(import.meta.dirname, 'servers.ts');
  const url = `http://${virtualAddress}:89/`;
  const serve = async (name: string): Promise<ChildProcess> => {
    const place = `t@${network}.14:443@${join(folder, `${name}.pem`)}`;
    const child = start('ip', ['netns', 'exec', webNamespace, process.execPath, script, place], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    await listening(child, name);
    return child;
  };
  const right = await serve('shop.test');
  const { server } = await probe({ url });
  right.kill();
  assert.deepEqual(
    [server['name'], server['sni'], server['certificate']],
    ['t', 'shop.test', 'someone'],
  );
  await waitUntil(clock, 'the right server to end', patience, () => right.signalCode !== null);
  const wrong = await serve('www.test');
  const refused = await probe({ url });
  wrong.kill();
  assert.equal(refused.server['name'], undefined);
});

await kernelStep(
  'FastL4 counts connections, packets and bytes, also across a new table',
  async () => {
    const read = (name: string): number =>
      Number(state.statistics('ltm virtual', undefined, '/Common/fast')?.[`clientside.${name}`]);
    const url = `http://${virtualAddress}:85/`;
    read('totConns');
    await ask(url, 5);
    await waitUntil(clock, 'five connections', patience, () => read('totConns') >= 25);
    assert.ok(read('pktsIn') > 25 && read('pktsOut') > 25 && read('bitsIn') > 8000);
    for (const counted of ['pktsIn', 'pktsOut', 'bitsIn', 'bitsOut']) {
      const ofMembers = [a, b].map((member) =>
        Number(
          state.statistics('ltm pool', 'members', '/Common/web', member)?.[`serverside.${counted}`],
        ),
      );
      assert.ok(
        ofMembers.every((count) => count > 5),
        `${counted} of members: ${ofMembers.join(', ')}`,
      );
    }
    const before = await settled(() => read('totConns'));
    await commit(virtual('fast-too', 86, { profiles: [{ name: '/Common/fastL4' }] }));
    await ask(url, 3);
    await waitUntil(clock, 'three more', patience, () => read('totConns') === before + 3);
  },
);

await step('IPv6 virtual server', async () => {
  await run('ip', ['addr', 'add', 'fd00:201::100/128', 'dev', '1.1', 'nodad']);
  await commit(
    create('ltm virtual', '/Common/six', {
      destination: '/Common/fd00:201::100.80',
      'ip-protocol': 'tcp',
      pool: '/Common/web',
      'source-address-translation': { type: 'automap' },
      profiles: [{ name: '/Common/http' }, { name: '/Common/tcp' }],
    }),
  );
  assert.deepEqual((await ask('http://[fd00:201::100]/', 4)).names, { a: 2, b: 2 });
});

await kernelStep('port lockdown judges new connections to self IPs only', async () => {
  const one = async (url: string): Promise<Answers> => ask(url, 1);
  const { spawn: start } = await import('node:child_process');
  const server = join(import.meta.dirname, 'servers.ts');
  const places = ['x@198.18.201.1:443', 'y@198.18.201.1:8080', 'z@fd00:201::1:443'];
  const child = start(process.execPath, [server, ...places], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  try {
    await listening(child, 'the servers of the device itself');
    assert.deepEqual((await one('http://198.18.201.1:443/')).names, { x: 1 });
    assert.deepEqual(
      (await run('ip', ['netns', 'exec', client, 'ping', '-c', '1', '-W', '2', 'fd00:201::1']))
        .status,
      0,
    );
    const closed = await Promise.all([reaches('198.18.201.1', 8080), reaches('fd00:201::1', 443)]);
    assert.deepEqual(closed, [false, false]);
    await commit({
      kind: 'modify',
      component: 'net self',
      name: '/Common/ext',
      properties: { 'allow-service': ['default', 'tcp:8080'] },
    });
    await waitUntil(clock, '8080 to be let in', patience, () => reaches('198.18.201.1', 8080));
  } finally {
    child.kill();
  }
});

/** One SYN from the client's namespace; a drop shows as no answer within a second. */
async function reaches(address: string, port: number): Promise<boolean> {
  const code = `require('net').connect({host:'${address}',port:${port}}).once('connect',()=>process.exit(0)).once('error',()=>process.exit(1));setTimeout(()=>process.exit(2),700)`;
  const result = await run('ip', ['netns', 'exec', client, process.execPath, '-e', code]);
  return result.status === 0;
}

/** A connection that is in the middle of a request meanwhile; the first line of its answer. */
async function held(work: () => Promise<void>): Promise<string> {
  const script = join(import.meta.dirname, 'held.ts');
  const args = ['netns', 'exec', client, process.execPath, script, virtualAddress, '80'];
  const child = spawn('ip', args, { stdio: ['ignore', 'pipe', 'inherit'] });
  const lines: string[] = [];
  child.stdout.on('data', (chunk) => lines.push(...String(chunk).trim().split('\n')));
  await waitUntil(clock, 'the connection', patience, () => lines.length > 0);
  await work().finally(() => child.kill('SIGTERM'));
  await waitUntil(clock, 'its answer', patience, () => lines.length > 1);
  return lines[1] ?? '';
}

/** Whether `web` has a socket of its own by the file that HAProxy was loaded with last. */
function hasOwnSocket(): boolean {
  const text = readFileSync(join(folder, 'haproxy', 'haproxy.cfg'), 'utf8');
  assert.match(text, /^frontend /m);
  return text.includes(`bind ${virtualAddress}:80\n`);
}

if (!isSharing) {
  await step(
    'many virtual servers share listeners, few do not; no connection is lost',
    async () => {
      const many = Array.from({ length: 70 }, (_, index) => 9100 + index);
      let answers: Answers | undefined;
      const line = await held(async () => {
        answers = await underLoad(web, async () => {
          assert.equal(hasOwnSocket(), true);
          await commit(...many.map((port) => virtual(`many${port}`, port, {})));
          // Its queue was emptied first.
          await waitUntil(clock, 'the own socket to go', patience, async () => !hasOwnSocket());
          const last = await ask(`http://${virtualAddress}:9169/`, 2);
          assert.deepEqual(last.statuses, { '200': 2 });
          const reloads = messages.filter((message) => message.includes('took a new')).length;
          await commit(virtual('onemore', 9170, {}));
          const other = { kind: 'modify', component: 'ltm virtual', name: '/Common/www' } as const;
          await commit({ ...other, properties: { 'connection-limit': 1000 } });
          // One may come in the background, for later ones; two if each of them needed it.
          const now = messages.filter((message) => message.includes('took a new')).length;
          assert.ok(now - reloads < 2, `${now - reloads} reloads`);
          const more = await ask(`http://${virtualAddress}:9170/`, 2);
          assert.deepEqual(more.statuses, { '200': 2 });
          await commit({ ...other, properties: { 'connection-limit': 0 } });
          const names = [...many.map((port) => `many${port}`), 'onemore'];
          await commit(
            ...names.map((name) => ({
              kind: 'delete' as const,
              component: 'ltm virtual',
              name: `/Common/${name}`,
            })),
          );
          assert.equal(hasOwnSocket(), true);
        });
      });
      assert.deepEqual(answers?.errors, {});
      assert.deepEqual(Object.keys(answers?.statuses ?? {}), ['200']);
      assert.equal(line, 'HTTP/1.1 200 OK');
    },
  );
}

await step('a pattern that HAProxy cannot read holds back its virtual server only', async () => {
  const profile = 'ltm profile web-acceleration';
  await commit(
    create(profile, '/Common/odd', { 'defaults-from': '/Common/webacceleration' }),
    virtual('odd', 8995, {
      profiles: ['http', 'tcp', 'odd'].map((name) => ({ name: `/Common/${name}` })),
    }),
  );
  const odd = `http://${virtualAddress}:8995/`;
  assert.deepEqual((await ask(odd, 2)).statuses, { '200': 2 });
  // A name that a group can have here, but not there.
  const properties = { 'cache-uri-exclude': ['(?<$a>x)'] };
  const outcome = store.commit({
    origin: { user: 'test', source: 'rest' },
    operations: [{ kind: 'modify', component: profile, name: '/Common/odd', properties }],
  });
  assert.ok(outcome.ok && outcome.commit);
  const { haproxy } = await applied.settled(outcome.commit.sequence, patience);
  assert.equal(haproxy?.state, 'failed', JSON.stringify(haproxy));
  assert.match(JSON.stringify(haproxy), /regex/i);
  await commit(virtual('besides', 8996, {}));
  const besides = await ask(`http://${virtualAddress}:8996/`, 2);
  assert.deepEqual(besides.statuses, { '200': 2 });
  // As it was before.
  if (!isSharing) assert.deepEqual((await ask(odd, 2)).statuses, { '200': 2 });
  const names = ['odd', 'besides'].map((name) => `/Common/${name}`);
  await commit(
    ...names.map((name) => ({ kind: 'delete', component: 'ltm virtual', name }) as const),
  );
});

const whoHasThePort = isSharing
  ? 'a port that another program has is no hindrance'
  : 'a port that another program has holds back its virtual server only, until it is free';
await step(whoHasThePort, async () => {
  // Something else has the port.
  const { createServer } = await import('node:net');
  const squatter = createServer().listen(8999, virtualAddress);
  await new Promise((resolve) => squatter.once('listening', resolve));
  const outcome = store.commit({
    origin: { user: 'test', source: 'rest' },
    operations: [virtual('taken', 8999, {})],
  });
  assert.ok(outcome.ok && outcome.commit);
  const status = await applied.settled(outcome.commit.sequence, patience);
  const expected = isSharing ? 'applied' : 'failed';
  assert.equal(status['haproxy']?.state, expected, JSON.stringify(status));
  const taken = `http://${virtualAddress}:8999/`;
  if (isSharing) assert.deepEqual((await ask(taken, 2)).statuses, { '200': 2 });
  else {
    await commit(virtual('besides', 8996, {}));
    const besides = await ask(`http://${virtualAddress}:8996/`, 2);
    assert.deepEqual(besides.statuses, { '200': 2 });
    await commit({ kind: 'delete', component: 'ltm virtual', name: '/Common/besides' });
  }
  assert.deepEqual((await ask(web, 2)).statuses, { '200': 2 });
  // Members still follow their health meanwhile.
  report('/Common/web', b, false);
  await waitUntil(
    clock,
    'b to be left out',
    patience,
    async () => (await ask(web, 4)).names['a'] === 4,
  );
  report('/Common/web', b, true);
  await new Promise((resolve) => squatter.close(resolve));
  await waitUntil(
    clock,
    'the virtual server to be served',
    patience,
    async () => (await ask(taken, 1)).statuses['200'] === 1,
  );
  await commit({ kind: 'delete', component: 'ltm virtual', name: '/Common/taken' });
});

let appliedAfterwards = applied;
await step(
  'control comes back: attached again without a reload; HAProxy dies: right again at once',
  async () => {
    const pid = await workerPid();
    ltm.close();
    appliedAfterwards = createAppliedTracker(clock);
    ltm = startRoom(appliedAfterwards);
    report('/Common/web', b, false);
    await waitUntil(
      clock,
      'b to be left out',
      patience,
      async () => (await ask(web, 4)).names['a'] === 4,
    );
    assert.equal(await workerPid(), pid);
    await sleep(clock, 700);
    const dead = haproxies.at(-1);
    dead?.kill('SIGKILL');
    await run('kill', ['-9', pid]);
    await waitUntil(clock, 'HAProxy to end', patience, () => dead?.signalCode !== null);
    engines.ensure({
      name: 'haproxy',
      program: String(dead?.spawnargs[0]),
      args: dead?.spawnargs.slice(1) ?? [],
    });
    await waitUntil(
      clock,
      'HAProxy to serve',
      patience,
      async () => (await ask(web, 4)).names['a'] === 4,
    );
    report('/Common/web', b, true);
    await waitUntil(
      clock,
      'b to be back',
      patience,
      async () => (await ask(web, 4)).names['b'] === 2,
    );
  },
);

await step('statistics grow across reloads', async () => {
  const read = (): number =>
    Number(state.statistics('ltm virtual', undefined, '/Common/www')?.['clientside.totConns']);
  await waitUntil(clock, 'counters', patience, () => read() > 0);
  await ask(web, 5);
  const before = await settled(read);
  const outcome = store.commit({
    origin: { user: 'test', source: 'rest' },
    operations: [virtual('last', 8998, {})],
  });
  assert.ok(outcome.ok);
  const sequence = outcome.commit?.sequence ?? 0;
  // Some go to the worker that leaves, some to the next.
  let asked = 0;
  const isTaken = (): boolean => appliedAfterwards.status(sequence)['haproxy']?.state !== 'pending';
  await waitUntil(clock, 'HAProxy to take another virtual server', patience, async () => {
    if (isTaken()) return true;
    await ask(web, 1);
    asked += 1;
    return false;
  });
  assert.equal(appliedAfterwards.status(sequence)['haproxy']?.state, 'applied');
  await ask(web, 1);
  await waitUntil(clock, 'all to be counted', patience, () => read() >= before + asked + 1);
  assert.equal(read(), before + asked + 1);
  const member = state.statistics('ltm pool', 'members', '/Common/web', a);
  assert.equal(member?.['addr'], `${network}.11`);
  assert.equal(member?.['status.availabilityState'], 'available');
});

finish(ltm);
