/**
 * Gateway failsafe: a pool of gateways that one device has to reach, or it fails over; and pools of which any
 * device fails over with fewer than `min-up-members`. Pure.
 */
import type { Properties } from '../../../catalogue/types.ts';
import { lastPart, numberValue, textValue } from '../../../config/property-values.ts';
import type { Change, ConfigView } from '../../../config/types.ts';
import type { Membership } from './score.ts';
import type { FailsafeCondition } from '../types.ts';

export const gatewayFeature = 'gateway-failsafe';
const membersFeature = 'pool-min-up-members';

/** Pools that this device has to reach. */
export function watchedPools(view: ConfigView): readonly string[] {
  return view.names('ltm pool').filter((name) => isWatched(view, name));
}

export function isWatched(view: ConfigView, pool: string): boolean {
  const properties = view.get('ltm pool', pool)?.properties;
  if (properties === undefined) return false;
  const device = gatewayDevice(properties);
  return device === undefined ? isChecked(properties) : device === view.deviceName;
}

/** At least one gateway, or `min-up-members` where that is more. */
export function poolFailsafe(
  view: ConfigView,
  pool: string,
  { total, up }: Membership,
): FailsafeCondition {
  const properties: Properties = view.get('ltm pool', pool)?.properties ?? {};
  const isGateway = gatewayDevice(properties) !== undefined;
  const minimum = isChecked(properties) ? numberValue(properties, 'min-up-members', 0) : 0;
  const wanted = Math.max(isGateway ? 1 : 0, minimum);
  const isShort = total > 0 && up < wanted;
  return {
    feature: isGateway ? gatewayFeature : membersFeature,
    key: pool,
    action: textValue(properties, 'min-up-members-action') ?? 'failover',
    failure: isShort ? `${up} of ${total} members up, ${wanted} needed` : undefined,
  };
}

/** Other pools' changes tell the failover process nothing new. */
export function concernsGateways({ component, before, after }: Change): boolean {
  if (component !== 'ltm pool') return false;
  return [before, after].some((pool) => pool && gatewayDevice(pool.properties) !== undefined);
}

function isChecked(pool: Properties): boolean {
  return textValue(pool, 'min-up-members-checking') === 'enabled';
}

function gatewayDevice(pool: Properties): string | undefined {
  const device = textValue(pool, 'gateway-failsafe-device');
  return device === undefined || device === 'none' ? undefined : lastPart(device);
}
