/** Configuration → with whom this device mirrors connections, and over what. Pure. */
import { failoverGroup, membersOf } from '../../config/failover-group.ts';
import {
  connectionMirrorPort,
  isMirroringAllowed,
  mirrorAddresses,
} from '../../config/mirror-addresses.ts';
import type { ConfigView } from '../../config/types.ts';
import type { MirroredVirtual } from '../../config/mirrored-virtual.ts';
import type { MirrorLink, Planned } from './types.ts';

/** conntrackd speaks to one other. */
export const mirroringDevices = 2;

export function planMirroring(view: ConfigView, virtuals: readonly MirroredVirtual[]): Planned {
  const off = (reason: string): Planned => ({ kind: 'off', reason });
  if (virtuals.length === 0) return off('');
  if (!isMirroringAllowed(view)) {
    return off('the database variable statemirror.state is disable');
  }
  const group = failoverGroup(view);
  if (group === undefined) return off('this device is in no sync-failover device group');
  const members = membersOf(group);
  if (members.length !== mirroringDevices) return off(wrongSize(group.name, members.length));
  const peer = members.find((member) => member !== view.deviceName);
  if (peer === undefined) return off(`${group.name} has no other device`);
  const links = linksTo(view, peer);
  if (links.length === 0) return off(noAddress(view, peer));
  return { kind: 'on', plan: { peer, links, port: connectionMirrorPort(view), virtuals } };
}

/** Primary to primary, secondary to secondary. */
function linksTo(view: ConfigView, peer: string): readonly MirrorLink[] {
  const theirs = mirrorAddresses(view, peer);
  return mirrorAddresses(view, view.deviceName).flatMap((own, index) => {
    const far = theirs[index];
    if (own === undefined || far === undefined || own.family !== far.family) return [];
    return [{ own: own.text, peer: far.text, family: own.family }];
  });
}

export function wrongSize(group: string, devices: number): string {
  return `device group ${group} has ${devices} devices, and connections are mirrored between ${mirroringDevices}`;
}

function noAddress(view: ConfigView, peer: string): string {
  const lacking = [view.deviceName, peer].filter(
    (device) => mirrorAddresses(view, device)[0] === undefined,
  );
  return lacking.length === 0
    ? `the mirror-ip of ${view.deviceName} and that of ${peer} are of two families`
    : `mirror-ip of ${lacking.join(' and of ')} is not set`;
}
