import { readFileSync } from 'node:fs';

/** Names of the interfaces of this network namespace, loopback left out. */
export function interfaceNames(): readonly string[] {
  // /proc/self/net follows the namespace of the process, /sys only that of its mount.
  const lines = readFileSync('/proc/self/net/dev', 'utf8').split('\n').slice(2);
  const names = lines.map((line) => line.slice(0, line.lastIndexOf(':')).trim());
  return names.filter((name) => name !== '' && name !== 'lo').toSorted();
}
