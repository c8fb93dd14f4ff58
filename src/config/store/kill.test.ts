import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { test } from 'node:test';
import { openStore, testDatabase } from './test-folder.ts';

const rounds = 6;
const writer = join(import.meta.dirname, 'fixtures', 'writer.ts');

/** Runs the writer until it acknowledged `count` commits, kills it, gives the last number it told. */
async function writeAndKill(path: string, first: number, count: number): Promise<number> {
  const child = spawn(process.execPath, [writer, path, String(first)], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let last = first - 1;
  const lines = createInterface({ input: child.stdout });
  lines.on('line', (line) => {
    last = Number(line);
    if (last === first + count) child.kill('SIGKILL');
  });
  await once(lines, 'close');
  return last;
}

test('killed while it writes: each acknowledged commit is there, none is half there', async (context) => {
  const path = testDatabase(context);
  let next = 0;
  for (let round = 0; round < rounds; round += 1) {
    const last = await writeAndKill(path, next, 5 + round * 7);
    assert.ok(last > next, 'the writer wrote nothing');
    const store = openStore(path, 'writer');
    const view = store.view();
    for (let number = 0; number <= last; number += 1) {
      assert.notEqual(view.get('ltm pool', `/Common/p${number}`), undefined, `p${number} is lost`);
    }
    // The commit in flight may be there without having been acknowledged; then it is there whole.
    const found = view.count('ltm pool');
    assert.ok(found === last + 1 || found === last + 2, `${found} pools, ${last} acknowledged`);
    assert.equal(view.count('ltm node'), found);
    assert.equal(store.history(1)[0]?.sequence, found);
    next = found;
    store.close();
  }
});
