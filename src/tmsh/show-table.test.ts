import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { tableText, wrappedText } from './show-table.ts';

test('numbers stand on the right, all else on the left', () => {
  assert.equal(
    tableText(
      'Sys::Things',
      ['Name', 'Size'],
      [
        ['one', '1.5K'],
        ['eleven', '7'],
      ],
      80,
    ),
    [
      '--------------------',
      'Sys::Things',
      'Name    Size',
      '--------------------',
      'one     1.5K',
      'eleven     7',
    ].join('\n'),
  );
});

test('the widest column gives way: wrapped to three lines, then cut', () => {
  const words = 'create ltm virtual /Common/one, create ltm virtual /Common/two and 8 more of them';
  const lines = tableText('Sys::Commit', ['Commit', 'Objects'], [['1', words]], 36).split('\n');
  assert.deepEqual(lines.slice(4), [
    '1       create ltm virtual',
    '        /Common/one, create ltm',
    '        virtual /Common/two and 8 …',
  ]);
  assert.deepEqual(wrappedText('averylongword', 6), ['avery…']);
});

test('without a bound everything is there', () => {
  const long = 'x'.repeat(500);
  assert.ok(tableText('T', ['A', 'B'], [['1', long]], Infinity).includes(long));
});

test('no line is wider than the terminal', () => {
  const cell = fc.string({ unit: fc.constantFrom('a', 'b', ' ', '/', '1'), maxLength: 90 });
  fc.assert(
    fc.property(
      fc.array(fc.tuple(cell, cell, cell), { minLength: 1, maxLength: 5 }),
      fc.integer({ min: 24, max: 200 }),
      (rows, width) => {
        const text = tableText('T', ['One', 'Two\nlines', 'Three'], rows, width);
        for (const line of text.split('\n')) assert.ok(line.length <= width, line);
      },
    ),
  );
});
