/**
 * `node bench/sync.ts [--rounds N] [--objects N]`: configuration sync of two devices, each a process of its own on
 * loopback, without engines. One object changed to In Sync on both, a full load of N objects, and how long answers on
 * the control lane take while about 10 MB come in, with the longest turn on both devices (in CPU time
 * of the thread: what others on the machine do is none of it). A table on standard error, JSON on standard output.
 */
import { spawn } from 'node:child_process';
import { parseArgs } from 'node:util';
import { adminPassword, TestDevice } from '../src/cluster/test-device.ts';
import type { Operation } from '../src/config/types.ts';
import { sleep, systemClock, waitUntil } from '../src/platform/clock.ts';

const { values } = parseArgs({
  options: {
    rounds: { type: 'string', default: '200' },
    objects: { type: 'string', default: '10000' },
    /** Of the first device's iQuery: this process is the second device. */
    port: { type: 'string' },
  },
});

const addresses = ['127.0.29.1', '127.0.29.2'] as const;
const longMilliseconds = 120_000;
const batchedObjects = 2000;
/** An answer that has not come by then counts as that late. */
const answerMilliseconds = 5000;

if (values.port === undefined) process.exitCode = await measure();
else await second(Number(values.port));

/** Tells its REST port, answers on the control lane, and ends with its standard input. */
async function second(port: number): Promise<void> {
  const device = new TestDevice('b.bench', addresses[1], port);
  await device.start();
  device.setConfigsyncIp();
  device.parts.channel.onMessage('witnessRequest', ({ group }, session) =>
    session.send('control', 'witnessAnswer', {
      group,
      accepted: false,
      reason: '',
      addresses: [],
    }),
  );
  process.stdout.write(`${device.restPort}\n`);
  const loop = watchTurns();
  process.stdin.on('data', (data) => {
    // The first question begins a measurement, the second asks for it.
    if (data.length > 0) process.stdout.write(`${loop.longest()}\n`);
  });
  process.stdin.on('end', () => void device.destroy().then(() => process.exit()));
  process.stdin.resume();
}

async function measure(): Promise<number> {
  const device = new TestDevice('a.bench', addresses[0], 0);
  await device.start();
  device.setConfigsyncIp();
  const child = spawn(
    process.execPath,
    [import.meta.filename, '--port', String(device.iqueryPort)],
    {
      stdio: ['pipe', 'pipe', 'inherit'],
    },
  );
  try {
    const answer = (): Promise<number> =>
      new Promise((resolve) => {
        child.stdout.once('data', (data: Buffer) => resolve(Number(data.toString())));
      });
    const restPort = await answer();
    const longestThere = (): Promise<number> => {
      child.stdin.write('?');
      return answer();
    };
    await pair(device, restPort);
    const rows = {
      'one object to In Sync, ms': await oneObject(device, Number(values.rounds)),
      [`full load of ${values.objects} objects to In Sync, ms`]: await fullLoad(
        device,
        Number(values.objects),
      ),
      [`batch of ${batchedObjects} objects to In Sync, ms`]: await batch(device, longestThere),
      'control lane, ms: answers while 10 MB come in': await laneUnderLoad(device, longestThere),
    };
    process.stdout.write(`${JSON.stringify(rows, undefined, 2)}\n`);
    for (const [name, row] of Object.entries(rows)) {
      process.stderr.write(`${name}: ${JSON.stringify(row)}\n`);
    }
    return 0;
  } finally {
    child.stdin.end();
    await new Promise((resolve) => child.once('exit', resolve));
    await device.destroy();
  }
}

/** Milliseconds of CPU that the longest turn since the last look took, up to a millisecond. */
function watchTurns(): { longest(): number; close(): void } {
  const now = (): number => {
    const { user, system } = process.threadCpuUsage();
    return (user + system) / 1000;
  };
  let last = now();
  let longest = 0;
  const close = systemClock.every(1, () => {
    const time = now();
    longest = Math.max(longest, time - last);
    last = time;
  });
  return {
    longest() {
      const found = Math.round(longest * 10) / 10;
      longest = 0;
      return found;
    },
    close,
  };
}

async function pair(device: TestDevice, devicePort: number): Promise<void> {
  const joined = await device.ask('POST', '/mgmt/tm/cm/add-to-trust', {
    command: 'run',
    name: 'Root',
    caDevice: true,
    device: addresses[1],
    deviceName: 'b.bench',
    username: 'admin',
    password: adminPassword,
    devicePort,
  });
  if (joined.status !== 200) throw new Error(JSON.stringify(joined.json));
  await device.ask('POST', '/mgmt/tm/cm/device-group', {
    name: 'dg',
    type: 'sync-failover',
    autoSync: 'enabled',
    devices: ['a.bench', 'b.bench'],
  });
  await until(() => groupOf(device)?.state().peers['b.bench']?.state !== undefined);
  groupOf(device)?.push(false);
  await until(() => isInSync(device));
}

function groupOf(device: TestDevice) {
  return device.parts.sync.groups().find(({ planned }) => planned.label === 'dg')?.group;
}

function isInSync(device: TestDevice): boolean {
  const state = groupOf(device)?.state();
  if (state === undefined || state.own.hasPending) return false;
  return Object.values(state.peers).every((peer) => peer.state?.hash === state.own.hash);
}

function until(isTrue: () => boolean): Promise<void> {
  return waitUntil(systemClock, 'the other device', longMilliseconds, isTrue, 1);
}

function pool(name: string, description: string): Operation {
  return {
    kind: 'create',
    component: 'ltm pool',
    name: `/Common/${name}`,
    properties: { description },
  };
}

interface Spread {
  readonly p50: number;
  readonly p95: number;
  readonly worst: number;
}

function spread(times: readonly number[]): Spread {
  const sorted = times.toSorted((one, two) => one - two);
  const at = (share: number): number =>
    Math.round((sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0) * 10) /
    10;
  return { p50: at(0.5), p95: at(0.95), worst: at(1) };
}

async function oneObject(device: TestDevice, rounds: number): Promise<Spread> {
  const times: number[] = [];
  for (let round = 0; round < rounds; round += 1) {
    const begin = systemClock.monotonicMilliseconds();
    device.commit(pool(`one${round}`, 'x'));
    await until(() => isInSync(device));
    times.push(systemClock.monotonicMilliseconds() - begin);
  }
  return spread(times);
}

async function fullLoad(device: TestDevice, count: number): Promise<number> {
  // So many changes at once are more than the incremental cache holds.
  const begin = systemClock.monotonicMilliseconds();
  const operations = Array.from({ length: count }, (_, index) =>
    pool(`many${index}`, 'y'.repeat(80)),
  );
  const done = device.commit(...operations);
  if (!done.ok) throw new Error(JSON.stringify(done.faults));
  const committed = systemClock.monotonicMilliseconds();
  process.stderr.write(`the commit itself: ${Math.round(committed - begin)} ms\n`);
  await until(() => isInSync(device));
  return Math.round(systemClock.monotonicMilliseconds() - committed);
}

/** As many as the incremental cache holds. */
async function batch(
  device: TestDevice,
  longestThere: () => Promise<number>,
): Promise<{ readonly inSync: number; readonly longestTurnThere: number }> {
  const operations = Array.from({ length: batchedObjects }, (_, index) =>
    pool(`batched${index}`, 'b'),
  );
  const done = device.commit(...operations);
  if (!done.ok) throw new Error(JSON.stringify(done.faults));
  const committed = systemClock.monotonicMilliseconds();
  await longestThere();
  await until(() => isInSync(device));
  const inSync = Math.round(systemClock.monotonicMilliseconds() - committed);
  return { inSync, longestTurnThere: await longestThere() };
}

interface LaneUnderLoad {
  readonly quiet: Spread;
  readonly loaded: Spread;
  /** See `watchTurns`. */
  readonly longestTurnHere: number;
  readonly longestTurnThere: number;
}

async function laneUnderLoad(
  device: TestDevice,
  longestThere: () => Promise<number>,
): Promise<LaneUnderLoad> {
  const session = device.parts.channel.session('b.bench');
  if (session === undefined) throw new Error('no session');
  let answered: (() => void) | undefined;
  device.parts.channel.onMessage('witnessAnswer', () => answered?.());
  const ask = async (): Promise<number> => {
    const begin = systemClock.monotonicMilliseconds();
    await new Promise<void>((resolve) => {
      const cancel = systemClock.after(answerMilliseconds, resolve);
      answered = () => {
        cancel();
        resolve();
      };
      session.send('control', 'witnessRequest', {
        group: 'bench',
        members: [],
        key: new Uint8Array(),
        profile: '',
      });
    });
    return systemClock.monotonicMilliseconds() - begin;
  };
  const quiet: number[] = [];
  for (let round = 0; round < 100; round += 1) quiet.push(await ask());
  const large = Array.from({ length: 200 }, (_, index) =>
    pool(`large${index}`, 'z'.repeat(50_000)),
  );
  const done = device.commit(...large);
  if (!done.ok) throw new Error(JSON.stringify(done.faults));
  // The commit itself was made at once here.
  await sleep(systemClock, 0);
  const loop = watchTurns();
  await longestThere();
  const loaded: number[] = [];
  const end = systemClock.monotonicMilliseconds() + longMilliseconds;
  while (!isInSync(device) && systemClock.monotonicMilliseconds() < end) {
    loaded.push(await ask());
    await sleep(systemClock, 5);
  }
  const longestTurnHere = loop.longest();
  loop.close();
  const longestTurnThere = await longestThere();
  return { quiet: spread(quiet), loaded: spread(loaded), longestTurnHere, longestTurnThere };
}
