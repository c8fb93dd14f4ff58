import type { Fault } from '../../../base/fault.ts';
import type { Properties, Value } from '../../../catalogue/types.ts';
import type { EffectiveObject } from '../../types.ts';
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

/** An etcd cluster is asked by its addresses; one kind of third vote counts, not two. */
export const deviceGroupArbiter: Check = (group) => {
  if (group.properties['arbiter'] !== 'etcd') return [];
  const endpoints = group.properties['arbiter-endpoints'];
  const urls = Array.isArray(endpoints) ? endpoints.map(String) : [];
  const wrong = urls.find((url) => !/^https?:\/\/[^/\s]+:\d{1,5}\/?$/.test(url));
  const path = pathOf(group, 'arbiter-endpoints');
  const fault = (message: string): readonly Fault[] => [configurationError(message, path)];
  if (urls.length === 0) {
    return fault(
      `The device group (${group.name}) has the arbiter etcd and no arbiter-endpoints; name at least one, such as https://192.0.2.1:2379.`,
    );
  }
  if (wrong !== undefined) {
    return fault(
      `The arbiter-endpoints of the device group (${group.name}) have (${wrong}), which is not of the form https://192.0.2.1:2379.`,
    );
  }
  const isSplit = group.properties['arbiter-cert'] === undefined;
  if (isSplit !== (group.properties['arbiter-key'] === undefined)) {
    return fault(
      `The device group (${group.name}) needs arbiter-cert and arbiter-key both, or neither.`,
    );
  }
  const witnesses = group.properties['witness'];
  if (!Array.isArray(witnesses) || witnesses.length === 0) return [];
  return fault(
    `The device group (${group.name}) has an arbiter and witnesses; only one of the two can decide.`,
  );
};

export const trafficGroup: Check = (group, context) => [
  ...sameUnit(group, context),
  ...failback(group),
  ...masquerade(group),
];

const sameUnit: Check = (group, context) => {
  const other = twin(group, context, 'unit-id', (object) => String(object.properties['unit-id']));
  if (other === undefined) return [];
  const message = `The traffic group (${group.name}) has the unit-id ${String(group.properties['unit-id'])} of (${other.name}).`;
  return [configurationError(message, pathOf(group, 'unit-id'))];
};

/** The first device of ha-order takes it back; a score moves it where the score is. */
function failback(group: EffectiveObject): readonly Fault[] {
  const { properties } = group;
  const monitor = properties['monitor'];
  const hasScore = isSet(properties['ha-group']) || isSet(propertiesOf(monitor)['ha-group']);
  if (!hasScore || properties['auto-failback-enabled'] !== 'true') return [];
  const message = `The traffic group (${group.name}) cannot have auto-failback-enabled together with an ha-group.`;
  return [configurationError(message, pathOf(group, 'auto-failback-enabled'))];
}

/** A group address (IEEE 802: lowest bit of the first byte) is nobody's own. */
function masquerade(group: EffectiveObject): readonly Fault[] {
  const mac = group.properties['mac'];
  if (typeof mac !== 'string' || !/^[0-9a-f]{1,2}:/i.test(mac)) return [];
  const isMulticast = (Number.parseInt(mac, 16) & 1) === 1;
  const isNobody = /^(0?0:){5}0?0$/.test(mac);
  if (!isMulticast && !isNobody) return [];
  const message = `The MAC masquerade address (${mac}) of the traffic group (${group.name}) is not a unicast address.`;
  return [configurationError(message, pathOf(group, 'mac'))];
}

function isSet(value: Value | undefined): boolean {
  return typeof value === 'string' && value !== '' && value !== 'none';
}

function propertiesOf(value: Value | undefined): Properties {
  // A struct is an object, by the catalogue.
  return typeof value === 'object' && !Array.isArray(value) ? (value as Properties) : {};
}
