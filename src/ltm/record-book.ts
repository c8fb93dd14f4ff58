/** Persistence records, looked up in HAProxy when somebody asks. */
import { type Outcome, succeeded } from '../base/fault.ts';
import { type RecordBook, refuse } from '../config/runtime-state.ts';
import { sharedTable } from './haproxy/render-peers.ts';
import { recordTable } from './haproxy/render-persistence.ts';
import { backendName } from './haproxy/servers.ts';
import {
  isSelected,
  parseSelection,
  type PersistenceRecord,
  type PersistenceTable,
  printRecords,
  readRecords,
  type RecordSelection,
} from './persist-records.ts';
import type { TrafficPlan } from './types.ts';

export interface RecordSource {
  plan(): TrafficPlan;
  /** HAProxy's name of a backend of the plan; undefined while it has none. */
  nameOf(backend: string): string | undefined;
  /** HAProxy's runtime API. */
  ask(commands: readonly string[]): Promise<readonly string[]>;
}

/** More would be a text of many megabytes. */
const mostShown = 50_000;

export function recordBook(source: RecordSource): RecordBook {
  return {
    async show(words) {
      const selection = parseSelection(words);
      if (!selection.ok) return selection;
      const found = await lookUp(source, selection.value);
      if (!found.ok) return found;
      return succeeded(printRecords(found.value.slice(0, mostShown), selection.value.isWhole));
    },
    async remove(words) {
      const selection = parseSelection(words);
      if (!selection.ok) return selection;
      const found = await lookUp(source, selection.value);
      if (!found.ok) return found;
      const orders = new Set(
        found.value.map(({ table, key }) => `clear table ${table} key ${key}`),
      );
      try {
        await source.ask([...orders]);
        return succeeded(found.value.length);
      } catch (error) {
        return silent(error);
      }
    },
  };
}

async function lookUp(
  source: RecordSource,
  selection: RecordSelection,
): Promise<Outcome<readonly PersistenceRecord[]>> {
  const tables = tablesOf(source);
  try {
    const answers = await source.ask(tables.map(({ name }) => `show table ${name}`));
    const records = tables.flatMap((table, index) => readRecords(table, answers[index] ?? ''));
    return succeeded(records.filter((record) => isSelected(record, selection)));
  } catch (error) {
    return silent(error);
  }
}

/** Ways of using pools may share a table: its records belong to all their virtual servers. */
function tablesOf(source: RecordSource): readonly PersistenceTable[] {
  const plan = source.plan();
  const pools = new Map(plan.pools.map((pool) => [pool.name, pool]));
  const users = Map.groupBy(plan.virtuals, ({ backend }) =>
    backend === undefined ? '' : backendName(backend),
  );
  const tables = new Map<string, PersistenceTable>();
  for (const backend of plan.backends) {
    const { persistence, fallbackPersistence } = backend;
    if (recordTable(backend) === undefined) continue;
    const wanted = backendName(backend);
    const name = sharedTable(backend) ?? source.nameOf(wanted);
    if (name === undefined) continue;
    const before = tables.get(name);
    const virtuals = [...(before?.virtuals ?? []), ...(users.get(wanted) ?? [])];
    const own = pools.get(backend.pool);
    const both = [...new Set([...(before?.pools ?? []), ...(own === undefined ? [] : [own])])];
    const fallback = fallbackPersistence && { fallback: fallbackPersistence };
    tables.set(name, { name, persistence, ...fallback, virtuals, pools: both });
  }
  return [...tables.values()];
}

function silent(error: unknown): Outcome<never> {
  const why = error instanceof Error ? error.message : String(error);
  return refuse(`The persistence records cannot be read: ${why}`, 503);
}
