/**
 * What is hardly HTTP: bytes changed at random, lengths that lie, requests glued together or cut off, TLS that is
 * none. The device answers or hangs up, goes on for everybody else, and nothing has changed.
 */
import assert from 'node:assert/strict';
import { type Socket, connect as connectPlain } from 'node:net';
import { after, before, test } from 'node:test';
import { connect as connectTls } from 'node:tls';
import { type TestDevice, adminPassword, startTestDevice } from '../../src/icontrol/test-device.ts';
import { type Chance, createChance, rounds, seed } from './random.ts';

let device: TestDevice;
before(async () => {
  device = await startTestDevice();
});
after(() => device.close());

const authorization = `Basic ${Buffer.from(`admin:${adminPassword}`).toString('base64')}`;
/** The longest that anything here may take; the device's own limits are longer. */
const patienceMilliseconds = 4000;
/** Whoever has not answered by then waits for more. */
const silenceMilliseconds = 300;

function message(method: string, path: string, body: string, headers = ''): string {
  return (
    `${method} ${path} HTTP/1.1\r\nHost: x\r\nAuthorization: ${authorization}\r\n` +
    `Content-Length: ${Buffer.byteLength(body)}\r\n${headers}\r\n${body}`
  );
}

const last = 'Connection: close\r\n';

function openTls(alpn?: readonly string[]): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const options = { host: '127.0.0.1', port: device.port, rejectUnauthorized: false };
    const socket = connectTls({ ...options, ...(alpn && { ALPNProtocols: [...alpn] }) }, () =>
      resolve(socket),
    );
    socket.on('error', reject);
  });
}

/** Everything that comes back until the other side ends, or waits for more than there is. */
function exchange(socket: Socket, bytes: string | Buffer): Promise<string> {
  return new Promise((resolve) => {
    let text = '';
    const done = (): void => {
      clearTimeout(silence);
      clearTimeout(timer);
      socket.destroy();
      resolve(text);
    };
    const timer = setTimeout(done, patienceMilliseconds);
    const silence = setTimeout(() => socket.end(), silenceMilliseconds);
    socket.on('data', (chunk: Buffer) => {
      text += chunk.toString('latin1');
      silence.refresh();
    });
    socket.on('error', done);
    socket.on('close', done);
    socket.on('end', done);
    socket.write(bytes);
  });
}

async function raw(bytes: string | Buffer): Promise<string> {
  return exchange(await openTls(), bytes);
}

const leaks = /\bat \S+ \(|node:internal|\.ts:\d|TypeError|RangeError|SQLITE/;

function statusesIn(text: string): number[] {
  return [...text.matchAll(/HTTP\/1\.1 (\d{3}) /g)].map(([, status]) => Number(status));
}

async function unchanged(work: () => Promise<void>): Promise<void> {
  const before = device.store.view().sequence;
  await work();
  const answer = await device.ask('GET', '/mgmt/tm/sys/ready');
  assert.equal(answer.status, 200, answer.text);
  assert.equal(device.store.view().sequence, before, 'something was committed');
  assert.deepEqual(
    device.logged.filter((line) => line.startsWith('err')),
    [],
  );
}

function checked(text: string, told: string): readonly number[] {
  assert.doesNotMatch(text, leaks, told);
  const statuses = statusesIn(text);
  for (const status of statuses) assert.ok(status < 500, `${told}: ${text.slice(0, 300)}`);
  return statuses;
}

test('fuzz: lengths that lie, encodings that contradict each other, headers without end', () =>
  unchanged(async () => {
    const head = `POST /mgmt/tm/ltm/pool HTTP/1.1\r\nHost: x\r\nAuthorization: ${authorization}\r\n`;
    const body = '{"name":"smuggled"}';
    const whole = message('POST', '/mgmt/tm/ltm/pool', body, last);
    const cases: readonly (readonly [string, string])[] = [
      ['two lengths', `${head}Content-Length: 5\r\nContent-Length: 19\r\n\r\n${body}`],
      [
        'length and chunks',
        `${head}Content-Length: 19\r\nTransfer-Encoding: chunked\r\n\r\n${body}`,
      ],
      ['negative length', `${head}Content-Length: -1\r\n\r\n${body}`],
      ['length in words', `${head}Content-Length: many\r\n\r\n${body}`],
      ['length with a plus', `${head}Content-Length: +19\r\n\r\n${body}`],
      ['length beyond numbers', `${head}Content-Length: ${'9'.repeat(40)}\r\n\r\n${body}`],
      ['length too long', `${head}Content-Length: 4000\r\n\r\n${body}`],
      ['length too short', `${head}${last}Content-Length: 5\r\n\r\n${body}`],
      ['chunks without end', `${head}Transfer-Encoding: chunked\r\n\r\n13\r\n${body}\r\n`],
      [
        'chunk size of letters',
        `${head}Transfer-Encoding: chunked\r\n\r\nzz\r\n${body}\r\n0\r\n\r\n`,
      ],
      [
        'chunk beyond numbers',
        `${head}Transfer-Encoding: chunked\r\n\r\nffffffffffffffff\r\n${body}`,
      ],
      ['an encoding of its own', `${head}Transfer-Encoding: rot13\r\n\r\n${body}`],
      ['chunked twice', `${head}Transfer-Encoding: chunked, chunked\r\n\r\n0\r\n\r\n`],
      ['space before the colon', `${head}Content-Length : 19\r\n\r\n${body}`],
      ['a folded header', `${head}X: a\r\n b\r\nContent-Length: 19\r\n\r\nnothing`],
      ['a bare line feed', whole.replaceAll('\r\n', '\n').replace('POST', 'PXST')],
      ['a carriage return in a header', `${head}X: a\rb\r\nContent-Length: 0\r\n\r\n`],
      ['NUL in a header', `${head}X: a\u0000b\r\nContent-Length: 0\r\n\r\n`],
      ['NUL in the path', 'GET /mgmt/tm/ltm\u0000 HTTP/1.1\r\nHost: x\r\n\r\n'],
      ['a header of 20,000 bytes', `${head}X: ${'y'.repeat(20_000)}\r\n\r\n`],
      ['5,000 headers', `${head}${'X: y\r\n'.repeat(5000)}\r\n`],
      ['a path of 20,000 bytes', `GET /${'a'.repeat(20_000)} HTTP/1.1\r\nHost: x\r\n\r\n`],
      ['no host', `GET /mgmt/tm HTTP/1.1\r\n${last}\r\n`],
      ['no version', 'GET /mgmt/tm\r\n\r\n'],
      ['a later version', 'GET /mgmt/tm HTTP/9.9\r\n\r\n'],
      ['HTTP/2', 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n'],
      ['CONNECT', 'CONNECT 127.0.0.1:22 HTTP/1.1\r\nHost: x\r\n\r\n'],
      ['a proxy request', `GET http://127.0.0.1/etc/passwd HTTP/1.1\r\nHost: x\r\n${last}\r\n`],
      [
        'an upgrade',
        `GET /mgmt/tm HTTP/1.1\r\nHost: x\r\nUpgrade: h2c\r\nConnection: Upgrade\r\n\r\n`,
      ],
      ['an expectation', `${head}Expect: a miracle\r\n${last}Content-Length: 19\r\n\r\n${body}`],
      ['a method of its own', `BREW /mgmt/tm HTTP/1.1\r\nHost: x\r\n\r\n`],
      ['nothing at all', ''],
      ['only line ends', '\r\n'.repeat(1000)],
    ];
    for (const [told, bytes] of cases) {
      const statuses = checked(await raw(bytes), told);
      assert.ok(
        statuses.every((status) => status >= 400),
        `${told}: ${statuses.join()}`,
      );
    }
  }));

test('fuzz: a request cut off anywhere is not carried out', () =>
  unchanged(async () => {
    const whole = message('POST', '/mgmt/tm/ltm/pool', '{"name":"half"}');
    for (let cut = 0; cut < whole.length; cut += rounds > 1 ? 1 : 9) {
      checked(await raw(whole.slice(0, cut)), `cut at ${cut}`);
    }
  }));

test('fuzz: bytes of a good request changed at random', () =>
  unchanged(async () => {
    const chance = createChance(seed);
    for (let count = 0; count < 150 * rounds; count += 1) {
      const path = chance.pick([
        '/mgmt/tm/ltm/pool',
        '/mgmt/tm/ltm/virtual?$top=1',
        '/mgmt/shared/echo',
      ]);
      const bytes = mutated(message('GET', path, '', last), chance);
      checked(await raw(bytes), JSON.stringify(bytes.toString('latin1')));
    }
  }));

function mutated(text: string, chance: Chance): Buffer {
  const bytes = Buffer.from(text, 'latin1');
  for (let changes = 1 + chance.below(6); changes > 0; changes -= 1) {
    bytes[chance.below(bytes.length)] = chance.below(256);
  }
  return bytes;
}

test('fuzz: requests in one piece are answered in order, and only as many as there are', () =>
  unchanged(async () => {
    const chance = createChance(seed);
    const paths = Array.from({ length: 60 }, () =>
      chance.pick([
        '/mgmt/tm/sys/clock',
        '/mgmt/shared/echo',
        '/mgmt/tm/ltm/pool/none',
        '/nowhere',
      ]),
    );
    const requests = paths.map((path) => message('GET', path, ''));
    const text = await raw(`${requests.join('')}${message('GET', '/nowhere', '', last)}`);
    const expected = paths.map((path) => (/none|nowhere/.test(path) ? 404 : 200));
    assert.deepEqual(statusesIn(text), [...expected, 404]);
  }));

test('fuzz: hundreds of clients that say nothing, or half of it, hold up nobody', () =>
  unchanged(async () => {
    const sockets: Socket[] = [];
    const half = message('POST', '/mgmt/tm/ltm/pool', '{"name":"slow"}').slice(0, -5);
    for (let count = 0; count < 100; count += 1) {
      const socket = count % 2 === 0 ? await openTls() : connectPlain(device.port, '127.0.0.1');
      socket.on('error', () => undefined);
      if (count % 2 === 0) socket.write(half);
      sockets.push(socket);
    }
    const started = performance.now();
    const answer = await device.ask('GET', '/mgmt/tm/ltm/pool');
    assert.equal(answer.status, 200);
    assert.ok(performance.now() - started < 1000);
    for (const socket of sockets) socket.destroy();
  }));

test('fuzz: TLS that is none, or another', () =>
  unchanged(async () => {
    const chance = createChance(seed);
    const hello = Buffer.from('160301020001000001fc0303', 'hex');
    const plain = (bytes: Buffer | string) =>
      exchange(connectPlain(device.port, '127.0.0.1'), bytes);
    for (const bytes of [
      message('GET', '/mgmt/tm', '', last),
      hello,
      Buffer.concat([hello, Buffer.alloc(4000, 0xff)]),
      Buffer.from('802e0100020015000000100100800200800300800400800500800600400700c0', 'hex'),
      ...Array.from({ length: 20 * rounds }, () =>
        Buffer.from(Array.from({ length: 1 + chance.below(300) }, () => chance.below(256))),
      ),
    ]) {
      assert.doesNotMatch(await plain(bytes), /HTTP\/1\.1 200/);
    }
    const alpn = await openTls(['h2']).catch(() => undefined);
    if (alpn !== undefined) {
      const preface = 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\0\0\0\u0004\0\0\0\0\0';
      checked(await exchange(alpn, preface), 'h2');
    }
  }));

test('fuzz: pieces of files with ranges at random', () =>
  unchanged(async () => {
    const chance = createChance(seed);
    const place = '/mgmt/shared/file-transfer';
    const edge = () =>
      chance.pick([
        '0',
        '1',
        '9',
        '10',
        '11',
        '-1',
        '1e3',
        '999999999999',
        '9'.repeat(30),
        '',
        '*',
      ]);
    for (let count = 0; count < 150 * rounds; count += 1) {
      const range = `Content-Range: ${chance.pick(['', 'bytes ', 'lines '])}${edge()}-${edge()}/${edge()}\r\n`;
      const name = chance.pick([
        'f',
        'g.ucs',
        '..',
        '.',
        '%2e%2e%2fx',
        'a%00b',
        'x'.repeat(400),
        '~',
      ]);
      const body = 'y'.repeat(chance.below(12));
      const text = chance.oneIn(2)
        ? await raw(message('POST', `${place}/uploads/${name}`, body, `${range}${last}`))
        : await raw(message('GET', `${place}/bulk/${name}`, '', `${range}${last}`));
      const statuses = checked(text, `${name} ${range}`);
      assert.equal(statuses.length, 1, `${name} ${range} ${text}`);
    }
  }));
