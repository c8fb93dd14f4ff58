/**
 * GTM in the control process: reports of local devices in, snapshots for the dns process out. Every
 * member of a synchronisation group computes alone, from the same configuration and the same reports.
 */
import { createHmac } from 'node:crypto';
import type { ZoneAccess } from '../../base/dns/zone-access.ts';
import type { AppliedTracker } from '../../config/applied.ts';
import type { EnginePreviews } from '../../config/engine-previews.ts';
import type { StateRegistry } from '../../config/runtime-state.ts';
import type { Change, ConfigStore, ConfigView } from '../../config/types.ts';
import type { WatchableIquery } from '../../iquery/types.ts';
import type { ProbeGuests } from '../../monitor/guests.ts';
import type { HealthFeed } from '../../monitor/health.ts';
import type { Clock } from '../../platform/clock.ts';
import type { Log } from '../../platform/log.ts';
import { snapshotChanges } from '../decision/preview.ts';
import { buildSnapshot } from '../decision/snapshot.ts';
import type { GtmSnapshot } from '../decision/snapshot-types.ts';
import { mergeHealth, reportsOf, type MergedHealth } from '../health/merge.ts';
import { planProbes, withProbes, type ProbePlan } from '../health/probes.ts';
import { gtmStatuses } from '../health/status.ts';
import { type GtmObjects, type GtmStatuses } from '../health/words.ts';
import { readDatacenters, readListeners, readPools, readServers, readWideIps } from '../objects.ts';
import type { DnsHolding, ListenerSpec } from '../protocol.ts';
import { concernsDoors } from '../secure-door.ts';
import { statusChanges } from './changes.ts';
import { createCollector, type Collector } from './collector.ts';
import { createDiscovery } from './discovery.ts';
import { connectDns, dnsEngine, type DnsLink } from './dns-link.ts';
import { isLeader } from './leader.ts';
import { disableFallen } from './manual-resume.ts';
import { registerGtmState } from './register.ts';
import { suppose, tellSupposition } from './what-if.ts';
import { numberOf, textOf } from '../values.ts';
import { cookieSecretBytes } from '../dns/cookie.ts';
import type { Geography } from '../geography/source.ts';
import { parsePrefix } from '../../base/address.ts';
import { createDnssecKeeper } from './dnssec-keeper.ts';
import { provideRollover } from './dnssec-rollover.ts';
import { signedZones } from './dnssec-zones.ts';
import { isEligible, startReporter } from './reporter.ts';
import { startProbing, type Probing } from './probing.ts';

export interface GtmOptions {
  readonly store: ConfigStore;
  readonly state: StateRegistry;
  readonly applied: AppliedTracker;
  readonly previews?: Pick<EnginePreviews, 'register'>;
  readonly health: HealthFeed & { readonly guests: ProbeGuests };
  /** Does this device own the floating addresses of the traffic group now? */
  isActiveFor(trafficGroup: string): boolean;
  /** Called whenever an answer of `isActiveFor` may have changed. */
  onActiveChange(listener: () => void): void;
  readonly channel: WatchableIquery;
  /** Where other devices listen for iQuery: 4353. */
  readonly iqueryPort: number;
  /** Where named answers for static zones on 127.0.0.1; undefined while it does not. */
  zoneAccess(): ZoneAccess | undefined;
  readonly dnsSocket: string;
  /** Read when it is first asked for. */
  geography(): Geography;
  readonly clock: Clock;
  readonly log: Log;
}

export interface RunningGtm {
  /** As of the last computation. */
  statuses(): GtmStatuses;
  snapshot(): GtmSnapshot;
  /** Resolves when listeners give no answer of named from before. */
  forgetZones(): Promise<void>;
  close(): void;
}

/**
 * After a start nothing is known yet, and the dns process still answers from what it holds: the first
 * snapshot waits until every server has reported, at most so long.
 */
const warmUpMilliseconds = 10_000;
/** Reports of one moment make one snapshot. */
const gatherMilliseconds = 2;
/** Reports age and addresses become known without an event. */
const tickMilliseconds = 1_000;

interface Computed {
  readonly view: ConfigView;
  readonly objects: GtmObjects;
  readonly health: MergedHealth;
  readonly statuses: GtmStatuses;
  readonly snapshot: GtmSnapshot;
}

export function startGtm(options: GtmOptions): RunningGtm {
  const { applied, channel, clock, dnsSocket, log, store } = options;
  const reporter = startReporter(options);
  const link = connectDns(dnsSocket, applied, clock);
  const startedAt = clock.monotonicMilliseconds();
  let objects = readObjects(store.view());
  let isGathering = false;
  const gather = (): void => {
    if (isGathering) return;
    isGathering = true;
    clock.after(gatherMilliseconds, () => {
      isGathering = false;
      refresh();
    });
  };
  const hear = { channel, clock, iqueryPort: options.iqueryPort, reporter };
  const collector = createCollector({ ...hear, onChange: gather });
  const discovery = createDiscovery({ channel, clock, log, store });
  const keeper = createDnssecKeeper({ clock, log, store });
  const probing = probingFor(options, collector, objects, gather);
  const computeFor = (view: ConfigView, of: GtmObjects): Computed =>
    computeFrom(options, collector, probing, view, of);
  const compute = (): Computed =>
    computeFrom(options, collector, probing, store.view(), objects, probing.plan());
  let computed = compute();
  registerPreview(options.previews, (view) => computeFor(view, readObjects(view)).snapshot);
  provideRollover(options.state, keeper);
  const sender = createSender(link, options);
  const refresh = (): void => {
    const before = computed;
    computed = compute();
    for (const { isBad, text } of statusChanges(before.statuses, computed.statuses)) {
      log.write(isBad ? 'warning' : 'notice', text);
    }
    const isWarm = clock.monotonicMilliseconds() - startedAt > warmUpMilliseconds;
    if (isWarm || hasHeardAll(objects, collector)) sender.send(computed);
    discovery.run(objects, collector.devices());
    // What it commits comes back here as a commit, after this one is done.
    if (isLeader(store, channel)) {
      disableFallen(store, log, objects, before.statuses, computed.statuses);
      keeper.look();
    }
  };
  const configure = (): void => {
    objects = readObjects(store.view());
    collector.update(store.view(), objects.servers);
    probing.configure(store.view(), objects);
    refresh();
  };
  const stopCommits = store.onCommit((commit) => {
    if (concernsGtm(commit.changes)) configure();
    else sender.pass(commit.sequence);
  });
  const stopTicking = clock.every(tickMilliseconds, () => {
    collector.update(store.view(), objects.servers);
    probing.assign();
    refresh();
  });
  registerGtmState(
    options,
    link,
    () => computed,
    (written, client) => supposing(computed, written, client, options.geography),
  );
  configure();
  return {
    statuses: () => computed.statuses,
    snapshot: () => computed.snapshot,
    forgetZones: link.forgetZones,
    close() {
      stopCommits();
      stopTicking();
      reporter.close();
      link.close();
    },
  };
}

function probingFor(
  { channel, clock, health: { guests }, log, state, store }: GtmOptions,
  collector: Collector,
  objects: GtmObjects,
  onChange: () => void,
): Probing {
  const isOurs = (): boolean => isEligible(state, store.view().deviceName);
  const options = { channel, clock, guests, log, isEligible: isOurs, onChange };
  return startProbing(options, collector, store.view(), objects);
}

function computeFrom(
  { clock }: GtmOptions,
  collector: Collector,
  { lookup }: Probing,
  view: ConfigView,
  objects: GtmObjects,
  probes: ProbePlan = planProbes(view, objects),
): Computed {
  const now = clock.monotonicMilliseconds();
  const reported = mergeHealth(objects.servers, collector.devices(), view.deviceName, now);
  const health = withProbes(reported, objects.servers, probes, lookup, view.deviceName);
  const statuses = gtmStatuses(objects, health);
  return { view, objects, health, statuses, snapshot: buildSnapshot(view, objects, statuses) };
}

function registerPreview(
  previews: GtmOptions['previews'],
  snapshotOf: (view: ConfigView) => GtmSnapshot,
): void {
  previews?.register({
    engine: dnsEngine,
    changes(before, after, changes) {
      if (!concernsGtm(changes)) return [];
      return snapshotChanges(snapshotOf(before), snapshotOf(after));
    },
  });
}

function supposing(
  computed: Computed,
  written: string,
  client: string | undefined,
  geography: GtmOptions['geography'],
): string | undefined {
  const supposition = suppose(computed, written);
  if (supposition === undefined) return undefined;
  const { health, objects } = supposition.situation;
  const after = buildSnapshot(computed.view, objects, gtmStatuses(objects, health));
  return tellSupposition(written, computed, after, supposition, client, geography().locate);
}

function readObjects(view: ConfigView): GtmObjects {
  return {
    datacenters: readDatacenters(view),
    servers: readServers(view),
    pools: readPools(view),
    wideIps: readWideIps(view),
  };
}

/** Objects that decisions, sessions or listeners are made of. */
function concernsGtm(changes: readonly Change[]): boolean {
  return changes.some(
    ({ component, name }) =>
      component.startsWith('gtm ') ||
      component === 'ltm profile dns' ||
      concernsDoors(component) ||
      component.startsWith('ltm dns dnssec ') ||
      component === 'net self' ||
      component === 'cm device' ||
      (component === 'sys db' && [explainVariable, nsidVariable, rateVariable].includes(name)),
  );
}

/** `sys db gtm.explainclients`: networks, with blanks or commas between them. */
function explainClients(view: ConfigView): readonly string[] {
  const value = textOf(view.get('sys db', explainVariable)?.properties ?? {}, 'value');
  return value.split(/[\s,]+/).filter((text) => parsePrefix(text) !== undefined);
}

const explainVariable = 'gtm.explainclients';
const rateVariable = 'gtm.responserate';
const nsidVariable = 'gtm.nsid';

function serverName(view: ConfigView): string {
  const { properties = {} } = view.get('sys db', nsidVariable) ?? {};
  return textOf(properties, 'value') === 'enable' ? view.deviceName : '';
}

function responseRate(view: ConfigView): number {
  return numberOf(view.get('sys db', rateVariable)?.properties ?? {}, 'value', 0);
}

/** All devices of the trust domain have the same master key, so that any of them knows a cookie. */
function cookieSecret(store: ConfigStore): string {
  const key = createHmac('sha256', store.secrets.masterKey()).update('evenkeel dns cookies');
  return key.digest('hex').slice(0, 2 * cookieSecretBytes);
}

function hasHeardAll(objects: GtmObjects, collector: Collector): boolean {
  return objects.servers.every(
    (server) =>
      !server.isBigip ||
      server.devices.length === 0 ||
      reportsOf(server, collector.devices()).some((reports) => reports.receivedAt !== undefined),
  );
}

/** Sends when something in it changed, and says so to the tracker of applied commits. */
function createSender(
  link: DnsLink,
  options: GtmOptions,
): { send(computed: Computed): void; pass(sequence: number): void } {
  let last = '';
  return {
    send({ snapshot, view }) {
      const holding: DnsHolding = {
        sequence: view.sequence,
        snapshot,
        listeners: readListeners(view).flatMap(({ enabled, spec }): ListenerSpec[] =>
          enabled ? [spec] : [],
        ),
        zones: options.zoneAccess() ?? null,
        explainClients: explainClients(view),
        cookieSecret: cookieSecret(options.store),
        responseRate: responseRate(view),
        signedZones: signedZones(view, Math.floor(options.clock.wallMilliseconds() / 1_000)),
        serverName: serverName(view),
      };
      const text = JSON.stringify({
        ...holding,
        sequence: 0,
        snapshot: { ...snapshot, sequence: 0 },
      });
      if (text === last) return link.pass(view.sequence);
      last = text;
      link.hold(holding);
    },
    pass: (sequence) => link.pass(sequence),
  };
}
