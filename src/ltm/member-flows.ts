/** What the packet path carries: flows that are open, and packets so far. */
import { flowsOf, placesOf } from './loads.ts';
import { flowsKey } from './nftables/flows.ts';
import type { FlowPoll } from './nftables/flow-poll.ts';
import type { PacketPoll } from './nftables/poll.ts';
import { addCounts, memberPlace, noPackets } from './nftables/read.ts';
import type { Measured } from './statistics.ts';
import type { PacketVirtual } from './types.ts';

const noFlows: Measured['flows'] = {
  ofVirtual: () => 0,
  ofMember: () => 0,
  totalOfMember: () => noPackets,
};

/** `users`: virtual servers on the packet path by pool. */
export function memberFlows(
  users: ReadonlyMap<string, readonly PacketVirtual[]>,
  flows: Pick<FlowPoll, 'counts'>,
  poll: Pick<PacketPoll, 'counters'>,
): Measured['flows'] {
  if (users.size === 0) return noFlows;
  const counts = flows.counts();
  const packets = poll.counters();
  return {
    ofVirtual: (mark) => counts.get(flowsKey(mark)) ?? 0,
    ofMember: (pool, member) => flowsOf(member, users.get(pool.name), counts),
    totalOfMember: (pool, member) =>
      placesOf(member, users.get(pool.name))
        .flatMap(({ mark, address, port }) => packets.get(memberPlace(mark, address, port)) ?? [])
        .reduce(addCounts, noPackets),
  };
}
