/**
 * `$filter` (icontrol.md 2.4): `a eq x`, `ne`, `lt`, `le`, `gt`, `ge`, `contains(a,'x')`, `startswith`,
 * `endswith`, `not`, `and` (tighter than `or`), `or`, and parentheses. Paths reach into nested objects with `/`;
 * tmsh's hyphens and REST's camelCase both name a property. Pure.
 */
import type { Json, JsonObject } from '../../config/text/json.ts';
import { camelCase } from '../../config/text/names.ts';

export type Predicate = (object: JsonObject) => boolean;

/** Of parentheses and `not`; clients nest two. */
const maximumDepth = 20;

class FilterProblem extends Error {}

/** The predicate, or the text that could not be understood. */
export function parseFilter(text: string): Predicate | { readonly wrong: string } {
  try {
    const tokens = tokensOf(text);
    const parser = { tokens, position: 0, depth: 0 };
    const predicate = parseOr(parser);
    const rest = tokens[parser.position];
    if (rest !== undefined) throw new FilterProblem(rest.text);
    return predicate;
  } catch (error) {
    if (error instanceof FilterProblem) return { wrong: error.message };
    throw error;
  }
}

interface Token {
  readonly text: string;
  readonly isQuoted: boolean;
}

interface Parser {
  readonly tokens: readonly Token[];
  position: number;
  depth: number;
}

/** A quote inside a quoted text is doubled, as in OData. */
function tokensOf(text: string): Token[] {
  const pattern = /\s*(?:'((?:[^']|'')*)'|"([^"]*)"|([(),])|([^\s(),'"]+))/y;
  const tokens: Token[] = [];
  const whole = text.trimEnd();
  while (pattern.lastIndex < whole.length) {
    const start = pattern.lastIndex;
    const match = pattern.exec(whole);
    if (match === null) throw new FilterProblem(whole.slice(start).trim());
    const quoted = match[1]?.replaceAll("''", "'") ?? match[2];
    tokens.push(
      quoted === undefined
        ? { text: match[3] ?? match[4] ?? '', isQuoted: false }
        : { text: quoted, isQuoted: true },
    );
  }
  return tokens;
}

function peek(parser: Parser): string | undefined {
  const token = parser.tokens[parser.position];
  return token === undefined || token.isQuoted ? undefined : token.text;
}

function take(parser: Parser): Token {
  const token = parser.tokens[parser.position];
  if (token === undefined) throw new FilterProblem('unexpected end');
  parser.position += 1;
  return token;
}

function expect(parser: Parser, wanted: string): void {
  const { text } = take(parser);
  if (text !== wanted) throw new FilterProblem(text);
}

function parseOr(parser: Parser): Predicate {
  const alternatives = [parseAnd(parser)];
  while (peek(parser) === 'or') {
    take(parser);
    alternatives.push(parseAnd(parser));
  }
  return (object) => alternatives.some((isTrue) => isTrue(object));
}

function parseAnd(parser: Parser): Predicate {
  const terms = [parseTerm(parser)];
  while (peek(parser) === 'and') {
    take(parser);
    terms.push(parseTerm(parser));
  }
  return (object) => terms.every((isTrue) => isTrue(object));
}

function parseTerm(parser: Parser): Predicate {
  const word = peek(parser);
  if (word !== 'not' && word !== '(') return parseComparison(parser);
  take(parser);
  parser.depth += 1;
  if (parser.depth > maximumDepth) throw new FilterProblem(word);
  const inner = word === 'not' ? parseTerm(parser) : parseOr(parser);
  parser.depth -= 1;
  if (word === 'not') return (object) => !inner(object);
  expect(parser, ')');
  return inner;
}

function parseComparison(parser: Parser): Predicate {
  const first = take(parser);
  if (first.isQuoted) throw new FilterProblem(first.text);
  const isCall = ['contains', 'startswith', 'endswith'].includes(first.text);
  if (isCall && peek(parser) === '(') return parseCall(parser, first.text);
  const operator = take(parser).text;
  const wanted = take(parser).text;
  const compare = comparisons[operator];
  if (compare === undefined) throw new FilterProblem(`${first.text} ${operator} ${wanted}`);
  return (object) => {
    const value = textAt(object, first.text);
    // A partition says where to look: what lives in none (users, db) is found from everywhere.
    if (first.text === 'partition' && value === undefined) return true;
    return compare(value, wanted);
  };
}

const comparisons: Readonly<
  Record<string, (value: string | undefined, wanted: string) => boolean>
> = {
  eq: (value, wanted) => value === wanted,
  ne: (value, wanted) => value !== wanted,
  lt: (value, wanted) => value !== undefined && order(value, wanted) < 0,
  le: (value, wanted) => value !== undefined && order(value, wanted) <= 0,
  gt: (value, wanted) => value !== undefined && order(value, wanted) > 0,
  ge: (value, wanted) => value !== undefined && order(value, wanted) >= 0,
};

/** Numbers as numbers, everything else as text. */
function order(a: string, b: string): number {
  const difference = Number(a) - Number(b);
  if (a !== '' && b !== '' && !Number.isNaN(difference)) return difference;
  return a < b ? -1 : a > b ? 1 : 0;
}

function parseCall(parser: Parser, name: string): Predicate {
  expect(parser, '(');
  const path = take(parser).text;
  expect(parser, ',');
  const wanted = take(parser).text;
  expect(parser, ')');
  return (object) => {
    const value = textAt(object, path);
    if (value === undefined) return false;
    if (name === 'contains') return value.includes(wanted);
    return name === 'startswith' ? value.startsWith(wanted) : value.endsWith(wanted);
  };
}

/** "deviceReference/link" reaches into nested objects. */
function textAt(object: JsonObject, path: string): string | undefined {
  let value: Json | undefined = object;
  for (const key of path.split('/')) {
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return undefined;
    const holder = value as JsonObject; // Neither a list nor null is left.
    value = Object.hasOwn(holder, key) ? holder[key] : holder[camelCase(key)];
  }
  return value === undefined || typeof value === 'object' ? undefined : String(value);
}
