import assert from 'node:assert/strict';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { systemClock } from './clock.ts';
import { connectLocal, serveLocal } from './local-channel.ts';

function socketPath(t: TestContext): string {
  const folder = mkdtempSync(join(tmpdir(), 'evenkeel-local-'));
  t.after(() => rmSync(folder, { recursive: true }));
  return join(folder, 'x.sock');
}

const ignored = { onOpen: () => undefined, onMessage: () => undefined, onClose: () => undefined };

test('messages go both ways, whole', async (t) => {
  const path = socketPath(t);
  const server = await serveLocal<string, string>(path, {
    ...ignored,
    onMessage: (message, peer) => peer.send(message.toUpperCase()),
  });
  t.after(() => server.close());
  const answer = await new Promise<string>((resolve) => {
    const peer = connectLocal<string, string>(path, systemClock, {
      ...ignored,
      onOpen: (opened) => opened.send('x'.repeat(200_000)),
      onMessage: resolve,
    });
    t.after(() => peer.close());
  });
  assert.equal(answer, 'X'.repeat(200_000));
});

test('a peer that stands still is cut off before it fills the memory', async (t) => {
  const path = socketPath(t);
  const sockets: Socket[] = [];
  const server = createServer({ pauseOnConnect: true }, (socket) => void sockets.push(socket));
  server.listen(path);
  await once(server, 'listening');
  const text = 'x'.repeat(1024 * 1024);
  let sent = 0;
  await new Promise<void>((resolve) => {
    const peer = connectLocal<string, string>(path, systemClock, {
      ...ignored,
      onOpen(opened) {
        for (sent = 0; sent < 200; sent += 1) opened.send(text);
      },
      onClose() {
        peer.close();
        resolve();
      },
    });
  });
  assert.equal(sent, 200);
  for (const socket of sockets) socket.destroy();
  server.close();
});

test('one that is closed while it connects never opens', async (t) => {
  const path = socketPath(t);
  const server = await serveLocal<string, string>(path, ignored);
  t.after(() => server.close());
  let isOpen = false;
  const peer = connectLocal<string, string>(path, systemClock, {
    ...ignored,
    onOpen: () => void (isOpen = true),
  });
  peer.close();
  // Whoever comes later is there when the first would have been.
  await new Promise<void>((resolve) => {
    const other = connectLocal<string, string>(path, systemClock, {
      ...ignored,
      onOpen() {
        other.close();
        resolve();
      },
    });
  });
  assert.equal(isOpen, false);
});
