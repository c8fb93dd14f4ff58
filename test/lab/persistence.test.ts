/** Persistence that counts across virtual servers, on real traffic: clients are told apart by their addresses. */
import assert from 'node:assert/strict';
import { constants } from 'node:crypto';
import type { AddressInfo } from 'node:net';
import { after, before, test } from 'node:test';
import { connect as connectTls, createServer as createTls } from 'node:tls';
import type { Properties } from '../../src/catalogue/types.ts';
import { type Pair, TestAuthority } from './web/certificates.ts';
import { type HaproxyHere, freePorts, here, startHaproxy, whyNot } from './web/haproxy-here.ts';
import { ask, startWebServer } from './web/web.ts';

const skip = await whyNot();
const names = ['one', 'two', 'alone', 'content', 'part', 'crumb', 'session'] as const;
type Name = (typeof names)[number];
const ports = new Map<Name, number>();
const closing: (() => unknown)[] = [];
let haproxy: HaproxyHere | undefined;
/** As configurations and as sockets have them. */
const nodes = [2, 3, 4].map((last) => ({ named: `192.0.2.${last}`, real: `127.0.0.${last}` }));

function virtual(
  name: Name,
  pool: string,
  persist: string,
  profiles: readonly string[] = ['http', 'tcp'],
): Record<string, Properties> {
  return {
    [`ltm virtual /Common/${name}`]: {
      destination: `/Common/${here}:${ports.get(name)}`,
      'ip-protocol': 'tcp',
      pool: `/Common/${pool}`,
      'source-address-translation': { type: 'automap' },
      profiles: profiles.map((profile) => ({ name: `/Common/${profile}` })),
      persist: [{ name: `/Common/${persist}`, default: 'yes' }],
    },
  };
}

/** A server on each node, on a port of its own. */
async function pool(name: string): Promise<Record<string, Properties>> {
  const members: Properties[] = [];
  for (const { named, real } of nodes) {
    const { server, port } = await startWebServer(named, real);
    closing.push(() => server.close());
    members.push({ name: `/Common/${named}:${port}` });
  }
  return { [`ltm pool /Common/${name}`]: { members } };
}

/** Servers that tell their name once TLS stands, and give sessions, but no tickets. */
async function tlsPool(pair: Pair): Promise<Record<string, Properties>> {
  const members: Properties[] = [];
  for (const { named, real } of nodes) {
    const server = createTls(
      {
        key: pair.key,
        cert: pair.certificate,
        maxVersion: 'TLSv1.2',
        secureOptions: constants.SSL_OP_NO_TICKET,
      },
      (socket) => {
        socket.on('error', () => undefined);
        socket.end(named);
      },
    );
    await new Promise<void>((resolve) => server.listen(0, real, resolve));
    closing.push(() => server.close());
    // A server that listens on TCP has such an address.
    const { port } = server.address() as AddressInfo;
    members.push({ name: `/Common/${named}:${port}` });
  }
  return { 'ltm pool /Common/tls': { members } };
}

before(async () => {
  if (skip !== false) return;
  for (const [index, port] of (await freePorts(names.length)).entries()) {
    const name = names[index];
    if (name !== undefined) ports.set(name, port);
  }
  const authority = await TestAuthority.make();
  closing.push(() => authority.close());
  haproxy = await startHaproxy(
    {
      'ltm persistence source-addr /Common/across': {
        'defaults-from': '/Common/source_addr',
        'match-across-services': 'enabled',
      },
      ...(await pool('first')),
      ...(await pool('second')),
      ...virtual('one', 'first', 'across'),
      ...virtual('two', 'second', 'across'),
      'ltm persistence hash /Common/user': {
        'defaults-from': '/Common/hash',
        'hash-start-pattern': 'x-user: (',
        'hash-end-pattern': ')',
        'hash-buffer-limit': 2000,
      },
      'ltm persistence hash /Common/place': {
        'defaults-from': '/Common/hash',
        'hash-offset': 5,
        'hash-length': 3,
      },
      'ltm persistence cookie /Common/crumb': {
        'defaults-from': '/Common/cookie',
        method: 'hash',
        'cookie-name': 'crumb',
        'hash-offset': 2,
        'hash-length': 3,
      },
      ...virtual('content', 'first', 'user', ['tcp']),
      ...virtual('part', 'first', 'place', ['tcp']),
      ...virtual('crumb', 'first', 'crumb'),
      ...virtual('alone', 'second', 'source_addr'),
      ...(await tlsPool(await authority.issue('server'))),
      ...virtual('session', 'tls', 'ssl', ['tcp']),
    },
    [...ports.values()],
  );
});

after(async () => {
  await haproxy?.close();
  for (const close of closing) close();
});

async function nodeOf(name: Name, client: string): Promise<string | undefined> {
  const answer = await ask(ports.get(name) ?? 0, '/', { localAddress: client });
  return answer.seen?.name;
}

test('a client has one node on all ports of an address', { skip }, async () => {
  const clients = ['127.0.0.21', '127.0.0.22', '127.0.0.23'] as const;
  const first = new Map<string, string | undefined>();
  for (const client of clients) first.set(client, await nodeOf('one', client));
  assert.equal(new Set(first.values()).size, 3, 'they take turns');
  // In the other order: without what is known of them they would get other nodes.
  for (const client of clients.toReversed()) {
    for (const name of ['two', 'one', 'two'] as const) {
      assert.equal(await nodeOf(name, client), first.get(client));
    }
  }
  const others = new Map<string, string | undefined>();
  for (const client of clients.toReversed()) others.set(client, await nodeOf('alone', client));
  assert.notDeepEqual(
    clients.map((client) => others.get(client)),
    clients.map((client) => first.get(client)),
    'others keep their own',
  );
});

type Ask = (key: string, round: number) => Promise<string | undefined>;

/** Three keys get three nodes, and keep them in any order. */
async function assertKept(ask: Ask): Promise<void> {
  const keys = ['ann', 'bob', 'eve'] as const;
  const first = new Map<string, string | undefined>();
  for (const key of keys) first.set(key, await ask(key, 0));
  assert.equal(new Set(first.values()).size, keys.length, 'they take turns');
  for (const [round, key] of [...keys.toReversed(), ...keys].entries()) {
    assert.equal(await ask(key, round + 1), first.get(key), key);
  }
}

const name = async (of: Name, path: string, headers: Record<string, string>): Promise<string> =>
  (await ask(ports.get(of) ?? 0, path, { headers })).seen?.name ?? '';

test(
  'hash: what lies between two texts of what a client sends keeps the node',
  { skip },
  async () => {
    await assertKept((key, round) => name('content', `/${round}`, { 'x-user': `(${key})` }));
  },
);

test('hash: bytes at a place keep the node', { skip }, async () => {
  await assertKept((key, round) => name('part', `/${key}/${round}`, {}));
});

test('a part of a cookie keeps the node', { skip }, async () => {
  await assertKept((key, round) =>
    name('crumb', '/', { cookie: `crumb=${round}-${key}-${round}` }),
  );
});

/** The server's name, and the session that it gave. */
function greet(session?: Buffer): Promise<{ name: string; session: Buffer | undefined }> {
  return new Promise((resolve, reject) => {
    const port = ports.get('session') ?? 0;
    const options = { host: '127.0.0.1', port, rejectUnauthorized: false };
    const socket = connectTls({ ...options, ...(session !== undefined && { session }) });
    let name = '';
    let given: Buffer | undefined;
    socket.on('secureConnect', () => (given = socket.getSession()));
    socket.on('data', (data) => (name += String(data)));
    socket.on('error', reject);
    socket.on('end', () => resolve({ name, session: given }));
  });
}

test('a TLS session that is taken up again finds its node', { skip }, async () => {
  const first = [await greet(), await greet(), await greet()];
  assert.equal(new Set(first.map((one) => one.name)).size, 3, 'they take turns');
  for (const one of [...first.toReversed(), ...first]) {
    assert.equal((await greet(one.session)).name, one.name);
  }
});
