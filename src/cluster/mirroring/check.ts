/**
 * Mirroring's say in every commit: conntrackd has one peer, so a larger group and a mirrored virtual server exclude
 * each other, whichever comes second. Looks only at what a commit touches.
 */
import type { Fault } from '../../base/fault.ts';
import { failoverGroup, membersOf } from '../../config/failover-group.ts';
import { textValue } from '../../config/property-values.ts';
import type { CommitCheck, ConfigView, EffectiveObject } from '../../config/types.ts';
import { mirroringDevices, wrongSize } from './plan.ts';

const mirroring: readonly string[] = ['ltm virtual', 'ltm snat'];
const concerned: readonly string[] = [...mirroring, 'cm device-group'];
const maximumNamed = 3;

export const mirroringCheck: CommitCheck = (changes, after, origin) => {
  // Decided elsewhere.
  if (origin.source === 'sync') return [];
  const touched = changes.filter(({ component }) => concerned.includes(component));
  if (touched.length === 0) return [];
  const group = failoverGroup(after);
  if (group === undefined || membersOf(group).length <= mirroringDevices) return [];
  const size = wrongSize(group.name, membersOf(group).length);
  const hasGrown = touched.some(
    ({ component, name }) => component === 'cm device-group' && name === group.name,
  );
  if (hasGrown) return groupFaults(after, group, size);
  return touched.flatMap(({ component, name, after: object }) => {
    const present = object === undefined ? undefined : after.get(component, name);
    if (present === undefined || !isMirrored(present)) return [];
    const message = `Mirroring cannot be enabled on ${component.slice(4)} (${name}): ${size}`;
    return [{ status: 400, message, path: `${component} ${name} mirror` } satisfies Fault];
  });
};

function groupFaults(after: ConfigView, group: EffectiveObject, size: string): readonly Fault[] {
  const mirrored = [...after.list('ltm virtual'), ...after.list('ltm snat')].filter(isMirrored);
  if (mirrored.length === 0) return [];
  const named = mirrored.slice(0, maximumNamed).map(({ name }) => name);
  const more = mirrored.length - named.length;
  const who = `${named.join(', ')}${more === 0 ? '' : ` and ${more} more`}`;
  const message = `${size[0]?.toUpperCase() ?? ''}${size.slice(1)}: first disable mirroring of ${who}`;
  return [{ status: 400, message, path: `cm device-group ${group.name} devices` }];
}

function isMirrored(object: EffectiveObject): boolean {
  return textValue(object.properties, 'mirror') === 'enabled';
}
