/** For tests: REST, tmsh, ZoneRunner with a real named and a listener, all on loopback and free ports. */
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createAppliedTracker } from '../../src/config/applied.ts';
import { connectDns } from '../../src/gtm/control/dns-link.ts';
import { defaultDnsProfile } from '../../src/gtm/protocol.ts';
import { startDnsService } from '../../src/gtm/listener/service.ts';
import { noGeography, snapshot } from '../../src/gtm/test-support.ts';
import type { GtmSnapshot } from '../../src/gtm/decision/snapshot-types.ts';
import { startTestDevice, type TestDevice } from '../../src/icontrol/test-device.ts';
import { systemClock, waitUntil } from '../../src/platform/clock.ts';
import type { EngineClient, EngineSpec } from '../../src/platform/engines.ts';
import { silentLog } from '../../src/platform/log.ts';
import { run } from '../../src/platform/process.ts';
import { systemRandom } from '../../src/platform/random.ts';
import { startZoneRunner, type ZoneRunner } from '../../src/zonerunner/start.ts';

const limit = 60_000;

export interface ZonesDevice {
  readonly rest: TestDevice;
  readonly zones: ZoneRunner;
  readonly namedFolder: string;
  /** Of the listener, UDP and TCP on 127.0.0.1. */
  port(): number;
  tcpPort(): number;
  /** Resolves when named holds all that is committed, and the listener knows of it. */
  settled(): Promise<void>;
  /** The listener also has these wide IPs. */
  hold(wideIps: GtmSnapshot): Promise<void>;
  /** Answers about static zones that the listener gave without asking named. */
  heldAnswers(): number;
  killNamed(): void;
  close(): Promise<void>;
}

/** Starts what it is asked to again when it ends, as the supervisor does. */
function supervise(): EngineClient & { kill(): void } {
  let child: ChildProcess | undefined;
  let wanted: string | undefined;
  const exitListeners: ((name: string, status: string) => void)[] = [];
  const start = (engine: EngineSpec): void => {
    const started = spawn(engine.program, engine.args, { stdio: 'ignore' });
    child = started;
    started.on('exit', (code, signal) => {
      if (wanted === undefined) return;
      for (const listener of exitListeners) listener(engine.name, signal ?? String(code));
      start(engine);
    });
  };
  return {
    ensure(engine) {
      if (wanted !== undefined) return;
      wanted = engine.name;
      start(engine);
    },
    stop: () => undefined,
    kill: () => void child?.kill('SIGKILL'),
    status: (name) => ({ name, pid: child?.pid ?? 0, state: 'running', exits: 0, startedAt: 0 }),
    onExit: (listener) => void exitListeners.push(listener),
    onStatus: () => undefined,
    close() {
      wanted = undefined;
      child?.kill('SIGKILL');
    },
  };
}

/** `port`: of both listeners; without one, free ones. */
export async function startZonesDevice(port = 0): Promise<ZonesDevice> {
  const rest = await startTestDevice();
  const { paths, state, store, previews } = rest;
  const applied = createAppliedTracker(systemClock);
  const engines = supervise();
  const common = { store, state, applied, previews, clock: systemClock, log: silentLog };
  const zones = await startZoneRunner({ ...common, engines, paths });
  const folder = mkdtempSync(join(tmpdir(), 'zones-'));
  const socket = join(folder, 'dns.sock');
  const service = await startDnsService({
    socket,
    file: join(folder, 'dns.json'),
    geography: noGeography,
    clock: systemClock,
    random: systemRandom,
    log: silentLog,
  });
  const link = connectDns(socket, applied, systemClock);
  zones.onServed(link.forgetZones);
  let wideIps = snapshot([], []);
  const portOf = (protocol: 'udp' | 'tcp'): number =>
    service.status().find((one) => one.protocol === protocol && one.state === 'open')?.port ?? 0;
  const hold = (): void => {
    const { sequence } = store.view();
    link.hold({
      sequence,
      snapshot: { ...wideIps, sequence },
      listeners: [
        { address: '127.0.0.1', port, protocol: 'udp', profile: defaultDnsProfile },
        { address: '127.0.0.1', port, protocol: 'tcp', profile: defaultDnsProfile },
      ],
      zones: zones.access() ?? null,
      explainClients: [],
      cookieSecret: '00'.repeat(16),
      responseRate: 0,
      signedZones: [],
      // Only who asks for it (NSID) is told.
      serverName: 'ns1.consensus',
    });
  };
  // As gtm does.
  store.onCommit(hold);
  zones.onPort(hold);
  hold();
  const settled = async (): Promise<void> => {
    const { sequence } = store.view();
    await waitUntil(systemClock, 'the listener', limit, () => portOf('tcp') * portOf('udp') > 0);
    const isHeld = (): boolean =>
      Object.values(applied.status(sequence)).every(({ state: one }) => one === 'applied');
    await waitUntil(systemClock, 'named and the listener to hold it', limit, isHeld).catch(
      (error: unknown) => {
        const status = JSON.stringify(applied.status(sequence));
        throw new Error(`commit ${sequence}: ${status}`, { cause: error });
      },
    );
  };
  return {
    rest,
    zones,
    namedFolder: paths.named,
    port: () => portOf('udp'),
    tcpPort: () => portOf('tcp'),
    settled,
    async hold(next) {
      wideIps = next;
      hold();
      await settled();
    },
    heldAnswers: () => link.counters().traffic?.held ?? 0,
    killNamed: () => engines.kill(),
    async close() {
      zones.close();
      engines.close();
      link.close();
      await service.close();
      await rest.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

export interface Dug {
  readonly status: string;
  /** "NAME TTL IN TYPE DATA", sorted. */
  readonly lines: readonly string[];
}

/** `dig` with these words; the answer, or everything that came by a transfer. */
export async function dig(port: number, ...words: readonly string[]): Promise<Dug> {
  const args = ['@127.0.0.1', '-p', String(port), '+time=3', '+tries=3', ...words];
  const { stdout } = await run('dig', [...args, '+noall', '+comments', '+answer']);
  const lines = stdout
    .split('\n')
    .filter((line) => line !== '' && !line.startsWith(';'))
    .map((line) => line.replaceAll(/\s+/g, ' ').trim());
  // One for each question.
  const status = [...stdout.matchAll(/status: (\w+)/g)].map((match) => match[1]).join(' ');
  return { status, lines: lines.toSorted() };
}
