/**
 * Each kind of third vote for a pair of whole devices: a process on a machine that is no device, a global device,
 * a third device, an etcd cluster. With each, the pair is cut on every path: one stays, and it is the one that has the witness.
 */
import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { downLab, upLab } from '../../lab/lab.ts';
import { runIn } from '../../lab/namespaces.ts';
import { failoverStatus, rolesOfPair } from '../../lab/story/ask.ts';
import { deviceGroup, pairTrust } from '../../lab/story/form.ts';
import { addressOn, externalAddress, group, hostnameOf, pair } from '../../lab/story/places.ts';
import type { Lab } from '../../lab/types.ts';
import { systemClock, waitUntil } from '../../src/platform/clock.ts';
import { isRoot } from '../../src/platform/processes.ts';
import { startEtcd } from './etcd.ts';

const name = `w${process.pid}`.slice(0, 12);
const launcher = join(import.meta.dirname, '..', '..', 'evenkeel');
const limitMilliseconds = 120_000;
const skip = isRoot() ? false : 'needs root for network namespaces';
const groupPath = `/mgmt/tm/cm/device-group/~Common~${group}`;
const bareName = 'bare-witness';

let lab: Lab;
let folder = '';
let bare: ChildProcess | undefined;

before(
  async () => {
    if (skip !== false) return;
    lab = await upLab(name, 'two-sites', () => undefined);
    await pairTrust.run(lab);
    await deviceGroup.run(lab);
    folder = mkdtempSync(join(tmpdir(), 'witness-'));
  },
  { timeout: 2 * limitMilliseconds },
);

after(async () => {
  bare?.kill('SIGTERM');
  if (skip === false) await downLab(name);
  if (folder !== '') rmSync(folder, { recursive: true });
});

async function until(what: string, isTrue: () => Promise<boolean>): Promise<void> {
  await waitUntil(systemClock, what, limitMilliseconds, isTrue);
}

async function details(device: string): Promise<string> {
  return JSON.stringify(await lab.rest(device).get('/mgmt/tm/cm/failover-status'));
}

async function addressesOf(node: string): Promise<readonly string[]> {
  const shown = await runIn(lab.namespace(node), ['ip', '-j', 'addr', 'show', 'scope', 'global']);
  // The shape of `ip -j addr`.
  const links = JSON.parse(shown.stdout) as { addr_info?: { local?: string }[] }[];
  return links.flatMap((link) => link.addr_info ?? []).flatMap(({ local }) => local ?? []);
}

/** A node hears nothing of the other and is not heard. */
async function part(node: string, other: string): Promise<void> {
  const addresses = await addressesOf(other);
  const rules = (['input', 'output'] as const).flatMap((hook) => {
    const side = hook === 'input' ? 'saddr' : 'daddr';
    return [4, 6].flatMap((family) => {
      const some = addresses.filter((one) => one.includes(':') === (family === 6));
      const ip = family === 4 ? 'ip' : 'ip6';
      return some.length === 0
        ? []
        : [`add rule inet ${other} ${hook} ${ip} ${side} { ${some.join(', ')} } drop`];
    });
  });
  const hooks = ['input', 'output'].map(
    (hook) => `add chain inet ${other} ${hook} { type filter hook ${hook} priority -300; }`,
  );
  const text = [`add table inet ${other}`, ...hooks, ...rules].join('; ');
  const done = await runIn(lab.namespace(node), ['nft', text]);
  assert.equal(done.status, 0, done.stderr);
}

async function rejoin(node: string, other: string): Promise<void> {
  await runIn(lab.namespace(node), ['nft', `delete table inet ${other}`]);
}

/** Who decides: what the group is configured with, and how the status of a device says that it counts. */
interface Third {
  readonly settings: Readonly<Record<string, unknown>>;
  readonly none: Readonly<Record<string, unknown>>;
  readonly says: string;
  /** Where it lives. */
  readonly node: string;
}

function witness(device: string, node: string): Third {
  const says = `witness ${device}: heard`;
  return { settings: { witness: [device] }, none: { witness: [] }, says, node };
}

async function judge({ settings, none, says, node }: Third): Promise<void> {
  await lab.rest(pair[0]).patch(groupPath, settings);
  await until(`"${says}" on both`, async () => {
    const texts = await Promise.all(pair.map(details));
    return texts.every((text) => text.includes(says) && !text.includes('can split'));
  });
  const { active, standby } = await rolesOfPair(lab, limitMilliseconds);
  await part(active, standby);
  try {
    await until('the peer to be missed', async () =>
      (await details(active)).includes(': not heard'),
    );
    assert.equal(await failoverStatus(lab, active), 'ACTIVE');
    assert.equal(await failoverStatus(lab, standby), 'STANDBY');
    await part(active, node);
    await until('the one with the witness to take over', async () => {
      return (
        (await failoverStatus(lab, standby)) === 'ACTIVE' &&
        (await failoverStatus(lab, active)) === 'STANDBY'
      );
    });
  } finally {
    await rejoin(active, standby);
    await rejoin(active, node);
  }
  await rolesOfPair(lab, limitMilliseconds);
  await lab.rest(pair[0]).patch(groupPath, none);
  await until('the pair to do without a witness', async () => {
    const texts = await Promise.all(pair.map(details));
    return texts.every((text) => text.includes('can split'));
  });
}

test('a process on a machine that is no device', { skip, timeout: 300_000 }, async () => {
  const words = (verb: readonly string[]): readonly string[] => [
    'netns',
    'exec',
    lab.namespace('client'),
    launcher,
    'witness',
    ...verb,
    '--config',
    folder,
    '--name',
    bareName,
  ];
  const environment = { ...process.env, EVENKEEL_PASSWORD: lab.password() };
  const joined = spawn('ip', words(['join', externalAddress(lab, pair[0])]), {
    env: environment,
    stdio: 'inherit',
  });
  const code = await new Promise((done) => joined.once('exit', done));
  assert.equal(code, 0);
  bare = spawn('ip', words(['run']), { stdio: 'inherit' });
  await judge(witness(bareName, 'client'));
});

for (const [kind, node] of [
  ['a global device', 'gtm-1'],
  ['a third device', 'lon-a'],
] as const) {
  test(kind, { skip, timeout: 300_000 }, async () => {
    await lab.rest(node).post('/mgmt/tm/gtm/bigip-add', {
      command: 'run',
      device: lab.managementAddress(pair[0]),
      username: 'admin',
      password: lab.password(),
    });
    // What makes it an iQuery peer: it asks the pair for its health.
    const rest = lab.rest(node);
    await rest.post('/mgmt/tm/gtm/datacenter', { name: 'home' });
    await rest.post('/mgmt/tm/gtm/server', {
      name: 'pair',
      datacenter: '/Common/home',
      product: 'bigip',
      devices: pair.map((device) => ({
        name: hostnameOf(lab, device),
        addresses: [{ name: externalAddress(lab, device) }],
      })),
    });
    const found = await lab.rest(node).get<{ items: { name: string }[] }>('/mgmt/tm/cm/device');
    await judge(witness(found.items[0]?.name ?? '', node));
  });
}

test('an etcd cluster as arbiter', { skip, timeout: 300_000 }, async () => {
  const address = addressOn(lab, 'client', 'client-net');
  const url = `http://${address}:2379`;
  const peerUrl = `http://${address}:2380`;
  const namespace = lab.namespace('client');
  const etcd = startEtcd({ namespace, url, peerUrl, folder: join(folder, 'etcd') });
  try {
    await judge({
      settings: { arbiter: 'etcd', arbiterEndpoints: [url] },
      none: { arbiter: 'none' },
      says: `arbiter ${url}: answers`,
      node: 'client',
    });
  } finally {
    etcd.kill('SIGKILL');
  }
});
