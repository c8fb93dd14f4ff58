/**
 * Conversations line by line: the server greets, each line of ours is answered, until all has been said. What FTP,
 * SMTP, POP3, IMAP, NNTP and Redis have in common. Pure.
 */
import { bytesOf, quote, textOf } from './strings.ts';
import type { Answer, Conversation, Step } from './type.ts';

export interface Turn {
  /** For the reason when it fails: "the greeting", "USER". */
  readonly name: string;
  /** Undefined: the other side speaks first. Passwords in it are never quoted. */
  readonly say: string | undefined;
  /** The answer as far as it came; undefined: not whole yet. */
  readonly accepts: (heard: string) => boolean | undefined;
}

/** `good` is the detail at the end. */
export function lineByLine(turns: readonly Turn[], good: string): Conversation {
  let at = 0;
  const next = (): Step => {
    const turn = turns[at];
    if (turn === undefined) return { outcome: { ok: true, detail: good } };
    return turn.say === undefined ? {} : { send: bytesOf(turn.say) };
  };
  return {
    begin: next,
    hear(answer) {
      const turn = turns[at];
      if (turn === undefined) return {};
      const heard = textOf(answer.bytes);
      const isAccepted = turn.accepts(heard);
      if (isAccepted === true) {
        at += 1;
        return next();
      }
      if (isAccepted === false) return refused(turn, heard);
      return answer.isComplete ? cutShort(turn, answer) : {};
    },
  };
}

function refused(turn: Turn, heard: string): Step {
  return { outcome: { ok: false, detail: `${turn.name} was answered with ${quote(heard)}` } };
}

function cutShort(turn: Turn, answer: Answer): Step {
  const heard = textOf(answer.bytes);
  const what = heard === '' ? 'nothing' : quote(heard);
  return { outcome: { ok: false, detail: `closed after ${what} to ${turn.name}` } };
}

/**
 * Replies with three digits, the last line of several by a blank after them (RFC 5321, 4.2.1; RFC 959, 4.2);
 * `codes` are beginnings: `2` takes every 2xx.
 */
export function replyCode(...codes: readonly string[]): Turn['accepts'] {
  return (heard) => {
    const lines = heard.split('\n');
    // What follows the last line feed is not a whole line.
    const last = lines.slice(0, -1).find((line) => /^\d{3}(?!-)/.test(line));
    if (last !== undefined) return codes.some((code) => last.startsWith(code));
    const first = lines.length > 1 ? (lines[0] ?? '') : '';
    return first !== '' && !/^\d{3}/.test(first) ? false : undefined;
  };
}

/** One line that begins so. */
export function lineBegins(beginning: string): Turn['accepts'] {
  return (heard) => {
    if (!heard.includes('\n')) return undefined;
    return heard.startsWith(beginning);
  };
}

/** Nothing a user may set can end a line, and begin another. */
export function oneLine(text: string): string {
  return text.replaceAll(/[\r\n\0]/g, '');
}
