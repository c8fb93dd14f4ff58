/** Counters and health in BIG-IP's names. Pure. HAProxy counts no packets: their pkts* are 0. */
import type { Statistics } from '../config/runtime-state.ts';
import type { HealthEntry, HealthKey, HealthTable } from '../monitor/health.ts';
import { engineName } from './engine-names.ts';
import {
  type Counters,
  type CounterTable,
  addCounters,
  noCounters,
} from './haproxy/counter-table.ts';
import { queueKey, virtualKey } from './haproxy/read.ts';
import { type PacketCounts, type PacketTable, noPackets, packetsOf } from './nftables/read.ts';
import { groupInUse } from './member-state.ts';
import type { MemberPlan, PlanLookup, PoolPlan } from './types.ts';
import { printAddress, printEndpoint } from '../base/address.ts';

export interface Measured {
  readonly plans: PlanLookup;
  readonly counters: Pick<CounterTable, 'get'>;
  readonly packets: PacketTable;
  /** Connections that the kernel has: of a virtual server, and of a member for those on the packet path. */
  readonly flows: {
    ofVirtual(mark: number): number;
    ofMember(pool: PoolPlan, member: MemberPlan): number;
    /** Since it was made. */
    totalOfMember(pool: PoolPlan, member: MemberPlan): PacketCounts;
  };
  readonly health: Pick<HealthTable, 'get'>;
}

export function virtualStatistics(measured: Measured, name: string): Statistics | undefined {
  const virtual = measured.plans.virtual(name);
  if (virtual === undefined) return undefined;
  const packets = packetsOf(measured.packets, name);
  const counters = virtualCounters(measured, virtual.mark, name);
  return {
    ...clientside(counters, packets),
    ...noEphemeral,
    cmpEnableMode: 'all-cpus',
    cmpEnabled: 'enabled',
    csMaxConnDur: 0,
    csMeanConnDur: 0,
    csMinConnDur: 0,
    destination: printEndpoint(virtual, virtual.port === 0 ? 'any' : String(virtual.port)),
    fiveMinAvgUsageRatio: 0,
    fiveSecAvgUsageRatio: 0,
    oneMinAvgUsageRatio: 0,
    ...healthStatistics(measured, `virtual ${name}`),
    syncookieStatus: 'not-activated',
    tmName: name,
    totRequests: counters.requests,
  };
}

/** A virtual server that changes its kind keeps what it had counted before. */
export function virtualCounters(measured: Measured, mark: number, name: string): Counters {
  const packets = packetsOf(measured.packets, name);
  const proxied = measured.counters.get(virtualKey(name)) ?? noCounters;
  return withPackets(proxied, measured.flows.ofVirtual(mark), packets);
}

/** With what went by the packet path: `flows` open now, `packets` in all. */
function withPackets(proxied: Counters, flows: number, packets: PacketCounts): Counters {
  if (flows === 0 && packets === noPackets) return proxied;
  return {
    ...proxied,
    currentConnections: proxied.currentConnections + flows,
    totalConnections: proxied.totalConnections + packets.connections,
    bytesIn: proxied.bytesIn + packets.bytesIn,
    bytesOut: proxied.bytesOut + packets.bytesOut,
  };
}

export function poolStatistics(measured: Measured, name: string): Statistics | undefined {
  const pool = measured.plans.pools.get(name);
  if (pool === undefined) return undefined;
  const entries = pool.members.map((member) => measured.health.get(keysOf(pool, member).health));
  const available = entries.filter((entry) => entry?.usable === true).length;
  const priorities = pool.members.map((member) => member.priorityGroup);
  const total = poolCounters(measured, pool);
  const waiting = total.queued + (measured.counters.get(queueKey(name))?.queued ?? 0);
  return {
    activeMemberCnt: available,
    availableMemberCnt: available,
    memberCnt: pool.members.length,
    minActiveMembers: pool.minActiveMembers,
    curPriogrp: groupInUse(pool, measured.health),
    highestPriogrp: Math.max(0, ...priorities),
    lowestPriogrp: priorities.length === 0 ? 0 : Math.min(...priorities),
    curSessions: total.currentConnections,
    ...queueAll(waiting),
    ...queue(waiting),
    ...serverside(total),
    monitorRule: measured.health.get(`pool ${name}`)?.monitorRule ?? 'none',
    ...healthStatistics(measured, `pool ${name}`),
    tmName: name,
    totRequests: total.requests,
  };
}

export function memberStatistics(
  measured: Measured,
  poolName: string,
  name: string,
): Statistics | undefined {
  const pool = measured.plans.pools.get(poolName);
  const member = pool?.members.find((one) => one.name === name);
  if (pool === undefined || member === undefined) return undefined;
  const counters = memberCounters(measured, pool, member);
  const packets = measured.flows.totalOfMember(pool, member);
  const entry = measured.health.get(keysOf(pool, member).health);
  // Written out, without parts: this is made forty thousand times for one answer.
  return {
    addr: printAddress(member.address),
    port: member.port,
    nodeName: member.node,
    poolName,
    'connq.ageEdm': 0,
    'connq.ageEma': 0,
    'connq.ageHead': 0,
    'connq.ageMax': 0,
    'connq.depth': counters.queued,
    'connq.serviced': 0,
    curSessions: counters.currentConnections,
    'serverside.bitsIn': counters.bytesIn * 8,
    'serverside.bitsOut': counters.bytesOut * 8,
    'serverside.curConns': counters.currentConnections,
    'serverside.maxConns': counters.maximumConnections,
    'serverside.pktsIn': packets.packetsIn,
    'serverside.pktsOut': packets.packetsOut,
    'serverside.totConns': counters.totalConnections,
    monitorRule: entry?.monitorRule ?? 'none',
    monitorStatus: entry?.monitorStatus ?? 'unchecked',
    sessionStatus: member.operator === 'enabled' ? 'enabled' : 'user-disabled',
    'status.availabilityState': entry?.availability ?? 'unknown',
    'status.enabledState': entry?.enabled ?? 'enabled',
    'status.statusReason': entry?.reason ?? unknownReason,
    totRequests: counters.requests,
  };
}

interface MemberKeys {
  readonly pool: string;
  readonly counters: string;
  readonly health: HealthKey;
}

/** Looked up for each member again and again: putting them together takes longer than the look. */
const keysByMember = new WeakMap<MemberPlan, MemberKeys>();

function keysOf({ name: pool }: PoolPlan, member: MemberPlan): MemberKeys {
  const known = keysByMember.get(member);
  if (known?.pool === pool) return known;
  const counters = `${engineName(pool)}/${member.cookie}`;
  const keys: MemberKeys = { pool, counters, health: `member ${pool} ${member.name}` };
  keysByMember.set(member, keys);
  return keys;
}

const unknownReason = 'Health is not known yet';

/** A node's figures are those of its members in all pools. */
export function nodeStatistics(
  measured: Measured,
  name: string,
  address: string,
): Statistics | undefined {
  const counters = sum(
    measured.plans
      .poolsOf(name)
      .flatMap((pool) =>
        pool.members
          .filter((member) => member.node === name)
          .map((member) => memberCounters(measured, pool, member)),
      ),
  );
  const entry = measured.health.get(`node ${name}`);
  return {
    addr: address,
    curSessions: counters.currentConnections,
    ...monitored(entry, entry?.enabled === 'disabled' ? 'user-disabled' : 'enabled'),
    ...serverside(counters),
    ...healthStatistics(measured, `node ${name}`),
    tmName: name,
    totRequests: counters.requests,
  };
}

/** `packets` of the table of SNATs. What the kernel follows now it does not tell by SNAT: `curConns` is 0. */
export function snatStatistics(packets: PacketTable, name: string): Statistics {
  const counts = packetsOf(packets, name);
  return {
    'clientside.bitsIn': counts.bytesIn * 8,
    'clientside.bitsOut': counts.bytesOut * 8,
    'clientside.curConns': 0,
    'clientside.maxConns': 0,
    'clientside.pktsIn': counts.packetsIn,
    'clientside.pktsOut': counts.packetsOut,
    'clientside.totConns': counts.connections,
    tmName: name,
  };
}

/** That a member has now. */
export function connectionsOf(measured: Measured, pool: PoolPlan, member: MemberPlan): number {
  return memberCounters(measured, pool, member).currentConnections;
}

function memberCounters(measured: Measured, pool: PoolPlan, member: MemberPlan): Counters {
  const proxied = measured.counters.get(keysOf(pool, member).counters) ?? noCounters;
  const flows = measured.flows.ofMember(pool, member);
  return withPackets(proxied, flows, measured.flows.totalOfMember(pool, member));
}

export function poolCounters(measured: Measured, pool: PoolPlan): Counters {
  return sum(pool.members.map((member) => memberCounters(measured, pool, member)));
}

function sum(all: readonly Counters[]): Counters {
  let total = noCounters;
  for (const one of all) {
    // Of very many objects few may have had traffic.
    if (one.totalConnections === 0 && one.queued === 0 && one.failures === 0) continue;
    const maximumConnections = total.maximumConnections + one.maximumConnections;
    total = { ...addCounters(total, one), maximumConnections };
  }
  return total;
}

function serverside(counters: Counters): Statistics {
  return {
    'serverside.bitsIn': counters.bytesIn * 8,
    'serverside.bitsOut': counters.bytesOut * 8,
    'serverside.curConns': counters.currentConnections,
    'serverside.maxConns': counters.maximumConnections,
    'serverside.pktsIn': 0,
    'serverside.pktsOut': 0,
    'serverside.totConns': counters.totalConnections,
  };
}

function clientside(counters: Counters, packets: PacketCounts): Statistics {
  return {
    'clientside.bitsIn': counters.bytesIn * 8,
    'clientside.bitsOut': counters.bytesOut * 8,
    'clientside.curConns': counters.currentConnections,
    'clientside.maxConns': counters.maximumConnections,
    'clientside.pktsIn': packets.packetsIn,
    'clientside.pktsOut': packets.packetsOut,
    'clientside.totConns': counters.totalConnections,
    'clientside.evictedConns': 0,
    'clientside.slowKilled': 0,
  };
}

const noEphemeral: Statistics = Object.fromEntries(
  Object.keys(clientside(noCounters, noPackets)).map((name) => [
    name.replace('clientside', 'ephemeral'),
    0,
  ]),
);

function queue(depth: number): Statistics {
  return {
    'connq.ageEdm': 0,
    'connq.ageEma': 0,
    'connq.ageHead': 0,
    'connq.ageMax': 0,
    'connq.depth': depth,
    'connq.serviced': 0,
  };
}

function queueAll(depth: number): Statistics {
  return Object.fromEntries(
    Object.entries(queue(depth)).map(([name, value]) => [name.replace('connq', 'connqAll'), value]),
  );
}

function monitored(entry: HealthEntry | undefined, operator: MemberPlan['operator']): Statistics {
  return {
    monitorRule: entry?.monitorRule ?? 'none',
    monitorStatus: entry?.monitorStatus ?? 'unchecked',
    sessionStatus: operator === 'enabled' ? 'enabled' : 'user-disabled',
  };
}

export function healthStatistics(measured: Measured, key: HealthKey): Statistics {
  return statusOf(measured.health.get(key));
}

function statusOf(entry: HealthEntry | undefined): Statistics {
  return {
    'status.availabilityState': entry?.availability ?? 'unknown',
    'status.enabledState': entry?.enabled ?? 'enabled',
    'status.statusReason': entry?.reason ?? unknownReason,
  };
}
