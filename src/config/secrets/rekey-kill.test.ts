import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { test } from 'node:test';
import { commit, openStore, testDatabase } from '../store/test-folder.ts';

const rounds = 4;
const monitors = 20;
const rekeyer = join(import.meta.dirname, '..', 'store', 'fixtures', 'rekeyer.ts');

async function rekeyAndKill(path: string, count: number): Promise<void> {
  const child = spawn(process.execPath, [rekeyer, path], { stdio: ['ignore', 'pipe', 'inherit'] });
  const lines = createInterface({ input: child.stdout });
  lines.on('line', (line) => {
    if (Number(line) >= count) child.kill('SIGKILL');
  });
  await once(lines, 'close');
}

test('killed while it changes the master key: every secret can still be opened', async (context) => {
  const path = testDatabase(context);
  const first = openStore(path, 'writer');
  for (let number = 0; number < monitors; number += 1) {
    commit(first, {
      kind: 'create',
      component: 'ltm monitor http',
      name: `/Common/m${number}`,
      properties: { password: `secret ${number}` },
    });
  }
  let hash = first.secrets.hash();
  first.close();
  for (let round = 0; round < rounds; round += 1) {
    await rekeyAndKill(path, 2 + round * 3);
    const store = openStore(path, 'writer');
    assert.notEqual(store.secrets.hash(), hash);
    hash = store.secrets.hash();
    const view = store.view();
    for (let number = 0; number < monitors; number += 1) {
      const password = view.get('ltm monitor http', `/Common/m${number}`)?.properties.password;
      assert.equal(view.plain(password ?? ''), `secret ${number}`);
    }
    store.close();
  }
});
