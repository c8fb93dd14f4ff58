/**
 * All that the engines are to hold, kept up by the object: a commit or a probe's result costs what it touches. One owner
 * of plan, member states, and what the renderers make of them; it always equals what they make of the whole
 * (planner.test.ts). Pure.
 */
import type { Change, ConfigView } from '../config/types.ts';
import type { HealthTable } from '../monitor/health.ts';
import { HaproxyRenderer, type RenderPlaces, type Rendered } from './haproxy/render.ts';
import { type WantedServer, serversOf } from './haproxy/servers.ts';
import { type MemberState, poolStates, takesTraffic } from './member-state.ts';
import { type RenderedTable, renderTable } from './nftables/render.ts';
import { TrafficPlanner } from './planner.ts';
import type { BackendPlan, DeviceFacts, PlanLookup, TrafficPlan } from './types.ts';

type Health = Pick<HealthTable, 'get'>;

export class TrafficState {
  readonly #planner: TrafficPlanner;
  readonly #renderer: HaproxyRenderer;
  readonly #states = new Map<string, ReadonlyMap<string, MemberState>>();
  readonly #servers = new Map<string, readonly WantedServer[]>();
  /** By HAProxy's name. */
  readonly #backends = new Map<string, BackendPlan>();
  #packetPools: ReadonlySet<string> = new Set();
  #plan: TrafficPlan;
  #rendered: Rendered;
  #table: RenderedTable;

  constructor(view: ConfigView, facts: DeviceFacts, places: RenderPlaces, health: Health) {
    this.#planner = new TrafficPlanner(view, facts);
    this.#renderer = new HaproxyRenderer(places);
    const { plan, pools } = this.#planner;
    this.#plan = plan;
    for (const pool of plan.pools) this.#states.set(pool.name, poolStates(pool, health));
    this.#rendered = this.#renderer.render(plan, pools, undefined);
    this.#takeBackends(new Set());
    this.#table = renderTable(plan, this.#states);
    this.#packetPools = packetPools(plan);
  }

  get plan(): TrafficPlan {
    return this.#plan;
  }

  /** Plans by name. */
  get plans(): PlanLookup {
    return this.#planner;
  }

  get rendered(): Rendered {
    return this.#rendered;
  }

  /** By backend; the same map always, kept up. */
  get servers(): ReadonlyMap<string, readonly WantedServer[]> {
    return this.#servers;
  }

  get table(): RenderedTable {
    return this.#table;
  }

  /** Whether connections to a member of the backend end when it goes down. */
  endsSessions(backend: string): boolean {
    const pool = this.#planner.pools.get(this.#backends.get(backend)?.pool ?? '');
    return pool?.serviceDownAction === 'reset' || pool?.serviceDownAction === 'drop';
  }

  /** Takes a commit in; returns the backends whose servers may have changed. */
  commit(view: ConfigView, changes: readonly Change[], health: Health): ReadonlySet<string> {
    const pools = this.#planner.update(view, changes);
    const before = this.#plan;
    this.#plan = this.#planner.plan;
    return this.#refresh(pools, before, health);
  }

  /** Takes new health of members of these pools in. */
  healthChanged(pools: ReadonlySet<string>, health: Health): ReadonlySet<string> {
    return this.#refresh(pools, this.#plan, health);
  }

  #refresh(names: ReadonlySet<string>, before: TrafficPlan, health: Health): ReadonlySet<string> {
    const plan = this.#plan;
    const { pools } = this.#planner;
    let isTableDue =
      before.virtuals !== plan.virtuals ||
      before.packetVirtuals !== plan.packetVirtuals ||
      before.classified !== plan.classified ||
      before.backends !== plan.backends;
    for (const name of names) {
      const wasServed = takesTraffic(this.#states, name);
      const pool = pools.get(name);
      if (pool === undefined) this.#states.delete(name);
      else this.#states.set(name, poolStates(pool, health));
      const isServed = takesTraffic(this.#states, name);
      const isUsed = this.#renderer.backendsOf(name).length > 0;
      if ((isUsed && wasServed !== isServed) || this.#packetPools.has(name)) isTableDue = true;
    }
    this.#rendered = this.#renderer.render(plan, pools, names);
    const touched =
      before.backends === plan.backends ? this.#dealServers(names) : this.#takeBackends(names);
    if (isTableDue) {
      this.#packetPools = packetPools(plan);
      this.#table = renderTable(plan, this.#states);
    }
    return touched;
  }

  #dealServers(pools: ReadonlySet<string>): ReadonlySet<string> {
    const touched = new Set<string>();
    for (const pool of pools) {
      for (const backend of this.#renderer.backendsOf(pool)) touched.add(this.#deal(backend));
    }
    return touched;
  }

  #takeBackends(pools: ReadonlySet<string>): ReadonlySet<string> {
    const touched = new Set<string>();
    const wanted = new Set<string>();
    for (const backend of this.#plan.backends) {
      const name = this.#renderer.nameOf(backend);
      wanted.add(name);
      if (this.#backends.get(name) === backend && !pools.has(backend.pool)) continue;
      this.#backends.set(name, backend);
      touched.add(this.#deal(backend));
    }
    for (const name of this.#backends.keys()) {
      if (wanted.has(name)) continue;
      this.#backends.delete(name);
      this.#servers.delete(name);
    }
    return touched;
  }

  #deal(backend: BackendPlan): string {
    const name = this.#renderer.nameOf(backend);
    const pool = this.#planner.pools.get(backend.pool);
    const tls = this.#rendered.serverTls.get(name);
    const servers = pool === undefined ? [] : serversOf(backend, pool, this.#states, tls);
    this.#servers.set(name, servers);
    return name;
  }
}

function packetPools(plan: TrafficPlan): ReadonlySet<string> {
  const behind = plan.classified.filter((virtual) => virtual.target === 'packet');
  return new Set([...plan.packetVirtuals, ...behind].flatMap(({ pool }) => pool ?? []));
}
