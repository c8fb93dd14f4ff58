/**
 * This device as a local device: whoever subscribes over iQuery gets a whole report, changes at once, and
 * a whole report again every refresh interval.
 */
import type { StateRegistry } from '../../config/runtime-state.ts';
import type { ConfigStore } from '../../config/types.ts';
import type {
  IqueryBodies,
  IqueryChannel,
  IquerySession,
  VirtualHealth,
} from '../../iquery/types.ts';
import type { HealthFeed } from '../../monitor/health.ts';
import type { Cancel, Clock } from '../../platform/clock.ts';
import { createHostLoad } from '../../platform/host-load.ts';
import { changedVirtuals, reportVirtuals } from '../health/report.ts';
import { createLoadMeter } from './load-meter.ts';
import { createNetworkMeter } from './network-meter.ts';

export type HealthReport = IqueryBodies['healthReport'];

export interface ReporterOptions {
  readonly store: ConfigStore;
  readonly state: StateRegistry;
  readonly health: HealthFeed;
  isActiveFor(trafficGroup: string): boolean;
  onActiveChange(listener: () => void): void;
  readonly channel: IqueryChannel;
  readonly clock: Clock;
}

export interface Reporter {
  /** The same reports for this device's own GTM. */
  subscribe(refreshSeconds: number, send: (report: HealthReport) => void): Cancel;
  close(): void;
}

interface Subscriber {
  readonly send: (report: HealthReport) => void;
  sent: ReadonlyMap<string, VirtualHealth>;
  sequence: number;
}

/** Changes of one moment (a server with many members dies) leave in one report. */
const gatherMilliseconds = 2;
const longestRefreshSeconds = 3_600;

export function startReporter(options: ReporterOptions): Reporter {
  const { channel, clock, health, state, store } = options;
  const subscribers = new Set<Subscriber>();
  const meter = createLoadMeter(state, clock);
  const hostLoad = createHostLoad();
  const networksOf = createNetworkMeter(state, clock);
  const current = (): ReadonlyMap<string, VirtualHealth> =>
    reportVirtuals({
      view: store.view(),
      table: health.table(),
      isActiveFor: options.isActiveFor,
      loadOf: meter.loadOf,
    });
  const send = (
    subscriber: Subscriber,
    complete: boolean,
    all: ReadonlyMap<string, VirtualHealth>,
    virtuals: readonly VirtualHealth[],
  ): void => {
    subscriber.sent = all;
    subscriber.sequence += 1;
    const device = store.view().deviceName;
    const connections = [...all.values()].reduce((sum, one) => sum + one.currentConnections, 0);
    subscriber.send({
      complete,
      sequence: subscriber.sequence,
      device,
      virtuals,
      metrics: { ...hostLoad(), connections },
      proberEligible: isEligible(state, device),
      networks: complete ? networksOf(store.view()) : [],
    });
  };
  const sendWhole = (subscriber: Subscriber): void => {
    const all = current();
    send(subscriber, true, all, [...all.values()]);
  };
  let isGathering = false;
  const changed = (): void => {
    if (isGathering || subscribers.size === 0) return;
    isGathering = true;
    clock.after(gatherMilliseconds, () => {
      isGathering = false;
      const all = current();
      for (const subscriber of subscribers) {
        const virtuals = changedVirtuals(subscriber.sent, all);
        if (virtuals.length > 0) send(subscriber, false, all, virtuals);
      }
    });
  };
  const subscribe = (refreshSeconds: number, to: (report: HealthReport) => void): Cancel => {
    const subscriber: Subscriber = { send: to, sent: new Map(), sequence: 0 };
    subscribers.add(subscriber);
    sendWhole(subscriber);
    const seconds = Math.min(Math.max(refreshSeconds, 1), longestRefreshSeconds);
    const again = (): void => sendWhole(subscriber);
    const cancel = refreshEvery(clock, seconds * 1_000, store.view().deviceName, again);
    return () => {
      cancel();
      subscribers.delete(subscriber);
    };
  };
  const stopHealth = health.onChange(changed);
  const stopCommits = store.onCommit(changed);
  options.onActiveChange(changed);
  const stopServing = serveSubscribers(channel, subscribe);
  return {
    subscribe,
    close() {
      stopHealth();
      stopCommits();
      stopServing();
    },
  };
}

/**
 * First after the device's own share of the period: devices that a global one subscribes to at once do not come back at
 * once for ever, and what changes meanwhile does not have to wait behind all of them.
 */
export function refreshEvery(
  clock: Clock,
  milliseconds: number,
  device: string,
  action: () => void,
): Cancel {
  let cancel = clock.after(milliseconds * shareOf(device), () => {
    action();
    cancel = clock.every(milliseconds, action);
  });
  return () => cancel();
}

/** Between 0 and 1, ever the same for one device. */
function shareOf(device: string): number {
  let hash = 0;
  for (const letter of device) hash = (Math.imul(hash, 31) + (letter.codePointAt(0) ?? 0)) >>> 0;
  return (Math.imul(hash, 0x9e3779b1) >>> 0) / 2 ** 32;
}

/** Sessions that ask, until they end; asking again changes the interval. */
function serveSubscribers(channel: IqueryChannel, subscribe: Reporter['subscribe']): Cancel {
  const remote = new Map<IquerySession, Cancel>();
  channel.onMessage('subscribe', (body, session) => {
    remote.get(session)?.();
    const to = (report: HealthReport): void => session.send('control', 'healthReport', report);
    remote.set(session, subscribe(body.refreshSeconds, to));
  });
  channel.onSession((session, event) => {
    if (event === 'open') return;
    remote.get(session)?.();
    remote.delete(session);
  });
  return () => {
    for (const cancel of remote.values()) cancel();
  };
}

/** A device that was forced offline answers iQuery, but its word must not stand in for anybody's. */
export function isEligible(state: StateRegistry, deviceName: string): boolean {
  const said = state.fields('cm device', undefined, deviceName)['failover-state'];
  return !(typeof said === 'string' && said.includes('offline'));
}
