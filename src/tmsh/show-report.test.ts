import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ownWords, reportText } from './show-report.ts';

const row = (leaves: Readonly<Record<string, string>>) => ({
  tree: { leaves: new Map(Object.entries(leaves)), children: [] },
});

test('graphs stand under the heading that they share', () => {
  const since = 'Max(since 2026_11_21T09:00:00Z)';
  const graph = (heading: string, title: string, current: string) =>
    row({ Average: '5', Current: current, [since]: '100', [heading]: title });
  const text = reportText('Sys::Performance System', [
    graph('System CPU Usage', 'Utilization', '36'),
    graph('Memory Used', 'TMM Memory Used', '11'),
    graph('Memory Used', 'Swap Used', '-nan'),
  ]);
  assert.deepEqual(text.split('\n').slice(0, 5), [
    '',
    'Sys::Performance System',
    '-'.repeat(75),
    'System CPU Usage       Current     Average  Max(since 2026-11-21T09:00:00Z)',
    '-'.repeat(75),
  ]);
  assert.equal(text.match(/Memory Used {2,}Current/g)?.length, 1);
  assert.match(text, /^Swap Used {9,} -nan {10,}5 {8,} 100$/m);
});

test('what the device words itself is printed as it is', () => {
  const rows = [row({ apiAnonymous: 'tmm  run\n' }), row({ apiAnonymous: 'sod  down\n' })];
  assert.equal(ownWords(rows), 'tmm  run\nsod  down');
});
