/** Heartbeats of a dead peer, recorded on the wire and played to a device that was restarted: they do not count. */
import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { parseMarks } from '../../src/cluster/failover/heartbeats/freshness.ts';
import { profiles } from '../../src/cluster/failover/types.ts';
import { systemClock, waitUntil } from '../../src/platform/clock.ts';
import { startLab } from './failover-lab.ts';

const limit = 30_000;

/** UDP payloads of a capture file (pcap, Ethernet, IPv4 without options). */
function payloadsOf(file: string): readonly string[] {
  const bytes = readFileSync(file);
  const payloads: string[] = [];
  for (let at = 24; at + 16 <= bytes.length;) {
    const length = bytes.readUInt32LE(at + 8);
    payloads.push(bytes.subarray(at + 16 + 42, at + 16 + length).toString('base64'));
    at += 16 + length;
  }
  return payloads;
}

/** Sends them from the dead device's address and port, one every 20 ms, over and over. */
const player = `
import { createSocket } from 'node:dgram';
import { readFileSync } from 'node:fs';
const [file, from, to] = process.argv.slice(1);
const all = JSON.parse(readFileSync(file, 'utf8')).map((one) => Buffer.from(one, 'base64'));
const socket = createSocket('udp4');
let next = 0;
socket.bind(1026, from, () => setInterval(() => socket.send(all[next++ % all.length], 1026, to), 20));
`;

test('a recording does not make a dead peer look alive', { timeout: 120_000 }, async () => {
  const lab = await startLab({ profile: profiles.fast, withWitness: false });
  const folder = mkdtempSync(join(tmpdir(), 'replay-'));
  const [capture, recording] = [join(folder, 'wire.pcap'), join(folder, 'recording.json')];
  const children: ChildProcess[] = [];
  const start = (where: string, ...command: readonly string[]): ChildProcess => {
    const child = spawn('ip', ['netns', 'exec', where, ...command], { stdio: 'ignore' });
    children.push(child);
    return child;
  };
  try {
    const owner = await lab.waitForOwner();
    const other = owner === lab.a ? lab.b : lab.a;
    const address = (device: typeof owner): string =>
      device === lab.a ? '198.18.241.1' : '198.18.241.2';
    const words = ['udp', 'and', 'src', address(owner), 'and', 'dst', address(other)];
    const tcpdump = start(other.namespace, 'tcpdump', '-U', '-i', 'ha', '-w', capture, ...words);
    await waitUntil(systemClock, 'a recording', limit, () => {
      return existsSync(capture) && readFileSync(capture).length > 20_000;
    });
    tcpdump.kill('SIGTERM');
    const until = Date.now();
    const marks = join(other.folder, 'data', 'failover-runs.json');
    const saved = (): number | undefined =>
      parseMarks(readFileSync(marks, 'utf8'))?.marks[owner.name]?.sequence;
    const first = saved();
    await waitUntil(systemClock, 'what was heard to be kept', limit, () => {
      return saved() !== first && Date.now() - until > 1000;
    });
    lab.signal(owner, 'SIGKILL');
    lab.signal(other, 'SIGKILL');
    await waitUntil(systemClock, 'both to be gone', limit, () =>
      [owner, other].every((one) => one.process?.signalCode === 'SIGKILL'),
    );
    writeFileSync(recording, JSON.stringify(payloadsOf(capture)));
    const flags = ['--input-type=module', '-e', player];
    start(owner.namespace, process.execPath, ...flags, recording, address(owner), address(other));
    lab.start(other);
    await waitUntil(
      systemClock,
      'a takeover in spite of the recording',
      limit,
      () => other.status?.groups[0]?.role === 'owner',
    );
    const log = readFileSync(join(other.folder, 'log', 'failover'), 'utf8');
    assert.match(log, /Failover messages of \w refused: they were recorded earlier/);
    assert.equal(other.status?.peers[0]?.isHeard, false);
  } finally {
    for (const child of children) child.kill('SIGKILL');
    lab.down();
    rmSync(folder, { recursive: true, force: true });
  }
});
