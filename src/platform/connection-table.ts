import { spawn } from 'node:child_process';

/** A table of millions takes seconds to walk. */
const limitMilliseconds = 60_000;
const saidCharacters = 4096;

/**
 * Runs `conntrack` with these arguments and resolves with what it says on its error output, its verdict among it
 * ("12 flow entries have been updated."). The entries that it prints are dropped unread. Rejects when it cannot be
 * started or takes longer than a minute.
 */
export function changeConnections(args: readonly string[]): Promise<string> {
  return new Promise((resolve, reject) => {
    const child = spawn('conntrack', args, {
      stdio: ['ignore', 'ignore', 'pipe'],
      timeout: limitMilliseconds,
    });
    let said = '';
    child.stderr.setEncoding('utf8');
    child.stderr.on('data', (chunk: string) => {
      said = (said + chunk).slice(-saidCharacters);
    });
    child.on('error', (error) => reject(new Error(`cannot run conntrack: ${error.message}`)));
    child.on('close', (_status, signal) => {
      if (signal === null) resolve(said);
      else reject(new Error(`conntrack was ended by ${signal}`));
    });
  });
}
