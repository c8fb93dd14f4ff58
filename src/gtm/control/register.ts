/** Statistics and commands of GTM objects, for iControl REST and tmsh. */
import { succeeded, type Outcome } from '../../base/fault.ts';
import { refuse, type StateRegistry } from '../../config/runtime-state.ts';
import type { ConfigStore } from '../../config/types.ts';
import type { WatchableIquery } from '../../iquery/types.ts';
import type { Clock } from '../../platform/clock.ts';
import { compileSnapshot } from '../decision/compile.ts';
import type { GtmSnapshot, GtmType } from '../decision/snapshot-types.ts';
import { gtmTypes, readListeners } from '../objects.ts';
import { explain } from '../listener/inquiry.ts';
import { numberOf, textOf } from '../values.ts';
import { sharePersistence } from './shared-persistence.ts';
import type { SyncGroup } from './sync-group.ts';
import type { DnsLink } from './dns-link.ts';
import { dnssecZone, dnssecZoneStatistics } from './dnssec-zones.ts';
import { createGroupHeads } from './group-heads.ts';
import { provideIqdump } from './iqdump.ts';
import {
  appStatistics,
  datacenterStatistics,
  iqueryStatistics,
  linkStatistics,
  listenerStatistics,
  memberStatistics,
  poolStatistics,
  proberPoolStatistics,
  type ProbeCount,
  serverStatistics,
  trafficStatistics,
  virtualServerStatistics,
  wideIpStatistics,
  type GtmState,
} from './statistics.ts';

export interface RegisterOptions {
  readonly group: SyncGroup;
  readonly state: StateRegistry;
  readonly store: ConfigStore;
  readonly channel: WatchableIquery;
  readonly clock: Clock;
}

export type StateSource = () => Omit<GtmState, 'counters'> & { readonly snapshot: GtmSnapshot };

/** What would be if the object were down; undefined: there is none of that name. */
export type Suppose = (written: string, client: string | undefined) => string | undefined;

export function registerGtmState(
  options: RegisterOptions,
  link: DnsLink,
  source: StateSource,
  suppose: Suppose,
  probes: ProbeCount,
): void {
  const { channel, state, store } = options;
  const heads = createGroupHeads(channel);
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
  state.provideStatistics('gtm link', undefined, (name) => linkStatistics(now(), name));
  state.provideStatistics('gtm distributed-app', undefined, (name) => appStatistics(now(), name));
  state.provideStatistics('gtm prober-pool', undefined, (name) =>
    proberPoolStatistics(store.view(), probes, name),
  );
  state.provideStatistics('gtm datacenter', undefined, (name) => datacenterStatistics(now(), name));
  state.provideStatistics('gtm iquery', undefined, () =>
    iqueryStatistics(source().objects, channel.peers(), heads.of),
  );
  provideIqdump(options);
  state.provideStatistics('gtm listener', undefined, (name) => {
    const listener = readListeners(store.view()).find((candidate) => candidate.name === name);
    const spec = listener?.enabled === true ? listener.spec : undefined;
    return listenerStatistics(spec, link.listeners());
  });
  state.provideStatistics('gtm traffic', undefined, () => trafficStatistics(link.counters()));
  state.provideStatistics(dnssecZone, undefined, (name) => {
    const now = Math.floor(options.clock.wallMilliseconds() / 1_000);
    return dnssecZoneStatistics(store.view(), name, now);
  });
  provideInquiries(options, link, source, suppose);
}

function provideInquiries(
  options: RegisterOptions,
  link: DnsLink,
  source: StateSource,
  suppose: Suppose,
): void {
  const { clock, state } = options;
  state.provideAction('gtm explain', 'run', async ({ parameters }) => {
    const name = textOf(parameters, 'name');
    const word = textOf(parameters, 'type', 'a').toLowerCase();
    const recordType = gtmTypes.find((candidate) => candidate === word);
    if (recordType === undefined) {
      return refuse(`"type" must be one of ${gtmTypes.join(', ')}, not "${word}"`);
    }
    const client = textOf(parameters, 'client', '127.0.0.1');
    const question = { name, recordType, client };
    const text =
      (await link.ask({ kind: 'explain', ...question })) ??
      explainHere(source().snapshot, question, clock);
    return { ok: true, value: { commandResult: text } };
  });
  state.provideAction('gtm what-if', 'run', async ({ parameters }) => {
    const written = textOf(parameters, 'down');
    const client = textOf(parameters, 'client');
    const text = suppose(written, client === '' ? undefined : client);
    return text === undefined
      ? refuse(`no data center, server, virtual server or pool is named ${written}`, 404)
      : { ok: true, value: { commandResult: text } };
  });
  state.provideAction('gtm tap', 'run', async ({ parameters }) => {
    const filter = Object.fromEntries(
      ['name', 'client', 'recordType', 'response'].flatMap((key) => {
        const text = textOf(parameters, key === 'recordType' ? 'type' : key).toLowerCase();
        return text === '' ? [] : [[key, text]];
      }),
    );
    const seconds = numberOf(parameters, 'seconds', 5);
    const most = numberOf(parameters, 'count', 100);
    return said(await link.ask({ kind: 'tap', seconds, most, filter }));
  });
  const records = {
    show: async (words: string) => told(await link.ask({ kind: 'persist', words, removes: false })),
    async remove(words: string) {
      const removed = told(await link.ask({ kind: 'persist', words, removes: true }));
      return removed.ok ? succeeded(Number(removed.value)) : removed;
    },
  };
  state.provideRecords('gtm persist', sharePersistence(records, link.persistence, options));
  state.provideRecords('gtm ldns', {
    show: async () => told(await link.ask({ kind: 'ldns', most: 1_000 })),
    remove: async () => refuse('resolvers are forgotten by themselves'),
  });
}

function told(text: string | undefined): Outcome<string> {
  return text === undefined ? refuse('the dns process does not answer', 503) : succeeded(text);
}

function said(text: string | undefined): Outcome<{ readonly commandResult: string }> {
  const outcome = told(text);
  return outcome.ok ? succeeded({ commandResult: outcome.value }) : outcome;
}

/** While the dns process is away: the same decision, but nobody's turn is known, nor any place. */
function explainHere(
  snapshot: GtmSnapshot,
  question: { readonly name: string; readonly recordType: GtmType; readonly client: string },
  clock: Clock,
): string {
  const text = explain(compileSnapshot(snapshot), question, clock.monotonicMilliseconds(), '');
  return `${text}\nThe dns process is not answering: cursors and persistence are not known.`;
}
