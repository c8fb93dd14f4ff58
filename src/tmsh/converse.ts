/** The interactive shell: prompt, history, Tab, `?`, pager and Ctrl-C around `Shell.run`. */
import type { LineOptions, LineResult } from '../platform/terminal.ts';
import { columnsText, explanation } from './choices-text.ts';
import { type TypedCommand, recalled, remember } from './history.ts';
import { type Preference, preferenceDefaults, preferenceOf } from './preference.ts';
import { type PromptPlace, promptText } from './prompt.ts';
import type { RestClient } from './rest.ts';
import type { Shell } from './shell.ts';
import { viBeginning, viKeys } from './vi-keys.ts';

/** What a conversation needs of a terminal. */
export interface Terminal {
  askLine(options: LineOptions): Promise<LineResult>;
  interruptible<Result>(work: Promise<Result>): Promise<Result | 'interrupted'>;
  /** Printed page by page where it is longer than the screen. */
  page(text: string): Promise<void>;
  /** All at once. */
  print(text: string): void;
  /** How wide it is. */
  columns(): number;
}

export interface ConversationOptions {
  readonly terminal: Terminal;
  readonly rest: RestClient;
  readonly shell: Shell;
  readonly user: string;
  /** What `shell` has printed since the last time. */
  readonly takeOutput: () => string;
  /** Newest first; grows at its beginning. */
  readonly history: TypedCommand[];
  /** Milliseconds of 1970. */
  readonly now: () => number;
  /** The terminal shows colours, and whoever uses it has not asked for none. */
  readonly hasColours?: boolean;
  /** Told what counts from now on. */
  readonly onPreference?: (preference: Preference) => void;
}

/** Whatever somebody prefers. */
const maximumHistory = 10_000;

/** Until `quit`, Ctrl-D or the end of input. Resolves to the status of the last command. */
export async function converse(options: ConversationOptions): Promise<number> {
  const { terminal, shell, history } = options;
  let pending = '';
  let typed = '';
  let status = 0;
  while (!shell.hasQuit()) {
    const preference = await preferenceNow(options);
    shell.prefer(preference);
    options.onPreference?.(preference);
    const result = await terminal.askLine({
      prompt: pending === '' ? await promptText(options.rest, placeOf(options, preference)) : '> ',
      typed,
      history: history.map(({ line }) => line),
      ...(preference.keymap === 'vi' && { keysOf: viTranslation() }),
      warning: preference.warning,
      complete: async (line) => {
        const { partial, choices } = await shell.complete(joined(pending, line));
        const only = choices.length === 1 ? ' ' : '';
        const words = choices.map(({ word }) => `${word}${only}`);
        return { words, partial, listing: columnsText(choices, terminal.columns()) };
      },
      explain: async (line) =>
        explanation(await shell.complete(joined(pending, line)), terminal.columns()),
    });
    typed = result.kind === 'lines' ? result.typed : '';
    if (result.kind === 'ended') return status;
    if (result.kind === 'cancelled') {
      pending = '';
      continue;
    }
    if (result.isAnew) pending = '';
    for (const written of result.lines) {
      const again = pending === '' ? recalled(written, history) : undefined;
      if (again === 'missing') {
        terminal.print(`${written.trim()}: there is no such command in the history`);
        continue;
      }
      if (again !== undefined) terminal.print(again.line);
      const line = again?.line ?? written;
      const size = Math.min(preference.historySize, maximumHistory);
      remember(history, { line, time: options.now() }, size);
      pending = joined(pending, line);
      if (isOpen(pending)) continue;
      const text = pending;
      pending = '';
      const outcome = await terminal.interruptible(shell.run(text, true));
      const output = options.takeOutput();
      if (outcome === 'interrupted') break;
      status = outcome;
      if (output !== '' && preference.isPaged) await terminal.page(output);
      else if (output !== '') terminal.print(output);
      if (shell.hasQuit()) break;
    }
  }
  return status;
}

function placeOf(
  { user, shell, hasColours }: ConversationOptions,
  { prompt, isColoured }: Preference,
): PromptPlace {
  return {
    isColoured: hasColours === true && isColoured,
    user,
    folder: shell.folder(),
    module: shell.module(),
    isInTransaction: shell.isInTransaction(),
    parts: prompt,
  };
}

/** What somebody just changed counts from the next command on; without an answer all is as by default. */
async function preferenceNow({ rest }: ConversationOptions): Promise<Preference> {
  const { isOk, json } = await rest.request('GET', '/mgmt/tm/cli/preference');
  return isOk ? preferenceOf(json) : preferenceDefaults;
}

function joined(pending: string, line: string): string {
  return pending === '' ? line : `${pending}\n${line}`;
}

/** Lines are collected until braces and quotes are closed. */
export function isOpen(text: string): boolean {
  const bare = text.replaceAll(/\\.|"(?:\\.|[^"\\])*"/gs, '');
  const opened = (bare.match(/\{/g) ?? []).length - (bare.match(/\}/g) ?? []).length;
  return opened > 0 || bare.includes('"');
}

/** Each line begins in insert mode. */
function viTranslation(): (text: string) => string {
  let state = viBeginning;
  return (text) => {
    const step = viKeys(state, text);
    state = step.state;
    return step.keys;
  };
}
