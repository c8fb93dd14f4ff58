/** What led to a change of owner, as this device saw it; for the failover history. Pure. */
import type { GroupState, HistoryEntry, State, TimelineEntry } from '../types.ts';

/** More devices than a group has; a claim about more is cut. */
const mostEntries = 24;

export function timelineOf(
  state: State,
  group: GroupState,
  at: number,
  change: HistoryEntry['change'],
): readonly TimelineEntry[] {
  const entries: TimelineEntry[] = [];
  for (const peer of state.peers.values()) {
    entries.push({ at: peer.heardAt, what: `last heard ${peer.device} (${peer.fitness})` });
  }
  if (change === 'active' || change === 'resumed') {
    if (group.candidateSince > state.startedAt) {
      entries.push({ at: group.candidateSince, what: 'stood for the group' });
    }
    for (const [device, sentAt] of group.acks) {
      entries.push({ at: sentAt, what: `sent what ${device} acknowledged` });
    }
  }
  entries.push({ at, what: changes[change] });
  return entries.toSorted((a, b) => a.at - b.at).slice(-mostEntries);
}

const changes = {
  active: 'active: addresses placed, fence opened, announced',
  standby: 'standby: fence closed',
  suspended: 'lease ran out: fence closed',
  resumed: 'acknowledged again: fence opened',
} as const;
