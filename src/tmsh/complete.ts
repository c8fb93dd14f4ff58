/** What may come next on a command line, from the catalogue alone: Tab and `?`. Pure. */
import { actionsOf } from '../catalogue/move.ts';
import type {
  Component,
  ComponentId,
  ItemsType,
  Property,
  PropertyType,
} from '../catalogue/types.ts';
import { textWord } from '../config/text/names.ts';
import { verbsOf } from './parse-command.ts';
import { isRunningConfig, isShown, readOptions } from './parse-read.ts';
import { type CommandContext, wordsBelow } from './paths.ts';

export interface Choice {
  readonly word: string;
  readonly help: string;
  /** What it is, in BIG-IP's words; absent: a value. */
  readonly group?: 'Commands' | 'Options' | 'Modules' | 'Components' | 'Properties' | 'Items';
}

export interface Completion {
  /** The beginning of the word under the cursor; "" behind a blank. */
  readonly partial: string;
  readonly choices: readonly Choice[];
  /** Names of objects of these may stand here, too. */
  readonly objectsOf: readonly ComponentId[];
  /** A command begins here: aliases may stand, too. */
  readonly isBeginning?: true;
  /** What is expected where no word can be offered: "[0..65535]". */
  readonly hint?: string;
}

type Expected = Omit<Completion, 'partial'>;

const verbHelp: Readonly<Record<string, string>> = {
  cd: 'Changes the folder.',
  create: 'Creates an object.',
  delete: 'Deletes objects.',
  exit: 'Leaves the module, or the shell.',
  help: 'Explains a component.',
  list: 'Shows configuration.',
  modify: 'Changes an object.',
  pwd: 'Says which folder it is.',
  quit: 'Leaves the shell.',
  show: 'Shows state and statistics.',
  submit: 'Submits a transaction.',
};

/** `text` is what stands before the cursor, from the beginning of the command. */
export function completionOf(text: string, context: CommandContext): Completion {
  const words = wordsOf(lastCommand(text));
  const isNew = text === '' || /[\s;{}]$/.test(text);
  const partial = isNew ? '' : (words.pop() ?? '');
  return { partial, ...expected(words, context) };
}

/** Commands are parted by lines and semicolons outside of braces and quotes. */
function lastCommand(text: string): string {
  let depth = 0;
  let start = 0;
  for (const match of text.matchAll(/\\.|"(?:\\.|[^"\\])*"?|[{};\n]/gs)) {
    if (match[0] === '{') depth += 1;
    else if (match[0] === '}') depth -= 1;
    else if (depth <= 0 && (match[0] === ';' || match[0] === '\n')) start = match.index + 1;
  }
  return text.slice(start);
}

function wordsOf(text: string): string[] {
  return [...text.matchAll(/[{}]|"(?:\\.|[^"\\])*"?|(?:\\.|[^\s{}"\\])+/gs)].map(([word]) => word);
}

function expected(words: readonly string[], context: CommandContext): Expected {
  const [first, ...rest] = words;
  if (first === undefined) return beginning(context);
  const verbs = verbsOf(context.components);
  const verb = only(verbs, first) ?? first;
  if (!verbs.includes(verb)) {
    const { path, rest: beyond } = walk(words, context);
    return beyond.length > 0 ? nothing : modulesBelow(path, context.components);
  }
  switch (verb) {
    case 'cd':
      return { choices: [], objectsOf: rest.length === 0 ? ['sys folder'] : [] };
    case 'exit':
    case 'pwd':
    case 'quit':
      return nothing;
    case 'submit':
      return rest.length > 0 ? nothing : { ...nothing, choices: [{ word: 'cli', help: '' }] };
    case 'show': {
      const [word, ...below] = rest;
      if (word !== undefined && isRunningConfig(word)) return afterVerb('list', below, context);
      const shown = afterVerb(verb, rest, context);
      return word === undefined ? { ...shown, choices: [...shown.choices, runningConfig] } : shown;
    }
    default:
      return afterVerb(verb, rest, context);
  }
}

const runningConfig = { word: 'running-config', help: 'The configuration, as list prints it.' };

const nothing: Expected = { choices: [], objectsOf: [] };

function beginning(context: CommandContext): Expected {
  const verbs = verbsOf(context.components).map((word) => ({
    word,
    help: verbHelp[word] ?? 'Carries out a command of a component.',
    group: 'Commands' as const,
  }));
  const modules = modulesBelow(context.module, context.components);
  return { choices: [...verbs, ...modules.choices], objectsOf: [], isBeginning: true };
}

function modulesBelow(path: string, components: readonly Component[]): Expected {
  const choices = wordsBelow(path, components).map((word) => {
    const id = path === '' ? word : `${path} ${word}`;
    const component = components.find((one) => one.id === id);
    if (component === undefined) return { word, help: 'A module.', group: 'Modules' as const };
    return { word, help: component.help, group: 'Components' as const };
  });
  return { choices, objectsOf: [] };
}

function only(words: readonly string[], written: string): string | undefined {
  if (words.includes(written)) return written;
  const matching = words.filter((word) => word.startsWith(written));
  return matching.length === 1 ? matching[0] : undefined;
}

/** As far as the words name a component; what is left over. */
function walk(
  words: readonly string[],
  context: CommandContext,
): { readonly path: string; readonly rest: readonly string[] } {
  const isAbsolute = words[0]?.startsWith('/') === true;
  let path = isAbsolute ? '' : context.module;
  const rest = [...words];
  while (rest[0] !== undefined) {
    const below = wordsBelow(path, context.components);
    const written = path === '' ? rest[0].replace(/^\//, '') : rest[0];
    const isWhole = context.component(path) !== undefined;
    const word = isWhole ? below.find((one) => one === written) : only(below, written);
    if (word === undefined) break;
    path = path === '' ? word : `${path} ${word}`;
    rest.shift();
  }
  return { path, rest };
}

const optionHelp: Readonly<Record<string, string>> = {
  'all-properties': 'Display all properties for the specified items',
  'current-module': 'Display only what is in this module, not below it',
  detail: 'Display what else there is to know',
  'field-fmt': 'Display names and values, without a layout',
  'non-default-properties': 'Display only what differs from the defaults',
  'one-line': 'Display each item on one line',
  raw: 'Display whole numbers and whole lines',
  recursive: 'Display items of this folder and of those below it',
};

function optionChoice(word: string): Choice {
  return { word, help: optionHelp[word] ?? 'How to show it.', group: 'Options' };
}

const filterChoice: Choice = {
  word: '|',
  help: 'Route command output to a filter',
  group: 'Options',
};

function afterVerb(verb: string, words: readonly string[], context: CommandContext): Expected {
  const usable = context.components.filter((component) => isUsable(verb, component));
  const { path, rest } = walk(words, { ...context, components: usable });
  const component = usable.find(({ id }) => id === path);
  const modules = rest.length === 0 ? modulesBelow(path, usable).choices : [];
  const isReading = verb === 'list' || verb === 'show';
  const options = isReading ? [...readOptions[verb].map(optionChoice), filterChoice] : [];
  if (component === undefined || verb === 'help') {
    return { choices: [...modules, ...options], objectsOf: [] };
  }
  const action = actionsOf(component).find(({ command }) => command === verb);
  if (action !== undefined && !['create', 'modify', 'delete', 'list', 'show'].includes(verb)) {
    return inside(action.parameters, rest);
  }
  const isNamed = component.naming.kind === 'singleton' || rest.length > 0;
  const named: Expected = {
    choices: [...modules, ...options],
    objectsOf: verb === 'create' ? [] : [component.id],
    ...(verb === 'create' ? { hint: '[name]' } : {}),
  };
  if (!isNamed && !isReading) return named;
  const properties =
    verb === 'show'
      ? shownItems(component)
      : ((verb === 'create' ? action?.parameters : undefined) ?? component.properties);
  if (isReading) {
    const choices = [...named.choices, ...propertyChoices(properties)];
    return { choices, objectsOf: component.naming.kind === 'singleton' ? [] : [component.id] };
  }
  if (verb === 'delete') return named;
  return inside(properties, component.naming.kind === 'singleton' ? rest : rest.slice(1));
}

function isUsable(verb: string, component: Component): boolean {
  switch (verb) {
    case 'create':
    case 'delete':
      return (
        (component.stateOnly !== true || component.shows !== undefined) &&
        component.naming.kind !== 'singleton'
      );
    case 'list':
      return component.stateOnly !== true || component.shows !== undefined;
    case 'modify':
      return component.stateOnly !== true;
    case 'show':
      return isShown(component);
    case 'help':
      return true;
    default:
      return actionsOf(component).some(({ command }) => command === verb);
  }
}

function shownItems({ properties }: Component): readonly Property[] {
  return properties.filter(({ type }) => type.kind === 'items' && type.statistics === true);
}

function propertyChoices(properties: readonly Property[]): readonly Choice[] {
  return properties
    .filter(({ access }) => access !== 'read-only')
    .flatMap((property) =>
      property.type.kind === 'flags'
        ? property.type.flags.map(({ flag, help }) => ({ word: flag, help: help ?? property.help }))
        : [{ word: textWord(property), help: property.help }],
    )
    .map((choice) => ({ ...choice, group: 'Properties' as const }));
}

/** Where in the braces: among properties, or among the elements of a list. */
type Frame =
  | { readonly kind: 'properties'; readonly properties: readonly Property[] }
  | { readonly kind: 'items'; readonly type: ItemsType }
  | { readonly kind: 'values'; readonly of: PropertyType | undefined };

const modifiers = ['add', 'delete', 'modify', 'replace-all-with'];

function inside(properties: readonly Property[], words: readonly string[]): Expected {
  const frames: Frame[] = [{ kind: 'properties', properties }];
  let pending: Property | undefined;
  for (const word of words) {
    const frame = frames.at(-1);
    if (frame === undefined) return nothing;
    if (word === '{') {
      frames.push(frameFor(frame, pending));
      pending = undefined;
    } else if (word === '}') frames.pop();
    else if (frame.kind !== 'properties') continue;
    else if (pending === undefined) pending = propertyNamed(frame.properties, word);
    else if (!modifiers.includes(word) || !isListed(pending.type)) pending = undefined;
  }
  const frame = frames.at(-1);
  if (frame === undefined) return nothing;
  if (frame.kind === 'items') return forReference(frame.type.nameReference?.to ?? []);
  if (frame.kind === 'values') return frame.of === undefined ? nothing : forValue(frame.of);
  if (pending !== undefined) return forValue(pending.type);
  return { choices: propertyChoices(frame.properties), objectsOf: [] };
}

function frameFor(frame: Frame, pending: Property | undefined): Frame {
  if (frame.kind === 'items') return { kind: 'properties', properties: frame.type.properties };
  const type = pending?.type ?? (frame.kind === 'values' ? frame.of : undefined);
  if (type?.kind === 'items') return { kind: 'items', type };
  if (type?.kind === 'struct') return { kind: 'properties', properties: type.properties };
  if (type?.kind === 'list') return { kind: 'values', of: type.of };
  // `create ltm pool web { … }`: the braces of the whole object.
  if (frame.kind === 'properties' && pending === undefined) return frame;
  return { kind: 'values', of: undefined };
}

/** Flags stand alone. */
function propertyNamed(properties: readonly Property[], word: string): Property | undefined {
  const named = properties.filter(({ type }) => type.kind !== 'flags');
  const name = only(
    named.map((property) => textWord(property)),
    word,
  );
  return named.find((property) => textWord(property) === name);
}

function isListed({ kind }: PropertyType): boolean {
  return kind === 'list' || kind === 'items';
}

function forReference(objectsOf: readonly ComponentId[]): Expected {
  return { choices: [], objectsOf };
}

function forValue(type: PropertyType): Expected {
  const plain = (words: readonly string[]): readonly Choice[] =>
    words.map((word) => ({ word, help: '' }));
  switch (type.kind) {
    case 'enum': {
      const values = type.values.filter(({ echo }) => echo !== true);
      const choices = values.map(({ value, help }) => ({ word: value, help: help ?? '' }));
      return { choices, objectsOf: [] };
    }
    case 'reference':
      return { choices: plain(['none', ...(type.words ?? [])]), objectsOf: type.to };
    case 'monitor-rule':
      return { choices: plain(['default', 'min', 'none']), objectsOf: type.to };
    case 'integer':
      return {
        choices: plain(type.words ?? []),
        objectsOf: [],
        hint: `[${type.minimum}..${type.maximum}]`,
      };
    case 'list':
    case 'items':
      return { choices: plain([...modifiers, 'none', '{']), objectsOf: [] };
    case 'struct':
      return { choices: plain(['{']), objectsOf: [] };
    case 'string':
    case 'address':
    case 'prefix':
      return { choices: plain(type.words ?? []), objectsOf: [], hint: `[${type.kind}]` };
    case 'blob':
    case 'endpoint':
    case 'port':
    case 'flags':
      return { choices: [], objectsOf: [], hint: `[${type.kind}]` };
  }
}
