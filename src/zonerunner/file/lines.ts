/**
 * A zone file (RFC 1035 5) cut into logical lines: comments gone, parentheses joined, words kept as they
 * were written. Pure.
 */

import type { Sliced } from '../../base/slices.ts';

export interface FileLine {
  /** Of its first word; 1 is the first. */
  readonly number: number;
  /** It began with white space: its owner is that of the line before. */
  readonly isIndented: boolean;
  /** Quotes and escapes included. */
  readonly words: readonly string[];
}

export type LinesResult =
  | { readonly lines: readonly FileLine[] }
  | { readonly line: number; readonly problem: string };

/** Lets go between lines. */
export function* cuttingLines(text: string): Sliced<LinesResult> {
  const lines: FileLine[] = [];
  let number = 1;
  let words: string[] = [];
  let start = 1;
  let isIndented = false;
  let open = 0;
  let isLineStart = true;
  const finish = (): void => {
    if (words.length > 0) lines.push({ number: start, isIndented, words });
    words = [];
  };
  for (let at = 0; at < text.length;) {
    const character = text[at] ?? '';
    if (isLineStart && open === 0) {
      isIndented = character === ' ' || character === '\t';
      start = number;
    }
    isLineStart = false;
    if (character === '\n') {
      number += 1;
      at += 1;
      if (open === 0) {
        finish();
        isLineStart = true;
        yield;
      }
    } else if (character === ' ' || character === '\t' || character === '\r') at += 1;
    else if (character === ';') {
      while (at < text.length && text[at] !== '\n') at += 1;
    } else if (character === '(') {
      open += 1;
      at += 1;
    } else if (character === ')') {
      if (open === 0) return { line: number, problem: 'a parenthesis is closed that is not open' };
      open -= 1;
      at += 1;
    } else {
      const end = character === '"' ? quotedEnd(text, at) : wordEnd(text, at);
      if (end === undefined) return { line: number, problem: 'a quote is not closed' };
      words.push(text.slice(at, end));
      at = end;
    }
  }
  if (open > 0) return { line: start, problem: 'a parenthesis is not closed' };
  finish();
  return { lines };
}

/** Quoted strings end on their line. */
function quotedEnd(text: string, open: number): number | undefined {
  for (let at = open + 1; at < text.length; at += 1) {
    const character = text[at];
    if (character === '\n') return undefined;
    if (character === '\\') at += 1;
    else if (character === '"') return at + 1;
  }
  return undefined;
}

/** `key="a b"` is one word of its own followed by a quoted one: it ends before the quote. */
function wordEnd(text: string, start: number): number {
  let at = start;
  while (at < text.length && !' \t\r\n;()"'.includes(text[at] ?? '')) {
    at += text[at] === '\\' && text[at + 1] !== '\n' ? 2 : 1;
  }
  return Math.min(at, text.length);
}
