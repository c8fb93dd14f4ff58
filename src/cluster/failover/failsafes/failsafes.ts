/**
 * Everything that makes this device a bad owner, in one list: services that are gone, VLANs that are silent,
 * gateways that control sees down, memory and disk that run out. Says when the list changes; decides nothing.
 */
import type { Cancel, Clock } from '../../../platform/clock.ts';
import type { EngineControl, EngineStatus } from '../../../platform/engines.ts';
import type { Log } from '../../../platform/log.ts';
import { FailsafeActions } from './actions.ts';
import { dataPlane } from '../machine/ownership.ts';
import { type Resources, resourceConditions, resourceFeature } from './resources.ts';
import type { FailoverConfig, FailsafeCondition, WatchedDaemon, WatchedVlan } from '../types.ts';
import { lookAtVlan, type VlanSample, type VlanWatch } from './vlan-failsafe.ts';
import { controlUnit } from './watched.ts';

/** What was restarted or came back counts again after it has been well this long, doubled with each relapse. */
const steadyMilliseconds = 2000;
const longestSteadyMilliseconds = 60_000;
const relapseWindowMilliseconds = 300_000;

/** This process: who is active must not depend on a restart. */
const ownUnit = 'failover';
const vlanFeature = 'vlan-failsafe';
const daemonFeature = 'daemon-heartbeat';
/** Until a configuration says otherwise. */
const defaultDaemons: readonly WatchedDaemon[] = [
  { daemon: 'tmm', unit: dataPlane, timeoutSeconds: 0, action: 'failover' },
  { daemon: 'mcpd', unit: controlUnit, timeoutSeconds: 30, action: 'failover' },
];

export interface FailsafeTools {
  /** Undefined: no such interface. */
  readonly vlanSample: (device: string) => VlanSample | undefined;
  /** Asks neighbours on the interface for a sign of life. */
  readonly askNeighbours: (device: string) => void;
  readonly resources: () => Resources;
  /** Undefined: it is on its way; else why this host is not rebooted. */
  readonly rebootHost: () => string | undefined;
}

export interface Failsafes {
  configure(config: FailoverConfig): void;
  control(isConnected: boolean): void;
  /** What control sees: gateways. */
  report(conditions: readonly FailsafeCondition[]): void;
  /** Once a second. */
  look(): void;
  all(): readonly FailsafeCondition[];
  close(): void;
}

interface Entry {
  condition: FailsafeCondition;
  /** Times of failures of late. */
  failures: readonly number[];
  /** Set while it is well again but does not count yet. */
  cancelRecovery: Cancel | undefined;
}

export function createFailsafes(parts: {
  readonly clock: Clock;
  readonly log: Log;
  readonly engines: EngineControl;
  readonly tools: FailsafeTools;
  /** What fails now, each as a few words: "haproxy", "vlan /Common/external". */
  readonly changed: (names: readonly string[]) => void;
}): Failsafes {
  return new Watch(parts);
}

class Watch implements Failsafes {
  readonly #parts: Parameters<typeof createFailsafes>[0];
  readonly #entries = new Map<string, Entry>();
  readonly #vlanWatches = new Map<string, VlanWatch>();
  readonly #absences = new Map<string, Cancel>();
  #daemons: readonly WatchedDaemon[] = defaultDaemons;
  #vlans: readonly WatchedVlan[] = [];
  readonly #actions: FailsafeActions;
  #units: readonly string[] = [];
  #told = '';

  constructor(parts: Parameters<typeof createFailsafes>[0]) {
    this.#parts = parts;
    parts.engines.onExit((unit) => this.#absent(unit));
    this.#actions = new FailsafeActions({
      ...parts,
      units: () => this.#units,
      rebootHost: parts.tools.rebootHost,
    });
    parts.engines.onStatus((engines, services) => {
      this.#units = [...services, ...engines]
        .map(({ name }) => name)
        .filter((name) => name !== ownUnit);
      for (const daemon of this.#daemons) this.#daemonStatus(daemon, engines, services);
    });
    this.#absent(controlUnit);
  }

  configure(config: FailoverConfig): void {
    this.#daemons = config.watchedDaemons ?? defaultDaemons;
    this.#vlans = config.watchedVlans ?? [];
    this.#keepOnly(
      daemonFeature,
      this.#daemons.map(({ daemon }) => daemon),
    );
    this.#keepOnly(
      vlanFeature,
      this.#vlans.map(({ vlan }) => vlan),
    );
    for (const { daemon, action } of this.#daemons) {
      const key = keyOf(daemonFeature, daemon);
      if (this.#entries.has(key)) continue;
      this.#set({ feature: daemonFeature, key: daemon, action, failure: undefined });
    }
    for (const unit of this.#absences.keys()) {
      if (!this.#daemons.some((one) => one.unit === unit)) this.#present(unit);
    }
  }

  control(isConnected: boolean): void {
    if (isConnected) this.#present(controlUnit);
    else this.#absent(controlUnit);
  }

  report(conditions: readonly FailsafeCondition[]): void {
    const features = new Set(conditions.map(({ feature }) => feature));
    for (const { condition } of this.#entries.values()) {
      const isOurs = [daemonFeature, vlanFeature, resourceFeature].includes(condition.feature);
      if (!isOurs) features.add(condition.feature);
    }
    for (const feature of features) {
      const keys = conditions.filter((one) => one.feature === feature).map(({ key }) => key);
      this.#keepOnly(feature, keys);
    }
    for (const condition of conditions) this.#set(condition);
  }

  look(): void {
    const { clock, tools } = this.#parts;
    const now = clock.monotonicMilliseconds();
    for (const vlan of this.#vlans) {
      const before = this.#vlanWatches.get(vlan.vlan);
      const sample = tools.vlanSample(vlan.interface);
      const { watch, asks, failure } = lookAtVlan(vlan, before, sample, now);
      this.#vlanWatches.set(vlan.vlan, watch);
      if (asks) tools.askNeighbours(vlan.interface);
      this.#set({ feature: vlanFeature, key: vlan.vlan, action: vlan.action, failure });
    }
    const failed = (key: string): boolean =>
      this.#entries.get(keyOf(resourceFeature, key))?.condition.failure !== undefined;
    for (const one of resourceConditions(tools.resources(), failed)) this.#set(one);
  }

  all(): readonly FailsafeCondition[] {
    return [...this.#entries.values()].map(({ condition }) => condition);
  }

  close(): void {
    this.#actions.close();
    for (const cancel of this.#absences.values()) cancel();
    for (const { cancelRecovery } of this.#entries.values()) cancelRecovery?.();
    this.#parts.engines.close();
  }

  #daemonStatus(
    daemon: WatchedDaemon,
    engines: readonly EngineStatus[],
    services: readonly EngineStatus[],
  ): void {
    // Control is known by its socket.
    if (daemon.unit === controlUnit) return;
    const unit = [...engines, ...services].find(({ name }) => name === daemon.unit);
    // Taken away on purpose, or never wanted: no reason to give up.
    if (unit === undefined || unit.state === 'running') this.#present(daemon.unit);
    else this.#absent(daemon.unit);
  }

  #absent(unit: string): void {
    const daemon = this.#daemons.find((one) => one.unit === unit);
    if (daemon === undefined || this.#absences.has(unit)) return;
    const fail = (): void =>
      this.#set({
        feature: daemonFeature,
        key: daemon.daemon,
        action: daemon.action,
        failure: `${unit} is not running`,
      });
    if (daemon.timeoutSeconds === 0) {
      this.#absences.set(unit, () => undefined);
      fail();
    } else {
      const { clock } = this.#parts;
      this.#absences.set(unit, clock.after(daemon.timeoutSeconds * 1000, fail));
    }
  }

  #present(unit: string): void {
    this.#absences.get(unit)?.();
    this.#absences.delete(unit);
    const daemon = this.#daemons.find((one) => one.unit === unit);
    if (daemon === undefined) return;
    const { daemon: key, action } = daemon;
    this.#set({ feature: daemonFeature, key, action, failure: undefined });
  }

  #keepOnly(feature: string, keys: readonly string[]): void {
    for (const [name, { condition, cancelRecovery }] of this.#entries) {
      if (condition.feature !== feature || keys.includes(condition.key)) continue;
      cancelRecovery?.();
      this.#actions.recovered(condition);
      this.#entries.delete(name);
      this.#vlanWatches.delete(condition.key);
    }
    this.#tell();
  }

  #set(condition: FailsafeCondition): void {
    const name = keyOf(condition.feature, condition.key);
    const entry = this.#entries.get(name);
    if (entry === undefined) {
      const failures = condition.failure === undefined ? [] : [this.#now()];
      this.#entries.set(name, { condition, failures, cancelRecovery: undefined });
      if (condition.failure !== undefined) this.#begin(condition);
    } else if (condition.failure !== undefined) this.#fail(entry, condition);
    else if (entry.condition.failure === undefined) entry.condition = condition;
    else entry.cancelRecovery ??= this.#recoverLater(entry, condition);
    this.#tell();
  }

  #fail(entry: Entry, condition: FailsafeCondition): void {
    const isNew = entry.condition.failure === undefined || entry.cancelRecovery !== undefined;
    entry.cancelRecovery?.();
    entry.cancelRecovery = undefined;
    entry.condition = condition;
    if (!isNew) return;
    const now = this.#now();
    const recent = entry.failures.filter((at) => now - at < relapseWindowMilliseconds);
    entry.failures = [...recent, now].slice(-16);
    this.#begin(condition);
  }

  #recoverLater(entry: Entry, condition: FailsafeCondition): Cancel {
    this.#actions.recovered(condition);
    const relapses = Math.max(0, entry.failures.length - 1);
    const delay = Math.min(longestSteadyMilliseconds, steadyMilliseconds * 2 ** relapses);
    return this.#parts.clock.after(delay, () => {
      entry.cancelRecovery = undefined;
      entry.condition = condition;
      this.#parts.log.write('notice', `HA ${condition.feature} ${condition.key} is well again`);
      this.#tell();
    });
  }

  #begin(condition: FailsafeCondition): void {
    const { feature, key, action, failure } = condition;
    const text = `01140029:5: HA ${feature} ${key} fails action is ${action}. (${failure})`;
    this.#parts.log.write('notice', text);
    this.#actions.failed(condition);
  }

  #tell(): void {
    const failing = this.all().filter(({ failure }) => failure !== undefined);
    const names = failing.map((one) => nameOf(one, this.#daemons));
    if (names.join() === this.#told) return;
    this.#told = names.join();
    this.#parts.changed(names);
  }

  #now(): number {
    return this.#parts.clock.monotonicMilliseconds();
  }
}

function keyOf(feature: string, key: string): string {
  return `${feature} ${key}`;
}

/** As the history names it. The machine knows the data plane by its unit's name. */
function nameOf({ feature, key }: FailsafeCondition, daemons: readonly WatchedDaemon[]): string {
  if (feature === daemonFeature) return daemons.find((one) => one.daemon === key)?.unit ?? key;
  if (feature === resourceFeature) return key;
  return `${feature} ${key}`;
}
