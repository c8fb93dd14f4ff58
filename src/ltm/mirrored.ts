/**
 * What the other device of a pair needs to know of: connections of packet virtuals with `mirror enabled`. Those of
 * full proxies live in HAProxy's sockets and cannot be mirrored; they are drained instead. Pure.
 */
import { printPrefix } from '../base/address.ts';
import { textValue } from '../config/property-values.ts';
import type { MirroredVirtual } from '../config/mirrored-virtual.ts';
import type { EffectiveObject } from '../config/types.ts';
import type { SnatPlan, TrafficPlan } from './types.ts';

export function isMirrored(virtual: EffectiveObject): boolean {
  return textValue(virtual.properties, 'mirror') === 'enabled';
}

const localOnly = '/Common/traffic-group-local-only';

export function mirroredVirtuals(
  plan: Pick<TrafficPlan, 'packetVirtuals'>,
): readonly MirroredVirtual[] {
  return plan.packetVirtuals.flatMap(({ name, mark, port, mirror }) => {
    if (mirror === undefined || mirror.trafficGroup === localOnly) return [];
    const { destination, protocol, trafficGroup } = mirror;
    const { family } = destination.address;
    const printed = printPrefix(destination);
    return [{ name, mark, destination: printed, family, port, protocol, trafficGroup }];
  });
}

/** One for each network of clients. */
export function mirroredSnats(snats: readonly SnatPlan[]): readonly MirroredVirtual[] {
  return snats
    .filter((one) => one.isMirrored && one.trafficGroup !== localOnly)
    .flatMap(({ name, mark, origins, trafficGroup }) =>
      origins.map((origin): MirroredVirtual => {
        const { family } = origin.address;
        const destination = family === 4 ? '0.0.0.0/0' : '::/0';
        const all = { name, mark, destination, family, port: 0, trafficGroup } as const;
        return { ...all, origin: printPrefix(origin), protocol: 'any' };
      }),
    );
}
