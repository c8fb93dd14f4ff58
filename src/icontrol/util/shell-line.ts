/**
 * A line that a client would give to `bash -c`: commands after each other, each a pipe of words. Only quotes,
 * `|`, `;`, `&&` and the discarding of errors are understood; redirections, substitutions, variables and
 * background work are refused, since there is no shell to do them. Pure.
 */
import type { Outcome } from '../../base/fault.ts';

export interface Stage {
  readonly words: readonly string[];
  /** As it was written, for commands that have a language of their own. */
  readonly text: string;
}

export type Pipe = readonly Stage[];

/** Of one line; clients send two or three. */
const maximumStages = 20;

export function parseShellLine(line: string): Outcome<readonly Pipe[]> {
  const pipes: Stage[][] = [[]];
  let words: string[] = [];
  let start = 0;
  const endStage = (end: number): boolean => {
    if (words.length === 0) return false;
    pipes.at(-1)?.push({ words, text: line.slice(start, end).trim() });
    words = [];
    return true;
  };
  const token =
    /\s+|(?<discard>2>\s*(?:\/dev\/null|&1))|(?<operator>&&|\|\||[|;&<>`\n])|(?<word>(?:'[^']*'|"(?:[^"\\]|\\.)*"|\\.|[^\s'"|;&<>`\\])+)|(?<quote>['"\\])/gsy;
  for (const match of line.matchAll(token)) {
    const { operator, word, quote } = match.groups ?? {};
    if (quote !== undefined) return refused('quotes are not balanced');
    if (word !== undefined) {
      const text = unquoted(word);
      if (text === undefined) return refused(`no variables or substitutions here: ${word}`);
      words.push(text);
    }
    if (operator === undefined) continue;
    if (operator !== '|' && operator !== ';' && operator !== '&&' && operator !== '\n') {
      return refused(`util bash has no "${operator}"; it knows ";", "&&" and "|"`);
    }
    const hasStage = endStage(match.index);
    if (!hasStage && operator !== '\n') return refused(`nothing before "${operator}"`);
    if (operator !== '|' && hasStage) pipes.push([]);
    start = match.index + operator.length;
  }
  const isEnded = endStage(line.length);
  const last = pipes.at(-1) ?? [];
  if (!isEnded && last.length > 0) return refused('nothing after "|"');
  const whole = pipes.filter((pipe) => pipe.length > 0);
  const count = whole.reduce((sum, pipe) => sum + pipe.length, 0);
  return count > maximumStages
    ? refused(`more than ${maximumStages} commands`)
    : { ok: true, value: whole };
}

function refused(message: string): Outcome<never> {
  return { ok: false, faults: [{ status: 400, message }] };
}

/** Undefined where a shell would have put something else in. */
function unquoted(word: string): string | undefined {
  let text = '';
  for (const [part] of word.matchAll(/'[^']*'|"(?:[^"\\]|\\.)*"|\\.|[^'"\\]+/gs)) {
    if (part.startsWith("'")) text += part.slice(1, -1);
    else if (part.startsWith('"')) {
      if (/(?<!\\)\$/.test(part)) return undefined;
      text += part.slice(1, -1).replace(/\\(["\\$`])/g, '$1');
    } else if (part.startsWith('\\')) text += part.slice(1);
    else if (part.includes('$')) return undefined;
    else text += part;
  }
  return text;
}
