import assert from 'node:assert/strict';
import test from 'node:test';
import { braceProblem, closingBrace } from './braces.ts';

test('a text that fits between braces has no problem', () => {
  for (const text of ['', 'a', '{ }', 'set a "\\}"', 'x \\']) {
    assert.equal(braceProblem(text), undefined, text);
  }
});

test('a text that would end elsewhere is told apart, with its line', () => {
  const missing = { line: 2, message: 'missing close-brace' };
  const extra = { line: 1, message: 'extra characters after close-brace' };
  assert.deepEqual(braceProblem('when X {\n'), missing);
  assert.deepEqual(braceProblem('}\nltm pool other {'), extra);
  assert.deepEqual(braceProblem('a\n{ } }\n'), { ...extra, line: 2 });
});

test('a brace that is never closed has no end', () => {
  assert.equal(closingBrace('x {', 2), undefined);
  assert.equal(closingBrace('x {\\} }', 2), 6);
});
