import { type ChildProcess, spawn } from 'node:child_process';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { Lab } from '../types.ts';
import { inNamespace } from '../namespaces.ts';
import type { DnsLine } from '../nodes/dns-prober.ts';
import type { ProbeLine } from '../nodes/prober.ts';
import { switchNamespace } from '../plan.ts';
import { type OwnerSign, readSign } from './outage.ts';
import { eventually } from '../wait.ts';

/** Something that runs in a namespace and collects what it sees until it is stopped. */
export interface Watch<T> {
  readonly seen: readonly T[];
  stop(): Promise<void>;
}

const client = 'client';
const firstLineLimitMilliseconds = 10_000;
const nodes = join(import.meta.dirname, '..', 'nodes');

export interface ProbeOptions {
  readonly host: string;
  readonly port: number;
  readonly intervalMilliseconds: number;
  readonly limitMilliseconds: number;
}

/** Requests from the client every few milliseconds; resolves once the first one has been answered or failed. */
export function startProber(lab: Lab, options: ProbeOptions): Promise<Watch<ProbeLine>> {
  const { host, port, intervalMilliseconds, limitMilliseconds } = options;
  const args = [host, port, intervalMilliseconds, limitMilliseconds].map(String);
  return startNodeWatch<ProbeLine>(lab, 'prober.ts', args);
}

export function startDnsProber(
  lab: Lab,
  server: string,
  name: string,
  intervalMilliseconds: number,
): Promise<Watch<DnsLine>> {
  const args = [server, name, String(intervalMilliseconds), '1000'];
  return startNodeWatch<DnsLine>(lab, 'dns-prober.ts', args);
}

async function startNodeWatch<T>(
  lab: Lab,
  main: string,
  args: readonly string[],
): Promise<Watch<T>> {
  const command = [process.execPath, join(nodes, main), ...args];
  const seen: T[] = [];
  const child = start(lab.namespace(client), command);
  // Written by our own program, one JSON document a line.
  onLines(child, 'stdout', (line) => seen.push(JSON.parse(line) as T));
  await eventually(`first line of ${main}`, firstLineLimitMilliseconds, () =>
    Promise.resolve(seen.length > 0 ? true : undefined),
  );
  return { seen, stop: () => end(child) };
}

/** Every frame on a network that answers for one of the addresses; sees what crosses the bridge. */
export async function startCapture(
  lab: Lab,
  network: string,
  addresses: readonly string[],
): Promise<Watch<OwnerSign>> {
  const filter = 'arp or icmp6[0] == 136 or (tcp and port 80)';
  const options = ['-e', '-n', '-tt', '-l', '--immediate-mode', '-B', '16384', '-i', network];
  const child = start(switchNamespace(lab.name), ['tcpdump', ...options, filter]);
  const seen: OwnerSign[] = [];
  let isListening = false;
  onLines(child, 'stderr', (line) => {
    isListening ||= line.includes('listening on');
  });
  onLines(child, 'stdout', (line) => {
    const sign = readSign(line, addresses);
    if (sign !== undefined) seen.push(sign);
  });
  await eventually(`capture on ${network}`, firstLineLimitMilliseconds, () =>
    Promise.resolve(isListening ? true : undefined),
  );
  return { seen, stop: () => end(child) };
}

const askEveryMilliseconds = 50;

/**
 * Makes a node forget every 50 ms who has the addresses, so that it asks everybody anew: two owners would both
 * answer, where a kept entry shows only one of them.
 */
export function askWhoHas(
  lab: Lab,
  node: string,
  device: string,
  addresses: readonly string[],
): { stop(): Promise<void> } {
  const words = ['-n', lab.namespace(node), '-force', '-batch', '-'];
  const child = spawn('ip', words, { stdio: ['pipe', 'ignore', 'ignore'] });
  const lines = addresses.map((address) => `neigh del ${address} dev ${device}\n`).join('');
  const timer = setInterval(() => child.stdin.write(lines), askEveryMilliseconds);
  child.stdin.on('error', () => clearInterval(timer));
  return {
    stop() {
      clearInterval(timer);
      return end(child);
    },
  };
}

function start(namespace: string, command: readonly string[]): ChildProcess {
  return spawn('ip', inNamespace(namespace, command), { stdio: ['ignore', 'pipe', 'pipe'] });
}

function onLines(
  child: ChildProcess,
  stream: 'stdout' | 'stderr',
  take: (line: string) => void,
): void {
  const input = child[stream];
  if (input === null) throw new Error(`${stream} is not a pipe`);
  createInterface({ input }).on('line', take);
}

function end(child: ChildProcess): Promise<void> {
  return new Promise((resolve) => {
    if (child.exitCode !== null || child.signalCode !== null) return resolve();
    child.once('close', () => resolve());
    child.kill('SIGTERM');
  });
}
