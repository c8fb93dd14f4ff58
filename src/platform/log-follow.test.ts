import assert from 'node:assert/strict';
import { appendFileSync, mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import type { Clock } from './clock.ts';
import { systemClock } from './clock.ts';
import { followFiles } from './log-follow.ts';

test('what was written before a file was put aside is read before what came after', () => {
  const folder = mkdtempSync(join(tmpdir(), 'evenkeel-follow-'));
  const path = join(folder, 'ltm');
  try {
    writeFileSync(path, 'old\n');
    let poll = (): void => undefined;
    const clock: Clock = {
      ...systemClock,
      every(_interval, work) {
        poll = work;
        return () => undefined;
      },
    };
    const lines: string[] = [];
    followFiles([path], clock, (_path, line) => lines.push(line));
    appendFileSync(path, 'one\ntwo\n');
    renameSync(path, `${path}.1`);
    writeFileSync(path, 'three\n');
    poll();
    poll();
    assert.deepEqual(lines, ['one', 'two', 'three']);
    appendFileSync(path, 'four\n');
    poll();
    renameSync(path, `${path}.1`);
    poll();
    writeFileSync(path, 'five\n');
    poll();
    assert.deepEqual(lines, ['one', 'two', 'three', 'four', 'five']);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});
