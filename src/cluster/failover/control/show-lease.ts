/** How long this device may still answer, and over which paths it hears the others: `show cm failover-lease`, `cm failover-path`. Pure. */
import type { Statistics } from '../../../config/runtime-state.ts';
import type { FailoverStatus, GroupStatus, PathStatus } from '../protocol.ts';
import { profileNamed } from './plan.ts';

/** One row a traffic group of this device's group. Milliseconds; the lease is that of the last second. */
export function leaseStatistics(status: FailoverStatus | undefined): Statistics {
  if (status === undefined) return {};
  const { interval, fence, detect } = profileNamed(status.profile);
  const rows = status.groups.map((group) => {
    const row = {
      trafficGroup: group.name,
      role: group.role === 'owner' ? 'active' : group.role,
      fence: fenceText(group),
      leaseRemaining: group.leaseRemaining ?? 'no end',
      term: group.term,
      owner: group.owner ?? '-',
      nextActive: group.nextActive ?? '-',
      reason: group.reason,
      since: new Date(group.since).toISOString(),
      profile: status.profile,
      heartbeatInterval: interval,
      leaseLength: fence,
      detection: detect,
      counts: countsText(status),
      canSplit: status.canSplit ? 'yes' : 'no',
      worstLateness: status.worstLateness,
      realTime: status.isRealTime ? 'yes' : 'no',
    };
    return [`:${group.name}`, row] as const;
  });
  return Object.fromEntries(rows);
}

/** What the kernel lets out from the group's addresses. */
function fenceText({ role, leaseRemaining }: GroupStatus): string {
  if (role !== 'owner') return 'closed';
  return leaseRemaining === 0 ? 'closed: the lease is over' : 'open';
}

/** Who has a vote besides this device. */
function countsText({ peers, arbiter, mode }: FailoverStatus): string {
  const witness = peers.find((peer) => peer.isWitness);
  if (arbiter !== undefined) return `with the arbiter ${arbiter.endpoint}`;
  if (peers.length === 0) return 'this device alone';
  if (witness === undefined) return 'its peers';
  return mode.phase === 'witness'
    ? `its peers and the witness ${witness.device}`
    : `its peers, without the witness ${witness.device} just now`;
}

/** One row a path; a path of which nothing was ever heard has no silence. Milliseconds. */
export function pathStatistics(status: FailoverStatus | undefined): Statistics {
  if (status === undefined) return {};
  const rows = status.paths.map((path, index) => {
    const peer = status.peers.find((one) => one.device === path.device);
    const row = {
      deviceName: path.device,
      kind: path.kind,
      localAddress: path.local,
      remoteAddress: path.remote,
      status: pathState(path),
      silence: path.silence === null ? '-' : Math.round(path.silence),
      part: peer === undefined ? 'its witness is here' : peer.isWitness ? 'witness' : 'device',
      fitness: peer?.fitness ?? '-',
      deviceStatus: peer === undefined ? '-' : peer.isHeard ? 'heard' : 'not heard',
    };
    return [`:${index}`, row] as const;
  });
  return Object.fromEntries(rows);
}

function pathState({ silence, isSilent }: PathStatus): string {
  if (silence === null) return 'never heard';
  return isSilent ? 'silent' : 'heard';
}
