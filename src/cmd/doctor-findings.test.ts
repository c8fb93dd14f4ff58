import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import {
  type DoctorFacts,
  type Finding,
  type PeerFacts,
  diagnose,
  findingsText,
} from './doctor-findings.ts';

const now = Date.UTC(2026, 10, 21);
const healthy: PeerFacts = {
  address: '198.18.1.11',
  device: 'nyc-a.example.net',
  server: '/Common/nyc',
  state: 'connected',
  reason: '',
  version: '16.1.0',
  certificateExpires: 'Nov 20 21:23:06 2028 GMT',
  skewMilliseconds: 3,
};
const self = {
  name: '/Common/gtm-1.example.net',
  isSelf: true,
  version: '16.1.0',
  certificateExpires: 'Nov 20 21:23:06 2028 GMT',
};
const sound: DoctorFacts = {
  now,
  toleranceSeconds: 10,
  peers: [healthy],
  devices: [self],
  sync: { status: 'In Sync', summary: '', details: ['gtm-2: connected'] },
  trafficGroups: [{ name: '/Common/traffic-group-1', active: ['a'] }],
  listeners: [{ name: '/Common/dns', isOpen: true, reason: 'Available' }],
};

function found(change: Partial<DoctorFacts>): readonly Finding[] {
  return diagnose({ ...sound, ...change });
}

function problems(change: Partial<DoctorFacts>): readonly string[] {
  return found(change).map(({ problem }) => problem);
}

const lost = (reason: string): Partial<DoctorFacts> => ({
  peers: [{ ...healthy, state: 'not-connected', reason }],
});

describe('evenkeel doctor', () => {
  test('finds nothing where nothing is wrong', () => {
    assert.deepEqual(diagnose(sound), []);
    assert.deepEqual(problems(lost('this device itself')), []);
    assert.deepEqual(problems(lost('')), []);
    assert.match(findingsText([], 'gtm-1'), /^gtm-1: nothing found$/);
  });

  // The words are those of the dialler, of admission and of Node.
  for (const [reason, problem] of [
    ['connection timed out', 'iquery-blocked'],
    ['connect EHOSTUNREACH 198.18.1.77:4353', 'iquery-blocked'],
    ['connect ECONNREFUSED 198.18.1.1:4353', 'iquery-blocked'],
    ['the certificate of lon-a is signed by no authority known here', 'certificate-mismatch'],
    ['a foreign certificate claims the name of our device a', 'certificate-mismatch'],
    ['device a was removed from the trust domain', 'certificate-mismatch'],
    ['the name g belongs to trust domain 33333333', 'certificate-mismatch'],
    ['the device at 198.18.1.11 is b, not a', 'certificate-mismatch'],
    ['refused by the other end', 'certificate-mismatch'],
    ['no certificate was presented', 'certificate-mismatch'],
    ['the certificate of a is not valid after x', 'certificate-expiry'],
    ['the certificate of a is not valid before x; are the clocks right?', 'clock-skew'],
    ['it speaks version 0 of iQuery', 'version-mismatch'],
  ] as const) {
    test(`takes "${reason}" for ${problem}`, () => {
      assert.deepEqual(problems(lost(reason)), [problem]);
    });
  }

  test('sees clocks, certificates and versions', () => {
    const skewed = (milliseconds: number): Partial<DoctorFacts> => ({
      peers: [{ ...healthy, skewMilliseconds: milliseconds }],
    });
    assert.deepEqual(problems(skewed(-10_001)), ['clock-skew']);
    assert.match(found(skewed(-12_000))[0]?.what ?? '', /12\.0 s behind ours/);
    assert.deepEqual(problems(skewed(10_000)), []);
    assert.deepEqual(problems({ ...skewed(99_000), toleranceSeconds: 0 }), []);
    const ending = { peers: [{ ...healthy, certificateExpires: 'Dec 1 00:00:00 2026 GMT' }] };
    assert.deepEqual(
      found(ending).map(({ severity, what }) => [severity, what]),
      [['warning', 'its certificate ends in 10 days']],
    );
    const over = { devices: [{ ...self, certificateExpires: 'Nov 20 00:00:00 2026 GMT' }] };
    assert.equal(found(over)[0]?.severity, 'error');
    const older = { ...self, name: '/Common/gtm-2', isSelf: false, version: '15.1.0' };
    assert.deepEqual(problems({ devices: [self, older] }), ['version-mismatch']);
  });

  test('sees synchronisation that is stuck, its advice, and who is away', () => {
    const details = [
      'gtm-2: connected',
      'dg (Changes Pending): x',
      ' - Recommended action: Synchronize gtm-1 to group dg',
    ];
    const stuck = { sync: { status: 'Changes Pending', summary: 'Changes Pending', details } };
    assert.deepEqual(
      found(stuck).map(({ cure, problem }) => [problem, cure]),
      [['sync-stuck', 'Synchronize gtm-1 to group dg']],
    );
    const away = { status: 'Disconnected', summary: 'x', details: ['gtm-2: disconnected'] };
    assert.deepEqual(problems({ sync: away }), ['disconnected']);
    const incompatible = { status: 'Incompatible Version', summary: 'x', details: [] };
    assert.deepEqual(problems({ sync: incompatible }), ['version-mismatch']);
  });

  test('sees two active devices, and listeners that are closed', () => {
    const split = { trafficGroups: [{ name: '/Common/tg', active: ['/Common/a', '/Common/b'] }] };
    assert.match(found(split)[0]?.what ?? '', /a, b$/);
    const closed = { listeners: [{ name: '/Common/dns', isOpen: false, reason: 'EADDRNOTAVAIL' }] };
    assert.deepEqual(problems(closed), ['listener-closed']);
  });
});
