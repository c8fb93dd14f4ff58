/** A device's script in a network namespace of its own, whose lines of JSON are the steps of a test. */
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import { run } from '../../../src/platform/process.ts';

/** Runs a script of this folder with an empty folder as its argument; what it started ends with it. */
export async function runSteps(t: TestContext, script: string, steps: number): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'ek-steps-'));
  try {
    const program = [process.execPath, join(import.meta.dirname, script), folder];
    const args = ['--net', '--pid', '--fork', '--kill-child', ...program];
    const { stdout, stderr } = await run('unshare', args, { timeoutMilliseconds: 240_000 });
    const lines = stdout.split('\n').filter((line) => line !== '');
    for (const line of lines) {
      const { name, why } = JSON.parse(line) as { readonly name: string; readonly why?: string };
      await t.test(name, () => assert.equal(why, undefined));
    }
    assert.equal(lines.length, steps, stderr);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
