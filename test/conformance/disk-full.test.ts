import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { promisify } from 'node:util';

const program = join(import.meta.dirname, 'full-disk.ts');

test('a full disk: changes are refused with a reason, reads go on, and so does all when there is room', async (context) => {
  const folder = mkdtempSync(join(tmpdir(), 'evenkeel-full-'));
  context.after(() => rmSync(folder, { recursive: true, force: true }));
  const args = ['--mount', process.execPath, program, folder];
  const { stdout } = await promisify(execFile)('unshare', args, { timeout: 60_000 });
  const answers = JSON.parse(stdout) as Record<string, unknown>;
  assert.deepEqual(answers['before'], [200, '']);
  const [status, message] = answers['refused'] as readonly [number, string];
  assert.equal(status, 503);
  assert.match(message, /could not be saved, and was not changed: .*(full|I\/O).*/);
  assert.equal(answers['state'], 60_000);
  assert.deepEqual(answers['read'], [200, '']);
  assert.equal((answers['absent'] as readonly unknown[])[0], 404);
  assert.deepEqual(answers['dry'], [200, '']);
  assert.equal(answers['audited'], true);
  assert.deepEqual(answers['after'], [200, '']);
  assert.equal(answers['written'], true);
});
