/**
 * Asks a name server for an address again and again. One JSON line per answer on standard output.
 * Arguments: server, name, interval in ms, limit of one query in ms.
 */
import { Resolver } from 'node:dns/promises';

export interface DnsLine {
  /** Wall milliseconds with fractions: when it was asked, when answered. */
  readonly start: number;
  readonly end: number;
  /** Addresses in order, or the error's code. */
  readonly answer: string;
  readonly ok: boolean;
}

const [server = '', name = '', interval = '20', limit = '1000'] = process.argv.slice(2);
const resolver = new Resolver({ timeout: Number(limit), tries: 1 });
resolver.setServers([server]);

function now(): number {
  return performance.timeOrigin + performance.now();
}

async function ask(): Promise<void> {
  const start = now();
  const write = (answer: string, ok: boolean): void => {
    const line: DnsLine = { start, end: now(), answer, ok };
    process.stdout.write(`${JSON.stringify(line)}\n`);
  };
  try {
    write((await resolver.resolve4(name)).toSorted().join(' '), true);
  } catch (error) {
    write(error instanceof Error && 'code' in error ? String(error.code) : String(error), false);
  }
}

setInterval(() => void ask(), Number(interval));
process.once('SIGTERM', () => process.exit(0));
