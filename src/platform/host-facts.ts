import { cpus, networkInterfaces, totalmem } from 'node:os';
import { readTextIfPresent } from './files.ts';

/** The host as its kernel describes it; read once, none of it changes while a process lives. */
export interface Machine {
  readonly cpuModel: string;
  /** What the kernel says of the processors, in its words: "cache size" → "1024 KB". */
  readonly cpuFacts: Readonly<Record<string, string>>;
  readonly memoryMegabytes: number;
  /** Of the first interface that has one; all zeros otherwise. */
  readonly mac: string;
  /** As `uuid -r`; empty where there is none. */
  readonly id: string;
}

const noMac = '00:00:00:00:00:00';

export function describeMachine(): Machine {
  const processors = cpus();
  const addresses = Object.values(networkInterfaces()).flatMap((list) => list ?? []);
  return {
    cpuModel: processors[0]?.model ?? 'unknown',
    cpuFacts: cpuFacts(readTextIfPresent('/proc/cpuinfo') ?? '', processors.length),
    memoryMegabytes: Math.round(totalmem() / 1024 / 1024),
    mac: addresses.find(({ mac }) => mac !== noMac)?.mac ?? noMac,
    id: uuidOf(readTextIfPresent('/etc/machine-id')?.trim() ?? ''),
  };
}

/** In the order of BIG-IP's `show sys hardware`; other architectures say less. */
function cpuFacts(text: string, cores: number): Readonly<Record<string, string>> {
  const valuesOf = (name: string): string[] =>
    [...text.matchAll(new RegExp(`^${name}\\s*: *(.+)$`, 'gm'))].map(([, value = '']) => value);
  const sockets = new Set(valuesOf('physical id')).size;
  const facts = {
    'cache size': valuesOf('cache size')[0],
    cores: `${cores}  (physical:${Number(valuesOf('cpu cores')[0] ?? cores) * Math.max(1, sockets)})`,
    'cpu MHz': valuesOf('cpu MHz')[0],
    'cpu sockets': sockets === 0 ? undefined : String(sockets),
    'cpu stepping': valuesOf('stepping')[0],
  };
  return Object.fromEntries(
    Object.entries(facts).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])),
  );
}

function uuidOf(hex: string): string {
  const parts = /^(.{8})(.{4})(.{4})(.{4})(.{12})$/.exec(hex);
  return parts === null ? '' : parts.slice(1).join('-');
}
