/** Snapshots and messages for the tests of this room. */
import { parseAddress } from '../base/address.ts';
import { present } from '../base/assert.ts';
import {
  snapshotVersion,
  type GtmSnapshot,
  type SnapshotMember,
  type SnapshotPool,
  type SnapshotSettings,
  type SnapshotWideIp,
} from './decision/snapshot-types.ts';
import { encodeMessage, type ResourceRecord } from '../base/dns/message.ts';
import { locateNothing } from './geography/location.ts';
import type { GeographySource } from './geography/source.ts';
import { defaultDnsProfile, type DnsHolding } from './protocol.ts';
import { readQosFactors } from './qos.ts';
import { nameLabels } from '../base/dns/name.ts';

export function member(
  name: string,
  address: string,
  more: Partial<SnapshotMember> = {},
): SnapshotMember {
  return {
    name,
    address,
    bytes: present(parseAddress(address), address).bytes,
    ratio: 1,
    enabled: true,
    available: true,
    reason: 'Available',
    ...more,
  };
}

export function pool(
  name: string,
  members: readonly SnapshotMember[],
  more: Partial<SnapshotPool> = {},
): SnapshotPool {
  const available = members.some((one) => one.enabled && one.available);
  return {
    name,
    type: 'a',
    enabled: true,
    available,
    reason: available ? 'Available' : 'No enabled pool members available',
    preferred: 'round-robin',
    alternate: 'round-robin',
    fallback: 'return-to-dns',
    ttlSeconds: 30,
    maxAnswers: 1,
    verifiesAvailability: true,
    isDynamicRatio: false,
    members,
    ...more,
  };
}

export function wideIp(
  domain: string,
  pools: readonly number[],
  more: Partial<SnapshotWideIp> = {},
): SnapshotWideIp {
  return {
    name: `/Common/${domain}`,
    type: 'a',
    domain,
    aliases: [],
    enabled: true,
    mode: 'global-availability',
    isMinimal: true,
    prefersClientSubnet: false,
    pools: pools.map((index) => ({ pool: index, ratio: 1 })),
    ...more,
  };
}

export function snapshot(
  pools: readonly SnapshotPool[],
  wideIps: readonly SnapshotWideIp[],
  settings: Partial<SnapshotSettings> = {},
): GtmSnapshot {
  return {
    version: snapshotVersion,
    sequence: 1,
    settings: {
      verifiesAvailability: true,
      fallbackRespectsAvailability: false,
      drainsPersistentRequests: true,
      topologyAllowsZeroScores: true,
      staticPersistCidrIpv4: 32,
      staticPersistCidrIpv6: 128,
      qosFactors: readQosFactors({}),
      nameserver: 'ns.gslb.example.com',
      ...settings,
    },
    topology: { records: [], regions: [] },
    pools,
    wideIps,
  };
}

/** What control tells the dns process to hold: one listener on a free UDP port, no zones. */
export function holding(held: GtmSnapshot, more: Partial<DnsHolding> = {}): DnsHolding {
  return {
    explainClients: [],
    cookieSecret: '',
    signedZones: [],
    serverName: '',
    responseRate: 0,
    sequence: held.sequence,
    snapshot: held,
    listeners: [{ address: '127.0.0.1', port: 0, protocol: 'udp', profile: defaultDnsProfile }],
    zones: null,
    ...more,
  };
}

export interface QueryOptions {
  readonly id?: number;
  readonly class?: number;
  readonly flags?: number;
  /** EDNS payload; absent: no EDNS. */
  readonly payload?: number;
  readonly ednsVersion?: number;
  readonly options?: Uint8Array;
}

export function queryPacket(name: string, type: number, options: QueryOptions = {}): Uint8Array {
  const opt: ResourceRecord = {
    name: '',
    type: 41,
    class: options.payload ?? 0,
    ttl: (options.ednsVersion ?? 0) * 0x1_0000,
    data: options.options ?? new Uint8Array(0),
  };
  return encodeMessage({
    id: options.id ?? 4711,
    flags: options.flags ?? 0x0100,
    questions: [{ name, type, class: options.class ?? 1 }],
    answers: [],
    authorities: [],
    additionals: options.payload === undefined ? [] : [opt],
  });
}

/** A name as record data. */
export function nameData(name: string): Uint8Array {
  const labels = present(nameLabels(name), name);
  return Uint8Array.from([...labels.flatMap((label) => [label.length, ...label]), 0]);
}

/** Nobody knows where anything is. */
export const noGeography: GeographySource = {
  current: () => ({ locate: locateNothing, networks: () => [], key: '', source: '' }),
  refresh: () => false,
};
