/** `list` and `show`: names, properties and modifiers in any order. Pure. */
import type { Component } from '../catalogue/types.ts';
import { oneOf } from '../config/text/expected.ts';
import type { Lexer } from '../config/text/lexer.ts';
import { isBar } from './filter.ts';
import { layouts } from './layouts.ts';
import type { WrittenName } from './names.ts';
import { type CommandContext, takeModulePath, wordsBelow } from './paths.ts';

/** A property, or an item, with what is wanted of it; all when nothing is named. */
export interface Wanted {
  readonly name: string;
  readonly below: readonly Wanted[];
}

export interface ReadCommand {
  readonly verb: 'list' | 'show';
  /** One, or all below a module. */
  readonly components: readonly Component[];
  readonly names: readonly WrittenName[];
  readonly wanted: readonly Wanted[];
  readonly options: ReadonlySet<string>;
  /** Words for the device, of components with records: `mode ssl all-properties`. */
  readonly filters: readonly string[];
}

export const readOptions = {
  list: ['all-properties', 'current-module', 'non-default-properties', 'one-line', 'recursive'],
  show: ['current-module', 'default', 'detail', 'field-fmt', 'raw', 'recursive'],
} as const;

/** Behind the verb. Throws SyntaxProblem. */
export function parseRead(
  lexer: Lexer,
  verb: 'list' | 'show',
  context: CommandContext,
): ReadCommand {
  const first = lexer.peek();
  if (verb === 'show' && first.kind === 'word' && !first.quoted && isRunningConfig(first.text)) {
    lexer.next();
    return parseRead(lexer, 'list', context);
  }
  const path = takeModulePath(lexer, context);
  const all = componentsBelow(path, verb, context.components);
  const only = all.length === 1 && all[0]?.id === path ? all[0] : undefined;
  if (all.length === 0) {
    const token = lexer.peek();
    const word = token.kind === 'word' ? token.text : (path.split(' ').at(-1) ?? '');
    const below = wordsBelow(token.kind === 'word' ? path : '', context.components);
    lexer.fail(`Syntax Error: "${word}" unexpected argument`, {
      // What exists and is no configuration (or no state) is not mended by another word.
      ...(below.length > 0 && !below.includes(word) && { expected: oneOf(below, word) }),
      ...(path !== '' && { expected: `"${path}" has nothing that ${verb} prints` }),
    });
  }
  const names: WrittenName[] = [];
  const wanted: Wanted[] = [];
  const options = new Set<string>();
  const filters: string[] = [];
  const known: readonly string[] = readOptions[verb];
  // `list ltm pool web { members }`: braces around what is wanted may be there or not.
  let depth = 0;
  for (;;) {
    const token = lexer.peek();
    const isBrace =
      token.kind === 'open' ? only !== undefined : token.kind === 'close' && depth > 0;
    if (isBrace) {
      lexer.next();
      depth += token.kind === 'open' ? 1 : -1;
      continue;
    }
    if (token.kind !== 'word' || isBar(lexer)) break;
    const { quoted, start } = token;
    const text = lexer.expectWord();
    if (!quoted && only?.filters !== undefined && isFilterWord(only, text)) {
      filters.push(text, ...(text === whole ? [] : [lexer.expectWord()]));
    } else if (!quoted && known.includes(text)) options.add(text);
    else if (!quoted && isWanted(text, verb, all, only)) {
      wanted.push({ name: text, below: takeBelow(lexer) });
    } else if (only === undefined && !all.some(hasNames)) {
      const expected = oneOf([...wordsBelow(path, context.components), ...known], text);
      lexer.failAt(start, `Syntax Error: "${text}" unexpected argument`, { expected });
    } else if (only?.naming.kind === 'singleton') {
      const words = only.properties.map(({ name }) => name);
      const expected = oneOf([...words, ...known], text);
      lexer.failAt(start, `Syntax Error: "${text}" unknown property`, { expected });
    } else if (only === undefined && !path.includes(' ')) {
      // A module is no place for names: `list ltm nothing`.
      const expected = oneOf([...wordsBelow(path, context.components), ...known], text);
      lexer.failAt(start, `Syntax Error: "${text}" unexpected argument`, { expected });
    } else names.push({ text, quoted });
  }
  if (depth > 0) {
    lexer.fail('Syntax Error: incomplete command', {
      isIncomplete: true,
      expected: 'expected "}"',
    });
  }
  const components = options.has('current-module') ? all.filter(isRightBelow(path)) : all;
  return { verb, components, names, wanted, options, filters };
}

/** `show running-config ltm`, words cut short as everywhere: what `list ltm` prints. */
export function isRunningConfig(written: string): boolean {
  const word = written.replace(/^\//, '');
  return word.length >= 3 && 'running-config'.startsWith(word);
}

const whole = 'all-properties';

/** One of those that choose among records, or the word for all there is of each. */
export function isFilterWord({ filters }: Component, word: string): boolean {
  return word === whole || filters?.includes(word) === true;
}

function hasNames({ naming }: Component): boolean {
  return naming.kind !== 'singleton';
}

/** Objects of `gtm`, not of `gtm pool`. */
function isRightBelow(path: string): (component: Component) => boolean {
  const depth = path === '' ? 0 : path.split(' ').length;
  return ({ id }) => id.split(' ').length <= depth + 1;
}

/** `list` chooses among properties, `show` among the items that have statistics. */
function isWanted(
  text: string,
  verb: 'list' | 'show',
  all: readonly Component[],
  only: Component | undefined,
): boolean {
  return (only === undefined ? all : [only]).some(({ properties }) =>
    properties.some(({ name, type }) => {
      if (verb === 'show') return name === text && type.kind === 'items' && type.statistics;
      return (
        (only !== undefined && name === text) ||
        (only !== undefined &&
          type.kind === 'flags' &&
          type.flags.some(({ flag }) => flag === text))
      );
    }),
  );
}

/** `members { 10.0.0.1:80 { state } }` */
function takeBelow(lexer: Lexer): readonly Wanted[] {
  if (lexer.peek().kind !== 'open') return [];
  lexer.expectOpen();
  const below: Wanted[] = [];
  while (lexer.peek().kind === 'word') {
    below.push({ name: lexer.expectWord(), below: takeBelow(lexer) });
  }
  lexer.expectClose();
  return below;
}

function isListed({ stateOnly, shows }: Component): boolean {
  return stateOnly !== true || shows !== undefined;
}

/** `list` is for configuration, `show` for state. */
function componentsBelow(
  path: string,
  verb: 'list' | 'show',
  components: readonly Component[],
): readonly Component[] {
  const covered = verb === 'show' ? coveredBelow(path, components) : new Set();
  return components.filter((component) => {
    if (covered.has(component.id)) return false;
    const isThere = path === '' || component.id === path || component.id.startsWith(`${path} `);
    // Files are neither: only who names them gets them.
    if (component.files === true) return component.id === path;
    return isThere && (verb === 'list' ? isListed(component) : isShown(component));
  });
}

/** Parts of what is shown anyway: `show sys performance` is `all-stats`, once. */
function coveredBelow(path: string, components: readonly Component[]): ReadonlySet<string> {
  const covered = components.flatMap(({ id }) => {
    const layout = layouts[id];
    const isMeant = path === '' || id.startsWith(`${path} `);
    return isMeant && layout?.style === 'report' ? (layout.covers ?? []) : [];
  });
  return new Set(covered);
}

/** It has statistics, or a look of its own for its configuration (cm device). */
export function isShown({ id, statistics }: Component): boolean {
  return statistics === true || layouts[id]?.source === 'configuration';
}
