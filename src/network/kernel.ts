/** What `ip -json` says, reduced to what the plan is compared with. Pure parsers. */
import type { Sliced } from '../base/slices.ts';

const addressesAtOnce = 200;

export interface KernelLink {
  readonly device: string;
  readonly mtu: number;
  readonly isUp: boolean;
  readonly type: string;
  /** `10.0.0.1/24`. */
  readonly addresses: ReadonlySet<string>;
}

export interface KernelRoute {
  readonly destination: string;
  readonly gateway: string | undefined;
  readonly device: string | undefined;
  readonly isBlackhole: boolean;
  readonly mtu: number;
}

/** Yields now and then: an interface may have ten thousand addresses. */
export function* parseLinks(rows: readonly unknown[]): Sliced<ReadonlyMap<string, KernelLink>> {
  const links = new Map<string, KernelLink>();
  for (const row of rows) {
    const device = field(row, 'ifname');
    if (typeof device !== 'string') continue;
    const flags = field(row, 'flags');
    const listed = field(row, 'addr_info');
    const addresses = new Set<string>();
    for (const one of Array.isArray(listed) ? listed : []) {
      addresses.add(`${String(field(one, 'local'))}/${String(field(one, 'prefixlen'))}`);
      if (addresses.size % addressesAtOnce === 0) yield;
    }
    links.set(device, {
      device,
      mtu: Number(field(row, 'mtu')),
      type: String(field(row, 'link_type')),
      isUp: Array.isArray(flags) && flags.includes('UP'),
      addresses,
    });
  }
  return links;
}

export function parseRoutes(rows: readonly unknown[]): readonly KernelRoute[] {
  return rows.map((row) => ({
    destination: String(field(row, 'dst')),
    gateway: text(field(row, 'gateway')),
    device: text(field(row, 'dev')),
    isBlackhole: field(row, 'type') === 'blackhole',
    mtu: mtuOf(field(row, 'metrics')),
  }));
}

function mtuOf(metrics: unknown): number {
  const first: unknown = Array.isArray(metrics) ? metrics[0] : undefined;
  return Number(field(first, 'mtu') ?? 0);
}

function text(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined;
}

function field(row: unknown, name: string): unknown {
  return typeof row === 'object' && row !== null && name in row
    ? Reflect.get(row, name)
    : undefined;
}
