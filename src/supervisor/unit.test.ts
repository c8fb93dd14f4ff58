import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, test } from 'node:test';
import { systemClock, waitUntil } from '../platform/clock.ts';
import { silentLog } from '../platform/log.ts';
import { sendSignal } from '../platform/processes.ts';
import { readRecord, Unit } from './unit.ts';

const limit = 10_000;
let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'unit-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

function unitOf(pidFile: string, logFile: string): Unit {
  const spec = { name: 'sleeper', program: '/bin/sleep', args: ['603'], oomScoreAdjust: 0 };
  const log = silentLog;
  const nothing = (): void => undefined;
  const told = { onExit: nothing, onChange: nothing };
  return new Unit(spec, { pidFile, logFile, clock: systemClock, log, ...told });
}

const until = (what: string, isTrue: () => boolean): Promise<void> =>
  waitUntil(systemClock, what, limit, isTrue);

test('runs and is started again although nothing can be written; recorded once that works', async () => {
  // A file where the folder should be: every write fails, as on a full disk.
  const blocked = join(folder, 'run');
  writeFileSync(blocked, '');
  const pidFile = join(blocked, 'sleeper.pid');
  const unit = unitOf(pidFile, join(folder, 'sleeper.out'));
  await unit.start();
  assert.equal(unit.status().state, 'running');
  const { pid } = unit.status();
  sendSignal(pid, 'SIGKILL');
  await until('a new process', () => unit.status().pid !== pid && unit.status().pid > 0);
  rmSync(blocked);
  mkdirSync(blocked);
  await until('the record', () => readRecord(pidFile)?.pid === unit.status().pid);
  await unit.stop(limit);
});

test('a log that cannot be opened is a failed start like any other: tried again', async () => {
  const blocked = join(folder, 'log');
  writeFileSync(blocked, '');
  const unit = unitOf(join(folder, 'sleeper.pid'), join(blocked, 'sleeper.out'));
  await unit.start();
  assert.equal(unit.status().state, 'restarting');
  rmSync(blocked);
  await until('the process', () => unit.status().state === 'running');
  await unit.stop(limit);
});
