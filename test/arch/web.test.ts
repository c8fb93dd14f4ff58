import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readSources } from './sources.ts';

/**
 * The GUI is a client of REST: of the device's side it may know the catalogue's types, and how names, values and
 * differences are written. Whatever else it needs it asks for.
 */
const known = /^src\/(config\/text\/|catalogue\/types\.ts$)/;

test('the GUI reaches past REST for nothing but types and the rules of text', () => {
  const sources = readSources('web/src/**/*.{ts,tsx}').filter(
    ({ path }) => !path.includes('.test.'),
  );
  assert.ok(sources.length > 50);
  const faults = sources.flatMap(({ path, imports }) =>
    imports
      .filter(({ target }) => /^(src|lab|test)\//.test(target) && !known.test(target))
      .map(({ target }) => `${path} imports ${target}`),
  );
  assert.deepEqual(faults, []);
});

test('the device that is not there is in no page that is built', () => {
  const faults = readSources('web/src/**/*.{ts,tsx}').flatMap(({ path, imports }) =>
    imports
      .filter(({ target }) => target.startsWith('web/mock/'))
      .map(({ target }) => `${path} imports ${target}`),
  );
  assert.deepEqual(faults, []);
});

test('the GUI loads nothing from elsewhere, and writes no styles into the page', () => {
  const faults = readSources('web/src/**/*.{ts,tsx}').flatMap(({ path, text }) =>
    [/dangerouslySetInnerHTML/, /\binnerHTML\b/, /\beval\(/, /createElement\('(script|style)'\)/]
      .filter((pattern) => pattern.test(text))
      .map((pattern) => `${path}: ${pattern.source}`),
  );
  assert.deepEqual(faults, []);
});
