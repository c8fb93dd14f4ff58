/** Connections by the kernel's own calls tell what those of Node tell, in the same words. */
import assert from 'node:assert/strict';
import { type AddressInfo, createServer, type Socket } from 'node:net';
import { after, test } from 'node:test';
import { systemClock, waitUntil } from './clock.ts';
import { run } from './process.ts';
import { createQuickTcp, type QuickExchange, type RunningQuickExchange } from './quick-tcp.ts';
import { exchangeTcp } from './tcp.ts';

const quick = createQuickTcp(systemClock);
const skip = quick === undefined ? 'node:ffi is not here' : false;
const closers: (() => void)[] = [() => quick?.close()];
after(() => {
  for (const close of closers) close();
});

async function listen(behave: (socket: Socket) => void): Promise<number> {
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on('error', () => undefined);
    behave(socket);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  closers.push(() => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  // Listening TCP servers have such an address.
  return (server.address() as AddressInfo).port;
}

type Way = (exchange: QuickExchange) => RunningQuickExchange;

const ways: Readonly<Record<string, Way>> = {
  quick: (exchange) => {
    assert.ok(quick);
    return quick.exchange(exchange);
  },
  node: (exchange) => exchangeTcp({ ...exchange, address: exchange.address.text, tls: undefined }),
};

const loopback = { family: 4, bytes: [127, 0, 0, 1], text: '127.0.0.1' } as const;

/** What one exchange hears, until it closes or fails: "connected", the bytes, how it ends. */
function transcript(way: Way, port: number, say: string): Promise<string> {
  return new Promise((resolve) => {
    const heard: string[] = [];
    let answer = '';
    const end = (how: string): void => {
      running.cancel();
      resolve([...heard, ...(answer === '' ? [] : [answer]), how].join(', '));
    };
    const running = way({
      address: loopback,
      port,
      trafficClass: 0,
      isTalker: say !== '',
      onConnect() {
        heard.push('connected');
        if (say !== '') running.send(new TextEncoder().encode(say));
      },
      onData(part) {
        if (part === undefined) end('closed');
        else answer += new TextDecoder().decode(part);
      },
      onError: end,
    });
  });
}

test('what servers do is told alike', { skip }, async () => {
  const closed = createServer();
  await new Promise<void>((resolve) => closed.listen(0, '127.0.0.1', resolve));
  const nobody = (closed.address() as AddressInfo).port;
  await new Promise((resolve) => closed.close(resolve));
  const cases: readonly (readonly [name: string, port: number, say: string, expected: string])[] = [
    ['nobody', nobody, 'x', 'connection refused'],
    ['greets and closes', await listen((s) => s.end('hello')), '', 'connected, hello, closed'],
    [
      'answers and closes',
      await listen((s) => s.once('data', (part) => s.end(`you said ${part.toString()}`))),
      'me',
      'connected, you said me, closed',
    ],
    ['closes without a word', await listen((s) => s.end()), '', 'connected, closed'],
    [
      'resets',
      await listen((s) => s.once('data', () => s.resetAndDestroy())),
      'me',
      'connected, connection reset',
    ],
    [
      'takes and gives much',
      await listen((s) => {
        let taken = 0;
        s.on('data', (part) => {
          taken += part.length;
          if (taken === 200_000) s.end('y'.repeat(300_000));
        });
      }),
      'x'.repeat(200_000),
      `connected, ${'y'.repeat(300_000)}, closed`,
    ],
  ];
  for (const [name, port, say, expected] of cases) {
    for (const [how, way] of Object.entries(ways)) {
      assert.equal(await transcript(way, port, say), expected, `${name}, ${how}`);
    }
  }
});

test('hundreds at once, again and again: each hears its own', { skip }, async () => {
  const way = ways['quick'];
  assert.ok(way);
  const port = await listen((socket) => socket.once('data', (part) => socket.end(part)));
  for (let round = 0; round < 3; round += 1) {
    const all = Array.from({ length: 400 }, (_, index) => `${round} ${index}`);
    const told: readonly string[] = await Promise.all(
      all.map((say): Promise<string> => transcript(way, port, say)),
    );
    assert.deepEqual(
      told,
      all.map((say) => `connected, ${say}, closed`),
    );
  }
});

test('cancelled: nothing is told any more, and the other end sees a reset', { skip }, async () => {
  const ended: string[] = [];
  const port = await listen((socket) => {
    socket.on('error', (error: NodeJS.ErrnoException) => ended.push(error.code ?? ''));
  });
  let isConnected = false;
  const running = ways['quick']?.({
    address: loopback,
    port,
    trafficClass: 0,
    isTalker: false,
    onConnect: () => (isConnected = true),
    onData: () => assert.fail('data after the end'),
    onError: (reason) => assert.fail(reason),
  });
  await waitUntil(systemClock, 'the connection', 30_000, () => isConnected);
  running?.cancel();
  running?.cancel();
  running?.send(new Uint8Array(1));
  await waitUntil(systemClock, 'the reset', 30_000, () => ended.length > 0);
  assert.deepEqual(ended, ['ECONNRESET']);
});

test('the traffic class is on the connection, either way', { skip }, async () => {
  const port = await listen(() => undefined);
  for (const [how, way] of Object.entries(ways)) {
    let isConnected = false;
    const running = way({
      address: loopback,
      port,
      trafficClass: 46 << 2,
      isTalker: false,
      onConnect: () => (isConnected = true),
      onData: () => undefined,
      onError: (reason) => assert.fail(reason),
    });
    await waitUntil(systemClock, 'the connection', 30_000, () => isConnected);
    const shown = await run('ss', ['-tnH', '--tos', `dport = :${port}`]);
    running.cancel();
    assert.match(shown.stdout, /tos:0xb8/, how);
  }
});
