import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Row, filterRows, sortKey, sortRows } from './filter.ts';

function row(name: string, ...cells: readonly string[]): Row {
  const words = [name, ...cells].join(' ').toLowerCase();
  return {
    name,
    cells,
    has: (word) => words.includes(word),
    key: (column) => sortKey(column < 0 ? name : (cells[column] ?? '')),
  };
}

const namesOf = (rows: readonly Row[]): readonly string[] => rows.map(({ name }) => name);

test('keys stand as people count', () => {
  const sorted = [
    ['vs_2', 'vs_10', 'vs_100'],
    ['a', 'a1', 'a01b', 'a2', 'B', 'c'],
    ['10.9.0.1:80', '10.10.0.1:80', '10.10.0.1:443'],
    ['0', '00001', '999999999', '1000000000', '99999999999999999999'],
  ];
  for (const texts of sorted) {
    const keys = texts.map(sortKey);
    assert.deepEqual(keys.toSorted(), keys, texts.join(' '));
  }
  assert.equal(sortKey('A007'), sortKey('a7'));
});

test('rows are sorted by name or column, both ways; what is equal stays as it was', () => {
  const rows = [row('a', 'x10'), row('b', 'x9'), row('c', 'X9'), row('d')];
  assert.equal(sortRows(rows, { column: -1, isDescending: false }), rows);
  assert.deepEqual(namesOf(sortRows(rows, { column: -1, isDescending: true })), [
    'd',
    'c',
    'b',
    'a',
  ]);
  assert.deepEqual(namesOf(sortRows(rows, { column: 0, isDescending: false })), [
    'd',
    'b',
    'c',
    'a',
  ]);
  assert.deepEqual(namesOf(sortRows(rows, { column: 0, isDescending: true })), [
    'a',
    'b',
    'c',
    'd',
  ]);
});

test('a filter wants every word, and none of those that are left out', () => {
  const rows = [row('web', '10.0.0.1'), row('mail', '10.0.0.2'), row('Web2', '10.1.0.1')];
  assert.deepEqual(namesOf(filterRows(rows, 'WEB')), ['web', 'Web2']);
  assert.deepEqual(namesOf(filterRows(rows, '10.0. -mail')), ['web']);
  assert.equal(filterRows(rows, '  '), rows);
});
