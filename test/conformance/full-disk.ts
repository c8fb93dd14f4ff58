/**
 * Run by disk-full.test.ts in a mount namespace of its own: `full-disk.ts FOLDER`. Mounts a small disk
 * there, runs a device on it, fills it, and prints what became of each request as one line of JSON.
 */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const [folder = ''] = process.argv.slice(2);
execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=8m', 'evenkeel-full', folder]);
process.env['TMPDIR'] = folder;
const { startTestDevice } = await import('../../src/icontrol/test-device.ts');
const device = await startTestDevice();
const filler = join(folder, 'filler');
const pools = '/mgmt/tm/ltm/pool';

const answers: Record<string, unknown> = {};
const note = async (
  name: string,
  method: string,
  path: string,
  body?: { [key: string]: string },
) => {
  const { status, json } = await device.ask(method, path, body);
  answers[name] = [status, json['message'] ?? ''];
};

await note('before', 'POST', pools, { name: 'before' });
fill();
await note('refused', 'POST', pools, { name: 'refused', description: 'x'.repeat(60_000) });
device.store.writeState('duty', 'y'.repeat(60_000));
answers['state'] = device.store.readState('duty')?.length;
await note('read', 'GET', `${pools}/~Common~before`);
await note('absent', 'GET', `${pools}/~Common~refused`);
await note('dry', 'POST', `${pools}?dryRun=true`, { name: 'dry' });
answers['audited'] = device.logged.some((line) => line.includes('could not be saved'));
rmSync(filler);
await note('after', 'POST', pools, { name: 'after' });
const { database } = device.paths;
const saved = [database, `${database}-wal`].filter((path) => existsSync(path));
answers['written'] = saved.some((path) => readFileSync(path).includes('y'.repeat(1000)));
await device.close();
process.stdout.write(`${JSON.stringify(answers)}\n`);

/** To the last byte. */
function fill(): void {
  for (let size = 1 << 20; size >= 1; size = Math.floor(size / 2)) {
    for (let full = false; !full;) {
      try {
        writeFileSync(filler, Buffer.alloc(size), { flag: 'a' });
      } catch (error) {
        assert.match(String(error), /ENOSPC/);
        full = true;
      }
    }
  }
}
