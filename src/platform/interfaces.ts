import { readFileSync } from 'node:fs';
import { networkInterfaces } from 'node:os';

/** Names of the interfaces of this network namespace, loopback left out. */
export function interfaceNames(): readonly string[] {
  // /proc/self/net follows the namespace of the process, /sys only that of its mount.
  const lines = readFileSync('/proc/self/net/dev', 'utf8').split('\n').slice(2);
  const names = lines.map((line) => line.slice(0, line.lastIndexOf(':')).trim());
  return names.filter((name) => name !== '' && name !== 'lo').toSorted();
}

/** Interfaces of this namespace that have an address, loopback left out, with their MAC addresses. */
export function interfaceMacs(): readonly (readonly [name: string, mac: string])[] {
  return Object.entries(networkInterfaces()).flatMap(([name, addresses]) => {
    const mac = addresses?.find(({ internal }) => !internal)?.mac;
    return mac === undefined ? [] : [[name, mac] as const];
  });
}
