import assert from 'node:assert/strict';
import { test } from 'node:test';
import { present } from '../../base/assert.ts';
import type { Location } from '../geography/location.ts';
import { member, pool, snapshot, wideIp } from '../test-support.ts';
import { compileSnapshot, type CompiledSnapshot } from './compile.ts';
import { decide } from './decide.ts';
import type { Decision, DecisionQuery } from './decision.ts';
import { readPlace, readTopologyRecord, sortedByLongestMatch } from './place.ts';
import type { SnapshotPool, SnapshotSettings, SnapshotWideIp } from './snapshot-types.ts';
import { printTrace, type TraceEvent } from './trace.ts';

const name = 'www.example.com';

/** A small world: 10.1 is Germany, 10.2 the State of Washington, 10.3 nobody knows. */
function locate(bytes: readonly number[] | Uint8Array): Location | undefined {
  if (bytes[0] !== 10) return undefined;
  if (bytes[1] === 1) return { continent: 'EU', country: 'DE', isp: 'Example Net' };
  if (bytes[1] === 2) return { continent: 'NA', country: 'US', state: 'US/Washington' };
  return undefined;
}

interface World {
  readonly records: readonly (readonly [string, number])[];
  readonly regions?: Readonly<Record<string, readonly string[]>>;
  readonly pools: readonly SnapshotPool[];
  readonly wide?: Partial<SnapshotWideIp>;
  readonly settings?: Partial<SnapshotSettings>;
}

function world({ pools, records, regions = {}, settings, wide }: World): CompiledSnapshot {
  const made = snapshot(pools, [wideIp(name, [...pools.keys()], wide)], settings);
  const topology = {
    records: records.map(([text, score]) => present(readTopologyRecord(text, score), text)),
    regions: Object.entries(regions).map(([region, members]) => ({
      name: region,
      members: members.map((text) => present(readPlace(text), text)),
    })),
  };
  return compileSnapshot({ ...made, topology }, undefined, locate);
}

function ask(
  compiled: CompiledSnapshot,
  client: string,
  more: Partial<DecisionQuery> = {},
): Decision {
  return decide(compiled, { key: name, type: 'a', client, now: 0, ...more });
}

function given(decision: Decision): string {
  if (decision.kind !== 'records') return decision.kind;
  return decision.members.map((one) => one.data.name).join(' ');
}

const nyc = member('nyc', '192.0.2.1', { datacenter: '/Common/nyc' });
const fra = member('fra', '198.51.100.1', { datacenter: '/Common/fra' });
const inPool = (records: World['records'], more: Partial<World> = {}): CompiledSnapshot =>
  world({ records, pools: [pool('/Common/p', [nyc, fra], { preferred: 'topology' })], ...more });

test('every kind of record, on both sides', () => {
  const rows: readonly (readonly [string, string])[] = [
    ['subnet 10.1.0.0/16', '10.1.9.9'],
    ['country DE', '10.1.0.1'],
    ['continent EU', '10.1.0.1'],
    ['state US/Washington', '10.2.0.1'],
    ['isp "Example Net"', '10.1.0.1'],
    ['geoip-isp example net', '10.1.0.1'],
    ['country --', '10.3.0.1'],
    ['continent --(Unknown)', '10.3.0.1'],
    ['not country DE', '10.2.0.1'],
    ['not subnet 10.1.0.0/16', '10.2.0.1'],
    ['region r', '10.1.0.1'],
  ];
  const regions = { '/Common/r': ['country DE'] };
  for (const [ldns, client] of rows) {
    for (const server of ['subnet 198.51.100.0/24', 'datacenter fra', 'not datacenter nyc']) {
      const compiled = inPool([[`ldns: ${ldns} server: ${server}`, 10]], { regions });
      assert.equal(given(ask(compiled, client)), 'fra', `${ldns} → ${server}`);
      assert.equal(given(ask(compiled, client)), 'fra', `${ldns} → ${server} again`);
    }
  }
});

test('the first record that matches gives the score, though a later one has more', () => {
  const compiled = inPool([
    ['ldns: country DE server: datacenter nyc', 1],
    ['ldns: continent EU server: datacenter nyc', 100],
    ['ldns: continent EU server: datacenter fra', 50],
  ]);
  assert.equal(given(ask(compiled, '10.1.0.1')), 'fra');
});

test('equals take turns; nothing matches: 0, which counts only where it may', () => {
  const compiled = inPool([['ldns: country JP server: datacenter fra', 10]]);
  assert.deepEqual(
    [1, 2, 3].map(() => given(ask(compiled, '10.1.0.1'))),
    ['nyc', 'fra', 'nyc'],
  );
  const strict = inPool([['ldns: country JP server: datacenter fra', 10]], {
    settings: { topologyAllowsZeroScores: false },
  });
  const decision = ask(strict, '10.1.0.1');
  assert.ok(decision.kind === 'records');
  assert.equal(decision.stage, 'alternate');
});

test('regions nest; what is left out stays out, however narrow the rest; a circle ends', () => {
  const compiled = inPool([['ldns: region all server: datacenter fra', 10]], {
    regions: {
      '/Common/all': ['region inner', 'subnet 10.2.0.0/16', 'not subnet 10.0.0.0/15', 'region all'],
      '/Common/inner': ['country DE'],
    },
  });
  assert.deepEqual(
    [given(ask(compiled, '10.2.0.1')), given(ask(compiled, '10.2.0.1'))],
    ['fra', 'fra'],
  );
  const left = [1, 2].map(() => given(ask(compiled, '10.1.0.1')));
  assert.deepEqual(left.toSorted(), ['fra', 'nyc'], 'Germany is in, but its network is left out');
});

test('between pools by the pool; data centers say nothing there', () => {
  const pools = [pool('/Common/nyc', [nyc]), pool('/Common/fra', [fra])];
  const records = [
    ['ldns: country DE server: datacenter /Common/nyc', 100],
    ['ldns: country DE server: pool /Common/fra', 10],
  ] as const;
  const compiled = world({ records, pools, wide: { mode: 'topology' } });
  assert.deepEqual(
    [1, 2].map(() => given(ask(compiled, '10.1.0.1'))),
    ['fra', 'fra'],
  );
  const down = { ...fra, available: false, reason: 'down' };
  const next = world({
    records,
    pools: [pool('/Common/nyc', [nyc]), pool('/Common/fra', [down])],
    wide: { mode: 'topology' },
  });
  assert.equal(given(ask(next, '10.1.0.1')), 'nyc');
});

test('the network in EDNS0 counts where it is asked for, and is the scope of the answer', () => {
  const records = [['ldns: country DE server: datacenter fra', 10]] as const;
  const subnet = { bytes: [10, 1, 0, 0], length: 24 };
  const prefers = inPool(records, { wide: { prefersClientSubnet: true } });
  const decision = ask(prefers, '10.2.0.1', { subnet });
  assert.ok(decision.kind === 'records');
  assert.deepEqual([given(decision), decision.scopeLength], ['fra', 24]);
  const ignores = ask(inPool(records), '10.2.0.1', { subnet });
  assert.ok(ignores.kind === 'records');
  assert.equal(ignores.scopeLength, 0);
});

test('longest match: narrow kinds first, as BIG-IP stores them (K14284)', () => {
  const texts = [
    'ldns: country DE server: pool p',
    'ldns: isp AOL server: pool p',
    'ldns: continent EU server: pool p',
    'ldns: region r server: pool p',
    'ldns: subnet 10.0.0.0/8 server: pool p',
    'ldns: not subnet 10.1.1.0/24 server: pool p',
    'ldns: subnet 10.1.0.0/16 server: pool p',
  ];
  const sorted = sortedByLongestMatch(
    texts.map((text) => present(readTopologyRecord(text, 1), text)),
  );
  assert.deepEqual(
    sorted.map(({ ldns }) => `${ldns.negated ? 'not ' : ''}${ldns.kind} ${ldns.value}`),
    [
      'subnet 10.1.0.0/16',
      'subnet 10.0.0.0/8',
      'region /Common/r',
      'isp aol',
      'country DE',
      'continent EU',
      'not subnet 10.1.1.0/24',
    ],
  );
});

test('the trace names the place, the record and the score', () => {
  const compiled = inPool([['ldns: country DE server: datacenter fra', 10]]);
  const trace: TraceEvent[] = [];
  decide(compiled, { key: name, type: 'a', client: '10.1.0.1', now: 0 }, trace, true);
  const text = printTrace(trace);
  assert.match(text, /10\.1\.0\.1: EU, DE, Example Net; 1 topology records speak of it/);
  assert.match(text, /fra \(198\.51\.100\.1\): Available; score 10: ldns: country DE/);
});

test('load: fewest, most, weighted; what is not measured gives way to the alternate', () => {
  const load = {
    connections: 5,
    packetsPerSecond: 5,
    kilobytesPerSecond: 5,
    capacity: 1,
    score: 1,
    cpuPercent: 5,
  };
  const busy = { ...nyc, load: { ...load, connections: 9, packetsPerSecond: 9, cpuPercent: 90 } };
  const idle = { ...fra, load: { ...load, kilobytesPerSecond: 1, capacity: 3, score: 7 } };
  const by = (preferred: SnapshotPool['preferred'], more: Partial<SnapshotPool> = {}): string[] => {
    const made = pool('/Common/p', [busy, idle], { preferred, alternate: 'none', ...more });
    const compiled = world({ records: [], pools: [made] });
    return Array.from({ length: 4 }, () => given(ask(compiled, '10.1.0.1')));
  };
  const always = ['fra', 'fra', 'fra', 'fra'];
  for (const method of [
    'least-connections',
    'packet-rate',
    'kilobytes-per-second',
    'cpu',
    'virtual-server-score',
  ] as const) {
    assert.deepEqual(by(method), always, method);
  }
  assert.equal(by('virtual-server-capacity').filter((one) => one === 'fra').length, 3);
  assert.deepEqual(by('fewest-hops'), Array(4).fill('return-to-dns'));
  const qos = {
    hitRatio: 5,
    hops: 0,
    kilobytesPerSecond: 3,
    linkCapacity: 30,
    packetRate: 1,
    roundTripTime: 50,
    topology: 0,
    capacity: 0,
    score: 0,
  };
  assert.deepEqual(by('quality-of-service', { qos }), always);
  const shares = by('quality-of-service', { qos, isDynamicRatio: true });
  assert.ok(shares.includes('nyc') && shares.includes('fra'), 'scores are weights');
});
