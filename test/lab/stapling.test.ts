/** OCSP stapling from the configuration to a client: what is asked and seen is in web/stapling-device.ts. */
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { run } from '../../src/platform/process.ts';
import { whyNot } from './web/haproxy-here.ts';

const skip = await whyNot();

test('OCSP answers are asked for, checked and shown to clients', { skip }, async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'ek-stapling-'));
  try {
    const script = join(import.meta.dirname, 'web', 'stapling-device.ts');
    const args = ['--net', '--pid', '--fork', '--kill-child', process.execPath, script, folder];
    const { stdout, stderr } = await run('unshare', args, { timeoutMilliseconds: 240_000 });
    const lines = stdout.split('\n').filter((line) => line !== '');
    for (const line of lines) {
      const { name, why } = JSON.parse(line) as { readonly name: string; readonly why?: string };
      await t.test(name, () => assert.equal(why, undefined));
    }
    assert.equal(lines.length, 3, stderr);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});
