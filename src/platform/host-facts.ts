import { cpus, networkInterfaces, totalmem } from 'node:os';
import { readTextIfPresent } from './files.ts';

/** The host as its kernel describes it; read once, none of it changes while a process lives. */
export interface Machine {
  readonly cpuModel: string;
  readonly cpuCount: number;
  readonly cpuMegahertz: number;
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
    cpuCount: processors.length,
    cpuMegahertz: processors[0]?.speed ?? 0,
    memoryMegabytes: Math.round(totalmem() / 1024 / 1024),
    mac: addresses.find(({ mac }) => mac !== noMac)?.mac ?? noMac,
    id: uuidOf(readTextIfPresent('/etc/machine-id')?.trim() ?? ''),
  };
}

function uuidOf(hex: string): string {
  const parts = /^(.{8})(.{4})(.{4})(.{4})(.{12})$/.exec(hex);
  return parts === null ? '' : parts.slice(1).join('-');
}
