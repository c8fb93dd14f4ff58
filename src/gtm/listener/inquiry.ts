/** Answers for people who ask the dns process what it knows; the text is what tmsh prints. Pure. */
import { appKey } from '../decision/application.ts';
import { decide } from '../decision/decide.ts';
import type { CompiledSnapshot } from '../decision/compile.ts';
import type { GtmType } from '../decision/snapshot-types.ts';
import { printTrace, type TraceEvent } from '../decision/trace.ts';
import { markOf, type PersistenceRecord } from '../decision/persistence.ts';
import { nameKey } from '../../base/dns/name.ts';
import type { Inquiry } from '../protocol.ts';
import type { Resolvers } from './resolvers.ts';

/** More would be a text of many megabytes. */
const mostShown = 50_000;

/** The very decision that the next query would get, without taking its turn. */
export function explain(
  snapshot: CompiledSnapshot,
  question: { readonly name: string; readonly recordType: GtmType; readonly client: string },
  now: number,
  geography: string,
): string {
  const trace: TraceEvent[] = [];
  const { client, name, recordType: type } = question;
  decide(snapshot, { key: nameKey(name.replace(/\.$/, '')), type, client, now }, trace, true);
  const usesPlaces = !snapshot.topology.isEmpty && trace.some(({ kind }) => kind === 'pass');
  const places = geography === '' ? 'none: every place is unknown' : geography;
  return usesPlaces ? `${printTrace(trace)}\nGeography: ${places}` : printTrace(trace);
}

/** `show gtm persist`, its filters as BIG-IP has them; or how many were deleted. */
export function persistRecords(
  snapshot: CompiledSnapshot,
  inquiry: Extract<Inquiry, { kind: 'persist' }>,
  now: number,
): string {
  const filters = readFilters(inquiry.words);
  const most = Number(filters.get('max-results') ?? mostShown);
  const named = recordNames(snapshot);
  const found = snapshot.persistence
    .list(now)
    .map((record) => ({ ...record, ...named(record) }))
    .filter((record) => isWanted(record, filters))
    .slice(0, Math.min(Number.isFinite(most) ? most : mostShown, mostShown));
  if (inquiry.removes) {
    for (const { id } of found) snapshot.persistence.remove(id);
    return String(found.length);
  }
  const rows = found.map((record) => [
    record.level,
    record.network,
    record.type,
    record.wideIp,
    `${record.pool} ${record.member}`.trim(),
    `${Math.ceil((record.expires - now) / 1_000)}`,
  ]);
  const heads = ['Level', 'Key', 'Type', 'Target Name', 'Destination', 'Expires (s)'];
  return [table([heads, ...rows]), `Total records returned: ${rows.length}`].join('\n');
}

interface NamedRecord {
  readonly level: string;
  readonly network: string;
  readonly wideIp: string;
  readonly type: string;
  readonly pool: string;
  readonly member: string;
}

/** Names of what records are of; what is gone has none. */
function recordNames(
  snapshot: CompiledSnapshot,
): (record: PersistenceRecord) => Omit<NamedRecord, 'network'> {
  const wideIps = new Map(snapshot.wideIps.map(({ data, mark }) => [mark, data]));
  const pools = new Map(snapshot.pools.map((pool) => [pool.mark, pool]));
  const apps = new Map(
    snapshot.wideIps.flatMap(({ data: { app } }) =>
      app?.persistence === undefined ? [] : [[markOf(appKey(app.name)), app.name] as const],
    ),
  );
  let centers: ReadonlyMap<number, string> | undefined;
  return (record) => {
    const app = apps.get(record.wideIp);
    if (app !== undefined) {
      centers ??= datacenterMarks(snapshot);
      const member = centers.get(record.member) ?? '-';
      return { level: 'application', wideIp: app, type: '-', pool: '', member };
    }
    const wideIp = wideIps.get(record.wideIp);
    const pool = pools.get(record.pool);
    const member = pool?.members.find(({ mark }) => mark === record.member);
    return {
      level: 'wideip',
      wideIp: wideIp?.name ?? '-',
      type: wideIp?.type ?? '-',
      pool: pool?.data.name ?? '-',
      member: member?.data.name ?? '-',
    };
  };
}

function datacenterMarks(snapshot: CompiledSnapshot): ReadonlyMap<number, string> {
  const names = new Set(
    snapshot.pools.flatMap(({ data }) =>
      data.members.flatMap(({ datacenter }) => datacenter ?? []),
    ),
  );
  return new Map(Array.from(names, (name) => [markOf(name), name]));
}

function readFilters(words: string): ReadonlyMap<string, string> {
  const list = words.split(/\s+/).filter((word) => word !== '');
  const filters = new Map<string, string>();
  for (let index = 0; index + 1 < list.length; index += 2) {
    filters.set(list[index] ?? '', list[index + 1] ?? '');
  }
  return filters;
}

function isWanted(record: NamedRecord, filters: ReadonlyMap<string, string>): boolean {
  const says = (filter: string, ...values: readonly string[]): boolean => {
    const wanted = filters.get(filter);
    return wanted === undefined || values.includes(wanted);
  };
  return (
    says('key', record.network, record.network.replace(/\/\d+$/, '')) &&
    says('destination', record.member, record.pool) &&
    says('target-name', record.wideIp, record.wideIp.slice(record.wideIp.lastIndexOf('/') + 1)) &&
    says('target-type', record.type) &&
    says('level', record.level)
  );
}

/** `show gtm ldns`. */
export function resolverTable(
  resolvers: Resolvers,
  snapshot: CompiledSnapshot,
  most: number,
  now: number,
  bytesOf: (client: string) => readonly number[],
): string {
  const rows = resolvers.list(Math.min(most, mostShown)).map(([client, { lastAt, queries }]) => {
    const location = snapshot.topology.locate(bytesOf(client));
    const place = [location?.continent, location?.country, location?.state].filter(Boolean);
    const quiet = Math.round((now - lastAt) / 1_000);
    return [client, String(queries), String(quiet), place.join(' ') || '--'];
  });
  const heads = ['Address', 'Queries', 'Quiet (s)', 'Place'];
  return [table([heads, ...rows]), `Total: ${resolvers.size()}`].join('\n');
}

export function table(rows: readonly (readonly string[])[]): string {
  const widths = (rows[0] ?? []).map((_, column) =>
    rows.reduce((widest, row) => Math.max(widest, row[column]?.length ?? 0), 0),
  );
  return rows
    .map((row) =>
      row
        .map((cell, column) => cell.padEnd(widths[column] ?? 0))
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}
