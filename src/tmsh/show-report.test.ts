import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { RecordsLook, ReportLook } from './layout.ts';
import { recordsText } from './show-records.ts';
import { ownWords, reportText } from './show-report.ts';
import type { ShowOptions } from './show-values.ts';

const row = (leaves: Readonly<Record<string, string>>) => ({
  tree: { leaves: new Map(Object.entries(leaves)), children: [] },
});

const look: ReportLook & { readonly title: string } = {
  title: 'Sys::Performance all-stats',
  style: 'report',
  units: { 'Memory Used': '(%)' },
  parts: {
    'System CPU Usage': 'Sys::Performance System',
    'Memory Used': 'Sys::Performance System',
    'Throughput(bits)': 'Sys::Performance Throughput',
  },
};

const options = (isRaw: boolean): ShowOptions => ({
  folder: '/Common',
  isPlain: false,
  isRaw,
  isDetailed: false,
  width: 120,
});

test('graphs stand under the heading that they share, headings under their part', () => {
  const since = 'Max(since 2026_11_21T09:00:00Z)';
  const graph = (heading: string, title: string, current: string) =>
    row({ Average: '5', Current: current, [since]: '100', [heading]: title });
  const rows = [
    graph('System CPU Usage', 'Utilization', '36'),
    graph('Memory Used', 'TMM Memory Used', '11'),
    graph('Memory Used', 'Swap Used', '-nan'),
    graph('Throughput(bits)', 'Client Bits In', '123456'),
  ];
  const lines = reportText(look, rows, options(false)).split('\n');
  assert.deepEqual(lines.slice(0, 5), [
    'Sys::Performance System',
    '-'.repeat(64),
    'System CPU Usage  Current  Average  Max(since 11/21/26 09:00:00)',
    '-'.repeat(64),
    'Utilization            36        5                           100',
  ]);
  const text = lines.join('\n');
  assert.equal(text.match(/Memory Used\(%\) +Current/g)?.length, 1);
  assert.equal(text.match(/^Sys::Performance System$/gm)?.length, 1);
  assert.match(text, /^Swap Used +- +5 +100$/m);
  assert.match(text, /\n\nSys::Performance Throughput\n-+\n/);
  assert.match(text, /^Client Bits In +123\.5K +5 +100$/m);
  assert.match(reportText(look, rows, options(true)), /^Client Bits In +123456 +5 +100$/m);
});

test('what the device words itself is printed as it is', () => {
  const rows = [row({ apiAnonymous: 'tmm  run\n' }), row({ apiAnonymous: 'sod  down\n' })];
  assert.equal(ownWords(rows), 'tmm  run\nsod  down');
});

test('records: a line each, ports of IPv6 behind a dot; none is counted too', () => {
  const records: RecordsLook & { readonly title: string } = {
    title: 'Sys::Connections',
    style: 'records',
    line: '{clientAddr}:{clientPort}  {serverAddr}:{serverPort}  {protocol}',
    total: 'Total records returned',
    words: { protocol: { '6': 'tcp' } },
  };
  const rows = [
    row({ clientAddr: '10.0.0.1', clientPort: '5000', protocol: '6' }),
    row({ clientAddr: 'fd00::1', clientPort: '80', serverAddr: '10.0.0.2', serverPort: '443' }),
  ];
  assert.deepEqual(recordsText(records, rows, options(false)).split('\n'), [
    'Sys::Connections',
    '10.0.0.1:5000  -  tcp',
    'fd00::1.80  10.0.0.2:443  -',
    'Total records returned: 2',
  ]);
  assert.equal(
    recordsText(records, [], options(false)),
    'Sys::Connections\nTotal records returned: 0',
  );
});
