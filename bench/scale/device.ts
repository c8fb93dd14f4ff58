/** The device under test: one namespace, the product's own start, and what the kernel says of its processes. */
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { hashPassword } from '../../src/config/store/password.ts';
import { createConfigStore } from '../../src/config/store/store.ts';
import type { Operation } from '../../src/config/types.ts';
import { systemClock, waitUntil } from '../../src/platform/clock.ts';
import { devicePaths } from '../../src/platform/device-paths.ts';
import { run, runChecked } from '../../src/platform/process.ts';
import { systemRandom } from '../../src/platform/random.ts';
import { monitorOperation, network, serviceOperations } from './configuration.ts';

export const managementAddress = '127.0.0.1';
export const password = 'scale-bench-1';
const hostname = 'scale.example.net';
const launcher = join(import.meta.dirname, '..', '..', 'src', 'cmd', 'cli.ts');
const webServer = join(import.meta.dirname, '..', '..', 'lab', 'nodes', 'web-server.ts');
/** Two objects a virtual server; how many services one commit of the fixture holds. */
const servicesPerCommit = 500;
const startLimitMilliseconds = 60_000;

export interface Device {
  readonly folder: string;
  readonly paths: ReturnType<typeof devicePaths>;
  pid(service: string): Promise<number>;
  down(): Promise<void>;
}

export function makeFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'ek-scale-'));
  const file = { hostname, managementAddress, adminPassword: password };
  writeFileSync(join(folder, 'device.json'), JSON.stringify(file), { mode: 0o600 });
  return folder;
}

/** Writes the journal as transactions would have; returns its size. */
export async function seed(
  folder: string,
  virtuals: number,
  intervalSeconds: number,
): Promise<{ readonly seconds: number; readonly bytes: number }> {
  const started = performance.now();
  const paths = devicePaths(folder);
  mkdirSync(join(folder, 'data'), { recursive: true, mode: 0o700 });
  const store = createConfigStore({
    path: paths.database,
    deviceName: hostname,
    clock: systemClock,
  });
  const commit = (operations: readonly Operation[]): void => {
    const outcome = store.commit({ origin: { user: 'bench', source: 'load' }, operations });
    if (!outcome.ok) throw new Error(JSON.stringify(outcome.faults.slice(0, 3)));
  };
  const hash = await hashPassword(password, systemRandom);
  commit([
    {
      kind: 'modify',
      component: 'sys global-settings',
      name: '',
      properties: { hostname },
    },
    {
      kind: 'modify',
      component: 'auth user',
      name: 'admin',
      properties: { 'encrypted-password': hash },
    },
    ...(intervalSeconds > 0 ? [monitorOperation(intervalSeconds)] : []),
  ]);
  for (let first = 0; first < virtuals; first += servicesPerCommit) {
    const operations: Operation[] = [];
    for (let index = first; index < Math.min(virtuals, first + servicesPerCommit); index += 1) {
      operations.push(...serviceOperations(index, intervalSeconds > 0));
    }
    commit(operations);
  }
  store.close();
  return { seconds: (performance.now() - started) / 1000, bytes: statSync(paths.database).size };
}

export async function prepareNetwork(): Promise<void> {
  await runChecked('ip', ['link', 'set', 'lo', 'up']);
  await runChecked('ip', ['route', 'add', 'local', network, 'dev', 'lo']);
}

/** Answers on every address of the network, at the members' port. */
export function startWebServer(port: number): ChildProcess {
  return spawn(process.execPath, [webServer, 'scale-web', String(port)], { stdio: 'ignore' });
}

/** `nodeOptions` go to every process of the device: `--cpu-prof`. */
export async function startDevice(folder: string, nodeOptions: readonly string[]): Promise<Device> {
  const paths = devicePaths(folder);
  const device = (verb: string, ...more: readonly string[]): Promise<string> =>
    runChecked(
      process.execPath,
      [...nodeOptions, launcher, 'device', verb, '--config', folder, ...more],
      { timeoutMilliseconds: startLimitMilliseconds },
    );
  await device('up');
  return {
    folder,
    paths,
    async pid(service) {
      const status = await run(process.execPath, [
        launcher,
        'device',
        'status',
        '--config',
        folder,
        '--json',
      ]);
      // Written by our own `device status --json`.
      const units = JSON.parse(status.stdout) as {
        readonly services: readonly { readonly name: string; readonly pid: number }[];
        readonly engines: readonly { readonly name: string; readonly pid: number }[];
      };
      const unit = [...units.services, ...units.engines].find((one) => one.name === service);
      if (unit === undefined) throw new Error(`no ${service} among the device's processes`);
      return unit.pid;
    },
    async down() {
      await device('down');
    },
  };
}

export function removeFolder(folder: string): void {
  rmSync(folder, { recursive: true, force: true });
}

/** MiB: resident now, and at most so far. */
export function memoryOf(pid: number): { readonly now: number; readonly peak: number } {
  const text = readFileSync(`/proc/${pid}/status`, 'utf8');
  const kilobytes = (name: string): number =>
    Number(new RegExp(`^${name}:\\s+(\\d+) kB$`, 'm').exec(text)?.[1] ?? Number.NaN);
  return {
    now: Math.round(kilobytes('VmRSS') / 1024),
    peak: Math.round(kilobytes('VmHWM') / 1024),
  };
}

/** Seconds of processor time that a process has used so far, and how long it has lived. */
export function timesOf(pid: number): { readonly used: number; readonly lived: number } {
  const ticksPerSecond = 100;
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  const uptime = Number(readFileSync('/proc/uptime', 'utf8').split(' ')[0]);
  return {
    used: (Number(fields[11]) + Number(fields[12])) / ticksPerSecond,
    lived: uptime - Number(fields[19]) / ticksPerSecond,
  };
}

/** Rejects after the limit with what the last try said. */
export async function untilTrue(
  what: string,
  limitSeconds: number,
  ask: () => Promise<boolean>,
): Promise<void> {
  let last = '';
  const isTrue = async (): Promise<boolean> => {
    try {
      return await ask();
    } catch (error) {
      last = error instanceof Error ? error.message : String(error);
      return false;
    }
  };
  await waitUntil(systemClock, what, limitSeconds * 1000, isTrue).catch((error: unknown) => {
    throw new Error(`${what}: ${last}`, { cause: error });
  });
}
