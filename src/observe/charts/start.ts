/**
 * Looks at virtual servers and pools every ten seconds and remembers: the device as a whole, and the objects that had
 * traffic, up to a bound (an object without traffic costs nothing). In memory; a file, written now and then, outlives a
 * restart, and what was between the two is shown as not known.
 */
import type { StateRegistry } from '../../config/runtime-state.ts';
import type { ConfigStore } from '../../config/types.ts';
import type { Clock } from '../../platform/clock.ts';
import { readBytesIfPresent } from '../../platform/files.ts';
import type { Log } from '../../platform/log.ts';
import { replaceFile } from '../../platform/quiet-file.ts';
import { finishInSlices } from '../../platform/turn.ts';
import { type Rings, decodeCharts, encodeCharts } from './codec.ts';
import {
  type Counters,
  type MeasureName,
  type MachineMeasures,
  isQuiet,
  machineMeasureNames,
  machineMeasures,
  measureNames,
  measuresBetween,
  sumOf,
} from './measures.ts';
import type { TrafficCounts } from '../traffic-counts.ts';
import { Ring, type Span, sampleSeconds, spans } from './ring.ts';

/** Of 27 kB each. */
const maximumObjects = 500;
/** A device that loses its power loses the last of so many minutes. */
const saveMilliseconds = 300_000;
const objectsAtOnce = 100;
/** What all virtual servers have together. */
export const wholeDevice = '';
/** In the file only: processors and memory. */
const machineKey = ' machine';

interface Followed {
  readonly rings: Readonly<Record<MeasureName, Ring>>;
  /** Undefined: of a former run, not seen in this one yet. */
  counters: Counters | undefined;
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
  /** Resolves when they are kept. */
  close(): Promise<void>;
}

export interface ChartsOptions {
  readonly store: Pick<ConfigStore, 'view'>;
  readonly state: Pick<StateRegistry, 'statistics'>;
  readonly clock: Clock;
  /** Figures only: statistics of ten thousand objects cost more to word than to count. Without it there are none. */
  readonly traffic?: TrafficCounts | undefined;
  /** Where they outlive a restart; without it they do not. */
  readonly file?: string;
  readonly log?: Log;
}

export function startCharts(options: ChartsOptions): Charts {
  const { clock } = options;
  const followed = new Map<string, Followed>();
  const machine = eachOf(machineMeasureNames, () => new Ring());
  restore(options, followed, machine);
  const stopSaving = startSaving(options, followed, machine);
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
    close() {
      stop();
      return stopSaving();
    },
  };
}

type MachineRings = Readonly<Record<keyof MachineMeasures, Ring>>;

/** What was kept, and what nobody saw since. */
function restore(
  { file, clock }: ChartsOptions,
  followed: Map<string, Followed>,
  machine: MachineRings,
): void {
  const bytes = file === undefined ? undefined : readBytesIfPresent(file);
  const kept = bytes && decodeCharts(bytes);
  if (kept === undefined) return;
  const away = Math.max(0, (clock.wallMilliseconds() - kept.at) / 1000);
  const fill = (key: string, rings: Rings): void => {
    for (const [measure, ring] of Object.entries(rings)) {
      ring.restore(kept.values(key, measure) ?? []);
      ring.skip(away);
    }
  };
  for (const key of kept.keys.filter((one) => one !== machineKey).slice(0, maximumObjects + 1)) {
    const rings = eachOf(measureNames, () => new Ring());
    fill(key, rings);
    followed.set(key, { rings, counters: undefined, at: 0 });
  }
  fill(machineKey, machine);
}

/** One writing at a time; the result ends it, after a last one. */
function startSaving(
  { file, clock, log }: ChartsOptions,
  followed: ReadonlyMap<string, Followed>,
  machine: MachineRings,
): () => Promise<void> {
  if (file === undefined) return () => Promise.resolve();
  let writing: Promise<void> | undefined;
  const all = function* (): Generator<readonly [string, Rings]> {
    for (const [key, { rings }] of followed) yield [key, rings];
    yield [machineKey, machine];
  };
  const save = async (): Promise<void> => {
    const parts = await finishInSlices(encodeCharts(clock.wallMilliseconds(), all()));
    await replaceFile(file, parts);
  };
  const saveOnce = (): Promise<void> => {
    writing ??= save()
      .catch((error: unknown) =>
        log?.write('warning', 'charts are not kept', { error: String(error) }),
      )
      .finally(() => {
        writing = undefined;
      });
    return writing;
  };
  const cancel = clock.every(saveMilliseconds, () => void saveOnce());
  return async () => {
    cancel();
    await writing;
    await saveOnce();
  };
}

function* looking(
  { store, traffic, clock }: ChartsOptions,
  followed: Map<string, Followed>,
): Generator<undefined | Promise<void>, void> {
  yield traffic?.refresh();
  const view = store.view();
  const seen = new Set([wholeDevice]);
  let looked = 0;
  const countersOfAll = function* (
    component: 'ltm virtual' | 'ltm pool',
    countersOf: (name: string) => Counters | undefined,
  ): Generator<undefined, readonly Counters[]> {
    const all: Counters[] = [];
    for (const name of view.names(component)) {
      looked += 1;
      if (looked % objectsAtOnce === 0) yield undefined;
      const counters = countersOf(name);
      if (counters === undefined) continue;
      const key = `${component} ${name}`;
      // Who never had traffic adds nothing.
      if (!isQuiet(counters)) all.push(counters);
      if (followed.has(key) || (!isQuiet(counters) && followed.size < maximumObjects)) {
        seen.add(key);
        note(followed, key, counters, clock);
      }
    }
    return all;
  };
  const virtuals = yield* countersOfAll('ltm virtual', (name) => traffic?.virtual(name));
  const pools = yield* countersOfAll('ltm pool', (name) => traffic?.pool(name));
  note(followed, wholeDevice, sumOf(virtuals, pools), clock);
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
  if (known.counters !== undefined) {
    const seconds = Math.max(1, (at - known.at) / 1000);
    const measures = measuresBetween(known.counters, counters, seconds);
    for (const name of measureNames) known.rings[name].add(measures[name]);
  }
  known.counters = counters;
  known.at = at;
}

function noteMachine(state: ChartsOptions['state'], rings: MachineRings): void {
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
