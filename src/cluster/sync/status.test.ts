import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { groupStatus, memberStatus, type MemberReport, syncStatus } from './status.ts';
import { away, holding, member, report, statusRows } from './status-cases.ts';

describe('groupStatus', () => {
  for (const [name, input, expected] of statusRows) {
    it(name, () => {
      const { status, color, summary, recommended } = groupStatus(input);
      assert.deepEqual([status, color, summary, recommended], expected);
    });
  }
});

describe('memberStatus', () => {
  const synced = member('a', holding('a1', 'a1'));
  const cases: readonly (readonly [string, MemberReport])[] = [
    ['In Sync', synced],
    ['Changes Pending', member('b', holding('a1 b2', 'a1'))],
    ['Awaiting Initial Sync', member('b', holding('', ''))],
    ['Awaiting Initial Sync with Changes Pending', member('b', holding('b2', ''))],
    ['Does not have the last synced configuration', member('b', holding('x0', 'x0'))],
    [
      'Does not have the last synced configuration, and has changes pending',
      member('b', holding('x0 b2', 'x0')),
    ],
    ['Disconnected', member('b', holding('a1', 'a1'), away)],
    ['Device does not recognize membership in this group', member('b', undefined)],
    [
      'No ConfigSync address has been specified for this device',
      member('b', undefined, { hasConfigsyncIp: false }),
    ],
  ];
  for (const [expected, subject] of cases) {
    it(expected, () => assert.equal(memberStatus(report(synced, subject), subject), expected));
  }
});

describe('syncStatus', () => {
  it('is Standalone without peers, with one space for a summary', () => {
    assert.deepEqual(syncStatus([], []), {
      color: 'green',
      mode: 'standalone',
      status: 'Standalone',
      summary: ' ',
      details: ['Optional action: Add a device to the trust domain'],
    });
  });

  it('shows the worst group, and each with its recommended action', () => {
    const good = { ...report(member('a', holding('a1', 'a1'))), group: 'device_trust_group' };
    const pending = report(member('a', holding('a1 a2', 'a1')), member('b', holding('a1', 'a1')));
    assert.deepEqual(syncStatus([{ device: 'b', isConnected: true }], [good, pending]), {
      color: 'yellow',
      mode: 'high-availability',
      status: 'Changes Pending',
      summary: 'Changes Pending',
      details: [
        'b: connected',
        'device_trust_group (In Sync): All devices in the device group are in sync',
        'dg (Changes Pending): Changes Pending',
        ' - Recommended action: Synchronize a to group dg',
      ],
    });
  });

  it('says in a conflict how many configurations there are and when they were made', () => {
    const group = report(member('a', holding('a1', 'x0')), member('b', holding('b2', 'x0')));
    assert.deepEqual(syncStatus([{ device: 'b', isConnected: true }], [group]).details.slice(2), [
      ' - 2 devices with 2 different configurations',
      ' - a made last configuration change on Thu, 01 Jan 1970 00:00:00 GMT',
      ' - b made last configuration change on Thu, 01 Jan 1970 00:00:00 GMT',
      ' - Recommended action: Synchronize b to group dg',
    ]);
  });

  it('says who refused a sync and why', () => {
    const failed = holding('a1', 'a1', { lastError: 'no such pool' });
    const group = report(member('a', holding('a1 a2', 'a1')), member('b', failed));
    const { details } = syncStatus([{ device: 'b', isConnected: true }], [group]);
    assert.ok(details.includes(' - b: no such pool'));
  });

  it('is Unknown when the device is not in its own trust domain', () => {
    const { status, color, summary } = syncStatus([], [], false);
    assert.deepEqual([status, color, summary], ['Unknown', 'blue', 'Error in trust domain']);
  });
});
