import assert from 'node:assert/strict';
import { test } from 'node:test';
import { compileSnapshot } from '../decision/compile.ts';
import { decide } from '../decision/decide.ts';
import type { Method } from '../decision/snapshot-types.ts';
import { printTrace, type TraceEvent } from '../decision/trace.ts';
import { readQosFactors, readQosWeights } from '../qos.ts';
import { member, pool, snapshot, wideIp } from '../test-support.ts';
import { PathKeeper } from './path-keeper.ts';
import type { PathSettings } from './path-settings.ts';
import { createPathTable, pathMemory, type WrittenPathTable } from './path-table.ts';

const name = 'www.example.com';
const client = '198.51.100.7';
const bytes = [198, 51, 100, 7];
const near = { ...member('near', '192.0.2.1'), datacenter: '/Common/near' };
const far = { ...member('far', '192.0.2.2'), datacenter: '/Common/far' };

function tell(
  table: WrittenPathTable,
  datacenter: string,
  roundTripMilliseconds: number | undefined,
  hops: number | undefined,
  completionPercent: number,
): void {
  const lives = { expires: 1_000, hopsExpire: 2_000 };
  table.write({ bytes, datacenter, roundTripMilliseconds, completionPercent, hops, ...lives });
}

function setUp(preferred: Method): {
  readonly table: WrittenPathTable;
  ask(now: number, peek?: boolean): string;
  why(now: number): string;
} {
  const memory = pathMemory(64);
  const qos = readQosWeights({});
  const parts = pool('p', [far, near], { preferred, alternate: 'global-availability', qos });
  const made = snapshot([parts], [wideIp(name, [0])]);
  const settings = { ...made.settings, qosFactors: readQosFactors({}) };
  const compiled = compileSnapshot({ ...made, settings }, undefined, undefined, { paths: memory });
  const query = (now: number) => ({ key: name, type: 'a' as const, client, now });
  return {
    table: createPathTable(memory),
    ask(now, peek = false) {
      const decision = decide(compiled, query(now), undefined, peek);
      if (decision.kind !== 'records') return decision.kind;
      return `${decision.members.map((one) => one.data.name).join(' ')} by ${decision.stage}`;
    },
    why(now) {
      const trace: TraceEvent[] = [];
      decide(compiled, query(now), trace, true);
      return printTrace(trace);
    },
  };
}

test('methods of paths go by what is measured, as long as it holds, and give way before and after', () => {
  const methods = [
    'lowest-round-trip-time',
    'fewest-hops',
    'completion-rate',
    'quality-of-service',
  ] as const;
  for (const method of methods) {
    const { ask, table, why } = setUp(method);
    assert.equal(ask(0), 'far by alternate', method);
    assert.match(why(0), /is measured/);
    tell(table, '/Common/far', 80, 9, 90);
    tell(table, '/Common/near', 12.5, 3, 100);
    assert.equal(ask(500), 'near by preferred', method);
    assert.equal(ask(1_500), method === 'fewest-hops' ? 'near by preferred' : 'far by alternate');
    assert.equal(ask(2_500), 'far by alternate', method);
  }
});

test('the trace says what was measured from where', () => {
  const { table, why } = setUp('lowest-round-trip-time');
  tell(table, '/Common/near', 12.5, 3, 100);
  const text = why(1);
  assert.match(text, /near .*lowest-round-trip-time 12\.5 ms from \/Common\/near/);
  assert.match(text, /far .*no lowest-round-trip-time is measured from \/Common\/far/);
});

test('only a decision that wants to know has a resolver measured, no explanation', () => {
  const plain = setUp('round-robin');
  plain.ask(0);
  assert.deepEqual(plain.table.wanted.list(10), []);
  const { ask, table } = setUp('fewest-hops');
  ask(0, true);
  assert.deepEqual(table.wanted.list(10), []);
  ask(0);
  assert.deepEqual(
    table.wanted.list(10).map(([who]) => who),
    [client],
  );
});

test('a table is bounded: ways of many resolvers drive each other out, and none is another', () => {
  const table = createPathTable(pathMemory(64));
  for (let last = 0; last < 1_000; last += 1) {
    const path = {
      bytes: [10, 0, last >> 8, last & 255],
      datacenter: 'dc',
      completionPercent: 100,
    };
    const lives = { expires: 1_000 + last, hopsExpire: 0, hops: undefined };
    table.write({ ...path, ...lives, roundTripMilliseconds: last });
  }
  let known = 0;
  for (let last = 0; last < 1_000; last += 1) {
    const found = table.find([10, 0, last >> 8, last & 255], 'dc', 0);
    if (found === undefined) continue;
    known += 1;
    assert.equal(found.roundTripMilliseconds, last);
  }
  assert.ok(known > 0 && known <= 64, String(known));
  assert.equal(table.find([10, 0, 3, 231], 'other', 0), undefined);
});

const settings: PathSettings = {
  datacenters: ['/Common/near'],
  countsHops: true,
  protocols: ['icmp'],
  probes: 3,
  hopsSamples: 1,
  hopsTimeoutSeconds: 1,
  hopsPacketBytes: 64,
  pathMilliseconds: 10_000,
  hopsMilliseconds: 100_000,
  retryMilliseconds: 2_000,
  inactiveMilliseconds: 50_000,
  exclusions: [
    { address: { family: 4, bytes: [10, 0, 0, 0], routeDomain: 0, text: '10.0.0.0' }, length: 8 },
  ],
};

const answered = {
  address: client,
  protocol: 'icmp',
  roundTripMicroseconds: 7_000,
  completionPercent: 100,
  hops: 4,
  isRefused: false,
};

function keeperFor(more: Partial<PathSettings> = {}): PathKeeper {
  const keeper = new PathKeeper();
  keeper.configure({ ...settings, ...more });
  return keeper;
}

test('a way is measured once, again when its time is nearly over and its resolver still asks', () => {
  const keeper = keeperFor();
  keeper.want([client], 0);
  assert.deepEqual(keeper.take('/Common/near', 10, 0), [{ client, countsHops: true }]);
  assert.deepEqual(keeper.take('/Common/near', 10, 1_000), []);
  const [known] = keeper.hear('/Common/near', 'near-a', [answered], 1_000);
  assert.deepEqual(known, {
    client,
    datacenter: '/Common/near',
    roundTripMilliseconds: 7,
    completionPercent: 100,
    milliseconds: 10_000,
    hops: 4,
    hopsMilliseconds: 100_000,
  });
  assert.deepEqual(keeper.take('/Common/near', 10, 9_500), [], 'nobody asks any more');
  keeper.want([client], 9_500);
  assert.deepEqual(keeper.take('/Common/near', 10, 9_600), [{ client, countsHops: false }]);
  // Hops of before go on.
  const again = keeper.hear('/Common/near', 'near-a', [{ ...answered, hops: 0 }], 9_700);
  assert.equal(again[0]?.hops, 4);
});

test('what is not answered is known as lost, and tried again', () => {
  const keeper = keeperFor({ countsHops: false });
  keeper.want([client], 0);
  keeper.take('/Common/near', 10, 0);
  const silent = {
    ...answered,
    protocol: '',
    roundTripMicroseconds: 0,
    completionPercent: 0,
    hops: 0,
  };
  const [known] = keeper.hear('/Common/near', 'near-a', [silent], 100);
  assert.equal(known?.roundTripMilliseconds, undefined);
  assert.equal(known?.completionPercent, 0);
  keeper.want([client], 1_000);
  assert.deepEqual(keeper.take('/Common/near', 10, 1_000), []);
  keeper.want([client], 3_000);
  assert.equal(keeper.take('/Common/near', 10, 3_000).length, 1);
  // Refused by a busy device: nothing is known of it, and it is asked again.
  assert.deepEqual(keeper.hear('/Common/near', 'x', [{ ...silent, isRefused: true }], 3_001), []);
  assert.equal(keeper.take('/Common/near', 10, 6_000).length, 1);
});

test('nobody is measured who was not asked about, is left alone, or asks no method of paths', () => {
  const keeper = keeperFor();
  keeper.want(['10.1.2.3', 'no address'], 0);
  assert.deepEqual(keeper.take('/Common/near', 10, 0), []);
  assert.deepEqual(keeper.hear('/Common/near', 'x', [{ ...answered, address: '10.1.2.3' }], 1), []);
  const idle = keeperFor({ datacenters: [] });
  idle.want([client], 0);
  assert.deepEqual(idle.list(), []);
  // A flood of resolvers: bounded, the latest stay.
  const flooded = keeperFor();
  const many = Array.from(
    { length: 10_000 },
    (_, at) => `198.${18 + (at >> 16)}.${(at >> 8) & 255}.${at & 255}`,
  );
  flooded.want(many, 0);
  const asked = new Set<string>();
  for (let round = 0; round < 220; round += 1) {
    for (const way of flooded.take('/Common/near', 20, 1)) asked.add(way.client);
  }
  assert.equal(asked.size, 4_096);
  assert.ok(asked.has(many.at(-1) ?? ''));
});
