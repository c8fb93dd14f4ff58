/** `evenkeel device up|down|status --config DIR`: the supervisor of one device, and how to reach it. */
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { UserError } from '../base/user-error.ts';
import { systemClock, waitUntil } from '../platform/clock.ts';
import { type DevicePaths, devicePaths } from '../platform/device-paths.ts';
import type { EngineStatus, FromSupervisor, ToSupervisor } from '../platform/engines.ts';
import { readPidFile, takePidFile } from '../platform/exclusive.ts';
import { makeFolder, readTextIfPresent, removeIfPresent } from '../platform/files.ts';
import { connectLocal } from '../platform/local-channel.ts';
import { fileLog } from '../platform/log.ts';
import { isAlive, sendSignal, spawnDetached } from '../platform/processes.ts';
import { systemRandom } from '../platform/random.ts';
import { initialPasswordFile, makeInitialPassword } from '../supervisor/first-boot.ts';
import { checkHost, checkManagementPort, readDeviceFile } from '../supervisor/preflight.ts';
import {
  findLeftovers,
  type Leftover,
  stopLeftovers,
  Supervisor,
} from '../supervisor/supervisor.ts';
import type { UnitSpec } from '../supervisor/unit.ts';

const usage =
  'usage: evenkeel device up --config DIR [--foreground] | down --config DIR | status --config DIR [--json]';
const startLimitMilliseconds = 15_000;
const stopLimitMilliseconds = 30_000;
const statusLimitMilliseconds = 2_000;
const exitNotUp = 3;

export async function device(args: readonly string[]): Promise<number> {
  const { positionals, values } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: {
      config: { type: 'string' },
      foreground: { type: 'boolean', default: false },
      json: { type: 'boolean', default: false },
    },
  });
  if (values.config === undefined) throw new UserError(`--config DIR is missing; ${usage}`);
  const paths = devicePaths(resolve(values.config));
  switch (positionals[0]) {
    case 'up':
      return values.foreground ? runInForeground(paths) : up(paths);
    case 'down':
      return down(paths);
    case 'status':
      return showStatus(paths, values.json);
    default:
      throw new UserError(usage);
  }
}

/** The supervisor's own pid file; also the lock against a second one. */
function supervisorPidFile(paths: DevicePaths): string {
  return join(paths.run, 'device.pid');
}

async function preflight(paths: DevicePaths): Promise<{ readonly password: string | undefined }> {
  const file = readDeviceFile(paths);
  checkHost(paths);
  const holder = readPidFile(supervisorPidFile(paths));
  if (holder !== undefined && isAlive(holder)) throw alreadyUp(paths, holder.pid);
  const control = readPidFile(join(paths.run, 'control.pid'));
  if (control === undefined || !isAlive(control)) await checkManagementPort(file);
  makeFolder(paths.run);
  makeFolder(paths.logs);
  makeFolder(paths.secrets);
  return { password: makeInitialPassword(paths, file, systemRandom) };
}

function alreadyUp(paths: DevicePaths, pid: number): UserError {
  return new UserError(
    `the device of ${paths.root} is up already (pid ${pid}): see evenkeel device status --config ${paths.root}`,
  );
}

/** Starts the supervisor in a session of its own and waits until it has started everything. */
async function up(paths: DevicePaths): Promise<number> {
  const { password } = await preflight(paths);
  const file = readDeviceFile(paths);
  const logFile = join(paths.logs, 'device.out');
  const options = { logFile };
  let endedWith: string | undefined;
  const args = [...process.execArgv, ...mainOf('cli'), 'device', 'up'];
  spawnDetached(
    process.execPath,
    [...args, '--foreground', '--config', paths.root],
    options,
    (status) => {
      endedWith = status;
    },
  );
  await waitUntil(systemClock, 'the supervisor', startLimitMilliseconds, async () => {
    if (endedWith !== undefined) {
      const said = (readTextIfPresent(logFile) ?? '').trim().split('\n').at(-1) ?? '';
      throw new UserError(`the device did not start (${endedWith}): ${said}`);
    }
    return (await askStatus(paths, 100)) !== undefined;
  });
  const port = file.managementPort === undefined ? '' : `:${file.managementPort}`;
  const host = file.managementAddress.includes(':')
    ? `[${file.managementAddress}]`
    : file.managementAddress;
  process.stdout.write(`${file.hostname} is up: https://${host}${port}/\n`);
  if (password !== undefined) {
    const where = initialPasswordFile(paths);
    process.stdout.write(`first start: user admin, password ${password} (also in ${where})\n`);
  }
  return 0;
}

async function runInForeground(paths: DevicePaths): Promise<number> {
  await preflight(paths);
  const holder = takePidFile(supervisorPidFile(paths));
  if (holder !== undefined) throw alreadyUp(paths, holder.pid);
  const log = fileLog(join(paths.logs, 'device.log'), 'device');
  const supervisor = new Supervisor({
    paths,
    services: services(paths),
    clock: systemClock,
    log,
  });
  await supervisor.start();
  log.write('notice', 'device is up');
  await new Promise<void>((done) => {
    process.once('SIGTERM', done);
    process.once('SIGINT', done);
  });
  log.write('notice', 'device goes down');
  await supervisor.stop();
  removeIfPresent(supervisorPidFile(paths));
  return 0;
}

/** Started in this order: addresses are fenced before anything could answer on them. */
function services(paths: DevicePaths): readonly UnitSpec[] {
  const service = (name: string, oomScoreAdjust: number): UnitSpec => ({
    name,
    program: process.execPath,
    args: [...process.execArgv, ...mainOf(name), '--config', paths.root],
    oomScoreAdjust,
  });
  return [
    service('failover', -900),
    service('monitor', -300),
    service('dns', -500),
    service('control', -300),
  ];
}

function mainOf(name: string): readonly string[] {
  return [join(import.meta.dirname, `${name}.ts`)];
}

async function down(paths: DevicePaths): Promise<number> {
  const holder = readPidFile(supervisorPidFile(paths));
  if (holder !== undefined && isAlive(holder)) {
    sendSignal(holder.pid, 'SIGTERM');
    await waitUntil(
      systemClock,
      'the device to stop',
      stopLimitMilliseconds,
      () => !isAlive(holder),
    );
    process.stdout.write(`the device of ${paths.root} is down\n`);
    return 0;
  }
  const ended = await stopLeftovers(paths, systemClock);
  removeIfPresent(supervisorPidFile(paths));
  process.stdout.write(
    ended === 0
      ? `the device of ${paths.root} was not up\n`
      : `the device of ${paths.root} is down; its supervisor was dead, ${ended} processes were left\n`,
  );
  return 0;
}

interface DeviceStatus {
  readonly services: readonly EngineStatus[];
  readonly engines: readonly EngineStatus[];
}

async function showStatus(paths: DevicePaths, asJson: boolean): Promise<number> {
  const status = await askStatus(paths, statusLimitMilliseconds);
  if (status === undefined) {
    const left = findLeftovers(paths).flat();
    process.stdout.write(asJson ? `${notUpAsJson(left)}\n` : `${notUp(paths, left)}\n`);
    return exitNotUp;
  }
  if (asJson) {
    process.stdout.write(`${JSON.stringify({ up: true, ...status })}\n`);
    return 0;
  }
  for (const unit of [...status.services, ...status.engines]) {
    const since = new Date(unit.startedAt).toISOString();
    process.stdout.write(
      `${unit.name.padEnd(10)} ${unit.state.padEnd(10)} pid ${String(unit.pid).padEnd(8)} since ${since}  restarts ${unit.exits}\n`,
    );
  }
  return 0;
}

function notUpAsJson(left: readonly Leftover[]): string {
  return JSON.stringify({
    up: false,
    unsupervised: left.map(({ name, identity }) => ({ name, pid: identity.pid })),
  });
}

/** A dead supervisor takes nothing down with it: whoever asks must not believe that all is off. */
function notUp(paths: DevicePaths, left: readonly Leftover[]): string {
  if (left.length === 0) return `the device of ${paths.root} is not up`;
  const names = left.map(({ name, identity }) => `${name} (pid ${identity.pid})`).join(', ');
  return (
    `the supervisor of ${paths.root} is dead; still running, but not started again when they die: ${names}; ` +
    `cure: evenkeel device up --config ${paths.root}`
  );
}

function askStatus(paths: DevicePaths, limit: number): Promise<DeviceStatus | undefined> {
  return new Promise((done) => {
    const finish = (status: DeviceStatus | undefined): void => {
      cancel();
      peer.close();
      done(status);
    };
    const cancel = systemClock.after(limit, () => finish(undefined));
    const peer = connectLocal<FromSupervisor, ToSupervisor>(paths.supervisorSocket, systemClock, {
      onOpen: () => undefined,
      onMessage(message) {
        if (message.type !== 'engines') return;
        finish({ services: message.services ?? [], engines: message.engines });
      },
      onClose: () => undefined,
    });
  });
}
