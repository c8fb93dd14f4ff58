/** Profiles on real traffic: what each does is seen in a request. */
import assert from 'node:assert/strict';
import { createSocket } from 'node:dgram';
import type { Server } from 'node:http';
import { connect as connectHttp2 } from 'node:http2';
import { type AddressInfo, connect, createServer } from 'node:net';
import { after, before, test } from 'node:test';
import { type TLSSocket, connect as connectTls } from 'node:tls';
import type { Properties } from '../../src/catalogue/types.ts';
import { systemClock, waitUntil } from '../../src/platform/clock.ts';
import { type Pair, TestAuthority } from './web/certificates.ts';
import { type HaproxyHere, freePorts, here, startHaproxy, whyNot } from './web/haproxy-here.ts';
import { ask, assertRefused, startWebServer } from './web/web.ts';

const skip = await whyNot();
const patience = 30_000;
const names = [
  'limits',
  'cached',
  'logged',
  'logged-tcp',
  'secure',
  'members',
  'passed',
  'squeezed',
  'matching',
  'nodes',
  'sorry',
] as const;
type Name = (typeof names)[number];
const ports = new Map<Name, number>();
const closing: (() => unknown)[] = [];
let haproxy: HaproxyHere | undefined;
let authority: TestAuthority;
let good: Pair;
let guest: Pair;
let bad: Pair;
let web: Server;
const lines: string[] = [];
const streamed: string[] = [];

async function listenUdp(): Promise<number> {
  const socket = createSocket('udp4', (message) => void lines.push(message.toString()));
  await new Promise<void>((resolve) => socket.bind(0, '127.0.0.1', resolve));
  closing.push(() => socket.close());
  return socket.address().port;
}

async function listenTcp(): Promise<number> {
  const server = createServer((socket) => {
    socket.on('data', (data) => void streamed.push(data.toString()));
    socket.on('error', () => undefined);
    closing.push(() => socket.destroy());
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  closing.push(() => server.close());
  // A server that listens on TCP has such an address.
  return (server.address() as AddressInfo).port;
}

function pairFiles(name: string, pair: Pair): Record<string, Properties> {
  return {
    [`sys file ssl-cert /Common/${name}.crt`]: { content: pair.certificate },
    [`sys file ssl-key /Common/${name}.key`]: { content: pair.key },
  };
}
const tls = (name: string, more: Properties): Record<string, Properties> => ({
  [`ltm profile client-ssl /Common/${name}`]: {
    'defaults-from': '/Common/clientssl',
    cert: '/Common/www.crt',
    key: '/Common/www.key',
    ...more,
  },
});

function virtual(
  name: Name,
  profiles: readonly string[],
  more: Properties = {},
): Record<string, Properties> {
  return {
    [`ltm virtual /Common/${name}`]: {
      destination: `/Common/${here}:${ports.get(name)}`,
      'ip-protocol': 'tcp',
      pool: '/Common/web',
      'source-address-translation': { type: 'automap' },
      profiles: [...profiles, 'tcp'].map((profile) => ({ name: `/Common/${profile}` })),
      ...more,
    },
  };
}

/** What was asked of TLS decides what the server is told. */
const told = (
  value: string,
  operand: string,
  selector: string,
  values: readonly string[],
): Properties => ({
  name: value,
  conditions: [{ name: '0', operand, selector, operator: 'equals', values: [...values] }],
  actions: [{ name: '0', target: 'http-header', deed: 'insert', 'tm-name': `X-${operand}`, value }],
});

async function objects(webPort: number): Promise<Record<string, Properties>> {
  const [udp, tcp] = [await listenUdp(), await listenTcp()];
  const [www, shop] = [
    await authority.issue('www.example.com'),
    await authority.issue('shop.example.com'),
  ];
  good = await authority.issue('good');
  guest = await authority.issue('guest');
  bad = await authority.issue('bad');
  const template = '$CLIENT_IP $HTTP_METHOD $HTTP_URI ${X-Id} $HTTP_STATCODE 100% "$VIRTUAL_NAME"';
  const logged = { 'request-logging': 'enabled', 'request-log-template': template };
  return {
    ...pairFiles('www', www),
    ...pairFiles('shop', shop),
    'sys file ssl-cert /Common/ca.crt': { content: authority.certificate },
    'sys file ssl-crl /Common/ca.crl': { content: await authority.revoke(bad) },
    'ltm pool /Common/web': { members: [{ name: `/Common/${here}:${webPort}` }] },
    'ltm pool /Common/logs': { members: [{ name: `/Common/${here}:${udp}` }] },
    'ltm pool /Common/logs-tcp': { members: [{ name: `/Common/${here}:${tcp}` }] },
    'ltm profile http /Common/limits': {
      'defaults-from': '/Common/http',
      enforcement: { 'max-requests': 2, 'max-header-size': 600, 'max-header-count': 20 },
    },
    'ltm profile http /Common/strict': {
      'defaults-from': '/Common/http',
      hsts: { mode: 'enabled', 'maximum-age': 3600, 'include-subdomains': 'disabled' },
    },
    'ltm profile http /Common/matching': {
      'defaults-from': '/Common/http',
      'redirect-rewrite': 'matching',
      'via-response': 'append',
      'via-host-name': 'edge1',
    },
    'ltm profile http /Common/nodes': {
      'defaults-from': '/Common/http',
      'redirect-rewrite': 'nodes',
      'via-response': 'remove',
    },
    'ltm profile http /Common/sorry': {
      'defaults-from': '/Common/http',
      'fallback-host': 'sorry.example.com',
      'server-agent-name': 'Shop/1',
    },
    'ltm profile web-acceleration /Common/cache': {
      'defaults-from': '/Common/webacceleration',
      'cache-uri-exclude': ['^/fresh'],
    },
    'ltm policy /Common/uncached': {
      legacy: 'legacy',
      rules: [
        {
          name: 'r',
          conditions: [
            { name: '0', operand: 'http-header', 'tm-name': 'X-No', operator: 'exists' },
          ],
          actions: [{ name: '0', target: 'cache', deed: 'disable' }],
        },
      ],
    },
    'ltm policy /Common/plain': {
      legacy: 'legacy',
      rules: [
        {
          name: 'r',
          conditions: [
            {
              name: '0',
              operand: 'http-uri',
              selector: 'path',
              operator: 'starts-with',
              values: ['/plain'],
            },
          ],
          actions: [{ name: '0', target: 'compress', deed: 'disable' }],
        },
      ],
    },
    'ltm policy /Common/names': {
      legacy: 'legacy',
      rules: [told('shop', 'ssl-extension', 'server-name', ['shop.example.com'])],
    },
    'ltm policy /Common/certificates': {
      legacy: 'legacy',
      strategy: '/Common/all-match',
      rules: [
        told('good', 'ssl-cert', 'common-name', ['good']),
        told('known', 'ssl-cert', 'issuer', ['Test authority']),
        told('stranger', 'ssl-cert', 'issuer', ['Somebody else']),
      ],
    },
    'ltm policy /Common/sni': {
      legacy: 'legacy',
      rules: [
        {
          name: 'r',
          conditions: [
            {
              name: '0',
              operand: 'ssl-extension',
              selector: 'server-name',
              event: 'ssl-client-hello',
              operator: 'ends-with',
              values: ['.other.example'],
            },
          ],
          actions: [{ name: '0', target: 'shutdown', deed: 'connection' }],
        },
      ],
    },
    'ltm profile request-log /Common/log-udp': { ...logged, 'request-log-pool': '/Common/logs' },
    'ltm profile request-log /Common/tcp-log': {
      ...logged,
      'request-log-pool': '/Common/logs-tcp',
      'request-log-protocol': 'mds-tcp',
    },
    'ltm cipher rule /Common/narrow': { cipher: 'ECDHE-ECDSA-AES256-GCM-SHA384' },
    'ltm cipher group /Common/narrow': { allow: [{ name: '/Common/narrow' }] },
    ...tls('www', { 'sni-default': 'true', 'cipher-group': '/Common/narrow', ciphers: 'none' }),
    ...tls('shop', {
      cert: '/Common/shop.crt',
      key: '/Common/shop.key',
      'server-name': 'shop.example.com',
    }),
    ...tls('members', {
      'peer-cert-mode': 'require',
      'ca-file': '/Common/ca.crt',
      'crl-file': '/Common/ca.crl',
    }),
    'ltm profile http2 /Common/told': {
      'defaults-from': '/Common/http2',
      'insert-header': 'enabled',
    },
    ...virtual('limits', ['limits']),
    ...virtual('cached', ['http', 'cache'], { policies: [{ name: '/Common/uncached' }] }),
    ...virtual('logged', ['http', 'log-udp']),
    ...virtual('logged-tcp', ['http', 'tcp-log']),
    ...virtual('secure', ['strict', 'www', 'shop', 'told'], {
      policies: [{ name: '/Common/names' }],
    }),
    ...virtual('members', ['http', 'members'], { policies: [{ name: '/Common/certificates' }] }),
    ...virtual('matching', ['matching']),
    ...virtual('nodes', ['nodes']),
    'ltm pool /Common/none': {},
    ...virtual('sorry', ['sorry'], { pool: '/Common/none' }),
    ...virtual('passed', [], { policies: [{ name: '/Common/sni' }], pool: '/Common/tls' }),
    ...virtual('squeezed', ['http', 'httpcompression'], { policies: [{ name: '/Common/plain' }] }),
    'ltm pool /Common/tls': { members: [{ name: `/Common/${here}:${ports.get('secure')}` }] },
  };
}

before(async () => {
  if (skip !== false) return;
  for (const [index, port] of (await freePorts(names.length)).entries()) {
    const name = names[index];
    if (name !== undefined) ports.set(name, port);
  }
  authority = await TestAuthority.make();
  closing.push(() => authority.close());
  const started = await startWebServer('web');
  web = started.server;
  closing.push(() => web.close());
  const made = Object.entries(await objects(started.port));
  // Pools before those who name them.
  made.sort(
    ([one], [other]) =>
      Number(one.startsWith('ltm virtual')) - Number(other.startsWith('ltm virtual')),
  );
  haproxy = await startHaproxy(Object.fromEntries(made), [...ports.values()]);
});

after(async () => {
  await haproxy?.close();
  for (const close of closing) close();
});

const portOf = (name: Name): number => ports.get(name) ?? 0;

/** The end of what a connection that sent that text brought. */
function raw(port: number, text: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = connect(port, '127.0.0.1', () => socket.write(text));
    let got = '';
    socket.setTimeout(patience, () => reject(new Error(`no end: ${got}`)));
    socket.on('data', (data) => (got += data.toString('latin1')));
    socket.on('error', () => resolve(got));
    socket.on('close', () => resolve(got));
  });
}

function greet(port: number, servername: string, more: object = {}): Promise<TLSSocket> {
  return new Promise((resolve, reject) => {
    const options = { host: '127.0.0.1', port, servername, rejectUnauthorized: false, ...more };
    const socket = connectTls(options, () => resolve(socket));
    socket.on('error', reject);
    socket.on('close', () => reject(new Error('closed')));
  });
}

test('http: limits on headers and on requests of a connection', { skip }, async () => {
  const port = portOf('limits');
  assert.equal((await ask(port, '/', { headers: { 'x-long': 'x'.repeat(300) } })).status, 200);
  await assertRefused(port, '/', { headers: { 'x-long': 'x'.repeat(700) } });
  const many = Object.fromEntries(Array.from({ length: 25 }, (_, index) => [`x-${index}`, '1']));
  await assertRefused(port, '/', { headers: many });
  const one = 'GET / HTTP/1.1\r\nHost: here\r\n\r\n';
  const got = await raw(port, one.repeat(4));
  assert.equal(got.match(/HTTP\/1\.1 200/g)?.length, 2, got);
  assert.match(got, /connection: close/i);
});

/** So many headers; with the empty line that ends them, so many bytes. */
function head(first: string, count: number, bytes?: number): string {
  const lines = ['Host: here', ...(first === '' ? [] : [first])];
  while (lines.length < count) lines.push(`X-${lines.length}: `);
  const room = (bytes ?? 0) - `${lines.join('\r\n')}\r\n\r\n`.length;
  return `${lines.join('\r\n')}${'v'.repeat(Math.max(0, room))}\r\n\r\n`;
}

test('http: limits on headers hold to the header and to the byte', { skip }, async () => {
  const last = 'GET / HTTP/1.1\r\nHost: here\r\nConnection: close\r\n\r\n';
  // With it a request is over the limits, its headers are not.
  const body = 'b'.repeat(9000);
  const assertTaken = async (isTaken: boolean, name: Name, ...size: [number, number?]) => {
    for (const text of [
      `GET / HTTP/1.1\r\n${head('', ...size)}`,
      `POST / HTTP/1.1\r\n${head(`Content-Length: ${body.length}`, ...size)}${body}`,
    ]) {
      const got = await raw(portOf(name), `${text}${last}`);
      const answers = got.match(/HTTP\/1\.1 200/g)?.length ?? 0;
      assert.equal(answers, isTaken ? 2 : 0, `${name} ${size.join(' ')} ${text.slice(0, 4)}`);
    }
  };
  for (const [name, most] of [
    ['limits', 20],
    ['squeezed', 64],
  ] as const) {
    await assertTaken(true, name, most);
    await assertTaken(false, name, most + 1);
  }
  for (const count of [3, 20]) {
    await assertTaken(true, 'limits', count, 600);
    await assertTaken(false, 'limits', count, 601);
  }
});

test('web acceleration: answers are kept, but not those that are excluded', { skip }, async () => {
  const port = portOf('cached');
  const age = async (path: string, headers = {}): Promise<string | undefined> =>
    (await ask(port, path, { headers })).headers['age'];
  const keep = 'header=Cache-Control:max-age=100';
  assert.equal(await age(`/a?${keep}`), undefined);
  assert.equal(await age(`/a?${keep}`, { 'x-no': '1' }), undefined);
  assert.match((await age(`/a?${keep}`)) ?? '', /^\d+$/);
  assert.equal(await age(`/fresh?${keep}`), undefined);
  assert.equal(await age(`/fresh?${keep}`), undefined);
});

test('request logging: the template, to UDP and TCP servers', { skip }, async () => {
  const headers = { 'x-id': '7' };
  await ask(portOf('logged'), '/one?status=404', { headers });
  await ask(portOf('logged-tcp'), '/two', { headers });
  await waitUntil(systemClock, 'a line by UDP', patience, () => lines.join('').includes('/one'));
  assert.equal(lines.join('').trim(), '127.0.0.1 GET /one?status=404 7 404 100% "/Common/logged"');
  await waitUntil(systemClock, 'a line by TCP', patience, () => streamed.join('').includes('/two'));
  assert.match(streamed.join(''), /127\.0\.0\.1 GET \/two 7 200 100% "\/Common\/logged-tcp"/);
});

test('client-ssl: certificates by name, the cipher group, HTTP/2', { skip }, async () => {
  const port = portOf('secure');
  const shop = await greet(port, 'shop.example.com');
  assert.equal(shop.getPeerCertificate().subject.CN, 'shop.example.com');
  const other = await greet(port, 'other.example.com', { maxVersion: 'TLSv1.2' });
  assert.equal(other.getPeerCertificate().subject.CN, 'www.example.com');
  assert.equal(other.getCipher().name, 'ECDHE-ECDSA-AES256-GCM-SHA384');
  await assert.rejects(
    greet(port, 'other.example.com', {
      ciphers: 'ECDHE-ECDSA-AES128-GCM-SHA256',
      maxVersion: 'TLSv1.2',
    }),
  );
  for (const socket of [shop, other]) socket.destroy();
  const session = connectHttp2(`https://127.0.0.1:${port}`, { rejectUnauthorized: false });
  const asked = session.request({ ':path': '/' });
  let body = '';
  asked.on('data', (data) => (body += String(data)));
  await new Promise((resolve, reject) => {
    asked.on('end', resolve);
    asked.on('error', reject);
  });
  session.destroy();
  const seen = JSON.parse(body) as { headers: Record<string, string> };
  assert.equal(seen.headers['x-http2'], '1');
  const old = await ask(port, '/', { isTls: true, rejectUnauthorized: false });
  assert.equal(old.seen?.headers['x-http2'], undefined);
});

test('client-ssl: client certificates, and those that were taken back', { skip }, async () => {
  const port = portOf('members');
  const question = (pair: Pair) => ({
    isTls: true,
    rejectUnauthorized: false,
    cert: pair.certificate,
    key: pair.key,
    maxVersion: 'TLSv1.2',
  });
  const sent = async (pair: Pair): Promise<unknown> =>
    (await ask(port, '/', question(pair))).seen?.headers['x-ssl-cert'];
  assert.equal(await sent(good), 'good, known');
  assert.equal(await sent(guest), 'known');
  await assert.rejects(ask(port, '/', question(bad)), /alert|ECONNRESET|hang up/);
  await assert.rejects(
    ask(port, '/', { isTls: true, rejectUnauthorized: false }),
    /alert|ECONNRESET|hang up/,
  );
});

test('a policy looks at the name in the greeting; HSTS', { skip }, async () => {
  const question = { isTls: true, rejectUnauthorized: false };
  for (const [servername, value] of [
    ['shop.example.com', 'shop'],
    ['www.example.com', undefined],
  ] as const) {
    const answer = await ask(portOf('secure'), '/', { ...question, servername });
    assert.equal(answer.seen?.headers['x-ssl-extension'], value);
    assert.equal(answer.headers['strict-transport-security'], 'max-age=3600');
  }
  // RFC 6797, 7.2: not without TLS.
  const plain = await ask(portOf('cached'), '/');
  assert.equal(plain.headers['strict-transport-security'], undefined);
});

test('redirects are rewritten where they match, or name a node; Via', { skip }, async () => {
  const moved = async (name: Name, path: string, location: string) => {
    const query = `status=302&header=Via:1.1%20inner&header=Location:${location}`;
    const headers = { host: 'www.example.com' };
    return (await ask(portOf(name), `${path}?${query}`, { headers })).headers;
  };
  const same = await moved('matching', '/a/', 'http://www.example.com/a');
  assert.deepEqual(
    [same.location, same['via']],
    ['https://www.example.com/a', '1.1 inner, 1.1 edge1'],
  );
  for (const other of ['http://www.example.com/b', 'http://else.example.com/a', '/a']) {
    assert.equal((await moved('matching', '/a/', other)).location, other);
  }
  const own = await moved('nodes', '/', 'http://127.0.0.1:8080/x');
  assert.deepEqual(
    [own.location, own['via']],
    [`http://127.0.0.1:${portOf('nodes')}/x`, undefined],
  );
  const far = 'http://www.example.com/x';
  assert.equal((await moved('nodes', '/', far)).location, far);
});

test(
  'without a server, the fallback host answers, in the name of the profile',
  { skip },
  async () => {
    const { status, headers } = await ask(portOf('sorry'), '/');
    assert.deepEqual(
      [status, headers.location, headers.server],
      [302, 'http://sorry.example.com/', 'Shop/1'],
    );
  },
);

test('TLS that passes through is told apart by the name in its greeting', { skip }, async () => {
  const port = portOf('passed');
  const socket = await greet(port, 'shop.example.com');
  assert.equal(socket.getPeerCertificate().subject.CN, 'shop.example.com');
  socket.destroy();
  await assert.rejects(greet(port, 'x.other.example'));
});

test('compression, and a policy that switches it off', { skip }, async () => {
  const port = portOf('squeezed');
  const headers = { 'accept-encoding': 'gzip' };
  const how = 'type=text/html&size=5000';
  assert.equal((await ask(port, `/a?${how}`, { headers })).headers['content-encoding'], 'gzip');
  assert.equal(
    (await ask(port, `/plain?${how}`, { headers })).headers['content-encoding'],
    undefined,
  );
});

/** RFC 6455, 1.3: a key and what is made of it. */
const [socketKey, socketAccept] = ['dGhlIHNhbXBsZSBub25jZQ==', 's3pPLMBiTxaQ9kYGzzhZRbK+xOo='];

test('a connection is upgraded to a WebSocket', { skip }, async () => {
  const upgrade = 'Upgrade: websocket\r\nConnection: Upgrade';
  web.on('upgrade', (_request, socket) => {
    const accept = `Sec-WebSocket-Accept: ${socketAccept}`;
    socket.write(`HTTP/1.1 101 Switching Protocols\r\n${upgrade}\r\n${accept}\r\n\r\n`);
    socket.on('data', (data: Buffer) => socket.end(`echo ${data.toString()}`));
  });
  const asked = `Sec-WebSocket-Key: ${socketKey}\r\nSec-WebSocket-Version: 13`;
  const got = await raw(
    portOf('logged'),
    `GET /ws HTTP/1.1\r\nHost: here\r\n${upgrade}\r\n${asked}\r\n\r\nhello`,
  );
  assert.match(got, /^HTTP\/1\.1 101 [^]*echo hello$/);
});
