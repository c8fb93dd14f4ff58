/** One command line as data, led by the catalogue. Pure. */
import type { Component } from '../catalogue/types.ts';
import type { Changes } from '../config/text/changes.ts';
import { Lexer } from '../config/text/lexer.ts';
import { qualify } from '../config/text/names.ts';
import { parseBody } from '../config/text/parse-body.ts';
import {
  type ConfigContext,
  parseObjectBlock,
  scriptProperty,
  takePath,
} from '../config/text/parse-config.ts';
import { withoutAliases } from './aliases.ts';

export type Command =
  | {
      readonly verb: 'create' | 'modify';
      readonly component: Component;
      readonly name: string;
      readonly changes: Changes;
    }
  | { readonly verb: 'delete'; readonly component: Component; readonly names: readonly string[] }
  | {
      readonly verb: 'list' | 'show';
      /** One, or all below a module. */
      readonly components: readonly Component[];
      readonly names: readonly string[];
      readonly properties: readonly string[];
      readonly options: ReadonlySet<string>;
    }
  | {
      readonly verb: 'action';
      readonly command: string;
      readonly component: Component;
      /** The rest as it was written; the device parses it. */
      readonly text: string;
    }
  | { readonly verb: 'transaction'; readonly step: 'create' | 'submit' | 'delete' | 'list' }
  | { readonly verb: 'cd'; readonly folder: string }
  | { readonly verb: 'help'; readonly path: string }
  | { readonly verb: 'quit' };

const readOptions = new Set([
  'all-properties',
  'non-default-properties',
  'one-line',
  'recursive',
  'members',
  'detail',
  'field-fmt',
  'raw',
]);

/** The next command; undefined at the end of the text. Throws SyntaxProblem. */
export function readCommand(lexer: Lexer, context: ConfigContext): Command | undefined {
  lexer.skipSeparators();
  return lexer.isAtEndOfText() ? undefined : parseOne(lexer, context);
}

/** Under its own spelling, or under the one that an alias stands for. */
function parseOne(lexer: Lexer, context: ConfigContext): Command {
  const first = lexer.peek();
  if (first.kind === 'word' && first.text === 'modify') {
    const written = new Lexer(lexer.text, 'command', lexer.offset()).restOfCommand();
    const known = withoutAliases(written);
    if (known !== written) {
      lexer.restOfCommand();
      return parseWhole(new Lexer(known, 'command'), context);
    }
  }
  return parseWhole(lexer, context);
}

function parseWhole(lexer: Lexer, context: ConfigContext): Command {
  const command = parseCommand(lexer, context);
  if (lexer.isAtEnd()) return command;
  return lexer.fail(`Syntax Error: "${lexer.peek().text}" unexpected argument`);
}

function parseCommand(lexer: Lexer, context: ConfigContext): Command {
  const verb = lexer.expectWord();
  switch (verb) {
    case 'create':
    case 'modify':
    case 'submit':
    case 'delete':
    case 'list': {
      const transaction = takeTransaction(lexer, verb);
      if (transaction !== undefined) return transaction;
      if (verb === 'list') return parseRead(lexer, 'list', context);
      if (verb === 'submit') return lexer.fail('Syntax Error: "submit" unexpected argument');
      return verb === 'delete' ? parseDelete(lexer, context) : parseWrite(lexer, verb, context);
    }
    case 'show':
      return parseRead(lexer, verb, context);
    case 'cd':
      return { verb, folder: folderNamed(lexer.expectWord(), context.folder) };
    case 'help':
    case '?':
      return { verb: 'help', path: lexer.isAtEnd() ? '' : lexer.restOfCommand() };
    case 'quit':
    case 'exit':
      return { verb: 'quit' };
    default:
      return parseAction(lexer, verb, context);
  }
}

function takeTransaction(lexer: Lexer, verb: string): Command | undefined {
  const first = lexer.peek();
  if (first.kind !== 'word' || first.text.replace(/^\//, '') !== 'cli') return undefined;
  lexer.next();
  const second = lexer.expectWord();
  const step = (['create', 'submit', 'delete', 'list'] as const).find((known) => known === verb);
  if (second !== 'transaction' || step === undefined) {
    return lexer.fail(`Syntax Error: "${second}" unexpected argument`);
  }
  return { verb: 'transaction', step };
}

function folderNamed(text: string, current: string): string {
  if (text === '..') return current.slice(0, current.lastIndexOf('/')) || '/';
  const path = text.length > 1 ? text.replace(/\/$/, '') : text;
  return qualify(path, current);
}

/** The component, or a syntax error naming the word that is none. */
function takeComponent(lexer: Lexer, context: ConfigContext): Component {
  const path = takePath(lexer, context.components);
  const component = context.component(path);
  if (component !== undefined) return component;
  const token = lexer.peek();
  if (token.kind === 'end') return lexer.fail('Syntax Error: incomplete command');
  return lexer.fail(`Syntax Error: "${token.text}" unexpected argument`);
}

function takeName(lexer: Lexer, component: Component, context: ConfigContext): string {
  if (component.naming.kind === 'singleton') return '';
  const name = lexer.expectWord();
  return component.naming.kind === 'foldered' && name !== 'all'
    ? qualify(name, context.folder)
    : name;
}

function parseWrite(lexer: Lexer, verb: 'create' | 'modify', context: ConfigContext): Command {
  const component = takeComponent(lexer, context);
  const name = takeName(lexer, component, context);
  return { verb, component, name, changes: parseChanges(lexer, component, context) };
}

/** `{ … }` or properties up to the end of the command. */
function parseChanges(lexer: Lexer, component: Component, context: ConfigContext): Changes {
  if (lexer.peek().kind === 'open') return parseObjectBlock(lexer, component, context);
  return scriptProperty(component) === undefined
    ? parseBody(lexer, component.properties, context)
    : lexer.fail('Syntax Error: incomplete command');
}

function parseDelete(lexer: Lexer, context: ConfigContext): Command {
  const component = takeComponent(lexer, context);
  const names: string[] = [];
  while (lexer.peek().kind === 'word') names.push(takeName(lexer, component, context));
  if (names.length === 0 && component.naming.kind !== 'singleton') {
    lexer.fail('Syntax Error: incomplete command');
  }
  return { verb: 'delete', component, names };
}

/** Names first, then properties; options anywhere. */
function parseRead(lexer: Lexer, verb: 'list' | 'show', context: ConfigContext): Command {
  const path = takePath(lexer, context.components);
  const components = componentsBelow(path, verb, context.components);
  if (components.length === 0) {
    const token = lexer.peek();
    const word = token.kind === 'word' ? token.text : (path.split(' ').at(-1) ?? '');
    return lexer.fail(`Syntax Error: "${word}" unexpected argument`);
  }
  const only = components.length === 1 ? components[0] : undefined;
  const names: string[] = [];
  const properties: string[] = [];
  const options = new Set<string>();
  while (lexer.peek().kind === 'word') {
    const word = lexer.expectWord();
    const isNamed = names.length > 0 || only?.naming.kind === 'singleton';
    const isProperty = only?.properties.some(({ name }) => name === word) === true;
    if (readOptions.has(word) && !(isNamed && isProperty)) options.add(word);
    else if (only === undefined) lexer.fail(`Syntax Error: "${word}" unexpected argument`);
    else if (isNamed && isProperty) properties.push(word);
    else if (only.naming.kind === 'singleton') {
      lexer.fail(`Syntax Error: "${word}" unknown property`);
    } else names.push(only.naming.kind === 'foldered' ? qualify(word, context.folder) : word);
  }
  return { verb, components, names, properties, options };
}

/** `list` is for configuration, `show` for state. */
function componentsBelow(
  path: string,
  verb: 'list' | 'show',
  components: readonly Component[],
): readonly Component[] {
  return components.filter((component) => {
    const isThere = path === '' || component.id === path || component.id.startsWith(`${path} `);
    const answers = verb === 'list' ? component.stateOnly !== true : component.statistics === true;
    return isThere && answers;
  });
}

function parseAction(lexer: Lexer, command: string, context: ConfigContext): Command {
  const verbs = new Set(
    context.components.flatMap(({ actions }) => (actions ?? []).map((action) => action.command)),
  );
  if (!verbs.has(command)) {
    return lexer.fail(`Syntax Error: "${command}" unexpected argument`);
  }
  const component = takeComponent(lexer, context);
  if (component.actions?.some((action) => action.command === command) !== true) {
    lexer.fail(`Syntax Error: "${command}" may not be used with ${component.id}`);
  }
  return {
    verb: 'action',
    command,
    component,
    text: lexer.isAtEnd() ? '' : lexer.restOfCommand(),
  };
}
