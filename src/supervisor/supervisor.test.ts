import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, test } from 'node:test';
import { present } from '../base/assert.ts';
import { systemClock, waitUntil } from '../platform/clock.ts';
import { makeFolder } from '../platform/files.ts';
import { type DevicePaths, devicePaths } from '../platform/device-paths.ts';
import { connectEngines, type EngineControl } from '../platform/engines.ts';
import {
  identify,
  isAlive,
  type ProcessIdentity,
  sendSignal,
  spawnDetached,
} from '../platform/processes.ts';
import { findLeftovers, stopLeftovers } from './supervisor.ts';
import { readRecord } from './unit.ts';

const limit = 10_000;
const sleeper = { name: 'haproxy', program: '/bin/sleep', args: ['601'] };

let paths: DevicePaths;
let clients: EngineControl[] = [];
let supervisors: ProcessIdentity[] = [];

beforeEach(() => {
  paths = devicePaths(mkdtempSync(join(tmpdir(), 'sv-')));
});

afterEach(async () => {
  for (const client of clients) client.close();
  for (const supervisor of supervisors)
    if (isAlive(supervisor)) sendSignal(supervisor.pid, 'SIGKILL');
  await until('supervisors to end', () => !supervisors.some((supervisor) => isAlive(supervisor)));
  await stopLeftovers(paths, systemClock);
  clients = [];
  supervisors = [];
  rmSync(paths.root, { recursive: true });
});

const until = (what: string, isTrue: () => boolean): Promise<void> =>
  waitUntil(systemClock, what, limit, isTrue);

function startFakeDevice(): ProcessIdentity {
  const program = join(import.meta.dirname, 'fixtures', 'fake-device.ts');
  const options = { logFile: join(paths.logs, 'fake.out') };
  const identity = spawnDetached(process.execPath, [program, paths.root], options, () => undefined);
  supervisors.push(present(identity, 'fake device'));
  return present(identity, 'fake device');
}

function connect(): EngineControl {
  const client = connectEngines(paths.supervisorSocket, systemClock);
  clients.push(client);
  return client;
}

function pidOf(name: string): number {
  const record = readRecord(join(paths.run, `${name}.pid`));
  return record !== undefined && isAlive(record) ? record.pid : 0;
}

test('starts services and engines, and starts them again when they die', async () => {
  startFakeDevice();
  const client = connect();
  const exits: string[] = [];
  client.onExit((name, status) => exits.push(`${name}: ${status}`));
  client.ensure(sleeper);
  await until('haproxy', () => client.status('haproxy')?.state === 'running');
  await until('control', () => pidOf('control') > 0);
  const [engine, control] = [pidOf('haproxy'), pidOf('control')];
  sendSignal(engine, 'SIGKILL');
  sendSignal(control, 'SIGKILL');
  await until('both exits to be told', () => exits.length === 2);
  assert.deepEqual(exits.toSorted(), ['control: signal SIGKILL', 'haproxy: signal SIGKILL']);
  await until('a new haproxy', () => pidOf('haproxy') > 0 && pidOf('haproxy') !== engine);
  await until('a new control', () => pidOf('control') > 0 && pidOf('control') !== control);
  await until('the exit to be counted', () => client.status('haproxy')?.exits === 1);
});

test('a new supervisor adopts what the dead one left, and sees it die', async () => {
  const first = startFakeDevice();
  const client = connect();
  client.ensure(sleeper);
  await until('all to run', () => pidOf('haproxy') > 0 && pidOf('control') > 0);
  const [engine, control] = [pidOf('haproxy'), pidOf('control')];
  sendSignal(first.pid, 'SIGKILL');
  await until('the supervisor to die', () => !isAlive(first));
  assert.notEqual(identify(engine), undefined);
  const left = findLeftovers(paths).map((group) => group.map(({ name }) => name));
  assert.deepEqual(left, [['control'], [], ['failover'], ['haproxy']]);
  startFakeDevice();
  const second = connect();
  await until('haproxy to be adopted', () => second.status('haproxy')?.pid === engine);
  assert.equal(pidOf('control'), control);
  const exits: string[] = [];
  second.onExit((name) => exits.push(name));
  sendSignal(engine, 'SIGKILL');
  await until('the death to be told', () => exits.includes('haproxy'));
  await until('a new haproxy', () => pidOf('haproxy') > 0 && pidOf('haproxy') !== engine);
});

test('an engine with other arguments replaces the running one; stop ends it for good', async () => {
  startFakeDevice();
  const client = connect();
  client.ensure(sleeper);
  await until('haproxy', () => pidOf('haproxy') > 0);
  const before = pidOf('haproxy');
  client.ensure({ ...sleeper, args: ['602'] });
  await until('another haproxy', () => pidOf('haproxy') > 0 && pidOf('haproxy') !== before);
  assert.equal(identify(before), undefined);
  client.stop('haproxy');
  await until(
    'haproxy to be gone',
    () => client.status('haproxy') === undefined && pidOf('haproxy') === 0,
  );
});

test('what somebody stops stays so, whatever is ensured, until it is started', async () => {
  startFakeDevice();
  const client = connect();
  const exits: string[] = [];
  client.onExit((name, status) => exits.push(`${name}: ${status}`));
  let services = '';
  client.onStatus((_, units) => {
    services = units.map(({ name, state }) => `${name} ${state}`).join(', ');
  });
  client.ensure(sleeper);
  await until('all to run', () => pidOf('haproxy') > 0 && pidOf('failover') > 0);
  const [engine, failover] = [pidOf('haproxy'), pidOf('failover')];
  client.order('haproxy', 'stop');
  client.order('failover', 'stop');
  await until('the engine to be stopped', () => client.status('haproxy')?.state === 'stopped');
  await until('the service', () => services === 'failover stopped, control running');
  assert.deepEqual(exits.toSorted(), ['failover: stop ordered', 'haproxy: stop ordered']);
  client.ensure({ ...sleeper, args: ['603'] });
  client.order('control', 'restart');
  await until('control to be told of', () => exits.includes('control: restart ordered'));
  assert.deepEqual([pidOf('haproxy'), identify(engine)], [0, undefined]);
  client.order('haproxy', 'start');
  client.order('failover', 'start');
  client.order('nobody', 'restart');
  await until('both to run', () => pidOf('haproxy') > 0 && pidOf('failover') > 0);
  assert.notEqual(pidOf('failover'), failover);
  assert.deepEqual(readRecord(join(paths.run, 'haproxy.pid'))?.args, ['603']);
});

test('SIGTERM stops everything, also what is suspended', async () => {
  const supervisor = startFakeDevice();
  const client = connect();
  client.ensure(sleeper);
  await until('all to run', () => pidOf('haproxy') > 0 && pidOf('control') > 0);
  const pids = [pidOf('haproxy'), pidOf('control'), pidOf('failover')];
  sendSignal(pidOf('failover'), 'SIGSTOP');
  client.close();
  sendSignal(supervisor.pid, 'SIGTERM');
  await until('the supervisor to end', () => !isAlive(supervisor));
  assert.deepEqual(
    pids.map((pid) => identify(pid)),
    [undefined, undefined, undefined],
  );
});

test('damaged files in run/ do not keep it from starting', async () => {
  makeFolder(paths.run);
  writeFileSync(join(paths.run, 'control.pid'), Uint8Array.of(0, 255, 1));
  writeFileSync(join(paths.run, 'failover.pid'), 'null');
  for (const text of ['[{"name":', '[{"name":"x"}, 5]', '{}', 'null']) {
    writeFileSync(join(paths.run, 'engines.json'), text);
    const supervisor = startFakeDevice();
    const client = connect();
    client.ensure(sleeper);
    await until('all to run', () => pidOf('haproxy') > 0 && pidOf('control') > 0);
    client.close();
    sendSignal(supervisor.pid, 'SIGTERM');
    await until('the supervisor to end', () => !isAlive(supervisor));
  }
});
