/** A zone's record sets by owner, and what stands above and around a name. Pure. */
import type { Sliced } from '../base/slices.ts';
import { isWithin, parentOf } from './name.ts';
import type { RecordSet, Zone } from './zone.ts';

/** What the rest of the configuration says about names. */
export interface ZoneSurroundings {
  /** Wide IP names: they have addresses although the zone has none for them. */
  readonly isWideIp?: (name: string) => boolean;
  /** Other zones of the view. */
  readonly isZone?: (name: string) => boolean;
}

export interface ZoneIndex {
  readonly zone: Zone;
  readonly byOwner: ReadonlyMap<string, readonly RecordSet[]>;
  readonly isWideIp: (name: string) => boolean;
  readonly isZone: (name: string) => boolean;
  /** The delegation that takes the name out of the zone: at it or above. */
  cutAbove(name: string): string | undefined;
  /** The DNAME that renames it: above, never at it. */
  dnameAbove(name: string): string | undefined;
  /** Its own sets, or those of the wildcard that answers for it (RFC 4592). */
  setsFor(name: string): readonly RecordSet[];
}

/** Lets go between record sets. */
export function* indexingZone(zone: Zone, surroundings: ZoneSurroundings): Sliced<ZoneIndex> {
  const byOwner = new Map<string, RecordSet[]>();
  for (const set of zone.records) {
    const sets = byOwner.get(set.owner);
    if (sets === undefined) byOwner.set(set.owner, [set]);
    else sets.push(set);
    yield;
  }
  const has = (name: string, type: string): boolean =>
    byOwner.get(name)?.some((set) => set.type === type) === true;
  return {
    zone,
    byOwner,
    isWideIp: surroundings.isWideIp ?? (() => false),
    isZone: surroundings.isZone ?? (() => false),
    cutAbove: (name) =>
      highest(name, zone.domain, (above) => above !== zone.domain && has(above, 'NS')),
    dnameAbove: (name) =>
      highest(name, zone.domain, (above) => above !== name && has(above, 'DNAME')),
    setsFor: (name) =>
      byOwner.get(name) ?? byOwner.get(wildcardFor(name, zone, byOwner) ?? '') ?? [],
  };
}

/** Of the names from `name` up to the top of the zone, the highest that `fits`. */
function highest(name: string, top: string, fits: (name: string) => boolean): string | undefined {
  let found: string | undefined;
  let above: string | undefined = name;
  while (above !== undefined && isWithin(above, top)) {
    if (fits(above)) found = above;
    above = parentOf(above);
  }
  return found;
}

/** The wildcard at the closest name above that exists. */
function wildcardFor(
  name: string,
  zone: Zone,
  byOwner: ReadonlyMap<string, readonly RecordSet[]>,
): string | undefined {
  let above = parentOf(name);
  while (above !== undefined && isWithin(above, zone.domain)) {
    if (byOwner.has(`*.${above}`)) return `*.${above}`;
    if (byOwner.has(above)) return undefined;
    above = parentOf(above);
  }
  return undefined;
}
