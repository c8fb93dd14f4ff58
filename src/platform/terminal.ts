import { createInterface } from 'node:readline';
import { createInterface as createEditor } from 'node:readline/promises';
import { PassThrough } from 'node:stream';
import { StringDecoder } from 'node:string_decoder';

/** Is somebody typing, or is it a pipe? */
export function isInteractive(): boolean {
  return process.stdin.isTTY && process.stdout.isTTY;
}

/** Width of the terminal that shows the output; undefined when it goes to a pipe. */
export function terminalColumns(): number | undefined {
  return process.stdout.isTTY ? process.stdout.columns : undefined;
}

export async function readStandardInput(): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of process.stdin as AsyncIterable<Buffer>) chunks.push(chunk);
  return Buffer.concat(chunks).toString('utf8');
}

export interface LineOptions {
  readonly prompt: string;
  /** Typed ahead while the last command ran. */
  readonly typed: string;
  /** Newest first. */
  readonly history: readonly string[];
  /** What is typed → what the line editor gets instead of it. */
  readonly keysOf?: (text: string) => string;
  /** Tab: what may stand in place of `partial`, the end of the line. */
  readonly complete: (line: string) => Promise<{
    readonly words: readonly string[];
    readonly partial: string;
    /** The words, as they are printed where several fit. */
    readonly listing: string;
  }>;
  /** When Tab finds nothing. */
  readonly warning: 'bell' | 'visual-bell' | 'none';
  /** `?`: printed above the line, which stays. */
  readonly explain: (line: string) => Promise<string>;
}

export type LineResult =
  | {
      readonly kind: 'lines';
      readonly lines: readonly string[];
      /** The beginning of a line that was pasted behind them. */
      readonly typed: string;
      /** Ctrl-C came before them: they are no part of what stood there. */
      readonly isAnew: boolean;
    }
  /** Ctrl-C. */
  | { readonly kind: 'cancelled' }
  /** Ctrl-D. */
  | { readonly kind: 'ended' };

/** A line with editing, history, Tab and `?`; several when they were pasted. */
export function askLine(options: LineOptions): Promise<LineResult> {
  let completing: Promise<unknown> = Promise.resolve();
  const { input, release } =
    options.keysOf === undefined
      ? { input: process.stdin, release: () => undefined }
      : translatedInput(options.keysOf);
  const terminal = createEditor({
    input,
    output: process.stdout,
    terminal: true,
    prompt: options.prompt,
    history: [...options.history],
    removeHistoryDuplicates: true,
    completer: async (line) => {
      const nothing = { words: [], partial: '', listing: '' };
      const answer = options.complete(line).catch(() => nothing);
      completing = answer;
      const { words, partial, listing } = await answer;
      if (words.length === 0) warn(options.warning);
      const beginning = commonBeginning(words);
      if (words.length < 2 || beginning.length > partial.length)
        return [beginning === '' ? [] : [beginning], partial];
      process.stdout.write(`\n${listing}\n`);
      terminal.prompt(true);
      return [[], partial];
    },
  });
  const lines: string[] = [];
  // Node's readline goes on where a completion comes back, and must be there then.
  const close = (): void => {
    const seen = completing;
    const again = (): void => (seen === completing ? terminal.close() : close());
    void seen.then(() => setImmediate(again));
  };
  return new Promise((resolve) => {
    let isCancelled = false;
    const onKey = (_: string | undefined, key: { readonly sequence?: string }): void => {
      const { line, cursor } = terminal;
      if (key.sequence !== '?' || line[cursor - 1] !== '?' || isQuoting(line)) return;
      terminal.write(null, { name: 'backspace' });
      const before = line.slice(0, cursor - 1);
      const explaining = options.explain(before).then(
        (text) => {
          process.stdout.write(`\n${text}\n`);
          terminal.prompt(true);
        },
        () => undefined,
      );
      completing = Promise.all([completing, explaining]);
    };
    input.on('keypress', onKey);
    terminal.on('line', (line) => {
      lines.push(line);
      if (lines.length > 1) return;
      // What was pasted arrives as one piece: all of its lines come before this.
      setImmediate(close);
    });
    terminal.on('SIGINT', () => {
      process.stdout.write('^C\n');
      isCancelled = true;
      lines.length = 0;
      // What is typed from now on is a line of its own, and may come before the end of this one.
      Object.assign(terminal, { line: '', cursor: 0 });
      close();
    });
    terminal.on('close', () => {
      input.off('keypress', onKey);
      release();
      if (lines.length > 0) {
        resolve({ kind: 'lines', lines, typed: terminal.line, isAnew: isCancelled });
      } else resolve({ kind: isCancelled ? 'cancelled' : 'ended' });
    });
    terminal.prompt();
    if (options.typed !== '') terminal.write(options.typed);
  });
}

/** With which all of the words begin. */
function commonBeginning([first = '', ...others]: readonly string[]): string {
  let length = first.length;
  for (const word of others) {
    while (!word.startsWith(first.slice(0, length))) length -= 1;
  }
  return first.slice(0, length);
}

/** The terminal's input, every read of it as `keysOf` has it. */
function translatedInput(keysOf: (text: string) => string): {
  readonly input: PassThrough;
  readonly release: () => void;
} {
  const { stdin } = process;
  const input = new PassThrough();
  const decoder = new StringDecoder('utf8');
  const onData = (bytes: Buffer | string): void => {
    const keys = keysOf(typeof bytes === 'string' ? bytes : decoder.write(bytes));
    if (keys !== '') input.write(keys);
  };
  stdin.setRawMode(true);
  stdin.on('data', onData);
  stdin.resume();
  return {
    input,
    release() {
      stdin.off('data', onData);
      stdin.setRawMode(false);
      stdin.pause();
    },
  };
}

/** Light and dark in each other's place, for so long. */
const flashMilliseconds = 100;

function warn(how: LineOptions['warning']): void {
  if (how === 'bell') process.stdout.write('\u0007');
  if (how !== 'visual-bell') return;
  process.stdout.write('\u001b[?5h');
  setTimeout(() => process.stdout.write('\u001b[?5l'), flashMilliseconds);
}

/** Does the terminal show colours, and may it? (no-color.org) */
export function hasColours(): boolean {
  return (
    process.stdout.isTTY && process.stdout.hasColors() && (process.env['NO_COLOR'] ?? '') === ''
  );
}

function isQuoting(line: string): boolean {
  return (line.replaceAll(/\\./g, '').match(/"/g) ?? []).length % 2 === 1;
}

/** Ctrl-C between two questions ends nothing; the result takes it back. */
export function outliveInterrupts(): () => void {
  const ignored = (): void => undefined;
  process.on('SIGINT', ignored);
  return () => void process.off('SIGINT', ignored);
}

/** Resolves to what `work` gives, or to "interrupted" at Ctrl-C; the work itself goes on unseen. */
export async function interruptible<Result>(
  work: Promise<Result>,
): Promise<Result | 'interrupted'> {
  let stop: () => void = () => undefined;
  const interrupted = new Promise<'interrupted'>((resolve) => {
    stop = () => resolve('interrupted');
    process.once('SIGINT', stop);
  });
  try {
    return await Promise.race([work, interrupted]);
  } finally {
    process.off('SIGINT', stop);
  }
}

/** Longer than the screen, a text comes page by page: blank for the next one, Enter a line, q no more. */
export async function page(text: string): Promise<void> {
  const lines = text.split('\n');
  let height = Math.max(2, (process.stdout.rows ?? 24) - 1);
  for (let shown = 0; shown < lines.length;) {
    const next = Math.min(lines.length, shown + height);
    process.stdout.write(`${lines.slice(shown, next).join('\n')}\n`);
    shown = next;
    if (shown >= lines.length) return;
    const key = await oneKey(`---(less ${Math.floor((100 * shown) / lines.length)}%)---`);
    process.stdout.write('\r\u001b[K');
    if (key === 'q' || key === '\u0003' || key === '\u0004') return;
    // Typed before the question stood there, Enter is a line feed.
    height =
      key === '\r' || key === '\n' || key === 'j'
        ? 1
        : Math.max(2, (process.stdout.rows ?? 24) - 1);
  }
}

function oneKey(question: string): Promise<string> {
  process.stdin.setRawMode(true);
  process.stdout.write(question);
  process.stdin.resume();
  return new Promise((resolve) => {
    process.stdin.once('data', (data) => {
      process.stdin.setRawMode(false);
      process.stdin.pause();
      resolve(String(data).slice(0, 1));
    });
  });
}

/** Lines up to Ctrl-D; undefined at Ctrl-C. */
export function typedText(notice: string): Promise<string | undefined> {
  process.stdout.write(`${notice}\n`);
  const terminal = createInterface({ input: process.stdin, output: process.stdout, prompt: '' });
  const lines: string[] = [];
  let isCancelled = false;
  return new Promise((resolve) => {
    terminal.on('line', (line) => lines.push(line));
    terminal.on('SIGINT', () => {
      isCancelled = true;
      terminal.close();
    });
    terminal.on('close', () => resolve(isCancelled ? undefined : `${lines.join('\n')}\n`));
  });
}

/** An answer in one line; empty at Ctrl-C or Ctrl-D. */
export function askWord(question: string): Promise<string> {
  const terminal = createInterface({ input: process.stdin, output: process.stdout });
  return new Promise((resolve) => {
    terminal.once('close', () => resolve(''));
    terminal.question(question, (answer) => {
      resolve(answer.trim());
      terminal.close();
    });
  });
}

/** A line that is not echoed: a password; empty at Ctrl-C or Ctrl-D. */
export function askSecretly(question: string): Promise<string> {
  // First: it ends the terminal's echo, and who types fast does so as soon as the question stands there.
  const terminal = createInterface({ input: process.stdin, terminal: true });
  process.stdout.write(question);
  return new Promise((resolve) => {
    terminal.once('close', () => {
      process.stdout.write('\n');
      resolve('');
    });
    terminal.question('', (answer) => {
      resolve(answer);
      terminal.close();
    });
  });
}

export function writeOutput(text: string): void {
  process.stdout.write(`${text}\n`);
}

export function writeErrorOutput(text: string): void {
  process.stderr.write(`${text}\n`);
}
