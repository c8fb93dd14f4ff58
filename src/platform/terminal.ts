import { createInterface } from 'node:readline';

/** Is somebody typing, or is it a pipe? */
export function isInteractive(): boolean {
  return process.stdin.isTTY && process.stdout.isTTY;
}

export async function readStandardInput(): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of process.stdin as AsyncIterable<Buffer>) chunks.push(chunk);
  return Buffer.concat(chunks).toString('utf8');
}

/**
 * Asks for lines until `onLine` says stop or input ends; `prompt` is computed anew for each line.
 */
export async function converse(options: {
  readonly prompt: () => Promise<string>;
  readonly onLine: (line: string) => Promise<'go on' | 'stop'>;
}): Promise<void> {
  const terminal = createInterface({ input: process.stdin, output: process.stdout });
  try {
    terminal.setPrompt(await options.prompt());
    terminal.prompt();
    for await (const line of terminal) {
      if ((await options.onLine(line)) === 'stop') break;
      terminal.setPrompt(await options.prompt());
      terminal.prompt();
    }
  } finally {
    terminal.close();
  }
}

/** A line that is not echoed: a password. */
export function askSecretly(question: string): Promise<string> {
  process.stdout.write(question);
  const terminal = createInterface({ input: process.stdin, terminal: true });
  return new Promise((resolve) => {
    terminal.question('', (answer) => {
      terminal.close();
      process.stdout.write('\n');
      resolve(answer);
    });
  });
}

export function writeOutput(text: string): void {
  process.stdout.write(`${text}\n`);
}

export function writeErrorOutput(text: string): void {
  process.stderr.write(`${text}\n`);
}
