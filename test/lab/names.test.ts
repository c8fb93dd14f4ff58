/** Pools of names from named to clients: what is changed and asked is in web/names-device.ts. */
import assert from 'node:assert/strict';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { run } from '../../src/platform/process.ts';
import { whyNot } from './web/haproxy-here.ts';

const skip = existsSync('/usr/sbin/named') ? await whyNot() : 'named is not installed';

test('members follow what named says of their names', { skip }, async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'ek-names-'));
  try {
    const script = join(import.meta.dirname, 'web', 'names-device.ts');
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
