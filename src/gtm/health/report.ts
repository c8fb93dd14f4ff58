/**
 * What a local device says of its virtual servers over iQuery, and what changed since it last said it.
 * Pure.
 */
import type { HealthTable } from '../../monitor/health.ts';
import type { ConfigView } from '../../config/types.ts';
import type { VirtualHealth } from '../../iquery/types.ts';
import { endpointOf, itemsOf } from '../objects.ts';
import { textOf } from '../values.ts';

/** Rates of one virtual server, measured elsewhere. */
export interface VirtualLoad {
  readonly currentConnections: number;
  readonly bitsPerSecond: number;
  readonly packetsPerSecond: number;
}

export interface ReportSources {
  readonly view: ConfigView;
  readonly table: HealthTable;
  isActiveFor(trafficGroup: string): boolean;
  loadOf(virtual: string): VirtualLoad;
}

const localOnly = '/Common/traffic-group-local-only';

export function reportVirtuals(sources: ReportSources): ReadonlyMap<string, VirtualHealth> {
  const { view } = sources;
  const report = new Map<string, VirtualHealth>();
  for (const { name, properties } of view.list('ltm virtual')) {
    const endpoint = endpointOf(textOf(properties, 'destination'));
    if (endpoint === undefined) continue;
    const status = sources.table.get(`virtual ${name}`);
    report.set(name, {
      name,
      address: endpoint.address.text,
      port: endpoint.port,
      protocol: textOf(properties, 'ip-protocol', 'any'),
      availability: status?.availability ?? 'unknown',
      enabled: status?.enabled ?? 'enabled',
      reason: status?.reason ?? 'Checking',
      sinceMilliseconds: status?.since ?? 0,
      owner: ownsAddress(sources, name, textOf(properties, 'destination')),
      ...sources.loadOf(name),
      membersUp: membersUp(sources, textOf(properties, 'pool')),
      gtmScore: Number(textOf(properties, 'gtm-score', '0')) || 0,
      deleted: false,
    });
  }
  return report;
}

/** A non-floating address is answered by every device that has it. */
function ownsAddress(sources: ReportSources, virtual: string, destination: string): boolean {
  const folder = virtual.slice(0, virtual.lastIndexOf('/') + 1);
  const path = destination.startsWith('/') ? destination : folder + destination;
  const slash = path.lastIndexOf('/') + 1;
  const endpoint = endpointOf(path);
  const address =
    endpoint === undefined ? '' : path.slice(0, slash) + addressText(path.slice(slash));
  const object = sources.view.get('ltm virtual-address', address);
  const group = object === undefined ? '' : textOf(object.properties, 'traffic-group');
  if (group === '' || group === 'none' || group === localOnly) return true;
  return sources.isActiveFor(group);
}

/** Without its port; the route domain belongs to the name of a virtual address. */
function addressText(endpoint: string): string {
  const isIpv6 = endpoint.indexOf(':') !== endpoint.lastIndexOf(':');
  return endpoint.slice(0, endpoint.lastIndexOf(isIpv6 ? '.' : ':'));
}

function membersUp(sources: ReportSources, pool: string): number {
  const object = pool === '' ? undefined : sources.view.get('ltm pool', pool);
  if (object === undefined) return 0;
  return itemsOf(object.properties, 'members').filter(
    (member) => sources.table.get(`member ${pool} ${textOf(member, 'name')}`)?.usable === true,
  ).length;
}

/** Changes that a global device has to know at once; load alone waits for the next refresh. */
export function changedVirtuals(
  before: ReadonlyMap<string, VirtualHealth>,
  after: ReadonlyMap<string, VirtualHealth>,
): readonly VirtualHealth[] {
  const changed: VirtualHealth[] = [];
  for (const [name, virtual] of after) {
    const former = before.get(name);
    if (former === undefined || isDifferent(former, virtual)) changed.push(virtual);
  }
  for (const [name, virtual] of before) {
    if (!after.has(name)) changed.push({ ...virtual, deleted: true });
  }
  return changed;
}

function isDifferent(a: VirtualHealth, b: VirtualHealth): boolean {
  return (
    a.availability !== b.availability ||
    a.enabled !== b.enabled ||
    a.reason !== b.reason ||
    a.owner !== b.owner ||
    a.address !== b.address ||
    a.port !== b.port ||
    a.membersUp !== b.membersUp ||
    a.gtmScore !== b.gtmScore
  );
}
