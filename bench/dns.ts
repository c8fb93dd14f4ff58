/**
 * DNS answers, paired with Debian's servers in one run: CPU of a query on the server's core, load from the other core,
 * rounds in turns. `node bench/dns.ts [--rounds N] [--seconds S] [--only NAME,NAME]`; makes a network namespace of its own.
 */
import { spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { runChecked } from '../src/platform/process.ts';
import { sleep, systemClock, waitUntil } from '../src/platform/clock.ts';
import type { GtmSnapshot } from '../src/gtm/decision/snapshot-types.ts';
import type { Load } from './dns/generator.ts';
import { startOurs } from './dns/ours.ts';
import { peerNames, staticHosts, startPeer, type Server } from './dns/peers.ts';
import { snapshot } from '../src/gtm/test-support.ts';
import { large, persistent, plain, ratio, topology } from './dns/worlds.ts';

const loadCore = '1';
const generator = new URL('dns/generator.ts', import.meta.url).pathname;
/** What is compiled while it runs has to be, first. */
const warmUpSeconds = 4;
const firstPort = 5300;
/** For latencies: far below what any of them can do. */
const steadyRate = 20_000;

interface Contestant {
  readonly name: string;
  readonly server: Server;
  readonly names: readonly string[];
  readonly costs: number[];
  readonly rates: number[];
  readonly p99: number[];
  lost: number;
}

const { values } = parseArgs({
  options: {
    rounds: { type: 'string', default: '5' },
    seconds: { type: 'string', default: '1.5' },
    only: { type: 'string' },
    inside: { type: 'boolean', default: false },
  },
});

if (values.inside) {
  await measure();
  process.exit(0);
} else {
  const words = [import.meta.filename, '--inside', ...process.argv.slice(2)];
  const run = spawnSync('unshare', ['--net', process.execPath, ...words], { stdio: 'inherit' });
  process.exit(run.status ?? 1);
}

async function measure(): Promise<void> {
  await runChecked('ip', ['link', 'set', 'lo', 'up']);
  const folder = mkdtempSync(join(tmpdir(), 'bench-dns-'));
  const contestants: Contestant[] = [];
  try {
    await startAll(folder, contestants);
    for (let round = 0; round < Number(values.rounds); round += 1) {
      for (const one of contestants) await measureOne(one);
    }
    report(contestants);
  } finally {
    for (const { server } of contestants) {
      server.process.kill('SIGKILL');
      server.behind?.kill('SIGKILL');
    }
    rmSync(folder, { recursive: true, force: true });
  }
}

async function startAll(folder: string, contestants: Contestant[]): Promise<void> {
  let port = firstPort;
  const isWanted = (name: string): boolean =>
    values.only === undefined || values.only.split(',').includes(name);
  const add = (name: string, server: Server, names: readonly string[]): void => {
    contestants.push({ name, server, names, costs: [], rates: [], p99: [], lost: 0 });
  };
  for (const name of peerNames.filter(isWanted)) {
    port += 1;
    const server = startPeer(name, folder, port);
    if (server === undefined) say(`${name}: left out, it is not installed`);
    else add(name, server, ['www.example.test']);
  }
  const worlds: Readonly<Record<string, () => GtmSnapshot>> = {
    evenkeel: () => plain,
    'evenkeel ratio': () => ratio,
    'evenkeel topology': () => topology,
    'evenkeel persistence': () => persistent,
    'evenkeel large': large,
  };
  for (const [name, world] of Object.entries(worlds).filter(([one]) => isWanted(one))) {
    port += 1;
    const server = await startOurs(join(folder, name.replaceAll(' ', '-')), port, world());
    say(`${name}: answers ${server.loadMilliseconds} ms after it was told what to hold`);
    add(
      name,
      server,
      name === 'evenkeel large' ? ['w{100000}.example.test'] : ['www.example.test'],
    );
  }
  if (isWanted('evenkeel relay')) await addRelay('evenkeel relay', folder, port + 1, add, 0);
  if (isWanted('evenkeel held')) await addRelay('evenkeel held', folder, port + 3, add, 1_000);
  for (const { name, names, server } of contestants) {
    await waitUntil(systemClock, name, 30_000, async () => {
      const { good } = await load(server.port, 0.05, 100, names);
      return good > 0;
    });
    await load(server.port, warmUpSeconds, 0, names);
  }
}

/** Names that no wide IP has: asked of a BIND behind us, on the same core; what it said is held so long. */
async function addRelay(
  name: string,
  folder: string,
  port: number,
  add: (name: string, server: Server, names: readonly string[]) => void,
  heldMilliseconds: number,
): Promise<void> {
  const bind = startPeer('bind', join(folder, `behind-${port}`), port);
  if (bind === undefined) return;
  const view = { asked: [], zones: [], heldMilliseconds };
  const from = '127.0.0.1';
  const addresses = { queryAddress: from, recursionAddress: from, transferAddress: from };
  const access = { port, updatePort: port, views: [{ ...view, ...addresses }] };
  const other = snapshot([], []);
  const ours = await startOurs(join(folder, `relay-${port}`), port + 1, other, access);
  const names = staticHosts.map((host) => `${host}.example.test`);
  add(name, { ...ours, behind: bind.process }, names);
}

async function measureOne(one: Contestant): Promise<void> {
  const { names, server } = one;
  const work = (): number =>
    workOf(server.process.pid) + (server.behind === undefined ? 0 : workOf(server.behind.pid));
  const before = work();
  const seen = await load(server.port, Number(values.seconds), 0, names);
  one.costs.push((work() - before) / seen.answers);
  one.rates.push(seen.answers / seen.seconds);
  one.lost += seen.lost;
  if (seen.good < seen.answers) say(`${one.name}: ${seen.answers - seen.good} bad answers`);
  await sleep(systemClock, 50);
  const steady = await load(server.port, 0.5, steadyRate, names);
  one.p99.push(steady.p99Microseconds);
}

function load(
  port: number,
  seconds: number,
  rate: number,
  names: readonly string[],
): Promise<Load> {
  const words = ['-c', loadCore, process.execPath, '--disable-warning=ExperimentalWarning'];
  const child = spawn(
    'taskset',
    [...words, generator, `${port}`, `${seconds}`, `${rate}`, ...names],
    { stdio: ['ignore', 'pipe', 'inherit'] },
  );
  let text = '';
  child.stdout.on('data', (chunk: Buffer) => void (text += chunk.toString()));
  return new Promise((resolve, reject) => {
    child.on('close', (code) => {
      if (code !== 0) return reject(new Error(`the generator ended with ${code}`));
      // What the generator prints.
      resolve(JSON.parse(text) as Load);
    });
  });
}

/** Microseconds on a processor, of a process with its threads and of its children. */
function workOf(pid: number | string | undefined): number {
  const threads = readdirSync(`/proc/${pid}/task`).map((thread) => `/proc/${pid}/task/${thread}`);
  const own = threads.map((path) =>
    Number(readFileSync(`${path}/schedstat`, 'utf8').split(' ')[0]),
  );
  const children = threads.flatMap((path) =>
    readFileSync(`${path}/children`, 'utf8')
      .split(' ')
      .filter((child) => child.trim() !== ''),
  );
  const others = children.reduce((sum, child) => sum + workOf(child.trim()), 0);
  return own.reduce((sum, nanoseconds) => sum + nanoseconds / 1_000, others);
}

function report(contestants: readonly Contestant[]): void {
  const costOf = (name: string): number =>
    median(contestants.find((one) => one.name === name)?.costs ?? []);
  say('');
  say('server                us/query  answers/s  lost  p99 us   to bind  to gdnsd  to plain');
  for (const { costs, lost, name, p99, rates } of contestants) {
    const cost = median(costs);
    const ratios = ['bind', 'gdnsd multifo', 'evenkeel'].map((other) =>
      (cost / costOf(other)).toFixed(2).padStart(8),
    );
    const cells = [
      cost.toFixed(2).padStart(8),
      Math.round(median(rates)).toString().padStart(10),
      lost.toString().padStart(5),
      Math.round(median(p99)).toString().padStart(7),
      ...ratios,
    ];
    say(`${name.padEnd(21)} ${cells.join(' ')}`);
  }
}

function median(list: readonly number[]): number {
  return list.toSorted((a, b) => a - b)[Math.floor(list.length / 2)] ?? NaN;
}

function say(text: string): void {
  process.stdout.write(`${text}\n`);
}
