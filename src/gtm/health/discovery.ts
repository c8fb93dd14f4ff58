/**
 * Virtual-server discovery: what the devices of a server report becomes items of its configuration.
 * `enabled` also deletes what is gone, `enabled-no-delete` does not. Pure.
 */
import { parseAddress } from '../../base/address.ts';
import type { Operation } from '../../config/types.ts';
import type { Properties } from '../../catalogue/types.ts';
import { endpointKey, type GtmServer } from '../objects.ts';
import { freshUntil, reportsOf, type DeviceReports } from './merge.ts';

/** Most that one server takes from its devices: a fault there must not fill the database. */
const maximumDiscovered = 10_000;

/** What one server's configuration should take over; `inUse` says which are members of a pool. */
export function discover(
  server: GtmServer,
  devices: readonly DeviceReports[],
  inUse: (virtualServer: string) => boolean,
  now: number,
): readonly Operation[] {
  if (!server.isBigip || server.discovery === 'disabled') return [];
  const known = reportsOf(server, devices);
  const fresh = known.filter(
    (reports) => reports.isOpen && freshUntil(reports, server.monitor.timeoutSeconds) > now,
  );
  // One silent device of a pair proves nothing about what is gone.
  const isWhole = fresh.length > 0 && fresh.length >= server.devices.length;
  const reported = new Map<string, string>();
  for (const { health } of fresh.flatMap((reports) => [...reports.virtuals.values()])) {
    const address = parseAddress(health.address);
    // A virtual server of any port or address cannot be an answer.
    if (address === undefined || address.bytes.every((byte) => byte === 0)) continue;
    if (reported.size < maximumDiscovered) {
      reported.set(health.name, endpointKey({ address, port: health.port }));
    }
  }
  const operations: Operation[] = [];
  const target = { component: 'gtm server', name: server.name, property: 'virtual-servers' };
  for (const [item, destination] of reported) {
    const existing = server.virtualServers.find((virtual) => matches(virtual, item, destination));
    const properties: Properties = { destination };
    if (existing === undefined) {
      operations.push({ kind: 'create-item', ...target, item, properties });
    } else if (
      existing.name === item &&
      existing.inside !== destination &&
      !existing.isTranslated
    ) {
      operations.push({ kind: 'modify-item', ...target, item, properties });
    }
  }
  if (server.discovery !== 'enabled' || !isWhole) return operations;
  for (const virtual of server.virtualServers) {
    if (inUse(virtual.name)) continue;
    const isThere = [...reported].some(([item, destination]) =>
      matches(virtual, item, destination),
    );
    if (!isThere) operations.push({ kind: 'delete-item', ...target, item: virtual.name });
  }
  return operations;
}

function matches(
  virtual: GtmServer['virtualServers'][number],
  reportedName: string,
  destination: string,
): boolean {
  return (
    virtual.name === reportedName ||
    virtual.ltmName === reportedName ||
    virtual.inside === destination
  );
}
