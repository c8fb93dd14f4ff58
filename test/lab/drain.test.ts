/**
 * Planned failovers, there and back at once, under downloads that are slow and requests that are many: the
 * former owner serves what it has, through the new one, and nothing fails.
 */
import assert from 'node:assert/strict';
import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import type { ProbeLine } from '../../lab/nodes/prober.ts';
import { profiles } from '../../src/cluster/failover/types.ts';
import { sleep, systemClock, waitUntil } from '../../src/platform/clock.ts';
import { floating4, floating6, type LabDevice, startLab } from './failover-lab.ts';

const nodes = join(import.meta.dirname, '../../lab/nodes');
const port = '8080';
const slowSeconds = 4;
const pieceBytes = 100_000;

interface Run {
  readonly child: ChildProcess;
  readonly ended: Promise<string>;
  text(): string;
}

function run(namespace: string, ...command: readonly string[]): Run {
  const child = spawn('ip', ['netns', 'exec', namespace, ...command]);
  let text = '';
  child.stdout.on('data', (chunk: Buffer) => (text += chunk.toString()));
  child.stderr.on('data', (chunk: Buffer) => (text += chunk.toString()));
  return {
    child,
    text: () => text,
    ended: new Promise((resolve) => child.on('close', () => resolve(text))),
  };
}

function serve(device: LabDevice): Run {
  for (const setting of ['net.ipv4.ip_forward=1', 'net.ipv6.conf.all.forwarding=1']) {
    execFileSync('ip', ['netns', 'exec', device.namespace, 'sysctl', '-qw', setting]);
  }
  const program = join(nodes, 'web-server.ts');
  const { name, namespace } = device;
  return run(namespace, process.execPath, program, name, port, pidFile(device));
}

function pidFile(device: LabDevice): string {
  return join(device.folder, 'web.pid');
}

function download(namespace: string, address: string): Run {
  const host = address.includes(':') ? `[${address}]` : address;
  const url = `http://${host}:${port}/slow/${slowSeconds}`;
  const format = '%{size_download} %{http_code} %{errormsg}';
  return run(namespace, 'curl', '-gsS', '-m', '20', '-o', '/dev/null', '-w', format, url);
}

test('planned failovers there and back fail no request and break no download', async () => {
  const lab = await startLab({ profile: profiles.fast, withWitness: false });
  const client = lab.a.namespace.replace(/a$/, 'c');
  const runs: Run[] = [];
  try {
    runs.push(serve(lab.a), serve(lab.b));
    await waitUntil(systemClock, 'the web servers', 10_000, () =>
      [lab.a, lab.b].every((one) => existsSync(pidFile(one))),
    );
    await waitUntil(systemClock, 'links for draining', 10_000, () =>
      [lab.a, lab.b].every((one) => Object.keys(one.status?.drainLinks ?? {}).length === 1),
    );
    const probers = [floating4, floating6].map((address) =>
      run(client, process.execPath, join(nodes, 'prober.ts'), address, port, '4', '3000'),
    );
    runs.push(...probers);
    await waitUntil(systemClock, 'the first answers', 10_000, () =>
      probers.every((one) => one.text().includes('"ok":true')),
    );
    const downloads: Run[] = [];
    for (let moves = 0; moves < 3; moves += 1) {
      downloads.push(download(client, floating4), download(client, floating6));
      await sleep(systemClock, 600);
      const owner = await lab.waitForOwner();
      lab.command(owner, { kind: 'standby', trafficGroup: undefined, device: undefined });
      await lab.waitForOwner(owner === lab.a ? lab.b : lab.a);
    }
    const ends = await Promise.all(downloads.map((one) => one.ended));
    for (const prober of probers) prober.child.kill('SIGTERM');
    const lines = (await Promise.all(probers.map((one) => one.ended))).join('').trim().split('\n');
    // Written by our own program, one JSON document a line.
    const probes = lines.map((line) => JSON.parse(line) as ProbeLine);
    const failed = probes.filter((probe) => !probe.ok).map((probe) => probe.by);
    console.log(
      `  ${probes.length} requests, ${failed.length} failed; downloads: ${ends.join(', ')}`,
    );
    assert.deepEqual(failed, []);
    const whole = `${slowSeconds * pieceBytes} 200`;
    for (const end of ends) assert.equal(end.trim(), whole);
    assert.deepEqual(new Set(probes.map((probe) => probe.by)), new Set(['a', 'b']));
    assert.ok(probes.length > 500);
  } finally {
    for (const one of runs) one.child.kill('SIGKILL');
    lab.down();
  }
});
