import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, readFileSync, readlinkSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { TestWorld, modify } from '../../config/model/test-world.ts';
import { createAppliedTracker } from '../../config/applied.ts';
import { createConfigStore } from '../../config/store/store.ts';
import { systemClock, waitUntil } from '../../platform/clock.ts';
import { hostFiles } from '../../platform/host-files.ts';
import { planHost } from './plan.ts';
import { hostEngine, startHost } from './start.ts';

function planned(world: TestWorld, hasChrony = true): Readonly<Record<string, string | undefined>> {
  return Object.fromEntries(
    planHost(world.view, hasChrony).files.map((one) => [one.path, one.text]),
  );
}

test('what nobody set stays as the host has it', () => {
  const files = planned(new TestWorld());
  const ours = Object.entries(files).filter(([, text]) => text !== undefined);
  assert.deepEqual(ours, []);
  assert.ok(!('/etc/resolv.conf' in files));
});

test('resolver, time, SSH', () => {
  const world = new TestWorld();
  world.do(
    modify('sys dns', '', {
      'name-servers': ['192.0.2.53', '2001:db8::53'],
      search: ['a.example'],
    }),
    modify('sys ntp', '', { servers: ['192.0.2.123'], timezone: 'Europe/Berlin' }),
    modify('sys sshd', '', {
      allow: ['10.0.0.0/255.0.0.0', '192.0.2.7'],
      banner: 'enabled',
      'banner-text': 'Go away',
      'inactivity-timeout': 300,
      'log-level': 'verbose',
      port: 2222,
    }),
  );
  const files = planned(world);
  assert.match(
    files['/etc/resolv.conf'] ?? '',
    /\nsearch a\.example\nnameserver 192\.0\.2\.53\nnameserver 2001:db8::53\n$/,
  );
  assert.match(
    files['/etc/chrony/sources.d/evenkeel.sources'] ?? '',
    /\nserver 192\.0\.2\.123 iburst\n$/,
  );
  assert.equal(files['/etc/ssh/evenkeel-banner'], 'Go away\n');
  assert.match(
    files['/etc/ssh/sshd_config.d/evenkeel.conf'] ?? '',
    /\nPort 2222\nLogLevel VERBOSE\nBanner \/etc\/ssh\/evenkeel-banner\nChannelTimeout session:\*=300s\nAllowUsers \*@10\.0\.0\.0\/8 \*@192\.0\.2\.7\n$/,
  );
  assert.equal(planHost(world.view, true).timezone, 'Europe/Berlin');
  const daemon = planned(world, false)['/etc/systemd/timesyncd.conf.d/evenkeel.conf'];
  assert.match(daemon ?? '', /\[Time\]\nNTP=192\.0\.2\.123\n/);
});

test('a host is brought to the configuration; what its program refuses is taken back and said', async () => {
  const root = mkdtempSync(join(tmpdir(), 'evenkeel-host-'));
  mkdirSync(join(root, 'etc/ssh/sshd_config.d'), { recursive: true });
  mkdirSync(join(root, 'usr/share/zoneinfo'), { recursive: true });
  writeFileSync(join(root, 'usr/share/zoneinfo/UTC'), 'zone');
  const store = createConfigStore({
    path: join(root, 'db'),
    deviceName: 'a.example.net',
    clock: systemClock,
  });
  const applied = createAppliedTracker(systemClock);
  const ran: string[] = [];
  const host = startHost({
    store,
    applied,
    clock: systemClock,
    log: { write: () => undefined },
    files: hostFiles(root),
    run(command) {
      ran.push(command.join(' '));
      const config = hostFiles(root).read('/etc/ssh/sshd_config.d/evenkeel.conf') ?? '';
      const isWrong = command[0] === 'sshd' && config.includes('Nonsense');
      return Promise.resolve({ status: isWrong ? 255 : 0, stderr: isWrong ? 'Bad option' : '' });
    },
  });
  const commit = async (component: string, properties: Record<string, string | string[]>) => {
    const outcome = store.commit({
      origin: { user: 'admin', source: 'rest' },
      operations: [{ kind: 'modify', component, name: '', properties }],
    });
    assert.ok(outcome.ok);
    return applied.settled(store.view().sequence, 5000);
  };
  const text = (path: string): string => readFileSync(join(root, path), 'utf8');
  try {
    await commit('sys global-settings', { hostname: 'a.example.net' });
    await commit('sys ntp', { servers: ['192.0.2.123'], timezone: 'UTC' });
    assert.equal(text('etc/hostname'), 'a.example.net\n');
    assert.equal(readlinkSync(join(root, 'etc/localtime')), '/usr/share/zoneinfo/UTC');
    assert.ok(ran.includes('systemctl try-restart systemd-timesyncd'), ran.join('\n'));
    await commit('sys sshd', { port: '2222' });
    assert.match(text('etc/ssh/sshd_config.d/evenkeel.conf'), /Port 2222/);
    const refused = await commit('sys sshd', { include: 'Nonsense yes' });
    const state = refused[hostEngine];
    assert.ok(
      state?.state === 'failed' && state.reason.includes('Bad option'),
      JSON.stringify(state),
    );
    assert.match(text('etc/ssh/sshd_config.d/evenkeel.conf'), /Port 2222\n$/);
    await commit('sys sshd', { include: 'none' });
    await waitUntil(
      systemClock,
      'applied',
      5000,
      () => applied.status(0)[hostEngine]?.state === 'applied',
    );
  } finally {
    host.close();
    store.close();
    rmSync(root, { recursive: true, force: true });
  }
});
