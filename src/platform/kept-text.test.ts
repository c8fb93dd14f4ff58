import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, readdirSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { keptText } from './kept-text.ts';

test('a kept text is made again when a source was touched, even with its old size and times', async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'kept-text-'));
  t.after(() => rmSync(folder, { recursive: true }));
  const sources = join(folder, 'sources');
  const place = join(folder, 'place');
  mkdirSync(join(sources, 'below'), { recursive: true });
  mkdirSync(place);
  const source = join(sources, 'below', 'one.ts');
  let made = 0;
  const kept = (): Promise<string> =>
    keptText(join(place, 'thing'), [sources], () => Promise.resolve(`made\n${(made += 1)}`));

  writeFileSync(source, 'a');
  utimesSync(source, 1, 1);
  assert.equal(await kept(), 'made\n1');
  assert.equal(await kept(), 'made\n1');
  writeFileSync(source, 'b');
  utimesSync(source, 1, 1);
  assert.equal(await kept(), 'made\n2');
  writeFileSync(join(sources, 'two.ts'), '');
  assert.equal(await kept(), 'made\n3');
  writeFileSync(join(sources, 'notes.md'), '');
  assert.equal(await kept(), 'made\n3');
  assert.deepEqual(readdirSync(place), ['thing']);
  writeFileSync(join(place, 'thing'), 'torn');
  assert.equal(await kept(), 'made\n4');
  rmSync(place, { recursive: true });
  assert.equal(await kept(), 'made\n5', 'who cannot write goes on');
});
