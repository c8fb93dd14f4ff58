/** Statistics and commands of GTM objects, for iControl REST and tmsh. */
import { refuse, type StateRegistry } from '../../config/runtime-state.ts';
import type { ConfigStore } from '../../config/types.ts';
import type { IqueryChannel } from '../../iquery/types.ts';
import type { Clock } from '../../platform/clock.ts';
import { compileSnapshot } from '../decision/compile.ts';
import { decide } from '../decision/decide.ts';
import type { GtmSnapshot, GtmType } from '../decision/snapshot-types.ts';
import { printTrace, type TraceEvent } from '../decision/trace.ts';
import { nameKey } from '../../base/dns/name.ts';
import { gtmTypes, readListeners } from '../objects.ts';
import { textOf } from '../values.ts';
import type { DnsLink } from './dns-link.ts';
import {
  datacenterStatistics,
  iqueryStatistics,
  listenerStatistics,
  memberStatistics,
  poolStatistics,
  serverStatistics,
  trafficStatistics,
  virtualServerStatistics,
  wideIpStatistics,
  type GtmState,
} from './statistics.ts';

export interface RegisterOptions {
  readonly state: StateRegistry;
  readonly store: ConfigStore;
  readonly channel: IqueryChannel;
  readonly clock: Clock;
}

export type StateSource = () => Omit<GtmState, 'counters'> & { readonly snapshot: GtmSnapshot };

export function registerGtmState(
  options: RegisterOptions,
  link: DnsLink,
  source: StateSource,
): void {
  const { channel, state, store } = options;
  const now = (): GtmState => ({ ...source(), counters: link.counters() });
  for (const type of gtmTypes) {
    state.provideStatistics(`gtm wideip ${type}`, undefined, (name) =>
      wideIpStatistics(now(), type, name),
    );
    state.provideStatistics(`gtm pool ${type}`, undefined, (name) =>
      poolStatistics(now(), type, name),
    );
    state.provideStatistics(`gtm pool ${type}`, 'members', (name, member = '') =>
      memberStatistics(now(), type, name, member),
    );
  }
  state.provideStatistics('gtm server', undefined, (name) => serverStatistics(now(), name));
  state.provideStatistics('gtm server', 'virtual-servers', (name, virtual = '') =>
    virtualServerStatistics(now(), name, virtual),
  );
  state.provideStatistics('gtm datacenter', undefined, (name) => datacenterStatistics(now(), name));
  state.provideStatistics('gtm iquery', undefined, () =>
    iqueryStatistics(source().objects, channel.peers()),
  );
  state.provideStatistics('gtm listener', undefined, (name) => {
    const listener = readListeners(store.view()).find((candidate) => candidate.name === name);
    const spec = listener?.enabled === true ? listener.spec : undefined;
    return listenerStatistics(spec, link.listeners());
  });
  state.provideStatistics('gtm traffic', undefined, () => trafficStatistics(link.counters()));
  provideExplain(options, link, source);
}

function provideExplain(options: RegisterOptions, link: DnsLink, source: StateSource): void {
  options.state.provideAction('gtm explain', 'run', async ({ parameters }) => {
    const name = textOf(parameters, 'name');
    const word = textOf(parameters, 'type', 'a').toLowerCase();
    const type = gtmTypes.find((candidate) => candidate === word);
    if (type === undefined) {
      return refuse(`"type" must be one of ${gtmTypes.join(', ')}, not "${word}"`);
    }
    const client = textOf(parameters, 'client', '127.0.0.1');
    const text =
      (await link.explain(name, type, client)) ??
      explainHere(source().snapshot, name, type, client, options.clock);
    return { ok: true, value: { commandResult: text } };
  });
}

/** While the dns process is away: the same decision, but nobody's turn is known. */
function explainHere(
  snapshot: GtmSnapshot,
  name: string,
  type: GtmType,
  client: string,
  clock: Clock,
): string {
  const trace: TraceEvent[] = [];
  const key = nameKey(name.replace(/\.$/, ''));
  const query = { key, type, client, now: clock.monotonicMilliseconds() };
  decide(compileSnapshot(snapshot), query, trace, true);
  return `${printTrace(trace)}\nThe dns process is not answering: cursors and persistence are not known.`;
}
