/** Ours and HAProxy's checks in turns. */
import { type ChildProcess, spawn } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { sleep, systemClock } from '../../src/platform/clock.ts';
import { runChecked } from '../../src/platform/process.ts';
import type { CheckerReport } from './checker.ts';
import { addressOfTarget, targetPort } from './targets.ts';

export interface Setup {
  readonly folder: string;
  readonly targets: number;
  readonly intervalSeconds: number;
  readonly seconds: number;
  readonly rounds: number;
}

interface Round {
  readonly checks: number;
  readonly microsecondsPerCheck: number;
  /** Of a core. */
  readonly share: number;
  /** Of ours only. */
  readonly latestMilliseconds?: number;
}

interface Result {
  readonly ours: readonly Round[];
  readonly haproxy: readonly Round[];
  /** Medians: CPU of a check of ours to one of HAProxy's. */
  readonly ratio: number;
}

const checkerCore = '0';
const targetCore = '1';
const ticksPerSecond = 100;
/** It wants a descriptor for each, and 2,014 more, where a process may have 20,000. What a check costs is not a matter of how many. */
const maximumHaproxyTargets = 17_900;

export async function measureMonitors(setup: Setup): Promise<Result> {
  await runChecked('ip', ['link', 'set', 'lo', 'up']);
  const target = startTarget(setup.folder);
  const ours: Round[] = [];
  const haproxy: Round[] = [];
  try {
    await sleep(systemClock, 1000);
    for (let round = 0; round < setup.rounds; round += 1) {
      ours.push(await measureOurs(setup));
      haproxy.push(await measureHaproxy(setup));
      for (const [name, one] of [
        ['evenkeel', ours.at(-1)],
        ['haproxy', haproxy.at(-1)],
      ] as const) {
        process.stderr.write(`${name.padEnd(9)} ${JSON.stringify(one)}\n`);
      }
    }
  } finally {
    target.kill('SIGTERM');
  }
  const median = (rounds: readonly Round[]): number =>
    rounds.map((one) => one.microsecondsPerCheck).toSorted((a, b) => a - b)[
      Math.floor(rounds.length / 2)
    ] ?? Number.NaN;
  return { ours, haproxy, ratio: median(ours) / median(haproxy) };
}

function startTarget(folder: string): ChildProcess {
  const path = join(folder, 'target.cfg');
  const text = [
    'global',
    '  maxconn 8000',
    `  stats socket ${socketOf(folder)}`,
    'defaults',
    '  mode http',
    '  timeout client 10s',
    '  timeout connect 5s',
    '  timeout server 10s',
    'frontend targets',
    `  bind 0.0.0.0:${targetPort}`,
    '  http-request return status 200 content-type text/plain string ok',
    '',
  ].join('\n');
  writeFileSync(path, text);
  return spawn('taskset', ['-c', targetCore, 'haproxy', '-db', '-f', path], { stdio: 'ignore' });
}

function socketOf(folder: string): string {
  return join(folder, 'target.sock');
}

/** Of the targets since they started. */
async function requestsOf(folder: string): Promise<number> {
  const text = await new Promise<string>((resolve, reject) => {
    const socket = connect(socketOf(folder), () => socket.write('show info\n'));
    let heard = '';
    socket.on('data', (part) => (heard += part.toString()));
    socket.on('end', () => resolve(heard));
    socket.on('error', reject);
  });
  return Number(/^CumReq: (\d+)/m.exec(text)?.[1]);
}

async function measureHaproxy(setup: Setup): Promise<Round> {
  const path = join(setup.folder, 'checker.cfg');
  const servers = Array.from(
    { length: Math.min(setup.targets, maximumHaproxyTargets) },
    (_, index) => `  server s${index} ${addressOfTarget(index)}:${targetPort} check`,
  );
  const text = [
    'global',
    '  maxconn 1000',
    'defaults',
    '  mode http',
    '  timeout client 10s',
    '  timeout connect 5s',
    '  timeout server 10s',
    // Without a listener it ends at once.
    'frontend none',
    '  bind 127.0.0.1:8081',
    'backend checked',
    '  option httpchk GET /',
    '  http-check expect rstring 200|ok',
    `  default-server inter ${setup.intervalSeconds}s`,
    ...servers,
    '',
  ].join('\n');
  writeFileSync(path, text);
  const words = ['-c', checkerCore, 'haproxy', '-db', '-f', path];
  const child = spawn('taskset', words, { stdio: ['ignore', 'ignore', 'inherit'] });
  try {
    return await between(setup, child.pid ?? 0);
  } finally {
    child.kill('SIGKILL');
  }
}

async function measureOurs(setup: Setup): Promise<Round> {
  const program = join(import.meta.dirname, 'checker.ts');
  const given = [String(setup.targets), String(setup.intervalSeconds)];
  const words = ['-c', checkerCore, process.execPath, program, ...given];
  const child = spawn('taskset', words, { stdio: ['pipe', 'pipe', 'inherit'] });
  const reports = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const ask = async (): Promise<CheckerReport> => {
    child.stdin.write('\n');
    const { value } = await reports.next();
    // Printed by our own program.
    return JSON.parse(String(value)) as CheckerReport;
  };
  try {
    let report: CheckerReport | undefined;
    const round = await between(
      setup,
      child.pid ?? 0,
      async () => void (await ask()),
      async () => {
        report = await ask();
      },
    );
    return { ...round, latestMilliseconds: report?.latestMilliseconds ?? Number.NaN };
  } finally {
    child.kill('SIGKILL');
  }
}

/** After everything was checked once. */
async function between(
  setup: Setup,
  pid: number,
  begin: () => Promise<void> = () => Promise.resolve(),
  end: () => Promise<void> = () => Promise.resolve(),
): Promise<Round> {
  await sleep(systemClock, (setup.intervalSeconds + 5) * 1000);
  await begin();
  const requests = await requestsOf(setup.folder);
  const seconds = cpuSeconds(pid);
  await sleep(systemClock, setup.seconds * 1000);
  const spent = cpuSeconds(pid) - seconds;
  const checks = (await requestsOf(setup.folder)) - requests;
  await end();
  return {
    checks,
    microsecondsPerCheck: Number(((spent / checks) * 1e6).toFixed(1)),
    share: Number((spent / setup.seconds).toFixed(2)),
  };
}

function cpuSeconds(pid: number): number {
  const text = readFileSync(`/proc/${pid}/stat`, 'utf8');
  const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
  return (Number(fields[11]) + Number(fields[12])) / ticksPerSecond;
}
