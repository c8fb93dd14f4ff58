/**
 * The health table and what it is made from, kept up by the object: a probe result or a commit costs
 * what it touches, not the size of the configuration. No I/O: the feed drives it.
 */
import type { Change, ConfigView } from '../config/types.ts';
import type { HealthEntry, HealthKey, HealthTable, InstanceStatus } from './health.ts';
import {
  compileNode,
  compilePool,
  compileVirtual,
  compileVirtualAddress,
  defaultNodeMonitor,
  defaultNodeRule,
  lastPart,
  type MemberModel,
  monitorLookup,
  type MonitorLookup,
  type MonitorUse,
  type NodeModel,
  type PoolModel,
  type VirtualAddressModel,
  type VirtualModel,
} from './model.ts';
import type { InstancePlan } from './instance-plan.ts';
import {
  isSameStatus,
  memberEntry,
  nodeEntry,
  poolEntry,
  virtualAddressEntry,
  virtualEntry,
} from './rollup.ts';
import type { InbandPlan } from './traffic-watch.ts';
import { changesMembers } from '../config/model/ephemeral.ts';
import { MultiMap } from './multi-map.ts';

export interface PlanChange {
  readonly set: readonly InstancePlan[];
  readonly remove: readonly string[];
}

/** One thing whose status has to be worked out again, by kind and name. */
interface Dirty {
  readonly nodes: Set<string>;
  /** Pool → members; `undefined` for all of them. */
  readonly members: Map<string, Set<string> | undefined>;
  readonly pools: Set<string>;
  readonly virtuals: Set<string>;
  readonly virtualAddresses: Set<string>;
}

type Changed = Map<HealthKey, HealthEntry>;

const watched = new Set(['ltm node', 'ltm pool', 'ltm virtual', 'ltm virtual-address']);

export class HealthState {
  readonly #nodes = new Map<string, NodeModel>();
  readonly #pools = new Map<string, PoolModel>();
  readonly #virtuals = new Map<string, VirtualModel>();
  readonly #virtualAddresses = new Map<string, VirtualAddressModel>();
  readonly #entries = new Map<HealthKey, HealthEntry>();
  readonly #instances = new Map<string, InstanceStatus>();

  /** How many uses an instance has, and its plan. */
  readonly #plans = new Map<string, { plan: InstancePlan; uses: number }>();
  readonly #inband = new Set<string>();
  #planChange = { set: new Map<string, InstancePlan>(), remove: new Set<string>() };

  readonly #nodesByInstance = new MultiMap<string>();
  readonly #membersByInstance = new MultiMap<MemberModel>();
  readonly #membersByNode = new MultiMap<MemberModel>();
  readonly #virtualsByPool = new MultiMap<string>();
  readonly #virtualsByAddress = new MultiMap<string>();
  /** By what their destinations may be found by. */
  readonly #virtualsByPlace = new MultiMap<string>();

  readonly table: HealthTable = {
    get: (key) => this.#entries.get(key),
    entries: () => this.#entries.entries(),
  };

  /** Every instance that the monitor process should be running. */
  plan(): readonly InstancePlan[] {
    return [...this.#plans.values()].flatMap(({ plan }) => (isInband(plan) ? [] : [plan]));
  }

  /** Those that watch clients' traffic, and whose. */
  inbandPlans(): readonly InbandPlan[] {
    return [...this.#inband].flatMap((id) => {
      const plan = this.#plans.get(id)?.plan;
      const members = [...this.#membersByInstance.get(id)];
      return plan === undefined
        ? []
        : [{ plan, members: members.map(({ pool, name }) => ({ pool, member: name })) }];
    });
  }

  instances(): readonly InstanceStatus[] {
    return [...this.#instances.values()];
  }

  /** Where a monitor probes, and what came of it; undefined before the first report. */
  placesOf(monitor: string): readonly (readonly [InstancePlan, InstanceStatus | undefined])[] {
    return [...this.#plans.values()]
      .filter(({ plan }) => plan.monitor === monitor)
      .map(({ plan }) => [plan, this.#instances.get(plan.id)]);
  }

  /** Instances that watch a node, or a member of a pool. */
  instancesOf(name: string, member?: string): readonly string[] {
    const model =
      member === undefined ? this.#nodes.get(name) : this.#pools.get(name)?.members.get(member);
    return plansOf(model?.use).map((plan) => plan.id);
  }

  member(pool: string, member: string): MemberModel | undefined {
    return this.#pools.get(pool)?.members.get(member);
  }

  node(name: string): NodeModel | undefined {
    return this.#nodes.get(name);
  }

  memberEntriesOf(pool: string): readonly HealthEntry[] {
    const members = this.#pools.get(pool)?.members.values() ?? [];
    return [...members].flatMap((model) => this.#entries.get(model.key) ?? []);
  }

  load(view: ConfigView, now: number): Changed {
    return this.#recompile(view, now, {
      nodes: this.#names(view, 'ltm node', this.#nodes),
      pools: this.#names(view, 'ltm pool', this.#pools),
      virtuals: this.#names(view, 'ltm virtual', this.#virtuals),
      virtualAddresses: this.#names(view, 'ltm virtual-address', this.#virtualAddresses),
    });
  }

  /** Takes a commit in; a changed monitor counts for everything, since anything may use it. */
  update(view: ConfigView, changes: readonly Change[], now: number): Changed {
    if (changes.some(({ component }) => this.#isForAll(component))) {
      return this.load(view, now);
    }
    const named = (component: string): Set<string> =>
      new Set(
        changes.filter((change) => change.component === component).map((change) => change.name),
      );
    if (!changes.some((change) => watched.has(change.component))) return new Map();
    const nodes = named('ltm node');
    const pools = named('ltm pool');
    // A member's address is its node's.
    for (const change of changes) {
      if (change.component !== 'ltm node') continue;
      if (changesMembers(change.before?.properties, change.after?.properties)) {
        for (const user of view.referrers('ltm node', change.name)) pools.add(user.name);
      }
      if (change.before?.properties['address'] === change.after?.properties['address']) continue;
      for (const member of this.#membersByNode.get(change.name)) pools.add(member.pool);
    }
    const virtuals = named('ltm virtual');
    const virtualAddresses = named('ltm virtual-address');
    for (const change of changes) {
      if (change.component !== 'ltm virtual-address') continue;
      if (change.before !== undefined && change.after !== undefined) continue;
      // Destinations find their address by its name, or by the address itself: look again.
      const address = (change.after ?? change.before)?.properties['address'];
      for (const place of [change.name, lastPart(change.name), String(address)]) {
        for (const name of this.#virtualsByPlace.get(place)) virtuals.add(name);
      }
    }
    return this.#recompile(view, now, { nodes, pools, virtuals, virtualAddresses });
  }

  /** What has to change in the monitor process since the last call. */
  takePlanChange(): PlanChange | undefined {
    const { set, remove } = this.#planChange;
    if (set.size === 0 && remove.size === 0) return undefined;
    this.#planChange = { set: new Map(), remove: new Set() };
    for (const id of remove) this.#instances.delete(id);
    return { set: [...set.values()], remove: [...remove] };
  }

  /** New states from the monitor process. Unknown instances are of a plan that is over. */
  observe(statuses: readonly InstanceStatus[], now: number): Changed {
    const dirty = emptyDirty();
    for (const status of statuses) {
      if (!this.#plans.has(status.id)) continue;
      this.#instances.set(status.id, status);
      for (const node of this.#nodesByInstance.get(status.id)) dirty.nodes.add(node);
      for (const member of this.#membersByInstance.get(status.id)) markMember(dirty, member);
    }
    return this.#evaluate(dirty, now);
  }

  /** What any object may use; certificates only while a probe shows one. */
  #isForAll(component: string): boolean {
    if (component === defaultNodeMonitor || component.startsWith('ltm monitor ')) return true;
    if (component === 'sys file external-monitor') return true;
    const isTls = /^(sys file ssl-(cert|key)|ltm profile server-ssl)$/.test(component);
    return isTls && [...this.#plans.values()].some(({ plan }) => plan.tls !== undefined);
  }

  #names(view: ConfigView, component: string, models: ReadonlyMap<string, unknown>): Set<string> {
    return new Set([...models.keys(), ...view.names(component)]);
  }

  #recompile(
    view: ConfigView,
    now: number,
    names: Record<'nodes' | 'pools' | 'virtuals' | 'virtualAddresses', ReadonlySet<string>>,
  ): Changed {
    const monitors = monitorLookup(view);
    const dirty = emptyDirty();
    for (const name of names.nodes) this.#compileNode(view, name, monitors, dirty);
    for (const name of names.pools) this.#compilePool(view, name, monitors, dirty);
    for (const name of names.virtualAddresses) {
      const object = view.get('ltm virtual-address', name);
      put(this.#virtualAddresses, name, object && compileVirtualAddress(object));
      dirty.virtualAddresses.add(name);
      for (const virtual of this.#virtualsByAddress.get(name)) dirty.virtuals.add(virtual);
    }
    for (const name of names.virtuals) this.#compileVirtual(view, name, dirty);
    return this.#evaluate(dirty, now);
  }

  #compileNode(view: ConfigView, name: string, monitors: MonitorLookup, dirty: Dirty): void {
    const before = this.#nodes.get(name);
    const object = view.get('ltm node', name);
    const after =
      object === undefined ? undefined : compileNode(object, defaultNodeRule(view), monitors);
    for (const plan of plansOf(after?.use)) {
      this.#use(plan);
      this.#nodesByInstance.add(plan.id, name);
    }
    const kept = new Set(plansOf(after?.use).map((plan) => plan.id));
    for (const plan of plansOf(before?.use)) {
      this.#release(plan.id);
      if (!kept.has(plan.id)) this.#nodesByInstance.delete(plan.id, name);
    }
    put(this.#nodes, name, after);
    dirty.nodes.add(name);
  }

  #compilePool(view: ConfigView, name: string, monitors: MonitorLookup, dirty: Dirty): void {
    const before = this.#pools.get(name);
    const object = view.get('ltm pool', name);
    const after = object === undefined ? undefined : compilePool(object, view, monitors);
    for (const member of after?.members.values() ?? []) {
      this.#membersByNode.add(member.node, member);
      for (const plan of plansOf(member.use)) {
        this.#use(plan);
        this.#membersByInstance.add(plan.id, member);
      }
    }
    for (const member of before?.members.values() ?? []) {
      this.#membersByNode.delete(member.node, member);
      for (const plan of plansOf(member.use)) {
        this.#release(plan.id);
        this.#membersByInstance.delete(plan.id, member);
      }
      if (after?.members.has(member.name) !== true) this.#entries.delete(member.key);
    }
    put(this.#pools, name, after);
    dirty.members.set(name, undefined);
    dirty.pools.add(name);
  }

  #compileVirtual(view: ConfigView, name: string, dirty: Dirty): void {
    const before = this.#virtuals.get(name);
    const object = view.get('ltm virtual', name);
    const after = object === undefined ? undefined : compileVirtual(object, view);
    for (const place of before?.places ?? []) this.#virtualsByPlace.delete(place, name);
    for (const place of after?.places ?? []) this.#virtualsByPlace.add(place, name);
    if (before?.pool !== undefined) this.#virtualsByPool.delete(before.pool, name);
    if (after?.pool !== undefined) this.#virtualsByPool.add(after.pool, name);
    for (const [model, change] of [
      [before, 'delete'],
      [after, 'add'],
    ] as const) {
      if (model?.virtualAddress === undefined) continue;
      this.#virtualsByAddress[change](model.virtualAddress, name);
      dirty.virtualAddresses.add(model.virtualAddress);
    }
    put(this.#virtuals, name, after);
    dirty.virtuals.add(name);
  }

  #use(plan: InstancePlan): void {
    const known = this.#plans.get(plan.id);
    this.#plans.set(plan.id, { plan, uses: (known?.uses ?? 0) + 1 });
    if (isInband(plan)) {
      this.#inband.add(plan.id);
      return;
    }
    if (known !== undefined && isSamePlan(known.plan, plan)) return;
    this.#planChange.remove.delete(plan.id);
    this.#planChange.set.set(plan.id, plan);
  }

  #release(id: string): void {
    const known = this.#plans.get(id);
    if (known === undefined) return;
    known.uses -= 1;
    if (known.uses > 0) return;
    this.#plans.delete(id);
    if (this.#inband.delete(id)) {
      this.#instances.delete(id);
      return;
    }
    this.#planChange.set.delete(id);
    this.#planChange.remove.add(id);
  }

  /** Bottom up; each level marks the one above only where something changed. */
  #evaluate(dirty: Dirty, now: number): Changed {
    const changed: Changed = new Map();
    const instances = (id: string): InstanceStatus | undefined => this.#instances.get(id);
    for (const name of dirty.nodes) {
      const model = this.#nodes.get(name);
      const key = model?.key ?? (`node ${name}` as const);
      const before = this.#entries.get(key);
      const entry = model && nodeEntry(model, instances, before, now);
      if (this.#enter(key, before, entry, changed)) {
        for (const member of this.#membersByNode.get(name)) markMember(dirty, member);
      }
    }
    for (const [pool, names] of dirty.members)
      this.#evaluateMembers(pool, names, now, changed, dirty);
    for (const name of dirty.pools) this.#evaluatePool(name, now, changed, dirty);
    for (const name of dirty.virtuals) this.#evaluateVirtual(name, now, changed, dirty);
    for (const name of dirty.virtualAddresses) this.#evaluateVirtualAddress(name, now, changed);
    return changed;
  }

  #evaluateMembers(
    pool: string,
    names: Set<string> | undefined,
    now: number,
    changed: Changed,
    dirty: Dirty,
  ): void {
    const members = this.#pools.get(pool)?.members ?? new Map<string, MemberModel>();
    const lookup = (id: string): InstanceStatus | undefined => this.#instances.get(id);
    for (const name of names ?? members.keys()) {
      const model = members.get(name);
      if (model === undefined) continue;
      const node = this.#entries.get(model.nodeKey);
      const before = this.#entries.get(model.key);
      const entry = memberEntry(model, node, lookup, before, now);
      if (this.#enter(model.key, before, entry, changed)) dirty.pools.add(pool);
    }
  }

  #evaluatePool(name: string, now: number, changed: Changed, dirty: Dirty): void {
    const model = this.#pools.get(name);
    const key = `pool ${name}` as const;
    const members = this.memberEntriesOf(name);
    const before = this.#entries.get(key);
    const entry = model && poolEntry(members, model.monitorRule, before, now);
    if (!this.#enter(key, before, entry, changed)) return;
    for (const virtual of this.#virtualsByPool.get(name)) dirty.virtuals.add(virtual);
  }

  #evaluateVirtual(name: string, now: number, changed: Changed, dirty: Dirty): void {
    const model = this.#virtuals.get(name);
    const key = `virtual ${name}` as const;
    const pool = model?.pool === undefined ? undefined : this.#entries.get(`pool ${model.pool}`);
    const address =
      model?.virtualAddress === undefined
        ? undefined
        : this.#virtualAddresses.get(model.virtualAddress);
    const isOff = address?.isDisabled === true;
    const before = this.#entries.get(key);
    const entry = model && virtualEntry(model, pool, isOff, before, now);
    if (!this.#enter(key, before, entry, changed)) return;
    if (model?.virtualAddress !== undefined) dirty.virtualAddresses.add(model.virtualAddress);
  }

  #evaluateVirtualAddress(name: string, now: number, changed: Changed): void {
    const model = this.#virtualAddresses.get(name);
    const key = `virtual-address ${name}` as const;
    const virtuals = [...this.#virtualsByAddress.get(name)].flatMap(
      (virtual) => this.#entries.get(`virtual ${virtual}`) ?? [],
    );
    const before = this.#entries.get(key);
    const entry = model && virtualAddressEntry(model, virtuals, before, now);
    this.#enter(key, before, entry, changed);
  }

  /** True when the status is another than before; probes are kept up silently. */
  #enter(
    key: HealthKey,
    before: HealthEntry | undefined,
    entry: HealthEntry | undefined,
    changed: Changed,
  ): boolean {
    if (entry === undefined) return this.#entries.delete(key);
    const isSame = isSameStatus(before, entry);
    this.#entries.set(key, entry);
    if (!isSame) changed.set(key, entry);
    return !isSame;
  }
}

function markMember(dirty: Dirty, member: MemberModel): void {
  if (!dirty.members.has(member.pool)) dirty.members.set(member.pool, new Set());
  // `undefined` already means all of them.
  dirty.members.get(member.pool)?.add(member.name);
}

function plansOf(use: MonitorUse | undefined): readonly InstancePlan[] {
  return use?.instances.filter((plan) => plan !== undefined) ?? [];
}

function isInband(plan: InstancePlan): boolean {
  return plan.type === 'inband';
}

function isSamePlan(a: InstancePlan, b: InstancePlan): boolean {
  // Both come from the same code, with the same keys in the same order.
  return JSON.stringify(a) === JSON.stringify(b);
}

function put<T>(models: Map<string, T>, name: string, model: T | undefined): void {
  if (model === undefined) models.delete(name);
  else models.set(name, model);
}

function emptyDirty(): Dirty {
  return {
    nodes: new Set(),
    members: new Map(),
    pools: new Set(),
    virtuals: new Set(),
    virtualAddresses: new Set(),
  };
}
