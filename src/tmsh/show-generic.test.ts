import assert from 'node:assert/strict';
import { test } from 'node:test';
import { genericText } from './show-generic.ts';
import type { ShowOptions } from './show-values.ts';
import type { StatisticsTree } from './statistics-tree.ts';

const options: ShowOptions = {
  folder: '/Common',
  isPlain: false,
  isRaw: false,
  isDetailed: false,
  width: 80,
};

type Shape = { readonly [key: string]: number | string | Shape };

function tree(shape: Shape): StatisticsTree {
  const leaves = new Map<string, number | string>();
  const children: (readonly [string, StatisticsTree])[] = [];
  for (const [key, value] of Object.entries(shape)) {
    if (typeof value === 'object') children.push([key, tree(value)]);
    else leaves.set(key, value);
  }
  return { leaves, children };
}

const lines = (shape: Shape, width = 80): string[] =>
  genericText('Sys::Thing', tree(shape), { ...options, width })
    .split('\n')
    .map((line) => line.trimEnd());

test('the only level has no name, words come before numbers, identifiers are whole', () => {
  const text = lines({ '0': { rxPkts: 12_345, mode: 'fast', tmmPid: 27_700, note: ' ' } });
  assert.deepEqual(text.slice(1), [
    'Sys::Thing',
    '--------------------------------------',
    '  Mode : fast',
    '  Note : -',
    '',
    '  Rx Packets                     12.3K',
    '  TMM PID                        27700',
  ]);
});

test('levels of the same few statistics are a table, named unless a column says the name', () => {
  assert.deepEqual(lines({ one: { state: 'up', size: 4 }, two: { state: 'down', size: 5 } }), [
    '--------------------',
    'Sys::Thing',
    'Name  State  Size',
    '--------------------',
    'one   up        4',
    'two   down      5',
  ]);
  const said = lines({ HD1: { volume: 'HD1', size: 4 } });
  assert.equal(said[2], 'Volume  Size');
});

test('groups of the same statistics stand side by side, others below each other', () => {
  const text = lines({
    '0': {
      'in.bytes': 1,
      'in.errors': 2,
      'out.bytes': 3,
      'out.errors': 4,
      'queue.depth': 5,
      'serverside.curConns': 6,
      'serverside.bitsIn': 7,
    },
  }).slice(3);
  assert.deepEqual(text, [
    '                                    In         Out',
    '  Bytes                              1           3',
    '  Errors                             2           4',
    '',
    'Queue',
    '  Depth                              5',
    '',
    'Traffic                     ServerSide',
    '  Bits In                            7',
    '  Current Connections                6',
  ]);
});

test('numbered levels of a named one are a table or blocks of its name', () => {
  const text = lines({ '0': { host: 'a', fans: { '0': { rpm: 1 }, '1': { rpm: 2 } } } });
  assert.deepEqual(
    text.filter((line) => line.startsWith('Sys::')),
    ['Sys::Thing', 'Sys::Fans'],
  );
  assert.deepEqual(text.slice(-3), ['--------------------', '1', '2']);
});
