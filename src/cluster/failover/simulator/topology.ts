/** Which devices a run has, and what they are told. */
import { type GroupConfig, type Profile, type TrafficGroup, type Voter } from '../types.ts';
import { arbiterNode } from './arbiter.ts';
import type { Dice } from './random.ts';

export interface Topology {
  readonly members: number;
  readonly witnesses: number;
  readonly hasArbiter?: boolean;
  readonly hasGateway?: boolean;
  /** A pair that is there before its witness, and is told of it while there are faults. */
  readonly isWitnessLate?: boolean;
}

export const gatewayNode = 'gateway';

/** By weight: small groups are many, quick to simulate, and have the finer rules. */
const topologies: readonly (readonly [number, Topology])[] = [
  [14, { members: 2, witnesses: 0 }],
  [10, { members: 2, witnesses: 0, hasGateway: true }],
  [26, { members: 2, witnesses: 1 }],
  [10, { members: 2, witnesses: 1, isWitnessLate: true }],
  [10, { members: 2, witnesses: 2 }],
  [14, { members: 2, witnesses: 0, hasArbiter: true }],
  [10, { members: 3, witnesses: 0 }],
  [8, { members: 3, witnesses: 0, hasArbiter: true }],
  [4, { members: 4, witnesses: 1 }],
  [1, { members: 4, witnesses: 0, hasArbiter: true }],
  [1, { members: 5, witnesses: 0, hasArbiter: true }],
  [0.5, { members: 6, witnesses: 0, hasArbiter: true }],
  [0.5, { members: 7, witnesses: 0, hasArbiter: true }],
  [1, { members: 8, witnesses: 0 }],
  [1, { members: 8, witnesses: 0, hasArbiter: true }],
];

export function pickTopology(random: Dice): Topology {
  const total = topologies.reduce((sum, [weight]) => sum + weight, 0);
  let left = random.between(0, total);
  for (const [weight, topology] of topologies) {
    left -= weight;
    if (left < 0) return topology;
  }
  return { members: 2, witnesses: 0 };
}

export function thirdPartiesOf({ hasArbiter, hasGateway }: Topology): readonly string[] {
  return [
    ...(hasArbiter === true ? [arbiterNode] : []),
    ...(hasGateway === true ? [gatewayNode] : []),
  ];
}

export function configsFor(
  topology: Topology,
  profile: Profile,
  random: Dice,
): readonly GroupConfig[] {
  const voters = (prefix: string, count: number): Voter[] =>
    Array.from({ length: count }, (_, index) => ({
      device: `${prefix}${index + 1}`,
      addresses: [],
    }));
  const members = voters('bigip', topology.members);
  const witnesses = voters('witness', topology.witnesses);
  const names = members.map((member) => member.device);
  const count = random.chance(0.25) ? Math.floor(random.between(2, 5)) : 1;
  const trafficGroups: TrafficGroup[] = Array.from({ length: count }, (_, index) => ({
    name: `traffic-group-${index + 1}`,
    addresses: [{ address: `198.18.0.${index + 10}`, interface: 'ext' }],
    haOrder: random.chance(0.3) ? (index % 2 === 0 ? names.toReversed() : names) : [],
    autoFailback: random.chance(0.5),
    autoFailbackSeconds: 1,
    loadFactor: 1,
  }));
  const arbiter = { endpoints: [], prefix: '', authority: '', certificate: '', key: '' };
  return [...members, ...witnesses].map(({ device }) => ({
    device,
    deviceGroup: '/Common/failover',
    members,
    witnesses,
    profile,
    trafficGroups,
    capacity: {},
    ...(topology.hasArbiter === true && { arbiter }),
    ...(topology.hasGateway === true && { gateways: [gatewayNode] }),
  }));
}
