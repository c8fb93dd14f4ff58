/** Commands that were typed: their file, `show cli history`, and `!` to say one again. Pure. */

export interface TypedCommand {
  readonly line: string;
  /** Milliseconds of 1970; absent where it was not noted. */
  readonly time?: number;
}

/** A line a command, newest first: `#1763791200 list ltm pool`, or without the seconds of 1970. */
export function readHistory(text: string): TypedCommand[] {
  return text.split('\n').flatMap((line) => {
    const [, seconds, command = line] = /^#(\d{1,12}) (.*)$/.exec(line) ?? [];
    if (command === '') return [];
    return [seconds === undefined ? { line } : { line: command, time: Number(seconds) * 1000 }];
  });
}

export function historyFile(history: readonly TypedCommand[]): string {
  const lines = history.map(({ line, time }) =>
    time === undefined ? line : `#${Math.floor(time / 1000)} ${line}`,
  );
  return `${lines.join('\n')}\n`;
}

/** Passwords are not kept, nor is a command twice in a row. */
export function remember(history: TypedCommand[], command: TypedCommand, size: number): void {
  const { line } = command;
  if (line.trim() === '' || line === history[0]?.line) return;
  if (/password|passphrase|secret/i.test(line)) return;
  history.unshift(command);
  history.splice(size);
}

/** The oldest is number 1. */
export function historyText(
  history: readonly TypedCommand[],
  { isDated, count }: { readonly isDated: boolean; readonly count?: number },
): string {
  const width = String(history.length).length;
  const times = history.map(({ time }) => (time === undefined ? '-' : dateText(time)));
  const timeWidth = Math.max(0, ...times.map(({ length }) => length));
  const lines = history.map(({ line }, index) => {
    const number = String(history.length - index).padStart(width);
    return `  ${number}  ${isDated ? `${(times[index] ?? '').padEnd(timeWidth)}  ` : ''}${line}`;
  });
  return lines.slice(0, count).toReversed().join('\n');
}

/** "2026-11-22 06:10:03", of the time zone of whoever asks. */
function dateText(time: number): string {
  const date = new Date(time);
  const two = (value: number): string => String(value).padStart(2, '0');
  const day = [date.getFullYear(), two(date.getMonth() + 1), two(date.getDate())].join('-');
  const clock = [date.getHours(), date.getMinutes(), date.getSeconds()].map(two).join(':');
  return `${day} ${clock}`;
}

/**
 * `!!` the last command, `!7` number 7 of `show cli history`, `!-2` the last but one, `!list` the last that begins so;
 * what follows stands behind it. Undefined where the line asks for none of these, `missing` where there is none.
 */
export function recalled(
  line: string,
  history: readonly TypedCommand[],
): { readonly line: string } | 'missing' | undefined {
  const [, event = '', rest = ''] = /^\s*!(!|-?\d+|[^\s!]+)(.*)$/s.exec(line) ?? [];
  if (event === '') return undefined;
  const found = eventIn(history, event);
  return found === undefined ? 'missing' : { line: `${found.line}${rest}` };
}

function eventIn(history: readonly TypedCommand[], event: string): TypedCommand | undefined {
  if (event === '!') return history[0];
  const number = Number(event);
  if (Number.isNaN(number)) return history.find(({ line }) => line.startsWith(event));
  return history[number < 0 ? -number - 1 : history.length - number];
}
