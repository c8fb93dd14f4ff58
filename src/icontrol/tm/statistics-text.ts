/**
 * Statistics as REST's text, written at once: one answer may hold a million leaves, so that what each leaf of a name
 * begins with is made once. Pure.
 */
import { encodeName } from '../../config/text/urls.ts';
import type { Statistics } from '../../config/runtime-state.ts';
import { host, link } from '../wire/paths.ts';

interface LeafTexts {
  /** `,"curConns":{"value":` */
  readonly number: string;
  /** `,"curConns":{"value":0}`: most counters of most objects. */
  readonly zero: string;
  /** `,"curConns":{"description":` */
  readonly text: string;
}

const leafTexts = new Map<string, LeafTexts>();
/** Leaves have the providers' names, which are few; names of objects are levels. */
const maximumLeaves = 10_000;

function leafOf(name: string): LeafTexts {
  const known = leafTexts.get(name);
  if (known !== undefined) return known;
  if (leafTexts.size >= maximumLeaves) leafTexts.clear();
  const key = `,${JSON.stringify(name)}:{`;
  const made = { number: `${key}"value":`, zero: `${key}"value":0}`, text: `${key}"description":` };
  leafTexts.set(name, made);
  return made;
}

// eslint-disable-next-line no-control-regex -- control characters are what JSON has to escape
const needsEscape = /["\\\u0000-\u001f\ud800-\udfff]/;

/** `JSON.stringify`, quicker where nothing has to be escaped. */
export function quoted(text: string): string {
  return isPlain(text) ? `"${text}"` : JSON.stringify(text);
}

const shortest = 48;

/** JSON has it as it is. Of few characters, a look at each is quicker than an expression. */
export function isPlain(text: string): boolean {
  if (text.length > shortest) return !needsEscape.test(text);
  for (let at = 0; at < text.length; at += 1) {
    const code = text.charCodeAt(at);
    if (code < 0x20 || code === 0x22 || code === 0x5c || code >= 0xd800)
      return !needsEscape.test(text);
  }
  return true;
}

/** `{"curConns":{"value":1},…}`; levels are keyed below `path`, the whole URL of what is counted. */
export function entriesText(statistics: Statistics, path: string): string {
  let text = '';
  for (const name in statistics) {
    const value = statistics[name];
    if (value === undefined) continue;
    if (value === 0) text += leafOf(name).zero;
    else if (typeof value === 'number') {
      text += `${leafOf(name).number}${Number.isFinite(value) ? value : 0}}`;
    } else if (typeof value === 'string') {
      text += `${leafOf(name).text}${quoted(value)}}`;
    } else {
      const inner = `${path}/${encodeName(name)}`;
      text += `,${quoted(inner)}:{"nestedStats":{"entries":${entriesText(value, inner)}}}`;
    }
  }
  return `{${text.slice(1)}}`;
}

/** One object's or item's: `"https://…/stats":{"nestedStats":{…}}`. `path` begins with `/mgmt`. */
export function nestedText(kind: string, path: string, statistics: Statistics): string {
  const key = `${host}${path}`;
  const entries = entriesText(statistics, key);
  // Kinds are words, and what a link adds to the path is plain as well.
  if (!isPlain(path)) {
    return `${quoted(key)}:{"nestedStats":{"kind":"${kind}","selfLink":${quoted(link(path))},"entries":${entries}}}`;
  }
  return `"${key}":{"nestedStats":{"kind":"${kind}","selfLink":"${link(path)}","entries":${entries}}}`;
}
