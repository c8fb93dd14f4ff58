/**
 * GTM in the control process: reports of local devices in, snapshots for the dns process out. Every
 * member of a synchronisation group computes alone, from the same configuration and the same reports.
 */
import type { ZoneAccess } from '../../base/dns/zone-access.ts';
import type { AppliedTracker } from '../../config/applied.ts';
import type { EnginePreviews } from '../../config/engine-previews.ts';
import type { StateRegistry } from '../../config/runtime-state.ts';
import type { Change, ConfigStore, ConfigView } from '../../config/types.ts';
import type { WatchableIquery } from '../../iquery/types.ts';
import type { PathMeter } from '../../monitor/path/meter.ts';
import type { ProbeGuests } from '../../monitor/guests.ts';
import type { HealthFeed } from '../../monitor/health.ts';
import type { Clock } from '../../platform/clock.ts';
import type { Log } from '../../platform/log.ts';
import { snapshotChanges } from '../decision/preview.ts';
import { buildSnapshot } from '../decision/snapshot.ts';
import type { GtmSnapshot } from '../decision/snapshot-types.ts';
import { reportsOf, type DeviceReports } from '../health/merge.ts';
import { gtmStatuses } from '../health/status.ts';
import { type GtmObjects, type GtmStatuses } from '../health/words.ts';
import { networksKey } from '../links.ts';
import { concernsDoors } from '../secure-door.ts';
import { statusChanges } from './changes.ts';
import { createCollector, type Collector } from './collector.ts';
import { createDiscovery } from './discovery.ts';
import { connectDns, dnsEngine, type DnsLink } from './dns-link.ts';
import { disableFallen } from './manual-resume.ts';
import { registerGtmState } from './register.ts';
import { suppose, tellSupposition } from './what-if.ts';
import type { Geography } from '../geography/source.ts';
import { createDnssecKeeper } from './dnssec-keeper.ts';
import { provideRollover } from './dnssec-rollover.ts';
import { createSender, holdingVariables } from './sender.ts';
import { computeFrom, readObjects, runSituation, type Computed } from './situation.ts';
import { isEligible, startReporter } from './reporter.ts';
import { providePaths } from './path-records.ts';
import { startPathProbing, type PathProbing } from './path-probing.ts';
import { startProbing, type Probing } from './probing.ts';
import { watchSyncGroup, type SyncGroup } from './sync-group.ts';

export interface GtmOptions {
  readonly store: ConfigStore;
  readonly state: StateRegistry;
  readonly applied: AppliedTracker;
  readonly previews?: Pick<EnginePreviews, 'register'>;
  readonly health: HealthFeed & { readonly guests: ProbeGuests; readonly paths: PathMeter };
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

export function startGtm(options: GtmOptions): RunningGtm {
  const { applied, channel, clock, dnsSocket, log, store } = options;
  const reporter = startReporter(options);
  const link = connectDns(dnsSocket, applied, clock);
  let objects = readObjects(store.view());
  const gather = createGatherer(clock, () => refresh());
  const group = watchSyncGroup(options);
  const hear = { channel, clock, iqueryPort: options.iqueryPort, reporter };
  const collector = createCollector({ ...hear, onChange: gather });
  const discovery = createDiscovery({ clock, group, log, store });
  const keeper = createDnssecKeeper({ clock, log, store });
  const probing = probingFor(options, collector, objects, () => {
    situation.probed();
    gather();
  });
  const ways = waysFor({ ...options, group }, collector, link, objects);
  const situation = runSituation(options, collector, probing, objects);
  registerPreview(options, collector, probing);
  provideRollover(options.state, keeper);
  const sender = createSender(link, options);
  const places = watchNetworks();
  const isWarm = createWarmUp(clock, () => hasHeardAll(objects, collector));
  const tell = ({ after, before }: { after: GtmStatuses; before: GtmStatuses }): void => {
    logChanges(log, before, after);
    discovery.run(objects, collector.devices());
    // What it commits comes back here as a commit, after this one is done.
    if (group.isLeader()) {
      disableFallen(store, log, objects, before, after);
      keeper.look();
    }
  };
  /** Only what was said. */
  const refresh = (): void => {
    // What is reached through which link hangs on the networks of devices.
    if (hasLinks(objects) && places.haveMoved(collector.devices())) return configure();
    const step = situation.step();
    if (isWarm()) sender.patch(step.patches, situation.now);
    tell(step);
  };
  const configure = (): void => {
    const before = situation.now().statuses;
    objects = readObjects(store.view(), collector.devices());
    collector.update(store.view(), objects.servers);
    probing.configure(store.view(), objects);
    ways.configure(store.view(), objects);
    situation.anew(objects);
    const after = situation.now();
    if (isWarm()) sender.send(after);
    tell({ before, after: after.statuses });
  };
  const stopCommits = store.onCommit((commit) => {
    if (concernsGtm(commit.changes)) configure();
    else sender.pass(commit.sequence);
  });
  const stopTicking = clock.every(tickMilliseconds, () => {
    collector.update(store.view(), objects.servers);
    probing.assign();
    ways.tick();
    // The last words of probes age, too.
    situation.probed();
    refresh();
    if (isWarm()) sender.send(situation.now());
  });
  const supposed = (written: string, client: string | undefined): string | undefined =>
    supposing(situation.now(), written, client, options.geography);
  registerGtmState({ ...options, group }, link, situation.now, supposed, probing.count);
  collector.update(store.view(), objects.servers);
  probing.assign();
  refresh();
  return {
    statuses: () => situation.now().statuses,
    snapshot: () => situation.now().snapshot,
    forgetZones: link.forgetZones,
    close() {
      for (const stop of [stopCommits, stopTicking, reporter.close, link.close]) stop();
    },
  };
}

/** Links come last: whoever has none looks at one server only. */
function hasLinks({ servers }: GtmObjects): boolean {
  return servers.at(-1)?.linkName !== undefined;
}

/** Says whether devices stand in other networks than when it was asked last. */
function watchNetworks(): { haveMoved(devices: readonly DeviceReports[]): boolean } {
  let last = networksKey([]);
  let seen: ReadonlyMap<string, DeviceReports['networks']> = new Map();
  return {
    haveMoved(devices) {
      const standing = devices.filter(({ networks }) => networks.length > 0);
      const isSame =
        standing.length === seen.size &&
        standing.every(({ device, networks }) => seen.get(device) === networks);
      if (isSame) return false;
      seen = new Map(standing.map(({ device, networks }) => [device, networks]));
      const key = networksKey(standing);
      const hasMoved = key !== last;
      last = key;
      return hasMoved;
    },
  };
}

/** Has enough been heard, or long enough been waited, for a first word to the dns process? */
function createWarmUp(clock: Clock, hasHeard: () => boolean): () => boolean {
  const startedAt = clock.monotonicMilliseconds();
  let isWarm = false;
  return () => {
    isWarm ||= clock.monotonicMilliseconds() - startedAt > warmUpMilliseconds || hasHeard();
    return isWarm;
  };
}

/** What is said in one moment is looked at together; where that takes long, half of the time is left to others. */
function createGatherer(clock: Clock, action: () => void): () => void {
  let isGathering = false;
  let tookMilliseconds = 0;
  return () => {
    if (isGathering) return;
    isGathering = true;
    clock.after(Math.max(gatherMilliseconds, tookMilliseconds), () => {
      isGathering = false;
      const started = clock.monotonicMilliseconds();
      action();
      tookMilliseconds = clock.monotonicMilliseconds() - started;
    });
  };
}

function logChanges(log: Log, before: GtmStatuses, after: GtmStatuses): void {
  for (const { isBad, text } of statusChanges(before, after)) {
    log.write(isBad ? 'warning' : 'notice', text);
  }
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

function waysFor(
  options: GtmOptions & { readonly group: SyncGroup },
  collector: Collector,
  link: DnsLink,
  objects: GtmObjects,
): PathProbing {
  const { channel, clock, group, health, store } = options;
  const around = { channel, clock, group, collector, meter: health.paths, line: link.paths };
  const ways = startPathProbing(around);
  ways.configure(store.view(), objects);
  providePaths(options, ways.keeper);
  return ways;
}

function registerPreview(options: GtmOptions, collector: Collector, probing: Probing): void {
  const snapshotOf = (view: ConfigView): GtmSnapshot =>
    computeFrom(options, collector, probing, view, readObjects(view, collector.devices())).snapshot;
  options.previews?.register({
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
      (component === 'sys db' && holdingVariables.includes(name)),
  );
}

function hasHeardAll(objects: GtmObjects, collector: Collector): boolean {
  return objects.servers.every(
    (server) =>
      !server.isBigip ||
      server.devices.length === 0 ||
      reportsOf(server, collector.devices()).some((reports) => reports.receivedAt !== undefined),
  );
}
