/** Entries of the kernel's connection table, as `conntrack` prints them. */
import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';

const limitMilliseconds = 20_000;

/**
 * Gives every line of `conntrack -L -o extended` with a mark that has these bits to `take`. Rejects when it cannot be
 * started or takes longer than 20 s.
 */
export function listConnections(
  mark: number,
  mask: number,
  take: (line: string) => void,
): Promise<void> {
  const args = ['-L', '-o', 'extended', '-m', `${mark}/${mask}`];
  return new Promise((resolve, reject) => {
    const child = spawn('conntrack', args, {
      stdio: ['ignore', 'pipe', 'ignore'],
      timeout: limitMilliseconds,
    });
    const lines = createInterface({ input: child.stdout });
    lines.on('line', take);
    child.on('error', (error) => reject(new Error(`cannot run conntrack: ${error.message}`)));
    child.on('close', (_status, signal) => {
      lines.close();
      if (signal === null) resolve();
      else reject(new Error(`conntrack was ended by ${signal}`));
    });
  });
}
