/** What named really serves, to be compared with what it should. */
import { run, runChecked } from '../platform/process.ts';

export interface ReadBack {
  readonly domain: string;
  /** The zone file that it should have loaded. */
  readonly path: string;
  readonly port: number;
  /** Key file that picks the view and allows the transfer. */
  readonly keyFile: string;
}

const limit = { timeoutMilliseconds: 10_000 };

/** Transfers the zone and compares it, record by record, with the file as BIND itself reads it. */
export async function isServed(zone: ReadBack): Promise<boolean> {
  const [wanted, served] = await Promise.all([wantedRecords(zone), servedRecords(zone)]);
  return served !== undefined && served === wanted;
}

async function wantedRecords(zone: ReadBack): Promise<string> {
  const args = ['-q', '-i', 'none', '-k', 'ignore', '-F', 'text', '-s', 'full', '-o', '-'];
  return canonical(await runChecked('named-compilezone', [...args, zone.domain, zone.path], limit));
}

async function servedRecords(zone: ReadBack): Promise<string | undefined> {
  const port = String(zone.port);
  const output = ['+onesoa', '+noall', '+answer', '+time=2', '+tries=1'];
  const args = ['@127.0.0.1', '-p', port, '-k', zone.keyFile, ...output, zone.domain, 'AXFR'];
  const result = await run('dig', args, limit);
  return result.status === 0 ? canonical(result.stdout) : undefined;
}

function canonical(text: string): string {
  return text
    .split('\n')
    .filter((line) => line !== '' && !line.startsWith(';') && !line.includes('\tTSIG\t'))
    .map((line) => line.replaceAll(/[ \t]+/g, ' ').trim())
    .toSorted()
    .join('\n');
}
