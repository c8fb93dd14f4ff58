import assert from 'node:assert/strict';
import {
  existsSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  rmSync,
  statSync,
  symlinkSync,
  unlinkSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { systemClock, waitUntil } from './clock.ts';
import { fileLog } from './log.ts';

test('a file that has grown is put aside, and only so many are kept', (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'evenkeel-log-'));
  t.after(() => rmSync(folder, { recursive: true }));
  const log = fileLog(join(folder, 'audit'), 'test', { kept: 2, maximumBytes: 1000 });
  for (let line = 0; line < 100; line += 1) log.write('notice', `line ${line}`);
  assert.deepEqual(readdirSync(folder).toSorted(), ['audit', 'audit.1', 'audit.2']);
  for (const file of readdirSync(folder)) assert.ok(statSync(join(folder, file)).size < 1200);
  assert.match(readFileSync(join(folder, 'audit'), 'utf8'), /line 99\n$/);
});

test('lines wait for a full disk; what did not fit into memory is counted', (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'evenkeel-log-'));
  t.after(() => rmSync(folder, { recursive: true }));
  const path = join(folder, 'audit');
  const written = t.mock.method(process.stderr, 'write', () => true);
  symlinkSync('/dev/full', path);
  const log = fileLog(path, 'test');
  for (let line = 0; line < 1003; line += 1) log.write('notice', `line ${line};`);
  assert.equal(written.mock.callCount(), 1003);
  unlinkSync(path);
  log.write('notice', 'there is room again');
  const text = readFileSync(path, 'utf8');
  assert.match(text, /^.* 4 lines were lost: the disk was full\n/);
  assert.doesNotMatch(text, /line 3;/);
  assert.match(text, /line 4;[^]*line 1002;[^]*there is room again\n$/);
});

test('a file that somebody else puts aside or deletes is begun anew', async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'evenkeel-log-'));
  t.after(() => rmSync(folder, { recursive: true }));
  const path = join(folder, 'audit');
  const log = fileLog(path, 'test');
  log.write('notice', 'before');
  unlinkSync(path);
  await waitUntil(systemClock, 'a new file', 30_000, () => {
    log.write('notice', 'after');
    return existsSync(path);
  });
  assert.match(readFileSync(path, 'utf8'), /notice test\[\d+\] after\n$/);
});
