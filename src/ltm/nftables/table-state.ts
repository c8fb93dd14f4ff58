/**
 * The table that the packet filter is to hold, kept up by the object: what full proxies have in it is elements, which
 * come and go one by one; the rest is put together anew when it changes. Pure.
 */
import { OverlayMap } from '../../base/overlay-map.ts';
import type { PoolWeights } from '../balance.ts';
import type { MutedAddresses } from '../echo.ts';
import { type MemberStates, isServed } from '../member-state.ts';
import type { TrafficPlanner } from '../planner.ts';
import type { ClassifiedVirtual, PacketVirtual } from '../types.ts';
import { type RenderedTable, renderTable } from './render.ts';
import { type ProxyElement, elementsOf, keptElements, proxySets } from './shared.ts';

export interface TableFacts {
  readonly planned: Pick<
    TrafficPlanner,
    'pools' | 'isSharing' | 'proxy' | 'packetVirtuals' | 'classified'
  >;
  readonly states: MemberStates;
  /** What was measured, for methods that go by it. */
  readonly weights: PoolWeights;
  /** By pool: members that get no new connections for now, beside those that are not ready. */
  readonly full?: ReadonlyMap<string, ReadonlySet<string>>;
  /** Another object whenever it is not as it was. */
  readonly muted: MutedAddresses;
  /** Some server connection is made with its client's address. */
  readonly usesClientAddresses: boolean;
  /** The address where the listener is that a full proxy shares; undefined: it has one of its own. */
  readonly listenerOf: (virtual: string) => string | undefined;
  /** Whether its listener is there already. */
  readonly isCarried: (virtual: string) => boolean;
}

/** Set → keys of elements that may have changed. */
export type TouchedElements = ReadonlyMap<string, ReadonlySet<string>>;

export class TableState {
  readonly #elements: ReadonlyMap<string, Map<string, string>>;
  readonly #held: Map<string, readonly ProxyElement[]>;
  /** Full proxies that stay with the listener that they had until the next is there. */
  readonly #waiting: Set<string>;
  #packetVirtuals: readonly PacketVirtual[] = [];
  #classified: readonly ClassifiedVirtual[] = [];
  #packetPools: ReadonlySet<string> = new Set();
  #flags = '';
  #muted: MutedAddresses | undefined;
  #table: RenderedTable | undefined;

  constructor(base?: TableState) {
    const none = new Map<string, string>();
    this.#elements = new Map(
      proxySets.map((set) => [
        set,
        base === undefined ? new Map() : new OverlayMap(base.#elements.get(set) ?? none),
      ]),
    );
    this.#held = base === undefined ? new Map() : new OverlayMap(base.#held);
    this.#waiting = new Set(base && base.#waiting);
    if (base === undefined) return;
    this.#packetVirtuals = base.#packetVirtuals;
    this.#classified = base.#classified;
    this.#packetPools = base.#packetPools;
    this.#flags = base.#flags;
    this.#muted = base.#muted;
    const { table } = base;
    this.#table = { ...table, elements: new Map([...table.elements, ...this.#elements]) };
  }

  /** One to try something out on, good until this one is told of something. */
  fork(): TableState {
    return new TableState(this);
  }

  /** What counts of the elements of full proxies is what it holds when it is read. */
  get table(): RenderedTable {
    if (this.#table === undefined) throw new Error('the table was never made');
    return this.#table;
  }

  /** `virtuals`: full proxies that may have changed; `pools`: whose members may have. */
  update(
    facts: TableFacts,
    virtuals: ReadonlySet<string>,
    pools: ReadonlySet<string>,
  ): TouchedElements {
    const touched = this.#takeProxies(facts, virtuals);
    const { packetVirtuals, classified } = facts.planned;
    const isSharing = facts.planned.isSharing || this.#waiting.size > 0;
    const flags = `${isSharing} ${facts.usesClientAddresses}`;
    const isSame =
      this.#table !== undefined &&
      flags === this.#flags &&
      facts.muted === this.#muted &&
      packetVirtuals === this.#packetVirtuals &&
      classified === this.#classified &&
      ![...pools].some((pool) => this.#packetPools.has(pool)) &&
      (classified.length === 0 || virtuals.size === 0);
    if (isSame) return touched;
    this.#flags = flags;
    this.#muted = facts.muted;
    this.#packetVirtuals = packetVirtuals;
    this.#classified = classified;
    this.#packetPools = new Set(
      [...packetVirtuals, ...classified].flatMap(({ pool }) => pool ?? []),
    );
    this.#table = renderTable({ ...facts, isSharing }, this.#elements);
    return touched;
  }

  /** Full proxies whose listener was not there yet. */
  get waiting(): ReadonlySet<string> {
    return this.#waiting;
  }

  #takeProxies(facts: TableFacts, virtuals: ReadonlySet<string>): TouchedElements {
    const touched = new Map<string, Set<string>>();
    const touch = ({ set, key }: ProxyElement): void => {
      const keys = touched.get(set);
      if (keys === undefined) touched.set(set, new Set([key]));
      else keys.add(key);
    };
    const before = new Map<string, readonly ProxyElement[]>();
    // All that go before any that come: one may take another's place.
    for (const name of virtuals) {
      before.set(name, this.#held.get(name) ?? []);
      for (const one of this.#held.get(name) ?? []) {
        this.#elements.get(one.set)?.delete(one.key);
        touch(one);
      }
      this.#held.delete(name);
      this.#waiting.delete(name);
    }
    for (const name of virtuals) {
      const virtual = facts.planned.proxy(name);
      if (virtual === undefined) continue;
      const isClosed = !virtual.isEnabled || !isServed(virtual, facts.states);
      const fresh = elementsOf(virtual, facts.listenerOf(name), isClosed);
      const kept = facts.isCarried(name) ? [] : keptElements(virtual, before.get(name) ?? []);
      if (kept.length > 0) this.#waiting.add(name);
      const isKept = ({ set, key }: ProxyElement): boolean =>
        kept.some((one) => one.set === set && one.key === key);
      const elements = [...fresh.filter((one) => !isKept(one)), ...kept];
      if (elements.length > 0) this.#held.set(name, elements);
      for (const one of elements) {
        this.#elements.get(one.set)?.set(one.key, one.element);
        touch(one);
      }
    }
    return touched;
  }
}
