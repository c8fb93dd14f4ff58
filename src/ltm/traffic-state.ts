/**
 * All that the engines are to hold, kept up by the object: a commit or a probe's result costs what it touches. One owner
 * of plan, member states, and what the renderers make of them; it always equals what they make of the whole
 * (planner.test.ts). Pure.
 */
import type { Change, ConfigView } from '../config/types.ts';
import type { HealthTable } from '../monitor/health.ts';
import { OverlayMap } from '../base/overlay-map.ts';
import { MultiMap } from '../monitor/multi-map.ts';
import { type Loads, type Weights, isLevelled, isMeasured, measuredWeights } from './balance.ts';
import { EchoBook, type MutedAddresses, isSameMuted } from './echo.ts';
import { sharedListener } from './haproxy/render-shared.ts';
import type { RenderPlaces } from './haproxy/render.ts';
import { type WantedServer, backendOfServer, serversOf } from './haproxy/servers.ts';
import { Structure } from './haproxy/structure.ts';
import type { Measurement } from './loads.ts';
import { type MemberState, type MemberStates, poolStates, takesTraffic } from './member-state.ts';
import type { RenderedTable } from './nftables/render.ts';
import { type TableFacts, TableState, type TouchedElements } from './nftables/table-state.ts';
import { type PlanChange, TrafficPlanner } from './planner.ts';
import type { Limits } from './shared-limits.ts';
import type { DeviceFacts, PacketVirtual, PlanLookup, PoolPlan, TrafficPlan } from './types.ts';

type Health = Pick<HealthTable, 'get'>;

/** Names of what may not be as it was. */
export interface TouchedTraffic {
  /** In the plan's names. */
  readonly backends: ReadonlySet<string>;
  readonly virtuals: ReadonlySet<string>;
  readonly elements: TouchedElements;
}

/** What all of them touched. */
export function joined(parts: readonly TouchedTraffic[]): TouchedTraffic {
  const backends = new Set(parts.flatMap((part) => [...part.backends]));
  const virtuals = new Set(parts.flatMap((part) => [...part.virtuals]));
  const elements = new Map<string, Set<string>>();
  for (const [set, keys] of parts.flatMap((part) => [...part.elements])) {
    const held = elements.get(set) ?? new Set();
    for (const key of keys) held.add(key);
    elements.set(set, held);
  }
  return { backends, virtuals, elements };
}

export class TrafficState {
  readonly #planner: TrafficPlanner;
  readonly #structure: Structure;
  readonly #table: TableState;
  readonly #states: Map<string, ReadonlyMap<string, MemberState>>;
  readonly #servers: Map<string, readonly WantedServer[]>;
  readonly #echo: EchoBook;
  #muted: MutedAddresses;
  readonly #queues: Set<string>;
  /** Pools that are, or would be if the packet path used them. */
  readonly #measurable = new Set<string>();
  readonly #loads = new Map<string, Loads>();
  readonly #weights: Map<string, Weights>;
  /** Of pools where HAProxy goes by connections, and does not know all. */
  readonly #levelling: Map<string, Weights>;
  /** Pools that would be if there were connections elsewhere. */
  readonly #levelled = new Set<string>();
  /** Pools some of whose members, or their nodes, have limits. */
  readonly #limited = new Set<string>();
  #limits: Limits = new Map();
  #full: ReadonlyMap<string, ReadonlySet<string>> = new Map();
  /** Full proxies by pool. */
  readonly #users: MultiMap<string>;
  readonly #poolOf: Map<string, string>;
  readonly #isCarried: (frontend: string) => boolean;
  #isSharing: boolean;
  #sequence: number;
  #version = 0;
  /** Kept while the list is the same. */
  #packetUsers:
    | {
        readonly of: readonly PacketVirtual[];
        readonly users: ReadonlyMap<string, readonly PacketVirtual[]>;
      }
    | undefined;

  /**
   * `wasSharing`: whether listeners are shared already; `isCarried`: whether HAProxy has a frontend already, when it
   * may not have all that are wanted.
   */
  constructor(
    view: ConfigView,
    facts: DeviceFacts,
    places: RenderPlaces,
    health: Health,
    wasSharing: boolean = false,
    isCarried: (frontend: string) => boolean = () => true,
    base?: TrafficState,
  ) {
    this.#isCarried = isCarried;
    this.#echo = base === undefined ? new EchoBook(view) : base.#echo.fork(view);
    this.#muted = base === undefined ? this.#echo.muted(health) : base.#muted;
    this.#planner =
      base === undefined ? new TrafficPlanner(view, facts, wasSharing) : base.#planner.fork();
    this.#structure = base === undefined ? new Structure(places) : base.#structure.fork();
    this.#table = base === undefined ? new TableState() : base.#table.fork();
    this.#states = base === undefined ? new Map() : new OverlayMap(base.#states);
    this.#servers = base === undefined ? new Map() : new OverlayMap(base.#servers);
    this.#weights = base === undefined ? new Map() : new OverlayMap(base.#weights);
    this.#levelling = base === undefined ? new Map() : new OverlayMap(base.#levelling);
    this.#limits = base === undefined ? new Map() : base.#limits;
    this.#full = base === undefined ? new Map() : base.#full;
    this.#queues = new Set(base && base.#queues);
    this.#users = base === undefined ? new MultiMap() : base.#users.fork();
    this.#poolOf = base === undefined ? new Map() : new OverlayMap(base.#poolOf);
    this.#isSharing = this.#planner.isSharing;
    this.#sequence = base === undefined ? view.sequence : base.#sequence;
    if (base !== undefined) return;
    const pools = new Set(this.#planner.pools.keys());
    this.#refresh({ pools, virtuals: new Set(this.#planner.names()) }, health);
  }

  /**
   * What a commit would make of it, at the price of what the commit touches: for a dry run, which is done with it before
   * anything else has its turn.
   */
  fork(view: ConfigView, facts: DeviceFacts, health: Health): TrafficState {
    const { places, isSharing } = this.#structure;
    return new TrafficState(view, facts, places, health, isSharing, this.#isCarried, this);
  }

  /** Put together when it is asked for. */
  get plan(): TrafficPlan {
    return this.#planner.plan;
  }

  /** Another one as soon as anything here changes: what reads through to it is over then. */
  get version(): number {
    return this.#version;
  }

  /** Of the newest commit up to which everything is planned. */
  get sequence(): number {
    return this.#sequence;
  }

  /** Something is not planned yet: `goOn`. */
  get isBehind(): boolean {
    return this.#planner.isBehind;
  }

  get packetVirtuals(): TrafficPlan['packetVirtuals'] {
    return this.#planner.packetVirtuals;
  }

  /** Virtual servers on the packet path by pool. */
  get packetUsers(): ReadonlyMap<string, readonly PacketVirtual[]> {
    const { packetVirtuals } = this;
    if (this.#packetUsers?.of !== packetVirtuals) {
      const users = Map.groupBy(packetVirtuals, ({ pool }) => pool ?? '');
      this.#packetUsers = { of: packetVirtuals, users };
    }
    return this.#packetUsers.users;
  }

  get refusals(): TrafficPlan['refusals'] {
    return this.#planner.refusals;
  }

  /** Plans by name. */
  get plans(): PlanLookup & Pick<TrafficPlanner, 'backendOf'> {
    return this.#planner;
  }

  /** The same always, kept up. */
  get structure(): Structure {
    return this.#structure;
  }

  /** By the plan's name of a backend; the same map always, kept up. */
  get servers(): ReadonlyMap<string, readonly WantedServer[]> {
    return this.#servers;
  }

  get table(): RenderedTable {
    return this.#table.table;
  }

  get states(): MemberStates {
    return this.#states;
  }

  /** The full proxy whose connections carry that mark. */
  virtualOfMark(mark: number): string | undefined {
    return this.#planner.virtualOfMark(mark);
  }

  /** Whether connections to a member of the backend end when it goes down. */
  endsSessions(backend: string): boolean {
    const pool = this.#structure.backend(backend)?.pool;
    return pool?.serviceDownAction === 'reset' || pool?.serviceDownAction === 'drop';
  }

  /** Takes a commit in; one that touches more than `most` pools and virtual servers leaves them to `goOn`. */
  commit(
    view: ConfigView,
    changes: readonly Change[],
    health: Health,
    most: number = Infinity,
  ): TouchedTraffic {
    this.#echo.update(view, changes);
    return this.#refresh(this.#planner.update(view, changes, most), health);
  }

  /** Plans at most so many more of what is behind. */
  goOn(health: Health, most: number): TouchedTraffic {
    return this.#refresh(this.#planner.goOn(most), health);
  }

  /** Takes new health of members of these pools in. */
  healthChanged(pools: ReadonlySet<string>, health: Health): TouchedTraffic {
    return this.#refresh({ pools, virtuals: new Set() }, health);
  }

  /** Of a pool whose method goes by them. */
  weightsOf(pool: string): Weights | undefined {
    return this.#weights.get(pool);
  }

  /** Some pool lets connections wait while its members are at their limits. */
  get hasQueues(): boolean {
    return this.#queues.size > 0;
  }

  /** Pools whose members get turns by what they carry. */
  measuredPools(): readonly PoolPlan[] {
    const users = this.packetUsers;
    return this.#poolsOf(this.#measurable).filter((pool) => isMeasured(pool, users.has(pool.name)));
  }

  /** Pools of which HAProxy does not know all that counts. `hasLeaving`: processes that are leaving carry some. */
  levelledPools(hasLeaving: boolean): readonly PoolPlan[] {
    const users = this.packetUsers;
    return this.#poolsOf(this.#levelled).filter(
      ({ name, isByNode }) =>
        (isByNode || hasLeaving || users.has(name)) && this.#structure.hasBackends(name),
    );
  }

  /** Pools some of whose members, or their nodes, have limits. */
  limitedPools(): readonly PoolPlan[] {
    return this.#poolsOf(this.#limited);
  }

  /** Says whether a backend's servers have limits; undefined: none has. */
  get limitedBackends(): ((backend: string) => boolean) | undefined {
    if (this.#limited.size === 0) return undefined;
    return (backend) => this.#limited.has(this.#structure.backend(backend)?.pool?.name ?? '');
  }

  /** Shares of HAProxy's servers. */
  get limits(): Limits {
    return this.#limits;
  }

  /** Something goes by what members carry. */
  get isMeasuring(): boolean {
    return this.#limited.size > 0 || this.#levelled.size > 0 || this.measuredPools().length > 0;
  }

  #poolsOf(names: ReadonlySet<string>): readonly PoolPlan[] {
    return [...names].flatMap((name) => this.#planner.pools.get(name) ?? []);
  }

  /** Takes in what members carry now; undefined where that changes nothing. */
  weigh({ loads, levelling, limits, full }: Measurement): TouchedTraffic | undefined {
    const pools = new Set<string>();
    const backends = new Set<string>();
    for (const [name, now] of loads) {
      const pool = this.#planner.pools.get(name);
      if (pool === undefined) continue;
      const weights = measuredWeights(pool, this.#loads.get(name) ?? now, now);
      this.#loads.set(name, now);
      if (takeWeights(this.#weights, name, weights)) pools.add(name);
    }
    for (const name of this.#weights.keys()) {
      if (loads.has(name)) continue;
      this.#weights.delete(name);
      this.#loads.delete(name);
      pools.add(name);
    }
    for (const name of new Set([...levelling.keys(), ...this.#levelling.keys()])) {
      const isChanged = takeWeights(this.#levelling, name, levelling.get(name));
      if (isChanged) for (const one of this.#structure.backendsOf(name)) backends.add(one);
    }
    for (const name of pools) for (const one of this.#structure.backendsOf(name)) backends.add(one);
    for (const key of new Set([...limits.keys(), ...this.#limits.keys()])) {
      if (limits.get(key) !== this.#limits.get(key)) backends.add(backendOfServer(key));
    }
    for (const name of new Set([...full.keys(), ...this.#full.keys()])) {
      if (!isSameSet(full.get(name), this.#full.get(name))) pools.add(name);
    }
    this.#version += 1;
    this.#limits = limits;
    this.#full = full;
    if (pools.size === 0 && backends.size === 0) return undefined;
    for (const name of backends) this.#deal(name);
    const elements = this.#table.update(this.#tableFacts(), new Set(), pools);
    return { backends, virtuals: new Set(), elements };
  }

  /** HAProxy has taken new frontends. */
  carried(): TouchedElements {
    this.#version += 1;
    return this.#table.update(this.#tableFacts(), new Set(this.#table.waiting), new Set());
  }

  #refresh({ pools, virtuals }: PlanChange, health: Health): TouchedTraffic {
    this.#version += 1;
    const muted = this.#echo.muted(health);
    if (!isSameMuted(this.#muted, muted)) this.#muted = muted;
    const planner = this.#planner;
    if (!planner.isBehind) this.#sequence = planner.sequence;
    const isMoved = this.#isSharing !== planner.isSharing;
    this.#isSharing = planner.isSharing;
    // Those that are gone have no name any more.
    const planned = isMoved ? new Set([...planner.names(), ...virtuals]) : virtuals;
    for (const name of virtuals) this.#noteUser(name);
    const proxies = new Set(planned);
    for (const name of pools) {
      const wasServed = takesTraffic(this.#states, name);
      const pool = planner.pools.get(name);
      if (pool === undefined) this.#states.delete(name);
      else this.#states.set(name, poolStates(pool, health));
      if (pool !== undefined && pool.queueMilliseconds > 0) this.#queues.add(name);
      else this.#queues.delete(name);
      this.#sort(name, pool);
      if (wasServed === takesTraffic(this.#states, name)) continue;
      for (const user of this.#users.get(name)) proxies.add(user);
    }
    const backends = this.#structure.update(planner, planned, pools);
    for (const name of backends) this.#deal(name);
    const elements = this.#table.update(this.#tableFacts(), proxies, pools);
    return { backends, virtuals: planned, elements };
  }

  /** What is to be looked at each second. */
  #sort(name: string, pool: PoolPlan | undefined): void {
    const put = (names: Set<string>, isIn: boolean): void => {
      if (isIn) names.add(name);
      else names.delete(name);
    };
    put(this.#measurable, pool !== undefined && isMeasured(pool, true));
    put(this.#levelled, pool !== undefined && isLevelled(pool));
    const members = pool?.members ?? [];
    put(
      this.#limited,
      members.some(({ connectionLimit, nodeLimit }) => connectionLimit > 0 || nodeLimit > 0),
    );
  }

  #tableFacts(): TableFacts {
    return {
      planned: this.#planner,
      states: this.#states,
      weights: this.#weights,
      full: this.#full,
      muted: this.#muted,
      usesClientAddresses: this.#structure.usesClientAddresses,
      listenerOf: (name) => this.#listenerOf(name),
      isCarried: (name) => this.#isCarried(this.#structure.frontendOf(name) ?? ''),
    };
  }

  #noteUser(virtual: string): void {
    const before = this.#poolOf.get(virtual);
    const pool = this.#planner.proxy(virtual)?.pool;
    if (before === pool) return;
    if (before !== undefined) this.#users.delete(before, virtual);
    if (pool === undefined) this.#poolOf.delete(virtual);
    else {
      this.#users.add(pool, virtual);
      this.#poolOf.set(virtual, pool);
    }
  }

  #listenerOf(virtual: string): string | undefined {
    const frontend = this.#structure.frontendOf(virtual);
    const family = this.#planner.proxy(virtual)?.address.family;
    if (frontend === undefined || family === undefined) return undefined;
    return sharedListener(frontend, family);
  }

  #deal(name: string): void {
    const section = this.#structure.backend(name);
    if (section === undefined) {
      this.#servers.delete(name);
      return;
    }
    const { plan, pool, tls, hop } = section;
    const measured = pool && isMeasured(pool, false) ? this.#weights : this.#levelling;
    const weights = measured.get(pool?.name ?? '');
    // A limit that was taken back goes at once.
    const isLimited = this.#limited.has(pool?.name ?? '');
    const shares = { ...(weights && { weights }), ...(isLimited && { limits: this.#limits }) };
    this.#servers.set(name, serversOf(plan, pool, this.#states, tls, shares, hop));
  }
}

/** Whether they are other ones. */
function takeWeights(
  held: Map<string, Weights>,
  name: string,
  weights: Weights | undefined,
): boolean {
  if (isSameWeights(held.get(name), weights)) return false;
  if (weights === undefined) held.delete(name);
  else held.set(name, weights);
  return true;
}

function isSameWeights(one: Weights | undefined, other: Weights | undefined): boolean {
  if (one === undefined || other === undefined) return one === other;
  return one.size === other.size && [...other].every(([name, weight]) => one.get(name) === weight);
}

function isSameSet(
  one: ReadonlySet<string> = new Set(),
  other: ReadonlySet<string> = new Set(),
): boolean {
  return one.size === other.size && one.isSubsetOf(other);
}
