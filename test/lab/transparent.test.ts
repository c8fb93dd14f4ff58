/** Transparent monitors in a real kernel: one destination by way of two routers, of which one leads nowhere. */
import assert from 'node:assert/strict';
import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import type { InstanceStatus } from '../../src/monitor/health.ts';
import { examplePlan } from '../../src/monitor/example-plan.ts';
import type { InstancePlan } from '../../src/monitor/instance-plan.ts';
import type { FromMonitor, ToMonitor } from '../../src/monitor/messages.ts';
import { systemClock, waitUntil } from '../../src/platform/clock.ts';
import { devicePaths } from '../../src/platform/device-paths.ts';
import { connectLocal } from '../../src/platform/local-channel.ts';
import { isRoot } from '../../src/platform/processes.ts';

const prefix = `thr-${process.pid}`;
const [device, router, dead, server] = [
  `${prefix}-d`,
  `${prefix}-r`,
  `${prefix}-x`,
  `${prefix}-s`,
] as const;
const program = join(import.meta.dirname, '../../src/cmd/monitor.ts');
const skip = isRoot() ? false : 'needs root for network namespaces';

function ip(line: string): void {
  execFileSync('ip', line.split(' '), { stdio: ['ignore', 'ignore', 'inherit'] });
}

function inside(name: string, ...words: readonly string[]): ChildProcess {
  return spawn('ip', ['netns', 'exec', name, ...words], { stdio: ['ignore', 'pipe', 'inherit'] });
}

/** device .1 — router .2 — server 198.18.71.9; on the device's network stands a router .3 that forwards nothing. */
function build(): void {
  for (const name of [device, router, dead, server]) ip(`netns add ${name}`);
  for (const [name, leg] of [
    [device, 'lan'],
    [router, 'lan'],
    [dead, 'lan'],
  ] as const) {
    ip(`link add ${leg} netns ${name} type veth peer name p-${name.slice(-1)} netns ${server}`);
  }
  ip(`-n ${server} link add lan type bridge`);
  ip(`link add wan netns ${router} type veth peer name wan netns ${server}`);
  for (const [name, line] of [
    [device, 'addr add 198.18.70.1/24 dev lan'],
    [device, 'addr add fd00:70::1/64 dev lan nodad'],
    [router, 'addr add 198.18.70.2/24 dev lan'],
    [router, 'addr add fd00:70::2/64 dev lan nodad'],
    [router, 'addr add 198.18.71.2/24 dev wan'],
    [router, 'addr add fd00:71::2/64 dev wan nodad'],
    [dead, 'addr add 198.18.70.3/24 dev lan'],
    [server, 'addr add 198.18.71.9/24 dev wan'],
    [server, 'addr add fd00:71::9/64 dev wan nodad'],
    ...['p-d', 'p-r', 'p-x'].flatMap((port) => [
      [server, `link set ${port} master lan`],
      [server, `link set ${port} up`],
    ]),
    ...[device, router, dead, server].map((one) => [one, 'link set lan up']),
    [router, 'link set wan up'],
    [server, 'link set wan up'],
    [server, 'route add 198.18.70.0/24 via 198.18.71.2'],
    [server, 'route add fd00:70::/64 via fd00:71::2'],
  ]) {
    ip(`-n ${name} ${line}`);
  }
  for (const setting of ['net.ipv4.ip_forward=1', 'net.ipv6.conf.all.forwarding=1'])
    ip(`netns exec ${router} sysctl -q -w ${setting}`);
}

test('a destination is asked by way of the node', { skip, timeout: 120_000 }, async () => {
  const folder = mkdtempSync(join(tmpdir(), 'ek-thr-'));
  const children: ChildProcess[] = [];
  const told = new Map<string, InstanceStatus>();
  const by = (type: string, address: string, through: string, port = 0): InstancePlan =>
    examplePlan(type, address, port, {
      id: `${type} ${address} ${through}`,
      through,
      intervalMilliseconds: 1000,
      timeoutMilliseconds: 2000,
    });
  const good = [
    by('gateway-icmp', '198.18.71.9', '198.18.70.2'),
    by('gateway-icmp', 'fd00:71::9', 'fd00:70::2'),
    by('tcp', '198.18.71.9', '198.18.70.2', 80),
    by('tcp', 'fd00:71::9', 'fd00:70::2', 80),
    by('tcp-half-open', '198.18.71.9', '198.18.70.2', 80),
  ];
  const bad = [
    by('gateway-icmp', '198.18.71.9', '198.18.70.3'),
    by('tcp', '198.18.71.9', '198.18.70.3', 80),
  ];
  const isAll = (plans: readonly InstancePlan[], state: string): boolean =>
    plans.every(({ id }) => told.get(id)?.state === state);
  try {
    build();
    const listen =
      "require('net').createServer((one) => one.on('error', () => one.destroy()).end()).listen(80, '::')";
    children.push(
      inside(server, process.execPath, '-e', listen),
      inside(device, process.execPath, program, '--config', folder),
    );
    const peer = connectLocal<FromMonitor, ToMonitor>(
      devicePaths(folder).monitorSocket,
      systemClock,
      {
        onOpen: (opened) => opened.send({ type: 'plan', instances: [...good, ...bad], held: [] }),
        onMessage(message) {
          if (message.type === 'probed' || message.type === 'measured') return;
          for (const one of message.instances) told.set(one.id, one);
        },
        onClose: () => undefined,
      },
    );
    const limit = 30_000;
    const seen = (): string =>
      [...told.values()].map((one) => `${one.id}: ${one.state}`).join('; ');
    await waitUntil(systemClock, 'ways to be up', limit, () => isAll(good, 'up')).catch(
      (error: unknown) => {
        throw new Error(seen(), { cause: error });
      },
    );
    await waitUntil(systemClock, 'no way to be down', limit, () => isAll(bad, 'down'));
    assert.ok(isAll(good, 'up'), seen());
    peer.close();
  } finally {
    for (const child of children) child.kill('SIGKILL');
    for (const name of [device, router, dead, server]) ip(`netns del ${name}`);
    rmSync(folder, { recursive: true, force: true });
  }
});
