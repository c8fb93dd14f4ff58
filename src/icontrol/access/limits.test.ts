import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Clock, systemClock } from '../../platform/clock.ts';
import { systemRandom } from '../../platform/random.ts';
import { withoutEchoes } from '../wire/echoes.ts';
import { createFailedLogins, networkOf } from './failed-logins.ts';
import { createGate } from '../server/gate.ts';
import { createTokens } from './tokens.ts';
import { createTransactions } from '../tm/transactions.ts';

function clockAt(time: { now: number }): Clock {
  return {
    ...systemClock,
    wallMilliseconds: () => time.now,
    monotonicMilliseconds: () => time.now,
  };
}

test('ten requests of a user run at once, a hundred wait, more are turned away', async () => {
  const gate = createGate(() => 10, systemClock);
  let running = 0;
  let most = 0;
  const releases: (() => void)[] = [];
  const task = async (): Promise<string> => {
    running += 1;
    most = Math.max(most, running);
    await new Promise<void>((resolve) => releases.push(resolve));
    running -= 1;
    return 'done';
  };
  const passed = Array.from({ length: 110 }, () => gate.pass('a', task));
  assert.equal(await gate.pass('a', task), undefined);
  const other = gate.pass('b', () => Promise.resolve('free'));
  assert.equal(await other, 'free');
  for (let done = 0; done < 110; done += 1) {
    while (releases.length === 0) await Promise.resolve();
    releases.shift()?.();
  }
  assert.deepEqual(new Set(await Promise.all(passed)), new Set(['done']));
  assert.equal(most, 10);
  assert.equal(await gate.pass('a', () => Promise.resolve('again')), 'again');
});

test('tokens end with their time, are limited per user, and die with the password', () => {
  const time = { now: 1_000_000 };
  const tokens = createTokens(clockAt(time), systemRandom);
  const token = tokens.issue('olga', '10.0.0.1');
  assert.ok(token !== undefined);
  time.now += 1_199_000;
  assert.equal(tokens.find(token.value), token);
  assert.equal(tokens.extend(token, 36_000), true);
  time.now += 34_000_000;
  assert.equal(tokens.find(token.value), token);
  assert.equal(tokens.extend(token, 36_000), true);
  // 36,000 s after its birth it is over, however often it was extended.
  time.now = 1_000_000 + 36_000_000;
  assert.equal(tokens.find(token.value), undefined);
  const first = tokens.issue('olga', 'x');
  const others = tokens.issue('max', 'x');
  for (let count = 1; count < 100; count += 1) assert.ok(tokens.issue('olga', 'x') !== undefined);
  assert.equal(tokens.find(first?.value ?? ''), first);
  // One more takes the place of the user's own oldest, and of nobody else's.
  const last = tokens.issue('olga', 'x');
  assert.equal(tokens.find(first?.value ?? ''), undefined);
  assert.equal(tokens.find(last?.value ?? ''), last);
  assert.equal(tokens.find(others?.value ?? ''), others);
  assert.equal(tokens.of('olga').length, 100);
  tokens.removeUser('olga');
  assert.equal(tokens.of('olga').length, 0);
});

test('tokens outlive a restart as hashes; a clock that jumped makes none live longer', () => {
  const time = { now: 1_000_000 };
  let written = '';
  const memory = { load: () => written, save: (text: string) => void (written = text) };
  const before = createTokens(clockAt(time), systemRandom, { ...memory, load: () => undefined });
  const token = before.issue('olga', '10.0.0.1');
  const ended = before.issue('olga', '10.0.0.1');
  assert.ok(token !== undefined && ended !== undefined);
  before.remove(ended);
  before.close();
  assert.equal(written.includes(token.value), false);
  const after = (now: number) => createTokens(clockAt({ now }), systemRandom, memory);

  time.now += 60_000;
  const next = createTokens(clockAt(time), systemRandom, memory);
  const [listed] = next.of('olga');
  // Its name can be asked for, and lets nobody in.
  assert.equal(next.find(listed?.value ?? ''), undefined);
  assert.equal(next.named(listed?.value ?? ''), listed);
  assert.equal(next.find(token.value)?.user, 'olga');
  assert.equal(next.find(ended.value), undefined);
  time.now += 1_140_000;
  assert.equal(next.find(token.value), undefined);

  assert.equal(after(2_200_001).find(token.value), undefined);
  const early = { now: 500_000 };
  const back = createTokens(clockAt(early), systemRandom, memory);
  assert.ok(back.find(token.value) !== undefined);
  early.now += 1_200_000;
  assert.equal(back.find(token.value), undefined);
});

test('who waits too long for a turn is told so, and a raised limit counts at once', async () => {
  const waits: (() => void)[] = [];
  const clock: Clock = {
    ...systemClock,
    after(_delay, task) {
      waits.push(task);
      return () => undefined;
    },
  };
  let limit = 1;
  const gate = createGate(() => limit, clock);
  let release = (): void => undefined;
  const slow = gate.pass(
    'a',
    () => new Promise<string>((resolve) => (release = () => resolve('slow'))),
  );
  const second = gate.pass('a', () => Promise.resolve('second'));
  waits[0]?.();
  assert.equal(await second, undefined);
  limit = 2;
  assert.equal(await gate.pass('a', () => Promise.resolve('third')), 'third');
  release();
  assert.equal(await slow, 'slow');
});

test('a transaction ends after 120 idle seconds and belongs to its user', () => {
  const time = { now: 0 };
  const transactions = createTransactions(clockAt(time));
  const id = String(transactions.open('olga')?.id);
  assert.equal(transactions.find(id, 'max'), undefined);
  time.now += 119_000;
  assert.ok(transactions.find(id, 'olga') !== undefined);
  time.now += 119_000;
  assert.ok(transactions.find(id, 'olga') !== undefined);
  time.now += 120_001;
  assert.equal(transactions.find(id, 'olga'), undefined);
});

test('an echo stays unset; an order does not', () => {
  const effective = { ttl: 30, methods: ['GET'], block: { a: 1, b: 2 }, held: 5 };
  const given = { ttl: '30', methods: [], block: { a: 1, b: 3 }, held: 5, empty: [] };
  assert.deepEqual(withoutEchoes(given, effective, { held: 5 }), {
    methods: [],
    block: { b: 3 },
    held: 5,
  });
});

test('wrong passwords cost more each time, then lock that user from that address only', () => {
  const time = { now: 0 };
  const logins = createFailedLogins(clockAt(time));
  const delays = Array.from({ length: 10 }, () => logins.failed('olga', 'a'));
  assert.deepEqual(delays, [0, 0, 250, 500, 1000, 2000, 4000, 4000, 4000, 4000]);
  assert.equal(logins.isLocked('olga', 'a'), true);
  assert.equal(logins.isLocked('olga', 'b'), false);
  assert.equal(logins.isLocked('max', 'a'), false);
  time.now += 60_000;
  assert.equal(logins.isLocked('olga', 'a'), false);
  logins.failed('max', 'a');
  logins.failed('max', 'a');
  logins.succeeded('max', 'a');
  assert.equal(logins.failed('max', 'a'), 0);
});

test('who tries many users from one network is slowed down, and never locked', () => {
  const time = { now: 0 };
  const logins = createFailedLogins(clockAt(time));
  const address = (last: number): string => `2001:db8:1:2::${last.toString(16)}`;
  for (let user = 0; user < 20; user += 1) {
    assert.equal(logins.failed(`u${user}`, address(user)), 0);
  }
  assert.equal(logins.failed('u20', address(20)), 250);
  for (let user = 21; user < 100; user += 1) logins.failed(`u${user}`, address(user));
  assert.equal(logins.failed('somebody', address(5)), 4000);
  assert.equal(logins.isLocked('admin', address(5)), false);
  assert.equal(logins.failed('somebody', '2001:db8:1:3::1'), 0);
  time.now += 300_000;
  assert.equal(logins.failed('somebody else', address(5)), 0);
});

test('networks: IPv4 addresses are alone, IPv6 addresses come in /64', () => {
  assert.equal(networkOf('198.18.0.1'), '198.18.0.1');
  assert.equal(networkOf('2001:db8:1:2:3:4:5:6'), '2001:db8:1:2');
  assert.equal(networkOf('2001:db8::1'), '2001:db8:0:0');
  assert.equal(networkOf('::1'), '0:0:0:0');
});
