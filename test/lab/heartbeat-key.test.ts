/**
 * A pair, and a third device in its trust domain that is removed: what it knew opens no heartbeat any more and seals
 * none, the pair stayed In Sync, and nobody took over from anybody meanwhile.
 */
import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { downLab, upLab } from '../../lab/lab.ts';
import { rolesOfPair, waitInSync } from '../../lab/story/ask.ts';
import { deviceGroup, pairTrust } from '../../lab/story/form.ts';
import { externalAddress, hostnameOf, pair } from '../../lab/story/places.ts';
import type { Lab } from '../../lab/types.ts';
import { KeyRing } from '../../src/cluster/failover/heartbeats/key-ring.ts';
import { unseal } from '../../src/cluster/failover/heartbeats/seal.ts';
import { parseSaved, type Saved } from '../../src/cluster/failover/process/saved.ts';
import { systemClock, waitUntil } from '../../src/platform/clock.ts';
import { isRoot } from '../../src/platform/processes.ts';

const name = `k${process.pid}`.slice(0, 12);
const limitMilliseconds = 120_000;
const skip = isRoot() ? false : 'needs root for network namespaces';
const third = 'gtm-1';
/** Of a heartbeat: see seal.ts. */
const magic = 'EKF1';

let lab: Lab;
let folder = '';
let tcpdump: ChildProcess | undefined;

before(
  async () => {
    if (skip !== false) return;
    lab = await upLab(name, 'two-sites', () => undefined);
    folder = mkdtempSync(join(tmpdir(), 'heartbeat-key-'));
    await pairTrust.run(lab);
    await deviceGroup.run(lab);
    await joinThird();
  },
  { timeout: 2 * limitMilliseconds },
);

after(async () => {
  tcpdump?.kill('SIGTERM');
  if (skip === false) await downLab(name);
  if (folder !== '') rmSync(folder, { recursive: true });
});

/** The pair's own network does not lead to it: all synchronise over the external one. */
async function joinThird(): Promise<void> {
  for (const device of [...pair, third]) {
    const own = `/mgmt/tm/cm/device/~Common~${hostnameOf(lab, device)}`;
    await lab.rest(device).patch(own, { configsyncIp: externalAddress(lab, device) });
  }
  await waitInSync(lab, limitMilliseconds);
  await lab.rest(pair[0]).post('/mgmt/tm/cm/add-to-trust', {
    command: 'run',
    name: 'Root',
    caDevice: true,
    device: lab.managementAddress(third),
    deviceName: hostnameOf(lab, third),
    username: 'admin',
    password: lab.password(),
  });
}

/** What the failover process of a device would start from. */
function savedOn(device: string): Saved {
  const text = readFileSync(join(lab.folder(device), 'data', 'failover.json'), 'utf8');
  const saved = parseSaved(text);
  assert.ok(saved);
  return saved;
}

function keysOn(device: string): readonly string[] {
  const { config, formers = [] } = savedOn(device);
  return [config.key, ...formers.map(({ key }) => key)];
}

async function takeovers(): Promise<readonly string[]> {
  const all = await Promise.all(
    pair.map((device) => lab.rest(device).get('/mgmt/tm/cm/failover-history')),
  );
  return all.map((one) => JSON.stringify(one));
}

/** Heartbeats in a capture file. */
function payloads(file: string): readonly Buffer[] {
  const bytes = readFileSync(file);
  const found: Buffer[] = [];
  for (let at = 24; at + 16 <= bytes.length;) {
    const end = at + 16 + bytes.readUInt32LE(at + 8);
    const packet = bytes.subarray(at + 16, end);
    const start = packet.indexOf(magic);
    if (start >= 0) found.push(packet.subarray(start));
    at = end;
  }
  return found;
}

async function recorded(count: number): Promise<readonly Buffer[]> {
  const file = join(folder, 'wire.pcap');
  const words = ['tcpdump', '-U', '-i', 'any', '-w', file, 'udp port 1026'];
  tcpdump = spawn('ip', ['netns', 'exec', lab.namespace(pair[0]), ...words], { stdio: 'ignore' });
  await waitUntil(systemClock, 'heartbeats on the wire', limitMilliseconds, () => {
    return existsSync(file) && payloads(file).length > count;
  });
  tcpdump.kill('SIGTERM');
  return payloads(file);
}

test('a removed device knows no key that counts', { skip, timeout: 300_000 }, async () => {
  const [first] = pair;
  await waitInSync(lab, limitMilliseconds);
  const roles = await rolesOfPair(lab, limitMilliseconds);
  await waitUntil(systemClock, 'the key on the third device', limitMilliseconds, () => {
    return savedOn(third).config.key === savedOn(first).config.key;
  });
  const former = savedOn(third).config.key;
  const before = await takeovers();
  await lab.rest(first).post('/mgmt/tm/cm/remove-from-trust', {
    command: 'run',
    name: 'Root',
    deviceName: hostnameOf(lab, third),
  });
  await waitUntil(systemClock, 'the former key to be forgotten', limitMilliseconds, () =>
    pair.every((device) => !keysOn(device).includes(former)),
  );
  assert.deepEqual(keysOn(pair[0]), keysOn(pair[1]));
  assert.ok(
    !keysOn(third).includes(savedOn(first).config.key),
    'the third has not got the new one',
  );
  const datagrams = await recorded(40);
  const opened = (key: string): number =>
    datagrams.filter((one) => unseal(one, [{ ring: new KeyRing(key) }]) !== undefined).length;
  assert.equal(opened(former), 0);
  assert.equal(opened(savedOn(first).config.key), datagrams.length);
  assert.deepEqual(await takeovers(), before, 'nobody took over');
  assert.deepEqual(await rolesOfPair(lab, limitMilliseconds), roles);
  await waitInSync(lab, limitMilliseconds);
});
