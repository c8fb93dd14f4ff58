import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { systemClock, waitUntil } from './clock.ts';
import { connectHttp } from './https-client.ts';
import { type HttpHandler, type HttpListener, serveHttpSocket } from './https-server.ts';

const folder = mkdtempSync(join(tmpdir(), 'evenkeel-http-'));
const path = join(folder, 'rest.sock');
let listener: HttpListener;
let handler: HttpHandler = () => Promise.resolve({ status: 200, body: '' });
before(async () => {
  listener = await serveHttpSocket(path, (request) => handler(request));
});
after(async () => {
  await listener.close();
  rmSync(folder, { recursive: true, force: true });
});

/** Takes its time, a millisecond a piece. */
function* slowly(pieces: number, made: { count: number }): Generator<string> {
  try {
    for (made.count = 1; made.count <= pieces; made.count += 1) {
      const end = performance.now() + 1;
      while (performance.now() < end);
      yield 'x'.repeat(1000);
    }
  } finally {
    made.count = -made.count;
  }
}

test('what is made quickly is sent whole, with its length', async () => {
  handler = () => Promise.resolve({ status: 200, body: { chunks: ['{"a":', '1}'] } });
  const socket = connect(path);
  socket.end('GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n');
  let text = '';
  for await (const piece of socket) text += String(piece);
  assert.match(text, /\r\ncontent-length: 7\r\n/i);
  assert.ok(text.endsWith('\r\n\r\n{"a":1}'), text);
});

test('a long answer lets others in while it is made', async () => {
  const made = { count: 0 };
  const order: string[] = [];
  handler = ({ target }) =>
    Promise.resolve(
      target === '/long'
        ? { status: 200, body: { chunks: slowly(300, made) } }
        : { status: 200, body: 'short' },
    );
  const [one, two] = [connectHttp({ kind: 'socket', path }), connectHttp({ kind: 'socket', path })];
  const long = one.send({ method: 'GET', path: '/long', headers: {} }).then((answer) => {
    order.push('long');
    return answer;
  });
  await waitUntil(systemClock, 'the first piece', 5000, () => made.count > 0);
  await two.send({ method: 'GET', path: '/short', headers: {} });
  order.push('short');
  assert.equal((await long).body.length, 300_000);
  assert.deepEqual(order, ['short', 'long']);
  one.close();
  two.close();
});

test('nothing more is made for a client that does not read, or has gone', async () => {
  const made = { count: 0 };
  handler = () => Promise.resolve({ status: 200, body: { chunks: slowly(100_000, made) } });
  const socket = connect(path);
  socket.pause();
  socket.write('GET / HTTP/1.1\r\nHost: a\r\n\r\n');
  await waitUntil(systemClock, 'the first pieces', 5000, () => made.count > 50);
  let last = -1;
  await waitUntil(
    systemClock,
    'it to stop',
    10_000,
    () => {
      const isStill = last === made.count;
      last = made.count;
      return isStill;
    },
    100,
  );
  assert.ok(made.count < 50_000, `${made.count} pieces`);
  socket.destroy();
  await waitUntil(systemClock, 'the maker to be told', 5000, () => made.count < 0);
});
