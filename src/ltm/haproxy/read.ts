/** What HAProxy says of itself: `show info`, `show servers state`, `show stat`. Pure parsers. */
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

/** Columns by name from the `#` line, as HAProxy's manual asks readers to do. */
export function parseServers(text: string): ActualServers {
  const servers: ActualServers = new Map();
  let columns: readonly string[] = [];
  for (const line of text.split('\n')) {
    if (line.startsWith('# ')) columns = line.slice(2).split(' ');
    const fields = line.split(' ');
    if (line.startsWith('#') || fields.length < columns.length || columns.length === 0) continue;
    const field = (name: string): string => fields[columns.indexOf(name)] ?? '';
    const admin = Number(field('srv_admin_state'));
    const server: ActualServer = {
      state:
        (admin & forcedMaintenance) !== 0
          ? 'down'
          : (admin & forcedDrain) !== 0
            ? 'drain'
            : 'ready',
      weight: Number(field('srv_uweight')),
      connectionLimit: undefined,
    };
    const backend = field('be_name');
    const held = servers.get(backend) ?? new Map<string, ActualServer>();
    held.set(field('srv_name'), server);
    servers.set(backend, held);
  }
  return servers;
}

export interface Counters {
  readonly currentConnections: number;
  readonly maximumConnections: number;
  readonly totalConnections: number;
  readonly bytesIn: number;
  readonly bytesOut: number;
  readonly requests: number;
  readonly queued: number;
}

/** By `<virtual>/FRONTEND` and `<pool>/<server>`, in HAProxy's names. */
export type CounterTable = ReadonlyMap<string, Counters>;

/** Backends of one pool differ in the way that virtual servers use it; their servers count together. */
export function parseStatistics(csv: string): CounterTable {
  const table = new Map<string, Counters>();
  let columns: readonly string[] = [];
  for (const line of csv.split('\n')) {
    if (line.startsWith('# ')) columns = line.slice(2).split(',');
    if (line.startsWith('#') || line === '') continue;
    const fields = line.split(',');
    const number = (name: string): number => Number(fields[columns.indexOf(name)] ?? 0) || 0;
    const [proxy = '', server = ''] = fields;
    const key = `${server === 'FRONTEND' ? proxy : poolOfBackend(proxy)}/${server}`;
    const counters = {
      currentConnections: number('scur'),
      maximumConnections: number('smax'),
      totalConnections: number('stot'),
      bytesIn: number('bin'),
      bytesOut: number('bout'),
      requests: number('req_tot'),
      queued: number('qcur'),
    };
    const held = table.get(key);
    table.set(key, held === undefined ? counters : addCounters(held, counters));
  }
  return table;
}

export const noCounters: Counters = {
  currentConnections: 0,
  maximumConnections: 0,
  totalConnections: 0,
  bytesIn: 0,
  bytesOut: 0,
  requests: 0,
  queued: 0,
};

/** Of two workers, or of two servers. The greatest number at once is that of the busier. */
export function addCounters(one: Counters, other: Counters): Counters {
  return {
    currentConnections: one.currentConnections + other.currentConnections,
    queued: one.queued + other.queued,
    maximumConnections: Math.max(one.maximumConnections, other.maximumConnections),
    totalConnections: one.totalConnections + other.totalConnections,
    bytesIn: one.bytesIn + other.bytesIn,
    bytesOut: one.bytesOut + other.bytesOut,
    requests: one.requests + other.requests,
  };
}
