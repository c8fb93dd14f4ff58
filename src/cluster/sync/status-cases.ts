/** For tests: groups in every state that the reference (cluster 1.4) knows, with what is shown of them. */
import type { GroupReport, MemberReport } from './status.ts';
import type { MemberState } from './types.ts';

/** `b3` is the third commit, made by b; content is named by what it holds. */
export function holding(
  commits: string,
  synced: string,
  more: Partial<MemberState> = {},
): MemberState {
  const all = commits.split(' ').filter((commit) => commit !== '');
  const head = (commit: string): MemberState['head'] => ({
    id: commit,
    device: commit.slice(0, 1),
    time: { wall: Number(commit.slice(1)), counter: 0 },
  });
  const newest = all.at(-1) ?? '';
  return {
    versions: Object.fromEntries(all.map((commit) => [head(commit).device, head(commit).time])),
    hash: commits,
    head: newest === '' ? { id: '', device: '', time: { wall: 0, counter: 0 } } : head(newest),
    synced: synced === '' ? undefined : head(synced),
    lastSyncType: synced === '' ? 'none' : 'manual-full',
    hasPending: newest !== synced,
    lastError: '',
    ...more,
  };
}

export function member(
  device: string,
  state: MemberState | undefined,
  more: Partial<MemberReport> = {},
): MemberReport {
  return {
    device,
    isConnected: true,
    isCompatible: true,
    hasConfigsyncIp: true,
    isSyncing: false,
    state,
    ...more,
  };
}

export function report(...members: readonly MemberReport[]): GroupReport {
  return { group: 'dg', self: 'a', members };
}

export const away = { isConnected: false };

/** Name, group, then status, colour, summary and recommended action. */
export const statusRows: readonly (readonly [
  string,
  GroupReport,
  readonly (string | undefined)[],
])[] = [
  [
    'all hold the same',
    report(member('a', holding('a1', 'a1')), member('b', holding('a1', 'a1'))),
    ['In Sync', 'green', 'All devices in the device group are in sync', undefined],
  ],
  [
    'equal content of different histories',
    report(
      member('a', holding('a1', 'a1', { hash: 'x' })),
      member('b', holding('a1 b2', 'b2', { hash: 'x' })),
    ),
    ['In Sync', 'green', 'All devices in the device group are in sync', undefined],
  ],
  [
    'new, nobody changed anything',
    report(member('a', holding('', '')), member('b', holding('', ''))),
    [
      'Awaiting Initial Sync',
      'blue',
      'The device group is awaiting the initial config sync',
      'Synchronize a to group dg',
    ],
  ],
  [
    'new, one has changes',
    report(member('a', holding('', '')), member('b', holding('b2', ''))),
    [
      'Awaiting Initial Sync',
      'blue',
      'a, b awaiting the initial ConfigSync',
      'Synchronize b to group dg',
    ],
  ],
  [
    'a third joins',
    report(
      member('a', holding('b1', 'b1')),
      member('b', holding('b1', 'b1')),
      member('c', holding('', '')),
    ),
    [
      'Awaiting Initial Sync',
      'blue',
      'c awaiting the initial ConfigSync',
      'Synchronize a to group dg',
    ],
  ],
  [
    'one is newer',
    report(member('a', holding('a1', 'a1')), member('b', holding('a1 b2', 'a1'))),
    ['Changes Pending', 'yellow', 'Changes Pending', 'Synchronize b to group dg'],
  ],
  [
    'changed apart',
    report(member('a', holding('a1', 'x0')), member('b', holding('b2', 'x0'))),
    [
      'Changes Pending',
      'red',
      'There is a possible change conflict between a, b',
      'Synchronize b to group dg',
    ],
  ],
  [
    'one did not get the last sync',
    report(
      member('a', holding('a1 b2', 'b2')),
      member('b', holding('a1 b2', 'b2')),
      member('c', holding('a1', 'a1')),
    ),
    [
      'Not All Devices Synced',
      'yellow',
      'c did not receive last sync successfully',
      'Synchronize a to group dg',
    ],
  ],
  [
    'refused remotely',
    report(
      member('a', holding('a1 a2', 'a1')),
      member('b', holding('a1', 'a1', { lastError: 'no' })),
    ),
    [
      'Sync Failure',
      'red',
      'A validation error occurred while syncing to a remote device',
      'Synchronize a to group dg',
    ],
  ],
  [
    'a peer is away',
    report(member('a', holding('a1', 'a1')), member('b', holding('a1', 'a1'), away)),
    [
      'Disconnected',
      'red',
      'One or more devices are unreachable (resolve connectivity to update the status)',
      undefined,
    ],
  ],
  [
    'a peer with changes is away',
    report(member('a', holding('a1', 'a1')), member('b', holding('a1 b2', 'a1'), away)),
    ['Changes Pending', 'red', 'Changes Pending', undefined],
  ],
  [
    'another version',
    report(
      member('a', holding('a1', 'a1')),
      member('b', holding('a1', 'a1'), { isCompatible: false }),
    ),
    ['Incompatible Version', 'red', 'b run an incompatible software version', undefined],
  ],
  [
    'a peer knows nothing of the group',
    report(member('a', holding('a1', 'a1')), member('b', undefined)),
    ['Unknown', 'blue', 'b do not recognize membership in this group', undefined],
  ],
  [
    'not ours',
    report(),
    ['Unknown', 'blue', 'The local device is not a member of the selected device group', undefined],
  ],
  [
    'a pair in conflict, and a third behind',
    report(
      member('a', holding('x0 a3', 'x0')),
      member('b', holding('x0 b2', 'x0')),
      member('c', holding('x0', 'x0')),
    ),
    [
      'Changes Pending',
      'red',
      'There is a possible change conflict between a, b',
      'Synchronize a to group dg',
    ],
  ],
  [
    'a push is on its way',
    report(
      member('a', holding('a1 a2', 'a1')),
      member('b', holding('a1', 'a1'), { isSyncing: true }),
    ),
    ['Not All Devices Synced', 'yellow', 'b did not receive last sync successfully', undefined],
  ],
  [
    'a full load comes in',
    report(
      member('a', holding('a1', 'a1'), { isSyncing: true }),
      member('b', holding('a1 b2', 'a1')),
    ),
    ['Syncing', 'blue', 'The configuration is being synchronized', undefined],
  ],
];
