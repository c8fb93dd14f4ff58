/** `show gtm path`: what is known of the ways from data centers to resolvers, and who measured them. */
import { succeeded } from '../../base/fault.ts';
import { refuse, type StateRegistry, type Statistics } from '../../config/runtime-state.ts';
import type { Clock } from '../../platform/clock.ts';
import { table } from '../listener/inquiry.ts';
import type { PathKeeper, ShownWay } from '../paths/path-keeper.ts';

/** More would be a text of many megabytes. */
const mostShown = 10_000;

export function providePaths(
  { clock, state }: { readonly clock: Clock; readonly state: StateRegistry },
  keeper: PathKeeper,
): void {
  const wanted = (words: string): readonly ShownWay[] => {
    const client = /(?:^|\s)ldns\s+(\S+)/.exec(words)?.[1];
    const datacenter = /(?:^|\s)datacenter\s+(\S+)/.exec(words)?.[1];
    return keeper
      .list()
      .filter((way) => client === undefined || way.client === client)
      .filter((way) => datacenter === undefined || way.datacenter === datacenter)
      .slice(0, mostShown);
  };
  state.provideRecords('gtm path', {
    show: async (words) => succeeded(pathTable(wanted(words), clock.monotonicMilliseconds())),
    rows: async (words) => succeeded(pathRows(wanted(words))),
    remove: async () => refuse('paths are forgotten by themselves'),
  });
}

export function pathTable(ways: readonly ShownWay[], now: number): string {
  const rows = ways.map(({ client, datacenter, isAsked, measured }) => {
    const age = measured && String(Math.round((now - measured.at) / 1_000));
    const state = isAsked ? 'being measured' : measured?.protocol === '' ? 'no answer' : '';
    return [
      client,
      datacenter,
      measured?.roundTripMilliseconds?.toFixed(3) ?? '-',
      measured === undefined ? '-' : String(measured.completionPercent),
      String(measured?.hops ?? '-'),
      measured?.protocol || '-',
      age ?? '-',
      measured?.device ?? '-',
      state,
    ];
  });
  const heads = [
    'LDNS',
    'Data Center',
    'Round Trip (ms)',
    'Completion (%)',
    'Hops',
    'Protocol',
    'Age (s)',
    'Measured by',
    '',
  ];
  return [table([heads, ...rows]), `Total: ${rows.length}`].join('\n');
}

function pathRows(ways: readonly ShownWay[]): Statistics {
  return Object.fromEntries(
    ways.map(({ client, datacenter, measured }): [string, Statistics] => [
      `${client} ${datacenter}`,
      {
        ldns: client,
        datacenter,
        rtt: Math.round((measured?.roundTripMilliseconds ?? 0) * 1_000),
        completionRate: measured?.completionPercent ?? 0,
        hops: measured?.hops ?? 0,
        protocol: measured?.protocol ?? '',
      },
    ]),
  );
}
