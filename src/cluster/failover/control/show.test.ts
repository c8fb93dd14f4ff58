import assert from 'node:assert/strict';
import { test } from 'node:test';
import { profiles } from '../types.ts';
import { leaseStatistics, pathStatistics } from './show-lease.ts';
import type { FailoverStatus } from '../protocol.ts';
import {
  deviceState,
  failoverSentence,
  failoverStatistics,
  trafficGroupStatistics,
} from './show.ts';

const group = '/Common/traffic-group-1';

function statusOf(change: Partial<FailoverStatus> = {}): FailoverStatus {
  return {
    device: 'nyc-a',
    deviceGroup: '/Common/nyc',
    profile: 'fast',
    fitness: 'able',
    impairments: [],
    failsafes: [],
    conflicts: [],
    mode: { epoch: 2, phase: 'witness' },
    canSplit: false,
    groups: [
      {
        name: group,
        role: 'owner',
        term: 1,
        owner: 'nyc-a',
        nextActive: 'nyc-b',
        leaseRemaining: 250,
        since: 1_000_000,
        reason: 'no active device; a majority agreed',
        scores: {},
        loads: { 'nyc-a': { now: 1, next: 1 }, 'nyc-b': { now: 0, next: 0.5 } },
        heldUntil: null,
      },
    ],
    drainLinks: { 'nyc-b': '1.3' },
    peers: [
      {
        device: 'nyc-b',
        isWitness: false,
        isHeard: true,
        fitness: 'able',
        silence: 10,
        activeFor: [],
      },
    ],
    paths: [],
    history: [
      {
        wall: 1_000_000,
        group,
        change: 'active',
        reason: 'r',
        evidence: 'e',
        timeline: [{ wall: 999_600, what: 'last heard nyc-b (able)' }],
      },
    ],
    worstLateness: 0,
    lags: {},
    isRealTime: true,
    witnessFor: [],
    ...change,
  };
}

test('cm failover-lease: how long it may still answer, and who agreed', () => {
  assert.deepEqual(leaseStatistics(statusOf()), {
    [`:${group}`]: {
      trafficGroup: group,
      role: 'active',
      fence: 'open',
      leaseRemaining: 250,
      term: 1,
      owner: 'nyc-a',
      nextActive: 'nyc-b',
      reason: 'no active device; a majority agreed',
      since: '1970-01-01T00:16:40.000Z',
      profile: 'fast',
      heartbeatInterval: profiles.fast.interval,
      leaseLength: profiles.fast.fence,
      detection: profiles.fast.detect,
      counts: 'its peers',
      canSplit: 'no',
      worstLateness: 0,
      realTime: 'yes',
    },
  });
  const [first] = statusOf().groups;
  assert.ok(first);
  const over = statusOf({ groups: [{ ...first, leaseRemaining: 0 }] });
  assert.match(JSON.stringify(leaseStatistics(over)), /"fence":"closed: the lease is over"/);
  const alone = statusOf({ groups: [{ ...first, leaseRemaining: null }], peers: [] });
  assert.match(JSON.stringify(leaseStatistics(alone)), /"leaseRemaining":"no end"/);
  assert.match(JSON.stringify(leaseStatistics(alone)), /"counts":"this device alone"/);
  assert.deepEqual(leaseStatistics(undefined), {});
});

test('cm failover-path: each path for itself', () => {
  const path = { device: 'nyc-b', kind: 'unicast', local: '10.0.0.1', remote: '10.0.0.2' } as const;
  const shown = pathStatistics(
    statusOf({
      paths: [
        { ...path, silence: 12.4, isSilent: false },
        { ...path, kind: 'multicast', silence: 9000, isSilent: true },
        { ...path, device: 'wit', silence: null, isSilent: false },
      ],
    }),
  );
  const row = (key: string): Readonly<Record<string, unknown>> => {
    const found = shown[key];
    assert.ok(typeof found === 'object');
    return found;
  };
  assert.deepEqual(row(':0'), {
    deviceName: 'nyc-b',
    kind: 'unicast',
    localAddress: '10.0.0.1',
    remoteAddress: '10.0.0.2',
    status: 'heard',
    silence: 12,
    part: 'device',
    fitness: 'able',
    deviceStatus: 'heard',
  });
  assert.equal(row(':1')['status'], 'silent');
  assert.equal(row(':2')['status'], 'never heard');
  assert.deepEqual(pathStatistics(undefined), {});
});

test('cm failover-status of an active device', () => {
  assert.deepEqual(failoverStatistics(statusOf()), {
    color: 'green',
    status: 'ACTIVE',
    summary: '1/1 active',
    details: {
      '0': { details: 'active for /Common/traffic-group-1' },
      '1': { details: 'device nyc-b: heard' },
    },
  });
});

test('a pair that can split says so', () => {
  const { details } = failoverStatistics(statusOf({ canSplit: true }));
  assert.match(JSON.stringify(details), /this pair can split/);
});

test('states of devices', () => {
  const standby = statusOf({ groups: [] });
  assert.equal(deviceState(statusOf(), 'nyc-a'), 'active');
  assert.equal(deviceState(statusOf(), 'nyc-b'), 'standby');
  assert.equal(deviceState(standby, 'nyc-a'), 'standby');
  assert.equal(deviceState(statusOf({ fitness: 'forced-offline' }), 'nyc-a'), 'forced-offline');
  assert.equal(deviceState(undefined, 'nyc-a'), 'unknown');
});

test('sys failover in the sentence that clients parse', () => {
  const wall = 1_000_000 + 4_832_000;
  assert.equal(failoverSentence(statusOf(), wall), 'Failover active for 0d 01:20:32\n');
  const offline = statusOf({ fitness: 'forced-offline', groups: [] });
  assert.match(failoverSentence(offline, wall), /^Failover forced_offline for/);
});

test('cm traffic-group has a row for each device', () => {
  const takeoverOf = (device: string) =>
    device === 'nyc-b' ? { times: 2, last: 1_000_000 } : { times: 0, last: 0 };
  const rows = trafficGroupStatistics(statusOf(), group, takeoverOf);
  assert.deepEqual(Object.keys(rows ?? {}), [
    '/Common/traffic-group-1:/Common/nyc-a',
    '/Common/traffic-group-1:/Common/nyc-b',
  ]);
  assert.deepEqual(rows?.['/Common/traffic-group-1:/Common/nyc-b'], {
    trafficGroup: group,
    deviceName: '/Common/nyc-b',
    failoverState: 'standby',
    nextActive: 'true',
    load: '0',
    nextActiveLoad: '0.5',
    score: '-',
    timesBecameActive: 2,
    lastBecameActive: '1970-01-01T00:16:40.000Z',
  });
  const never = JSON.stringify(rows?.['/Common/traffic-group-1:/Common/nyc-a']);
  assert.match(never, /"timesBecameActive":0,"lastBecameActive":"-"/);
});

test('an arbiter is shown, whether it answers or not', () => {
  const arbiter = { endpoint: 'https://192.0.2.1:2379', silence: 20, roundTrip: 4, failure: '' };
  const well = JSON.stringify(failoverStatistics(statusOf({ arbiter })));
  assert.match(well, /arbiter https:\/\/192\.0\.2\.1:2379: answers in 4 ms/);
  const lost = { ...arbiter, failure: 'connect ECONNREFUSED' };
  const text = JSON.stringify(failoverStatistics(statusOf({ arbiter: lost })));
  assert.match(text, /does not answer: connect ECONNREFUSED/);
});
