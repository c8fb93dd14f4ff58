/** What `ip -json` says, reduced to what the plan is compared with. Pure parsers. */
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

export function parseLinks(rows: readonly unknown[]): ReadonlyMap<string, KernelLink> {
  const links = new Map<string, KernelLink>();
  for (const row of rows) {
    const device = field(row, 'ifname');
    if (typeof device !== 'string') continue;
    const flags = field(row, 'flags');
    const addresses = field(row, 'addr_info');
    links.set(device, {
      device,
      mtu: Number(field(row, 'mtu')),
      type: String(field(row, 'link_type')),
      isUp: Array.isArray(flags) && flags.includes('UP'),
      addresses: new Set(
        (Array.isArray(addresses) ? addresses : []).map(
          (one) => `${String(field(one, 'local'))}/${String(field(one, 'prefixlen'))}`,
        ),
      ),
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
