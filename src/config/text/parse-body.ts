/** The inside of a block, or the end of a command: `property value` pairs, led by the catalogue. */
import type {
  ComponentId,
  ItemsType,
  Property,
  PropertyType,
  Value,
} from '../../catalogue/types.ts';
import { type Change, type Changes, type ItemChange, asNewProperties } from './changes.ts';
import { type Lexer, quote } from './lexer.ts';
import { expectedOf, oneOf } from './expected.ts';
import { opaqueKey } from './opaque.ts';
import {
  type TextContext,
  acceptsWord,
  canonicalMonitorRule,
  qualify,
  qualifyFor,
  textWord,
} from './names.ts';

/** Reads properties until the closing brace or the end of the command, which it leaves. */
export function parseBody(
  lexer: Lexer,
  properties: readonly Property[],
  context: TextContext,
): Changes {
  const changes: Record<string, Change> = {};
  const unknown: string[] = [];
  for (let token = lexer.peek(); token.kind === 'word'; token = lexer.peek()) {
    const words = wordsOf(properties);
    const word = lexer.isCommand() ? wholeWord(lexer, token.text, words) : token.text;
    const property = words.get(word) ?? properties.find(({ name }) => name === word);
    if (property === undefined) {
      const line = context.keepUnknown === true ? lexer.takeLine() : undefined;
      if (line === undefined) {
        const expected = words.size === 0 ? 'expected "}"' : oneOf(words.keys(), token.text);
        return lexer.fail(`Syntax Error: "${token.text}" unknown property`, { expected });
      }
      unknown.push(line);
      continue;
    }
    lexer.next();
    if (property.type.kind === 'string' && property.type.pairs === true) {
      changes[property.name] = parsePair(lexer, changes[property.name]);
      continue;
    }
    changes[property.name] =
      property.type.kind === 'flags' && words.has(word)
        ? { kind: 'set', value: word }
        : parseChange(lexer, property.type, context);
  }
  if (unknown.length > 0) changes[opaqueKey] = { kind: 'set', value: unknown };
  return changes;
}

/** One more pair on top of those before it; several in quotes, as REST has them, are all of them. */
function parsePair(lexer: Lexer, before: Change | undefined): Change {
  const first = lexer.peek();
  const word = lexer.expectWord('expected a name and its value');
  if (first.kind === 'word' && first.quoted) return { kind: 'set', value: word };
  if (word === 'none') return { kind: 'unset' };
  const value = lexer.expectWord(`expected the value of ${word}`);
  const others = before?.kind === 'set' ? `${String(before.value)} ` : '';
  return { kind: 'set', value: `${others}${word} ${/\s/.test(value) ? quote(value) : value}` };
}

/** In commands a property or flag may be cut short where one only begins so. */
function wholeWord(lexer: Lexer, written: string, words: ReadonlyMap<string, Property>): string {
  if (words.has(written) || written === '') return written;
  const matching = [...words.keys()].filter((word) => word.startsWith(written));
  if (matching.length > 1) {
    lexer.fail(`Syntax Error: "${written}" is ambiguous: ${matching.join(', ')}`);
  }
  return matching[0] ?? written;
}

/** What a line of the block may begin with: the flags themselves, of other properties the name. */
function wordsOf(properties: readonly Property[]): ReadonlyMap<string, Property> {
  const known = wordsByProperties.get(properties);
  if (known !== undefined) return known;
  const words = new Map<string, Property>();
  for (const property of properties) {
    const word = textWord(property);
    if (property.type.kind !== 'flags' && !words.has(word)) words.set(word, property);
  }
  for (const property of properties) {
    if (property.type.kind !== 'flags') continue;
    for (const { flag } of property.type.flags) words.set(flag, property);
  }
  // REST's words, where they differ, are understood too.
  for (const property of properties) {
    if (property.type.kind !== 'flags' && !words.has(property.name)) {
      words.set(property.name, property);
    }
  }
  wordsByProperties.set(properties, words);
  return words;
}

/** Asked for each line of each block; the lists are the catalogue's. */
const wordsByProperties = new WeakMap<readonly Property[], ReadonlyMap<string, Property>>();

function parseChange(lexer: Lexer, type: PropertyType, context: TextContext): Change {
  const token = lexer.peek();
  const isUnset =
    token.kind === 'word' &&
    (token.text === 'none' || token.text === 'default') &&
    !acceptsWord(type, token.text);
  if (isUnset) {
    lexer.next();
    return { kind: 'unset' };
  }
  switch (type.kind) {
    case 'list':
      return parseListChange(lexer, type.of, context);
    case 'items':
      return parseItemsChange(lexer, type, context);
    case 'struct': {
      lexer.expectOpen();
      const changes = parseBody(lexer, type.properties, context);
      lexer.expectClose();
      return { kind: 'struct', changes };
    }
    default:
      return { kind: 'set', value: parseScalar(lexer, type, context) };
  }
}

function parseScalar(lexer: Lexer, type: PropertyType, context: TextContext): Value {
  switch (type.kind) {
    case 'blob':
      return lexer.peek().kind === 'open' ? lexer.blob() : lexer.expectWord(expectedOf(type));
    case 'integer': {
      const word = lexer.expectWord(expectedOf(type));
      return numberIfPlain(type.unit === 'megabytes' ? word.replace(/mb$/, '') : word);
    }
    case 'port':
      return numberIfPlain(lexer.expectWord(expectedOf(type)));
    case 'monitor-rule':
      return parseMonitorRule(lexer, type.to, context);
    case 'reference': {
      const word = lexer.expectWord(expectedOf(type));
      return acceptsWord(type, word) ? word : qualifyFor(type.to, word, context);
    }
    case 'string':
      return type.braced === true && lexer.peek().kind === 'open'
        ? bracedWords(lexer)
        : lexer.expectWord(expectedOf(type));
    case 'enum':
    case 'flags':
    case 'address':
    case 'prefix':
      return lexer.expectWord(expectedOf(type));
    case 'endpoint': {
      const word = lexer.expectWord(expectedOf(type));
      return type.folder ? qualify(word, context.folder) : word;
    }
    case 'struct': {
      lexer.expectOpen();
      const changes = parseBody(lexer, type.properties, context);
      lexer.expectClose();
      return asNewProperties(changes).values;
    }
    case 'list':
    case 'items':
      return lexer.failUnexpected(expectedOf(type));
  }
}

function bracedWords(lexer: Lexer): string {
  const words: string[] = [];
  lexer.expectOpen();
  while (lexer.peek().kind === 'word') words.push(lexer.expectWord());
  lexer.expectClose();
  return words.length === 0 ? 'none' : `{ ${words.join(' ')} }`;
}

function numberIfPlain(word: string): Value {
  return /^-?\d{1,15}$/.test(word) ? Number(word) : word;
}

const monitorRule = 'expected names of monitors with "and" between them, or "min N of { … }"';

function parseMonitorRule(
  lexer: Lexer,
  targets: readonly ComponentId[],
  context: TextContext,
): string {
  const first = lexer.expectWord(monitorRule);
  if (first === 'min') {
    const count = lexer.expectWord('expected how many monitors are enough');
    if (!isWord(lexer, 'of')) lexer.failUnexpected('expected "of" after "min"');
    lexer.next();
    lexer.expectOpen();
    const names: string[] = [];
    while (lexer.peek().kind === 'word') names.push(lexer.expectWord());
    lexer.expectClose();
    return canonicalMonitorRule(`min ${count} of ${names.join(' ')}`, targets, context);
  }
  const names = [first];
  while (isWord(lexer, 'and')) {
    lexer.next();
    names.push(lexer.expectWord('expected the name of a monitor after "and"'));
  }
  return canonicalMonitorRule(names.join(' and '), targets, context);
}

function isWord(lexer: Lexer, text: string): boolean {
  const token = lexer.peek();
  return token.kind === 'word' && token.text === text;
}

const modifiers = ['add', 'delete', 'modify', 'replace-all-with'] as const;

function takeModifier(lexer: Lexer): (typeof modifiers)[number] | undefined {
  const token = lexer.peek();
  const modifier = modifiers.find((word) => token.kind === 'word' && word === token.text);
  if (modifier !== undefined) lexer.next();
  return modifier;
}

/** `{ a b }`, one bare word, or a modifier and one of these. */
function parseListChange(lexer: Lexer, element: PropertyType, context: TextContext): Change {
  const at = lexer.offset();
  const modifier = takeModifier(lexer);
  const values: Value[] = [];
  if (lexer.peek().kind === 'word') values.push(parseScalar(lexer, element, context));
  else {
    lexer.expectOpen(expectedOf({ kind: 'list', of: element, ordered: false }));
    // Anonymous blocks follow each other: `unicast-address { { ip 10.0.0.1 } { ip 10.0.0.2 } }`.
    const start = element.kind === 'struct' ? 'open' : 'word';
    while (lexer.peek().kind === start) values.push(parseScalar(lexer, element, context));
    lexer.expectClose();
  }
  switch (modifier) {
    case 'add':
      return { kind: 'add', values };
    case 'delete':
      return values[0] === 'all'
        ? { kind: 'delete-all' }
        : { kind: 'delete', names: values.map(String) };
    case 'modify':
      return lexer.failAt(at, 'Syntax Error: "modify" unexpected argument', {
        expected: oneOf(['add', 'delete', 'replace-all-with', 'none']),
      });
    case 'replace-all-with':
    case undefined:
      return { kind: 'set', value: values };
  }
}

function parseItemsChange(lexer: Lexer, type: ItemsType, context: TextContext): Change {
  const modifier = takeModifier(lexer);
  const items: ItemChange[] = [];
  lexer.expectOpen(expectedOf(type));
  while (lexer.peek().kind === 'word') items.push(parseItem(lexer, type, context));
  lexer.expectClose();
  switch (modifier) {
    case 'delete':
      return items[0]?.name === 'all' || items[0]?.name.endsWith('/all')
        ? { kind: 'delete-all' }
        : { kind: 'delete', names: items.map((item) => item.name) };
    case 'modify':
      return { kind: 'modify', items };
    case 'add':
      return { kind: 'add', values: items.map(newItem) };
    case 'replace-all-with':
    case undefined:
      return { kind: 'set', value: items.map(newItem) };
  }
}

/** A name with its block; the block may be left out. */
function parseItem(lexer: Lexer, type: ItemsType, context: TextContext): ItemChange {
  const words = [lexer.expectWord()];
  if (type.nameCheck === 'place') takePlace(lexer, words);
  const name = qualifyItem(type, words.join(' '), context);
  if (lexer.peek().kind !== 'open') return { name, changes: {} };
  lexer.next();
  const changes = parseBody(lexer, type.properties, context);
  lexer.expectClose();
  return { name, changes };
}

/** A place is several words, up to its block or to the next place: `not country DE { }`. */
function takePlace(lexer: Lexer, words: string[]): void {
  for (;;) {
    const next = lexer.peek();
    if (next.kind !== 'word') return;
    const begins = next.text === 'not' || placeKinds.has(next.text);
    const isWhole = words.length >= (words[0] === 'not' ? 3 : 2);
    if (begins && isWhole) return;
    words.push(lexer.expectWord());
  }
}

const placeKinds: ReadonlySet<string> = new Set([
  'subnet',
  'region',
  'continent',
  'country',
  'state',
  'isp',
  'geoip-isp',
  'datacenter',
  'pool',
]);

function newItem(item: ItemChange): Value {
  return { name: item.name, ...asNewProperties(item.changes).values };
}

export function qualifyItem(type: ItemsType, name: string, context: TextContext): string {
  const targets = type.nameReference?.to;
  if (type.foldered) return qualifyFor(targets ?? [], name, context);
  return targets === undefined ? name : qualifyFor(targets, name, context);
}
