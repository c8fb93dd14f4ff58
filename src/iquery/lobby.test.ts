import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createLobby, gatherMilliseconds, type Guest } from './lobby.ts';

/** A clock moved by hand. */
function handClock() {
  const timers = new Set<{ at: number; task: () => void }>();
  let now = 0;
  return {
    after(milliseconds: number, task: () => void) {
      const timer = { at: now + milliseconds, task };
      timers.add(timer);
      return () => void timers.delete(timer);
    },
    pass(milliseconds: number): void {
      const end = now + milliseconds;
      for (;;) {
        const [next] = [...timers].toSorted((a, b) => a.at - b.at);
        if (next === undefined || next.at > end) break;
        timers.delete(next);
        now = next.at;
        next.task();
      }
      now = end;
    },
  };
}

function openLobby() {
  const clock = handClock();
  const opened: string[] = [];
  const state = { answered: [] as string[] };
  const lobby = createLobby<Guest>({
    clock,
    others: () => 2,
    isInCompany: () => opened.length > 0,
    onGather: () => undefined,
    isCallAnswered: (waiting) => state.answered.some((device) => !waiting.has(device)),
    open: ({ device }) => void opened.push(device),
  });
  const arrive = (device: string): boolean => lobby.keeps({ device, relation: 'trust-domain' });
  return { clock, opened, state, arrive };
}

test('the first member waits for the second, and no longer', () => {
  const { clock, opened, arrive } = openLobby();
  assert.equal(arrive('b'), true);
  clock.pass(100);
  assert.equal(arrive('a'), true);
  clock.pass(0);
  assert.deepEqual(opened, ['b', 'a']);
});

test('a member that does not answer is not waited for', () => {
  const { clock, opened, arrive } = openLobby();
  arrive('b');
  clock.pass(gatherMilliseconds - 1);
  assert.deepEqual(opened, []);
  clock.pass(1);
  assert.deepEqual(opened, ['b']);
});

test('one that answered and is slow is waited for until it has spoken, hung up, or is given up', () => {
  for (const end of ['speaks', 'hangs up', 'neither']) {
    const { clock, opened, state, arrive } = openLobby();
    state.answered = ['a'];
    arrive('b');
    clock.pass(gatherMilliseconds + 2000);
    assert.deepEqual(opened, [], end);
    if (end === 'speaks') arrive('a');
    if (end === 'hangs up') state.answered = [];
    clock.pass(end === 'neither' ? 10_000 : 100);
    assert.deepEqual(opened, end === 'speaks' ? ['b', 'a'] : ['b'], end);
  }
});
