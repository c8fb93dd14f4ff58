import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { createStateRegistry } from '../config/runtime-state.ts';
import { systemClock, waitUntil } from '../platform/clock.ts';
import { silentLog } from '../platform/log.ts';
import { systemRandom } from '../platform/random.ts';
import { exampleStore } from './example-store.ts';
import type { ExampleObjects } from './example-view.ts';
import { type Health, startHealth } from './feed.ts';
import { startMonitorService } from './service.ts';

const folder = mkdtempSync(join(tmpdir(), 'health-'));
const closers: (() => void)[] = [];
after(() => {
  for (const close of closers) close();
  rmSync(folder, { recursive: true });
});

function webServer(port = 0): Promise<{ server: Server; port: number }> {
  const server = createServer((socket) => {
    socket.on('error', () => undefined);
    socket.end('HTTP/1.0 200 OK\r\n\r\n');
  });
  closers.push(() => server.close());
  return new Promise((resolve) => {
    server.listen(port, '127.0.0.1', () => {
      const address = server.address();
      resolve({ server, port: typeof address === 'object' && address ? address.port : 0 });
    });
  });
}

function objectsFor(port: number, member: Record<string, string> = {}): ExampleObjects {
  return {
    'ltm monitor http': {
      '/Common/quick': { interval: 1, timeout: 1, send: 'GET / HTTP/1.0', recv: '200 OK' },
    },
    'ltm node': { '/Common/127.0.0.1': { address: '127.0.0.1' } },
    'ltm pool': {
      '/Common/web': {
        monitor: '/Common/quick',
        members: [{ name: `/Common/127.0.0.1:${port}`, address: '127.0.0.1', ...member }],
      },
    },
    'ltm virtual': { '/Common/vs': { pool: '/Common/web', destination: '/Common/198.18.0.1:80' } },
  };
}

function reach(health: Health, port: number, status: string): Promise<void> {
  const key = `member /Common/web /Common/127.0.0.1:${port}` as const;
  return waitUntil(
    systemClock,
    `${key} ${status}`,
    5000,
    () => health.table().get(key)?.monitorStatus === status,
  );
}

test('health follows servers, operators and a monitor process that restarts', async () => {
  const web = await webServer();
  const { port } = web;
  const { store, change } = exampleStore(objectsFor(port));
  const state = createStateRegistry();
  const lines: string[] = [];
  const log = { ...silentLog, write: (_level: string, text: string) => void lines.push(text) };
  const socket = join(folder, 'monitor.sock');
  const options = {
    socket,
    programs: folder,
    clock: systemClock,
    random: systemRandom,
    log: silentLog,
  };
  const first = await startMonitorService(options);
  const health = startHealth({ store, state, monitorSocket: socket, clock: systemClock, log });
  closers.push(() => health.close());
  const told: string[] = [];
  health.onChange((changed) => {
    for (const [key, entry] of changed) told.push(`${key} ${entry.availability}`);
  });
  const member = `/Common/127.0.0.1:${port}`;
  const shown = (): object => state.fields('ltm pool', 'members', '/Common/web', member);

  await reach(health, port, 'up');
  assert.deepEqual(shown(), { state: 'up', session: 'monitor-enabled' });
  assert.ok(told.includes('virtual /Common/vs available'));

  // The process dies and comes back: what was up stays up, and is not "checking" again.
  first.close();
  const second = await startMonitorService(options);
  closers.push(() => second.close());
  told.length = 0;
  await waitUntil(systemClock, 'the new process', 5000, () =>
    lines.some((line) => /is away/.test(line)),
  );

  web.server.close();
  await reach(health, port, 'down');
  assert.deepEqual(
    told.filter((line) => line.startsWith('member')),
    [`member /Common/web ${member} offline`],
  );
  const line = lines.find((text) => text.startsWith('01070638'));
  assert.match(
    line ?? '',
    /^01070638:5: Pool \/Common\/web member .* monitor status down\. \[ \/Common\/quick: down; last error: connection refused \] \[ was up for 0hr:0min:\d+sec \]$/,
  );

  change(
    objectsFor(port, { state: 'user-down', session: 'user-disabled' }),
    'ltm pool',
    '/Common/web',
  );
  assert.deepEqual(shown(), { state: 'user-down', session: 'user-disabled' });
  await webServer(port);
  change(objectsFor(port), 'ltm pool', '/Common/web');
  await reach(health, port, 'up');
  assert.ok(lines.some((text) => text.startsWith('01070727:5: Pool /Common/web member')));
});
