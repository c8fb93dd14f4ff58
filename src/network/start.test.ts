import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { createAppliedTracker } from '../config/applied.ts';
import { createConfigStore } from '../config/store/store.ts';
import { systemClock, waitUntil } from '../platform/clock.ts';
import type { KernelNetwork } from '../platform/kernel-network.ts';
import { silentLog } from '../platform/log.ts';
import { startNetwork } from './start.ts';

test('a device without its interfaces says so, and works when they come', async () => {
  const root = mkdtempSync(join(tmpdir(), 'ek-network-'));
  const clock = systemClock;
  const store = createConfigStore({ path: join(root, 'config.db'), deviceName: 'bigip1', clock });
  const applied = createAppliedTracker(clock);
  let links: readonly unknown[] = [{ ifname: 'lo', link_type: 'loopback', flags: [], mtu: 1 }];
  const commands: string[] = [];
  const filters: string[] = [];
  const network: KernelNetwork = {
    read: (args) => Promise.resolve(args[0] === 'addr' ? links : []),
    command(args) {
      commands.push(args.join(' '));
      return Promise.resolve(undefined);
    },
    readSetting: () => undefined,
    writeSetting: () => true,
  };
  const running = await startNetwork({
    store,
    applied,
    clock,
    log: silentLog,
    network,
    filter: { apply: (text) => Promise.resolve(void filters.push(text)) },
  });
  try {
    const origin = { user: 'test', source: 'rest' } as const;
    const outcome = store.commit({
      origin,
      operations: [
        { kind: 'create', component: 'net interface', name: '1.1', properties: {} },
        {
          kind: 'create',
          component: 'net vlan',
          name: '/Common/ext',
          properties: { interfaces: [{ name: '1.1', tagged: 'untagged' }] },
        },
        {
          kind: 'create',
          component: 'net self',
          name: '/Common/own',
          properties: { address: '192.0.2.1/24', vlan: '/Common/ext' },
        },
      ],
    });
    assert.ok(outcome.ok && outcome.commit);
    const status = await applied.settled(outcome.commit.sequence, 1000);
    assert.deepEqual(status['network'], {
      state: 'failed',
      reason: 'Vlan /Common/ext: interface 1.1 is not there',
    });
    links = [{ ifname: '1.1', link_type: 'ether', flags: ['UP'], mtu: 1500, addr_info: [] }];
    await waitUntil(clock, 'the retry', 5000, () => commands.length > 0);
    assert.deepEqual(commands, ['addr add 192.0.2.1/24 dev 1.1 broadcast +']);
    assert.match(filters.at(-1) ?? '', /192\.0\.2\.1 : jump/);
  } finally {
    running.close();
    store.close();
    rmSync(root, { recursive: true });
  }
});
