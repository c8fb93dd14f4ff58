/**
 * Asks one URL and prints what came back: `client.ts URL COUNT COOKIE|- keep|close`. COUNT 0 goes on until SIGTERM, and
 * says so when the first was answered. One line of
 * JSON at the end: answers by server, sources seen, cookies, errors.
 */
import { Agent, request } from 'node:http';

const [url = '', count = '1', cookie = '-', mode = 'close'] = process.argv.slice(2);
const agent = new Agent({ keepAlive: mode === 'keep', maxSockets: 1 });
const result = {
  names: {} as Record<string, number>,
  order: '',
  sources: [] as string[],
  forwarded: [] as string[],
  cookies: [] as string[],
  statuses: {} as Record<string, number>,
  errors: {} as Record<string, number>,
  slowestMs: 0,
};
const stop = new AbortController();
process.on('SIGTERM', () => stop.abort());

function add(to: Record<string, number>, key: string): void {
  to[key] = (to[key] ?? 0) + 1;
}

function once(list: string[], value: string | undefined): void {
  if (value !== undefined && !list.includes(value)) list.push(value);
}

function ask(): Promise<void> {
  const begun = performance.now();
  return new Promise((resolve) => {
    const headers = cookie === '-' ? {} : { cookie };
    const asked = request(url, { agent, headers, timeout: 10_000 }, (response) => {
      let body = '';
      response.on('data', (chunk) => (body += String(chunk)));
      response.on('error', () => undefined);
      response.on('end', () => {
        add(result.statuses, String(response.statusCode));
        const parsed = JSON.parse(body) as { name: string; from: string; forwarded?: string };
        add(result.names, parsed.name);
        if (result.order.length < 40) result.order += parsed.name;
        once(result.sources, parsed.from);
        once(result.forwarded, parsed.forwarded);
        for (const one of response.headers['set-cookie'] ?? []) once(result.cookies, one);
        result.slowestMs = Math.max(result.slowestMs, Math.round(performance.now() - begun));
        resolve();
      });
    });
    asked.on('timeout', () => asked.destroy(new Error('timeout')));
    asked.on('error', (error) => {
      add(result.errors, 'code' in error ? String(error.code) : error.message);
      resolve();
    });
    asked.end();
  });
}

let isSaid = false;
for (let left = Number(count) || Infinity; left > 0 && !stop.signal.aborted; left -= 1) {
  await ask();
  if (left === Infinity && !isSaid) process.stdout.write('asking\n');
  isSaid = true;
}
agent.destroy();
process.stdout.write(`${JSON.stringify(result)}\n`);
