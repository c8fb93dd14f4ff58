import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Properties } from '../../catalogue/types.ts';
import type { Change, ConfigView } from '../../config/types.ts';
import { mirroringCheck } from './check.ts';
import { renderMirrorGate } from './gate.ts';
import { planMirroring } from './plan.ts';
import { parseCounters, parseTouched, syntaxProblem } from './read.ts';
import { renderDaemon, renderTable, touches } from './render.ts';
import { type MirrorReport, mirrorState, mirrorStatistics } from './show.ts';
import type { MirroredVirtual } from '../../config/mirrored-virtual.ts';

type Objects = Readonly<Record<string, Properties>>;

function viewOf(objects: Objects): ConfigView {
  const all = Object.entries(objects).map(([key, properties]) => {
    const at = key.indexOf(' /') < 0 ? key.lastIndexOf(' ') : key.indexOf(' /');
    return { component: key.slice(0, at), name: key.slice(at + 1), properties };
  });
  // What plans and checks look at.
  return {
    deviceName: 'a.example.net',
    get: (component: string, name: string) =>
      all.find((one) => one.component === component && one.name === name),
    list: (component: string) => all.filter((one) => one.component === component),
  } as unknown as ConfigView;
}

const pair = [{ name: '/Common/a.example.net' }, { name: '/Common/b.example.net' }];
const base: Objects = {
  'cm device /Common/a.example.net': {
    'mirror-ip': '10.9.0.1',
    'mirror-secondary-ip': 'fd00::1',
  },
  'cm device /Common/b.example.net': {
    'mirror-ip': '10.9.0.2',
    'mirror-secondary-ip': 'fd00::2',
  },
  'cm device-group /Common/pair': { type: 'sync-failover', devices: pair },
};
const virtual: MirroredVirtual = {
  name: '/Common/vs',
  mark: 0x45_00_12_34,
  destination: '192.0.2.1/32',
  family: 4,
  port: 80,
  protocol: 'tcp',
  trafficGroup: '/Common/traffic-group-1',
};

function planned(objects: Objects = base, virtuals: readonly MirroredVirtual[] = [virtual]) {
  return planMirroring(viewOf(objects), virtuals);
}

test('a pair with addresses mirrors over both; what stands in the way is named', () => {
  const found = planned();
  assert.ok(found.kind === 'on');
  assert.equal(found.plan.peer, 'b.example.net');
  assert.equal(found.plan.port, 1028);
  assert.deepEqual(found.plan.links, [
    { own: '10.9.0.1', peer: '10.9.0.2', family: 4 },
    { own: 'fd00::1', peer: 'fd00::2', family: 6 },
  ]);
  const reason = (objects: Objects, virtuals = [virtual]): string => {
    const off = planned({ ...base, ...objects }, virtuals);
    return off.kind === 'off' ? off.reason : 'on';
  };
  assert.equal(reason({}, []), '');
  assert.match(
    reason({ 'cm device-group /Common/pair': { type: 'sync-failover', devices: [] } }),
    /in no sync-failover device group/,
  );
  const third = [...pair, { name: '/Common/c.example.net' }];
  assert.match(
    reason({ 'cm device-group /Common/pair': { type: 'sync-failover', devices: third } }),
    /has 3 devices, and connections are mirrored between 2/,
  );
  const none = { 'mirror-ip': 'any6' };
  assert.match(
    reason({ 'cm device /Common/b.example.net': none }),
    /mirror-ip of b\.example\.net is not set/,
  );
  assert.match(
    reason({ 'sys db statemirror.state': { value: 'disable' } }),
    /statemirror\.state is disable/,
  );
  const other = planned({ ...base, 'sys db statemirror.peerlistenport': { value: '1040' } });
  assert.equal(other.kind === 'on' ? other.plan.port : 0, 1040);
});

test('conntrackd is told of both links, of nothing of its own, and to ask for nothing', () => {
  const found = planned();
  assert.ok(found.kind === 'on');
  const places = { socket: '/run/ctl', lock: '/run/lock' };
  const text = renderDaemon(found.plan, ['eth2', 'ekmirror2'], places);
  assert.match(text, /Mode FTFW \{[^}]*DisableExternalCache yes[^}]*StartupResync no/);
  assert.match(text, /UDP Default \{[^}]*IPv4_address 10\.9\.0\.1[^}]*Interface eth2/);
  assert.match(text, /UDP \{[^}]*IPv6_Destination_Address fd00::2[^}]*Interface ekmirror2/);
  assert.match(text, /Address Ignore \{[^}]*10\.9\.0\.2[^}]*fd00::1/);
});

test('the kernel tells of connections with a mirrored mark only', () => {
  const found = planned();
  assert.ok(found.kind === 'on');
  const text = renderTable(found.plan);
  assert.match(text, /set mirrored \{ type mark; elements = \{ 0x45001234 \}; \}/);
  assert.match(text, /ct state new ct mark != @mirrored ct event set 0x0/);
  assert.match(text, /meta mark 0x45564b44 notrack/);
});

test('strangers reach neither port of mirroring', () => {
  const text = renderMirrorGate(viewOf(base));
  for (const port of ['udp dport 1028', 'tcp dport 1029']) {
    assert.ok(text.includes(`ip daddr 10.9.0.1 ${port} ip saddr != { 10.9.0.2 } counter drop`));
    assert.ok(text.includes(`ip6 daddr fd00::1 ${port} ip6 saddr != { fd00::2 } counter drop`));
  }
  const alone = viewOf({ 'cm device /Common/a.example.net': { 'mirror-ip': '10.9.0.1' } });
  assert.ok(renderMirrorGate(alone).includes('ip daddr 10.9.0.1 udp dport 1028 counter drop'));
  assert.ok(!renderMirrorGate(viewOf({})).includes('dport'));
});

test('connections of a virtual server are touched by its destination', () => {
  assert.deepEqual(touches(virtual), [
    ['-U', '-f', 'ipv4', '-p', 'tcp', '--orig-dst', '192.0.2.1/32', '--orig-port-dst', '80'].concat(
      ['-t', '3600'],
    ),
  ]);
  const all = touches({
    ...virtual,
    family: 6,
    destination: '2001:db8::/32',
    port: 0,
    protocol: 'any',
  });
  assert.deepEqual(
    all.map((args) => args.join(' ')),
    [
      '-U -f ipv6 -p tcp --orig-dst 2001:db8::/32 -t 3600',
      '-U -f ipv6 -p udp --orig-dst 2001:db8::/32 -t 120',
    ],
  );
});

const said = `cache internal:
current active connections:	           7
connections created:		           9	failed:	           0

external inject:
connections created:		           4	failed:	           1
connections updated:		           5	failed:	           2
connections destroyed:		           0	failed:	           0

UDP traffic (active device=1.3):
                  48 Bytes sent                  132 Bytes recv
                   3 Pckts sent                    6 Pckts recv
                   1 Error send                    0 Error recv

message tracking:
                   2 Malformed msgs                    8 Lost msgs
`;

test('what conntrackd says is read', () => {
  assert.deepEqual(parseCounters(said), {
    held: 7,
    taken: 9,
    refused: 3,
    packetsSent: 3,
    packetsReceived: 6,
    bytesSent: 48,
    bytesReceived: 132,
    sendErrors: 1,
    malformed: 2,
    lost: 8,
    link: '1.3',
  });
  assert.equal(parseTouched('conntrack v1.4.7: 12 flow entries have been updated.'), 12);
  assert.equal(parseTouched(''), 0);
  const line = `[Sat] (pid=1) [ERROR] parsing config file in line (10), symbol 'Prt': syntax error`;
  assert.equal(
    syntaxProblem(`[Sat] a warning\n${line}\n`),
    `parsing config file in line (10), symbol 'Prt': syntax error`,
  );
  assert.equal(syntaxProblem(`[ERROR] can't connect: is conntrackd running?`), undefined);
});

function changed(component: string, name: string, objects: Objects): readonly string[] {
  const view = viewOf(objects);
  const after = view.get(component, name);
  const change = { component, name, before: undefined, after } as unknown as Change;
  const origin = { user: 'admin', source: 'rest' } as const;
  return mirroringCheck([change], view, origin).map(({ message }) => message);
}

test('a larger group and mirroring exclude each other, whichever comes second', () => {
  const third = [...pair, { name: '/Common/c.example.net' }];
  const large: Objects = {
    ...base,
    'cm device-group /Common/pair': { type: 'sync-failover', devices: third },
    'ltm virtual /Common/vs': { mirror: 'enabled' },
    'ltm virtual /Common/other': { mirror: 'disabled' },
  };
  assert.deepEqual(changed('ltm virtual', '/Common/vs', large), [
    'Mirroring cannot be enabled on virtual (/Common/vs): device group /Common/pair has 3 devices, and connections are mirrored between 2',
  ]);
  assert.deepEqual(changed('ltm virtual', '/Common/other', large), []);
  assert.deepEqual(changed('cm device-group', '/Common/pair', large), [
    'Device group /Common/pair has 3 devices, and connections are mirrored between 2: first disable mirroring of /Common/vs',
  ]);
  const small = { ...large, 'cm device-group /Common/pair': base['cm device-group /Common/pair'] };
  assert.deepEqual(changed('ltm virtual', '/Common/vs', small as Objects), []);
  assert.deepEqual(changed('cm device-group', '/Common/pair', small as Objects), []);
});

test('the state says what is the matter', () => {
  const found = planned();
  const report: MirrorReport = {
    planned: found,
    owned: new Set(['/Common/traffic-group-1']),
    failure: undefined,
    isRunning: true,
    isBehind: false,
    counters: parseCounters(said),
    lastBulk: undefined,
    lastError: '',
  };
  assert.deepEqual(mirrorState(report), { state: 'up', reason: '' });
  assert.equal(mirrorState({ ...report, isRunning: false }).state, 'down');
  assert.equal(mirrorState({ ...report, failure: 'no file' }).reason, 'no file');
  assert.equal(mirrorState({ ...report, isBehind: true }).state, 'resync');
  const row = mirrorStatistics(report)['/Common/traffic-group-1'];
  assert.ok(typeof row === 'object');
  assert.deepEqual(
    [row['role'], row['connections'], row['peerConnections'], row['lost'], row['malformed']],
    ['active', 7, 9, 8, 2],
  );
  const off = mirrorStatistics({ ...report, planned: { kind: 'off', reason: 'why' } });
  assert.deepEqual(off, {
    '0': { trafficGroup: '-', state: 'disabled', reason: 'why', lastError: '' },
  });
});
