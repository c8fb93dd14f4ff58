/**
 * What scenarios have in common, inside the device's namespace: the network and ltm rooms on a real store, kernel,
 * HAProxy and nftables, with a plain stand-in for the supervisor and for the health table. One line of JSON a step.
 */
import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Properties } from '../../../src/catalogue/types.ts';
import { type AppliedTracker, createAppliedTracker } from '../../../src/config/applied.ts';
import { type StateRegistry, createStateRegistry } from '../../../src/config/runtime-state.ts';
import { createConfigStore } from '../../../src/config/store/store.ts';
import type { Operation } from '../../../src/config/types.ts';
import { startLtm } from '../../../src/ltm/start.ts';
import type {
  HealthEntry,
  HealthFeed,
  HealthKey,
  HealthListener,
  InstanceStatus,
} from '../../../src/monitor/health.ts';
import {
  type InbandPlan,
  type RunningWatch,
  startTrafficWatch,
} from '../../../src/monitor/traffic-watch.ts';
import { kernelInterface } from '../../../src/network/plan.ts';
import { startNetwork } from '../../../src/network/start.ts';
import { systemClock, waitUntil } from '../../../src/platform/clock.ts';
import type { EngineClient } from '../../../src/platform/engines.ts';
import type { Log } from '../../../src/platform/log.ts';
import { run } from '../../../src/platform/process.ts';
import { systemRandom } from '../../../src/platform/random.ts';

export const [
  folder = '',
  client = '',
  virtualAddress = '',
  network = '',
  webNamespace = '',
  how = '',
] = process.argv.slice(2);
/** Full proxies share listeners from the first on, not only where there are many. */
export const isSharing = how === 'shared';
export const clock = systemClock;
export const runtimeSocket = join(folder, 'haproxy', 'runtime.sock');
/** Milliseconds; for everything that is waited for: the machine may be slow. */
export const patience = 30_000;
export const messages: string[] = [];
export const log: Log = { write: (level, message) => void messages.push(`${level} ${message}`) };

export const store = createConfigStore({
  path: join(folder, 'config.db'),
  deviceName: 'ltm',
  clock,
});
export const state = createStateRegistry();
export const applied = createAppliedTracker(clock);

export const haproxies: ChildProcess[] = [];
export const engines: EngineClient = {
  ensure(engine) {
    if (haproxies.some((child) => child.exitCode === null && child.signalCode === null)) return;
    const child = spawn(engine.program, engine.args, { stdio: ['ignore', 'ignore', 'pipe'] });
    child.stderr?.on('data', (chunk) => void messages.push(String(chunk)));
    haproxies.push(child);
  },
  stop: () => undefined,
  status: () => undefined,
  onExit: () => undefined,
  onStatus: () => undefined,
  close: () => undefined,
};

const health = new Map<HealthKey, HealthEntry>();
const listeners = new Set<HealthListener>();
/** Inband monitors of members, and what they say. */
export const inband: InbandPlan[] = [];
export const inbandStates = new Map<string, InstanceStatus>();
export const feed: HealthFeed & { readonly traffic: RunningWatch } = {
  traffic: startTrafficWatch(
    clock,
    () => inband,
    (statuses) => {
      for (const status of statuses) inbandStates.set(status.id, status);
    },
  ),
  table: () => ({ get: (key) => health.get(key), entries: () => health.entries() }),
  onChange(listener) {
    listeners.add(listener);
    return () => void listeners.delete(listener);
  },
};

/** `dynamicRatio`: what a performance monitor says. */
export function report(pool: string, member: string, isUp: boolean, dynamicRatio?: number): void {
  const key: HealthKey = `member ${pool} ${member}`;
  const entry: HealthEntry = {
    availability: isUp ? 'available' : 'offline',
    enabled: 'enabled',
    reason: 'test',
    since: 0,
    monitorStatus: isUp ? 'up' : 'down',
    monitorRule: '/Common/http (pool monitor)',
    usable: isUp,
    probes: [],
    ...(dynamicRatio !== undefined && { dynamicRatio }),
  };
  health.set(key, entry);
  for (const listener of listeners) listener(new Map([[key, entry]]), feed.table());
}

/** Durable and applied, with how long it took. */
export async function commit(...operations: Operation[]): Promise<number> {
  const begun = clock.monotonicMilliseconds();
  const outcome = store.commit({ origin: { user: 'test', source: 'rest' }, operations });
  assert.ok(outcome.ok, JSON.stringify(outcome));
  assert.ok(outcome.commit, 'nothing changed');
  const status = await applied.settled(outcome.commit.sequence, patience);
  for (const [engine, one] of Object.entries(status)) {
    assert.equal(one.state, 'applied', `${engine}: ${JSON.stringify(one)}`);
  }
  return clock.monotonicMilliseconds() - begun;
}

export function create(component: string, name: string, properties: Properties): Operation {
  return { kind: 'create', component, name, properties };
}

export function modifyMember(item: string, properties: Properties): Operation {
  return {
    kind: 'modify-item',
    component: 'ltm pool',
    name: '/Common/web',
    property: 'members',
    item,
    properties,
  };
}

export interface Answers {
  readonly names: Readonly<Record<string, number>>;
  readonly order: string;
  readonly sources: readonly string[];
  readonly forwarded: readonly string[];
  readonly cookies: readonly string[];
  readonly statuses: Readonly<Record<string, number>>;
  readonly errors: Readonly<Record<string, number>>;
}

export async function ask(
  url: string,
  count: number,
  cookie = '-',
  mode: 'keep' | 'close' = 'close',
): Promise<Answers> {
  const script = join(import.meta.dirname, 'client.ts');
  const args = [
    'netns',
    'exec',
    client,
    process.execPath,
    script,
    url,
    String(count),
    cookie,
    mode,
  ];
  const result = await run('ip', args);
  assert.equal(result.status, 0, result.stderr);
  return JSON.parse(result.stdout) as Answers;
}

export interface Seen {
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string | string[]>>;
  readonly body?: string;
  readonly protocol?: string;
  readonly certificate?: string;
  readonly error?: string;
}

/** One request from the client's namespace; `server` is what the web server says it saw. */
export async function probe(what: object): Promise<Seen & { readonly server: Properties }> {
  const script = join(import.meta.dirname, 'probe.ts');
  const args = ['netns', 'exec', client, process.execPath, script, JSON.stringify(what)];
  const seen = JSON.parse((await run('ip', args)).stdout) as Seen;
  const isOurs = seen.headers?.['content-type'] === 'application/json' && seen.body !== undefined;
  return { ...seen, server: isOurs ? (JSON.parse(seen.body) as Properties) : {} };
}

/** A key with a certificate that it signed itself; the path of both in one file. */
export async function makePem(name: string): Promise<string> {
  const path = join(folder, `${name}.pem`);
  const curve = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes'];
  const made = ['-subj', `/CN=${name}`, '-addext', `subjectAltName=DNS:${name}`];
  const files = ['-keyout', `${path}.key`, '-out', `${path}.crt`];
  await run('openssl', ['req', '-x509', ...curve, ...made, ...files]);
  const [key, certificate] = ['key', 'crt'].map((end) => readFileSync(`${path}.${end}`, 'utf8'));
  writeFileSync(path, `${key}${certificate}`);
  await commit(
    create('sys file ssl-cert', `/Common/${name}.crt`, { content: certificate ?? '' }),
    create('sys file ssl-key', `/Common/${name}.key`, { content: key ?? '' }),
  );
  return path;
}

/** What client.ts says first, when it goes on until it is ended. */
const begun = 'asking\n';

export async function underLoad(url: string, work: () => Promise<void>): Promise<Answers> {
  const script = join(import.meta.dirname, 'client.ts');
  const args = ['netns', 'exec', client, process.execPath, script, url, '0', '-', 'close'];
  const child = spawn('ip', args, { stdio: ['ignore', 'pipe', 'inherit'] });
  let text = '';
  child.stdout.on('data', (chunk) => (text += String(chunk)));
  await waitUntil(clock, 'the load to begin', patience, () => text.startsWith(begun));
  await work().finally(() => child.kill('SIGTERM'));
  await waitUntil(clock, 'the load to end', patience, () => text.endsWith('}\n'));
  return JSON.parse(text.slice(begun.length)) as Answers;
}

export const web = `http://${virtualAddress}/`;
function memberAt(host: string): string {
  return `/Common/${network}.${host}:80`;
}

export const [a, b, c] = [memberAt('11'), memberAt('12'), memberAt('13')] as const;
export const figures: Record<string, number> = {};

/** Of the newest one: those that reloads sent away take their time. */
export async function workerPid(): Promise<string> {
  const child = haproxies.at(-1);
  const { stdout } = await run('ps', ['--no-headers', '--ppid', String(child?.pid), '-o', 'pid']);
  return stdout.trim().split('\n').at(-1)?.trim() ?? '';
}

/** What was counted before is all in when nothing is added over three readings of a second. */
export async function settled(read: () => number): Promise<number> {
  const seen = [read()];
  await waitUntil(
    clock,
    'counts to stay as they are',
    patience,
    () => {
      seen.push(read());
      return seen.length > 3 && seen.slice(-4).every((value) => value === seen.at(-1));
    },
    1000,
  ).catch((error: unknown) => {
    throw new Error(`counts do not settle: ${seen.join(', ')}`, { cause: error });
  });
  return seen.at(-1) ?? Number.NaN;
}

/** Until servers.ts has said that it listens. */
export async function listening(child: ChildProcess, name: string): Promise<void> {
  let said = '';
  child.stdout?.on('data', (chunk) => (said += String(chunk)));
  await waitUntil(clock, `${name} to listen`, patience, () => said !== '');
}

export async function step(name: string, body: () => Promise<void>): Promise<void> {
  try {
    await body();
    process.stdout.write(`${JSON.stringify({ name, ok: true })}\n`);
  } catch (error) {
    const why = error instanceof Error ? (error.stack ?? error.message) : String(error);
    process.stdout.write(
      `${JSON.stringify({ name, ok: false, why: `${why}\n${messages.slice(-30).join('\n')}` })}\n`,
    );
  }
}

export const virtual = (name: string, port: number, more: Properties): Operation =>
  create('ltm virtual', `/Common/${name}`, {
    destination: `/Common/${virtualAddress}:${port}`,
    'ip-protocol': 'tcp',
    pool: '/Common/web',
    'source-address-translation': { type: 'automap' },
    profiles: [{ name: '/Common/http' }, { name: '/Common/tcp' }],
    ...more,
  });

export const networkRoom = await startNetwork({ store, applied, clock, log });

/** A control process that comes back begins with its own tracker and statistics. */
export function startRoom(
  tracker: AppliedTracker = applied,
  registry: StateRegistry = state,
): ReturnType<typeof startLtm> {
  return startLtm({
    store,
    state: registry,
    applied: tracker,
    health: feed,
    engines,
    paths: { haproxy: join(folder, 'haproxy') },
    clock,
    random: systemRandom,
    log,
    interfaceOf: (vlan) => kernelInterface(store.view(), vlan),
    ...(isSharing && { isSharingWorth: (proxies: number) => proxies > 0 }),
  });
}

/** VLANs, self IPs and a route. */
export async function buildNetwork(): Promise<void> {
  await commit(
    create('net vlan', '/Common/external', { interfaces: [{ name: '1.1', tagged: 'untagged' }] }),
    create('net vlan', '/Common/internal', { interfaces: [{ name: '1.2', tagged: 'untagged' }] }),
    create('net self', '/Common/ext', {
      address: '198.18.201.1/24',
      vlan: '/Common/external',
      'allow-service': ['default'],
    }),
    create('net self', '/Common/ext6', {
      address: 'fd00:201::1/64',
      vlan: '/Common/external',
      'allow-service': ['none'],
    }),
    create('net self', '/Common/int', {
      address: `${network}.1/24`,
      vlan: '/Common/internal',
      'allow-service': ['none'],
    }),
    create('net route', '/Common/away', { network: '198.18.250.0/24', gw: '198.18.201.9' }),
  );
}

/** The last line of a scenario. */
export function finish(room: { close(): void }): never {
  room.close();
  networkRoom.close();
  process.stdout.write(`${JSON.stringify({ figures })}\n`);
  for (const child of haproxies) child.kill('SIGKILL');
  process.exit(0);
}
