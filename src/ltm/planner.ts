/**
 * Keeps the traffic plan up, commit by commit: what a commit touched is planned again, the rest stays as it is, down to
 * the identity of its objects, by which the engines' renderers see what did not change. The plan is always the one
 * that a planner made anew would have (planner.test.ts). Pure.
 */
import type { Change, ConfigView } from '../config/types.ts';
import { MultiMap } from '../monitor/multi-map.ts';
import { type Claim, classifiedNames, inPrecedence, marksOf, nameHash } from './classify.ts';
import { type Placing, type Planned, placeOf, planOne } from './place.ts';
import { planPool } from './plan-pool.ts';
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
  'sys default-files',
  'sys file ',
  'cm device',
];
const plannedVariable = 'statemirror.';
const unplannedComponents: readonly string[] = ['ltm monitor ', 'ltm data-group '];

export function concernsPlan(changes: readonly Change[]): boolean {
  return changes.some(
    ({ component, name }) =>
      (component === 'sys db' && name.startsWith(plannedVariable)) ||
      (planComponents.some((prefix) => component.startsWith(prefix)) &&
        !unplannedComponents.some((prefix) => component.startsWith(prefix))),
  );
}

/** What may be used by anything (profiles, files, VLANs) makes the whole plan anew; these do not. */
const ownOnly = new Set(['ltm virtual', 'ltm virtual-address', 'ltm pool', 'ltm node']);

/** The whole plan at once. */
export function planTraffic(view: ConfigView, facts: DeviceFacts): TrafficPlan {
  return new TrafficPlanner(view, facts).plan;
}

interface HeldVirtual extends Placing {
  readonly name: string;
  readonly mark: number;
  readonly isClassified: boolean;
  /** Undefined where it cannot be placed. */
  readonly planned: Planned | undefined;
}

export class TrafficPlanner {
  readonly #facts: DeviceFacts;
  readonly #pools = new Map<string, PoolPlan>();
  readonly #virtuals = new Map<string, HeldVirtual>();
  readonly #virtualsByAddress = new MultiMap<string>();
  readonly #poolsByNode = new MultiMap<string>();
  readonly #hashes = new Map<string, number>();
  #marks: ReadonlyMap<string, number> = new Map();
  #classified: ReadonlySet<string> = new Set();
  #plan: TrafficPlan;

  constructor(view: ConfigView, facts: DeviceFacts) {
    this.#facts = facts;
    this.#plan = {
      sequence: view.sequence,
      maximumConnections: 0,
      pools: [],
      virtuals: [],
      backends: [],
      packetVirtuals: [],
      classified: [],
      refusals: [],
    };
    this.#plan = this.#planAll(view);
  }

  get plan(): TrafficPlan {
    return this.#plan;
  }

  /** Of the present plan. */
  get pools(): ReadonlyMap<string, PoolPlan> {
    return this.#pools;
  }

  /** Undefined when it is not carried. */
  virtual(name: string): VirtualPlan | PacketVirtual | undefined {
    const planned = this.#virtuals.get(name)?.planned;
    if (planned?.kind === 'proxy') return planned.virtual;
    return planned?.kind === 'packet' ? planned.packet : undefined;
  }

  /** Pools that have a member on the node. */
  poolsOf(node: string): readonly PoolPlan[] {
    return [...this.#poolsByNode.get(node)].flatMap((name) => this.#pools.get(name) ?? []);
  }

  /** Takes a commit in; returns the names of the pools that are new, changed or gone. */
  update(view: ConfigView, changes: readonly Change[]): ReadonlySet<string> {
    if (!concernsPlan(changes)) {
      this.#plan = { ...this.#plan, sequence: view.sequence };
      return new Set();
    }
    if (changes.some((change) => concernsPlan([change]) && !ownOnly.has(change.component))) {
      const before = new Map(this.#pools);
      this.#plan = this.#planAll(view);
      const names = new Set([...before.keys(), ...this.#pools.keys()]);
      return new Set([...names].filter((name) => before.get(name) !== this.#pools.get(name)));
    }
    const pools = this.#planPools(view, poolsTouched(view, changes));
    const virtuals = this.#planVirtuals(view, this.#virtualsTouched(changes));
    this.#plan = this.#assembled(view, pools.size > 0, virtuals);
    return pools;
  }

  #planAll(view: ConfigView): TrafficPlan {
    this.#planPools(view, new Set([...this.#pools.keys(), ...view.names('ltm pool')]));
    this.#planVirtuals(view, new Set([...this.#virtuals.keys(), ...view.names('ltm virtual')]));
    return this.#assembled(view, true, true);
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

  #virtualsTouched(changes: readonly Change[]): ReadonlySet<string> {
    const names = new Set<string>();
    for (const { component, name } of changes) {
      if (component === 'ltm virtual') names.add(name);
      if (component !== 'ltm virtual-address') continue;
      for (const virtual of this.#virtualsByAddress.get(name)) names.add(virtual);
    }
    return names;
  }

  /** Whether any really changed. */
  #planVirtuals(view: ConfigView, touched: ReadonlySet<string>): boolean {
    const places = new Map<string, Placing>();
    let isMoved = false;
    for (const name of touched) {
      const held = this.#virtuals.get(name);
      const object = view.get('ltm virtual', name);
      for (const address of held?.addresses ?? []) this.#virtualsByAddress.delete(address, name);
      if (object === undefined) {
        isMoved = this.#virtuals.delete(name) || isMoved;
        this.#hashes.delete(name);
        continue;
      }
      const placing = placeOf(view, this.#facts, object);
      places.set(name, placing);
      for (const address of placing.addresses) this.#virtualsByAddress.add(address, name);
      if (!isSame(claimOf(held), claimOf(placing))) isMoved = true;
    }
    if (isMoved) this.#judge(places);
    let isChanged = isMoved;
    const moved = isMoved ? this.#movedNames() : [];
    for (const name of new Set([...places.keys(), ...moved])) {
      const held = this.#virtuals.get(name);
      const placing = places.get(name) ?? held;
      if (placing === undefined) continue;
      const next = this.#heldOf(view, name, placing);
      if (isSame(held, next)) continue;
      this.#virtuals.set(name, keepingParts(held, next));
      isChanged = true;
    }
    return isChanged;
  }

  /** Marks and the need of the classifier depend on all virtual servers together. */
  #judge(places: ReadonlyMap<string, Placing>): void {
    const claims: Claim[] = [];
    const add = ({ place }: Placing): void => {
      if (typeof place !== 'string') claims.push(place.claim);
    };
    for (const [name, held] of this.#virtuals) add(places.get(name) ?? held);
    for (const [name, placing] of places) if (!this.#virtuals.has(name)) add(placing);
    this.#marks = marksOf(
      claims.map((claim) => claim.name),
      (name) => this.#hashOf(name),
    );
    this.#classified = classifiedNames(claims);
  }

  #hashOf(name: string): number {
    const known = this.#hashes.get(name);
    if (known !== undefined) return known;
    const hash = nameHash(name);
    this.#hashes.set(name, hash);
    return hash;
  }

  #movedNames(): readonly string[] {
    const names: string[] = [];
    for (const [name, held] of this.#virtuals) {
      const isMarked = held.mark === (this.#marks.get(name) ?? 0);
      if (!isMarked || held.isClassified !== this.#classified.has(name)) names.push(name);
    }
    return names;
  }

  #heldOf(view: ConfigView, name: string, { place, addresses }: Placing): HeldVirtual {
    const object = view.get('ltm virtual', name);
    const mark = this.#marks.get(name) ?? 0;
    const isClassified = this.#classified.has(name);
    const planned =
      typeof place === 'string' || object === undefined
        ? undefined
        : planOne(view, object, { ...place, mark, isClassified });
    return { name, place, addresses, mark, isClassified, planned };
  }

  #assembled(view: ConfigView, hasNewPools: boolean, hasNewVirtuals: boolean): TrafficPlan {
    const plan = { ...this.#plan, sequence: view.sequence };
    const pools = hasNewPools ? inOrder(view.names('ltm pool'), this.#pools) : plan.pools;
    if (!hasNewVirtuals) return { ...plan, pools };
    const parts = assemble(inOrder(view.names('ltm virtual'), this.#virtuals));
    const listeners = parts.virtuals.reduce(
      (sum, virtual) => sum + (virtual.interfaces?.length ?? 1),
      0,
    );
    return {
      ...plan,
      ...keepingLists(plan, parts),
      pools,
      maximumConnections: this.#facts.maximumConnections(listeners),
    };
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
  return typeof placing?.place === 'object' ? placing.place.claim : placing?.place;
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
  return { ...after, planned: { ...next, virtual, backend } };
}

function inOrder<T>(names: readonly string[], held: ReadonlyMap<string, T>): readonly T[] {
  const result: T[] = [];
  for (const name of names) {
    const one = held.get(name);
    if (one !== undefined) result.push(one);
  }
  return result;
}

type Parts = Pick<
  TrafficPlan,
  'virtuals' | 'backends' | 'packetVirtuals' | 'classified' | 'refusals'
>;

function assemble(held: readonly HeldVirtual[]): Parts {
  const virtuals: VirtualPlan[] = [];
  const packetVirtuals: PacketVirtual[] = [];
  const backends = new Map<string, BackendPlan>();
  const unplaced: Refusal[] = [];
  const refused: Refusal[] = [];
  const claims: ClassifiedVirtual[] = [];
  for (const { name, place, planned, mark, isClassified } of held) {
    if (typeof place === 'string') unplaced.push({ virtual: name, reason: place });
    if (typeof place === 'string' || planned === undefined) continue;
    if (planned.kind === 'refused') {
      refused.push({ virtual: name, reason: planned.reason });
      continue;
    }
    if (isClassified) claims.push({ ...place.claim, mark });
    if (planned.kind === 'packet') packetVirtuals.push(planned.packet);
    if (planned.kind !== 'proxy') continue;
    virtuals.push(planned.virtual);
    const { backend } = planned;
    if (backend !== undefined && !backends.has(planned.key)) backends.set(planned.key, backend);
  }
  return {
    virtuals,
    packetVirtuals,
    backends: [...backends.values()],
    classified: inPrecedence(claims),
    refusals: [...unplaced, ...refused],
  };
}

/** A list whose entries are all the same stays the same list. */
function keepingLists(before: Parts, after: Parts): Parts {
  const kept = <T>(old: readonly T[], next: readonly T[]): readonly T[] =>
    old.length === next.length && old.every((one, index) => one === next[index]) ? old : next;
  return {
    virtuals: kept(before.virtuals, after.virtuals),
    backends: kept(before.backends, after.backends),
    packetVirtuals: kept(before.packetVirtuals, after.packetVirtuals),
    classified: isSame(before.classified, after.classified) ? before.classified : after.classified,
    refusals: isSame(before.refusals, after.refusals) ? before.refusals : after.refusals,
  };
}
