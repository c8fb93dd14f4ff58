/** The editor of whoever types: a text goes out to a file of its own, and comes back when the editor ends. */
import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** By a program and its arguments, unless the environment names another one. Rejects when there is none, or it fails. */
export async function editText(text: string, program: readonly string[]): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), 'evenkeel-edit-'));
  const file = join(folder, 'commands.tmsh');
  try {
    writeFileSync(file, text, { mode: 0o600 });
    const wanted = process.env['VISUAL'] ?? process.env['EDITOR'] ?? '';
    const [command = 'vi', ...args] = wanted === '' ? program : wanted.split(/\s+/);
    await ended(command, [...args, file]);
    return readFileSync(file, 'utf8');
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function ended(command: string, args: readonly string[]): Promise<void> {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { stdio: 'inherit' });
    child.once('error', (error) => reject(new Error(`cannot run ${command}: ${error.message}`)));
    child.once('close', (code) => {
      if (code === 0) resolve();
      else reject(new Error(`${command} ended with status ${code ?? '?'}; nothing was changed`));
    });
  });
}
