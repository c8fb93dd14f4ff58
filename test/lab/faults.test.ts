/** What a device survives: the death of each of its processes, damaged files, a full disk. */
import assert from 'node:assert/strict';
import { cpSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { fault, pidsOf } from '../../lab/faults.ts';
import { downLab, upLab } from '../../lab/lab.ts';
import type { Lab } from '../../lab/types.ts';
import { systemClock, waitUntil } from '../../src/platform/clock.ts';
import { devicePaths } from '../../src/platform/device-paths.ts';
import { run, runChecked } from '../../src/platform/process.ts';
import { isRoot } from '../../src/platform/processes.ts';

const name = `f${process.pid}`.slice(0, 12);
const launcher = join(import.meta.dirname, '..', '..', 'evenkeel');
const device = 'gtm-1';
const services = ['failover', 'monitor', 'dns', 'control'];
const limit = 20_000;
const upLimitMilliseconds = 90_000;
const skip = isRoot() ? false : 'needs root for network namespaces';

let lab: Lab;

before(
  async () => {
    if (skip === false) lab = await upLab(name, 'two-sites', () => undefined);
  },
  { timeout: upLimitMilliseconds },
);
after(async () => {
  if (skip === false) await downLab(name);
});

interface Status {
  readonly up: boolean;
  readonly services?: readonly { readonly name: string; readonly state: string }[];
  readonly unsupervised?: readonly { readonly name: string }[];
}

async function statusOf(): Promise<Status> {
  const words = ['device', 'status', '--config', lab.folder(device), '--json'];
  const { stdout } = await run(launcher, words);
  // Printed by the product as one JSON document.
  return JSON.parse(stdout) as Status;
}

const allRun = (what: string): Promise<void> =>
  waitUntil(systemClock, what, limit, async () => {
    const states = (await statusOf()).services ?? [];
    const running = states.filter(({ state }) => state === 'running').map((one) => one.name);
    return services.every((service) => running.includes(service));
  });

const restAnswers = (): Promise<void> =>
  waitUntil(systemClock, 'REST', limit, async () => {
    const answer = await lab
      .rest(device)
      .send('GET', '/mgmt/tm/sys/version')
      .catch(() => undefined);
    return answer?.status === 200;
  });

const createPool = async (pool: string): Promise<number> =>
  (await lab.rest(device).send('POST', '/mgmt/tm/gtm/pool/a', { name: pool })).status;

test('each process that is killed comes back by itself', { skip }, async () => {
  await restAnswers();
  for (const service of services) {
    const [pid] = await pidsOf(lab, device, service);
    await fault(lab, 'kill', `${device}:${service}`);
    await waitUntil(systemClock, `another ${service}`, limit, async () => {
      const [now] = await pidsOf(lab, device, service);
      return now !== undefined && now !== pid;
    });
  }
  await restAnswers();
});

test('a dead supervisor is told from a device that is down', { skip }, async () => {
  await fault(lab, 'kill', `${device}:supervisor`);
  const { up, unsupervised } = await statusOf();
  assert.equal(up, false);
  const names = unsupervised?.map((one) => one.name) ?? [];
  assert.deepEqual(services.filter((service) => names.includes(service)).length, services.length);
  await fault(lab, 'start', device);
  await allRun('the adopted processes');
});

test('files that a crash or a person damaged do not keep it from starting', { skip }, async () => {
  assert.equal(await createPool('kept'), 200);
  await fault(lab, 'kill', `${device}:all`);
  const paths = devicePaths(lab.folder(device));
  writeFileSync(join(paths.run, 'engines.json'), '[{"name":');
  writeFileSync(join(paths.run, 'control.pid'), 'null');
  writeFileSync(join(paths.root, 'data', 'dns.json'), '{"snapshot":{"version":1}}');
  writeFileSync(join(paths.root, 'data', 'failover.json'), '{"config":{"own":{}},"durable":{}}');
  rmSync(paths.dnsSocket);
  writeFileSync(paths.dnsSocket, '');
  await fault(lab, 'start', device);
  await restAnswers();
  await allRun('all services');
  const kept = await lab.rest(device).send('GET', '/mgmt/tm/gtm/pool/a/~Common~kept');
  assert.equal(kept.status, 200);
});

test(
  'a full disk: writes are refused in words, processes come back, all is well when there is room',
  {
    skip,
  },
  async (t) => {
    const folder = lab.folder(device);
    const copy = `${folder}.copy`;
    await fault(lab, 'kill', `${device}:all`);
    cpSync(folder, copy, { recursive: true, filter: (path) => !path.endsWith('.sock') });
    await runChecked('mount', ['-t', 'tmpfs', '-o', 'size=24M', 'tmpfs', folder]);
    t.after(async () => {
      if ((await pidsOf(lab, device, 'own')).length > 0) await fault(lab, 'kill', `${device}:all`);
      await runChecked('umount', ['-l', folder]);
      rmSync(copy, { recursive: true });
    });
    cpSync(copy, folder, { recursive: true });
    mkdirSync(join(folder, 'run'), { recursive: true });
    await fault(lab, 'start', device);
    await restAnswers();
    await run('dd', ['if=/dev/zero', `of=${join(folder, 'fill')}`, 'bs=4k']);
    assert.equal(await createPool('refused'), 503);
    for (const service of ['monitor', 'dns']) await fault(lab, 'kill', `${device}:${service}`);
    await allRun('services on a full disk');
    rmSync(join(folder, 'fill'));
    assert.equal(await createPool('accepted'), 200);
  },
);
