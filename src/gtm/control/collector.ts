/**
 * This device as a global device: keeps iQuery sessions to the devices of its `gtm server` objects,
 * subscribes to their reports, and holds what they said last.
 */
import { parseAddress } from '../../base/address.ts';
import type { ConfigView } from '../../config/types.ts';
import type { IqueryChannel, IquerySession, WantedPeer } from '../../iquery/types.ts';
import type { Clock } from '../../platform/clock.ts';
import {
  newReports,
  reportsOf,
  saidAnew,
  takeReport,
  type DeviceReports,
} from '../health/merge.ts';
import { type GtmServer } from '../objects.ts';
import { numberOf, textOf } from '../values.ts';
import type { Reporter } from './reporter.ts';

export interface Collector {
  /** After every commit, and now and then: who is wanted, who is to be asked how often. */
  update(view: ConfigView, servers: readonly GtmServer[]): void;
  devices(): readonly DeviceReports[];
  /** What devices say anew (`saidAnew`), since it was asked for last. */
  takeSaid(): ReadonlyMap<string, ReadonlySet<string>>;
}

export interface CollectorOptions {
  readonly channel: IqueryChannel;
  /** Where other devices listen for it. */
  readonly iqueryPort: number;
  readonly clock: Clock;
  readonly reporter: Reporter;
  /** Something was said, or a session came or went. */
  readonly onChange: () => void;
}

/** This device reports to itself without a session. */
const ownRefreshSeconds = 1;

export function createCollector(options: CollectorOptions): Collector {
  const { channel, clock, onChange, reporter } = options;
  const devices = new Map<string, DeviceReports>();
  const subscribed = new Map<IquerySession, number>();
  let view: ConfigView | undefined;
  let servers: readonly GtmServer[] = [];
  const news = createNews();
  const put = (reports: DeviceReports): void => {
    news.add(known(reports.device), reports);
    devices.set(reports.device, reports);
    onChange();
  };
  const known = (device: string): DeviceReports => devices.get(device) ?? newReports(device);
  let stopOwn: (() => void) | undefined;
  channel.onMessage('healthReport', (body, session) => {
    if (!subscribed.has(session)) return;
    put(takeReport(known(session.device), body, clock.monotonicMilliseconds()));
  });
  channel.onSession((session, event) => {
    if (event === 'open') {
      reachOut(session);
      onChange();
      return;
    }
    subscribed.delete(session);
    const reports = devices.get(session.device);
    // An older session that gave way to a newer one says nothing about the device.
    const isReplaced = channel.session(session.device) !== undefined;
    if (reports === undefined || isReplaced) return;
    put({ ...reports, isOpen: false, closedAt: clock.monotonicMilliseconds() });
  });
  const heartbeat = (): number => heartbeatSeconds(view);
  const reachOut = (session: IquerySession): void => {
    const reports = withAddresses(known(session.device), session, view, channel);
    devices.set(session.device, reports);
    const seconds = refreshSeconds(servers, reports, heartbeat());
    if (seconds === undefined || subscribed.get(session) === seconds) return;
    subscribed.set(session, seconds);
    session.send('control', 'subscribe', { refreshSeconds: seconds });
  };
  const ownName = (): string => view?.deviceName ?? '';
  const listenToOwn = (): void => {
    const addresses = view === undefined ? [] : ownAddresses(view);
    const own = withSame(known(ownName()), addresses);
    devices.set(own.device, own);
    if (refreshSeconds(servers, own, heartbeat()) === undefined) {
      stopOwn?.();
      stopOwn = undefined;
    } else {
      stopOwn ??= reporter.subscribe(ownRefreshSeconds, (report) =>
        put(takeReport(known(ownName()), report, clock.monotonicMilliseconds())),
      );
    }
  };
  const forgetStrangers = (): void => {
    for (const [device, reports] of devices) {
      const isOurs = servers.some((server) => reportsOf(server, [reports]).length > 0);
      if (!isOurs && device !== ownName() && !reports.isOpen) devices.delete(device);
    }
  };
  return {
    update(nextView, nextServers) {
      view = nextView;
      servers = nextServers;
      channel.want('gtm', wantedPeers(servers, options.iqueryPort));
      listenToOwn();
      channel.sessions().forEach(reachOut);
      forgetStrangers();
    },
    devices: () => [...devices.values()],
    takeSaid: news.take,
  };
}

function heartbeatSeconds(view: ConfigView | undefined): number {
  const general = view?.get('gtm global-settings general', '')?.properties ?? {};
  return numberOf(general, 'heartbeat-interval', 10);
}

function createNews(): {
  add(former: DeviceReports, next: DeviceReports): void;
  take(): ReadonlyMap<string, ReadonlySet<string>>;
} {
  let said = new Map<string, ReadonlySet<string>>();
  return {
    add(former, next) {
      const anew = saidAnew(former, next);
      if (anew.size > 0) said.set(next.device, anew.union(said.get(next.device) ?? new Set()));
    },
    take() {
      const taken = said;
      said = new Map();
      return taken;
    },
  };
}

/** As often as the most impatient monitor of its servers asks, and each heartbeat; undefined: not ours. */
function refreshSeconds(
  servers: readonly GtmServer[],
  reports: DeviceReports,
  heartbeat: number,
): number | undefined {
  const intervals = servers
    .filter((server) => server.isBigip && reportsOf(server, [reports]).length > 0)
    .map((server) => server.monitor.intervalSeconds);
  return intervals.length === 0 ? undefined : Math.min(heartbeat, ...intervals);
}

function wantedPeers(servers: readonly GtmServer[], port: number): readonly WantedPeer[] {
  const addresses = new Set(
    servers
      .filter((server) => server.isBigip)
      .flatMap((server) => server.devices.flatMap((device) => device.addresses)),
  );
  return [...addresses].map((address) => ({ address, port }));
}

/** All that the device is known by: its session may come from an address that no server object names. */
function withAddresses(
  reports: DeviceReports,
  session: IquerySession,
  view: ConfigView | undefined,
  channel: IqueryChannel,
): DeviceReports {
  const dialled = channel
    .peers()
    .filter((peer) => peer.device === session.device)
    .map((peer) => peer.address);
  const configured = view === undefined ? [] : deviceAddresses(view, session.device);
  const addresses = [session.remoteAddress, ...dialled, ...configured].map(canonical);
  const same = withSame(reports, addresses);
  return same.isOpen ? same : { ...same, isOpen: true };
}

/** The same object when it is known by these already: who looks for changes finds none. */
function withSame(reports: DeviceReports, addresses: readonly string[]): DeviceReports {
  const { addresses: known } = reports;
  const isSame =
    known.length === addresses.length && known.every((one, index) => one === addresses[index]);
  return isSame ? reports : { ...reports, addresses };
}

function deviceAddresses(view: ConfigView, device: string): readonly string[] {
  const names = [device, `/Common/${device}`];
  const properties = names.map((name) => view.get('cm device', name)?.properties).find(Boolean);
  if (properties === undefined) return [];
  return ['management-ip', 'configsync-ip', 'mirror-ip'].map((name) => textOf(properties, name));
}

function ownAddresses(view: ConfigView): readonly string[] {
  const selfs = view.list('net self').map(({ properties }) => textOf(properties, 'address'));
  return [...selfs, ...deviceAddresses(view, view.deviceName)].map(canonical);
}

/** Without prefix length, route domain or IPv4-in-IPv6 dress. */
function canonical(text: string): string {
  const bare = text.replace(/\/\d+$/, '').replace(/^::ffff:(?=\d+\.)/, '');
  return parseAddress(bare)?.text ?? bare;
}
