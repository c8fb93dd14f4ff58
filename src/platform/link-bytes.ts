import { readTextIfPresent } from './files.ts';

/** What passed an interface of this network namespace since it is there. */
export interface LinkBytes {
  readonly bytesIn: number;
  readonly bytesOut: number;
  readonly packets: number;
}

/** By name of the interface, all of them: VLANs on trunks are interfaces of their own. */
export function readLinkBytes(): ReadonlyMap<string, LinkBytes> {
  const found = new Map<string, LinkBytes>();
  for (const line of (readTextIfPresent('/proc/self/net/dev') ?? '').split('\n')) {
    const [, name, rest] = /^\s*(\S+):\s*(.*)$/.exec(line) ?? [];
    if (name === undefined || rest === undefined) continue;
    const numbers = rest.trim().split(/\s+/).map(Number);
    const at = (index: number): number => numbers[index] ?? 0;
    found.set(name, { bytesIn: at(0), bytesOut: at(8), packets: at(1) + at(9) });
  }
  return found;
}
