import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  type TypedCommand,
  historyFile,
  historyText,
  readHistory,
  recalled,
  remember,
} from './history.ts';

const history: readonly TypedCommand[] = [
  { line: 'show ltm pool', time: 1_763_791_203_000 },
  { line: 'list ltm pool' },
  { line: 'cd /', time: 1_763_791_200_000 },
];

test('the file keeps lines and their times; one of before times were noted is read', () => {
  assert.deepEqual(readHistory(historyFile(history)), history);
  assert.deepEqual(readHistory('pwd\n\n# no time\n'), [{ line: 'pwd' }, { line: '# no time' }]);
});

test('neither passwords nor a command twice in a row are kept', () => {
  const kept: TypedCommand[] = [];
  for (const line of ['pwd', 'pwd', ' ', 'modify auth user a password b', 'cd /', 'quit']) {
    remember(kept, { line }, 2);
  }
  assert.deepEqual(
    kept.map(({ line }) => line),
    ['quit', 'cd /'],
  );
});

test('show cli history: the oldest first, dated where that is preferred', () => {
  assert.equal(
    historyText(history, { isDated: false }),
    '  1  cd /\n  2  list ltm pool\n  3  show ltm pool',
  );
  assert.equal(historyText(history, { isDated: false, count: 1 }), '  3  show ltm pool');
  const dated = historyText(history, { isDated: true }).split('\n');
  assert.match(dated[0] ?? '', /^ {2}1 {2}2025-11-\d\d \d\d:\d\d:00 {2}cd \/$/);
  assert.match(dated[1] ?? '', /^ {2}2 {2}- {18} {2}list ltm pool$/);
});

test('! says a command again', () => {
  const line = (typed: string): unknown => {
    const found = recalled(typed, history);
    return typeof found === 'object' ? found.line : found;
  };
  assert.equal(line('!!'), 'show ltm pool');
  assert.equal(line('!! members'), 'show ltm pool members');
  assert.equal(line('!1'), 'cd /');
  assert.equal(line('!-2'), 'list ltm pool');
  assert.equal(line('!li'), 'list ltm pool');
  assert.equal(line('!9'), 'missing');
  assert.equal(line('!0'), 'missing');
  assert.equal(line('!nothing'), 'missing');
  assert.equal(line('list ltm pool'), undefined);
  assert.equal(line('!'), undefined);
});
