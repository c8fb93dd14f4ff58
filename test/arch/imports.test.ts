import assert from 'node:assert/strict';
import { test } from 'node:test';
import { importsOf, isProduct, readSources, type Source } from './sources.ts';

/** Room → rooms it may import besides itself, and why the list ends there. */
const mayImport: Readonly<Record<string, readonly string[]>> = {
  // Words that everybody shares know nobody.
  base: [],
  // Doors to the system know nothing of BIG-IP.
  platform: ['base'],
  // Plain data; drawn upon by everything.
  catalogue: ['base'],
  config: ['base', 'platform', 'catalogue'],
  supervisor: ['base', 'platform'],
  monitor: ['base', 'platform', 'catalogue', 'config'],
  iquery: ['base', 'platform', 'catalogue', 'config'],
  // Domains meet in the change feed and in the health table, never in each other.
  ltm: ['base', 'platform', 'catalogue', 'config', 'monitor', 'iquery'],
  gtm: ['base', 'platform', 'catalogue', 'config', 'monitor', 'iquery'],
  zonerunner: ['base', 'platform', 'catalogue', 'config', 'monitor', 'iquery'],
  network: ['base', 'platform', 'catalogue', 'config', 'monitor', 'iquery'],
  cluster: ['base', 'platform', 'catalogue', 'config', 'monitor', 'iquery'],
  observe: ['base', 'platform', 'catalogue', 'config', 'monitor'],
  icontrol: ['base', 'platform', 'catalogue', 'config', 'monitor', 'iquery', 'observe'],
  // The shell is a client of REST and has no private way in; of config it may use the text syntax only.
  tmsh: ['base', 'platform', 'catalogue', 'config'],
  // The only wiring; the command line may also load the lab and the tests.
  cmd: ['*'],
};

const roomOf = (path: string): string => /^src\/([^/]+)\//.exec(path)?.[1] ?? '';

test('rooms import downhill only', () => {
  const faults: string[] = [];
  for (const source of readSources('src/**/*.ts').filter(isProduct)) {
    const allowed = mayImport[roomOf(source.path)];
    assert.ok(
      allowed,
      `${source.path}: room ${roomOf(source.path)} has no rule in this test: add one`,
    );
    for (const { target } of source.imports) {
      const room = roomOf(target);
      if (target.startsWith('node:') || !/^(src|lab|test)\//.test(target)) continue;
      if (allowed.includes('*') || room === roomOf(source.path) || allowed.includes(room)) continue;
      faults.push(`${source.path} imports ${target}`);
    }
  }
  assert.deepEqual(faults, []);
});

test('tmsh knows the text syntax of config, nothing of its store', () => {
  const faults = readSources('src/tmsh/**/*.ts')
    .filter(isProduct)
    .flatMap((source) => source.imports.map(({ target }) => ({ path: source.path, target })))
    .filter(
      ({ target }) => target.startsWith('src/config/') && !target.startsWith('src/config/text/'),
    )
    .filter(({ target }) => target !== 'src/config/types.ts');
  assert.deepEqual(faults, []);
});

test('engine folders do not import each other', () => {
  const engineOf = (path: string): string =>
    /^src\/(?:ltm|zonerunner|network)\/(haproxy|nftables|bind|conntrackd)\//.exec(path)?.[1] ?? '';
  const faults = readSources('src/**/*.ts')
    .filter((source) => isProduct(source) && engineOf(source.path) !== '')
    .flatMap((source) => source.imports.map(({ target }) => `${source.path} imports ${target}`))
    .filter((line) => {
      const [path = '', target = ''] = line.split(' imports ');
      return engineOf(target) !== '' && engineOf(target) !== engineOf(path);
    });
  assert.deepEqual(faults, []);
});

/** Files that need each other are one file, or share a third. */
test('no file imports one that imports it', () => {
  const targets = new Map(
    readSources('{src,lab,bench,test}/**/*.ts').map(({ path, imports }) => [
      path,
      imports.map(({ target }) => target),
    ]),
  );
  const finished = new Set<string>();
  const circles: string[] = [];
  const visit = (path: string, trail: readonly string[]): void => {
    if (trail.includes(path)) {
      circles.push([...trail.slice(trail.indexOf(path)), path].join(' → '));
      return;
    }
    if (finished.has(path)) return;
    for (const target of targets.get(path) ?? []) visit(target, [...trail, path]);
    finished.add(path);
  };
  for (const path of targets.keys()) visit(path, []);
  assert.deepEqual(circles, []);
});

/** Doors that only platform may open: everything else gets them passed in, so that it can be simulated. */
const doors = [
  'node:fs',
  'node:fs/promises',
  'node:net',
  'node:tls',
  'node:http',
  'node:https',
  'node:http2',
  'node:dgram',
  'node:dns',
  'node:dns/promises',
  'node:child_process',
  'node:sqlite',
  'node:ffi',
  'node:worker_threads',
  'node:timers',
  'node:timers/promises',
];

test('only platform opens files, sockets, processes, databases and libraries', () => {
  const faults = readSources('src/**/*.ts')
    .filter((source) => isProduct(source) && roomOf(source.path) !== 'platform')
    .flatMap((source) =>
      source.imports
        .filter(({ target, isTypeOnly }) => !isTypeOnly && doors.includes(target))
        .map(({ target }) => `${source.path} imports ${target}: put a door into src/platform`),
    );
  assert.deepEqual(faults, []);
});

/** Decisions, plans, codecs and state machines: given everything, touching nothing. */
const pure = [
  /^src\/base\//,
  /^src\/catalogue\/(?!generate\.ts)/,
  /^src\/config\/(model|text)\//,
  /\/(plan|decide|render|rollup|step|wire|codec|machine|frame)\.ts$/,
  /^src\/gtm\/(decision|dns)\//,
];

test('pure files import neither platform nor Node', () => {
  const isPure = (source: Source): boolean => pure.some((pattern) => pattern.test(source.path));
  const faults = readSources('src/**/*.ts')
    .filter((source) => isProduct(source) && isPure(source))
    .flatMap((source) =>
      source.imports
        .filter(({ isTypeOnly }) => !isTypeOnly)
        .filter(({ target }) => target.startsWith('node:') || target.startsWith('src/platform/'))
        .map(({ target }) => `${source.path} imports ${target}`),
    );
  assert.deepEqual(faults, []);
});

test('time and chance come in through platform', () => {
  const calls =
    /\b(Date\.now|Math\.random|performance\.now|setTimeout|setInterval|setImmediate|new Date)\(\s*\)?/g;
  const faults = readSources('src/**/*.ts')
    .filter((source) => isProduct(source) && roomOf(source.path) !== 'platform')
    .flatMap((source) =>
      [...stripComments(source.text).matchAll(calls)]
        // A date made of a number is only a way to print it.
        .filter(([call]) => !/^new Date\($/.test(call.trim()))
        .map(([call]) => `${source.path} calls ${call}`),
    );
  assert.deepEqual(faults, []);
});

function stripComments(text: string): string {
  return text.replaceAll(/\/\*[\s\S]*?\*\/|\/\/[^\n]*/g, '');
}

test('this test sees every form of import', () => {
  const text = [
    "import { a } from 'node:fs';",
    'import {',
    '  b,',
    "} from '../base/b.ts';",
    "import type { C } from '../platform/c.ts';",
    "export { d } from './d.ts';",
    "import './e.ts';",
    "const f = await import('../gtm/f.ts');",
  ].join('\n');
  assert.deepEqual(
    importsOf('src/ltm/x.ts', text)
      .map(({ target, isTypeOnly }) => `${target}${isTypeOnly ? ' type' : ''}`)
      .toSorted(),
    [
      'node:fs',
      'src/base/b.ts',
      'src/gtm/f.ts',
      'src/ltm/d.ts',
      'src/ltm/e.ts',
      'src/platform/c.ts type',
    ],
  );
});
