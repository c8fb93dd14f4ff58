import assert from 'node:assert/strict';
import { test } from 'node:test';
import { boundPatterns } from '../../platform/linear-patterns.ts';
import { receivePattern } from './strings.ts';

test('no receive string takes long, whatever the answer', () => {
  boundPatterns();
  const text = `${'a'.repeat(5000)}!`;
  const sources = [
    '(a+)+$',
    '(a|aa)+$',
    '(.*a){12}$',
    '(.*a){40}b',
    '(a*)*\\1b',
    '(?=(a+)+$)a',
    'a*a*a*a{300}b',
    'a{0,200}a{0,200}a{0,200}b',
    '(a|a)'.repeat(30) + 'b{32}',
  ];
  const start = performance.now();
  for (const source of sources) assert.notEqual(receivePattern(source)?.test(text), true, source);
  assert.ok(performance.now() - start < 2000);
});

test('what is known to end soon is taken, in any case', () => {
  boundPatterns();
  for (const source of [
    '[0-9]{32}',
    'x.{0,200}ok',
    'HTTP/1\\.[01] (200|30[0-9]).*OK$',
    '(?!no)ok',
    '(a|b)?c\\d{1,20}',
  ]) {
    assert.ok(receivePattern(source) !== undefined, source);
  }
  assert.equal(receivePattern('x.{0,200}ok')?.test('X and OK'), true);
  assert.equal(receivePattern('^http.*ok')?.test('HTTP\nOk'), true);
});
