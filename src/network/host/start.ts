/**
 * Brings the host that the device owns (`ownsHost` in device.json) to `sys dns`, `ntp`, `sshd` and the hostname. What
 * fails is tried again; what others change is put right.
 */
import type { AppliedTracker } from '../../config/applied.ts';
import type { ConfigStore } from '../../config/types.ts';
import type { Clock } from '../../platform/clock.ts';
import type { HostFiles } from '../../platform/host-files.ts';
import type { Log } from '../../platform/log.ts';
import { type HostFile, concernsHost, planHost } from './plan.ts';

export const hostEngine = 'host';

/** Runs a program of the host; undefined when it has no such program. */
export type HostProgram = (
  command: readonly string[],
) => Promise<{ readonly status: number; readonly stderr: string } | undefined>;

export interface HostOptions {
  readonly store: ConfigStore;
  readonly applied: AppliedTracker;
  readonly clock: Clock;
  readonly log: Log;
  readonly files: HostFiles;
  readonly run: HostProgram;
}

const checkMilliseconds = 30_000;

export function startHost(options: HostOptions): { close(): void } {
  const { store, applied, clock, log } = options;
  applied.register(hostEngine);
  let isDirty = false;
  let isWorking = false;
  let isClosed = false;
  let told = '';
  const work = async (): Promise<void> => {
    isDirty = true;
    if (isWorking) return;
    isWorking = true;
    while (isDirty) {
      if (isClosed) break;
      isDirty = false;
      const { sequence } = store.view();
      const problems = await bring(options);
      const reason = problems.join('; ');
      if (reason !== told && reason !== '') log.write('err', `host: ${reason}`);
      told = reason;
      const state =
        reason === '' ? ({ state: 'applied' } as const) : ({ state: 'failed', reason } as const);
      applied.mark(hostEngine, sequence, state);
    }
    isWorking = false;
  };
  const leave = [
    store.onCommit((commit, _before, after) => {
      if (concernsHost(commit.changes)) void work();
      else if (!isWorking && told === '') {
        applied.mark(hostEngine, after.sequence, { state: 'applied' });
      }
    }),
    clock.every(checkMilliseconds, () => void work()),
  ];
  void work();
  return {
    close() {
      isClosed = true;
      for (const one of leave) one();
    },
  };
}

/** What could not be done. */
async function bring(options: HostOptions): Promise<readonly string[]> {
  const { store, files } = options;
  const plan = planHost(store.view(), files.has('/etc/chrony'));
  const problems: string[] = [];
  for (const file of plan.files) {
    const problem = await replace(options, file);
    if (problem !== undefined) problems.push(problem);
  }
  const { timezone, hostname } = plan;
  if (timezone !== undefined) problems.push(...setTimezone(files, timezone));
  if (hostname !== undefined) {
    const set = await options.run(['hostname', hostname]);
    if (set !== undefined && set.status !== 0) problems.push(`hostname: ${set.stderr.trim()}`);
  }
  return problems;
}

async function replace(
  { files, run, log }: HostOptions,
  { path, text, check, reload }: HostFile,
): Promise<string | undefined> {
  const former = files.read(path);
  if (former === text) return undefined;
  try {
    put(files, path, text);
    const checked = check === undefined ? undefined : await run(check);
    if (checked !== undefined && checked.status !== 0) {
      put(files, path, former);
      return `${path} was not changed: ${checked.stderr.trim()}`;
    }
    const reloaded = reload === undefined ? undefined : await run(reload);
    log.write('notice', `host: ${path} ${text === undefined ? 'removed' : 'written'}`);
    if (reloaded !== undefined && reloaded.status !== 0) {
      return `${(reload ?? []).join(' ')}: ${reloaded.stderr.trim()}`;
    }
    return undefined;
  } catch (error) {
    return `${path}: ${error instanceof Error ? error.message : String(error)}`;
  }
}

function put(files: HostFiles, path: string, text: string | undefined): void {
  if (text === undefined) files.remove(path);
  else files.write(path, text);
}

function setTimezone(files: HostFiles, timezone: string): readonly string[] {
  const zone = `/usr/share/zoneinfo/${timezone}`;
  // Names of the zone database; nothing that climbs.
  if (!/^[A-Za-z0-9_+-]+(\/[A-Za-z0-9_+-]+)*$/.test(timezone) || !files.has(zone)) {
    return [`timezone ${timezone}: the host does not know it`];
  }
  files.link('/etc/localtime', zone);
  if (files.read('/etc/timezone') !== `${timezone}\n`)
    files.write('/etc/timezone', `${timezone}\n`);
  return [];
}
