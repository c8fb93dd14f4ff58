import type { Statistics } from '../../config/runtime-state.ts';
import type { ConfigView } from '../../config/types.ts';
import { domainDevices } from './plan.ts';
import type { SyncGroup, SyncOptions } from './context.ts';
import {
  type GroupReport,
  groupStatus,
  memberStatus,
  type MemberReport,
  syncStatus,
  type SyncStatus,
} from './status.ts';
import type { Head } from './types.ts';

/** `show cm sync-status` and `show cm device-group`. */
export function registerStatus(options: SyncOptions, groups: () => readonly SyncGroup[]): void {
  const { state, store, clock } = options;
  state.provideStatistics('cm sync-status', undefined, () =>
    syncStatistics(overallStatus(options, groups())),
  );
  state.provideStatistics('cm device-group', undefined, (name) => {
    if (store.view().get('cm device-group', name) === undefined) return undefined;
    const found = groups().find(({ planned }) => planned.scope === name);
    return groupStatistics(
      found === undefined ? notMember(store.view()) : reportOf(store.view(), found),
      clock.wallMilliseconds(),
    );
  });
}

/** As `cm sync-status` has it. Pure. */
export function syncStatistics({ details, ...rest }: SyncStatus): Statistics {
  const lines = details.map((text, index) => [String(index), { details: text }] as const);
  return { ...rest, details: Object.fromEntries(lines) };
}

function notMember(view: ConfigView): GroupReport {
  return { group: '', self: view.deviceName, members: [] };
}

export function overallStatus(
  { store, channel }: SyncOptions,
  groups: readonly SyncGroup[],
): ReturnType<typeof syncStatus> {
  const view = store.view();
  const peers = domainDevices(view)
    .filter((device) => device !== store.view().deviceName)
    .map((device) => ({ device, isConnected: channel.session(device) !== undefined }));
  const isInDomain = domainDevices(view).includes(view.deviceName);
  return syncStatus(
    peers,
    groups.map((group) => reportOf(view, group)),
    isInDomain,
  );
}

function reportOf(view: ConfigView, { planned, group }: SyncGroup): GroupReport {
  const { self, own, peers } = group.state();
  const hasConfigsyncIp = (device: string): boolean => {
    const address = view.get('cm device', `/Common/${device}`)?.properties['configsync-ip'];
    return address !== undefined && address !== 'none';
  };
  const us: MemberReport = {
    device: self,
    isConnected: true,
    isCompatible: true,
    hasConfigsyncIp: hasConfigsyncIp(self),
    isSyncing: group.isTaking(),
    state: own,
  };
  // Devices of the domain that are no global devices have nothing to say about the group gtm.
  const isOptional = planned.label === 'gtm';
  const others = Object.entries(peers)
    .filter(([, peer]) => !isOptional || peer.state !== undefined)
    .map(([device, { isConnected, isCompatible, state, sending }]) => ({
      device,
      isConnected,
      isCompatible,
      hasConfigsyncIp: hasConfigsyncIp(device),
      isSyncing: sending !== undefined,
      state,
    }));
  return { group: planned.label, self, members: [us, ...others] };
}

/** As `cm device-group` has it for one group, `now` in milliseconds of 1970. Pure. */
export function groupStatistics(report: GroupReport, now: number): Statistics {
  const { status, color, summary, recommended } = groupStatus(report);
  const members = report.members.map((member) => {
    const { device, state } = member;
    const row = rowOf(member);
    const block = {
      device: fullPath(device),
      devicegroup: fullPath(report.group),
      status: memberStatus(report, member),
      cidId: row.cid,
      commitIdOriginator: fullPath(row.originator),
      commitIdTime: row.commitTime,
      lastSyncType: state?.lastSyncType ?? 'none',
      lssOriginator: fullPath(state?.synced?.device ?? ''),
      lssTime: row.syncTime,
      timeSinceLastSync: sinceText(state?.synced, now),
      validationError: state?.lastError ?? '',
    };
    return [`~Common~${report.group}:~Common~${device}`, block] as const;
  });
  const recommendedAction = recommended === undefined ? {} : { recommendedAction: recommended };
  return { status, color, summary, ...recommendedAction, ...Object.fromEntries(members) };
}

/** Devices and their groups live in /Common. */
function fullPath(name: string): string {
  return name === '' ? '' : `/Common/${name}`;
}

/** What one member holds: columns of the watch commands. */
export interface GroupRow {
  readonly device: string;
  readonly cid: string;
  readonly originator: string;
  readonly commitTime: string;
  readonly syncTime: string;
}

export function groupRows({ store }: SyncOptions, found: SyncGroup): readonly GroupRow[] {
  return reportOf(store.view(), found).members.map(rowOf);
}

function rowOf({ device, state }: MemberReport): GroupRow {
  return {
    device,
    cid: state?.head.id ?? '',
    originator: state?.head.device ?? '',
    commitTime: timeOf(state?.head),
    syncTime: timeOf(state?.synced),
  };
}

function timeOf(head: Head | undefined): string {
  return head === undefined || head.time.wall === 0 ? '-' : new Date(head.time.wall).toISOString();
}

/** HH:MM:SS since the last synchronised commit was made. */
function sinceText(head: Head | undefined, now: number): string {
  if (head === undefined || head.time.wall === 0) return '-';
  const seconds = Math.max(0, Math.floor((now - head.time.wall) / 1000));
  const parts = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60, seconds % 60];
  return parts.map((part) => String(part).padStart(2, '0')).join(':');
}
