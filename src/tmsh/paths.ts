/** The words that name a component: whole, abbreviated, absolute, or relative to the shell's module. Pure. */
import type { Component } from '../catalogue/types.ts';
import type { Lexer } from '../config/text/lexer.ts';
import type { ConfigContext } from '../config/text/parse-config.ts';

export interface CommandContext extends ConfigContext {
  /** "" at the top, "ltm" or "ltm pool" in a mode. */
  readonly module: string;
}

/** Every command asks for the same words several times. */
const known = new WeakMap<readonly Component[], Map<string, readonly string[]>>();

/** What may follow `path`: "ltm" → "monitor", "node", "pool", … */
export function wordsBelow(path: string, components: readonly Component[]): readonly string[] {
  const byPath = known.get(components) ?? new Map<string, readonly string[]>();
  known.set(components, byPath);
  const before = byPath.get(path);
  if (before !== undefined) return before;
  const depth = path === '' ? 0 : path.split(' ').length;
  const words = components
    .filter(({ id }) => path === '' || id.startsWith(`${path} `))
    .map(({ id }) => id.split(' ')[depth] ?? '');
  const below = [...new Set(words)];
  // Only what components begin with is asked for again; a name that somebody typed is not worth keeping.
  if (below.length > 0) byPath.set(path, below);
  return below;
}

/** Consumes the words that are the beginning of some component's id; returns them with the module. */
export function takeModulePath(lexer: Lexer, context: CommandContext): string {
  const first = lexer.peek();
  const isAbsolute = first.kind === 'word' && !first.quoted && first.text.startsWith('/');
  const base = isAbsolute ? '' : context.module;
  const path = walk(lexer, base, context);
  const isWholeAlready = context.component(base) !== undefined;
  if (path !== base || base === '' || isWholeAlready) return path;
  const fromTop = walk(lexer, '', context);
  return fromTop === '' ? base : fromTop;
}

function walk(lexer: Lexer, base: string, context: CommandContext): string {
  let path = base;
  for (;;) {
    const token = lexer.peek();
    if (token.kind !== 'word' || token.quoted) return path;
    const written = path === '' ? token.text.replace(/^\//, '') : token.text;
    if (written === '') return path;
    const word = wholeWord(lexer, written, path, context);
    if (word === undefined) return path;
    lexer.next();
    path = path === '' ? word : `${path} ${word}`;
  }
}

/** Behind a component that has objects a word is a name, unless it is exactly a longer component. */
function wholeWord(
  lexer: Lexer,
  written: string,
  path: string,
  context: CommandContext,
): string | undefined {
  const words = wordsBelow(path, context.components);
  if (words.includes(written)) return written;
  if (context.component(path) !== undefined) return undefined;
  return unabbreviated(lexer, written, words);
}

/** The one word that begins so; undefined when none does, a syntax error when several do. */
export function unabbreviated(
  lexer: Lexer,
  written: string,
  words: readonly string[],
): string | undefined {
  if (words.includes(written)) return written;
  const matching = words.filter((word) => word.startsWith(written));
  if (matching.length > 1) {
    return lexer.fail(`Syntax Error: "${written}" is ambiguous: ${matching.join(', ')}`);
  }
  return matching[0];
}
