import assert from 'node:assert/strict';
import { PassThrough } from 'node:stream';
import { createInterface } from 'node:readline';
import { test } from 'node:test';
import { viBeginning, viKeys } from './vi-keys.ts';

/** What stands on the line after these reads of the terminal, and Enter. */
async function typed(...reads: readonly string[]): Promise<string> {
  const input = new PassThrough();
  const editor = createInterface({ input, output: new PassThrough(), terminal: true });
  const line = new Promise<string>((resolve) => {
    editor.once('line', resolve);
    editor.once('close', () => resolve('closed'));
  });
  let state = viBeginning;
  for (const read of [...reads, '\r']) {
    const step = viKeys(state, read);
    state = step.state;
    if (step.keys !== '') input.write(step.keys);
  }
  const result = await line;
  editor.close();
  return result;
}

const esc = '\u001b';

test('keys of vi edit a line', async () => {
  assert.equal(await typed('list ltm pool'), 'list ltm pool');
  assert.equal(await typed('list ltm pool', esc, 'bcwvirtual'), 'list ltm virtual');
  assert.equal(await typed('list ltm pool', esc, '0', 'cwshow '), 'show ltm pool');
  assert.equal(await typed('ist', esc, 'Il'), 'list');
  assert.equal(await typed('lis', esc, 'At'), 'list');
  assert.equal(await typed('lst', esc, 'hii'), 'list');
  assert.equal(await typed('list', esc, 'ddipwd'), 'pwd');
  assert.equal(await typed('list ltm pool', esc, '0wD'), 'list ');
  assert.equal(await typed('listxxx', esc, 'hh3x'), 'list');
  assert.equal(await typed('lisT', esc, 'rt'), 'list');
  assert.equal(await typed('list', esc, 'xu'), 'list');
  assert.equal(await typed('a b c', esc, '02dw'), 'c');
});

test('x on an empty line is not the end of the shell; arrows go through', async () => {
  assert.equal(await typed(esc, 'xxipwd'), 'pwd');
  assert.equal(await typed('lst', `${esc}[D`, `${esc}[D`, 'i'), 'list');
});

test('a count has a bound', () => {
  const { keys } = viKeys({ mode: 'command', pending: '' }, '99999999999h');
  assert.equal(keys.length, 1000);
});
