import { cpus, freemem } from 'node:os';
import { readTextIfPresent } from './files.ts';

export interface HostLoad {
  /** Since the last call; 0 at the first. */
  readonly cpuPercent: number;
  readonly memoryAvailableKilobytes: number;
}

/** Reads the load of this host; each reader has its own "since the last call". */
export function createHostLoad(): () => HostLoad {
  let last = cpuTimes();
  return () => {
    const now = cpuTimes();
    const total = now.total - last.total;
    const busy = now.busy - last.busy;
    last = now;
    return {
      cpuPercent: total > 0 ? Math.round((100 * busy) / total) : 0,
      memoryAvailableKilobytes: memoryAvailable(),
    };
  };
}

function cpuTimes(): { busy: number; total: number } {
  let total = 0;
  let idle = 0;
  for (const { times } of cpus()) {
    total += times.user + times.nice + times.sys + times.irq + times.idle;
    idle += times.idle;
  }
  return { busy: total - idle, total };
}

/** Kilobytes that programs could still take, caches given up included; `freemem` knows only what lies idle. */
export function memoryAvailable(): number {
  const line = /^MemAvailable:\s+(\d+) kB/m.exec(readTextIfPresent('/proc/meminfo') ?? '');
  return line === null ? Math.round(freemem() / 1024) : Number(line[1]);
}
