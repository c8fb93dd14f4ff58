/**
 * What the catalogue does not know, kept as it was written: lines of a block that name no property. Between
 * reading and printing they stand among the block's values under `opaqueKey`; in the database they are
 * fragments of a `sys opaque` object, each with the way to its block. Pure.
 */
import type { Properties, Value } from '../../catalogue/types.ts';
import { isList, isProperties, nameOf } from './changes.ts';
import { Lexer, quote } from './lexer.ts';

/** No property of the catalogue can have this name. */
export const opaqueKey = '?';

/** `path` leads through blocks and named items: "members /Common/10.0.0.1:80"; "" is the object itself. */
export interface Fragment {
  readonly path: string;
  readonly text: string;
}

export function opaqueTexts(values: Properties): readonly string[] {
  const texts = values[opaqueKey];
  return isList(texts) ? texts.map(String) : [];
}

/** The values without what nobody knows, and that apart. */
export function splitOpaque(values: Properties): {
  readonly known: Properties;
  readonly fragments: readonly Fragment[];
} {
  const fragments: Fragment[] = [];
  return { known: withoutOpaque(values, [], fragments), fragments };
}

function withoutOpaque(
  values: Properties,
  path: readonly string[],
  fragments: Fragment[],
): Properties {
  for (const text of opaqueTexts(values)) {
    fragments.push({ path: path.map(quote).join(' '), text });
  }
  const known = Object.entries(values).filter(([name]) => name !== opaqueKey);
  return Object.fromEntries(
    known.map(([name, value]) => [name, withoutOpaqueValue(value, [...path, name], fragments)]),
  );
}

function withoutOpaqueValue(value: Value, path: readonly string[], fragments: Fragment[]): Value {
  if (isProperties(value)) return withoutOpaque(value, path, fragments);
  if (!isList(value)) return value;
  return value.map((entry, index) =>
    isProperties(entry) ? withoutOpaque(entry, [...path, itemKey(entry, index)], fragments) : entry,
  );
}

/** Blocks without a name are known by their place. */
function itemKey(entry: Properties, index: number): string {
  return typeof entry['name'] === 'string' ? nameOf(entry) : String(index);
}

/** Inverse of `splitOpaque`; what belongs to an item that is gone is left out. */
export function joinOpaque(values: Properties, fragments: readonly Fragment[]): Properties {
  return fragments.reduce(
    (joined, { path, text }) => withFragment(joined, wordsOf(path), text),
    values,
  );
}

function withFragment(values: Properties, path: readonly string[], text: string): Properties {
  const [first, ...rest] = path;
  if (first === undefined) return { ...values, [opaqueKey]: [...opaqueTexts(values), text] };
  const value = values[first];
  if (isProperties(value)) return { ...values, [first]: withFragment(value, rest, text) };
  const [wanted, ...inner] = rest;
  if (!isList(value) || wanted === undefined) return values;
  const list = value.map((entry, index) =>
    isProperties(entry) && itemKey(entry, index) === wanted
      ? withFragment(entry, inner, text)
      : entry,
  );
  return { ...values, [first]: list };
}

function wordsOf(path: string): readonly string[] {
  const lexer = new Lexer(path, 'file');
  const words: string[] = [];
  while (!lexer.isAtEnd()) words.push(lexer.expectWord());
  return words;
}
