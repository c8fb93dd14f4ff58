/** The fast way and the whole engine, side by side: same world, same questions, same bytes, same counters. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { present } from '../../base/assert.ts';
import { readTopologyRecord } from '../decision/place.ts';
import { compileSnapshot, patchCompiled } from '../decision/compile.ts';
import { persistenceMemory } from '../decision/persistence.ts';
import type { GtmSnapshot, SnapshotPool, SnapshotWideIp } from '../decision/snapshot-types.ts';
import { defaultDnsProfile } from '../protocol.ts';
import { member, nameData, pool, queryPacket, snapshot, wideIp } from '../test-support.ts';
import { answerPacket } from './answer.ts';
import type { AnswerEngine } from './engine.ts';
import { createFastAnswer, unanswered } from './fast.ts';
import { HeldAnswers } from './held-answers.ts';
import type { Slots } from './slots.ts';
import { createResolvers, resolverMemory } from './resolvers.ts';
import { createResponseRate } from './response-rate.ts';
import { createSigner } from './signer.ts';
import { zoneNewsMemory } from './zone-news.ts';
import { createCounterSum } from './counter-sum.ts';
import { createTally, reportOf } from './tally.ts';

const slotBytes = 4096;
const isLong = process.env['EVENKEEL_TEST_LONG'] !== undefined;
const secret = Uint8Array.from({ length: 16 }, (_, index) => index * 7);

function engineWith(parts: GtmSnapshot): AnswerEngine {
  return {
    snapshot: compileSnapshot(parts, undefined, undefined, { persistence: persistenceMemory(256) }),
    explainClients: [],
    cookieSecret: secret,
    serverName: 'here',
    signer: createSigner(),
    rate: createResponseRate(),
    unixSeconds: () => 1_559_731_985,
    tally: createTally(),
  };
}

interface Asked {
  readonly bytes: Uint8Array;
  readonly client: readonly number[];
  readonly now: number;
}

/** Undefined: it was left to the whole engine. */
function fastWay(
  engine: AnswerEngine,
): ((asked: Asked) => Uint8Array | undefined) & { settle(most?: number): void } {
  const data = new Uint8Array(slotBytes);
  const names = new Uint8Array(32);
  const slots: Slots = {
    data,
    names,
    start: () => 0,
    sender: { isIpv4: () => true, at: () => 4 },
  };
  const fast = createFastAnswer({
    engine,
    resolvers: createResolvers(resolverMemory(1024)),
    isTapped: () => false,
    held: new HeldAnswers(zoneNewsMemory()),
    clientOf: () => [...names.subarray(4, 8)].join('.'),
  });
  const ask = ({ bytes, client, now }: Asked): Uint8Array | undefined => {
    // What stood there before must not show through.
    data.fill(0xaa);
    data.set(bytes);
    names.set(client, 4);
    fast.begin(now);
    const length = fast.answer(slots, 0, bytes.length, defaultDnsProfile, undefined);
    if (length === unanswered) {
      assert.deepEqual(data.slice(0, bytes.length), bytes, 'the question is left as it was');
      return undefined;
    }
    return data.slice(0, length);
  };
  return Object.assign(ask, { settle: (most?: number) => fast.settle(most) });
}

function wholeWay(engine: AnswerEngine, { bytes, client, now }: Asked): Uint8Array | string {
  const profile = defaultDnsProfile;
  const packet = { bytes, client: client.join('.'), transport: 'udp', profile, now } as const;
  const outcome = answerPacket(engine, packet);
  return outcome.kind === 'reply' ? outcome.bytes : outcome.kind;
}

const methods = [
  'round-robin',
  'ratio',
  'global-availability',
  'topology',
  'return-to-dns',
] as const;
const modes = ['round-robin', 'ratio', 'global-availability', 'topology'] as const;

const mostly = fc.integer({ min: 0, max: 4 }).map((value) => value > 0);

const anyPool = (name: string): fc.Arbitrary<SnapshotPool> =>
  fc
    .record({
      members: fc.array(
        fc.record({ up: mostly, on: mostly, ratio: fc.integer({ min: 0, max: 5 }) }),
        { minLength: 1, maxLength: 5 },
      ),
      preferred: fc.constantFrom(...methods),
      enabled: fc.boolean().map((value) => value || name === '/Common/p0'),
      verifiesAvailability: fc.boolean(),
      maxAnswers: fc.constantFrom(1, 1, 2, 4, 60),
      many: fc.boolean(),
    })
    .map(({ enabled, many, maxAnswers, members, preferred, verifiesAvailability }) => {
      const list = many ? [...members, ...members, ...members, ...members, ...members] : members;
      const made = list.map(({ on, ratio, up }, index) =>
        member(`${name}:m${index}`, `192.0.2.${index + 1}`, {
          available: up,
          enabled: on,
          ratio,
          datacenter: `/Common/dc${index % 2}`,
        }),
      );
      return pool(name, made, { enabled, maxAnswers, preferred, verifiesAvailability });
    });

const anyWideIp = (index: number): fc.Arbitrary<SnapshotWideIp> =>
  fc
    .record({
      mode: fc.constantFrom(...modes),
      pools: fc.uniqueArray(fc.constantFrom(0, 1, 2), { minLength: 1, maxLength: 3 }),
      ratio: fc.integer({ min: 1, max: 3 }),
      lastResort: fc.option(fc.constant(2), { nil: undefined }),
      persists: fc.boolean(),
      isMinimal: fc.integer({ min: 0, max: 3 }).map((value) => value > 0),
      enabled: fc.integer({ min: 0, max: 5 }).map((value) => value > 0),
      hasAlias: fc.boolean(),
    })
    .map(({ enabled, hasAlias, isMinimal, lastResort, mode, persists, pools, ratio }) =>
      wideIp(`w${index}.example.com`, pools, {
        mode,
        enabled,
        isMinimal,
        aliases: hasAlias ? [`alias${index}.example.org`, '*.wild.example.org'] : [],
        pools: pools.map((one) => ({ pool: one, ratio: ratio + one })),
        ...(lastResort !== undefined && { lastResort }),
        ...(persists && { persistence: { seconds: 5, cidrIpv4: 24, cidrIpv6: 64 } }),
      }),
    );

const records = [
  'ldns: subnet 198.51.100.0/24 server: datacenter /Common/dc1',
  'ldns: subnet 198.51.0.0/16 server: datacenter /Common/dc0',
  'ldns: not subnet 203.0.113.0/24 server: pool /Common/p1',
  'ldns: subnet 203.0.113.0/24 server: pool /Common/p2',
].map((name, index) => readTopologyRecord(name, 10 + index));

const anyWorld: fc.Arbitrary<GtmSnapshot> = fc
  .record({
    pools: fc.tuple(anyPool('/Common/p0'), anyPool('/Common/p1'), anyPool('/Common/p2')),
    wideIps: fc.tuple(anyWideIp(0), anyWideIp(1)),
    hasTopology: fc.boolean(),
    allowsZero: fc.boolean(),
  })
  .map(({ allowsZero, hasTopology, pools, wideIps }) => ({
    ...snapshot(pools, wideIps, { topologyAllowsZeroScores: allowsZero }),
    topology: {
      records: hasTopology ? records.flatMap((record) => record ?? []) : [],
      regions: [],
    },
  }));

const options = [
  [],
  [0, 10, 0, 8, 1, 2, 3, 4, 5, 6, 7, 8],
  [0, 10, 0, 16, 1, 2, 3, 4, 5, 6, 7, 8, 1, 2, 3, 4, 5, 6, 7, 8],
  [0, 10, 0, 4, 1, 2, 3, 4],
  [0, 3, 0, 0],
  [0, 8, 0, 7, 0, 1, 24, 0, 198, 51, 100],
] as const;

const seldom = <T>(arbitrary: fc.Arbitrary<T>): fc.Arbitrary<T | undefined> =>
  fc.oneof({ weight: 9, arbitrary: fc.constant(undefined) }, { weight: 1, arbitrary });

const anyQuestion: fc.Arbitrary<Asked> = fc
  .record({
    name: fc.constantFrom(
      'w0.example.com',
      'W1.eXample.com',
      'w0.example.com',
      'W1.eXample.com',
      'alias0.example.org',
      'x.wild.example.org',
      'nothing.example.net',
      '',
    ),
    type: fc.oneof({ weight: 9, arbitrary: fc.constant(1) }, fc.constantFrom(28, 5, 15, 255)),
    class: fc.oneof({ weight: 19, arbitrary: fc.constant(1) }, fc.constant(3)),
    flags: fc.oneof(
      { weight: 19, arbitrary: fc.constantFrom(0, 0x0100, 0x0110, 0x0120) },
      fc.constantFrom(0x2800, 0x8000),
    ),
    payload: fc.constantFrom(undefined, 0, 512, 1232, 4096),
    dnssecOk: fc.boolean(),
    option: fc.constantFrom(...options),
    damage: seldom(fc.tuple(fc.nat(80), fc.nat(255))),
    cut: seldom(fc.nat(60)),
    client: fc.constantFrom([198, 51, 100, 7], [203, 0, 113, 9], [192, 0, 2, 77]),
    now: fc.constantFrom(0, 1_000, 9_000),
  })
  .map(({ client, cut, damage, dnssecOk, now, option, payload, ...parts }) => {
    const bytes = queryPacket(parts.name, parts.type, {
      class: parts.class,
      flags: parts.flags,
      ...(payload !== undefined && { payload, options: Uint8Array.from(option) }),
    });
    // DO is the highest bit of the third byte of the OPT record's TTL.
    const dnssecAt = bytes.length - 4 - option.length;
    if (payload !== undefined && dnssecOk) bytes[dnssecAt] = 0x80;
    if (damage !== undefined) bytes[damage[0] % bytes.length] = damage[1];
    return { bytes: cut === undefined ? bytes : bytes.slice(0, cut), client, now };
  });

test('the fast way answers as the whole engine does, and counts the same', () => {
  let answered = 0;
  fc.assert(
    fc.property(
      anyWorld,
      fc.array(anyQuestion, { minLength: 10, maxLength: 60, size: 'max' }),
      (world, asked) => {
        const one = engineWith(world);
        const other = engineWith(world);
        const fast = fastWay(one);
        for (const question of asked.toSorted((a, b) => a.now - b.now)) {
          const quick = fast(question);
          const slow = wholeWay(other, question);
          if (quick === undefined) assert.deepEqual(wholeWay(one, question), slow);
          else {
            answered += 1;
            assert.deepEqual(quick, slow);
          }
          // As it happens in between, for the counters.
          if (question.bytes.length % 3 === 0) fast.settle(1);
        }
        fast.settle();
        assert.deepEqual(reportFrom(one), reportFrom(other));
      },
    ),
    { numRuns: isLong ? 5_000 : 100 },
  );
  assert.ok(answered > 100, `${answered} were answered by the fast way`);
});

test('what changes is decided anew, what does not is kept, and nobody can tell', () => {
  fc.assert(
    fc.property(
      anyWorld,
      fc.array(
        fc.tuple(
          fc.nat(2),
          fc.option(fc.nat(4)),
          fc.array(anyQuestion, { maxLength: 15, size: 'max' }),
        ),
        { minLength: 2, maxLength: 4, size: 'max' },
      ),
      (world, changes) => {
        const one = engineWith(world);
        const other = engineWith(world);
        const fast = fastWay(one);
        let now = world;
        for (const [at, downAt, asked] of changes) {
          const before = present(now.pools[at], 'pool');
          const isUp = (index: number): boolean => downAt !== null && index !== downAt;
          const members = before.members.map((one, index) => ({ ...one, available: isUp(index) }));
          const next = { ...before, ttlSeconds: 7 + at, members };
          const pools = now.pools.with(at, next);
          now = { ...now, pools };
          fast.settle();
          one.snapshot = compileSnapshot(now, one.snapshot);
          // The same, of data that is not: nothing of it can be kept as it is.
          other.snapshot = compileSnapshot(structuredClone(now), other.snapshot);
          for (const question of asked) {
            const quick = fast({ ...question, now: 0 });
            const slow = wholeWay(other, { ...question, now: 0 });
            assert.deepEqual(quick ?? wholeWay(one, { ...question, now: 0 }), slow);
          }
        }
        fast.settle();
        assert.deepEqual(reportFrom(one), reportFrom(other));
      },
    ),
    { numRuns: isLong ? 2_000 : 60 },
  );
});

test('pools and wide IPs that did not change are those from before', () => {
  const pools = [0, 1].map((index) =>
    pool(`/Common/p${index}`, [member('/Common/s:v', '192.0.2.1')]),
  );
  const world = snapshot(pools, [wideIp('a.example.com', [0]), wideIp('b.example.com', [1])]);
  const before = compileSnapshot(world);
  assert.equal(before.wideIps.map((one) => one.pools.length).join(), '1,1');
  const changed = { ...present(pools[1], 'pool'), available: false };
  const after = compileSnapshot({ ...world, pools: [present(pools[0], 'pool'), changed] }, before);
  assert.equal(after.wideIps[0], before.wideIps[0]);
  assert.notEqual(after.wideIps[1], before.wideIps[1]);
  assert.equal(after.wideIps[1]?.pools[0]?.pool.data.available, false);
  assert.equal(after.index, before.index);
});

function reportFrom({ snapshot: { pools, wideIps }, tally }: AnswerEngine): unknown {
  return reportOf(wideIps, pools, tally.traffic);
}

test('every type of wide IP', () => {
  const kinds = [
    ['cname', 5, nameData('target.example.net')],
    ['mx', 15, Uint8Array.of(0, 10, ...nameData('mail.example.net'))],
    ['aaaa', 28, Uint8Array.from({ length: 16 }, (_, index) => index)],
  ] as const;
  for (const [type, number, data] of kinds) {
    const made = { ...member('/Common/s:v', '192.0.2.1'), bytes: [...data] };
    const world = snapshot(
      [pool('/Common/p', [made], { type })],
      [wideIp('www.example.com', [0], { type })],
    );
    const question = {
      bytes: queryPacket('wWw.example.com', number, { payload: 1232 }),
      client: [198, 51, 100, 7],
      now: 0,
    };
    const quick = fastWay(engineWith(world))(question);
    assert.deepEqual(quick, wholeWay(engineWith(world), question), type);
  }
});

test('counters are told in slices, and all of them in the end', () => {
  const count = 25;
  const engine = engineWith(
    snapshot(
      Array.from({ length: count }, (_, index) =>
        pool(`/Common/p${index}`, [member('/Common/s:v', '192.0.2.1')]),
      ),
      Array.from({ length: count }, (_, index) => wideIp(`w${index}.example.com`, [index])),
    ),
  );
  const fast = fastWay(engine);
  const ask = (): void => {
    for (let index = 0; index < count; index += 1) {
      const bytes = queryPacket(`w${index}.example.com`, 1);
      assert.ok(fast({ bytes, client: [198, 51, 100, 7], now: 0 }));
    }
  };
  const sum = createCounterSum();
  const requests = new Map<string, number>();
  const tell = (): boolean => {
    fast.settle(10);
    const own = engine.tally.takeChanges(10);
    if (own !== undefined) sum.take(0, own);
    const told = sum.takeChanges(4);
    assert.ok((told?.wideIps.length ?? 0) <= 4);
    for (const { counts, name } of told?.wideIps ?? []) requests.set(name, counts.requests);
    return told !== undefined;
  };
  ask();
  tell();
  ask();
  while (tell());
  assert.deepEqual(
    [...requests.values()],
    Array.from({ length: count }, () => 2),
  );
});

const turnMethods = ['round-robin', 'global-availability'] as const;

/** Pools that only one wide IP has, asked for again and again. */
const anyTurns = fc.array(
  fc.record({
    mode: fc.constantFrom(...turnMethods),
    method: fc.constantFrom(...turnMethods),
    up: fc.array(mostly, { minLength: 1, maxLength: 4 }),
    maxAnswers: fc.integer({ min: 1, max: 5 }),
    isSecond: fc.boolean(),
  }),
  { minLength: 2, maxLength: 2 },
);

const anyStep = fc.oneof(
  { weight: 12, arbitrary: fc.record({ kind: fc.constant('ask' as const), at: fc.nat(1) }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('whole' as const), at: fc.nat(1) }) },
  { weight: 3, arbitrary: fc.record({ kind: fc.constant('settle' as const), at: fc.nat(1) }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('patch' as const), at: fc.nat(7) }) },
);

type Turns = typeof anyTurns extends fc.Arbitrary<infer T> ? T : never;

function turnWorld(turns: Turns): GtmSnapshot {
  const made = turns.flatMap(({ maxAnswers, method, up }, index) =>
    [0, 1].map((which) => {
      const members = up.map((available, at) =>
        member(`/Common/s${index}:v${at}`, `192.0.2.${10 * index + at}`, { available }),
      );
      const name = `/Common/p${index}${which}`;
      return pool(name, members, { maxAnswers, preferred: method, available: which === 1 });
    }),
  );
  const wideIps = turns.map(({ isSecond, mode }, index) => {
    const places = isSecond ? [2 * index, 2 * index + 1] : [2 * index + 1];
    return wideIp(`w${index}.example.com`, places, { mode });
  });
  return snapshot(made, wideIps);
}

test('answers that are ready take the turns of the whole engine, and are counted as there', () => {
  let answered = 0;
  fc.assert(
    fc.property(anyTurns, fc.array(anyStep, { maxLength: 80, size: 'max' }), (turns, steps) => {
      const world = turnWorld(turns);
      const one = engineWith(world);
      const other = engineWith(world);
      const fast = fastWay(one);
      for (const { at, kind } of steps) {
        if (kind === 'settle') fast.settle(at);
        else if (kind === 'patch') {
          const place = at % 4;
          const [former] = present(other.snapshot.pools[place], 'pool').data.members;
          const was = present(former, 'member');
          const turned = { ...was, available: !was.available };
          const members = [{ place: 0, member: turned }];
          const patches = [{ place, available: at > 3, reason: '', members }];
          fast.settle();
          one.snapshot = patchCompiled(one.snapshot, patches);
          other.snapshot = patchCompiled(other.snapshot, patches);
        } else {
          const options = kind === 'whole' ? { options: Uint8Array.of(0, 3, 0, 0) } : {};
          const bytes = queryPacket(`w${at}.example.com`, 1, { payload: 1232, ...options });
          const asked = { bytes, client: [198, 51, 100, 7], now: 0 };
          const quick = fast(asked);
          if (quick !== undefined) answered += 1;
          assert.deepEqual(quick ?? wholeWay(one, asked), wholeWay(other, asked));
        }
      }
      fast.settle();
      assert.deepEqual(reportFrom(one), reportFrom(other));
    }),
    { numRuns: isLong ? 5_000 : 150 },
  );
  assert.ok(answered > 500, `${answered} were answered by the fast way`);
});
