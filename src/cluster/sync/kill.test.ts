import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { after, before, test } from 'node:test';
import { createConfigStore } from '../../config/store/store.ts';
import { sleep, systemClock, waitUntil } from '../../platform/clock.ts';
import { devicePaths } from '../../platform/device-paths.ts';
import { adminPassword, TestDevice } from '../test-device.ts';
import { roundOperations, roundsIn } from './fixtures/round.ts';

const [here, there] = ['a.kill', 'b.kill'] as const;
const addresses = ['127.0.31.1', '127.0.31.2'] as const;
const longMilliseconds = 60_000;
const rounds = process.env['EVENKEEL_TEST_LONG'] === undefined ? 2 : 40;
const fixture = join(import.meta.dirname, 'fixtures', 'member.ts');
const folder = mkdtempSync(join(tmpdir(), 'evenkeel-kill-'));

const a = new TestDevice(here, addresses[0], 0);
let child: ChildProcess | undefined;
const told: string[] = [];
let round = 0;

before(() => a.start());
after(async () => {
  child?.kill('SIGKILL');
  await a.destroy();
  rmSync(folder, { recursive: true, force: true });
});

const until = (what: string, isTrue: () => boolean): Promise<void> =>
  waitUntil(systemClock, what, longMilliseconds, isTrue, 5);

/** Gives its REST port. */
async function startChild(): Promise<number> {
  told.length = 0;
  const started = spawn(
    process.execPath,
    [fixture, there, addresses[1], String(a.iqueryPort), folder],
    { stdio: ['pipe', 'pipe', 'inherit'] },
  );
  child = started;
  createInterface({ input: started.stdout }).on('line', (line) => told.push(line));
  await until('the other device', () => told.length > 0);
  return Number(told[0]);
}

async function kill(): Promise<void> {
  const killed = child;
  assert.ok(killed);
  const ended = once(killed, 'exit');
  killed.kill('SIGKILL');
  await ended;
}

/** What the killed device has on its disk. */
function roundsOnDisk(): readonly string[] {
  const { database } = devicePaths(folder);
  const store = createConfigStore({ path: database, deviceName: there, clock: systemClock });
  const found = roundsIn(store);
  store.close();
  return found;
}

function isInSync(): boolean {
  const group = a.parts.sync.groups().find(({ planned }) => planned.label === 'dg')?.group;
  const state = group?.state();
  const theirs = state?.peers[there];
  return (
    state !== undefined &&
    theirs?.isConnected === true &&
    !state.own.hasPending &&
    theirs.state?.hash === state.own.hash
  );
}

test('a pair synchronises by itself', async () => {
  a.setConfigsyncIp();
  const devicePort = await startChild();
  const joined = await a.ask('POST', '/mgmt/tm/cm/add-to-trust', {
    command: 'run',
    name: 'Root',
    caDevice: true,
    device: addresses[1],
    deviceName: there,
    username: 'admin',
    password: adminPassword,
    devicePort,
  });
  assert.equal(joined.status, 200, JSON.stringify(joined.json));
  const group = { name: 'dg', type: 'sync-failover', autoSync: 'enabled', devices: [here, there] };
  await a.ask('POST', '/mgmt/tm/cm/device-group', group);
  const made = (): ReturnType<typeof a.parts.sync.groups>[number] | undefined =>
    a.parts.sync.groups().find(({ planned }) => planned.label === 'dg');
  await until('each other', () => made()?.group.state().peers[there]?.state !== undefined);
  made()?.group.push(false);
  await until('In Sync', isInSync);
});

/** Small ones as commits, large ones as full loads; killed at once, and later and later. */
const fillerBytes = (index: number): number => (index % 2 === 0 ? 0 : 3_000_000);
const patience = (index: number): number => (index * 37) % 200;

test('killed while it takes a certificate, its key and a monitor: all of them or none', async () => {
  for (let index = 0; index < rounds; index += 1) {
    round += 1;
    const before = `round ${round - 1}`;
    const done = a.commit(...roundOperations(a.store, round, fillerBytes(index)));
    assert.ok(done.ok, JSON.stringify(done));
    await sleep(systemClock, patience(index));
    await kill();
    const [found = '', ...others] = roundsOnDisk();
    assert.deepEqual(others, []);
    assert.ok([`round ${round}`, before, 'nothing'].includes(found), found);
    await startChild();
    // The same hash: the same certificate, key and script.
    await until('In Sync again', isInSync);
  }
});

test('killed while it sends them: the other has all of them or none, and gets what was acknowledged', async () => {
  const halves: string[] = [];
  const stop = a.store.onCommit(() => {
    const found = roundsIn(a.store);
    if (found.length > 1) halves.push(found.join());
  });
  for (let index = 0; index < rounds; index += 1) {
    round += 1;
    child?.stdin?.write(`${round} ${fillerBytes(index)}\n`);
    await until('the acknowledgement', () => told.includes(String(round)));
    await sleep(systemClock, patience(index));
    await kill();
    assert.deepEqual(roundsOnDisk(), [`round ${round}`]);
    await startChild();
    await until('In Sync again', () => isInSync() && roundsIn(a.store)[0] === `round ${round}`);
  }
  stop();
  assert.deepEqual(halves, []);
});
