/** Use of processors out of /proc/stat, as BIG-IP shows it: shares of 5 seconds, 1 and 5 minutes. Pure. */
import type { Statistics } from '../../config/runtime-state.ts';

const names = ['user', 'niced', 'system', 'idle', 'iowait', 'irq', 'softirq', 'stolen'] as const;
type Name = (typeof names)[number];
export type Ticks = Readonly<Record<Name, number>>;

/** Lines `cpu0 user nice system idle iowait irq softirq steal …`, in their order. */
export function parseProcessors(text: string): readonly Ticks[] {
  const found: Ticks[] = [];
  for (const line of text.split('\n')) {
    if (!/^cpu\d/.test(line)) continue;
    const fields = line.split(/\s+/).slice(1).map(Number);
    found.push(Object.fromEntries(names.map((name, index) => [name, fields[index] ?? 0])) as Ticks); // Every name has its field.
  }
  return found;
}

const total = (ticks: Ticks): number => names.reduce((sum, name) => sum + ticks[name], 0);

/** Percent of the time between two readings that was spent so; the newest is later. */
function share(oldest: Ticks, newest: Ticks, name: Name): number {
  const all = total(newest) - total(oldest);
  return all <= 0 ? 0 : Math.round((100 * (newest[name] - oldest[name])) / all);
}

/** Percent that was not idle; waiting for disks is idle. */
export function usedPercent(oldest: readonly Ticks[], newest: readonly Ticks[]): number {
  let busy = 0;
  let all = 0;
  newest.forEach((ticks, index) => {
    const before = oldest[index];
    if (before === undefined) return;
    const spent = total(ticks) - total(before);
    all += spent;
    busy += spent - (ticks.idle - before.idle) - (ticks.iowait - before.iowait);
  });
  return all <= 0 ? 0 : Math.round((100 * busy) / all);
}

export interface Windows<T> {
  readonly fiveSec: T;
  readonly oneMin: T;
  readonly fiveMin: T;
}

const labels: Readonly<Record<Name, string>> = {
  user: 'User',
  niced: 'Niced',
  system: 'System',
  idle: 'Idle',
  iowait: 'Iowait',
  irq: 'Irq',
  softirq: 'Softirq',
  stolen: 'Stolen',
};

/** Levels `0`, `1`, … of `cpuInfo`; `before` are the readings that each window began with. */
export function processorLevels(
  now: readonly Ticks[],
  before: Windows<readonly Ticks[]>,
): Statistics {
  const levels: Record<string, Statistics> = {};
  now.forEach((ticks, index) => {
    const values: Record<string, number> = { cpuId: index };
    for (const window of ['fiveMin', 'oneMin', 'fiveSec'] as const) {
      const oldest = before[window][index] ?? ticks;
      for (const name of names) {
        values[`${window}Avg${labels[name]}`] = share(oldest, ticks, name);
      }
    }
    const recent = before.fiveSec[index] ?? ticks;
    values['fiveSecAvgRatio'] = usedPercent([recent], [ticks]);
    for (const name of names) values[name] = ticks[name];
    levels[String(index)] = values;
  });
  return levels;
}
