/**
 * Looks at virtual servers and pools every ten seconds and remembers: the device as a whole, and the objects that had
 * traffic, up to a bound (an object without traffic costs nothing). In memory: a restart begins anew.
 */
import type { StateRegistry } from '../../config/runtime-state.ts';
import type { ConfigStore } from '../../config/types.ts';
import type { Clock } from '../../platform/clock.ts';
import { finishInSlices } from '../../platform/turn.ts';
import {
  type Counters,
  type MeasureName,
  type MachineMeasures,
  countersOf,
  isQuiet,
  machineMeasureNames,
  machineMeasures,
  measureNames,
  measuresBetween,
  sumOf,
} from './measures.ts';
import { Ring, type Span, sampleSeconds, spans } from './ring.ts';

/** Of 20 kB each. */
const maximumObjects = 500;
const objectsAtOnce = 100;
const watched = ['ltm virtual', 'ltm pool'] as const;
/** What all virtual servers have together. */
export const wholeDevice = '';

interface Followed {
  readonly rings: Readonly<Record<MeasureName, Ring>>;
  counters: Counters;
  at: number;
}

export interface Chart {
  readonly span: Span['name'];
  readonly stepSeconds: number;
  /** Wall milliseconds of the newest value. */
  readonly until: number;
  readonly series: Readonly<
    Record<MeasureName, readonly number[]> &
      // Of the whole device only.
      Partial<Record<keyof MachineMeasures, readonly number[]>>
  >;
}

export interface Charts {
  /** `object`: "ltm virtual /Common/web"; undefined while nothing is known of it. */
  chart(object: string, span: Span['name']): Chart | undefined;
  close(): void;
}

export interface ChartsOptions {
  readonly store: Pick<ConfigStore, 'view'>;
  readonly state: Pick<StateRegistry, 'statistics'>;
  readonly clock: Clock;
}

export function startCharts(options: ChartsOptions): Charts {
  const { clock } = options;
  const followed = new Map<string, Followed>();
  const machine = eachOf(machineMeasureNames, () => new Ring());
  let until = clock.wallMilliseconds();
  let isLooking = false;
  const stop = clock.every(sampleSeconds * 1000, () => {
    // A device that is too busy leaves a sample out.
    if (isLooking) return;
    isLooking = true;
    noteMachine(options.state, machine);
    void finishInSlices(looking(options, followed)).finally(() => {
      isLooking = false;
      until = clock.wallMilliseconds();
    });
  });
  return {
    chart(object, name) {
      const rings = followed.get(object)?.rings;
      const span = spans.find((one) => one.name === name);
      if (rings === undefined || span === undefined) return undefined;
      const series = eachOf(measureNames, (measure) => rings[measure].values(name));
      const own =
        object === wholeDevice
          ? eachOf(machineMeasureNames, (measure) => machine[measure].values(name))
          : {};
      return { span: name, stepSeconds: span.stepSeconds, until, series: { ...series, ...own } };
    },
    close: stop,
  };
}

function* looking(
  { store, state, clock }: ChartsOptions,
  followed: Map<string, Followed>,
): Generator<undefined, void> {
  const view = store.view();
  const seen = new Set([wholeDevice]);
  const all: Counters[] = [];
  let looked = 0;
  for (const component of watched) {
    for (const name of view.names(component)) {
      looked += 1;
      if (looked % objectsAtOnce === 0) yield undefined;
      const statistics = state.statistics(component, undefined, name);
      if (statistics === undefined) continue;
      const counters = countersOf(statistics);
      if (component === 'ltm virtual') all.push(counters);
      const key = `${component} ${name}`;
      seen.add(key);
      if (followed.has(key) || (!isQuiet(counters) && followed.size < maximumObjects)) {
        note(followed, key, counters, clock);
      }
    }
  }
  note(followed, wholeDevice, sumOf(all), clock);
  for (const key of followed.keys()) if (!seen.has(key)) followed.delete(key);
}

function note(
  followed: Map<string, Followed>,
  key: string,
  counters: Counters,
  clock: Clock,
): void {
  const at = clock.monotonicMilliseconds();
  const known = followed.get(key);
  if (known === undefined) {
    followed.set(key, { rings: eachOf(measureNames, () => new Ring()), counters, at });
    return;
  }
  const seconds = Math.max(1, (at - known.at) / 1000);
  const measures = measuresBetween(known.counters, counters, seconds);
  for (const name of measureNames) known.rings[name].add(measures[name]);
  known.counters = counters;
  known.at = at;
}

function noteMachine(
  state: ChartsOptions['state'],
  rings: Readonly<Record<keyof MachineMeasures, Ring>>,
): void {
  const hostInfo = state.statistics('sys host-info', undefined, '');
  // The first seconds after a start nobody knows.
  if (hostInfo === undefined) return;
  const measures = machineMeasures(hostInfo);
  for (const name of machineMeasureNames) rings[name].add(measures[name]);
}

function eachOf<K extends string, T>(
  names: readonly K[],
  make: (name: K) => T,
): Readonly<Record<K, T>> {
  // Every name has its value.
  return Object.fromEntries(names.map((name) => [name, make(name)])) as Record<K, T>;
}
