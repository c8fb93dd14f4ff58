/** f5-cloud-libs from npm, unchanged, on two real devices: onboarding, then a cluster of both. */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { downLab, openLab, upLab } from '../../lab/lab.ts';
import { isRoot } from '../../src/platform/processes.ts';
import { clientPackage } from './packages.ts';

interface Retry {
  readonly maxRetries: number;
  readonly retryIntervalMs: number;
}
type Answer = Readonly<Record<string, unknown>>;
/** The parts of the package's BigIp that are used here. */
interface BigIp {
  init(host: string, user: string, password: string, options: object): Promise<unknown>;
  ready(retry: Retry): Promise<unknown>;
  active(retry: Retry): Promise<unknown>;
  list(path: string, options?: object, retry?: Retry): Promise<Answer>;
  create(path: string, body: object, options?: object, retry?: Retry): Promise<Answer>;
  createOrModify(path: string, body: object, options?: object, retry?: Retry): Promise<Answer>;
  transaction(commands: readonly object[], retry: Retry): Promise<Answer>;
  runTask(path: string, body: object): Promise<unknown>;
  save(file: undefined, retry: Retry): Promise<unknown>;
  ping(address: string, retry: Retry): Promise<unknown>;
  readonly onboard: {
    globalSettings(settings: object, retry: Retry): Promise<Answer>;
    hostname(name: string, retry: Retry): Promise<unknown>;
    updateUser(user: string, password: string, role: string): Promise<Answer>;
    setDbVars(values: object, retry: Retry): Promise<unknown>;
    provision(settings: object): Promise<unknown>;
  };
  readonly cluster: {
    configSyncIp(address: string, retry: Retry): Promise<Answer>;
    createDeviceGroup(
      name: string,
      type: string,
      devices: readonly string[],
      options: object,
      retry: Retry,
    ): Promise<unknown>;
    joinCluster(
      group: string,
      host: string,
      user: string,
      password: string,
      isLocal: boolean,
      options: object,
    ): Promise<unknown>;
    sync(direction: string, group: string, force: boolean, retry: Retry): Promise<unknown>;
    syncComplete(retry: Retry): Promise<unknown>;
    getCmSyncStatus(): Promise<{ connected: string[]; disconnected: string[] }>;
  };
  readonly gtm: {
    updateServer(name: string, servers: readonly object[], options?: object): Promise<Answer>;
    updatePool(
      name: string,
      server: string,
      members: readonly object[],
      options?: object,
    ): Promise<Answer>;
  };
}

const loaded = (await clientPackage('@f5devcentral/f5-cloud-libs')) as
  | { default: { bigIp: new (options: object) => BigIp } }
  | undefined; // The package's documented export.
const missing = loaded === undefined ? 'skipped: f5-cloud-libs is not installed' : undefined;
const options = { skip: missing ?? (isRoot() ? false : 'skipped: a lab needs root') };
const lab = 'cliconf';
const retry = { maxRetries: 20, retryIntervalMs: 500 };
const names = ['nyc-a', 'nyc-b'] as const;
const devices = new Map<string, BigIp>();
let password = '';

before(async () => {
  if (options.skip !== false || loaded === undefined) return;
  await upLab(lab, 'two-sites', () => undefined);
  const opened = openLab(lab);
  password = opened.password();
  for (const name of names) {
    const device = new loaded.default.bigIp({});
    const where = { port: 443, product: 'BIG-IP', retry };
    await device.init(opened.managementAddress(name), 'admin', password, where);
    devices.set(name, device);
  }
});
after(async () => {
  if (options.skip === false) await downLab(lab);
});

function device(name: (typeof names)[number]): BigIp {
  const found = devices.get(name);
  assert.ok(found !== undefined);
  return found;
}

test('cloud-libs: a device is ready, active and onboarded', options, async () => {
  const a = device('nyc-a');
  await a.ready(retry);
  await a.active(retry);
  await a.onboard.hostname('nyc-a.example.net', retry);
  const settings = await a.onboard.globalSettings({ guiSetup: 'disabled' }, retry);
  assert.equal(settings['guiSetup'], 'disabled');
  await a.onboard.updateUser('clouduser', 'Correct-Horse-42', 'manager');
  const user = await a.onboard.updateUser('clouduser', 'Correct-Horse-43', 'admin');
  assert.equal(user['name'], 'clouduser');
  await a.onboard.setDbVars({ 'failover.nettimeoutsec': '4' }, retry);
  const variable = await a.list('/tm/sys/db/failover.nettimeoutsec', undefined, retry);
  assert.equal(variable['value'], '4');
  await a.onboard.provision({ ltm: 'nominal', gtm: 'nominal' });
  await a.ping('127.0.0.1', retry);
});

test('cloud-libs: transaction, createOrModify, task and save', options, async () => {
  const a = device('nyc-a');
  const pool = { name: 'cl-pool', monitor: '/Common/http' };
  const done = await a.transaction(
    [
      { method: 'create', path: '/tm/ltm/pool', body: pool },
      { method: 'modify', path: '/tm/ltm/pool/~Common~cl-pool', body: { description: 'both' } },
    ],
    retry,
  );
  assert.equal(done['state'], 'COMPLETED');
  const body = { name: 'cl-pool', partition: 'Common', description: 'again' };
  await a.createOrModify('/tm/ltm/pool', body, undefined, retry);
  const read = await a.list('/tm/ltm/pool/~Common~cl-pool', undefined, retry);
  assert.equal(read['description'], 'again');
  assert.equal(read['monitor'], '/Common/http');
  await a.runTask('/tm/task/sys/config', { command: 'save' });
  // As saveUcs and loadUcs do; these look for the file on the machine that they run on.
  await a.runTask('/tm/task/sys/ucs', { command: 'save', name: '/var/local/ucs/cl.ucs' });
  const noLicense = { name: '/var/local/ucs/cl.ucs', options: [{ 'no-license': true }] };
  await a.runTask('/tm/task/sys/ucs', { command: 'load', ...noLicense });
  await a.save(undefined, retry);
});

test('cloud-libs: gtm servers and pools', options, async () => {
  const a = device('nyc-a');
  await a.create('/tm/gtm/datacenter', { name: 'cl-dc' }, undefined, retry);
  const addresses = [{ name: '198.18.204.1', deviceName: 'cl-host' }];
  const server = { name: 'cl-server', datacenter: 'cl-dc', product: 'generic-host', addresses };
  await a.create('/tm/gtm/server', server, undefined, retry);
  await a.gtm.updateServer('cl-server', [{ name: 'vs1', ip: '198.18.204.10', port: 80 }]);
  await a.create('/tm/gtm/pool/a', { name: 'cl-gpool' }, undefined, retry);
  await a.gtm.updatePool('cl-gpool', 'cl-server', [{ name: 'vs1' }]);
  const members = await a.list('/tm/gtm/pool/a/~Common~cl-gpool/members', undefined, retry);
  assert.equal((members as unknown as readonly unknown[]).length, 1); // Lists come without envelope.
});

test('cloud-libs: two devices join and come In Sync', options, async () => {
  const a = device('nyc-a');
  const b = device('nyc-b');
  const opened = openLab(lab);
  await a.cluster.configSyncIp('198.18.112.11', retry);
  await b.cluster.configSyncIp('198.18.112.12', retry);
  const groupOptions = { autoSync: true, networkFailover: true, fullLoadOnSync: true };
  const members = ['nyc-a.example.net'];
  await a.cluster.createDeviceGroup('clgroup', 'sync-failover', members, groupOptions, retry);
  const first = opened.managementAddress('nyc-a');
  const where = { remotePort: 443, product: 'BIG-IP' };
  await b.cluster.joinCluster('clgroup', first, 'admin', password, false, where);
  await a.cluster.sync('to-group', 'clgroup', true, retry);
  await a.cluster.syncComplete(retry);
  await b.cluster.syncComplete(retry);
  const status = await b.cluster.getCmSyncStatus();
  assert.deepEqual(status, { connected: ['nyc-a.example.net'], disconnected: [] });
  const copy = await b.list('/tm/ltm/pool/~Common~cl-pool', undefined, retry);
  assert.equal(copy['description'], 'again');
});
