/** What HAProxy says of itself: `show info`, `show servers state`, `show stat`. Pure parsers. */
import { engineName } from '../engine-names.ts';
import { CounterTable, type KnownLine, rowWidth } from './counter-table.ts';
import type { ActualServer, ActualServers } from './reconcile.ts';
import { poolOfBackend, serverKey } from './servers.ts';

export interface HaproxyInfo {
  readonly pid: number;
  readonly fingerprint: string;
}

export function parseInfo(text: string): HaproxyInfo | undefined {
  const pid = /^Pid: (\d+)$/m.exec(text)?.[1];
  const fingerprint = /^description: (.*)$/m.exec(text)?.[1];
  return pid === undefined ? undefined : { pid: Number(pid), fingerprint: fingerprint ?? '' };
}

const forcedMaintenance = 0x01 | 0x02 | 0x20;
const forcedDrain = 0x08 | 0x10;

/** Columns by name from the `#` line, as HAProxy's manual asks readers to do. Yields now and then: there may be many. */
export function* readServers(text: string): Generator<undefined, ActualServers> {
  const servers: ActualServers = new Map();
  let width = Infinity;
  let at = { backend: 0, server: 0, admin: 0, weight: 0 };
  let count = 0;
  for (const line of text.split('\n')) {
    if (line.startsWith('# ')) {
      const columns = line.slice(2).split(' ');
      const place = (name: string): number => columns.indexOf(name);
      width = columns.length;
      at = {
        backend: place('be_name'),
        server: place('srv_name'),
        admin: place('srv_admin_state'),
        weight: place('srv_uweight'),
      };
    }
    const fields = line.split(' ');
    if (line.startsWith('#') || fields.length < width) continue;
    const backend = fields[at.backend] ?? '';
    const held = servers.get(backend) ?? new Map<string, ActualServer>();
    held.set(fields[at.server] ?? '', {
      state: stateOf(Number(fields[at.admin])),
      weight: Number(fields[at.weight]),
      connectionLimit: undefined,
    });
    servers.set(backend, held);
    count += 1;
    if (count % linesAtOnce === 0) yield;
  }
  return servers;
}

const linesAtOnce = 100;

function stateOf(admin: number): ActualServer['state'] {
  if ((admin & forcedMaintenance) !== 0) return 'down';
  return (admin & forcedDrain) !== 0 ? 'drain' : 'ready';
}

/** Whose counters are whose, where HAProxy's names do not tell. */
export interface CounterNames {
  /** The plan's name of a backend. */
  backend(name: string): string | undefined;
  /** The virtual server with that number. */
  virtual(id: number): string | undefined;
  /** Whether connections may wait for a member: backends count them. */
  hasQueues(): boolean;
  /** Says of which backends (in the plan's names) each server is counted by itself, too; undefined: of none. */
  countsServers?(): ((backend: string) => boolean) | undefined;
}

/** Connections that wait for any member of a pool. */
export function queueKey(pool: string): string {
  return `${engineName(pool)}/BACKEND`;
}

export function virtualKey(virtual: string): string {
  return `${engineName(virtual)}/FRONTEND`;
}

/** Those of others are spare, shared, or our own. */
function keyOf(proxy: string, server: string, names: CounterNames): string | undefined {
  if (server === 'FRONTEND') return proxy.startsWith(':') ? `${proxy}/${server}` : undefined;
  const backend = proxy.startsWith(':') ? proxy : names.backend(proxy);
  return backend === undefined ? undefined : `${poolOfBackend(backend)}/${server}`;
}

/** Columns of `show stat`, in the order of a row of the table; what failed is summed into the last. */
const counted = [
  'qcur',
  'scur',
  'smax',
  'stot',
  'bin',
  'bout',
  'req_tot',
  'ctime',
  'rtime',
  'econ',
  'eresp',
  'wretr',
  'wredis',
];

/** By column: where in a row it counts; -1: nowhere. */
function placesOf(heading: string): Int8Array {
  const columns = heading.slice(2).split(',');
  const last = Math.max(...counted.map((name) => columns.indexOf(name)));
  return Int8Array.from(columns.slice(0, last + 1), (name) =>
    Math.min(counted.indexOf(name), rowWidth - 1),
  );
}

const comma = 44;
const zero = 48;
const nine = 57;

/** Adds the line's figures to `figures`; `from`: behind the comma of the second column. */
function readFigures(csv: string, from: number, places: Int8Array, figures: Float64Array): void {
  figures.fill(0);
  let value = 0;
  let column = 2;
  for (let at = from; column < places.length; at += 1) {
    const code = csv.charCodeAt(at);
    if (code >= zero && code <= nine) {
      value = value * 10 + code - zero;
      continue;
    }
    const place = places[column] ?? -1;
    // Whoever counts nothing there leaves it empty.
    if (place >= 0) figures[place] = (figures[place] ?? 0) + value;
    value = 0;
    column += 1;
    if (code !== comma) return;
  }
}

/**
 * Backends of one pool differ in the way that virtual servers use it; their servers count together. `before`: an earlier
 * table, which has much the same lines. Yields now and then: there may be many.
 */
export function* readStatistics(
  csv: string,
  names: CounterNames,
  before?: CounterTable,
): Generator<undefined, CounterTable> {
  const table = new CounterTable(before);
  const { lines } = table.places;
  const countsServers = names.countsServers?.();
  const figures = new Float64Array(rowWidth);
  let places: Int8Array = new Int8Array();
  let number = 0;
  const held = [...lines];
  let heldAt = 0;
  for (let start = 0; start < csv.length;) {
    const newline = csv.indexOf('\n', start);
    const end = newline < 0 ? csv.length : newline;
    if (csv.startsWith('# ', start)) places = placesOf(csv.slice(start, end));
    else if (end > start) {
      const found = placeOfLine(csv, start, held, heldAt);
      if (found >= 0) heldAt = found + 1;
      const line = lineAt(csv, start, held[found], lines[number - 1], {
        names,
        countsServers,
        table,
      });
      lines[number] = line;
      number += 1;
      if (line.row !== undefined) {
        const from = start + line.proxy.length + line.server.length + 2;
        readFigures(csv, from, places, figures);
        table.count(line.row, figures);
        if (line.own !== undefined) table.count(line.own, figures);
      }
      if (number % linesAtOnce === 0) yield;
    }
    start = end + 1;
  }
  lines.length = number;
  return table;
}

interface Reading {
  readonly names: CounterNames;
  readonly countsServers: ((backend: string) => boolean) | undefined;
  readonly table: CounterTable;
}

/** Of lines that went away together, mostly the servers of a backend. */
const lookedAhead = 64;

/**
 * Where the line stood the last time: at `from`, or further on where lines before it went away. -1: it is new, or too many
 * went. Without this, one server more has all lines behind it named anew.
 */
function placeOfLine(
  csv: string,
  at: number,
  held: readonly (KnownLine | undefined)[],
  from: number,
): number {
  const end = Math.min(held.length, from + lookedAhead);
  for (let place = from; place < end; place += 1) {
    const line = held[place];
    if (line !== undefined && isLineOf(csv, at, line)) return place;
  }
  return -1;
}

/** Whose line it is; `known`: as it stood the last time. */
function lineAt(
  csv: string,
  at: number,
  known: KnownLine | undefined,
  before: KnownLine | undefined,
  { names, countsServers, table }: Reading,
): KnownLine {
  const isCounted = (backend: string, server: string): boolean =>
    server !== 'FRONTEND' && countsServers?.(backend) === true;
  if (known !== undefined) {
    const backend = meaningOf(known.proxy, names);
    const isOwn = isCounted(backend ?? known.proxy, known.server);
    if (backend === known.meaning && isOwn === (known.own !== undefined)) return known;
  }
  const second = csv.indexOf(',', at) + 1;
  const third = csv.indexOf(',', second) + 1;
  // Copies: what is kept must not hold the whole answer. A proxy's lines stand together.
  const text = csv.slice(at, second - 1);
  const proxy = before?.proxy === text ? before.proxy : copied(text);
  const server = copied(csv.slice(second, third - 1));
  const key = keyOf(proxy, server, names);
  const row = key === undefined ? undefined : table.rowOf(copied(key));
  const meaning = meaningOf(proxy, names);
  const backend = meaning ?? proxy;
  const own = isCounted(backend, server) ? table.rowOf(serverKey(backend, server)) : undefined;
  return { proxy, server, meaning, row, own };
}

function isLineOf(csv: string, at: number, { proxy, server }: KnownLine): boolean {
  const second = at + proxy.length + 1;
  return (
    csv.startsWith(proxy, at) &&
    csv.charCodeAt(second - 1) === comma &&
    csv.startsWith(server, second) &&
    csv.charCodeAt(second + server.length) === comma
  );
}

function meaningOf(proxy: string, names: CounterNames): string | undefined {
  return proxy.startsWith(':') ? undefined : names.backend(proxy);
}

/** V8 keeps the text that a slice was cut out of. */
function copied(text: string): string {
  return text.split('').join('');
}

/**
 * The answer to `show table` of what shared frontends count by virtual server, added to `table`. HAProxy does not
 * keep the most connections at once there: the most that was seen counts (`before`).
 */
export function* readCounts(
  text: string,
  names: CounterNames,
  table: CounterTable,
  before: CounterTable | undefined,
): Generator<undefined, CounterTable> {
  const { virtuals } = table.places;
  const figures = new Float64Array(rowWidth);
  let count = 0;
  for (let start = 0; start < text.length;) {
    const newline = text.indexOf('\n', start);
    const end = newline < 0 ? text.length : newline;
    const id = fieldAt(text, ' key=', start, end) ?? 0;
    const virtual = names.virtual(id);
    const total = fieldAt(text, ' conn_cnt=', start, end);
    if (total !== undefined && virtual !== undefined) {
      let known = virtuals.get(id);
      if (known?.name !== virtual) {
        known = { name: virtual, row: table.rowOf(virtualKey(virtual)) };
        virtuals.set(id, known);
      }
      const current = fieldAt(text, ' conn_cur=', start, end) ?? 0;
      const most = Math.max(current, before?.get(virtualKey(virtual))?.maximumConnections ?? 0);
      figures.set([
        0,
        current,
        most,
        total,
        fieldAt(text, ' bytes_in_cnt=', start, end) ?? 0,
        fieldAt(text, ' bytes_out_cnt=', start, end) ?? 0,
        fieldAt(text, ' http_req_cnt=', start, end) ?? 0,
      ]);
      table.count(known.row, figures);
      count += 1;
      if (count % linesAtOnce === 0) yield;
    }
    start = end + 1;
  }
  return table;
}

/** The number behind `name` in the line between `start` and `end`; undefined when it is not there. */
function fieldAt(text: string, name: string, start: number, end: number): number | undefined {
  const found = text.indexOf(name, start);
  if (found < 0 || found >= end) return undefined;
  let value = 0;
  for (let at = found + name.length; at < end; at += 1) {
    const code = text.charCodeAt(at);
    if (code < zero || code > nine) break;
    value = value * 10 + code - zero;
  }
  return value;
}
