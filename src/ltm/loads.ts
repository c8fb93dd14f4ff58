/** What members carry, by what the engines count, and what follows of it for turns and limits. Pure. */
import {
  type Loads,
  type PoolWeights,
  type Weights,
  levellingWeights,
  ratioOf,
} from './balance.ts';
import { engineName } from './engine-names.ts';
import type { AllCounters } from './haproxy/worker-counters.ts';
import { type WantedServer, serverKey } from './haproxy/servers.ts';
import type { MemberStates } from './member-state.ts';
import { flowKey } from './nftables/flows.ts';
import { type LimitedServer, type Limits, shareLimits } from './shared-limits.ts';
import type { MemberPlan, PacketVirtual, PlanLookup, PoolPlan } from './types.ts';

export interface LoadParts {
  readonly traffic: {
    /** Virtual servers on the packet path by pool. */
    readonly packetUsers: ReadonlyMap<string, readonly PacketVirtual[]>;
    readonly plans: Pick<PlanLookup, 'poolsOf'>;
    readonly structure: { backendsOf(pool: string): Iterable<string> };
    readonly servers: ReadonlyMap<string, readonly WantedServer[]>;
    readonly states: MemberStates;
    /** Of a second ago. */
    readonly limits: Limits;
  };
  readonly counters: AllCounters;
  /** Connections on the packet path, by `flowKey`. */
  readonly flows: ReadonlyMap<string, number>;
}

export class MemberLoads {
  readonly #parts: LoadParts;
  readonly #nodes = new Map<string, number>();

  constructor(parts: LoadParts) {
    this.#parts = parts;
  }

  /** Of all processes of HAProxy and of the packet path; where the pool goes by nodes, what the node has in all pools. */
  of(pool: PoolPlan): Loads {
    const { members, isByNode } = pool;
    return new Map(
      members.map((member) => [
        member.name,
        isByNode ? this.#ofNode(member.node) : this.#ofMember(pool, member),
      ]),
    );
  }

  /** Weights for HAProxy's least connections, which knows only those of the process that serves, in this pool. */
  levelling(pool: PoolPlan): Weights | undefined {
    const states = this.#parts.traffic.states.get(pool.name);
    const ready = pool.members.filter(({ name }) => states?.get(name) === 'ready');
    const own = new Map(ready.map((member) => [member.name, this.#served(pool, member)]));
    const all = this.of(pool);
    const elsewhere = new Map(
      [...own].map(([name, count]) => [name, Math.max(0, (all.get(name) ?? 0) - count)]),
    );
    if (![...elsewhere.values()].some((count) => count > 0)) return undefined;
    const ratios = ready.map((member) => ({ name: member.name, ratio: ratioOf(pool, member) }));
    return levellingWeights(ratios, own, elsewhere);
  }

  /** Of pools with limits: shares of HAProxy's servers. */
  limits(pools: readonly PoolPlan[]): Limits {
    const { traffic, counters } = this.#parts;
    const elsewhere = new Map<string, number>();
    const servers: LimitedServer[] = [];
    for (const pool of pools) {
      const byName = new Map(pool.members.map((member) => [member.name, member]));
      for (const member of pool.members) {
        const count = this.#ofMember(pool, member) - this.#served(pool, member);
        elsewhere.set(memberKey(pool, member), Math.max(0, count));
      }
      for (const backend of traffic.structure.backendsOf(pool.name)) {
        for (const { name, member: of } of traffic.servers.get(backend) ?? []) {
          const member = byName.get(of);
          const isLimited = member && (member.connectionLimit > 0 || member.nodeLimit > 0);
          if (member === undefined || isLimited !== true) continue;
          const key = serverKey(backend, name);
          servers.push({
            key,
            member: memberKey(pool, member),
            node: member.node,
            memberLimit: member.connectionLimit,
            nodeLimit: member.nodeLimit,
            current: counters.newest(key)?.currentConnections ?? 0,
          });
        }
      }
    }
    return shareLimits(servers, elsewhere, traffic.limits);
  }

  /** Members at their limit, or at that of their node, by pool. */
  full(pool: PoolPlan): ReadonlySet<string> {
    const isFull = (member: MemberPlan): boolean =>
      (member.connectionLimit > 0 && this.#ofMember(pool, member) >= member.connectionLimit) ||
      (member.nodeLimit > 0 && this.#ofNode(member.node) >= member.nodeLimit);
    return new Set(pool.members.filter(isFull).map(({ name }) => name));
  }

  #ofNode(node: string): number {
    let sum = this.#nodes.get(node);
    if (sum !== undefined) return sum;
    sum = 0;
    for (const pool of this.#parts.traffic.plans.poolsOf(node)) {
      for (const member of pool.members) {
        if (member.node === node) sum += this.#ofMember(pool, member);
      }
    }
    this.#nodes.set(node, sum);
    return sum;
  }

  #ofMember(pool: PoolPlan, member: MemberPlan): number {
    const { counters, traffic, flows } = this.#parts;
    const proxied = counters.get(counterKey(pool, member))?.currentConnections ?? 0;
    return proxied + flowsOf(member, traffic.packetUsers.get(pool.name), flows);
  }

  #served(pool: PoolPlan, member: MemberPlan): number {
    return this.#parts.counters.newest(counterKey(pool, member))?.currentConnections ?? 0;
  }
}

/** What was found out in one second. */
export interface Measurement {
  /** For turns that go by what members carry. */
  readonly loads: ReadonlyMap<string, Loads>;
  /** For HAProxy's least connections. */
  readonly levelling: PoolWeights;
  readonly limits: Limits;
  /** By pool: members that the packet path passes over. */
  readonly full: ReadonlyMap<string, ReadonlySet<string>>;
}

function counterKey(pool: PoolPlan, member: MemberPlan): string {
  return `${engineName(pool.name)}/${member.cookie}`;
}

function memberKey(pool: PoolPlan, member: MemberPlan): string {
  return `${pool.name} ${member.name}`;
}

/** Connections of a member that the kernel has for these virtual servers. */
export function flowsOf(
  member: MemberPlan,
  virtuals: readonly PacketVirtual[] | undefined,
  flows: ReadonlyMap<string, number>,
): number {
  return placesOf(member, virtuals).reduce(
    (sum, { mark, ...server }) => sum + (flows.get(flowKey(mark, server)) ?? 0),
    0,
  );
}

/** Where connections of these virtual servers meet the member. */
export function placesOf(
  { address, port }: MemberPlan,
  virtuals: readonly PacketVirtual[] | undefined,
): readonly { readonly mark: number; readonly address: string; readonly port: number }[] {
  return (virtuals ?? []).map((virtual) => ({
    mark: virtual.mark,
    address: address.text,
    port: port === 0 ? virtual.port : port,
  }));
}
