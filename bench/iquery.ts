/**
 * `node bench/iquery.ts [--messages N] [--rounds N]`: what a health report of one virtual server costs over iQuery and over
 * grpc-js, in mutual TLS, with the same messages and the same codec. Both ends share one core and take turns, round by
 * round; both their accounts with the scheduler are added. One after the other, and several in a turn as when many
 * virtual servers change at once. JSON lines on standard output.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { makeTrust } from './health/world.ts';

const { values } = parseArgs({
  options: {
    messages: { type: 'string', default: '51200' },
    rounds: { type: 'string', default: '3' },
  },
});
const messages = Number(values.messages);
const peer = new URL('iquery/peer.ts', import.meta.url).pathname;
const kinds = ['iquery', 'grpc'] as const;

const folder = mkdtempSync(join(tmpdir(), 'bench-iquery-'));
try {
  await makeTrust(folder, { sites: 1, virtuals: 1 });
  for (const together of [1, 16, 64]) {
    process.stdout.write(`${JSON.stringify(await compare(together))}\n`);
  }
} finally {
  rmSync(folder, { recursive: true });
}

async function compare(together: number): Promise<object> {
  const costs = { iquery: [] as number[], grpc: [] as number[] };
  for (let round = 0; round < Number(values.rounds); round += 1) {
    for (const kind of kinds) costs[kind].push(await microsecondsOf(kind, together));
  }
  const [iquery, grpc] = [median(costs.iquery), median(costs.grpc)];
  return {
    together,
    'us a message': { iquery: tenths(iquery), grpc: tenths(grpc) },
    'messages a CPU second': { iquery: Math.round(1e6 / iquery), grpc: Math.round(1e6 / grpc) },
    ratio: tenths(grpc / iquery),
  };
}

/** Of one message, both ends together. */
async function microsecondsOf(kind: (typeof kinds)[number], together: number): Promise<number> {
  const sender = start(kind, 'send', messages, together);
  const port = await lineOf(sender);
  const taker = start(kind, 'take', Number(port));
  const lost = new Promise<never>((_, reject) => {
    taker.once('exit', (code) => reject(new Error(`who takes ended with ${code}`)));
  });
  try {
    await Promise.race([lineOf(sender), lost]);
    const before = workOf(sender) + workOf(taker);
    sender.stdin?.write('go\n');
    await lineOf(sender);
    return (workOf(sender) + workOf(taker) - before) / messages;
  } finally {
    await Promise.all([sender, taker].map(ended));
  }
}

function start(...words: readonly (string | number)[]): ChildProcess {
  const node = [process.execPath, peer, folder, ...words.map(String)];
  return spawn('taskset', ['-c', '0', ...node], { stdio: ['pipe', 'pipe', 'inherit'] });
}

function lineOf(child: ChildProcess): Promise<string> {
  return new Promise((resolve, reject) => {
    child.stdout?.once('data', (data) => resolve(String(data).trim()));
    child.once('exit', (code) => reject(new Error(`an end of the bench ended with ${code}`)));
  });
}

async function ended(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const gone = new Promise((resolve) => void child.once('exit', resolve));
  child.kill();
  await gone;
}

/** Microseconds on a processor, all threads together. */
function workOf({ pid }: ChildProcess): number {
  return readdirSync(`/proc/${pid}/task`)
    .map((thread) => readFileSync(`/proc/${pid}/task/${thread}/schedstat`, 'utf8'))
    .reduce((sum, text) => sum + Number(text.split(' ')[0]) / 1_000, 0);
}

function median(list: readonly number[]): number {
  return list.toSorted((a, b) => a - b)[list.length >> 1] ?? NaN;
}

function tenths(value: number): number {
  return Math.round(value * 10) / 10;
}
