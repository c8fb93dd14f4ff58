/**
 * Who decides beside the two devices, on real interfaces: a real etcd as arbiter, and a gateway. Both stand on
 * the switch; the client asks every 2 ms, and the capture says who answered.
 */
import assert from 'node:assert/strict';
import { type ChildProcess, execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { type FailoverConfig, profiles } from '../../src/cluster/failover/types.ts';
import { sleep, systemClock, waitUntil } from '../../src/platform/clock.ts';
import { startEtcd } from './etcd.ts';
import { type FailoverLab, type LabDevice, startLab } from './failover-lab.ts';

const arbiterAddress = '198.18.241.50';
const clientAddress = '198.18.240.100';
const url = `http://${arbiterAddress}:2379`;
const peerUrl = `http://${arbiterAddress}:2380`;
const settleMilliseconds = 30_000;

function inside(namespace: string, words: readonly string[], input = ''): void {
  execFileSync('ip', ['netns', 'exec', namespace, ...words], { input, stdio: 'pipe' });
}

/** Nothing from there arrives, nothing leaves to there. */
function isolate(device: LabDevice, addresses: readonly string[]): void {
  const four = addresses.filter((address) => !address.includes(':')).join(', ');
  const rules = [
    'add table inet apart',
    'delete table inet apart',
    'table inet apart {',
    ...(['input', 'output'] as const).flatMap((hook) => [
      `chain ${hook} { type filter hook ${hook} priority -300;`,
      `ip ${hook === 'input' ? 'saddr' : 'daddr'} { ${four} } drop; }`,
    ]),
    '}\n',
  ];
  inside(device.namespace, ['nft', '-f', '-'], rules.join('\n'));
}

function rejoin(device: LabDevice): void {
  inside(device.namespace, ['nft', 'delete', 'table', 'inet', 'apart']);
}

function other(lab: FailoverLab, device: LabDevice): LabDevice {
  return device === lab.a ? lab.b : lab.a;
}

function addressesOf(lab: FailoverLab, device: LabDevice): readonly string[] {
  const host = device === lab.a ? 1 : 2;
  return [`198.18.240.${host}`, `198.18.241.${host}`];
}

function isOwner(device: LabDevice): boolean {
  return device.status?.groups[0]?.role === 'owner';
}

async function until(what: string, isTrue: () => boolean): Promise<void> {
  await waitUntil(systemClock, what, settleMilliseconds, isTrue);
}

/** Devices that answered on the wire from then on. */
function answerers(lab: FailoverLab, from: number): readonly string[] {
  const late = lab.answers().filter(({ at, isEcho }) => isEcho && at > from);
  return [...new Set(late.map(({ device }) => device))];
}

async function answersOf(lab: FailoverLab, device: LabDevice): Promise<void> {
  const from = Date.now();
  await until(`answers of ${device.name}`, () => answerers(lab, from).includes(device.name));
}

const withArbiter = (config: FailoverConfig): FailoverConfig => ({
  ...config,
  own: {
    ...config.own,
    arbiter: { endpoints: [url], prefix: '/test/', authority: '', certificate: '', key: '' },
  },
});

test(
  'etcd decides between two devices that do not hear each other',
  { timeout: 240_000 },
  async () => {
    const lab = await startLab({ profile: profiles.fast, withWitness: false, adjust: withArbiter });
    const switchSpace = lab.a.namespace.replace(/-a$/, '-sw');
    const folder = mkdtempSync(join(tmpdir(), 'etcd-'));
    let etcd: ChildProcess | undefined;
    try {
      inside(switchSpace, ['ip', 'link', 'set', 'lo', 'up']);
      inside(switchSpace, ['ip', 'addr', 'add', `${arbiterAddress}/24`, 'dev', 'br-ha']);
      const first = await lab.waitForOwner();
      const second = other(lab, first);
      assert.equal(first.status?.canSplit, false);
      etcd = startEtcd({ namespace: switchSpace, url, peerUrl, folder });
      await until('the arbiter to answer both', () =>
        [lab.a, lab.b].every((one) => {
          const { silence = null, failure } = one.status?.arbiter ?? {};
          return silence !== null && failure === '';
        }),
      );
      // Apart, both with etcd: nothing moves.
      isolate(second, addressesOf(lab, first));
      await until('the peer to be missed', () =>
        (second.status?.peers ?? []).every(({ isHeard }) => !isHeard),
      );
      const apart = Date.now();
      await sleep(systemClock, 2000);
      assert.deepEqual(answerers(lab, apart), [first.name]);
      // The owner without etcd, too: the other takes over, and only when the first is silent.
      isolate(first, [...addressesOf(lab, second), arbiterAddress]);
      await until('the other to take over', () => isOwner(second) && !isOwner(first));
      await answersOf(lab, second);
      const taken = Date.now();
      await sleep(systemClock, 1000);
      assert.deepEqual(answerers(lab, taken), [second.name]);
      rejoin(first);
      rejoin(second);
      await until('one world again', () =>
        [lab.a, lab.b].every((one) => (one.status?.peers ?? []).every(({ isHeard }) => isHeard)),
      );
      await lab.waitForOwner(second);
      // A dead etcd alone changes nothing; the next death leaves nobody, until it is back.
      etcd.kill('SIGKILL');
      await until('etcd to be missed', () => second.status?.arbiter?.failure !== '');
      const without = Date.now();
      await sleep(systemClock, 2000);
      assert.deepEqual(answerers(lab, without), [second.name]);
      lab.signal(second, 'SIGKILL');
      await until('the peer to be missed', () =>
        (first.status?.peers ?? []).every(({ isHeard }) => !isHeard),
      );
      const nobody = Date.now();
      await sleep(systemClock, 2000);
      assert.deepEqual(answerers(lab, nobody), []);
      etcd = startEtcd({ namespace: switchSpace, url, peerUrl, folder });
      await answersOf(lab, first);
    } finally {
      etcd?.kill('SIGKILL');
      lab.down();
      rmSync(folder, { recursive: true, force: true });
    }
  },
);

test(
  'a device that reaches neither its gateway nor its peer lets go',
  { timeout: 120_000 },
  async () => {
    const adjust = (config: FailoverConfig): FailoverConfig => ({
      ...config,
      own: { ...config.own, gateways: [clientAddress] },
    });
    const lab = await startLab({ profile: profiles.fast, withWitness: false, adjust });
    try {
      const first = await lab.waitForOwner();
      const second = other(lab, first);
      await answersOf(lab, first);
      // The gateway has been heard, which is remembered, within the second in which it is asked.
      await sleep(systemClock, 2500);
      isolate(first, [...addressesOf(lab, second), clientAddress]);
      await until('the isolated one to let go', () => !isOwner(first) && isOwner(second));
      await answersOf(lab, second);
      await sleep(systemClock, 1000);
      assert.equal(isOwner(first), false);
      // With its gateway, but not its peer, it would be a pair that is cut: as BIG-IP, it goes on.
      rejoin(first);
      await until('one owner', () => lab.owner() !== undefined);
    } finally {
      lab.down();
    }
  },
);
