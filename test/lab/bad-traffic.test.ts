/** Clients and servers that misbehave: nothing falls over, and nobody else notices. */
import assert from 'node:assert/strict';
import { type AddressInfo, type Socket, connect, createServer } from 'node:net';
import { after, before, test } from 'node:test';
import type { Properties } from '../../src/catalogue/types.ts';
import { TestAuthority } from './web/certificates.ts';
import { type HaproxyHere, freePorts, here, startHaproxy, whyNot } from './web/haproxy-here.ts';
import { ask, assertRefused, startWebServer } from './web/web.ts';

const skip = await whyNot();
const patience = 30_000;
const closing: (() => unknown)[] = [];
let haproxy: HaproxyHere | undefined;
let [wellPort, oddPort, expiredPort] = [0, 0, 0];
/** What the odd server does with a connection that asks. */
let behaviour: (socket: Socket) => void = () => undefined;
/** All that came to the odd server. */
let arrived = '';

async function startOddServer(): Promise<number> {
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on('error', () => undefined);
    socket.on('close', () => sockets.delete(socket));
    socket.on('data', (data) => {
      arrived += data.toString('latin1');
      behaviour(socket);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  closing.push(() => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  // A server that listens on TCP has such an address.
  return (server.address() as AddressInfo).port;
}

before(async () => {
  if (skip !== false) return;
  const ports = await freePorts(3);
  [wellPort = 0, oddPort = 0, expiredPort = 0] = ports;
  const web = await startWebServer('web');
  closing.push(() => web.server.close());
  const authority = await TestAuthority.make();
  closing.push(() => authority.close());
  const { certificate, key } = await authority.issue('old.example.com', -1);
  const virtual = (port: number, pool: string, profiles: readonly string[]): Properties => ({
    destination: `/Common/${here}:${port}`,
    'ip-protocol': 'tcp',
    pool: `/Common/${pool}`,
    'source-address-translation': { type: 'automap' },
    profiles: profiles.map((name) => ({ name: `/Common/${name}` })),
  });
  const objects: Record<string, Properties> = {
    'sys file ssl-cert /Common/old.crt': { content: certificate },
    'sys file ssl-key /Common/old.key': { content: key },
    'ltm profile client-ssl /Common/old': {
      'defaults-from': '/Common/clientssl',
      cert: '/Common/old.crt',
      key: '/Common/old.key',
    },
    'ltm profile tcp /Common/hasty': { 'defaults-from': '/Common/tcp', 'idle-timeout': 2 },
    'ltm pool /Common/web': { members: [{ name: `/Common/${here}:${web.port}` }] },
    'ltm pool /Common/odd': { members: [{ name: `/Common/${here}:${await startOddServer()}` }] },
    'ltm virtual /Common/well': virtual(wellPort, 'web', ['http', 'hasty']),
    'ltm virtual /Common/odd': virtual(oddPort, 'odd', ['http', 'hasty']),
    'ltm virtual /Common/expired': virtual(expiredPort, 'web', ['http', 'tcp', 'old']),
  };
  haproxy = await startHaproxy(objects, ports);
});

after(async () => {
  await haproxy?.close();
  for (const close of closing) close();
});

const isWell = async (): Promise<void> => assert.equal((await ask(wellPort, '/')).status, 200);

/** All that came until the connection ended; `bit` is sent now and then. */
function exchange(port: number, text: string, bit = ''): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = connect(port, '127.0.0.1', () => socket.write(text));
    let got = '';
    const drip = setInterval(() => bit !== '' && socket.write(bit), 100);
    const limit = setTimeout(() => reject(new Error(`no end: ${got}`)), patience);
    socket.on('data', (data) => (got += data.toString('latin1')));
    socket.on('error', () => undefined);
    socket.on('close', () => {
      clearInterval(drip);
      clearTimeout(limit);
      resolve(got);
    });
  });
}

const answer = 'HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok';

test(
  'a server that says nothing, ends, or talks nonsense: the connection ends',
  { skip },
  async () => {
    for (const [name, act] of Object.entries<(socket: Socket) => void>({
      hangs: () => undefined,
      resets: (socket) => socket.resetAndDestroy(),
      'half a header': (socket) => socket.end('HTTP/1.1 200 OK\r\nX-Hal'),
      garbage: (socket) => socket.end('\u0000\u0001 this is no HTTP \r\n\r\n'),
      'two lengths': (socket) =>
        socket.end('HTTP/1.1 200 OK\r\nContent-Length: 2\r\nContent-Length: 5\r\n\r\nokoko'),
    })) {
      behaviour = act;
      await assert.rejects(ask(oddPort, '/', { method: 'POST' }), /hang up|ECONNRESET/, name);
      await isWell();
    }
    behaviour = (socket) => socket.end(answer);
    assert.equal((await ask(oddPort, '/')).body, 'ok');
  },
);

test('half an answer is not made whole', { skip }, async () => {
  behaviour = (socket) => void socket.end('HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf');
  await assert.rejects(ask(oddPort, '/'), /aborted|hang up|ECONNRESET/);
  await isWell();
});

test('clients that drip a header, or never end one, are let go', { skip }, async () => {
  const slow = exchange(wellPort, 'GET / HTTP/1.1\r\nHost: here\r\nX-Slow: ', 'x');
  const silent = exchange(wellPort, 'GET / HTTP/1.1\r\nHost: here\r\n');
  await isWell();
  for (const got of await Promise.all([slow, silent])) assert.doesNotMatch(got, / 200 /);
});

test(
  'requests that two readers could read in two ways reach no server as two',
  { skip },
  async () => {
    const hidden = 'GET /hidden HTTP/1.1\r\nHost: here\r\n\r\n';
    const head = 'POST /seen HTTP/1.1\r\nHost: here\r\n';
    const length = `Content-Length: ${hidden.length + 5}\r\n`;
    const chunks = 'Transfer-Encoding: chunked\r\n';
    for (const text of [
      `${head}${length}${chunks}\r\n0\r\n\r\n${hidden}`,
      `${head}Content-Length: 0\r\n${length}\r\n${hidden}`,
      `${head}Transfer-Encoding: xchunked\r\n${length}\r\n0\r\n\r\n${hidden}`,
      `${head}Transfer-Encoding : chunked\r\n${length}\r\n0\r\n\r\n${hidden}`,
      `${head}${chunks}Transfer-Encoding: identity\r\n\r\n0\r\n\r\n${hidden}`,
      `${head}Content-Length: +5\r\n\r\n${hidden}`,
      `${head}X: a\n${hidden}`,
      `GET /seen HTTP/1.1\r\n Host: here\r\n\r\n${hidden}`,
    ]) {
      arrived = '';
      behaviour = (socket) => void socket.write(answer);
      await exchange(oddPort, text);
      // What the server gets is read in one way: with one length, or refused.
      const heads = arrived.split('\r\n\r\n')[0] ?? '';
      const lengths = heads.match(/^(?:content-length|transfer-encoding):/gim) ?? [];
      assert.ok(lengths.length <= 1, `${JSON.stringify(text)} → ${JSON.stringify(arrived)}`);
      assert.doesNotMatch(heads, /x?chunked[^]*content-length|\/hidden[^]*\/seen/i);
      await isWell();
    }
  },
);

test('headers without end, and requests that are none', { skip }, async () => {
  const many = Array.from({ length: 5000 }, (_, index) => `X-${index}: ${'y'.repeat(50)}\r\n`);
  for (const text of [
    `GET / HTTP/1.1\r\nHost: here\r\n${many.join('')}\r\n`,
    `GET /${'a'.repeat(100_000)} HTTP/1.1\r\n\r\n`,
    '\u0016\u0003\u0001 not for this port\r\n\r\n',
    'GET / HTTP/9.9\r\n\r\n',
    'GET\r\n\r\n',
  ]) {
    assert.doesNotMatch(await exchange(wellPort, text), / 200 /);
    await isWell();
  }
});

test(
  'a certificate that has expired is served, and clients that look refuse it',
  { skip },
  async () => {
    const question = { isTls: true, servername: 'old.example.com' };
    const served = await ask(expiredPort, '/', { ...question, rejectUnauthorized: false });
    assert.equal(served.status, 200);
    await assert.rejects(ask(expiredPort, '/', question), /certificate/);
    await assertRefused(expiredPort, '/');
  },
);
