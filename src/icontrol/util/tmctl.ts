/**
 * `tmctl [-c] TABLE`: counters of the traffic as BIG-IP's tmstat tables name them, from the same statistics that
 * REST shows. Tables and columns that nothing here counts are not there.
 */
import type { Outcome } from '../../base/fault.ts';
import type { Sliced } from '../../base/slices.ts';
import { isList, nameOf } from '../../config/text/changes.ts';
import type { Statistics } from '../../config/runtime-state.ts';
import { finishInSlices } from '../../platform/turn.ts';
import type { Services } from '../context.ts';

interface Table {
  readonly component: string;
  readonly items?: string;
  /** Column → leaf of the statistics, and what to divide it by. */
  readonly columns: readonly (readonly [string, string, number?])[];
}

function side(name: string): Table['columns'] {
  return [
    [`${name}.bytes_in`, `${name}.bitsIn`, 8],
    [`${name}.bytes_out`, `${name}.bitsOut`, 8],
    [`${name}.pkts_in`, `${name}.pktsIn`],
    [`${name}.pkts_out`, `${name}.pktsOut`],
    [`${name}.cur_conns`, `${name}.curConns`],
    [`${name}.max_conns`, `${name}.maxConns`],
    [`${name}.tot_conns`, `${name}.totConns`],
  ];
}

const requests = ['tot_requests', 'totRequests'] as const;

const tables: Readonly<Record<string, Table>> = {
  virtual_server_stat: {
    component: 'ltm virtual',
    columns: [['destination', 'destination'], ...side('clientside'), requests],
  },
  pool_stat: { component: 'ltm pool', columns: [...side('serverside'), requests] },
  pool_member_stat: {
    component: 'ltm pool',
    items: 'members',
    columns: [
      ['pool_name', 'poolName'],
      ['addr', 'addr'],
      ['port', 'port'],
      ...side('serverside'),
      requests,
    ],
  },
};

export async function tmctl(
  services: Services,
  words: readonly string[],
): Promise<Outcome<string>> {
  const names = words.filter((word) => !word.startsWith('-'));
  const options = words.filter((word) => word.startsWith('-'));
  const [name = ''] = names;
  const isKnown = options.every((word) => /^-[ciaq]+$/.test(word)) && names.length <= 1;
  if (!isKnown) {
    const message = `tmctl takes one table and -c, not: ${words.join(' ')}`;
    return { ok: false, faults: [{ status: 400, message }] };
  }
  if (name === '') return { ok: true, value: `${Object.keys(tables).join('\n')}\n` };
  const table = Object.hasOwn(tables, name) ? tables[name] : undefined;
  if (table === undefined) return { ok: true, value: `tmctl: ${name}: no such table\n` };
  const header = ['name', ...table.columns.map(([column]) => column)].join(',');
  const rows = await finishInSlices(rowsOf(services, table));
  return { ok: true, value: `${[header, ...rows].join('\n')}\n` };
}

/** One line each; of forty thousand members in parts. */
function* rowsOf(services: Services, table: Table): Sliced<readonly string[]> {
  const { component, items } = table;
  const view = services.store.view();
  const rows: string[] = [];
  for (const name of view.names(component)) {
    const held = items === undefined ? undefined : view.get(component, name)?.properties[items];
    const parts = items === undefined ? [undefined] : isList(held) ? held.map(nameOf) : [];
    for (const part of parts) {
      const statistics = services.state.statistics(component, items, name, part);
      if (statistics === undefined) continue;
      const cells = table.columns.map((column) => cell(statistics, column));
      rows.push([part ?? name, ...cells].join(','));
      yield;
    }
  }
  return rows;
}

function cell(statistics: Statistics, [, leaf, divisor = 1]: Table['columns'][number]): string {
  const value = statistics[leaf];
  if (typeof value === 'number') return String(Math.floor(value / divisor));
  return typeof value === 'string' ? value : '0';
}
