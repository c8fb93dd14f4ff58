/** Memory out of /proc/meminfo in BIG-IP's words. Pure; bytes. */
export interface Memory {
  readonly total: number;
  /** What programs could still take, caches given up. */
  readonly free: number;
  readonly swapTotal: number;
  readonly swapFree: number;
}

export function parseMemory(text: string): Memory {
  const kilobytes = (name: string): number =>
    Number(new RegExp(`^${name}:\\s+(\\d+) kB`, 'm').exec(text)?.[1] ?? 0) * 1024;
  return {
    total: kilobytes('MemTotal'),
    free: kilobytes('MemAvailable'),
    swapTotal: kilobytes('SwapTotal'),
    swapFree: kilobytes('SwapFree'),
  };
}

/**
 * BIG-IP sets memory aside for its engine; here the engine takes what it needs of the whole, so the
 * engine's total is the machine's.
 */
export function memoryHost(memory: Memory, engineBytes: number): Readonly<Record<string, number>> {
  const used = memory.total - memory.free;
  const other = Math.max(used - engineBytes, 0);
  return {
    memoryFree: memory.free,
    memoryTotal: memory.total,
    memoryUsed: used,
    otherMemoryFree: memory.free,
    otherMemoryTotal: memory.total,
    otherMemoryUsed: other,
    swapFree: memory.swapFree,
    swapTotal: memory.swapTotal,
    swapUsed: memory.swapTotal - memory.swapFree,
    tmmMemoryFree: memory.free,
    tmmMemoryTotal: memory.total,
    tmmMemoryUsed: engineBytes,
  };
}
