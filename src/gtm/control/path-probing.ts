/**
 * Ways to resolvers, on both ends of iQuery: as a global device, has those measured that decisions want to know, by one
 * device of each data center; as a device of a data center, measures what it is asked for. Nobody waits for any of it.
 */
import { canonicalAddress } from '../objects.ts';
import { readPathSettings, type PathSettings } from '../paths/path-settings.ts';
import { PathKeeper } from '../paths/path-keeper.ts';
import type { ConfigView } from '../../config/types.ts';
import type {
  IqueryBodies,
  IqueryChannel,
  IquerySession,
  PathMetricMessage,
  SharedPathMessage,
} from '../../iquery/types.ts';
import { pathProtocols, type PathPlan } from '../../monitor/path/path-plan.ts';
import type { PathMeter } from '../../monitor/path/meter.ts';
import type { Clock } from '../../platform/clock.ts';
import { reportsOf } from '../health/merge.ts';
import type { GtmObjects } from '../health/words.ts';
import type { Collector } from './collector.ts';
import type { PathLine } from './dns-link.ts';
import type { SyncGroup } from './sync-group.ts';

type PathRequest = IqueryBodies['pathRequest'];

/** New ways that each data center is asked for, each second. */
const mostAsked = 20;
/** At once on one device, of all who ask; and so many wait. */
const mostMeasured = 20;
const mostWaiting = 4_096;
const mostOfRequest = 256;
/** Who wants to be told of one way. */
const mostAsking = 64;
/** Of one message. */
const mostShared = 1_000;
/** Who else asks meanwhile is told the same. */
const rememberedMilliseconds = 30_000;
const mostRemembered = 4_096;

export interface PathProbing {
  configure(view: ConfigView, objects: GtmObjects): void;
  /** Each second. */
  tick(): void;
  readonly keeper: PathKeeper;
}

export interface PathProbingOptions {
  readonly channel: IqueryChannel;
  readonly clock: Clock;
  readonly meter: PathMeter;
  readonly collector: Collector;
  readonly group: Pick<SyncGroup, 'isMember' | 'members' | 'onJoin'>;
  readonly line: PathLine;
}

export function startPathProbing(options: PathProbingOptions): PathProbing {
  const { channel, clock, collector, group, line } = options;
  const keeper = new PathKeeper();
  const prober = createPathProber(options);
  let settings: PathSettings | undefined;
  let objects: GtmObjects | undefined;
  let ownName = '';
  const now = (): number => clock.monotonicMilliseconds();
  const devicesIn = (datacenter: string): readonly string[] =>
    (objects?.servers ?? [])
      .filter(
        (server) => server.isBigip && server.measuresPaths && server.datacenter === datacenter,
      )
      .flatMap((server) => reportsOf(server, collector.devices()))
      .filter(({ isEligible }) => isEligible)
      .map(({ device }) => device)
      .filter((device) => device === ownName || channel.session(device) !== undefined)
      .toSorted();
  const placesOf = (device: string): readonly string[] =>
    (settings?.datacenters ?? []).filter((datacenter) => devicesIn(datacenter).includes(device));
  const hear = (device: string, told: readonly PathMetricMessage[]): void => {
    for (const datacenter of placesOf(device)) {
      const known = keeper.hear(datacenter, device, told, now());
      if (known.length === 0) continue;
      line.tell(known);
      share(group.members(), keeper.shared(now(), known));
    }
  };
  channel.onMessage('sharedPaths', ({ paths }, session) => {
    if (!group.isMember(session)) return;
    const known = keeper.learn(paths.slice(0, mostShared), now());
    if (known.length > 0) line.tell(known);
  });
  group.onJoin((session) => share([session], keeper.shared(now())));
  channel.onMessage('pathMetrics', ({ paths }, session) => hear(session.device, paths));
  line.listen(
    (clients) => keeper.want(clients, now()),
    () => line.tell(keeper.known(now())),
  );
  return {
    keeper,
    configure(view, next) {
      objects = next;
      ownName = view.deviceName;
      settings = readPathSettings(view, next.pools, next.servers);
      keeper.configure(settings);
      // Lives may be others now.
      line.tell(keeper.known(now()));
    },
    tick() {
      if (settings === undefined) return;
      for (const datacenter of settings.datacenters) {
        const [device] = devicesIn(datacenter);
        if (device === undefined) continue;
        const due = keeper.take(datacenter, mostAsked, now());
        for (const request of requestsOf(due, settings)) {
          if (device === ownName) prober.take(request, (paths) => hear(ownName, paths));
          else channel.session(device)?.send('control', 'pathRequest', request);
        }
      }
    },
  };
}

/** What was measured for one member of the group is known to all: nobody else has it measured. */
function share(to: readonly IquerySession[], paths: readonly SharedPathMessage[]): void {
  for (let from = 0; from < paths.length; from += mostShared) {
    const some = paths.slice(from, from + mostShared);
    for (const session of to) session.send('bulk', 'sharedPaths', { paths: some });
  }
}

function requestsOf(
  due: readonly { readonly client: string; readonly countsHops: boolean }[],
  settings: PathSettings,
): readonly PathRequest[] {
  return [true, false].flatMap((countsHops) => {
    const addresses = due
      .filter((way) => way.countsHops === countsHops)
      .map(({ client }) => client);
    if (addresses.length === 0) return [];
    return [
      {
        addresses,
        protocols: settings.protocols,
        probes: settings.probes,
        countsHops,
        hopsSamples: settings.hopsSamples,
        hopsTimeoutSeconds: settings.hopsTimeoutSeconds,
        hopsPacketBytes: settings.hopsPacketBytes,
      },
    ];
  });
}

interface PathProber {
  /** `tell` comes once for each address, as they are measured. */
  take(request: PathRequest, tell: (paths: readonly PathMetricMessage[]) => void): void;
}

interface Job {
  readonly plan: PathPlan;
  readonly tells: ((paths: readonly PathMetricMessage[]) => void)[];
}

/** This device as one that measures. */
function createPathProber({ channel, clock, meter }: PathProbingOptions): PathProber {
  const waiting = new Map<string, Job>();
  const running = new Map<string, Job>();
  const remembered = new Map<string, { readonly at: number; readonly metric: PathMetricMessage }>();
  const next = (): void => {
    for (const [key, job] of waiting) {
      if (running.size >= mostMeasured) return;
      waiting.delete(key);
      running.set(key, job);
      void measure(key, job);
    }
  };
  const measure = async (key: string, { plan, tells }: Job): Promise<void> => {
    const metric = await metricOf(plan, meter);
    running.delete(key);
    if (!metric.isRefused) remembered.set(key, { at: clock.monotonicMilliseconds(), metric });
    const oldest = remembered.keys().next();
    if (remembered.size > mostRemembered && oldest.done !== true) remembered.delete(oldest.value);
    for (const tell of tells) tell([metric]);
    next();
  };
  const take: PathProber['take'] = (request, tell) => {
    const now = clock.monotonicMilliseconds();
    for (const plan of plansOf(request)) {
      const key = JSON.stringify(plan);
      const known = remembered.get(key);
      const job = running.get(key) ?? waiting.get(key);
      if (known !== undefined && now - known.at < rememberedMilliseconds) tell([known.metric]);
      else if (job !== undefined && job.tells.length < mostAsking) job.tells.push(tell);
      else if (job === undefined && waiting.size < mostWaiting)
        waiting.set(key, { plan, tells: [tell] });
      else tell([refusal(plan.address)]);
    }
    next();
  };
  channel.onMessage('pathRequest', (request, session) => {
    take(request, (paths) => answer(channel, session, paths));
  });
  return { take };
}

/** To the device, not the session: that may be another one meanwhile. */
function answer(
  channel: IqueryChannel,
  { device }: IquerySession,
  paths: readonly PathMetricMessage[],
): void {
  channel.session(device)?.send('control', 'pathMetrics', { paths });
}

/** What makes no sense is left out. */
function plansOf(request: PathRequest): readonly PathPlan[] {
  const { addresses, countsHops, hopsPacketBytes, hopsSamples, hopsTimeoutSeconds } = request;
  const protocols = pathProtocols.filter((protocol) => request.protocols.includes(protocol));
  const hops = {
    samples: Math.min(hopsSamples, 5),
    timeoutMilliseconds: Math.min(hopsTimeoutSeconds, 10) * 1_000,
    bytes: hopsPacketBytes,
  };
  return addresses.slice(0, mostOfRequest).map((address) => ({
    address: canonicalAddress(address),
    protocols,
    probes: request.probes,
    ...(countsHops && { hops }),
  }));
}

async function metricOf(plan: PathPlan, meter: PathMeter): Promise<PathMetricMessage> {
  const measured = await meter.measure(plan);
  if (measured === undefined) return refusal(plan.address);
  return {
    address: plan.address,
    protocol: measured.protocol ?? '',
    roundTripMicroseconds: Math.round((measured.roundTripMilliseconds ?? 0) * 1_000),
    completionPercent: measured.completionPercent,
    hops: measured.hops ?? 0,
    isRefused: false,
  };
}

function refusal(address: string): PathMetricMessage {
  const nothing = { protocol: '', roundTripMicroseconds: 0, completionPercent: 0, hops: 0 };
  return { address, ...nothing, isRefused: true };
}
