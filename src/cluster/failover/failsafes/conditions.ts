/** What control tells the failover process of this device's worth: HA scores and gateways, from health and links. */
import { itemsValue, textListValue } from '../../../config/property-values.ts';
import type { Commit, ConfigStore, ConfigView } from '../../../config/types.ts';
import type { HealthFeed } from '../../../monitor/health.ts';
import type { Cancel, Clock } from '../../../platform/clock.ts';
import { isLinkUp } from '../../../platform/interfaces.ts';
import { isWatched, poolFailsafe, watchedPools } from './gateway.ts';
import { type Membership, type Offers, trafficGroupScores } from './score.ts';
import type { Conditions } from '../types.ts';

/** Links change without a word; pools are heard of at once. */
const lookMilliseconds = 1000;

export interface ConditionsWatch {
  now(): Conditions;
  offers(): Offers;
  /** The configuration changed. */
  look(): void;
  close(): void;
}

export function watchConditions(parts: {
  readonly store: ConfigStore;
  readonly health: HealthFeed;
  readonly clock: Clock;
  readonly changed: (conditions: Conditions) => void;
}): ConditionsWatch {
  const { store, health, clock } = parts;
  const offers = (): Offers => offersOf(store.view(), health);
  // Of ten thousand pools a few, if any: kept up by the commit.
  let watched = new Set(watchedPools(store.view()));
  const noteCommit = (commit: Commit, before: ConfigView, after: ConfigView): void => {
    if (before.deviceName !== after.deviceName) watched = new Set(watchedPools(after));
    for (const { component, name } of commit.changes) {
      if (component !== 'ltm pool') continue;
      if (isWatched(after, name)) watched.add(name);
      else watched.delete(name);
    }
  };
  const read = (): Conditions => {
    const view = store.view();
    const have = offers();
    return {
      scores: trafficGroupScores(view, have),
      failsafes: [...watched].toSorted().map((pool) => poolFailsafe(view, pool, have.pool(pool))),
    };
  };
  let conditions = read();
  const look = (): void => {
    const next = read();
    if (JSON.stringify(next) === JSON.stringify(conditions)) return;
    conditions = next;
    parts.changed(next);
  };
  const leave: readonly Cancel[] = [
    store.onCommit(noteCommit),
    health.onChange(() => look()),
    clock.every(lookMilliseconds, look),
  ];
  return {
    now: () => conditions,
    offers,
    look,
    close() {
      for (const stop of leave) stop();
    },
  };
}

function offersOf(view: ConfigView, health: HealthFeed): Offers {
  return {
    pool(name): Membership {
      const properties = view.get('ltm pool', name)?.properties ?? {};
      const members = itemsValue(properties, 'members');
      const table = health.table();
      // A member of which nothing is known yet is not down.
      const up = members.filter((one) => table.get(`member ${name} ${one.name}`)?.usable ?? true);
      return { total: members.length, up: up.length };
    },
    trunk(name): Membership {
      const properties = view.get('net trunk', name)?.properties ?? {};
      const interfaces = textListValue(properties, 'interfaces');
      return { total: interfaces.length, up: interfaces.filter(isLinkUp).length };
    },
  };
}
