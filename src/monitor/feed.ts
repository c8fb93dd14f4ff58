/**
 * Control's side of monitoring: tells the monitor process what to probe, rolls its answers up and hands
 * the table to every room that asks. While the process is away the last known states stand.
 */
import type { Properties } from '../catalogue/types.ts';
import type { StateRegistry } from '../config/runtime-state.ts';
import type { Change, ConfigStore } from '../config/types.ts';
import type { Clock } from '../platform/clock.ts';
import { connectLocal, type LocalPeer } from '../platform/local-channel.ts';
import type { Log } from '../platform/log.ts';
import { nextTurn } from '../platform/turn.ts';
import type {
  HealthEntry,
  HealthFeed,
  HealthKey,
  HealthListener,
  InstanceStatus,
} from './health.ts';
import { createGuestBook, type GuestBook, type ProbeGuests } from './guests.ts';
import { HealthState } from './health-state.ts';
import { logLine } from './log-lines.ts';
import type { FromMonitor, ToMonitor } from './messages.ts';
import { provideMonitorStatistics } from './monitor-statistics.ts';
import { createPathMeter, type HeldPathMeter, type PathMeter } from './path/meter.ts';
import { noProbeOf } from './plan.ts';
import { provideProbes, type ProbesAsked } from './probe-now.ts';
import { startTrafficWatch, type TrafficWatch } from './traffic-watch.ts';

export interface HealthOptions {
  readonly store: ConfigStore;
  readonly state: StateRegistry;
  readonly monitorSocket: string;
  readonly clock: Clock;
  readonly log: Log;
}

export interface Health extends HealthFeed {
  readonly guests: ProbeGuests;
  readonly paths: PathMeter;
  readonly traffic: TrafficWatch;
  close(): void;
}

export function startHealth(options: HealthOptions): Health {
  const { store, clock, log } = options;
  const state = new HealthState();
  const listeners = new Set<HealthListener>();
  const previous = new Map<HealthKey, HealthEntry>();
  const now = (): number => clock.wallMilliseconds();

  const publish = (changed: ReadonlyMap<HealthKey, HealthEntry>): void => {
    if (changed.size === 0) return;
    logChanges(changed, previous, log, now());
    for (const listener of listeners) listener(changed, state.table);
  };
  publish(state.load(store.view(), now()));
  state.takePlanChange();

  const observe = (batch: readonly InstanceStatus[]): void => publish(state.observe(batch, now()));
  const hearing = startHearing(observe);
  const traffic = startTrafficWatch(clock, () => state.inbandPlans(), observe);
  const guests = createGuestBook((message) => peer.send(message));
  let isAway = true;
  const peer: LocalPeer<ToMonitor> = connectLocal<FromMonitor, ToMonitor>(
    options.monitorSocket,
    clock,
    {
      onOpen(opened) {
        state.takePlanChange();
        isAway = false;
        opened.send(wholePlan(state, guests));
      },
      onMessage: (message) => hear(message, { asked, paths, hearing, guests }),
      onClose() {
        isAway = true;
        paths.giveUp();
        log.write('warning', 'monitor process is away; the last known states stand');
      },
    },
  );
  const order = (message: ToMonitor): boolean => {
    if (!isAway) peer.send(message);
    return !isAway;
  };
  const paths = createPathMeter(clock, (number, plan) => order({ type: 'measure', number, plan }));
  const asked = provideProbes(options.state, {
    store,
    clock,
    send: (number, plan) => order({ type: 'probe', number, plan }),
  });
  const unsubscribe = store.onCommit(({ changes }, _before, after) => {
    const resumed = resumedInstances(changes, state);
    const changed = state.update(after, changes, now());
    tellPlan(state, resumed, (message) => peer.send(message));
    traffic.resume(resumed);
    warnOfSpeechless(changes, log);
    forgetDeleted(previous, state, changes);
    publish(changed);
  });
  registerFields(options.state, state);
  provideMonitorStatistics(options.state, state);
  return {
    guests,
    paths,
    traffic,
    table: () => state.table,
    onChange: (listener) => subscribe(listeners, listener),
    close() {
      hearing.stop();
      traffic.stop();
      unsubscribe();
      peer.close();
      listeners.clear();
    },
  };
}

function hear(
  message: FromMonitor,
  ears: {
    readonly asked: ProbesAsked;
    readonly paths: HeldPathMeter;
    readonly hearing: Hearing;
    readonly guests: GuestBook;
  },
): void {
  if (message.type === 'probed') return ears.asked.tell(message.number, message.probe);
  if (message.type === 'measured') return ears.paths.tell(message.number, message.measure);
  ears.hearing.hear(message.instances);
  ears.guests.observe(message.instances);
}

/** Who makes such a monitor is told once, in words; its members' reason says it as long as it is used. */
function warnOfSpeechless(changes: readonly Change[], log: Log): void {
  for (const { component, name, before, after } of changes) {
    const why = noProbeOf(component, name);
    if (why !== undefined && before === undefined && after !== undefined) log.write('warning', why);
  }
}

function subscribe(listeners: Set<HealthListener>, listener: HealthListener): () => void {
  listeners.add(listener);
  return () => void listeners.delete(listener);
}

function tellPlan(
  state: HealthState,
  resumed: readonly string[],
  send: (message: ToMonitor) => void,
): void {
  const planChange = state.takePlanChange();
  if (planChange !== undefined) send({ type: 'change', ...planChange });
  if (resumed.length > 0) send({ type: 'resume', ids: resumed });
}

function wholePlan(state: HealthState, guests: GuestBook): ToMonitor {
  const held = state.instances().map((status) => ({ ...status, probes: [] }));
  const instances = [...state.plan(), ...guests.plans()];
  return { type: 'plan', instances, held: [...held, ...guests.held()] };
}

function logChanges(
  changed: ReadonlyMap<HealthKey, HealthEntry>,
  previous: Map<HealthKey, HealthEntry>,
  log: Log,
  now: number,
): void {
  for (const [key, entry] of changed) {
    const { pool, node } = subjectOf(key);
    const line = logLine(key, previous.get(key), entry, pool, node, now);
    if (line !== undefined) log.write('notice', line);
    previous.set(key, entry);
  }
}

interface Hearing {
  hear(instances: readonly InstanceStatus[]): void;
  stop(): void;
}

/** The first report of ten thousand pools comes at once, and must hold up nobody. */
function startHearing(take: (batch: readonly InstanceStatus[]) => void): Hearing {
  const unheard: (readonly InstanceStatus[])[] = [];
  let isHearing = false;
  const goOn = async (): Promise<void> => {
    isHearing = true;
    try {
      for (let next = unheard.shift(); next !== undefined; next = unheard.shift()) {
        take(next);
        if (unheard.length > 0) await nextTurn();
      }
    } finally {
      isHearing = false;
    }
  };
  return {
    hear(instances) {
      unheard.push(...batchesOf(instances));
      if (!isHearing) void goOn();
    },
    stop() {
      unheard.length = 0;
    },
  };
}

const instancesAtOnce = 20;

function batchesOf(all: readonly InstanceStatus[]): readonly (readonly InstanceStatus[])[] {
  const batches: (readonly InstanceStatus[])[] = [];
  for (let first = 0; first < all.length; first += instancesAtOnce) {
    batches.push(all.slice(first, first + instancesAtOnce));
  }
  return batches;
}

/** Whatever a commit deletes, or takes out of a pool, is named in it. */
function forgetDeleted(
  previous: Map<HealthKey, HealthEntry>,
  state: HealthState,
  changes: readonly Change[],
): void {
  const forget = (key: HealthKey): void => {
    if (state.table.get(key) === undefined) previous.delete(key);
  };
  for (const { component, name, before } of changes) {
    if (component === 'ltm node') forget(`node ${name}`);
    if (component === 'ltm virtual') forget(`virtual ${name}`);
    if (component === 'ltm virtual-address') forget(`virtual-address ${name}`);
    if (component !== 'ltm pool') continue;
    forget(`pool ${name}`);
    for (const member of membersByName(before?.properties).keys())
      forget(`member ${name} ${member}`);
  }
}

/** `member <pool> <member>`: neither name has a blank (BIG-IP refuses them). */
function subjectOf(key: HealthKey): {
  pool: { pool: string; member: string } | undefined;
  node: string | undefined;
} {
  const [kind, first = '', second = ''] = key.split(' ');
  return {
    pool: kind === 'member' ? { pool: first, member: second } : undefined,
    node: kind === 'node' ? first : undefined,
  };
}

/** `manual-resume`: an operator who sets state or session of a member or node lets it come back. */
function resumedInstances(changes: readonly Change[], state: HealthState): readonly string[] {
  const ids: string[] = [];
  for (const { component, name, before, after } of changes) {
    if (component === 'ltm node' && wasEnabled(before?.properties, after?.properties)) {
      ids.push(...state.instancesOf(name));
    }
    if (component !== 'ltm pool') continue;
    const old = membersByName(before?.properties);
    for (const [member, properties] of membersByName(after?.properties)) {
      if (wasEnabled(old.get(member), properties)) ids.push(...state.instancesOf(name, member));
    }
  }
  return ids;
}

function wasEnabled(before: Properties | undefined, after: Properties | undefined): boolean {
  if (before === undefined || after === undefined) return false;
  const isOn = (object: Properties): boolean =>
    object['state'] !== 'user-down' && object['session'] !== 'user-disabled';
  return isOn(after) && !isOn(before);
}

function membersByName(properties: Properties | undefined): ReadonlyMap<string, Properties> {
  const members = properties?.['members'];
  const found = new Map<string, Properties>();
  if (!Array.isArray(members)) return found;
  for (const member of members) {
    const name = member['name'];
    if (typeof name === 'string') found.set(name, member);
  }
  return found;
}

/** `state` and `session` as REST and tmsh show them (icontrol.md, "Member/node state model"). */
function registerFields(registry: StateRegistry, state: HealthState): void {
  registry.provideFields('ltm pool', 'members', (pool, member) => {
    if (member === undefined) return {};
    const model = state.member(pool, member);
    const entry = state.table.get(`member ${pool} ${member}`);
    return model === undefined || entry === undefined ? {} : shownState(model, entry);
  });
  registry.provideFields('ltm node', undefined, (name) => {
    const model = state.node(name);
    const entry = state.table.get(`node ${name}`);
    return model === undefined || entry === undefined ? {} : shownState(model, entry);
  });
}

function shownState(
  model: { readonly use: unknown; readonly isDisabled: boolean },
  entry: HealthEntry,
): Properties {
  const isMonitored = model.use !== undefined;
  const isDrained = isMonitored && !model.isDisabled && entry.enabled === 'disabled';
  const byMonitor = isDrained && entry.monitorStatus !== 'user-down';
  const session = model.isDisabled
    ? 'user-disabled'
    : byMonitor
      ? 'monitor-disabled'
      : isMonitored
        ? 'monitor-enabled'
        : 'user-enabled';
  return { state: entry.monitorStatus, session };
}
