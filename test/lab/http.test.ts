/** What HTTP brings on real traffic: large headers, HTTP/2 to servers, WebSocket. */
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { type Server, createServer } from 'node:http';
import { type Http2Server, createSecureServer, createServer as createHttp2 } from 'node:http2';
import { type AddressInfo, connect } from 'node:net';
import { after, before, test } from 'node:test';
import type { Properties } from '../../src/catalogue/types.ts';
import { TestAuthority } from './web/certificates.ts';
import { type HaproxyHere, freePorts, here, startHaproxy, whyNot } from './web/haproxy-here.ts';
import { ask, assertRefused, startWebServer } from './web/web.ts';

const skip = await whyNot();
const names = ['large', 'plain-h2', 'tls-h2', 'one-sided', 'socket', 'chosen'] as const;
type Name = (typeof names)[number];
const ports = new Map<Name, number>();
const closing: (() => unknown)[] = [];
let haproxy: HaproxyHere | undefined;

const portOf = (name: Name): number => ports.get(name) ?? 0;

function virtual(
  name: Name,
  pool: string,
  profiles: readonly (string | Properties)[],
): Record<string, Properties> {
  const items = [...profiles, 'tcp'].map((profile) =>
    typeof profile === 'string' ? { name: `/Common/${profile}` } : profile,
  );
  return {
    [`ltm virtual /Common/${name}`]: {
      destination: `/Common/${here}:${portOf(name)}`,
      'ip-protocol': 'tcp',
      pool: `/Common/${pool}`,
      'source-address-translation': { type: 'automap' },
      profiles: items,
    },
  };
}

const pool = (name: string, port: number): Record<string, Properties> => ({
  [`ltm pool /Common/${name}`]: { members: [{ name: `/Common/${here}:${port}` }] },
});

/** Tells by which protocol it was asked. */
async function listen(server: Http2Server | Server): Promise<number> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  closing.push(() => server.close());
  // A listening TCP server has such an address.
  return (server.address() as AddressInfo).port;
}

function upgrading(): Server {
  const server = createServer();
  server.on('upgrade', (request, socket) => {
    const key = `${request.headers['sec-websocket-key']}258EAFA5-E914-47DA-95CA-C5AB0DC85B11`;
    const accept = createHash('sha1').update(key).digest('base64');
    socket.write(
      `HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: ${accept}\r\n\r\n`,
    );
    socket.on('data', (data) => socket.write(data));
    socket.on('error', () => undefined);
  });
  return server;
}

before(async () => {
  if (skip !== false) return;
  for (const [index, port] of (await freePorts(names.length)).entries()) {
    const name = names[index];
    if (name !== undefined) ports.set(name, port);
  }
  const authority = await TestAuthority.make();
  closing.push(() => authority.close());
  const pair = await authority.issue('server');
  const web = await startWebServer('web');
  closing.push(() => web.server.close());
  const plain = createHttp2((request, response) => response.end(request.httpVersion));
  const secure = createSecureServer(
    { key: pair.key, cert: pair.certificate, allowHTTP1: true },
    (request, response) => response.end(request.httpVersion),
  );
  const both = ['http', 'httprouter', 'http2'];
  const second = await startWebServer('second');
  closing.push(() => second.server.close());
  const rule = (path: string, action: Properties): Properties => ({
    name: path,
    conditions: [
      {
        name: '0',
        operand: 'http-uri',
        selector: 'path',
        operator: 'starts-with',
        values: [`/${path}`],
      },
    ],
    actions: [{ name: '0', target: 'forward', deed: 'select', ...action }],
  });
  const chosen = virtual('chosen', 'web', ['http']);
  for (const properties of Object.values(chosen)) {
    Object.assign(properties, { policies: [{ name: '/Common/choose' }] });
  }
  haproxy = await startHaproxy(
    {
      'ltm profile http /Common/roomy': {
        'defaults-from': '/Common/http',
        enforcement: { 'max-header-size': 60_000 },
      },
      ...pool('web', web.port),
      ...pool('plain', await listen(plain)),
      ...pool('secure', await listen(secure)),
      ...pool('upgrading', await listen(upgrading())),
      ...virtual('large', 'web', ['roomy']),
      ...virtual('plain-h2', 'plain', both),
      ...virtual('tls-h2', 'secure', [...both, 'serverssl']),
      ...virtual('one-sided', 'secure', [
        'http',
        'httprouter',
        'serverssl',
        { name: '/Common/http2', context: 'clientside' },
      ]),
      ...virtual('socket', 'upgrading', ['http', 'websocket']),
      'ltm pool /Common/both': {
        members: [web.port, second.port].map((port) => ({ name: `/Common/${here}:${port}` })),
      },
      'ltm policy /Common/choose': {
        legacy: 'legacy',
        rules: [
          rule('node', { node: here, port: second.port }),
          rule('member', { pool: '/Common/both', member: `${here}:${second.port}` }),
        ],
      },
      ...chosen,
    },
    [...ports.values()],
  );
});

after(async () => {
  await haproxy?.close();
  for (const close of closing) close();
});

test('headers of 50 kB pass; more than the profile takes do not', { skip }, async () => {
  const headers = (bytes: number): Record<string, string> =>
    Object.fromEntries(
      Array.from({ length: 10 }, (_, index) => [`x-${index}`, 'x'.repeat(bytes / 10)]),
    );
  // Node's own server takes 16 kB: who looks is HAProxy, and then the server.
  assert.equal((await ask(portOf('large'), '/', { headers: headers(12_000) })).status, 200);
  assert.equal((await ask(portOf('large'), '/', { headers: headers(50_000) })).status, 431);
  await assertRefused(portOf('large'), '/', { headers: headers(62_000) });
});

test('HTTP/2 to servers, where requests are routed one by one', { skip }, async () => {
  assert.equal((await ask(portOf('plain-h2'), '/')).body, '2.0');
  assert.equal((await ask(portOf('tls-h2'), '/')).body, '2.0');
  assert.equal((await ask(portOf('one-sided'), '/')).body, '1.1');
});

test('a policy names the server, in a pool or in none', { skip }, async () => {
  const nameAt = async (path: string): Promise<string | undefined> =>
    (await ask(portOf('chosen'), path)).seen?.name;
  assert.equal(await nameAt('/'), 'web');
  for (const path of ['/node', '/member', '/member', '/node']) {
    assert.equal(await nameAt(path), 'second');
  }
});

test('WebSocket passes, and bytes after it both ways', { skip }, async () => {
  const socket = connect(portOf('socket'), '127.0.0.1');
  const upgrade = [
    'GET /chat HTTP/1.1',
    'Host: here',
    'Upgrade: websocket',
    'Connection: Upgrade',
    'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==',
    'Sec-WebSocket-Version: 13',
  ];
  socket.write(`${upgrade.join('\r\n')}\r\n\r\n`);
  let got = '';
  const until = (text: string): Promise<void> =>
    new Promise((resolve, reject) => {
      const look = (): void => {
        if (got.includes(text)) resolve();
      };
      socket.on('data', look);
      socket.on('close', () => reject(new Error(`closed after ${got}`)));
      look();
    });
  socket.on('data', (data) => (got += data.toString('latin1')));
  await until('s3pPLMBiTxaQ9kYGzzhZRbK+xOo=');
  socket.write('echoed');
  await until('echoed');
  socket.destroy();
});
