import assert from 'node:assert/strict';
import { test } from 'node:test';
import { systemClock } from '../../platform/clock.ts';
import { compileSnapshot } from '../decision/compile.ts';
import { decide } from '../decision/decide.ts';
import type { DecisionLogPart } from '../decision/snapshot-types.ts';
import { member, pool, snapshot, wideIp } from '../test-support.ts';
import { createDecisionLog } from './decision-log.ts';

const name = 'www.example.com';
const query = { key: name, type: 'a', client: '198.51.100.7', now: 0 } as const;
const members = [
  member('a', '192.0.2.1'),
  { ...member('b', '192.0.2.2'), available: false, reason: ' no route' },
];

function logged(
  logs: readonly DecisionLogPart[] | undefined,
  times = 1,
  clock = systemClock,
): string[] {
  const lines: string[] = [];
  const log = { write: (_level: string, line: string): void => void lines.push(line) };
  const wide = wideIp(name, [0], logs === undefined ? {} : { logs });
  const first = compileSnapshot(snapshot([], []));
  const held = { ...first, log: createDecisionLog(log, clock) };
  // A new snapshot goes on logging.
  const compiled = compileSnapshot(snapshot([pool('p', members)], [wide]), held);
  for (let time = 0; time < times; time += 1) decide(compiled, query);
  decide(compiled, query, undefined, true);
  return lines;
}

test('a decision is logged as far as its wide IP asks for, and what only looks is not', () => {
  assert.deepEqual(logged(undefined), []);
  const [answer, ...none] = logged(['pool-member-selection']);
  assert.match(answer ?? '', /^wide IP \S+ \(A\) asked by 198\.51\.100\.7: answer: .*192\.0\.2\.1/);
  assert.deepEqual(none, []);
  const traversal = logged(['pool-member-traversal']).join('\n');
  assert.match(
    traversal,
    /pool p, preferred \S+: members \+a \(192.*\), -b \(192.*\) \(no route\)/,
  );
  assert.match(logged(['pool-traversal']).join('\n'), /pools by \S+: \+p \(/);
  assert.match(logged(['pool-selection']).join('\n'), /pool p, preferred [^\n]*\n.*answer: /);
});

test('a flood of questions logs so much a second, and says what it left out', () => {
  let now = 1_000;
  const clock = { ...systemClock, monotonicMilliseconds: () => now };
  assert.equal(logged(['pool-member-selection'], 500, clock).length, 100);
  const lines: string[] = [];
  const log = { write: (_level: string, line: string): void => void lines.push(line) };
  const tell = createDecisionLog(log, clock);
  const wide = wideIp(name, [0], { logs: ['pool-member-selection'] });
  const say = (): void => tell('::1', wide, [{ kind: 'result', text: 'x' }]);
  for (let time = 0; time < 130; time += 1) say();
  now += 1_000;
  say();
  assert.equal(lines.length, 102);
  assert.match(lines[100] ?? '', /^30 more decisions were not logged$/);
});
