/** One command line as data, led by the catalogue. Pure. */
import { actionsOf } from '../catalogue/move.ts';
import type { Component } from '../catalogue/types.ts';
import type { Changes } from '../config/text/changes.ts';
import { oneOf } from '../config/text/expected.ts';
import { Lexer } from '../config/text/lexer.ts';
import { qualify } from '../config/text/names.ts';
import { parseBody } from '../config/text/parse-body.ts';
import { parseObjectBlock, scriptProperty } from '../config/text/parse-config.ts';
import { withoutAliases } from './aliases.ts';
import { type Filter, isBar, takeFilter } from './filter.ts';
import type { WrittenName } from './names.ts';
import { type ReadCommand, parseRead } from './parse-read.ts';
import { type CommandContext, takeModulePath, unabbreviated, wordsBelow } from './paths.ts';

export type Command =
  | {
      readonly verb: 'create';
      readonly component: Component;
      readonly name: string;
      readonly changes: Changes;
    }
  | {
      readonly verb: 'modify';
      readonly component: Component;
      readonly name: WrittenName;
      readonly changes: Changes;
    }
  | {
      readonly verb: 'delete';
      readonly component: Component;
      readonly names: readonly WrittenName[];
      readonly isRecursive: boolean;
    }
  | ReadCommand
  | {
      readonly verb: 'action';
      readonly command: string;
      readonly component: Component;
      /** The rest as it was written; the device parses it. */
      readonly text: string;
    }
  /** `load sys config merge from-terminal`: the text comes from where the shell runs. */
  | {
      readonly verb: 'load-text';
      readonly isMerge: boolean;
      readonly isVerify: boolean;
      readonly isReport: boolean;
    }
  /** `run /util bash -c …`: a program of BIG-IP's shell, as far as the device has it. */
  | { readonly verb: 'util'; readonly name: string; readonly text: string }
  | { readonly verb: 'script'; readonly name: string; readonly args: readonly string[] }
  /** Objects as text, in an editor; what comes back is run. */
  | { readonly verb: 'edit'; readonly read: ReadCommand }
  | { readonly verb: 'transaction'; readonly step: 'create' | 'submit' | 'delete' | 'list' }
  | { readonly verb: 'cd'; readonly folder: string }
  | { readonly verb: 'pwd' }
  /** Into a module or component, whose name then need not be written. */
  | { readonly verb: 'enter'; readonly module: string }
  | { readonly verb: 'leave' }
  | { readonly verb: 'help'; readonly path: string }
  | { readonly verb: 'quit' };

/** A command, and what its output goes through. */
export interface FilteredCommand {
  readonly command: Command;
  /** `| grep a | grep -v b`, in their order. */
  readonly filters: readonly Filter[];
}

/** The next command; undefined at the end of the text. Throws SyntaxProblem. */
export function readCommand(lexer: Lexer, context: CommandContext): FilteredCommand | undefined {
  lexer.skipSeparators();
  return lexer.isAtEndOfText() ? undefined : parseOne(lexer, context);
}

const aliasedVerbs: ReadonlySet<string> = new Set(['modify', 'show', 'run']);

/** Under its own spelling, or under the one that an alias stands for. */
function parseOne(lexer: Lexer, context: CommandContext): FilteredCommand {
  const first = lexer.peek();
  if (first.kind === 'word' && aliasedVerbs.has(first.text)) {
    const written = new Lexer(lexer.text, 'command', lexer.offset()).restOfCommand();
    const known = withoutAliases(written);
    if (known !== written) {
      lexer.restOfCommand();
      return parseWhole(new Lexer(known, 'command'), context);
    }
  }
  return parseWhole(lexer, context);
}

function parseWhole(lexer: Lexer, context: CommandContext): FilteredCommand {
  const command = parseCommand(lexer, context);
  const filters: Filter[] = [];
  while (isBar(lexer)) {
    lexer.next();
    filters.push(takeFilter(lexer));
  }
  if (lexer.isAtEnd()) return { command, filters };
  return lexer.failUnexpected('expected the end of the command, or "| grep"');
}

const ownVerbs = [
  'create',
  'modify',
  'delete',
  'list',
  'show',
  'edit',
  'submit',
  'cd',
  'pwd',
  'help',
];

/** Asked for by every command, of the same components. */
const knownVerbs = new WeakMap<readonly Component[], readonly string[]>();

/** Everything that may begin a command, modules aside. */
export function verbsOf(components: readonly Component[]): readonly string[] {
  const known = knownVerbs.get(components);
  if (known !== undefined) return known;
  const actions = components.flatMap((component) =>
    actionsOf(component).map(({ command }) => command),
  );
  const verbs = [...new Set([...ownVerbs, 'exit', 'quit', ...actions])];
  knownVerbs.set(components, verbs);
  return verbs;
}

function parseCommand(lexer: Lexer, context: CommandContext): Command {
  const entered = takeEntry(lexer, context);
  if (entered !== undefined) return entered;
  const start = lexer.offset();
  const written = lexer.expectWord('expected a command');
  const verb = unabbreviated(lexer, written, verbsOf(context.components)) ?? written;
  switch (verb) {
    case 'create':
    case 'modify':
    case 'submit':
    case 'delete':
    case 'list': {
      const transaction = takeTransaction(lexer, verb);
      if (transaction !== undefined) return transaction;
      if (verb === 'list') return parseRead(lexer, 'list', context);
      if (verb === 'submit') return lexer.failUnexpected('expected "cli transaction"');
      if (verb === 'delete') return parseDelete(lexer, context);
      return verb === 'create' ? parseCreate(lexer, context) : parseModify(lexer, context);
    }
    case 'show':
      return parseRead(lexer, verb, context);
    case 'edit':
      return { verb, read: parseRead(lexer, 'list', context) };
    case 'run':
      return parseRun(lexer, context, start);
    case 'cd':
      return { verb, folder: folderNamed(lexer.expectWord(), context.folder) };
    case 'pwd':
    case 'quit':
      return { verb };
    case 'help':
    case '?':
      return { verb: 'help', path: takeModulePath(lexer, context) };
    case 'exit':
      return { verb: context.module === '' ? 'quit' : 'leave' };
    default:
      return parseAction(lexer, verb, context, start);
  }
}

/** `ltm pool`, `/`, `..`: a module instead of a verb. */
function takeEntry(lexer: Lexer, context: CommandContext): Command | undefined {
  const first = lexer.peek();
  if (first.kind !== 'word' || first.quoted) return undefined;
  if (first.text === '/' || first.text === '..') {
    lexer.next();
    return first.text === '/' ? { verb: 'enter', module: '' } : { verb: 'leave' };
  }
  const isModule =
    first.text.startsWith('/') ||
    wordsBelow(context.module, context.components).includes(first.text) ||
    wordsBelow('', context.components).includes(first.text);
  const isVerb = verbsOf(context.components).includes(first.text);
  if (!isModule || isVerb) return undefined;
  const module = takeModulePath(lexer, context);
  const rest = lexer.peek();
  if (module === '' || rest.kind !== 'end') {
    const isWhole = context.component(module) !== undefined;
    const below = [...wordsBelow(module, context.components), ...(isWhole ? ['a command'] : [])];
    return lexer.failUnexpected(below.length === 0 ? undefined : oneOf(below, rest.text));
  }
  return { verb: 'enter', module };
}

function takeTransaction(lexer: Lexer, verb: string): Command | undefined {
  if (!/^\s*\/?cli\s+transaction\b/.test(lexer.text.slice(lexer.offset()))) return undefined;
  lexer.next();
  const start = lexer.offset();
  const second = lexer.expectWord();
  const step = (['create', 'submit', 'delete', 'list'] as const).find((known) => known === verb);
  if (second !== 'transaction' || step === undefined) {
    return lexer.failAt(start, `Syntax Error: "${second}" unexpected argument`, {
      expected: 'expected "transaction"',
    });
  }
  return { verb: 'transaction', step };
}

function folderNamed(text: string, current: string): string {
  if (text === '..') return current.slice(0, current.lastIndexOf('/')) || '/';
  const path = text.length > 1 ? text.replace(/\/$/, '') : text;
  return qualify(path, current);
}

/** The component, or a syntax error naming the word that is none. */
function takeComponent(lexer: Lexer, context: CommandContext): Component {
  const path = takeModulePath(lexer, context);
  const component = context.component(path);
  if (component !== undefined) return component;
  return lexer.failUnexpected(oneOf(wordsBelow(path, context.components), lexer.peek().text));
}

function takeWritten(lexer: Lexer): WrittenName {
  const token = lexer.peek();
  return { text: lexer.expectWord(), quoted: token.kind === 'word' && token.quoted };
}

const wholeTopology = /^ldns: (not )?(?!not )\S+ \S+ server: (not )?(?!not )\S+ \S+$/;
const longestTopology = 8;

/** One word; of a topology record the whole sentence. */
function takeNewName(lexer: Lexer, noun: string): string {
  const words = [lexer.expectWord(`expected the name of the ${noun}`)];
  while (words[0] === 'ldns:' && lexer.peek().kind === 'word') {
    const sentence = words.join(' ');
    if (wholeTopology.test(sentence) || words.length >= longestTopology) break;
    words.push(lexer.expectWord());
  }
  return words.join(' ');
}

/** What is made by a command, with words of its own (sys crypto key). */
function parseAsAction(
  lexer: Lexer,
  command: 'create' | 'modify',
  component: Component,
): Command | undefined {
  if (component.actions?.some((action) => action.command === command) !== true) return undefined;
  return { verb: 'action', command, component, text: restOfCommand(lexer) };
}

function parseCreate(lexer: Lexer, context: CommandContext): Command {
  const component = takeComponent(lexer, context);
  const action = parseAsAction(lexer, 'create', component);
  if (action !== undefined) return action;
  const written = component.naming.kind === 'singleton' ? '' : takeNewName(lexer, component.noun);
  const name = component.naming.kind === 'foldered' ? qualify(written, context.folder) : written;
  return { verb: 'create', component, name, changes: parseChanges(lexer, component, context) };
}

function parseModify(lexer: Lexer, context: CommandContext): Command {
  const component = takeComponent(lexer, context);
  const action = parseAsAction(lexer, 'modify', component);
  if (action !== undefined) return action;
  const isNameless = component.naming.kind === 'singleton';
  const name = isNameless ? { text: '', quoted: true } : takeWritten(lexer);
  return { verb: 'modify', component, name, changes: parseChanges(lexer, component, context) };
}

/** `{ … }` or properties up to the end of the command. */
function parseChanges(lexer: Lexer, component: Component, context: CommandContext): Changes {
  if (lexer.peek().kind === 'open') return parseObjectBlock(lexer, component, context);
  return scriptProperty(component) === undefined
    ? parseBody(lexer, component.properties, context)
    : lexer.failUnexpected('expected "{" and the script');
}

function parseDelete(lexer: Lexer, context: CommandContext): Command {
  const component = takeComponent(lexer, context);
  const names: WrittenName[] = [];
  let isRecursive = false;
  while (lexer.peek().kind === 'word' && !isBar(lexer)) {
    const name = takeWritten(lexer);
    if (name.text === 'recursive' && !name.quoted && names.length > 0) isRecursive = true;
    else names.push(name);
  }
  if (names.length === 0 && component.naming.kind !== 'singleton') {
    lexer.failUnexpected(`expected the name of the ${component.noun}, or "all"`);
  }
  return { verb: 'delete', component, names, isRecursive };
}

/** Programs and scripts are no components with a command of their own. */
function parseRun(lexer: Lexer, context: CommandContext, start: number): Command {
  const words = lexer.text.slice(lexer.offset());
  const util = /^(?:\/?util\s+|\/util\/)([\w-]+)/.exec(words);
  if (util !== null) {
    if (lexer.expectWord().replace('/', '') === 'util') lexer.expectWord();
    return { verb: 'util', name: util[1] ?? '', text: restOfCommand(lexer) };
  }
  const isScript = /^\/?cli\s+script(\s|$)/.test(words) || context.module === 'cli script';
  if (!isScript) return parseAction(lexer, 'run', context, start);
  takeModulePath(lexer, context);
  const name = qualify(lexer.expectWord(), context.folder);
  const args: string[] = [];
  while (lexer.peek().kind === 'word' && !isBar(lexer)) args.push(lexer.expectWord());
  return { verb: 'script', name, args };
}

/** As it was written, up to the end of the command or to a bar. */
function restOfCommand(lexer: Lexer): string {
  const from = lexer.offset();
  let end = from;
  while (!lexer.isAtEnd() && !isBar(lexer)) {
    lexer.next();
    end = lexer.taken();
  }
  return lexer.text.slice(from, end);
}

/** `start`: where the command began. */
function parseAction(
  lexer: Lexer,
  command: string,
  context: CommandContext,
  start: number,
): Command {
  const verbs = verbsOf(context.components);
  if (!verbs.includes(command)) {
    const words = [...verbs, ...wordsBelow(context.module, context.components)];
    const expected = oneOf(words, command);
    return lexer.failAt(start, `Syntax Error: "${command}" unexpected argument`, { expected });
  }
  const component = takeComponent(lexer, context);
  if (!actionsOf(component).some((action) => action.command === command)) {
    const known = context.components.filter((one) =>
      actionsOf(one).some((action) => action.command === command),
    );
    const expected = oneOf(known.map(({ id }) => id));
    const message = `Syntax Error: "${command}" may not be used with ${component.id}`;
    lexer.failAt(start, message, { expected });
  }
  const written = restOfCommand(lexer);
  const text = inFolder(written, command, component, context);
  const words = text.split(/\s+/);
  if (component.id === 'sys config' && command === 'load' && words.includes('from-terminal')) {
    const known = ['from-terminal', 'merge', 'report', 'verify'];
    const other = words.find((word) => !known.includes(word));
    if (other !== undefined) {
      const expected = oneOf(known, other);
      lexer.failAt(start, `Syntax Error: "${other}" unexpected argument`, { expected });
    }
    const isMerge = words.includes('merge');
    const isReport = words.includes('report');
    return { verb: 'load-text', isMerge, isVerify: words.includes('verify'), isReport };
  }
  return { verb: 'action', command, component, text };
}

/** The device knows no folder that somebody stands in: the first name gets it here. */
function inFolder(
  text: string,
  command: string,
  component: Component,
  { folder }: CommandContext,
): string {
  const isNamed =
    ['cp', 'generate', 'mv', 'publish', 'reset-stats'].includes(command) &&
    component.naming.kind === 'foldered';
  return isNamed ? text.replace(/^[^\s"/]\S*/, (name) => qualify(name, folder)) : text;
}
