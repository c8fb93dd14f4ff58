import type { Lab } from './types.ts';
import { pidsIn, programOf } from './namespaces.ts';
import { readLab } from './state.ts';

export interface LabStatus {
  readonly name: string;
  readonly topology: string;
  readonly state: string;
  readonly cutLinks: readonly string[];
  readonly nodes: readonly NodeStatus[];
}

interface NodeStatus {
  readonly name: string;
  readonly role: string;
  readonly site: string;
  readonly address: string;
  readonly processes: number;
  readonly programs: readonly string[];
  /** Devices only: what REST says, or why it does not. */
  readonly failoverState?: string;
  readonly syncStatus?: string;
}

export async function labStatus(lab: Lab): Promise<LabStatus> {
  const state = readLab(lab.name);
  const nodes = await Promise.all(
    lab.topology.nodes.map(async (node): Promise<NodeStatus> => {
      const pids = await pidsIn(lab.namespace(node.name));
      const programs = [...new Set(pids.map((pid) => programOf(pid)))].toSorted();
      const plain = {
        name: node.name,
        role: node.role,
        site: node.site,
        processes: pids.length,
        programs,
      };
      if (node.role !== 'device') return { ...plain, address: '' };
      const address = lab.managementAddress(node.name);
      return { ...plain, address, ...(await askDevice(lab, node.name)) };
    }),
  );
  return {
    name: lab.name,
    topology: lab.topology.name,
    state: state?.state ?? 'down',
    cutLinks: state?.cutLinks ?? [],
    nodes,
  };
}

async function askDevice(
  lab: Lab,
  device: string,
): Promise<{ failoverState: string; syncStatus: string }> {
  try {
    const rest = lab.rest(device);
    const [failover, sync] = await Promise.all([
      rest.get('/mgmt/tm/cm/failover-status'),
      rest.get('/mgmt/tm/cm/sync-status'),
    ]);
    return { failoverState: statusText(failover), syncStatus: statusText(sync) };
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    return { failoverState: why, syncStatus: 'unknown' };
  }
}

/** `entries.<one url>.nestedStats.entries.status.description`, wherever it lies. */
export function statusText(value: unknown): string {
  return descriptionOf(value, 'status') ?? 'unknown';
}

/** The first `name: {description}` found on the way down a statistics answer. */
export function descriptionOf(value: unknown, name: string): string | undefined {
  if (typeof value !== 'object' || value === null) return undefined;
  for (const [key, inner] of Object.entries(value)) {
    if (key === name && typeof inner === 'object' && inner !== null && 'description' in inner) {
      return String(inner.description);
    }
    const deeper = descriptionOf(inner, name);
    if (deeper !== undefined) return deeper;
  }
  return undefined;
}

export function printStatus(status: LabStatus): string {
  const lines = [`lab ${status.name} (${status.topology}) is ${status.state}`];
  for (const node of status.nodes) {
    const more =
      node.failoverState === undefined ? '' : `  ${node.failoverState}  ${node.syncStatus ?? ''}`;
    const line = `  ${node.name.padEnd(10)} ${node.role.padEnd(10)} ${node.address.padEnd(15)} ${node.programs.join(' ')}${more}`;
    lines.push(line.trimEnd());
  }
  if (status.cutLinks.length > 0) lines.push(`  cut: ${status.cutLinks.join(' ')}`);
  return `${lines.join('\n')}\n`;
}
