/** Whole files in bigip.conf syntax: one stanza an object, in any order. */
import type { Component, Properties, Property } from '../../catalogue/types.ts';
import type { Fault, Outcome } from '../../base/fault.ts';
import { closingBrace } from '../../base/braces.ts';
import { type Sliced, finishAtOnce } from '../../base/slices.ts';
import { type Changes, asNewProperties } from './changes.ts';
import { oneOf } from './expected.ts';
import { Lexer, SyntaxProblem, withoutBlanksBehind } from './lexer.ts';
import { type TextContext, qualify } from './names.ts';
import { parseBody } from './parse-body.ts';

export type ParsedStanza =
  | {
      readonly kind: 'object';
      readonly component: Component;
      readonly name: string;
      readonly properties: Properties;
      /** Named with `none` or `default`: not even what a stock object has. */
      readonly unset: readonly string[];
      /** As it was written, between the braces. */
      readonly body: string;
      readonly line: number;
    }
  /** A component that is not in the catalogue, kept as it was written. */
  | {
      readonly kind: 'unknown';
      readonly header: string;
      readonly body: string;
      readonly line: number;
      /** Of a component that is known: why the object cannot be made. */
      readonly why?: string;
    };

export interface ConfigContext extends TextContext {
  readonly components: readonly Component[];
  /** Told of each stanza that cannot be read, which is left out then instead of failing the whole. */
  readonly onUnread?: (unread: UnreadStanza) => void;
}

export interface UnreadStanza {
  readonly header: string;
  readonly line: number;
  readonly fault: Fault;
}

/**
 * A syntax error anywhere makes a fault naming its place; nothing of the file is returned then. `file` is
 * how the place is called.
 */
export function parseConfig(
  text: string,
  context: ConfigContext,
  file?: string,
): Outcome<readonly ParsedStanza[]> {
  return finishAtOnce(parsingConfig(text, context, file));
}

/** The same, which lets go after each stanza. */
export function* parsingConfig(
  text: string,
  context: ConfigContext,
  file?: string,
): Sliced<Outcome<readonly ParsedStanza[]>> {
  let lexer = new Lexer(text, 'file');
  const stanzas: ParsedStanza[] = [];
  for (;;) {
    let start: number | undefined;
    try {
      if (lexer.isAtEnd()) return { ok: true, value: stanzas };
      start = lexer.offset();
      stanzas.push(parseStanza(lexer, context));
    } catch (error) {
      const found = file === undefined ? syntaxFault(error, true) : placedFault(error, file);
      const fault = withBeginning(found, error, lexer, start);
      const after =
        context.onUnread === undefined || start === undefined ? undefined : skipStanza(text, start);
      if (after === undefined || start === undefined) return { ok: false, faults: [fault] };
      const line = lexer.line(start);
      context.onUnread?.({ header: after.header, line, fault });
      lexer = new Lexer(text, 'file', after.end);
    }
    yield;
  }
}

/** A brace that is missing is missed at the end of the file; people look for it where the block begins. */
function withBeginning(
  fault: Fault,
  error: unknown,
  lexer: Lexer,
  start: number | undefined,
): Fault {
  if (!(error instanceof SyntaxProblem) || !error.isIncomplete || start === undefined) return fault;
  const line = lexer.line(start);
  const header = lexer.text.slice(start).split(/\s*(?:\{|\n)/, 1)[0] ?? '';
  return { ...fault, message: `${fault.message} ("${header}" at line: ${line} is still open)` };
}

/** The first line up to its brace, and where the block ends; undefined when it does not. */
function skipStanza(
  text: string,
  start: number,
): { readonly header: string; readonly end: number } | undefined {
  const open = text.indexOf('{', start);
  const header = text.slice(start, open).trim();
  const end = open < 0 || header.includes('\n') ? undefined : closingBrace(text, open);
  return end === undefined ? undefined : { header, end: end + 1 };
}

/** Turns what the lexer threw into a value; anything else is a defect and goes on. */
export function syntaxFault(error: unknown, withLine: boolean): Fault {
  if (!(error instanceof SyntaxProblem)) throw error;
  const where = withLine ? ` at line ${error.line}` : '';
  return { status: 400, message: `${error.what}${where}${error.hint}` };
}

/** BIG-IP's form: `Syntax Error:(/config/bigip.conf at line: 26) "foo" unknown property`, and the column. */
function placedFault(error: unknown, file: string): Fault {
  if (!(error instanceof SyntaxProblem)) throw error;
  const what = error.what.replace(/^Syntax Error: ?/, '');
  const where = `${file} at line: ${error.line} column: ${error.column}`;
  return { status: 400, message: `Syntax Error:(${where}) ${what}${error.hint}` };
}

function parseStanza(lexer: Lexer, context: ConfigContext): ParsedStanza {
  const line = lexer.line();
  const start = lexer.offset();
  const path = takePath(lexer, context.components);
  const component = pathsOf(context.components).get(path);
  if (component === undefined || component.stateOnly === true) {
    if (context.keepUnknown !== true && ownModules.has(path.split(' ')[0] ?? '')) {
      const depth = path === '' ? 0 : path.split(' ').length;
      const below = [...pathsOf(context.components).keys()].filter(
        (known) =>
          known.split(' ').length === depth + 1 && (path === '' || known.startsWith(`${path} `)),
      );
      const { text } = lexer.peek();
      const words = below.map((known) => known.split(' ')[depth] ?? '');
      lexer.failUnexpected(words.length === 0 ? undefined : oneOf(words, text));
    }
    while (lexer.peek().kind === 'word') lexer.next();
    const header = withoutBlanksBehind(lexer.text.slice(start, lexer.offset()));
    return { kind: 'unknown', header, body: lexer.blob(), line };
  }
  const name = takeStanzaName(lexer, component, context);
  const from = lexer.offset() + 1;
  const changes = parseObjectBlock(lexer, component, context);
  const body = lexer.text.slice(from, lexer.taken() - 1);
  const properties = asNewProperties(changes).values;
  const unset = Object.keys(changes).filter((key) => changes[key]?.kind === 'unset');
  return { kind: 'object', component, name, properties, unset, body, line };
}

/** Modules of which every component is known: another one in text written by hand is a slip. */
const ownModules = new Set(['auth', 'cli', 'cm', 'gtm', 'ltm', 'net', 'sys']);

/** Consumes the words that are the beginning of some component's id, and returns them. */
export function takePath(lexer: Lexer, components: readonly Component[]): string {
  const paths = pathsOf(components);
  let path = '';
  for (;;) {
    const token = lexer.peek();
    if (token.kind !== 'word') return path;
    const word = path === '' ? token.text.replace(/^\//, '') : token.text;
    const longer = path === '' ? word : `${path} ${word}`;
    if (!paths.has(longer)) return path;
    lexer.next();
    path = longer;
  }
}

/** Every id and every beginning of one, with the component that it is the whole of. */
function pathsOf(components: readonly Component[]): ReadonlyMap<string, Component | undefined> {
  const known = pathsByComponents.get(components);
  if (known !== undefined) return known;
  const paths = new Map<string, Component | undefined>();
  for (const component of components) {
    const words = component.id.split(' ');
    for (let count = 1; count < words.length; count += 1) {
      const beginning = words.slice(0, count).join(' ');
      if (!paths.has(beginning)) paths.set(beginning, undefined);
    }
    paths.set(component.id, paths.get(component.id) ?? component);
  }
  pathsByComponents.set(components, paths);
  return paths;
}

/** Asked for each stanza of a file; the catalogue's list is always the same one. */
const pathsByComponents = new WeakMap<
  readonly Component[],
  ReadonlyMap<string, Component | undefined>
>();

/** A topology record's name is a whole sentence: every word up to the brace. */
function takeStanzaName(lexer: Lexer, component: Component, context: TextContext): string {
  if (component.naming.kind === 'singleton') return '';
  const words = [lexer.expectWord(`expected the name of the ${component.noun}`)];
  while (lexer.peek().kind === 'word') words.push(lexer.expectWord());
  const name = words.join(' ');
  return component.naming.kind === 'foldered' ? qualify(name, context.folder) : name;
}

/** `{ … }`; the whole block is the text of a component that is nothing but text (an iRule). */
export function parseObjectBlock(
  lexer: Lexer,
  component: Component,
  context: TextContext,
): Changes {
  const script = scriptProperty(component);
  if (script !== undefined) {
    return parseScript(lexer.blob(), script, component, context);
  }
  lexer.expectOpen();
  const changes = parseBody(lexer, component.properties, context);
  lexer.expectClose();
  return changes;
}

/** Lines looked at from the end: what stands behind a script is short. */
const maximumTrailing = 50;

/** The script, and behind it properties, each on a line of its own: `    description "for tests"`. */
function parseScript(
  block: string,
  script: string,
  component: Component,
  context: TextContext,
): Changes {
  const lines = trimBlankLines(block).split('\n');
  const others = component.properties.filter(({ name }) => name !== script);
  const words = new Set(
    others.flatMap(({ name, type }) =>
      type.kind === 'flags' ? type.flags.map(({ flag }) => flag) : [name],
    ),
  );
  let end = lines.length;
  let trailing: Changes = {};
  for (let index = end - 1; index >= Math.max(0, lines.length - maximumTrailing); index -= 1) {
    const word = /^ {4}([\w-]+)(?: |$)/.exec(lines[index] ?? '')?.[1];
    if (word === undefined || !words.has(word)) continue;
    const found = parseTrailing(lines.slice(index, lines.length).join('\n'), others, context);
    if (found === undefined) continue;
    end = index;
    trailing = found;
  }
  const text = trimBlankLines(lines.slice(0, end).join('\n'));
  return text === '' ? trailing : { [script]: { kind: 'set', value: text }, ...trailing };
}

/** Undefined when it is no properties, but the end of a script. */
function parseTrailing(
  text: string,
  properties: readonly Property[],
  context: TextContext,
): Changes | undefined {
  try {
    const lexer = new Lexer(text, 'file');
    const changes = parseBody(lexer, properties, { ...context, keepUnknown: false });
    return lexer.isAtEnd() ? changes : undefined;
  } catch (error) {
    if (error instanceof SyntaxProblem) return undefined;
    throw error;
  }
}

/** The blob that is the object's whole body, by the name that REST gives it. */
export function scriptProperty(component: Component): string | undefined {
  return component.properties.find(
    ({ name, type }) => type.kind === 'blob' && name === 'api-anonymous',
  )?.name;
}

function trimBlankLines(text: string): string {
  return text.replace(/^[ \t]*\n/, '').replace(/\s+$/, '');
}
