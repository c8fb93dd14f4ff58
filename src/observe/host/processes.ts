/** Processes of this device in BIG-IP's words. Pure. */
import { serviceNames } from '../../catalogue/sys/machine.ts';
import type { Statistics } from '../../config/runtime-state.ts';
import type { HostProcess } from '../../platform/host-processes.ts';
import type { Windows } from './processors.ts';

/** The program that is BIG-IP's tmm: it moves the traffic. */
export const engineProgram = 'haproxy';
/** Clock ticks of a second, as /proc counts. */
const ticksPerSecond = 100;

export interface ProcessReading {
  readonly processes: readonly HostProcess[];
  /** Monotonic seconds. */
  readonly seconds: number;
}

type Kind = 'userTicks' | 'systemTicks';

function percent(
  one: HostProcess,
  before: ProcessReading,
  now: ProcessReading,
  kinds: readonly Kind[],
): number {
  const old = before.processes.find(
    ({ pid, startTicks }) => pid === one.pid && startTicks === one.startTicks,
  );
  const seconds = now.seconds - before.seconds;
  if (old === undefined || seconds <= 0) return 0;
  const ticks = kinds.reduce((sum, kind) => sum + one[kind] - old[kind], 0);
  return Math.round((100 * ticks) / ticksPerSecond / seconds);
}

/** `sys proc-info`: the second process of a name is keyed with its number. */
export function processStatistics(
  now: ProcessReading,
  before: Windows<ProcessReading>,
): Statistics {
  const rows: Record<string, Statistics> = {};
  for (const one of now.processes) {
    const { pid, name } = one;
    const use = (window: keyof Windows<unknown>, kinds: readonly Kind[]): number =>
      percent(one, before[window], now, kinds);
    rows[rows[name] === undefined ? name : `${name} ${pid}`] = {
      bladeNum: 0,
      cpuUsageRecent: use('fiveSec', ['userTicks', 'systemTicks']),
      cpuUsage_1min: use('oneMin', ['userTicks', 'systemTicks']),
      cpuUsage_5mins: use('fiveMin', ['userTicks', 'systemTicks']),
      modules: ' ',
      pid,
      procName: name,
      rss: one.residentBytes,
      systemUsageRecent: use('fiveSec', ['systemTicks']),
      systemUsage_1min: use('oneMin', ['systemTicks']),
      systemUsage_5mins: use('fiveMin', ['systemTicks']),
      vsize: one.virtualBytes,
    };
  }
  return rows;
}

export function engineBytes(processes: readonly HostProcess[]): number {
  return processes
    .filter(({ name }) => name === engineProgram)
    .reduce((sum, { residentBytes }) => sum + residentBytes, 0);
}

/** `sys tmm-info`: one engine, all its processes together. */
export function engineStatistics(
  now: ProcessReading,
  before: Windows<ProcessReading>,
  memoryTotal: number,
  processorCount: number,
): Statistics {
  const engines = now.processes.filter(({ name }) => name === engineProgram);
  const use = (window: keyof Windows<unknown>): number =>
    engines.reduce(
      (sum, one) => sum + percent(one, before[window], now, ['userTicks', 'systemTicks']),
      0,
    );
  return {
    '0.0': {
      cpu: 0,
      fiveMinAvgUsageRatio: use('fiveMin'),
      fiveSecAvgUsageRatio: use('fiveSec'),
      memoryTotal,
      memoryUsed: engineBytes(engines),
      npus: processorCount,
      oneMinAvgUsageRatio: use('oneMin'),
      tmid: 0,
      tmmId: '0.0',
      tmmPid: engines[0]?.pid ?? 0,
    },
  };
}

/** `memory-subsys`: what each program of the device holds. */
export function memoryByProgram(processes: readonly HostProcess[]): Statistics {
  const rows: Record<string, Statistics> = {};
  for (const { name } of processes) {
    const same = processes.filter((one) => one.name === name);
    const allocated = same.reduce((sum, one) => sum + one.residentBytes, 0);
    rows[name] = { allocated, maxAllocated: allocated, size: 1, tmName: name };
  }
  return rows;
}

/** `show sys service tmm`: "tmm          run (pid 12) 34 seconds". */
export function serviceStatistics(
  service: string,
  processes: readonly HostProcess[],
  uptimeSeconds: number,
): Statistics | undefined {
  const program = serviceNames[service];
  if (program === undefined) return undefined;
  const found = processes.find(({ name }) => name === program);
  if (found === undefined) return { apiAnonymous: `${service.padEnd(12)} down\n` };
  const seconds = Math.max(Math.round(uptimeSeconds - found.startTicks / ticksPerSecond), 0);
  return { apiAnonymous: `${service.padEnd(12)} run (pid ${found.pid}) ${duration(seconds)}\n` };
}

function duration(seconds: number): string {
  for (const [unit, length] of [
    ['day', 86_400],
    ['hour', 3600],
    ['minute', 60],
  ] as const) {
    const count = Math.floor(seconds / length);
    if (count > 0) return `${count} ${unit}${count === 1 ? '' : 's'}`;
  }
  return `${seconds} second${seconds === 1 ? '' : 's'}`;
}
