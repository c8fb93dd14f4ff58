import assert from 'node:assert/strict';
import { mkdtempSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { createStateRegistry, type Statistics } from '../../config/runtime-state.ts';
import { createConfigStore } from '../../config/store/store.ts';
import { type Clock, systemClock, waitUntil } from '../../platform/clock.ts';
import { devicePaths } from '../../platform/device-paths.ts';
import { createGraphs, createHistory } from './history.ts';
import { kernelStatistics, parsePairs } from './kernel-counters.ts';
import { linkFields, linkStatistics, parseLinkCounters } from './links.ts';
import { memoryHost, parseMemory } from './memory.ts';
import { reportStatistics, trafficGraphs } from './performance.ts';
import { serviceStatistics } from './processes.ts';
import { parseProcessors, processorLevels, usedPercent } from './processors.ts';
import { startHostState } from './start.ts';
import { deviceTraffic, noTotals } from './traffic.ts';

const stat = (user: number, idle: number): string =>
  `cpu  9 9 9 9\ncpu0 ${user} 0 0 ${idle} 0 0 0 0 0 0\ncpu1 ${user} 0 0 ${idle} 0 0 0 0\nintr 5\n`;

test('shares of processors are those of the time between two readings', () => {
  const before = parseProcessors(stat(100, 900));
  const now = parseProcessors(stat(175, 925));
  assert.equal(now.length, 2);
  assert.equal(usedPercent(before, now), 75);
  const levels = processorLevels(now, { fiveSec: before, oneMin: before, fiveMin: now });
  const first = levels['0'] as Statistics; // Levels nest.
  assert.deepEqual(
    [first['fiveSecAvgUser'], first['oneMinAvgIdle'], first['fiveMinAvgUser'], first['user']],
    [75, 25, 0, 175],
  );
  assert.equal(first['fiveSecAvgRatio'], 75);
});

test('memory that caches would give up is free', () => {
  const memory = parseMemory(
    'MemTotal: 1000 kB\nMemFree: 1 kB\nMemAvailable:  600 kB\nSwapTotal: 10 kB\nSwapFree: 4 kB\n',
  );
  const shown = memoryHost(memory, 100 * 1024);
  assert.equal(shown['memoryUsed'], 400 * 1024);
  assert.equal(shown['otherMemoryUsed'], 300 * 1024);
  assert.equal(shown['tmmMemoryUsed'], 100 * 1024);
  assert.equal(shown['swapUsed'], 6 * 1024);
});

test("the kernel's counters come under BIG-IP's names", () => {
  const snmp =
    'Ip: InReceives OutRequests InDiscards\nIp: 7 8 1\nTcp: ActiveOpens PassiveOpens CurrEstab\nTcp: 3 4 2\n';
  assert.equal(parsePairs(snmp)['Tcp.PassiveOpens'], 4);
  const found = kernelStatistics({
    snmp,
    netstat: 'IpExt: InMcastPkts\nIpExt: 5\n',
    snmp6: 'Ip6InReceives                   \t11\n',
    sockstat: 'sockets: used 9\nTCP: inuse 2 orphan 0 tw 6 alloc 4 mem 1\n',
  });
  const ip = found['sys ip-stat'] as Record<string, Statistics>; // Levels nest.
  assert.deepEqual([ip['0']?.['rx'], ip['0']?.['dropped'], ip['0']?.['mcastRx']], [7, 1, 5]);
  assert.deepEqual([ip['1']?.['rx'], ip['1']?.['ipType']], [11, 'IPv6']);
  const tcp = (found['sys tcp-stat'] as Record<string, Statistics>)['0']; // Levels nest.
  assert.deepEqual([tcp?.['accepts'], tcp?.['open'], tcp?.['timeWait']], [4, 2, 6]);
});

test('a link tells its counters in bits, its speed, and whether it is up', () => {
  const head = 'Inter-| Receive | Transmit\n face |bytes |bytes\n';
  const counters = parseLinkCounters(`${head}   1.1: 10 2 1 4 0 0 0 3 20 5 2 6 0 7 0 0\n`);
  const texts = { operstate: 'up\n', speed: '10000\n', duplex: 'full\n', mtu: '1500\n' };
  assert.deepEqual(linkStatistics('1.1', true, counters.get('1.1'), texts), {
    'counters.bitsIn': 80,
    'counters.bitsOut': 160,
    'counters.collisions': 7,
    'counters.dropsAll': 10,
    'counters.errorsAll': 3,
    'counters.mcastIn': 3,
    'counters.pktsIn': 2,
    'counters.pktsOut': 5,
    mediaActive: '10000T-FD',
    status: 'up',
    tmName: '1.1',
  });
  const statusOf = (isEnabled: boolean, name: string, operstate: string): unknown =>
    linkStatistics(name, isEnabled, counters.get(name), { operstate })['status'];
  assert.deepEqual(
    [statusOf(false, '1.1', 'up'), statusOf(true, '1.1', 'down'), statusOf(true, '1.2', 'up')],
    ['disabled', 'down', 'missing'],
  );
  assert.deepEqual(linkFields(texts), { mtu: 1500, 'media-active': '10000T-FD' });
});

test('windows begin with the oldest reading until they are full', () => {
  const history = createHistory<number>();
  assert.equal(history.starts(), undefined);
  for (let index = 0; index < 100; index += 1) history.add(index);
  assert.deepEqual(history.starts(), { fiveSec: 98, oneMin: 87, fiveMin: 39 });
});

test('traffic is told a second, and a counter that began anew counts as nothing', () => {
  const at = (seconds: number, bits: number, connections: number) => ({
    seconds,
    totals: {
      ...noTotals,
      'clientSideTraffic.bitsIn': bits,
      'clientSideTraffic.totConns': connections,
    },
  });
  const shown = deviceTraffic(at(10, 1000, 2), {
    fiveSec: at(5, 500, 5),
    oneMin: at(0, 0, 0),
    fiveMin: at(0, 0, 0),
  });
  assert.equal(shown['fiveSecAvgClientSideTraffic.bitsIn'], 100);
  assert.equal(shown['fiveSecAvgClientSideTraffic.totConns'], 0);
  assert.equal(shown['clientSideTraffic.bitsIn'], 1000);
  const graphs = createGraphs();
  graphs.add(trafficGraphs(at(0, 0, 0), at(5, 500, 0)));
  graphs.add(trafficGraphs(at(5, 500, 0), at(10, 500, 0)));
  const report = reportStatistics('throughput', graphs, '2026_01_01T00:00:00Z');
  assert.deepEqual(report['Client Bits In'], {
    Average: '50',
    Current: '0',
    'Max(since 2026_01_01T00:00:00Z)': '100',
    'Throughput(bits)': 'Client Bits In',
  });
  assert.equal((report['SSL TPS'] as Statistics)['Current'], '-nan'); // Levels nest.
});

test('a service that does not run is down', () => {
  const process = {
    pid: 12,
    name: 'haproxy',
    userTicks: 0,
    systemTicks: 0,
    startTicks: 100,
    residentBytes: 0,
    virtualBytes: 0,
  };
  assert.deepEqual(serviceStatistics('tmm', [process], 7201), {
    apiAnonymous: 'tmm          run (pid 12) 2 hours\n',
  });
  assert.deepEqual(serviceStatistics('sod', [process], 7201), {
    apiAnonymous: 'sod          down\n',
  });
  assert.equal(serviceStatistics('nobody', [process], 7201), undefined);
});

test('a device shows its machine, its logs and its software from the start', () => {
  const root = mkdtempSync(join(tmpdir(), 'evenkeel-host-'));
  const paths = devicePaths(root);
  mkdirSync(paths.logs);
  writeFileSync(join(paths.logs, 'ltm'), 'first line\nsecond line\n');
  const state = createStateRegistry();
  const store = createConfigStore({ path: paths.database, deviceName: 'a', clock: systemClock });
  const host = startHostState({ state, store, clock: systemClock, paths });
  try {
    const shown = (component: string, name = ''): Statistics | undefined =>
      state.statistics(component, undefined, name);
    const memory = shown('sys memory')?.['memory-host'] as Record<string, Statistics>; // Levels nest.
    assert.ok(Number(memory['0']?.['memoryTotal']) > 0);
    assert.ok(Number(shown('sys host-info')?.['cpuCount']) > 0);
    assert.match(String(shown('sys log', 'ltm')?.['apiAnonymous']), /second line/);
    assert.match(String(shown('sys log')?.['apiAnonymous']), /ltm {10}: Local Traffic/);
    assert.equal(shown('sys log', '../secrets'), undefined);
    assert.equal(shown('sys log', 'constructor'), undefined);
    assert.equal(shown('sys traffic')?.['clientSideTraffic.curConns'], 0);
    assert.ok(shown('sys ip-stat')?.['0']);
    assert.ok(Number(state.fields('sys disk logical-disk', undefined, 'HD1')['size']) > 0);
    assert.equal(state.fields('sys software volume', undefined, 'HD1.1')['active'], 'active');
  } finally {
    host.close();
    store.close();
    rmSync(root, { recursive: true });
  }
});

test('the device has the traffic of its virtual servers and pools', async () => {
  const root = mkdtempSync(join(tmpdir(), 'evenkeel-host-'));
  const paths = devicePaths(root);
  const state = createStateRegistry();
  const store = createConfigStore({ path: paths.database, deviceName: 'a', clock: systemClock });
  const operations = ['/Common/a', '/Common/b'].map(
    (name) => ({ kind: 'create', component: 'ltm pool', name, properties: {} }) as const,
  );
  store.commit({ origin: { user: 'admin', source: 'rest' }, operations });
  const counts = {
    connections: 1,
    maximumConnections: 2,
    totalConnections: 3,
    bitsIn: 40,
    bitsOut: 50,
    packetsIn: 6,
    packetsOut: 7,
    requests: 8,
    connectMilliseconds: NaN,
    responseMilliseconds: NaN,
  };
  let turn: () => void = () => assert.fail('nobody waits for a turn');
  const clock: Clock = {
    ...systemClock,
    every(_milliseconds, task) {
      turn = task;
      return () => undefined;
    },
  };
  const traffic = {
    refresh: () => Promise.resolve(),
    virtual: () => undefined,
    pool: () => counts,
  };
  const host = startHostState({ state, store, clock, paths, traffic });
  try {
    turn();
    const shown = (name: string): unknown => state.statistics('sys traffic', undefined, '')?.[name];
    await waitUntil(systemClock, 'a sum', 30_000, () => shown('serverSideTraffic.totConns') === 6);
    assert.equal(shown('serverSideTraffic.bitsOut'), 100);
    assert.equal(shown('serverSideTraffic.pktsIn'), 12);
    assert.equal(shown('clientSideTraffic.totConns'), 0);
  } finally {
    host.close();
    store.close();
    rmSync(root, { recursive: true });
  }
});
