import { compareHybrid, type HybridTime, hybridTick } from '../../base/hybrid-clock.ts';
import type { VersionMessage } from '../../iquery/types.ts';

/**
 * What a group's content includes: for each origin its newest commit. Pure. Comparing two of them tells
 * exactly whether one device is behind, ahead, or whether both changed apart. An explicit push is an
 * event of its own (`<device>#push`): it is what makes the pushed content win over what it overwrote.
 */
export type Versions = Readonly<Record<string, HybridTime>>;

export type Relation = 'same' | 'ahead' | 'behind' | 'apart';

export function covers(one: Versions, other: Versions): boolean {
  return Object.entries(other).every(([origin, time]) => includes(one, origin, time));
}

/** Is the commit of `origin` at `time` part of it? */
export function includes(versions: Versions, origin: string, time: HybridTime): boolean {
  const known = versions[origin];
  return known !== undefined && compareHybrid(known, time) >= 0;
}

/** Of `one`, seen from `other`. */
export function relationOf(one: Versions, other: Versions): Relation {
  const isAhead = covers(one, other);
  const isBehind = covers(other, one);
  if (isAhead) return isBehind ? 'same' : 'ahead';
  return isBehind ? 'behind' : 'apart';
}

export function joinVersions(...all: readonly Versions[]): Versions {
  const joined: Record<string, HybridTime> = {};
  for (const versions of all) {
    for (const [origin, time] of Object.entries(versions)) {
      const known = joined[origin];
      if (known === undefined || compareHybrid(time, known) > 0) joined[origin] = time;
    }
  }
  return joined;
}

export function withVersion(versions: Versions, origin: string, time: HybridTime): Versions {
  return joinVersions(versions, { [origin]: time });
}

export function pushOrigin(device: string): string {
  return `${device}#push`;
}

/**
 * With a push of `device`: later than every one of it that anybody has heard of. Its clock does not tell that:
 * it may have been set back, with the device or without it.
 */
export function withPush(
  versions: Versions,
  device: string,
  time: HybridTime,
  known: readonly Versions[] = [],
): Versions {
  const origin = pushOrigin(device);
  const newest = joinVersions(versions, ...known)[origin];
  const event = newest === undefined ? time : hybridTick(newest, time.wall);
  return withVersion(versions, origin, compareHybrid(event, time) > 0 ? event : time);
}

/** Can the difference be told in commits? A push in between can only be told by a full load. */
export function isToldInCommits(holder: Versions, receiver: Versions): boolean {
  return Object.entries(holder).every(
    ([origin, time]) => !origin.endsWith('#push') || includes(receiver, origin, time),
  );
}

export function versionsToMessage(versions: Versions): VersionMessage[] {
  return Object.entries(versions).map(([origin, time]) => ({ origin, time }));
}

export function versionsFromMessage(entries: readonly VersionMessage[]): Versions {
  return joinVersions(...entries.map(({ origin, time }) => ({ [origin]: time })));
}
