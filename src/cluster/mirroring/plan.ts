/** Configuration → with whom this device mirrors connections, and over what. Pure. */
import { parseAddress } from '../../base/address.ts';
import { numberValue, textValue } from '../../config/property-values.ts';
import type { ConfigView } from '../../config/types.ts';
import { failoverGroup, membersOf } from '../failover/plan.ts';
import type { MirrorLink, MirroredVirtual, Planned } from './types.ts';

/** BIG-IP's first mirroring port; persistence records go over the next one. */
const defaultPort = 1028;
/** conntrackd speaks to one other. */
export const mirroringDevices = 2;

export function planMirroring(view: ConfigView, virtuals: readonly MirroredVirtual[]): Planned {
  const off = (reason: string): Planned => ({ kind: 'off', reason });
  if (virtuals.length === 0) return off('');
  if (variable(view, 'statemirror.state') === 'disable') {
    return off('the database variable statemirror.state is disable');
  }
  const group = failoverGroup(view);
  if (group === undefined) return off('this device is in no sync-failover device group');
  const members = membersOf(group);
  if (members.length !== mirroringDevices) return off(wrongSize(group.name, members.length));
  const peer = members.find((member) => member !== view.deviceName);
  if (peer === undefined) return off(`${group.name} has no other device`);
  const links: MirrorLink[] = [];
  for (const property of ['mirror-ip', 'mirror-secondary-ip'] as const) {
    const own = addressOf(view, view.deviceName, property);
    const far = addressOf(view, peer, property);
    if (own === undefined || far === undefined || own.family !== far.family) continue;
    links.push({ own: own.text, peer: far.text, family: own.family });
  }
  if (links.length === 0) return off(noAddress(view, peer));
  return { kind: 'on', plan: { peer, links, port: mirroringPort(view), virtuals } };
}

export function wrongSize(group: string, devices: number): string {
  return `device group ${group} has ${devices} devices, and connections are mirrored between ${mirroringDevices}`;
}

/** UDP for connections; TCP on the port after it for persistence records. */
export function mirroringPort(view: ConfigView): number {
  const port = Number(variable(view, 'statemirror.peerlistenport'));
  return Number.isInteger(port) && port > 0 && port < 65_535 ? port : defaultPort;
}

function variable(view: ConfigView, name: string): string | undefined {
  const found = view.get('sys db', name);
  if (found === undefined) return undefined;
  const text = textValue(found.properties, 'value');
  return text ?? String(numberValue(found.properties, 'value', defaultPort));
}

/** Undefined while it is `any6`, BIG-IP's word for none. */
export function addressOf(
  view: ConfigView,
  device: string,
  property: 'mirror-ip' | 'mirror-secondary-ip',
): ReturnType<typeof parseAddress> {
  const found = view.get('cm device', `/Common/${device}`);
  const text = found === undefined ? '' : (textValue(found.properties, property) ?? '');
  const address = parseAddress(text);
  return address === undefined || address.bytes.every((byte) => byte === 0) ? undefined : address;
}

function noAddress(view: ConfigView, peer: string): string {
  const lacking = [view.deviceName, peer].filter(
    (device) => addressOf(view, device, 'mirror-ip') === undefined,
  );
  return lacking.length === 0
    ? `the mirror-ip of ${view.deviceName} and that of ${peer} are of two families`
    : `mirror-ip of ${lacking.join(' and of ')} is not set`;
}
