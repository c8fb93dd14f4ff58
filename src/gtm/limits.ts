/** Limits of servers, virtual servers, pools and members, as they are configured. Pure. */
import type { Properties } from '../catalogue/types.ts';
import { numberOf, textOf } from './values.ts';

/** What must not be exceeded; undefined: no limit. */
export interface GtmLimits {
  readonly bitsPerSecond: number | undefined;
  readonly packetsPerSecond: number | undefined;
  readonly connections: number | undefined;
}

export const noLimits: GtmLimits = {
  bitsPerSecond: undefined,
  packetsPerSecond: undefined,
  connections: undefined,
};

export function limitOf(
  properties: Properties,
  name: string,
  statusName: string,
): number | undefined {
  const holds = textOf(properties, statusName, 'disabled') === 'enabled';
  return holds ? numberOf(properties, name, 0) : undefined;
}

export function limitsOf(properties: Properties): GtmLimits {
  return {
    bitsPerSecond: limitOf(properties, 'limit-max-bps', 'limit-max-bps-status'),
    packetsPerSecond: limitOf(properties, 'limit-max-pps', 'limit-max-pps-status'),
    connections: limitOf(properties, 'limit-max-connections', 'limit-max-connections-status'),
  };
}
