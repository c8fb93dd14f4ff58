import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { root, trackedFiles } from './sources.ts';

test('every room says what it is for', () => {
  const rooms = readdirSync(join(root, 'src'), { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map((entry) => entry.name)
    .filter((room) => room !== 'cmd');
  const silent = rooms.filter((room) => !existsSync(join(root, 'src', room, 'README.md')));
  assert.deepEqual(silent, []);
});

const textFile = /\.(ts|md|json|sh|proto|service|txt|conf)$|^evenkeel$|^\.ci\/run$/;

test('no tracked file knows a machine: no home folders, no checkouts, no registries', () => {
  const telltale = [
    /\/(?:work|home)\/[a-z]+\//,
    /\/root\//,
    /registry\.npmjs\.org/,
    /deb\.debian\.org/,
    /\b10\.255\.255\.53\b/,
  ];
  const faults = trackedFiles()
    .filter((path) => textFile.test(path) && existsSync(join(root, path)))
    .filter((path) => path !== 'test/arch/house.test.ts')
    .flatMap((path) => {
      const text = readFileSync(join(root, path), 'utf8');
      return telltale
        .filter((pattern) => pattern.test(text))
        .map((pattern) => `${path}: ${pattern.exec(text)?.[0] ?? ''}`);
    });
  assert.deepEqual(faults, []);
});

test('nothing waits to be written', () => {
  const faults = trackedFiles()
    .filter((path) => /^(src|lab|bench)\/.*\.ts$/.test(path) && existsSync(join(root, path)))
    .filter((path) => /\b(TODO|FIXME|XXX|HACK)\b/.test(readFileSync(join(root, path), 'utf8')));
  assert.deepEqual(faults, []);
});

test('every lint rule that is switched off in place says why', () => {
  const faults = trackedFiles()
    .filter((path) => /^(src|lab|test|bench)\/.*\.ts$/.test(path) && existsSync(join(root, path)))
    .flatMap((path) =>
      readFileSync(join(root, path), 'utf8')
        .split('\n')
        .filter((line) => /(oxlint|eslint)-disable/.test(line) && !/-disable.*--\s*\w+/.test(line))
        .filter((line) => !line.includes('-disable)/'))
        .map((line) => `${path}: ${line.trim()}`),
    );
  assert.deepEqual(faults, []);
});
