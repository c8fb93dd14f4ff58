/** `show sys ha-mirror`: how mirroring is, by traffic group. Pure. */
import type { Statistics } from '../../config/runtime-state.ts';
import type { DaemonCounters } from './read.ts';
import type { Planned } from './types.ts';

export interface MirrorReport {
  readonly planned: Planned;
  readonly owned: ReadonlySet<string>;
  /** Why it is not as planned; '' before the first try. */
  readonly failure: string | undefined;
  readonly isRunning: boolean;
  /** What the peer serves is being fetched. */
  readonly isBehind: boolean;
  readonly counters: DaemonCounters | undefined;
  readonly lastBulk:
    | {
        /** Wall milliseconds. */
        readonly wall: number;
        readonly connections: number;
        readonly tookMilliseconds: number;
      }
    | undefined;
  readonly lastError: string;
}

export type MirrorState = 'disabled' | 'down' | 'resync' | 'up';

export function mirrorState(report: MirrorReport): {
  readonly state: MirrorState;
  readonly reason: string;
} {
  const { planned, failure, isRunning, isBehind, counters } = report;
  if (planned.kind === 'off') return { state: 'disabled', reason: planned.reason };
  if (failure !== undefined && failure !== '') return { state: 'down', reason: failure };
  if (!isRunning) return { state: 'down', reason: 'conntrackd does not run' };
  if (isBehind)
    return { state: 'resync', reason: `connections of ${planned.plan.peer} are fetched` };
  const hasHeard = counters === undefined || counters.packetsReceived > 0;
  if (!hasHeard) return { state: 'up', reason: `nothing heard from ${planned.plan.peer} yet` };
  return { state: 'up', reason: '' };
}

/** A row for each traffic group that has something to mirror; one without a group while nothing is mirrored. */
export function mirrorStatistics(report: MirrorReport): Statistics {
  const { state, reason } = mirrorState(report);
  const common = { state, reason, lastError: report.lastError };
  if (report.planned.kind === 'off') return { '0': { trafficGroup: '-', ...common } };
  const { peer, virtuals, links } = report.planned.plan;
  const groups = Map.groupBy(virtuals, ({ trafficGroup }) => trafficGroup);
  const rows = [...groups].map(([trafficGroup, list]): [string, Statistics] => [
    trafficGroup,
    {
      trafficGroup,
      role: report.owned.has(trafficGroup) ? 'active' : 'standby',
      peer,
      address: links.map(({ own }) => own).join(', '),
      peerAddress: links.map(({ peer: address }) => address).join(', '),
      ...common,
      interface: report.counters?.link ?? '',
      virtualServers: list.length,
      ...countersOf(report.counters),
      ...bulkOf(report.lastBulk),
    },
  ]);
  return Object.fromEntries(rows);
}

/** Of conntrackd, and so of all groups together. */
function countersOf(counters: DaemonCounters | undefined): Statistics {
  return {
    connections: counters?.held ?? 0,
    peerConnections: counters?.taken ?? 0,
    refused: counters?.refused ?? 0,
    messagesIn: counters?.packetsReceived ?? 0,
    messagesOut: counters?.packetsSent ?? 0,
    bytesIn: counters?.bytesReceived ?? 0,
    bytesOut: counters?.bytesSent ?? 0,
    lost: counters?.lost ?? 0,
    malformed: counters?.malformed ?? 0,
    sendErrors: counters?.sendErrors ?? 0,
  };
}

function bulkOf(bulk: MirrorReport['lastBulk']): Statistics {
  if (bulk === undefined) return { lastResync: 'none' };
  return {
    lastResync: new Date(bulk.wall).toISOString(),
    lastResyncConnections: bulk.connections,
    lastResyncMilliseconds: Math.round(bulk.tookMilliseconds),
  };
}
