/**
 * Keeps the traffic plan up, commit by commit: what a commit touched is planned again, the rest stays as it is, down to
 * the identity of its objects, by which the engines' renderers see what did not change. The plan is always the one
 * that a planner made anew would have (planner.test.ts). Pure.
 */
import type { Change, ConfigView } from '../config/types.ts';
import { OverlayMap } from '../base/overlay-map.ts';
import { stockOf } from '../config/model/tree.ts';
import { Backlog } from './backlog.ts';
import { MultiMap } from '../monitor/multi-map.ts';
import { ClaimBook } from './claim-book.ts';
import { inPrecedence } from './classify.ts';
import {
  type HeldVirtual,
  claimsOf,
  inOrder,
  packetsOf,
  proxiesOf,
  refusalsOf,
} from './held-virtual.ts';
import { takeClaims } from './listed-claims.ts';
import { type Placing, placeOf, planOne } from './place.ts';
import { planPool } from './plan-pool.ts';
import type { ProxyPlan } from './plan-virtual.ts';
import { sharedListeners } from './sharing.ts';
import { virtualsAlong } from './plan-hop.ts';
import { isTakenThrough, usersThrough } from './users-through.ts';
import type {
  BackendPlan,
  ClassifiedVirtual,
  DeviceFacts,
  PacketVirtual,
  PoolPlan,
  Refusal,
  TrafficPlan,
  VirtualPlan,
} from './types.ts';

/** Commits that touch none of these leave the plan as it is. */
const planComponents: readonly string[] = [
  'ltm ',
  'net self',
  'net vlan',
  'net address-list',
  'net port-list',
  'sys default-files',
  'sys file ',
  'sys crypto cert-validator ocsp',
  'cm device',
  'cm traffic-group',
];
const plannedVariable = 'statemirror.';
const unplannedComponents: readonly string[] = ['ltm monitor '];

export function concernsPlan(changes: readonly Change[]): boolean {
  return changes.some(
    ({ component, name }) =>
      (component === 'sys db' && name.startsWith(plannedVariable)) ||
      (planComponents.some((prefix) => component.startsWith(prefix)) &&
        !unplannedComponents.some((prefix) => component.startsWith(prefix))),
  );
}

const planned = new Set(['ltm virtual', 'ltm virtual-address', 'ltm pool', 'ltm node']);

/**
 * What may be used by any virtual server (VLANs, self IPs) has all planned anew; these do not. What is there from the start is
 * taken by those that name none, too.
 */
function isOwnOnly({ component, name }: Change): boolean {
  if (planned.has(component)) return true;
  return isTakenThrough(component) && stockOf(component, name) === undefined;
}

/** The whole plan at once. */
export function planTraffic(
  view: ConfigView,
  facts: DeviceFacts,
  wasSharing: boolean = false,
): TrafficPlan {
  return new TrafficPlanner(view, facts, wasSharing).plan;
}

/** Names of what is new, changed or gone. */
export interface PlanChange {
  readonly pools: ReadonlySet<string>;
  readonly virtuals: ReadonlySet<string>;
}

const nothing: PlanChange = { pools: new Set(), virtuals: new Set() };

interface HeldBackend {
  readonly plan: BackendPlan;
  users: number;
}

const proxyLists = ['virtuals', 'backends'] as const;
type List = (typeof proxyLists)[number] | 'pools' | 'packetVirtuals' | 'classified' | 'refusals';
const allLists: readonly List[] = [
  ...proxyLists,
  'pools',
  'packetVirtuals',
  'classified',
  'refusals',
];

export class TrafficPlanner {
  readonly #facts: DeviceFacts;
  readonly #pools: Map<string, PoolPlan>;
  readonly #virtuals: Map<string, HeldVirtual>;
  readonly #backends: Map<string, HeldBackend>;
  readonly #virtualsByAddress: MultiMap<string>;
  readonly #poolsByNode: MultiMap<string>;
  readonly #claims: ClaimBook;
  /** What is still planned as it was before the present view. */
  readonly #backlog: Backlog;
  /** Lists of the plan that are to be put together anew when somebody asks for them. */
  readonly #stale: Set<List>;
  #view: ConfigView;
  /** Full proxies that could listen on their own, and the sockets that they would need. */
  #ownProxies = 0;
  #ownListeners = 0;
  #classifiedProxies = 0;
  #isSharing: boolean;
  #plan: TrafficPlan;

  /** `wasSharing`: whether the device shares listeners already. */
  constructor(
    view: ConfigView,
    facts: DeviceFacts,
    wasSharing: boolean = false,
    base?: TrafficPlanner,
  ) {
    this.#facts = facts;
    this.#view = view;
    this.#isSharing = wasSharing;
    this.#pools = base === undefined ? new Map() : new OverlayMap(base.#pools);
    this.#virtuals = base === undefined ? new Map() : new OverlayMap(base.#virtuals);
    this.#backends =
      base === undefined ? new Map() : new OverlayMap(base.#backends, (held) => ({ ...held }));
    this.#virtualsByAddress = base === undefined ? new MultiMap() : base.#virtualsByAddress.fork();
    this.#poolsByNode = base === undefined ? new MultiMap() : base.#poolsByNode.fork();
    this.#claims = base === undefined ? new ClaimBook() : base.#claims.fork();
    this.#backlog = new Backlog(base && base.#backlog);
    this.#stale = new Set(base === undefined ? allLists : base.#stale);
    this.#plan = (base && base.#plan) ?? {
      sequence: view.sequence,
      maximumConnections: 0,
      isSharing: wasSharing,
      pools: [],
      virtuals: [],
      backends: [],
      packetVirtuals: [],
      classified: [],
      refusals: [],
    };
    if (base === undefined) {
      this.#backlog.add({ pools: new Set(view.names('ltm pool')), virtuals: this.#all(view) });
      this.goOn(Infinity);
      return;
    }
    this.#ownProxies = base.#ownProxies;
    this.#ownListeners = base.#ownListeners;
    this.#classifiedProxies = base.#classifiedProxies;
  }

  /** One to try something out on, good until this one is told of something. */
  fork(): TrafficPlanner {
    return new TrafficPlanner(this.#view, this.#facts, this.#isSharing, this);
  }

  /** Puts together what changed since it was asked for last: not for every commit where there are many. */
  get plan(): TrafficPlan {
    this.#plan = {
      ...this.#plan,
      ...this.#freshLists(),
      sequence: this.#view.sequence,
      maximumConnections: this.maximumConnections,
      isSharing: this.#isSharing,
    };
    return this.#plan;
  }

  get sequence(): number {
    return this.#view.sequence;
  }

  get isSharing(): boolean {
    return this.#isSharing;
  }

  get maximumConnections(): number {
    const own = this.#isSharing ? sharedListeners : this.#ownListeners;
    return this.#facts.maximumConnections(own + this.#classifiedProxies);
  }

  /** Of the present plan. */
  get pools(): ReadonlyMap<string, PoolPlan> {
    return this.#pools;
  }

  get refusals(): readonly Refusal[] {
    return this.#listOf('refusals', () => refusalsOf(this.#inOrder()));
  }

  get packetVirtuals(): readonly PacketVirtual[] {
    return this.#listOf('packetVirtuals', () => packetsOf(this.#inOrder()));
  }

  get classified(): readonly ClassifiedVirtual[] {
    return this.#listOf('classified', () => inPrecedence(claimsOf(this.#inOrder())));
  }

  /** Of all virtual servers that are looked at, carried or not. */
  names(): Iterable<string> {
    return this.#virtuals.keys();
  }

  /** Undefined when it is not carried. */
  virtual(name: string): VirtualPlan | PacketVirtual | undefined {
    const planned = this.#virtuals.get(name)?.planned;
    return planned?.kind === 'packet' ? planned.packet : this.proxy(name);
  }

  /** Undefined when no full proxy carries it. */
  proxy(name: string): VirtualPlan | undefined {
    const planned = this.#virtuals.get(name)?.planned;
    return planned?.kind === 'proxy' ? planned.virtual : undefined;
  }

  /** The way in which a full proxy uses its pool: one object for all that use it alike. */
  backendOf(name: string): BackendPlan | undefined {
    const planned = this.#virtuals.get(name)?.planned;
    const backend = planned?.kind === 'proxy' ? planned.backend : undefined;
    return backend && this.#backends.get(keyOf(backend))?.plan;
  }

  /** Where its policies may send a request. */
  forwardsOf(name: string): readonly BackendPlan[] {
    const planned = this.#virtuals.get(name)?.planned;
    if (planned?.kind !== 'proxy') return [];
    return planned.forwards.map((one) => this.#backends.get(keyOf(one))?.plan ?? one);
  }

  virtualOfMark(mark: number): string | undefined {
    return this.#claims.nameOf(mark);
  }

  /** Pools that have a member on the node. */
  poolsOf(node: string): readonly PoolPlan[] {
    return [...this.#poolsByNode.get(node)].flatMap((name) => this.#pools.get(name) ?? []);
  }

  /** Something is still planned as it was before the present view: `goOn`. */
  get isBehind(): boolean {
    return !this.#backlog.isEmpty;
  }

  /**
   * Takes a commit in. One that touches more than `most` pools and virtual servers, or comes on top of such, leaves
   * them to `goOn`; what a smaller one touches is planned at once.
   */
  update(view: ConfigView, changes: readonly Change[], most: number = Infinity): PlanChange {
    this.#view = view;
    const touched = concernsPlan(changes) ? this.#touchedBy(view, changes) : nothing;
    this.#backlog.add(touched);
    if (most === Infinity) return this.goOn(most);
    const isSmall = touched.pools.size + touched.virtuals.size <= most;
    return isSmall ? this.#planThese(this.#backlog.take(touched)) : nothing;
  }

  /** Plans some more of what is behind, pools first. */
  goOn(most: number): PlanChange {
    return this.#planThese(this.#backlog.takeSome(most));
  }

  #touchedBy(view: ConfigView, changes: readonly Change[]): PlanChange {
    const pools = poolsTouched(view, changes);
    const isOwn = changes.every((change) => !concernsPlan([change]) || isOwnOnly(change));
    const virtuals = isOwn ? this.#virtualsTouched(view, changes, pools) : this.#all(view);
    return { pools, virtuals };
  }

  #all(view: ConfigView): ReadonlySet<string> {
    return new Set([...this.#virtuals.keys(), ...view.names('ltm virtual')]);
  }

  #planThese(touched: PlanChange): PlanChange {
    const pools = this.#planPools(this.#view, touched.pools);
    const virtuals = this.#planVirtuals(this.#view, touched.virtuals);
    this.#isSharing = this.#facts.isSharingWorth(this.#ownProxies, this.#isSharing);
    if (pools.size > 0) this.#stale.add('pools');
    return { pools, virtuals };
  }

  /** Those that really changed. */
  #planPools(view: ConfigView, names: ReadonlySet<string>): ReadonlySet<string> {
    const changed = new Set<string>();
    for (const name of names) {
      const object = view.get('ltm pool', name);
      const held = this.#pools.get(name);
      const next = object && planPool(view, object);
      if (isSame(held, next)) continue;
      changed.add(name);
      for (const { node } of held?.members ?? []) this.#poolsByNode.delete(node, name);
      for (const { node } of next?.members ?? []) this.#poolsByNode.add(node, name);
      if (next === undefined) this.#pools.delete(name);
      else this.#pools.set(name, next);
    }
    return changed;
  }

  #virtualsTouched(
    view: ConfigView,
    changes: readonly Change[],
    pools: ReadonlySet<string>,
  ): ReadonlySet<string> {
    const names = new Set<string>();
    for (const pool of pools) {
      for (const user of usersThrough(view, 'ltm pool', pool)) names.add(user);
    }
    for (const change of changes) {
      const { component, name } = change;
      if (component === 'ltm virtual') names.add(name);
      for (const other of virtualsAlong(view, change)) names.add(other);
      if (isTakenThrough(component)) {
        for (const user of usersThrough(view, component, name)) names.add(user);
      }
      if (component !== 'ltm virtual-address') continue;
      for (const virtual of this.#virtualsByAddress.get(name)) names.add(virtual);
    }
    return names;
  }

  /** Those that really changed, and those that they give way to, or make give way. */
  #planVirtuals(view: ConfigView, touched: ReadonlySet<string>): ReadonlySet<string> {
    const places = new Map<string, Placing>();
    const moved = new Set<string>();
    for (const name of touched) {
      const held = this.#virtuals.get(name);
      const object = view.get('ltm virtual', name);
      for (const address of held?.addresses ?? []) this.#virtualsByAddress.delete(address, name);
      const placing = object && placeOf(view, this.#facts, object);
      if (placing !== undefined) places.set(name, placing);
      for (const address of placing?.addresses ?? []) this.#virtualsByAddress.add(address, name);
      if (isSame(claimOf(held), claimOf(placing))) continue;
      for (const other of takeClaims(this.#claims, name, held?.place, placing?.place))
        moved.add(other);
    }
    const changed = new Set<string>();
    for (const name of new Set([...touched, ...moved])) {
      const held = this.#virtuals.get(name);
      const placing = touched.has(name) ? places.get(name) : held;
      const next = placing && this.#heldOf(view, name, placing);
      if (isSame(held, next)) continue;
      this.#replace(name, held, next && keepingParts(held, next));
      changed.add(name);
    }
    return changed;
  }

  #heldOf(view: ConfigView, name: string, { place, addresses }: Placing): HeldVirtual {
    const object = view.get('ltm virtual', name);
    const mark = this.#claims.markOf(name);
    const isClassified = this.#claims.isClassified(name);
    const planned =
      typeof place === 'string' || object === undefined
        ? undefined
        : planOne(view, object, { ...place, mark, isClassified });
    return { name, place, addresses, mark, isClassified, planned };
  }

  #replace(name: string, before: HeldVirtual | undefined, after: HeldVirtual | undefined): void {
    // Taken before it is let go, so that what both use stays.
    if (after !== undefined) this.#count(after, 1);
    if (before !== undefined) this.#count(before, -1);
    if (after === undefined) this.#virtuals.delete(name);
    else this.#virtuals.set(name, after);
  }

  #count(held: HeldVirtual, by: 1 | -1): void {
    const { planned, isClassified } = held;
    if (isClassified) this.#stale.add('classified');
    if (planned === undefined || planned.kind === 'refused') this.#stale.add('refusals');
    if (planned?.kind === 'packet') this.#stale.add('packetVirtuals');
    if (planned?.kind !== 'proxy') return;
    for (const list of proxyLists) this.#stale.add(list);
    if (isClassified) this.#classifiedProxies += by;
    else {
      this.#ownProxies += by;
      this.#ownListeners += by * (planned.virtual.interfaces?.length ?? 1);
    }
    for (const one of usedBy(planned)) this.#useBackend(keyOf(one), one, by);
  }

  #useBackend(key: string, plan: BackendPlan, by: 1 | -1): void {
    const held = this.#backends.get(key) ?? { plan, users: 0 };
    held.users += by;
    if (held.users === 0) this.#backends.delete(key);
    else this.#backends.set(key, held);
  }

  #inOrder(): readonly HeldVirtual[] {
    return inOrder(this.#view.names('ltm virtual'), this.#virtuals);
  }

  /** A list whose entries are all the same stays the same list. */
  #listOf<L extends List>(list: L, make: () => TrafficPlan[L]): TrafficPlan[L] {
    const held = this.#plan[list];
    if (!this.#stale.delete(list)) return held;
    const made = make();
    const isSameList =
      list === 'classified' || list === 'refusals'
        ? isSame(held, made)
        : held.length === made.length && held.every((one, index) => one === made[index]);
    if (!isSameList) this.#plan = { ...this.#plan, [list]: made };
    return this.#plan[list];
  }

  #freshLists(): Pick<TrafficPlan, List> {
    const { pools, virtuals, backends } = this.#plan;
    const lists = { pools, virtuals, backends };
    if (this.#stale.has('pools')) {
      lists.pools = this.#listOf('pools', () => inOrder(this.#view.names('ltm pool'), this.#pools));
    }
    if (proxyLists.some((list) => this.#stale.has(list))) {
      const held = this.#inOrder();
      lists.virtuals = this.#listOf('virtuals', () => proxiesOf(held));
      lists.backends = this.#listOf('backends', () => this.#backendsOf(held));
    }
    const { packetVirtuals, classified, refusals } = this;
    return { ...lists, packetVirtuals, classified, refusals };
  }

  /** In the order of their first users. */
  #backendsOf(held: readonly HeldVirtual[]): readonly BackendPlan[] {
    const backends = new Set<BackendPlan>();
    for (const { planned } of held) {
      for (const one of planned?.kind === 'proxy' ? usedBy(planned) : []) {
        backends.add(this.#backends.get(keyOf(one))?.plan ?? one);
      }
    }
    return [...backends];
  }
}

/** A member is addressed by its node. */
function poolsTouched(view: ConfigView, changes: readonly Change[]): ReadonlySet<string> {
  const names = new Set<string>();
  for (const { component, name } of changes) {
    if (component === 'ltm pool') names.add(name);
    if (component !== 'ltm node') continue;
    for (const user of view.referrers('ltm node', name)) {
      if (user.component === 'ltm pool') names.add(user.name);
    }
  }
  return names;
}

function claimOf(placing: Placing | undefined): unknown {
  const place = placing?.place;
  return typeof place === 'object' ? [place.claim, place.matches] : place;
}

/** Plans are plain data, written in the same order always. */
function isSame(one: unknown, other: unknown): boolean {
  if (one === other) return true;
  if (one === undefined || other === undefined) return false;
  return JSON.stringify(one) === JSON.stringify(other);
}

/** A virtual server that changed need not use its pool in another way. */
function keepingParts(before: HeldVirtual | undefined, after: HeldVirtual): HeldVirtual {
  const [old, next] = [before?.planned, after.planned];
  if (typeof old !== 'object' || typeof next !== 'object') return after;
  if (old.kind !== 'proxy' || next.kind !== 'proxy') return after;
  const backend = isSame(old.backend, next.backend) ? old.backend : next.backend;
  const virtual = isSame(old.virtual, next.virtual) ? old.virtual : next.virtual;
  const forwards = isSame(old.forwards, next.forwards) ? old.forwards : next.forwards;
  return { ...after, planned: { ...next, virtual, backend, forwards } };
}

function keyOf({ pool, way }: BackendPlan): string {
  return `${pool} ${way}`;
}

function usedBy({ backend, forwards }: ProxyPlan): readonly BackendPlan[] {
  return backend === undefined ? forwards : [backend, ...forwards];
}
