/**
 * What shared frontends look up: address and port → virtual server, virtual server → backend and limit. HAProxy's
 * files are lists of `key value`; while it runs, commands of its runtime API change them. Pure.
 */
import { type Sliced, finishAtOnce } from '../../base/slices.ts';

/** Counts by virtual server. The name is no engine name, which all begin with a colon. */
export const countTable = 'virtuals';

export const mapNames = ['virtuals', 'backends', 'limits'] as const;
export type MapName = (typeof mapNames)[number];

/** A virtual server behind shared listeners. */
export interface VirtualRow {
  /** Tells it from all others, in maps and counts. */
  readonly id: number;
  /** As HAProxy prints the address that a client asked for, with the port. */
  readonly place: string;
  /** The plan's name of the backend; undefined without a pool. */
  readonly backend: string | undefined;
  /** 0: none. */
  readonly limit: number;
}

/** Map → key → value. */
export type MapContents = ReadonlyMap<MapName, ReadonlyMap<string, string>>;
export type HeldMaps = Map<MapName, Map<string, string>>;

export interface MapStep {
  readonly command: string;
  readonly map: MapName;
  readonly key: string;
  /** What holds then; undefined: nothing. */
  readonly value: string | undefined;
}

export function mapPaths(folder: string): Readonly<Record<MapName, string>> {
  const path = (name: MapName): string => `${folder}/${name}.map`;
  return { virtuals: path('virtuals'), backends: path('backends'), limits: path('limits') };
}

export function emptyMaps(): HeldMaps {
  return new Map(mapNames.map((name) => [name, new Map()]));
}

/** `nameOf`: HAProxy's name of a backend; undefined while it has none. */
export function entriesOf(
  row: VirtualRow | undefined,
  nameOf: (backend: string) => string | undefined,
): readonly (readonly [MapName, string, string])[] {
  if (row === undefined) return [];
  const id = String(row.id);
  const backend = row.backend === undefined ? undefined : nameOf(row.backend);
  return [
    ...(row.limit === 0 ? [] : [['limits', id, String(row.limit)] as const]),
    ...(backend === undefined ? [] : [['backends', id, backend] as const]),
    // Last, so that one that is found is known wholly.
    ['virtuals', row.place, id] as const,
  ];
}

/** Where it may have entries. */
export function keysOf(row: VirtualRow | undefined): readonly (readonly [MapName, string])[] {
  if (row === undefined) return [];
  const id = String(row.id);
  return [
    ['virtuals', row.place],
    ['backends', id],
    ['limits', id],
  ];
}

export function contentsOf(
  rows: Iterable<VirtualRow>,
  nameOf: (backend: string) => string | undefined,
): HeldMaps {
  return finishAtOnce(gatherContents(rows, nameOf));
}

/** Yields now and then: there may be many. */
export function* gatherContents(
  rows: Iterable<VirtualRow>,
  nameOf: (backend: string) => string | undefined,
): Sliced<HeldMaps> {
  const maps = emptyMaps();
  let count = 0;
  for (const row of rows) {
    for (const [map, key, value] of entriesOf(row, nameOf)) maps.get(map)?.set(key, value);
    count += 1;
    if (count % linesAtOnce === 0) yield;
  }
  return maps;
}

/** From what HAProxy holds to what it should, of all. */
export function allSteps(held: MapContents, wanted: MapContents, folder: string): MapStep[] {
  return finishAtOnce(gatherSteps(held, wanted, folder));
}

/** Yields now and then. */
export function* gatherSteps(
  held: MapContents,
  wanted: MapContents,
  folder: string,
): Sliced<MapStep[]> {
  const steps: MapStep[] = [];
  for (const map of mapNames) {
    const [old, next] = [held.get(map) ?? new Map(), wanted.get(map) ?? new Map()];
    let count = 0;
    for (const key of new Set([...old.keys(), ...next.keys()])) {
      steps.push(...stepOf(map, key, old.get(key), next.get(key), folder));
      count += 1;
      if (count % linesAtOnce === 0) yield;
    }
  }
  return steps;
}

/** The same of some: `before` is where they had entries, `after` are their entries. */
export function someSteps(
  held: MapContents,
  before: readonly (readonly [MapName, string])[],
  after: readonly (readonly [MapName, string, string])[],
  folder: string,
): MapStep[] {
  const due = new Map<string, readonly [MapName, string, string | undefined]>();
  for (const [map, key] of before) due.set(`${map} ${key}`, [map, key, undefined]);
  for (const [map, key, value] of after) {
    // Anew, so that the order is that of `after`.
    due.delete(`${map} ${key}`);
    due.set(`${map} ${key}`, [map, key, value]);
  }
  return [...due.values()].flatMap(([map, key, value]) =>
    stepOf(map, key, held.get(map)?.get(key), value, folder),
  );
}

function stepOf(
  map: MapName,
  key: string,
  held: string | undefined,
  value: string | undefined,
  folder: string,
): MapStep[] {
  if (held === value) return [];
  const path = mapPaths(folder)[map];
  const to = (command: string): MapStep[] => [{ command, map, key, value }];
  if (value === undefined) return to(`del map ${path} ${key}`);
  // `add` of a key that is there would make a second one.
  return to(`${held === undefined ? 'add' : 'set'} map ${path} ${key} ${value}`);
}

/** A virtual server that comes again with the same name begins at zero. */
export function forgetCounts(id: number): string {
  return `clear table ${countTable} key ${id}`;
}

/** HAProxy takes no map that has no file: one without entries is not empty either. */
export function mapText(entries: ReadonlyMap<string, string>): string {
  return `# key value\n${[...entries].map(([key, value]) => `${key} ${value}\n`).join('')}`;
}

/** The answer to `show map`: a pointer before each entry. Yields now and then: there may be many. */
export function* parseMap(text: string): Generator<undefined, Map<string, string>> {
  const entries = new Map<string, string>();
  let count = 0;
  for (const line of text.split('\n')) {
    const [pointer, key, value] = line.split(' ');
    // Else HAProxy says that it has no such map.
    if (pointer?.startsWith('0x') !== true) continue;
    if (key !== undefined && value !== undefined) entries.set(key, value);
    count += 1;
    if (count % linesAtOnce === 0) yield;
  }
  return entries;
}

const linesAtOnce = 200;
