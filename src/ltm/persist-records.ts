/**
 * `show ltm persistence persist-records`: who is bound to which member, out of HAProxy's tables, in BIG-IP's
 * words. Virtual servers that use a pool alike share a table, and so a record. Pure.
 */
import { type Address, parseAddress } from '../base/address.ts';
import type { Outcome } from '../base/fault.ts';
import type { MemberPlan, PersistencePlan, PoolPlan, VirtualPlan } from './types.ts';

export interface PersistenceTable {
  /** HAProxy's name. */
  readonly name: string;
  readonly persistence: PersistencePlan;
  /** Its records are addresses among those of the other. */
  readonly fallback?: PersistencePlan;
  /** One of which each record's member is in. */
  readonly pools: readonly PoolPlan[];
  /** Those whose clients may have a record in it. */
  readonly virtuals: readonly VirtualPlan[];
}

export interface PersistenceRecord {
  readonly table: string;
  /** As HAProxy has it, for deletion. */
  readonly key: string;
  readonly mode: string;
  readonly value: string;
  readonly virtual: string;
  readonly virtualAddress: string;
  readonly node: string;
  readonly nodePort: string;
  readonly pool: string;
  readonly ageSeconds: number;
}

export const recordFilters = [
  'client-addr',
  'key',
  'mode',
  'node-addr',
  'node-port',
  'pool',
  'virtual',
] as const;
type FilterName = (typeof recordFilters)[number];

export interface RecordSelection {
  readonly filters: Readonly<Partial<Record<FilterName, string>>>;
  readonly isWhole: boolean;
}

const modes = {
  'source-address': 'source-address',
  'destination-address': 'destination-address',
  'tls-session': 'ssl',
  host: 'host',
  'cookie-hash': 'hash',
  'content-hash': 'hash',
} as const;

/** Words behind the command: `mode source-address virtual /Common/web all-properties`. */
export function parseSelection(text: string): Outcome<RecordSelection> {
  const words = text.split(/\s+/).filter((word) => word !== '');
  const filters: Partial<Record<FilterName, string>> = {};
  let isWhole = false;
  while (words.length > 0) {
    const word = words.shift() ?? '';
    if (word === 'all-properties') {
      isWhole = true;
      continue;
    }
    const name = recordFilters.find((one) => one === word);
    const value = name === undefined ? undefined : words.shift();
    if (name === undefined) return wrong(`"${word}" unexpected argument`);
    if (value === undefined) return wrong(`"${word}" needs a value`);
    filters[name] = value;
  }
  return { ok: true, value: { filters, isWhole } };
}

function wrong(message: string): Outcome<never> {
  return { ok: false, faults: [{ status: 400, message }] };
}

/** Lines of `show table NAME`. */
export function readRecords(table: PersistenceTable, text: string): readonly PersistenceRecord[] {
  const { persistence, fallback, pools, virtuals } = table;
  const [mode, otherMode] = [modeOf(persistence), fallback && modeOf(fallback)];
  if (mode === undefined && otherMode === undefined) return [];
  const lived = mode === undefined ? fallback : persistence;
  const lifeSeconds = lived && 'timeoutSeconds' in lived ? lived.timeoutSeconds : 0;
  const virtual = virtuals[0];
  const address = virtual === undefined ? '' : endpoint(virtual.address, virtual.port);
  return text.split('\n').flatMap((line): readonly PersistenceRecord[] => {
    const found = /\bkey=(\S*) use=\d+ exp=(\d+)(.*)$/.exec(line);
    const [, key = '', expires = '', rest = ''] = found ?? [];
    const server = /\bserver_key=(\S+)/.exec(rest)?.[1];
    const isHere = ({ cookie }: MemberPlan): boolean => cookie === server;
    const pool = pools.find(({ members }) => members.some(isHere));
    const member = pool?.members.find(isHere);
    if (found === null || member === undefined) return [];
    return [
      {
        table: table.name,
        key,
        mode: (isAddress(key) ? otherMode : undefined) ?? mode ?? '',
        value: key.replace(/^::ffff:(?=\d+\.)/, ''),
        virtual: virtuals.map(({ name }) => name).join(', '),
        virtualAddress: address,
        node: member.address.text,
        nodePort: String(member.port === 0 ? (virtual?.port ?? 0) : member.port),
        pool: pool?.name ?? '',
        ageSeconds: Math.max(0, Math.round(lifeSeconds - Number(expires) / 1000)),
      },
    ];
  });
}

function modeOf({ kind }: PersistencePlan): string | undefined {
  return kind in modes ? modes[kind as keyof typeof modes] : undefined; // Just looked at.
}

function isAddress(key: string): boolean {
  return parseAddress(key.replace(/^::ffff:(?=\d+\.)/, '')) !== undefined;
}

export function isSelected(record: PersistenceRecord, { filters }: RecordSelection): boolean {
  const isLike = (name: FilterName, value: string): boolean => {
    const wanted = filters[name];
    return wanted === undefined || canonical(wanted) === canonical(value);
  };
  const named = (name: FilterName, full: readonly string[]): boolean => {
    const wanted = filters[name];
    return wanted === undefined || full.includes(wanted) || full.includes(`/Common/${wanted}`);
  };
  return (
    isLike('client-addr', record.mode === 'source-address' ? record.value : '') &&
    isLike('key', record.value) &&
    isLike('mode', record.mode) &&
    isLike('node-addr', record.node) &&
    isLike('node-port', record.nodePort) &&
    named('pool', [record.pool]) &&
    named('virtual', record.virtual.split(', '))
  );
}

/** Addresses may be written in several ways. */
function canonical(text: string): string {
  return parseAddress(text)?.text ?? text;
}

export function printRecords(records: readonly PersistenceRecord[], isWhole: boolean): string {
  const lines = records.flatMap((record) => (isWhole ? wholeLines(record) : [line(record)]));
  const total = `Total records returned: ${records.length}`;
  return `${['Sys::Persistent Connections', ...lines, total].join('\n')}\n`;
}

function line(record: PersistenceRecord): string {
  const { mode, value, virtualAddress } = record;
  return [mode, value, virtualAddress, nodeOf(record), '(tmm: 0)'].join('  ');
}

function wholeLines(record: PersistenceRecord): readonly string[] {
  const { mode, value, virtual, virtualAddress, pool, ageSeconds } = record;
  const title = `${mode} - ${virtualAddress} - ${nodeOf(record)}`;
  const fields: readonly (readonly [string, string])[] = [
    ['TMM', '0'],
    ['Mode', mode],
    ['Value', value],
    ['Age (sec.)', String(ageSeconds)],
    ['Virtual Name', virtual],
    ['Virtual Addr', virtualAddress],
    ['Node Addr', nodeOf(record)],
    ['Pool Name', pool],
    ['Client Addr', mode === 'source-address' ? value : 'any6'],
  ];
  const width = Math.max(...fields.map(([label]) => label.length));
  return [
    title,
    '-'.repeat(title.length),
    ...fields.map(([label, text]) => `  ${label.padEnd(width)}  ${text}`),
    '  Owner entry',
  ];
}

function nodeOf({ node, nodePort }: PersistenceRecord): string {
  return `${node}${node.includes(':') ? '.' : ':'}${nodePort}`;
}

function endpoint(address: Address, port: number): string {
  return `${address.text}${address.family === 6 ? '.' : ':'}${port === 0 ? 'any' : port}`;
}
