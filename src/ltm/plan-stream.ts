/**
 * What a stream profile replaces (BIG-IP K39394712; DevCentral, "LTM stream profile: Multiple replacements & regular
 * expressions"), as `haproxy/script-stream.ts` reads it. Patterns are regular expressions of characters, classes and how
 * often they come. Pure.
 */
import { textValue } from '../config/property-values.ts';
import type { EffectiveObject } from '../config/types.ts';
import type { Read } from './policy/tcl.ts';

/** What may stand between the texts of a target. */
const delimiters = '.*/-:_?=@,&';
const mostPieces = 200;
const mostReplacements = 30;
const longestText = 1024;

interface Replacement {
  readonly find: string;
  readonly put: string;
}

/** Undefined: it replaces nothing. */
export function planStream(profile: EffectiveObject | undefined): Read<string | undefined> {
  if (profile === undefined) return { ok: true, value: undefined };
  const [source, target] = ['source', 'target'].map((name) => {
    const text = textValue(profile.properties, name) ?? '';
    return text === 'none' ? '' : text;
  });
  const list = replacements(source ?? '', target ?? '');
  if (list === undefined) return refuse(profile, `its target "${target}" cannot be read`);
  if (list.length > mostReplacements)
    return refuse(profile, `it has more than ${mostReplacements} replacements`);
  const rules: string[] = [];
  for (const { find, put } of list) {
    if (/[\r\n\0]/.test(find + put) || find.length + put.length > longestText)
      return refuse(profile, `"${find}" has line ends, or is longer than ${longestText}`);
    const pieces = piecesOf(find);
    if (typeof pieces === 'string') return refuse(profile, `"${find}": ${pieces}`);
    rules.push(printed(pieces, put));
  }
  return { ok: true, value: rules.length === 0 ? undefined : rules.join(';') };
}

/** Without a source, the target lists them: `@this@that@ @these@those@`. */
function replacements(source: string, target: string): readonly Replacement[] | undefined {
  if (source !== '') return [{ find: source, put: target }];
  const found: Replacement[] = [];
  let rest = target.trim();
  while (rest !== '') {
    const delimiter = rest[0] ?? '';
    const [, find = '', put, ...more] = rest.split(delimiter);
    if (!delimiters.includes(delimiter) || find === '' || put === undefined || more.length === 0)
      return undefined;
    found.push({ find, put });
    rest = rest.slice(find.length + put.length + 3).trimStart();
  }
  return found;
}

/** One thing of a pattern, and how often it comes; `text`: the character that it stands for, if it is just one. */
interface Piece {
  readonly set: string;
  readonly often: '' | '*' | '+' | '?';
  readonly text: string | undefined;
}

/** A text says why it is no pattern for us. */
function piecesOf(pattern: string): readonly Piece[] | string {
  const pieces: Piece[] = [];
  for (let at = 0; at < pattern.length;) {
    const one = setAt(pattern, at);
    if (typeof one === 'string') return one;
    at += one.length;
    const times = /^(?:[*+?]|\{(\d+)(,?)(\d*)\})/.exec(pattern.slice(at));
    at += times?.[0].length ?? 0;
    const { set, text } = one;
    if (times !== null && (one.text ?? '').charCodeAt(0) > 127)
      return `"${one.text}" is more than one byte: it can come just once`;
    for (const often of repetitions(times)) pieces.push({ set, often, text });
    if (pieces.length > mostPieces) return `it is longer than ${mostPieces} characters`;
  }
  return pieces.some(({ often }) => often === '' || often === '+') ? pieces : 'it fits nothing';
}

function repetitions(times: RegExpExecArray | null): readonly Piece['often'][] {
  const [sign, least, comma, most] = times ?? [];
  if (sign === '*' || sign === '+' || sign === '?') return [sign];
  if (least === undefined) return [''];
  const lowest = Math.min(Number(least), mostPieces);
  const fixed = Array.from({ length: lowest }, (): Piece['often'] => '');
  if (comma === '') return fixed;
  if (most === '') return [...fixed, '*'];
  const more = Math.min(Number(most), mostPieces) - lowest;
  return [...fixed, ...Array.from({ length: Math.max(0, more) }, (): Piece['often'] => '?')];
}

type OneSet = Omit<Piece, 'often'> & { readonly length: number };

const classes: Readonly<Record<string, string>> = {
  d: '%d',
  D: '%D',
  s: '%s',
  S: '%S',
  w: '[%w_]',
  W: '[^%w_]',
  t: '\t',
};

function setAt(pattern: string, at: number): OneSet | string {
  const char = pattern[at] ?? '';
  switch (char) {
    case '(':
    case ')':
    case '|':
      return 'groups and alternatives are not carried: several replacements are';
    case '^':
    case '$':
      return 'a stream has no lines: ^ and $ are not carried';
    case '*':
    case '+':
    case '?':
      return `"${char}" follows nothing`;
    case '.':
      return { set: '.', text: undefined, length: 1 };
    case '[':
      return bracketAt(pattern, at);
    case '\\': {
      const escaped = pattern[at + 1];
      if (escaped === undefined) return 'it ends with a backslash';
      const known = classes[escaped];
      if (known !== undefined) return { set: known, text: undefined, length: 2 };
      if (/\w/.test(escaped)) return `"\\${escaped}" is not known`;
      return { set: literal(escaped), text: escaped, length: 2 };
    }
    default:
      return { set: literal(char), text: char, length: 1 };
  }
}

/** `[a-z\d_]`, `[^"]`. */
function bracketAt(pattern: string, at: number): OneSet | string {
  const isNegated = pattern[at + 1] === '^';
  const start = at + (isNegated ? 2 : 1);
  let set = '';
  for (let index = start; index < pattern.length; index += 1) {
    const char = pattern[index] ?? '';
    if (char === ']' && index > start)
      return { set: `[${isNegated ? '^' : ''}${set}]`, text: undefined, length: index + 1 - at };
    if (char === '[' && pattern[index + 1] === ':') return 'classes by name are not carried';
    if (char === '\\') {
      index += 1;
      const escaped = pattern[index] ?? '';
      const known = { ...classes, w: '%w_', W: undefined }[escaped];
      if (known === undefined && /\w/.test(escaped)) return `"\\${escaped}" is not known`;
      set += known ?? literal(escaped);
    } else if (char.charCodeAt(0) > 127) {
      return `"${char}" is more than one byte: it can be no choice of several`;
    } else set += char === '-' ? '-' : literal(char);
  }
  return 'a bracket is not closed';
}

function literal(char: string): string {
  return /[\w\s]/.test(char) || char.charCodeAt(0) > 127 ? char : `%${char}`;
}

/** A pattern that is a text is looked for as such: `t,TEXT,INSTEAD` or `p,PIECE PIECE,INSTEAD`, percent-encoded. */
function printed(pieces: readonly Piece[], put: string): string {
  const isText = pieces.every(({ text, often }) => text !== undefined && often === '');
  const find = isText
    ? encoded(pieces.map(({ text }) => text).join(''))
    : pieces.map(({ set, often }) => encoded(`${set}${often}`)).join(' ');
  return `${isText ? 't' : 'p'},${find},${encoded(put)}`;
}

function encoded(text: string): string {
  return encodeURIComponent(text.toWellFormed()).replaceAll("'", '%27');
}

function refuse({ name }: EffectiveObject, reason: string): Read<never> {
  return { ok: false, reason: `${name}: ${reason}` };
}
