/** Port lockdown in a real kernel, IPv4 and IPv6: what a stranger and a trusted device reach on self IPs. */
import assert from 'node:assert/strict';
import { type ChildProcess, execFileSync, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { after, before, test } from 'node:test';
import { renderLockdown } from '../../src/network/lockdown.ts';
import type { Allowed, LockdownPlan, VlanDoor } from '../../src/network/types.ts';

const device = `ld-${process.pid}-d`;
const peer = `ld-${process.pid}-p`;
const ports = [443, 4353, 8080];
/** The last byte of self IPs by what they allow; the stranger has 100, the trusted device 101. */
const hosts: Readonly<Record<string, number>> = { some: 1, none: 2, all: 3 };
const allowed: Readonly<Record<string, Allowed>> = {
  some: {
    kind: 'list',
    services: [
      { protocol: 'tcp', port: 443 },
      { protocol: 'udp', port: 0 },
    ],
  },
  none: { kind: 'list', services: [] },
  all: { kind: 'all' },
};
const families = [4, 6] as const;
const addressOf = (family: 4 | 6, host: number): string =>
  family === 4 ? `198.18.245.${host}` : `fd00:198:18:245::${host}`;

/** Last bytes of addresses whose listeners are for some VLANs only. */
const listeners = { here: 11, elsewhere: 12, notHere: 13 } as const;

function door(
  family: 4 | 6,
  host: number,
  protocol: 'tcp' | 'udp',
  port: number,
  devices: readonly string[],
  isOnly: boolean,
): VlanDoor {
  return { family, address: addressOf(family, host), protocol, port, devices, isOnly };
}

const plan: LockdownPlan = {
  selfs: families.flatMap((family) =>
    Object.entries(hosts).map(([self, host]) => ({
      self,
      family,
      address: addressOf(family, host),
      allows: allowed[self] ?? { kind: 'all' },
    })),
  ),
  exempt: [],
  trusted: families.map((family) => ({ family, address: addressOf(family, 101) })),
  vlanDoors: families.flatMap((family) => [
    door(family, listeners.here, 'tcp', 443, ['in'], true),
    door(family, listeners.here, 'udp', 1026, ['in'], true),
    door(family, listeners.elsewhere, 'tcp', 443, ['other'], true),
    door(family, listeners.elsewhere, 'udp', 1026, ['other'], true),
    door(family, listeners.notHere, 'tcp', 443, ['in', 'other'], false),
    door(family, listeners.notHere, 'udp', 1026, ['in', 'other'], false),
  ]),
};

function ip(...words: readonly string[]): void {
  execFileSync('ip', words, { stdio: 'pipe' });
}

const server = `
const net = require('node:net'), dgram = require('node:dgram');
let left = ${ports.length} + 2;
const ready = () => { if (--left === 0) console.log('ready'); };
for (const port of ${JSON.stringify(ports)}) net.createServer((c) => c.on('error', () => {}).end('x')).listen(port, '::', ready);
for (const type of ['udp4', 'udp6']) {
  const socket = dgram.createSocket({ type, ipv6Only: type === 'udp6' });
  socket.on('message', (_m, from) => socket.send('x', from.port, from.address));
  socket.bind(1026, ready);
}`;

const client = (from: string, to: string, port: number): string => `
const socket = require('node:net').connect({ host: '${to}', port: ${port}, localAddress: '${from}' });
socket.once('connect', () => process.exit(0)).once('error', () => process.exit(1));
setTimeout(() => process.exit(2), 1500);`;

function reaches(from: number, to: number, port: number, family: 4 | 6): boolean {
  const script = client(addressOf(family, from), addressOf(family, to), port);
  return spawnSync('ip', ['netns', 'exec', peer, process.execPath, '-e', script]).status === 0;
}

const question = (from: string, to: string, family: 4 | 6): string => `
const socket = require('node:dgram').createSocket('udp${family}');
socket.on('message', () => process.exit(0)).on('error', () => process.exit(1));
socket.bind(0, '${from}');
socket.send('x', 1026, '${to}');
setTimeout(() => process.exit(2), 1500);`;

/** Of the listeners that answer to the peer, all asked at once. */
async function answering(family: 4 | 6): Promise<readonly string[]> {
  const from = addressOf(family, 100);
  const asked = Object.entries(listeners).flatMap(([name, host]) => [
    { name: `${name} tcp`, script: client(from, addressOf(family, host), 443) },
    { name: `${name} udp`, script: question(from, addressOf(family, host), family) },
  ]);
  const found = asked.map(async ({ name, script }) => {
    const asking = spawn('ip', ['netns', 'exec', peer, process.execPath, '-e', script]);
    await once(asking, 'exit');
    return asking.exitCode === 0 ? [name] : [];
  });
  return (await Promise.all(found)).flat();
}

let serving: ChildProcess | undefined;

before(async () => {
  for (const name of [device, peer]) {
    ip('netns', 'add', name);
    ip('-n', name, 'link', 'set', 'lo', 'up');
  }
  ip('-n', device, 'link', 'add', 'in', 'type', 'veth', 'peer', 'name', 'out', 'netns', peer);
  const add = (name: string, link: string, all: readonly number[]): void => {
    ip('-n', name, 'link', 'set', link, 'up');
    for (const host of all) {
      ip('-n', name, 'addr', 'add', `${addressOf(4, host)}/24`, 'dev', link);
      ip('-n', name, 'addr', 'add', `${addressOf(6, host)}/64`, 'dev', link, 'nodad');
    }
  };
  add(device, 'in', [...Object.values(hosts), ...Object.values(listeners)]);
  add(peer, 'out', [100, 101]);
  const nft = ['netns', 'exec', device, 'nft', '-f', '-'];
  execFileSync('ip', nft, { input: renderLockdown(plan) });
  serving = spawn('ip', ['netns', 'exec', device, process.execPath, '-e', server], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  if (serving.stdout !== null) await once(serving.stdout, 'data');
});

after(() => {
  serving?.kill('SIGKILL');
  for (const name of [device, peer]) ip('netns', 'del', name);
});

for (const family of families) {
  test(`IPv${family}: a list, none and all; the trusted device has 4353`, () => {
    const seen = Object.fromEntries(
      Object.entries(hosts).map(([self, host]) => [
        self,
        ports.filter((port) => reaches(100, host, port, family)),
      ]),
    );
    assert.deepEqual(seen, { some: [443], none: [], all: ports });
    assert.equal(reaches(101, hosts['none'] ?? 0, 4353, family), true);
    assert.equal(reaches(101, hosts['none'] ?? 0, 443, family), false);
  });

  test(`IPv${family}: listeners answer by their VLANs only, UDP and TCP`, async () => {
    assert.deepEqual(await answering(family), ['here tcp', 'here udp']);
    // The device's own questions come in by no VLAN.
    const own = addressOf(family, listeners.elsewhere);
    const script = client(own, own, 443);
    const asked = spawnSync('ip', ['netns', 'exec', device, process.execPath, '-e', script]);
    assert.equal(asked.status, 0);
  });

  test(`IPv${family}: replies and echoes pass whatever is allowed`, () => {
    const none = addressOf(family, hosts['none'] ?? 0);
    const ping = ['netns', 'exec', peer, 'ping', '-c', '1', '-W', '2', none];
    assert.equal(spawnSync('ip', ping).status, 0);
    // A connection that the device itself begins from a closed self IP: to nobody, but the answer arrives.
    const script = `require('node:net').connect({ host: '${addressOf(family, 100)}', port: 9, localAddress: '${none}' })
      .once('error', (error) => process.exit(error.code === 'ECONNREFUSED' ? 0 : 1)); setTimeout(() => process.exit(2), 3000);`;
    const own = ['netns', 'exec', device, process.execPath, '-e', script];
    assert.equal(spawnSync('ip', own).status, 0);
  });
}
