import { readFileSync } from 'node:fs';
import { networkInterfaces } from 'node:os';
import { readTextIfPresent } from './files.ts';

/** Names of the interfaces of this network namespace, loopback left out. */
export function interfaceNames(): readonly string[] {
  // /proc/self/net follows the namespace of the process, /sys only that of its mount.
  const lines = readFileSync('/proc/self/net/dev', 'utf8').split('\n').slice(2);
  const names = lines.map((line) => line.slice(0, line.lastIndexOf(':')).trim());
  return names.filter((name) => name !== '' && name !== 'lo').toSorted();
}

/** Packets received by each interface of this network namespace since it was made. */
export function receivedPackets(): ReadonlyMap<string, number> {
  const lines = readFileSync('/proc/self/net/dev', 'utf8').split('\n').slice(2);
  const counts = new Map<string, number>();
  for (const line of lines) {
    const colon = line.lastIndexOf(':');
    if (colon < 0) continue;
    const packets = Number(
      line
        .slice(colon + 1)
        .trim()
        .split(/\s+/)[1],
    );
    counts.set(line.slice(0, colon).trim(), packets);
  }
  return counts;
}

/** Some kinds of interface only ever say "unknown", which is no reason to take them for dead. */
export function isLinkUp(name: string): boolean {
  const state = linkTexts(name).operstate?.trim();
  return state !== undefined && state !== 'down' && state !== 'lowerlayerdown';
}

/** Interfaces of this namespace that have an address, loopback left out, with their MAC addresses. */
export function interfaceMacs(): readonly (readonly [name: string, mac: string])[] {
  return Object.entries(networkInterfaces()).flatMap(([name, addresses]) => {
    const mac = addresses?.find(({ internal }) => !internal)?.mac;
    return mac === undefined ? [] : [[name, mac] as const];
  });
}

const linkFiles = ['operstate', 'speed', 'duplex', 'address', 'mtu', 'ifindex'] as const;

/** What sysfs says of an interface, file by file; a file that cannot be read is left out. */
export function linkTexts(name: string): Partial<Record<(typeof linkFiles)[number], string>> {
  if (!/^[\w.:@-]+$/.test(name) || /^\.+$/.test(name)) return {};
  const found: Partial<Record<(typeof linkFiles)[number], string>> = {};
  for (const file of linkFiles) {
    const text = readIfThere(`/sys/class/net/${name}/${file}`);
    if (text !== undefined) found[file] = text;
  }
  return found;
}

/** A link that is down has a file for its speed, and reading it fails (EINVAL). */
function readIfThere(path: string): string | undefined {
  try {
    return readTextIfPresent(path);
  } catch {
    return undefined;
  }
}
