import { compareHybrid } from '../../base/hybrid-clock.ts';
import type { Head, MemberState } from './types.ts';
import { covers } from './versions.ts';

/**
 * The status of device groups in BIG-IP's words, colours and rules (reference, cluster 1.4). Pure.
 */
export type Color = 'green' | 'yellow' | 'red' | 'blue' | 'gray' | 'black';

export interface MemberReport {
  readonly device: string;
  readonly isConnected: boolean;
  readonly isCompatible: boolean;
  readonly hasConfigsyncIp: boolean;
  /** Of another member: we are sending to it. Of ourselves: a full load is coming in. */
  readonly isSyncing: boolean;
  /** Undefined: it has told nothing about the group. */
  readonly state: MemberState | undefined;
}

export interface GroupReport {
  /** Without "/Common/". */
  readonly group: string;
  readonly self: string;
  /** With ourselves, always connected; empty when we are not a member. */
  readonly members: readonly MemberReport[];
}

export interface GroupStatus {
  readonly status: string;
  readonly color: Color;
  readonly summary: string;
  /** What is to be said beyond the summary, a line each. */
  readonly lines: readonly string[];
  /** "Synchronize a to group g". */
  readonly recommended: string | undefined;
}

export interface SyncStatus {
  readonly color: Color;
  readonly mode: 'standalone' | 'high-availability';
  readonly status: string;
  readonly summary: string;
  readonly details: readonly string[];
}

/** `peers`: the other devices of the trust domain; `groups`: those that we belong to. */
export function syncStatus(
  peers: readonly { readonly device: string; readonly isConnected: boolean }[],
  groups: readonly GroupReport[],
  isInDomain = true,
): SyncStatus {
  if (!isInDomain) {
    const summary = 'Error in trust domain';
    const mode = 'high-availability';
    return { color: 'blue', mode, status: 'Unknown', summary, details: [] };
  }
  if (peers.length === 0) {
    return {
      color: 'green',
      mode: 'standalone',
      status: 'Standalone',
      summary: ' ',
      details: ['Optional action: Add a device to the trust domain'],
    };
  }
  const details = peers.map(
    ({ device, isConnected }) => `${device}: ${isConnected ? 'connected' : 'disconnected'}`,
  );
  let worst = inSync;
  for (const group of groups) {
    const status = groupStatus(group);
    details.push(`${group.group} (${status.status}): ${status.summary}`);
    details.push(...status.lines.map((line) => ` - ${line}`));
    if (status.recommended !== undefined) {
      details.push(` - Recommended action: ${status.recommended}`);
    }
    if (severity.indexOf(status.color) > severity.indexOf(worst.color)) worst = status;
  }
  const { color, status, summary } = worst;
  return { color, mode: 'high-availability', status, summary, details };
}

const severity: readonly Color[] = ['green', 'gray', 'black', 'blue', 'yellow', 'red'];

const inSync: GroupStatus = {
  status: 'In Sync',
  color: 'green',
  summary: 'All devices in the device group are in sync',
  lines: [],
  recommended: undefined,
};

export function groupStatus(report: GroupReport): GroupStatus {
  const { members } = report;
  if (members.length === 0) {
    const summary = 'The local device is not a member of the selected device group';
    return plain('Unknown', 'blue', summary);
  }
  const away = members.filter((member) => !member.isConnected);
  const pending = members.filter((member) => member.state?.hasPending === true);
  if (away.length > 0) {
    if (away.some((member) => member.state?.hasPending === true)) {
      return plain('Changes Pending', 'red', 'Changes Pending');
    }
    return plain(
      'Disconnected',
      'red',
      'One or more devices are unreachable (resolve connectivity to update the status)',
    );
  }
  const other = members.filter((member) => !member.isCompatible);
  if (other.length > 0) {
    const summary = `${names(other)} run an incompatible software version`;
    return plain('Incompatible Version', 'red', summary);
  }
  const strangers = members.filter((member) => member.state === undefined);
  if (strangers.length > 0) {
    return plain('Unknown', 'blue', `${names(strangers)} ${membershipText}`);
  }
  if (members.some((member) => member.device === report.self && member.isSyncing)) {
    return plain('Syncing', 'blue', 'The configuration is being synchronized');
  }
  const failed = members.filter(({ state }) => state !== undefined && state.lastError !== '');
  if (failed.length > 0) {
    const summary = 'A validation error occurred while syncing to a remote device';
    const status = advised(report, 'Sync Failure', 'red', summary, members);
    const lines = failed.map(({ device, state }) => `${device}: ${state?.lastError}`);
    return { ...status, lines };
  }
  return (
    initialStatus(report, members, pending) ?? changesStatus(report, members, pending) ?? inSync
  );
}

const membershipText = 'do not recognize membership in this group';

function initialStatus(
  report: GroupReport,
  members: readonly MemberReport[],
  pending: readonly MemberReport[],
): GroupStatus | undefined {
  const waiting = members.filter((member) => member.state?.synced === undefined);
  if (waiting.length === 0 || members.length === 1) return undefined;
  const isNew = waiting.length === members.length && pending.length === 0;
  const summary = isNew
    ? 'The device group is awaiting the initial config sync'
    : `${names(waiting)} awaiting the initial ConfigSync`;
  const candidates = members.filter((member) => !waiting.includes(member));
  const holders = candidates.length > 0 ? candidates : pending;
  const status = advised(report, 'Awaiting Initial Sync', 'blue', summary, holders);
  const lines = waiting.map(({ device }) => `${device} awaiting initial ConfigSync`);
  return { ...status, lines: isNew ? lines : [] };
}

function changesStatus(
  report: GroupReport,
  members: readonly MemberReport[],
  pending: readonly MemberReport[],
): GroupStatus | undefined {
  if (new Set(members.map((member) => member.state?.hash)).size === 1) return undefined;
  const newest = members.filter((member) => !members.some((other) => isBeyond(other, member)));
  if (new Set(newest.map((member) => member.state?.hash)).size > 1) {
    const summary = `There is a possible change conflict between ${names(newest)}`;
    const status = advised(report, 'Changes Pending', 'red', summary, newest);
    return { ...status, lines: differenceLines(members, newest) };
  }
  const targets = members.filter(({ device, isSyncing }) => isSyncing && device !== report.self);
  if (targets.length > 0) {
    const summary = `${names(targets)} did not receive last sync successfully`;
    return plain('Not All Devices Synced', 'yellow', summary);
  }
  if (pending.length > 0) {
    return advised(report, 'Changes Pending', 'yellow', 'Changes Pending', newest);
  }
  const late = members.filter((member) => !newest.includes(member));
  const summary = `${names(late)} did not receive last sync successfully`;
  return advised(report, 'Not All Devices Synced', 'yellow', summary, newest);
}

/** How many configurations there are, and who changed his when. */
function differenceLines(
  members: readonly MemberReport[],
  newest: readonly MemberReport[],
): readonly string[] {
  const count = new Set(members.map((member) => member.state?.hash)).size;
  return [
    `${members.length} devices with ${count} different configurations`,
    ...newest.flatMap(({ device, state }) => {
      const time = state?.head.time.wall ?? 0;
      if (time === 0) return [];
      return [`${device} made last configuration change on ${new Date(time).toUTCString()}`];
    }),
  ];
}

/** Does `one` hold everything that `other` holds, and more? */
function isBeyond(one: MemberReport, other: MemberReport): boolean {
  const [mine, theirs] = [one.state, other.state];
  if (mine === undefined || theirs === undefined) return false;
  return covers(mine.versions, theirs.versions) && !covers(theirs.versions, mine.versions);
}

/** With the device whose change is the newest as the one to synchronise from. */
function advised(
  report: GroupReport,
  status: string,
  color: Color,
  summary: string,
  holders: readonly MemberReport[],
): GroupStatus {
  let newest: { readonly device: string; readonly head: Head } | undefined;
  for (const { device, state } of holders) {
    if (state === undefined) continue;
    const order = newest === undefined ? 1 : compareHybrid(state.head.time, newest.head.time);
    // Of equals the device we are on: that is where the command is typed.
    if (order > 0 || (order === 0 && device === report.self)) newest = { device, head: state.head };
  }
  const device = newest?.device ?? report.self;
  const recommended = `Synchronize ${device} to group ${report.group}`;
  return { status, color, summary, lines: [], recommended };
}

function plain(status: string, color: Color, summary: string): GroupStatus {
  return { status, color, summary, lines: [], recommended: undefined };
}

function names(members: readonly MemberReport[]): string {
  return members.map((member) => member.device).join(', ');
}

/** One line for one member, as BIG-IP's device lists have it. */
export function memberStatus(report: GroupReport, member: MemberReport): string {
  if (!member.hasConfigsyncIp) return 'No ConfigSync address has been specified for this device';
  if (!member.isConnected) return 'Disconnected';
  const { state } = member;
  if (state === undefined) return 'Device does not recognize membership in this group';
  if (state.synced === undefined) {
    return state.hasPending
      ? 'Awaiting Initial Sync with Changes Pending'
      : 'Awaiting Initial Sync';
  }
  const isLate = report.members.some(
    ({ state: other }) =>
      other?.synced !== undefined &&
      other.hash !== state.hash &&
      compareHybrid(other.synced.time, state.synced?.time ?? other.synced.time) > 0,
  );
  if (isLate) {
    const late = 'Does not have the last synced configuration';
    return state.hasPending ? `${late}, and has changes pending` : late;
  }
  return state.hasPending ? 'Changes Pending' : 'In Sync';
}
