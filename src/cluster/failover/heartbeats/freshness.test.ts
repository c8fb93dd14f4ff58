import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Freshness, type Marks, parseMarks } from './freshness.ts';
import type { Message } from '../types.ts';

const second = 1_000_000;

function message(instance: number, sequence: number, heard: Message['heard'] = []): Message {
  return {
    deviceGroup: '/Common/pair',
    from: 'b',
    instance,
    sequence,
    wantsReply: false,
    mode: { epoch: 1, phase: 'pair' },
    fitness: 'able',
    heard,
    groups: [],
    votes: [],
  };
}

/** Our run is 500, and the newest that we sent is at 60 s. */
function judge(before: Marks) {
  const freshness = new Freshness(500, before);
  return {
    freshness,
    takes: (one: Message): boolean => freshness.admits(one, 'a', 60 * second),
  };
}

const echo = (instance: number, sequence: number): Message['heard'] => [
  { device: 'a', instance, sequence, age: 1 },
];

test('after our restart a recording of what we had heard is refused', () => {
  const { takes } = judge({ b: { instance: 100, sequence: 30 * second } });
  assert.equal(takes(message(100, 29 * second)), false);
  assert.equal(takes(message(100, 30 * second)), false);
  // A recorded echo of our former run, or of an older message of this one, proves nothing.
  assert.equal(takes(message(100, 29 * second, echo(400, 60 * second))), false);
  assert.equal(takes(message(100, 29 * second, echo(500, 50 * second))), false);
});

test('a peer that does not hear us is not taken for dead', () => {
  const { takes } = judge({ b: { instance: 100, sequence: 30 * second } });
  assert.equal(takes(message(100, 31 * second)), true);
  // It was restarted meanwhile, and a device of which nothing is known is taken, too.
  assert.equal(takes(message(101, 1)), true);
  assert.equal(judge({}).takes(message(7, 1)), true);
});

test('a recording of an older run is refused, whatever became of the peer', () => {
  const { takes } = judge({});
  assert.equal(takes(message(100, 10 * second)), true);
  assert.equal(takes(message(99, 90 * second)), false);
});

test('what passed once does not pass long after', () => {
  const { takes } = judge({});
  assert.equal(takes(message(100, 10 * second)), true);
  assert.equal(takes(message(100, 20 * second)), true);
  assert.equal(takes(message(100, 10 * second)), false);
  // The same message by another path, and one that was overtaken.
  assert.equal(takes(message(100, 20 * second)), true);
  assert.equal(takes(message(100, 19 * second)), true);
});

test('a rebuilt device whose clock is behind proves itself, and its old recordings pass no more', () => {
  const { freshness, takes } = judge({ b: { instance: 100, sequence: 30 * second } });
  assert.equal(takes(message(50, 1)), false);
  assert.equal(takes(message(50, 2, echo(500, 59 * second))), true);
  assert.deepEqual(freshness.marks()['b'], { instance: 50, sequence: 2 });
  assert.equal(takes(message(50, 3)), true);
});

test('what is on disk is read with suspicion', () => {
  const marks = { b: { instance: 100, sequence: 5 } };
  assert.deepEqual(parseMarks(JSON.stringify({ instance: 9, marks })), { instance: 9, marks });
  for (const text of ['', '{', 'null', '[]', '{"instance":"x","marks":{}}', '{"instance":1}']) {
    assert.equal(parseMarks(text), undefined, text);
  }
  const damaged = '{"instance":1,"marks":{"b":{"instance":"?"},"c":null}}';
  assert.deepEqual(parseMarks(damaged), { instance: 1, marks: {} });
});
