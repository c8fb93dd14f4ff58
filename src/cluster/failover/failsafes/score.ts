/**
 * HA groups: what this device has to offer for a traffic group, in points. BIG-IP: each pool and trunk gives its
 * weight times the part of its members that is up, nothing below the minimum; the active device has the bonus
 * on top. Pure.
 */
import type { Properties } from '../../../catalogue/types.ts';
import { itemsValue, lastPart, numberValue, textValue } from '../../../config/property-values.ts';
import type { ConfigView } from '../../../config/types.ts';
import type { Score } from '../types.ts';

/** Members of a pool, interfaces of a trunk. */
export interface Membership {
  readonly total: number;
  readonly up: number;
}

export interface Offers {
  pool(name: string): Membership;
  trunk(name: string): Membership;
}

/** One line of an HA group. */
export interface Share extends Membership {
  readonly kind: 'pool' | 'trunk';
  readonly name: string;
  readonly weight: number;
  readonly points: number;
}

export interface HaGroupScore {
  readonly name: string;
  readonly isEnabled: boolean;
  readonly activeBonus: number;
  readonly points: number;
  readonly shares: readonly Share[];
}

const kinds = [
  ['pool', 'pools'],
  ['trunk', 'trunks'],
] as const;

/** Undefined: there is no such HA group. */
export function haGroupScore(
  view: ConfigView,
  name: string,
  offers: Offers,
): HaGroupScore | undefined {
  const properties: Properties | undefined = view.get('sys ha-group', name)?.properties;
  if (properties === undefined) return undefined;
  const shares = kinds.flatMap(([kind, property]) =>
    itemsValue(properties, property).map((item): Share => {
      const membership = offers[kind](item.name);
      const weight = numberValue(item.properties, 'weight', 10);
      const minimum = numberValue(item.properties, 'minimum-threshold', 0);
      const sufficient = numberValue(item.properties, 'sufficient-threshold', 0);
      const points = pointsOf(membership, weight, minimum, sufficient);
      return { kind, name: item.name, weight, points, ...membership };
    }),
  );
  return {
    name,
    isEnabled: textValue(properties, 'enabled') !== 'disabled',
    activeBonus: numberValue(properties, 'active-bonus', 10),
    points: shares.reduce((sum, share) => sum + share.points, 0),
    shares,
  };
}

function pointsOf(
  { total, up }: Membership,
  weight: number,
  minimum: number,
  sufficient: number,
): number {
  if (total === 0 || up === 0 || up < minimum) return 0;
  if (sufficient > 0 && up >= sufficient) return weight;
  return Math.floor((weight * up) / total);
}

/**
 * By traffic group. An HA group that is disabled or gone counts for none. With `failover-method ha-order` the
 * HA group of `monitor` is the device's health only: well or, with no points, not. The older `ha-group` is a
 * method by itself, whatever `failover-method` says: clients that know only this set nothing else.
 */
export function trafficGroupScores(
  view: ConfigView,
  offers: Offers,
): Readonly<Record<string, Score>> {
  const scores: Record<string, Score> = {};
  for (const group of view.list('cm traffic-group')) {
    const named = haGroupOf(group.properties);
    const score = named === undefined ? undefined : haGroupScore(view, named, offers);
    if (score === undefined || !score.isEnabled) continue;
    scores[group.name] = isHealthOnly(group.properties)
      ? { points: score.points > 0 ? 1 : 0, activeBonus: 0, isHealth: true }
      : { points: score.points, activeBonus: score.activeBonus };
  }
  return scores;
}

/** Traffic groups that are chosen by this HA group's score. */
export function haGroupUsers(view: ConfigView, name: string): readonly string[] {
  const groups = view.list('cm traffic-group');
  return groups.filter((group) => haGroupOf(group.properties) === name).map((group) => group.name);
}

/** `ha-group`, or `monitor { ha-group }`, which is the later form and counts first. */
export function haGroupOf(trafficGroup: Properties): string | undefined {
  return monitoredBy(trafficGroup) ?? named(textValue(trafficGroup, 'ha-group'));
}

function isHealthOnly(trafficGroup: Properties): boolean {
  const isByScore = textValue(trafficGroup, 'failover-method') === 'ha-score';
  return !isByScore && monitoredBy(trafficGroup) !== undefined;
}

function monitoredBy(trafficGroup: Properties): string | undefined {
  const monitor = trafficGroup['monitor'];
  return typeof monitor === 'object' && !Array.isArray(monitor)
    ? named(textValue(monitor as Properties, 'ha-group'))
    : undefined;
}

function named(name: string | undefined): string | undefined {
  return name === undefined || name === 'none' || name === '' ? undefined : lastPart(name);
}
