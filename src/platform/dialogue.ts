/** A program that asks, line by line, and is answered, line by line: interpreters of scripts. */
import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';

export interface Dialogue {
  readonly program: string;
  readonly args: readonly string[];
  /** Asked by the program; what is answered is one line. Its rejection ends the program. */
  readonly answer: (line: string) => Promise<string>;
  readonly timeoutMilliseconds: number;
}

/** Of what the program says where nobody expects it. */
const maximumComplaint = 4096;

/** Resolves to how it ended: "" when well; the program is gone then. Rejects as `answer` does. */
export async function holdDialogue(dialogue: Dialogue): Promise<string> {
  const child = spawn(dialogue.program, dialogue.args, {
    stdio: ['pipe', 'pipe', 'pipe'],
    // Nothing of ours is its business.
    env: { PATH: process.env['PATH'] ?? '', LANG: 'C.UTF-8' },
  });
  let complaint = '';
  let isLate = false;
  child.stderr.setEncoding('utf8');
  child.stderr.on('data', (text: string) => {
    complaint = `${complaint}${text}`.slice(0, maximumComplaint);
  });
  // Who has ended reads nothing more: how it ended is told below.
  child.stdin.on('error', () => undefined);
  const ended = new Promise<string>((resolve) => {
    child.once('error', (error) => resolve(`cannot run ${dialogue.program}: ${error.message}`));
    child.once('close', (code, signal) => {
      if (code === 0) resolve('');
      else resolve(complaint.trim() || `ended with ${signal ?? `status ${code ?? '?'}`}`);
    });
  });
  const timer = setTimeout(() => {
    isLate = true;
    child.kill('SIGKILL');
  }, dialogue.timeoutMilliseconds);
  try {
    for await (const line of createInterface({ input: child.stdout })) {
      child.stdin.write(`${await dialogue.answer(line)}\n`);
    }
    const how = await ended;
    return isLate ? `it took more than ${dialogue.timeoutMilliseconds / 1000} s` : how;
  } finally {
    clearTimeout(timer);
    child.kill('SIGKILL');
    await ended;
  }
}
