import { execFileSync } from 'node:child_process';
import { globSync, readFileSync, statSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';

export const root = resolve(import.meta.dirname, '..', '..');

export interface Import {
  /** `node:fs`, `@peculiar/x509`, or a path below the root: `src/base/fault.ts`. */
  readonly target: string;
  /** Types leave no trace at run time. */
  readonly isTypeOnly: boolean;
}

export interface Source {
  /** Below the root: `src/ltm/plan.ts`. */
  readonly path: string;
  readonly text: string;
  readonly imports: readonly Import[];
}

const staticImport = /^(?:import|export)\s+(type\s+)?[^'";]*?\bfrom\s+'([^']+)'/gms;
const bareImport = /^import\s+'([^']+)'/gm;
const dynamicImport = /\bimport\(\s*'([^']+)'\s*\)/g;

export function readSources(glob: string): readonly Source[] {
  return globSync(glob, { cwd: root })
    .filter((path) => !path.includes('node_modules'))
    .toSorted()
    .map((path) => {
      const text = readFileSync(join(root, path), 'utf8');
      return { path, text, imports: importsOf(path, text) };
    });
}

export function importsOf(path: string, text: string): readonly Import[] {
  const found: Import[] = [];
  const add = (target: string | undefined, isTypeOnly: boolean): void => {
    if (target === undefined) return;
    const isOwn = target.startsWith('.');
    const full = isOwn ? relative(root, resolve(root, dirname(path), target)) : target;
    found.push({ target: full, isTypeOnly });
  };
  for (const match of text.matchAll(staticImport)) add(match[2], match[1] !== undefined);
  for (const match of text.matchAll(bareImport)) add(match[1], false);
  for (const match of text.matchAll(dynamicImport)) add(match[1], false);
  return found;
}

/** Files of the product proper: no tests, nor what only tests use. */
export function isProduct(source: Source): boolean {
  return !/\.test\.ts$|\/(fixtures|simulator)\/|\/(test|example|fake)-[^/]*\.ts$/.test(source.path);
}

/** As git knows them; a copy without git is taken to hold nothing else than the house. */
export function trackedFiles(): readonly string[] {
  try {
    return execFileSync('git', ['ls-files', '-z'], {
      cwd: root,
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
    })
      .split('\0')
      .filter((path) => path !== '');
  } catch {
    const folders = '{.ci,bench,docs,lab,packaging,proto,src,test}/**/*';
    return [...globSync(folders, { cwd: root }), ...globSync('*', { cwd: root })].filter((path) =>
      statSync(join(root, path)).isFile(),
    );
  }
}
