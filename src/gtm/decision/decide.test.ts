import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { member, pool, snapshot, wideIp } from '../test-support.ts';
import { compileSnapshot, type CompiledSnapshot } from './compile.ts';
import { decide } from './decide.ts';
import type { Decision } from './decision.ts';
import { matchesPattern } from './pattern.ts';
import type { GtmSnapshot, Method, SnapshotMember, SnapshotPool } from './snapshot-types.ts';

const name = 'www.example.com';

function ask(
  compiled: CompiledSnapshot,
  more: { key?: string; client?: string; now?: number; type?: 'a' | 'aaaa' } = {},
): Decision {
  return decide(compiled, { key: name, type: 'a', client: '198.51.100.7', now: 0, ...more });
}

/** Names of the members answered, or the kind of what happened instead. */
function answered(decision: Decision): string {
  return decision.kind === 'records'
    ? decision.members.map((one) => one.data.name).join(' ') || 'fallback-ip'
    : decision.kind;
}

function times(compiled: CompiledSnapshot, count: number, client?: string): string[] {
  return Array.from({ length: count }, () => answered(ask(compiled, client ? { client } : {})));
}

function tally(names: readonly string[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const one of names) counts[one] = (counts[one] ?? 0) + 1;
  return counts;
}

const a = member('a', '192.0.2.1');
const b = member('b', '192.0.2.2');
const c = member('c', '192.0.2.3');
const down = (one: SnapshotMember): SnapshotMember => ({
  ...one,
  available: false,
  reason: 'down',
});
const off = (one: SnapshotMember): SnapshotMember => ({
  ...one,
  enabled: false,
  reason: 'disabled',
});

function onePool(
  members: readonly SnapshotMember[],
  more: Partial<SnapshotPool> = {},
): CompiledSnapshot {
  return compileSnapshot(snapshot([pool('p', members, more)], [wideIp(name, [0])]));
}

test('round robin goes round over what is available, and goes on there after a new snapshot', () => {
  const compiled = onePool([a, down(b), c]);
  assert.deepEqual(times(compiled, 4), ['a', 'c', 'a', 'c']);
  const next = compileSnapshot(snapshot([pool('p', [a, b, c])], [wideIp(name, [0])]), compiled);
  assert.deepEqual(times(next, 3), ['a', 'b', 'c']);
});

test('ratio is exact over each sum of the ratios', () => {
  fc.assert(
    fc.property(
      fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 1, maxLength: 5 }),
      (ratios) => {
        const members = ratios.map((ratio, index) =>
          member(`m${index}`, `192.0.2.${index}`, { ratio }),
        );
        const compiled = onePool(members, { preferred: 'ratio' });
        const sum = ratios.reduce((total, ratio) => total + ratio, 0);
        const counts = tally(times(compiled, sum * 3));
        assert.deepEqual(
          counts,
          Object.fromEntries(ratios.map((ratio, index) => [`m${index}`, ratio * 3])),
        );
      },
    ),
  );
});

test('ratio between pools, too', () => {
  const pools = [pool('p', [a]), pool('q', [b]), pool('r', [down(c)])];
  const parts = wideIp(name, [], {
    mode: 'ratio',
    pools: [
      { pool: 0, ratio: 1 },
      { pool: 1, ratio: 3 },
      { pool: 2, ratio: 9 },
    ],
  });
  assert.deepEqual(tally(times(compileSnapshot(snapshot(pools, [parts])), 40)), { a: 10, b: 30 });
});

test('global availability: the first that is available, of pools and of members', () => {
  const first = pool('p', [down(a), off(b), c], { preferred: 'global-availability' });
  assert.deepEqual(
    times(compileSnapshot(snapshot([first, pool('q', [a])], [wideIp(name, [0, 1])])), 3),
    ['c', 'c', 'c'],
  );
  const gone = pool('p', [down(c)]);
  assert.deepEqual(
    times(compileSnapshot(snapshot([gone, pool('q', [a])], [wideIp(name, [0, 1])])), 2),
    ['a', 'a'],
  );
});

test('a pool whose members are all down is no candidate: the other site answers, and it comes back', () => {
  const both = (nyc: SnapshotMember): GtmSnapshot =>
    snapshot([pool('nyc', [nyc]), pool('lon', [b])], [wideIp(name, [0, 1])]);
  let compiled = compileSnapshot(both(a));
  assert.equal(answered(ask(compiled)), 'a');
  compiled = compileSnapshot(both(down(a)), compiled);
  assert.equal(answered(ask(compiled)), 'b');
  compiled = compileSnapshot(both(a), compiled);
  assert.equal(answered(ask(compiled)), 'a');
});

test('never a member that is down or disabled while a usable one exists', () => {
  const someMember = fc.record({
    enabled: fc.boolean(),
    available: fc.boolean(),
    ratio: fc.nat(3),
  });
  const methods: Method[] = [
    'round-robin',
    'ratio',
    'global-availability',
    'static-persistence',
    'topology',
  ];
  fc.assert(
    fc.property(
      fc.array(fc.array(someMember, { minLength: 1, maxLength: 4 }), {
        minLength: 1,
        maxLength: 3,
      }),
      fc.constantFrom(...methods),
      fc.constantFrom<Method>('round-robin', 'fallback-ip', 'return-to-dns', 'none'),
      fc.constantFrom('round-robin' as const, 'ratio' as const, 'global-availability' as const),
      fc.integer({ min: 1, max: 3 }),
      (shapes, preferred, fallback, mode, maxAnswers) => {
        const pools = shapes.map((members, p) =>
          pool(
            `p${p}`,
            members.map((one, m) => member(`p${p}m${m}`, `10.0.${p}.${m}`, one)),
            { preferred, fallback, maxAnswers },
          ),
        );
        const wide = wideIp(
          name,
          shapes.map((_, index) => index),
          { mode },
        );
        const compiled = compileSnapshot(snapshot(pools, [wide]));
        const isUsable = shapes.flat().some((one) => one.enabled && one.available);
        for (let round = 0; round < 5; round += 1) {
          const decision = ask(compiled, { client: `198.51.100.${round}` });
          if (!isUsable) continue;
          assert.ok(decision.kind === 'records');
          assert.ok(decision.members.length >= 1 && decision.members.length <= maxAnswers);
          assert.equal(new Set(decision.members).size, decision.members.length);
          for (const one of decision.members) assert.ok(one.data.enabled && one.data.available);
        }
      },
    ),
  );
});

test('fallback does not look at availability, unless told to; a disabled member is never given', () => {
  const members = [down(a), off(b)];
  assert.deepEqual(times(onePool(members, { fallback: 'round-robin' }), 2), ['a', 'a']);
  assert.deepEqual(times(onePool(members), 1), ['return-to-dns']);
  const strict = snapshot([pool('p', members, { fallback: 'round-robin' })], [wideIp(name, [0])], {
    fallbackRespectsAvailability: true,
  });
  assert.equal(answered(ask(compileSnapshot(strict))), 'return-to-dns');
  const ip = { address: '192.0.2.99', bytes: [192, 0, 2, 99] };
  const decision = ask(onePool(members, { fallback: 'fallback-ip', fallbackIp: ip }));
  assert.ok(decision.kind === 'records');
  assert.deepEqual([...(decision.records[0] ?? [])], ip.bytes);
  assert.equal(answered(ask(onePool(members, { fallback: 'drop-packet' }))), 'drop');
});

test('verify-member-availability disabled: what is down is handed out, what is disabled is not', () => {
  assert.deepEqual(times(onePool([down(a), down(b), off(c)], { verifiesAvailability: false }), 3), [
    'a',
    'b',
    'a',
  ]);
});

test('the last-resort pool comes after the others and before their fallback methods', () => {
  const pools = [pool('p', [down(a)], { fallback: 'round-robin' }), pool('last', [b])];
  const wide = wideIp(name, [0], { lastResort: 1 });
  assert.equal(answered(ask(compileSnapshot(snapshot(pools, [wide])))), 'b');
  const dead = [pools[0] ?? pool('p', []), pool('last', [down(b)])];
  assert.equal(answered(ask(compileSnapshot(snapshot(dead, [wide])))), 'a');
});

test('failure-rcode when nothing can be picked', () => {
  const failure = { code: 3, ttlSeconds: 5 };
  const dead = pool('p', [down(a)], { fallback: 'none' });
  const compiled = compileSnapshot(snapshot([dead], [wideIp(name, [0], { failure })]));
  const decision = ask(compiled);
  assert.deepEqual(decision.kind === 'failure' && [decision.code, decision.ttlSeconds], [3, 5]);
  const empty = compileSnapshot(snapshot([], [wideIp(name, [], { failure })]));
  assert.equal(ask(empty).kind, 'failure');
  assert.equal(ask(compileSnapshot(snapshot([], [wideIp(name, [])]))).kind, 'return-to-dns');
});

test('methods that need measurements fall to the alternate', () => {
  const compiled = onePool([a, b], {
    preferred: 'lowest-round-trip-time',
    alternate: 'global-availability',
  });
  const decision = ask(compiled);
  assert.ok(decision.kind === 'records');
  assert.deepEqual([decision.stage, answered(decision)], ['alternate', 'a']);
});

test('persistence: the same resolver gets the same member until the record ends, or the member does', () => {
  const persistence = { seconds: 60, cidrIpv4: 24, cidrIpv6: 64 };
  const build = (first: SnapshotMember): GtmSnapshot =>
    snapshot([pool('p', [first, b])], [wideIp(name, [0], { persistence })]);
  let compiled = compileSnapshot(build(a));
  assert.deepEqual(times(compiled, 3, '198.51.100.1'), ['a', 'a', 'a']);
  assert.equal(answered(ask(compiled, { client: '198.51.100.200' })), 'a', 'same network');
  assert.equal(
    answered(ask(compiled, { client: '203.0.113.1' })),
    'b',
    'another network takes the next',
  );
  assert.equal(
    answered(ask(compiled, { client: '198.51.100.1', now: 60_001 })),
    'a',
    'the record has ended: its turn',
  );
  assert.equal(ask(compiled, { client: '198.51.100.1', now: 60_002 }).kind, 'records');
  compiled = compileSnapshot(build(off(a)), compiled);
  assert.equal(answered(ask(compiled, { client: '198.51.100.1', now: 60_003 })), 'a', 'drained');
  compiled = compileSnapshot(build(down(a)), compiled);
  assert.equal(answered(ask(compiled, { client: '198.51.100.1', now: 60_004 })), 'b');
});

test('persistence: a lowered time holds from the next question on', () => {
  const build = (seconds: number): GtmSnapshot => {
    const persistence = { seconds, cidrIpv4: 32, cidrIpv6: 128 };
    return snapshot([pool('p', [a, b])], [wideIp(name, [0], { persistence })]);
  };
  const client = '198.51.100.1';
  let compiled = compileSnapshot(build(3_600));
  assert.equal(answered(ask(compiled, { client, now: 0 })), 'a');
  compiled = compileSnapshot(build(10), compiled);
  assert.equal(answered(ask(compiled, { client, now: 1_000 })), 'a');
  const [record] = compiled.persistence.list(1_001);
  assert.equal(record?.expires, 11_000);
  // It is not begun anew by each question.
  assert.equal(answered(ask(compiled, { client, now: 10_999 })), 'a');
  assert.equal(answered(ask(compiled, { client, now: 11_001 })), 'b');
});

test('static persistence: a member that goes down moves only its own resolvers', () => {
  const clients = Array.from({ length: 200 }, (_, index) => `198.51.${index % 7}.${index}`);
  const choose = (members: SnapshotMember[]): string[] => {
    const compiled = onePool(members, { preferred: 'static-persistence' });
    return clients.map((client) => answered(ask(compiled, { client })));
  };
  const before = choose([a, b, c]);
  const after = choose([a, down(b), c]);
  for (const [index, was] of before.entries()) {
    if (was !== 'b') assert.equal(after[index], was);
  }
  for (const one of ['a', 'b', 'c']) assert.ok((tally(before)[one] ?? 0) > 40, 'spread evenly');
});

test('names: exact before alias before wildcard; the longer wildcard first', () => {
  const wides = [
    wideIp('*.example.com', [0], { name: 'wide' }),
    wideIp('*.shop.example.com', [0], { name: 'narrow' }),
    wideIp('www.example.com', [0], {
      name: 'exact',
      aliases: ['alias.example.com', 'a?.example.com'],
    }),
    wideIp('other.example.com', [0], { name: 'other', aliases: ['www.example.com'] }),
  ];
  const compiled = compileSnapshot(snapshot([pool('p', [a])], wides));
  const found = (key: string): string => {
    const decision = ask(compiled, { key });
    return decision.kind === 'none' ? 'none' : decision.wideIp.data.name;
  };
  assert.equal(found('www.example.com'), 'exact');
  assert.equal(found('alias.example.com'), 'exact');
  assert.equal(found('a1.example.com'), 'exact');
  assert.equal(found('deep.er.example.com'), 'wide');
  assert.equal(found('x.shop.example.com'), 'narrow');
  assert.equal(found('example.com'), 'none');
  assert.equal(ask(compiled, { type: 'aaaa' }).kind, 'none');
  const disabled = compileSnapshot(
    snapshot([pool('p', [a])], [wideIp(name, [0], { enabled: false })]),
  );
  assert.equal(ask(disabled).kind, 'none');
});

test('patterns', () => {
  assert.ok(matchesPattern('*', 'a.b'));
  assert.ok(matchesPattern('a*b*c', 'aXXbYYbc'));
  assert.ok(!matchesPattern('a*b?', 'aXb'));
  fc.assert(
    fc.property(
      fc.stringMatching(/^[ab*?]{0,8}$/),
      fc.stringMatching(/^[ab]{0,8}$/),
      (pattern, text) => {
        const regex = new RegExp(`^${pattern.replaceAll('*', '.*').replaceAll('?', '.')}$`);
        assert.equal(matchesPattern(pattern, text), regex.test(text));
      },
    ),
  );
});

test('explaining takes nobody’s turn', () => {
  const compiled = onePool([a, b, c], { preferred: 'ratio' });
  for (let round = 0; round < 7; round += 1) {
    const query = { key: name, type: 'a', client: '198.51.100.7', now: 0 } as const;
    const foretold = answered(decide(compiled, query, [], true));
    assert.equal(answered(decide(compiled, query, [], true)), foretold);
    assert.equal(answered(decide(compiled, query)), foretold);
  }
});
