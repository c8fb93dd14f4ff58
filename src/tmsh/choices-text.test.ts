import assert from 'node:assert/strict';
import { test } from 'node:test';
import { columnsText, explanation } from './choices-text.ts';
import type { Choice } from './complete.ts';

const choices: readonly Choice[] = [
  { word: 'virtual', help: 'Specifies the name of the virtual server.', group: 'Properties' },
  { word: 'all-properties', help: 'Display all properties', group: 'Options' },
  { word: 'key', help: 'Specifies the key to look up.', group: 'Properties' },
  { word: '|', help: 'Route command output to a filter', group: 'Options' },
];

test('? explains by kind, in columns of all kinds, on lines of the terminal', () => {
  assert.deepEqual(explanation({ partial: '', choices, objectsOf: [] }, 51).split('\n'), [
    'Options:',
    '  all-properties  Display all properties',
    '  |               Route command output to a filter',
    'Properties:',
    '  key             Specifies the key to look up.',
    '  virtual         Specifies the name of the',
    '                  virtual server.',
  ]);
  assert.equal(explanation({ partial: '', choices: [], objectsOf: [] }, 80), '  <Enter>');
});

test('Tab lists by kind, from top to bottom', () => {
  const components = 'arp interface ndp route self stp trunk vlan'.split(' ');
  const listed: readonly Choice[] = [
    ...choices,
    ...components.map((word): Choice => ({ word, help: '', group: 'Components' })),
  ];
  assert.deepEqual(columnsText(listed, 60).split('\n'), [
    'Options:',
    '  all-properties   |',
    'Components:',
    '  arp              route            trunk',
    '  interface        self             vlan',
    '  ndp              stp',
    'Properties:',
    '  key              virtual',
  ]);
});
