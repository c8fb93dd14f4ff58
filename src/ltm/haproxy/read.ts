/** What HAProxy says of itself: `show info`, `show servers state`, `show stat`. Pure parsers. */
import { engineName } from '../engine-names.ts';
import type { ActualServer, ActualServers } from './reconcile.ts';
import { poolOfBackend } from './servers.ts';

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

export interface Counters {
  readonly currentConnections: number;
  readonly maximumConnections: number;
  readonly totalConnections: number;
  readonly bytesIn: number;
  readonly bytesOut: number;
  readonly requests: number;
  readonly queued: number;
  /** Means of the last 1,024 connections or requests, as HAProxy has them; 0: nothing measured. */
  readonly connectMilliseconds: number;
  readonly responseMilliseconds: number;
  /** Connections that did not come about, each attempt counted, and answers that were none. */
  readonly failures: number;
}

/** By `<virtual>/FRONTEND` and `<pool>/<server>`, in engine names. */
export type CounterTable = ReadonlyMap<string, Counters>;

/** Whose counters are whose, where HAProxy's names do not tell. */
export interface CounterNames {
  /** The plan's name of a backend. */
  backend(name: string): string | undefined;
  /** The virtual server with that number. */
  virtual(id: number): string | undefined;
  /** Whether connections may wait for a member: backends count them. */
  hasQueues(): boolean;
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

/** Some of many columns: to split a line into all of them makes a lot of garbage. */
function fieldsAt(line: string, places: readonly number[]): readonly string[] {
  const found: string[] = places.map(() => '');
  const most = Math.max(...places);
  let start = 0;
  for (let place = 0; place <= most && start <= line.length; place += 1) {
    const comma = line.indexOf(',', start);
    const end = comma < 0 ? line.length : comma;
    const at = places.indexOf(place);
    if (at >= 0) found[at] = line.slice(start, end);
    start = end + 1;
  }
  return found;
}

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
] as const;

/**
 * Backends of one pool differ in the way that virtual servers use it; their servers count together. Yields now and
 * then: there may be many.
 */
export function* readStatistics(
  csv: string,
  names: CounterNames,
): Generator<undefined, Map<string, Counters>> {
  const table = new Map<string, Counters>();
  let places: readonly number[] = [];
  let count = 0;
  for (const line of csv.split('\n')) {
    if (line.startsWith('# ')) {
      const columns = line.slice(2).split(',');
      places = counted.map((name) => columns.indexOf(name));
    }
    if (line.startsWith('#') || line === '') continue;
    const fields = fieldsAt(line, [0, 1, ...places]);
    const [proxy = '', server = '', ...texts] = fields;
    const values = texts.map((text) => Number(text) || 0);
    const [queued = 0, current = 0, most = 0, total = 0, bytesIn = 0, bytesOut = 0] = values;
    const [requests = 0, connectMilliseconds = 0, responseMilliseconds = 0] = values.slice(6);
    const failures = values.slice(9).reduce((sum, value) => sum + value, 0);
    const key = keyOf(proxy, server, names);
    if (key === undefined) continue;
    const counters = {
      currentConnections: current,
      maximumConnections: most,
      totalConnections: total,
      bytesIn,
      bytesOut,
      requests,
      queued,
      connectMilliseconds,
      responseMilliseconds,
      failures,
    };
    const held = table.get(key);
    table.set(key, held === undefined ? counters : addCounters(held, counters));
    count += 1;
    if (count % linesAtOnce === 0) yield;
  }
  return table;
}

/**
 * The answer to `show table` of what shared frontends count by virtual server, added to `table`. HAProxy does not
 * keep the most connections at once there: the most that was seen counts (`before`).
 */
export function* readCounts(
  text: string,
  names: CounterNames,
  table: Map<string, Counters>,
  before: CounterTable | undefined,
): Generator<undefined, CounterTable> {
  let count = 0;
  for (const line of text.split('\n')) {
    const values = new Map(line.split(' ').map((part) => fieldOf(part)));
    const virtual = names.virtual(values.get('key') ?? 0);
    if (!values.has('conn_cnt') || virtual === undefined) continue;
    const key = virtualKey(virtual);
    const value = (name: string): number => values.get(name) ?? 0;
    const counters: Counters = {
      currentConnections: value('conn_cur'),
      maximumConnections: Math.max(value('conn_cur'), before?.get(key)?.maximumConnections ?? 0),
      totalConnections: value('conn_cnt'),
      bytesIn: value('bytes_in_cnt'),
      bytesOut: value('bytes_out_cnt'),
      requests: value('http_req_cnt'),
      queued: 0,
      connectMilliseconds: 0,
      responseMilliseconds: 0,
      failures: 0,
    };
    const held = table.get(key);
    table.set(key, held === undefined ? counters : addCounters(held, counters));
    count += 1;
    if (count % linesAtOnce === 0) yield;
  }
  return table;
}

function fieldOf(part: string): readonly [string, number] {
  const at = part.indexOf('=');
  return [part.slice(0, at), Number(part.slice(at + 1)) || 0];
}

export const noCounters: Counters = {
  currentConnections: 0,
  maximumConnections: 0,
  totalConnections: 0,
  bytesIn: 0,
  bytesOut: 0,
  requests: 0,
  queued: 0,
  connectMilliseconds: 0,
  responseMilliseconds: 0,
  failures: 0,
};

/** Of two workers, or of two servers. The greatest number at once is that of the busier. */
export function addCounters(one: Counters, other: Counters): Counters {
  return {
    currentConnections: one.currentConnections + other.currentConnections,
    queued: one.queued + other.queued,
    failures: one.failures + other.failures,
    maximumConnections: Math.max(one.maximumConnections, other.maximumConnections),
    totalConnections: one.totalConnections + other.totalConnections,
    bytesIn: one.bytesIn + other.bytesIn,
    bytesOut: one.bytesOut + other.bytesOut,
    requests: one.requests + other.requests,
    connectMilliseconds: meanOf(one, other, 'connectMilliseconds'),
    responseMilliseconds: meanOf(one, other, 'responseMilliseconds'),
  };
}

/** Who has more connections counts for more; who measured nothing does not count. */
function meanOf(
  one: Counters,
  other: Counters,
  name: 'connectMilliseconds' | 'responseMilliseconds',
): number {
  if (one[name] === 0 || other[name] === 0) return one[name] + other[name];
  const shares = one.totalConnections + other.totalConnections;
  const sum = one[name] * one.totalConnections + other[name] * other.totalConnections;
  return shares === 0 ? one[name] : sum / shares;
}
