/** A program at a terminal, for tests: what is typed, what is seen. */
import assert from 'node:assert/strict';
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { join } from 'node:path';

/** Generous: machines under load are slow, and what does not come never comes. */
const patienceMilliseconds = 30_000;

export const hasTerminals = spawnSync('python3', ['-c', 'import pty']).status === 0;

export class TestTerminal {
  readonly #child: ChildProcess;
  readonly #ended: Promise<number>;
  #seen = '';
  #looked = 0;
  #wake: () => void = () => undefined;

  constructor(
    command: readonly string[],
    env: Readonly<Record<string, string | undefined>> = process.env,
  ) {
    const helper = join(import.meta.dirname, 'on_a_terminal.py');
    const child = spawn('python3', [helper, ...command], { env: { ...env, TERM: 'xterm' } });
    this.#child = child;
    child.stdout.on('data', (data: Buffer) => {
      this.#seen += data.toString('utf8');
      this.#wake();
    });
    this.#ended = new Promise((resolve) => {
      child.on('close', (code) => resolve(code ?? -1));
    });
  }

  type(text: string): void {
    this.#order({ type: text });
  }

  line(text: string): void {
    this.type(`${text}\r`);
  }

  resize(rows: number, columns: number): void {
    this.#order({ rows, columns });
  }

  signal(signal: number): void {
    this.#order({ signal });
  }

  #order(order: object): void {
    this.#child.stdin?.write(`${JSON.stringify(order)}\n`);
  }

  /** What came since the last look, up to and with the match; fails when it does not come. */
  async sees(expected: RegExp): Promise<string> {
    const deadline = Date.now() + patienceMilliseconds;
    for (;;) {
      const rest = this.#seen.slice(this.#looked);
      const match = expected.exec(rest);
      if (match !== null) {
        this.#looked += match.index + match[0].length;
        return rest.slice(0, match.index + match[0].length);
      }
      if (Date.now() > deadline) assert.fail(`${expected} did not come; seen:\n${rest}`);
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, 1000);
        this.#wake = () => {
          clearTimeout(timer);
          resolve();
        };
      });
    }
  }

  /** Everything that was shown. */
  get seen(): string {
    return this.#seen;
  }

  /** Its exit status; killed by a signal: 128 and the signal. */
  ended(): Promise<number> {
    return this.#ended;
  }

  close(): void {
    this.#child.stdin?.end();
    this.#child.kill('SIGKILL');
  }
}
