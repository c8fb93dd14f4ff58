/**
 * The shape that HAProxy is to have, kept up by the object: sections that were printed once stay while their plans do.
 * Which backends of the running HAProxy serve for those wanted here is `layout.ts`'s. Pure.
 */
import { OverlayMap } from '../../base/overlay-map.ts';
import { MultiMap } from '../../monitor/multi-map.ts';
import { rowNumber } from '../classify.ts';
import { engineName } from '../engine-names.ts';
import type { TrafficPlanner } from '../planner.ts';
import type { BackendPlan, PoolPlan, VirtualPlan } from '../types.ts';
import type { VirtualRow } from './maps.ts';
import {
  type BackendSection,
  type HeadFacts,
  type RenderPlaces,
  backendSection,
  facetsOf,
  frontendSection,
  headText,
  preloadSection,
} from './render.ts';
import { sharedTable } from './render-peers.ts';
import { isSharedFrontend } from './render-shared.ts';
import {
  type ScriptName,
  isScriptIn,
  scriptNames,
  scriptsOf,
  scriptsOfBackend,
} from './scripts.ts';
import { type Section, backendsNamedIn } from './section.ts';
import { backendName } from './servers.ts';

/** What the structure is made of. */
export type Planned = Pick<
  TrafficPlanner,
  'pools' | 'isSharing' | 'maximumConnections' | 'proxy' | 'backendOf' | 'forwardsOf'
>;

interface Held<T> {
  readonly value: T;
  users: number;
}

interface HeldVirtual {
  readonly plan: VirtualPlan;
  readonly frontend: string;
  readonly backend: string | undefined;
  readonly forwards: readonly string[];
}

interface HeldBack {
  /** Another one is tried. */
  readonly hash: string;
  readonly reason: string;
  /** What HAProxy has in its place. */
  readonly former: Section | undefined;
}

export class Structure {
  readonly places: RenderPlaces;
  readonly #virtuals: Map<string, HeldVirtual>;
  readonly #frontends: Map<string, Held<Section>>;
  readonly #backends: Map<string, Held<BackendSection>>;
  readonly #preloads: Map<string, Held<Section>>;
  readonly #byPool: MultiMap<string>;
  readonly #rows: Map<string, VirtualRow>;
  readonly #heldBack: Map<string, HeldBack>;
  /** Names that frontends of their own would have → where they would listen. */
  readonly #formerOwn: Map<string, string>;
  readonly #headers: Map<number, number>;
  readonly #headerBytes: Map<number, number>;
  readonly #scripts: Map<ScriptName, number>;
  /** Printed for one virtual server, good for all that share it. */
  readonly #printed: Map<string, Section>;
  #version = 0;
  #isSharing = false;
  #clientSources = 0;
  readonly #shared: Map<string, BackendPlan>;
  #maximumConnections = 0;

  constructor(places: RenderPlaces, base?: Structure) {
    this.places = places;
    this.#virtuals = over(base && base.#virtuals);
    this.#frontends = over(base && base.#frontends, copyOf);
    this.#backends = over(base && base.#backends, copyOf);
    this.#preloads = over(base && base.#preloads, copyOf);
    this.#byPool = base === undefined ? new MultiMap() : base.#byPool.fork();
    this.#rows = over(base && base.#rows);
    this.#heldBack = over(base && base.#heldBack);
    this.#formerOwn = over(base && base.#formerOwn);
    this.#headers = over(base && base.#headers);
    this.#headerBytes = over(base && base.#headerBytes);
    this.#scripts = over(base && base.#scripts);
    this.#printed = over(base && base.#printed);
    this.#shared = over(base && base.#shared);
    if (base === undefined) return;
    this.#version = base.#version;
    this.#isSharing = base.#isSharing;
    this.#clientSources = base.#clientSources;
    this.#maximumConnections = base.#maximumConnections;
  }

  /** One to try something out on, good until this one is told of something. */
  fork(): Structure {
    return new Structure(this.places, this);
  }

  /** Another whenever the shape may be another. */
  get version(): number {
    return this.#version;
  }

  get isSharing(): boolean {
    return this.#isSharing;
  }

  /** By HAProxy's name. One that is held back is as it was before, or not there. */
  *frontends(): Iterable<Section> {
    for (const { value } of this.#frontends.values()) {
      const held = this.#heldBack.get(value.name);
      if (held === undefined || held.hash !== value.hash) yield value;
      else if (held.former !== undefined && this.#isComplete(held.former)) yield held.former;
    }
  }

  /** HAProxy does not take that frontend: the others go on without it until it is another, or let go. */
  holdBack(name: string, reason: string, former: Section | undefined): void {
    const hash = this.#frontends.get(name)?.value.hash;
    if (hash === undefined) return;
    this.#heldBack.set(name, { hash, reason, former });
    this.#version += 1;
  }

  letGo(name: string): void {
    if (this.#heldBack.delete(name)) this.#version += 1;
  }

  /** Frontends that are held back, and why. */
  *heldBack(): Iterable<{ readonly section: Section; readonly reason: string }> {
    for (const [name, { hash, reason }] of this.#heldBack) {
      const section = this.#frontends.get(name)?.value;
      if (section?.hash === hash) yield { section, reason };
    }
  }

  #isComplete({ text }: Section): boolean {
    return backendsNamedIn(text).every((name) => this.#backends.has(name));
  }

  hasFrontend(name: string): boolean {
    return this.#frontends.has(name);
  }

  /** Whether a virtual server that had this frontend alone is reached at the same place by a shared one now. */
  isShared({ name, text }: Section): boolean {
    const place = this.#formerOwn.get(name);
    return (
      place !== undefined && (text.includes(`bind ${place}\n`) || text.includes(`bind ${place} `))
    );
  }

  /** Certificates of servers. */
  *preloads(): Iterable<Section> {
    for (const { value } of this.#preloads.values()) yield value;
  }

  /** By the plan's name. */
  backend(name: string): BackendSection | undefined {
    return this.#backends.get(name)?.value;
  }

  *backends(): Iterable<BackendSection> {
    for (const { value } of this.#backends.values()) yield value;
  }

  backendNames(): Iterable<string> {
    return this.#backends.keys();
  }

  /** Names of the ways in which a pool is used. */
  backendsOf(pool: string): Iterable<string> {
    return this.#byPool.get(pool);
  }

  /** Is the pool used at all? */
  hasBackends(pool: string): boolean {
    return this.#byPool.has(pool);
  }

  /** Virtual servers that can be behind shared listeners. */
  get rows(): ReadonlyMap<string, VirtualRow> {
    return this.#rows;
  }

  /** HAProxy's name of the frontend of a virtual server. */
  frontendOf(virtual: string): string | undefined {
    return this.#virtuals.get(virtual)?.frontend;
  }

  /** Some server connection is made with its client's address. */
  get usesClientAddresses(): boolean {
    return this.#clientSources > 0;
  }

  head(fingerprint: string): string {
    return headText(this.#headFacts(), this.places, fingerprint);
  }

  /**
   * Takes in what of the plan changed; returns the backends whose sections, or servers, may have. Where it is decided
   * anew whether listeners are shared, all virtual servers have to be given.
   */
  update(
    planned: Planned,
    virtuals: Iterable<string>,
    pools: Iterable<string>,
  ): ReadonlySet<string> {
    const touched = new Set<string>();
    this.#isSharing = planned.isSharing;
    this.#maximumConnections = planned.maximumConnections;
    for (const name of virtuals) {
      this.#version += 1;
      this.#takeVirtual(planned, name, touched);
    }
    for (const pool of pools) {
      for (const name of this.#byPool.get(pool)) {
        this.#takePool(name, planned.pools.get(pool));
        touched.add(name);
      }
    }
    return touched;
  }

  #headFacts(): HeadFacts {
    return {
      maximumConnections: this.#maximumConnections,
      needsRoot: this.usesClientAddresses,
      maximumHeaders: Math.max(0, ...this.#headers.keys()),
      maximumHeaderBytes: Math.max(0, ...this.#headerBytes.keys()),
      scripts: this.#scriptsWanted(),
      shared: this.#shared.values(),
    };
  }

  #scriptsWanted(): readonly ScriptName[] {
    const formers = [...this.#heldBack.values()].flatMap(({ former }) => former ?? []);
    return scriptNames.filter(
      (name) => this.#scripts.has(name) || formers.some(({ text }) => isScriptIn(text, name)),
    );
  }

  #takeVirtual(planned: Planned, name: string, touched: Set<string>): void {
    const before = this.#virtuals.get(name);
    const plan = planned.proxy(name);
    const backend = planned.backendOf(name);
    // First the new, so that what both use stays as it is.
    const after = plan && this.#enter(plan, backend, planned);
    if (before !== undefined) this.#leave(before, after);
    for (const one of [...usedBy(before), ...usedBy(after)]) touched.add(one);
    if (after === undefined) this.#virtuals.delete(name);
    else this.#virtuals.set(name, after);
    this.#setRow(name, after);
  }

  #setRow(name: string, held: HeldVirtual | undefined): void {
    // Also of those with sockets of their own: the packet filter may still lead to a listener that they shared.
    if (held === undefined || held.plan.isClassified) {
      this.#rows.delete(name);
      this.#formerOwn.delete(engineName(name));
      return;
    }
    const { plan, backend, frontend } = held;
    const { family, text } = plan.address;
    const place = `${family === 6 ? `[${text}]` : text}:${plan.port}`;
    if (isSharedFrontend(frontend)) this.#formerOwn.set(engineName(name), place);
    else this.#formerOwn.delete(engineName(name));
    this.#rows.set(name, {
      id: rowNumber(plan.mark),
      place: `${plan.address.text}:${plan.port}`,
      backend,
      limit: plan.connectionLimit,
    });
  }

  #enter(plan: VirtualPlan, backend: BackendPlan | undefined, planned: Planned): HeldVirtual {
    const section = this.#sectionOf(plan);
    if (isSharedFrontend(section.name)) use(this.#frontends, section.name, () => section);
    else this.#frontends.set(section.name, { value: section, users: 1 });
    this.#countHeadFacts(plan, 1);
    const name = backend && this.#useBackend(backend, planned.pools.get(backend.pool));
    const forwards = planned
      .forwardsOf(plan.name)
      .map((one) => this.#useBackend(one, planned.pools.get(one.pool)));
    return { plan, frontend: section.name, backend: name, forwards };
  }

  #leave(held: HeldVirtual, after: HeldVirtual | undefined): void {
    const { plan, frontend } = held;
    // Its own, which was printed anew, stays.
    const isReplaced = after?.frontend === frontend && !isSharedFrontend(frontend);
    if (!isReplaced && leave(this.#frontends, frontend)) this.#printed.delete(this.#shapeOf(plan));
    this.#countHeadFacts(plan, -1);
    for (const backend of usedBy(held)) this.#leaveBackend(backend);
  }

  #countHeadFacts(plan: VirtualPlan, by: 1 | -1): void {
    tally(this.#headers, plan.http?.maximumHeaders, by);
    tally(this.#headerBytes, plan.http?.maximumHeaderBytes, by);
    for (const script of scriptsOf(plan)) tally(this.#scripts, script, by);
  }

  /** What its frontend depends on, as a key: printing it costs more. */
  #shapeOf(plan: VirtualPlan): string {
    if (!this.#mayShare(plan)) return plan.name;
    const { mode, idleSeconds, http, tls, address, source, policies, rateLimit, tcp, stream } =
      plan;
    const place = http?.redirectRewrite === 'nodes' ? [address.text, plan.port] : [];
    return JSON.stringify([
      address.family,
      mode,
      idleSeconds,
      http,
      tls,
      source,
      policies,
      rateLimit,
      tcp,
      stream,
      ...place,
    ]);
  }

  #mayShare(plan: VirtualPlan): boolean {
    return this.#isSharing && !plan.isClassified && plan.takesHops === undefined;
  }

  #sectionOf(plan: VirtualPlan): Section {
    if (!this.#mayShare(plan)) return frontendSection(plan, false, this.places);
    const shape = this.#shapeOf(plan);
    const known = this.#printed.get(shape);
    if (known !== undefined) return known;
    const section = frontendSection(plan, true, this.places);
    this.#printed.set(shape, section);
    return section;
  }

  #useBackend(plan: BackendPlan, pool: PoolPlan | undefined): string {
    const name = backendName(plan);
    use(this.#backends, name, () => {
      const section = backendSection(plan, pool, this.places);
      this.#byPool.add(plan.pool, name);
      if (plan.source.kind === 'client') this.#clientSources += 1;
      for (const script of scriptsOfBackend(plan)) tally(this.#scripts, script, 1);
      if (sharedTable(plan) !== undefined) this.#shared.set(name, plan);
      this.#usePreload(section.tls);
      return section;
    });
    return name;
  }

  #leaveBackend(name: string): void {
    const section = this.#backends.get(name)?.value;
    if (!leave(this.#backends, name) || section === undefined) return;
    this.#byPool.delete(section.plan.pool, name);
    this.#shared.delete(name);
    if (section.plan.source.kind === 'client') this.#clientSources -= 1;
    for (const script of scriptsOfBackend(section.plan)) tally(this.#scripts, script, -1);
    if (section.tls !== undefined) leave(this.#preloads, section.tls);
  }

  #usePreload(tls: string | undefined): void {
    const section = tls === undefined ? undefined : preloadSection(tls);
    if (tls !== undefined && section !== undefined) use(this.#preloads, tls, () => section);
  }

  #takePool(name: string, pool: PoolPlan | undefined): void {
    const held = this.#backends.get(name);
    if (held === undefined || held.value.pool === pool) return;
    const { value, users } = held;
    const isAlike = value.facets === facetsOf(pool);
    if (!isAlike) this.#version += 1;
    const next = isAlike ? { ...value, pool } : backendSection(value.plan, pool, this.places);
    this.#backends.set(name, { value: next, users });
  }
}

function over<K, V>(base: Map<K, V> | undefined, copy?: (value: V) => V): Map<K, V> {
  return base === undefined ? new Map() : new OverlayMap(base, copy);
}

function copyOf<T>(held: Held<T>): Held<T> {
  return { ...held };
}

function usedBy(held: HeldVirtual | undefined): readonly string[] {
  if (held === undefined) return [];
  return held.backend === undefined ? held.forwards : [held.backend, ...held.forwards];
}

function tally<K>(users: Map<K, number>, key: K | undefined, by: 1 | -1): void {
  if (key === undefined) return;
  const count = (users.get(key) ?? 0) + by;
  if (count > 0) users.set(key, count);
  else users.delete(key);
}

function use<T>(held: Map<string, Held<T>>, name: string, make: () => T): void {
  const known = held.get(name);
  if (known === undefined) held.set(name, { value: make(), users: 1 });
  else known.users += 1;
}

/** Whether nobody uses it any more. */
function leave<T>(held: Map<string, Held<T>>, name: string): boolean {
  const known = held.get(name);
  if (known === undefined) return false;
  known.users -= 1;
  if (known.users > 0) return false;
  held.delete(name);
  return true;
}
