import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { createStateRegistry } from '../config/runtime-state.ts';
import { systemClock, waitUntil } from '../platform/clock.ts';
import { silentLog } from '../platform/log.ts';
import { systemRandom } from '../platform/random.ts';
import { exampleStore } from './example-store.ts';
import { startHealth } from './feed.ts';
import { startMonitorService } from './service.ts';

test('one probe now: up, down, and what cannot be probed', async (context) => {
  const folder = mkdtempSync(join(tmpdir(), 'evenkeel-probe-now-'));
  const socket = join(folder, 'monitor.sock');
  const common = { clock: systemClock, random: systemRandom, log: silentLog };
  const { store } = exampleStore({
    'ltm monitor tcp': { '/Common/tcp': { interval: 5, timeout: 2 } },
  });
  const state = createStateRegistry();
  const health = startHealth({ store, state, monitorSocket: socket, ...common });
  const server = createServer((connection) => connection.destroy());
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  const address = server.address();
  assert.ok(typeof address === 'object' && address !== null);
  const run = state.action('ltm monitor tcp', 'run');
  assert.ok(run);
  const ask = async (name: string, destination: string): Promise<string> => {
    const outcome = await run({
      component: 'ltm monitor tcp',
      command: 'run',
      parameters: { name, destination },
      user: 'admin',
    });
    return outcome.ok ? String(outcome.value['commandResult']) : (outcome.faults[0]?.message ?? '');
  };
  const place = `127.0.0.1:${address.port}`;
  assert.equal(await ask('tcp', place), 'the monitor process is away');
  const service = await startMonitorService({ socket, programs: folder, ...common });
  context.after(() => {
    health.close();
    service.close();
    server.close();
    rmSync(folder, { recursive: true, force: true });
  });
  await waitUntil(
    systemClock,
    'the monitor process',
    10_000,
    async () => !(await ask('tcp', place)).includes('is away'),
  );
  assert.match(
    await ask('tcp', place),
    /^\/Common\/tcp 127\.0\.0\.1:\d+: UP after [\d.]+ ms, connected\n$/,
  );
  assert.match(
    await ask('/Common/tcp', '127.0.0.1:1'),
    /: DOWN after [\d.]+ ms, connection refused\n$/,
  );
  assert.match(
    await ask('none-such', place),
    /The requested monitor \(\/Common\/none-such\) was not found/,
  );
  assert.match(
    await ask('tcp', '127.0.0.1'),
    /cannot be probed with \/Common\/tcp: give an address and a port/,
  );
});
