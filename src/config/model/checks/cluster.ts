import type { Fault } from '../../../base/fault.ts';
import { configurationError, nounOf } from '../faults.ts';
import { folderOf } from '../names.ts';
import { itemsOf, nameOf } from '../values.ts';
import { type Check, pathOf, twin } from './context.ts';

/** Devices, groups and domains live in /Common. */
export const commonOnly: Check = (object) => {
  if (folderOf(object.name) === '/Common') return [];
  const message = `The ${nounOf(object.component)} (${object.name}) must be in /Common.`;
  return [configurationError(message, pathOf(object))];
};

/** BIG-IP's own limits. */
const mostFailoverDevices = 8;
const mostSyncDevices = 32;

export const deviceGroupMembers: Check = (group, { after }) => {
  const faults: Fault[] = [];
  const devices = itemsOf(group.properties['devices']).map(nameOf);
  const isFailover = group.properties['type'] === 'sync-failover';
  const most = isFailover ? mostFailoverDevices : mostSyncDevices;
  if (devices.length > most) {
    const message = `The device group (${group.name}) of type ${String(group.properties['type'])} has ${devices.length} devices; ${most} are allowed.`;
    faults.push(configurationError(message, pathOf(group, 'devices')));
  }
  if (!isFailover) return faults;
  for (const other of after.list('cm device-group')) {
    if (other.name === group.name || other.properties['type'] !== 'sync-failover') continue;
    const shared = itemsOf(other.properties['devices']).map(nameOf);
    const device = devices.find((name) => shared.includes(name));
    if (device === undefined) continue;
    const message = `The device (${device}) is in the sync-failover device group (${other.name}) already; it cannot be in (${group.name}) too.`;
    faults.push(configurationError(message, pathOf(group, 'devices')));
  }
  return faults;
};

export const trafficGroup: Check = (group, context) => {
  const other = twin(group, context, 'unit-id', (object) => String(object.properties['unit-id']));
  if (other === undefined) return [];
  const message = `The traffic group (${group.name}) has the unit-id ${String(group.properties['unit-id'])} of (${other.name}).`;
  return [configurationError(message, pathOf(group, 'unit-id'))];
};
