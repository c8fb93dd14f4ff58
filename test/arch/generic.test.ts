/** What is generic over the catalogue names no component: a fact about one stands in its entry. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { components } from '../../src/catalogue/index.ts';
import { isProduct, readSources } from './sources.ts';

const generic = [
  'src/config/text',
  'src/icontrol/access/roles.ts',
  'src/icontrol/openapi',
  'src/icontrol/tm',
  'src/icontrol/wire',
  'src/tmsh',
];

/** Files that speak of one component, and why. */
const apart: Readonly<Record<string, readonly string[]>> = {
  // Roles are properties of users: whoever changes these changes who may do what.
  'src/icontrol/access/roles.ts': ['auth user'],
  // The shell moves between folders: its own current place is one.
  'src/tmsh/complete.ts': ['sys folder', 'cm device'],
  // `from-terminal` is a text that stands where the shell runs.
  'src/tmsh/load.ts': ['sys config'],
  'src/tmsh/parse-command.ts': ['sys config', 'cli script'],
  // A script runs where the shell does.
  'src/tmsh/script.ts': ['cli script'],
};

/** Hints for the looks of single components, in data. */
const looks = /^src\/tmsh\/layouts(-[a-z]+)?\.ts$/;

test('generic code names no component', () => {
  const ids = new Set(components.map(({ id }) => id));
  const found = generic
    .flatMap((place) => readSources(place.endsWith('.ts') ? place : `${place}/**/*.ts`))
    .filter((source) => isProduct(source) && !looks.test(source.path))
    .flatMap(({ path, text }) => {
      const code = text.replaceAll(/\/\*[\s\S]*?\*\/|\/\/[^\n]*/g, '');
      const named = [...code.matchAll(/'([a-z0-9 -]+)'/g)].map(([, word = '']) => word);
      return named
        .filter((word) => ids.has(word) && apart[path]?.includes(word) !== true)
        .map((word) => `${path} names "${word}"`);
    });
  assert.deepEqual(found, []);
});
