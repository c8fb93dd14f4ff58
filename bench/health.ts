/**
 * `node bench/health.ts [--sites N] [--virtuals N] [--rounds N] [--changes N]`: health over real iQuery. This process is
 * a global device's control, the dns process is the product's own, the local devices are a third process: from a
 * change at a local device to another answer, while N other virtual servers change each second. JSON on standard output.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { createAppliedTracker } from '../src/config/applied.ts';
import { createStateRegistry } from '../src/config/runtime-state.ts';
import { createConfigStore } from '../src/config/store/store.ts';
import { startGtm } from '../src/gtm/control/gtm.ts';
import { noGeography } from '../src/gtm/test-support.ts';
import { createGuestBook } from '../src/monitor/guests.ts';
import { systemClock, waitUntil } from '../src/platform/clock.ts';
import { serveDatagrams } from '../src/platform/datagram.ts';
import { devicePaths } from '../src/platform/device-paths.ts';
import { makeFolder } from '../src/platform/files.ts';
import { silentLog } from '../src/platform/log.ts';
import {
  configuration,
  globalName,
  makeTrust,
  startDeviceChannel,
  type Size,
} from './health/world.ts';

const { values } = parseArgs({
  options: {
    sites: { type: 'string', default: '50' },
    virtuals: { type: 'string', default: '1000' },
    rounds: { type: 'string', default: '200' },
    changes: { type: 'string', default: '20' },
  },
});
const size: Size = { sites: Number(values.sites), virtuals: Number(values.virtuals) };
const startMilliseconds = 120_000;
const own = (name: string): string => new URL(name, import.meta.url).pathname;

const folder = mkdtempSync(join(tmpdir(), 'bench-health-'));
try {
  await makeTrust(folder, size);
  const answers = await changeToAnswer();
  const rows = { 'change to answer, ms': answers };
  process.stdout.write(`${JSON.stringify(rows, undefined, 2)}\n`);
} finally {
  rmSync(folder, { recursive: true });
}
process.exit();

async function changeToAnswer(): Promise<object> {
  const paths = devicePaths(folder);
  makeFolder(paths.run);
  makeFolder(join(paths.root, 'data'));
  const dns = spawn(process.execPath, [own('../src/cmd/dns.ts'), '--config', folder], {
    stdio: ['ignore', 'inherit', 'inherit'],
  });
  const words = [size.sites, size.virtuals, values.rounds, values.changes].map(String);
  const sites = spawn(process.execPath, [own('health/sites.ts'), folder, ...words], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  try {
    const said = (): Promise<string> =>
      new Promise((resolve, reject) => {
        sites.stdout.once('data', (data) => resolve(String(data)));
        sites.once('exit', (code) => reject(new Error(`the sites ended with ${code}`)));
      });
    const dnsPort = await freePort();
    const port = Number(await said());
    const device = await startGlobal(port, dnsPort, paths.dnsSocket);
    const started = systemClock.monotonicMilliseconds();
    await waitUntil(systemClock, 'reports of all sites', startMilliseconds, () =>
      [...device.statuses().wideIps.values()].every(
        ({ availability }) => availability === 'available',
      ),
    );
    const upSeconds = Math.round(systemClock.monotonicMilliseconds() - started) / 1_000;
    const before = process.cpuUsage();
    sites.stdin.write(`${dnsPort}\n`);
    const spread = JSON.parse(await said()) as object;
    const { system, user } = process.cpuUsage(before);
    const cpuSecondsOfControl = (system + user) / 1_000_000;
    const megabytesOfControl = process.memoryUsage().rss >> 20;
    return { ...spread, upSeconds, cpuSecondsOfControl, megabytesOfControl };
  } finally {
    await Promise.all([dns, sites].map(ended));
  }
}

async function ended(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const gone = new Promise((resolve) => void child.once('exit', resolve));
  child.kill();
  await gone;
}

async function startGlobal(iqueryPort: number, dnsPort: number, dnsSocket: string) {
  const store = createConfigStore({
    path: join(folder, 'config.db'),
    deviceName: globalName,
    clock: systemClock,
  });
  const operations = configuration(size, dnsPort);
  const done = store.commit({ origin: { user: 'admin', source: 'rest' }, operations });
  if (!done.ok) throw new Error(JSON.stringify(done.faults));
  const table = { get: () => undefined, entries: () => new Map().entries() };
  return startGtm({
    store,
    state: createStateRegistry(),
    applied: createAppliedTracker(systemClock),
    channel: await startDeviceChannel(folder, globalName, '127.7.1.1', 0),
    health: {
      guests: createGuestBook(() => undefined),
      paths: { measure: async () => undefined },
      table: () => table,
      onChange: () => () => undefined,
    },
    iqueryPort,
    isActiveFor: () => false,
    onActiveChange: () => undefined,
    zoneAccess: () => undefined,
    geography: noGeography.current,
    dnsSocket,
    clock: systemClock,
    log: silentLog,
  });
}

async function freePort(): Promise<number> {
  const taken = await serveDatagrams('127.0.0.1', 0, () => undefined);
  taken.close();
  return taken.port;
}
