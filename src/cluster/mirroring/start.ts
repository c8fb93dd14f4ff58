/**
 * The room's wiring: which connections are mirrored comes from the traffic room, who serves them from the failover
 * room. conntrackd sends changes by itself; what exists already is sent when somebody lacks it: a device that came
 * back asks, and is behind until it has been told.
 */
import { isDeepStrictEqual } from 'node:util';
import type { AppliedTracker } from '../../config/applied.ts';
import type { StateRegistry } from '../../config/runtime-state.ts';
import type { Change, ConfigStore } from '../../config/types.ts';
import type { IqueryBodies, IqueryChannel, IquerySession } from '../../iquery/types.ts';
import { type Clock, sleep } from '../../platform/clock.ts';
import type { EngineClient } from '../../platform/engines.ts';
import { type KernelNetwork, kernelNetwork } from '../../platform/kernel-network.ts';
import type { Log } from '../../platform/log.ts';
import { openPacketFilter, type PacketFilter } from '../../platform/packet-filter.ts';
import { drainMilliseconds } from '../failover/kernel/handover.ts';
import type { FailoverStatus } from '../failover/protocol.ts';
import { mirroringCheck } from './check.ts';
import { conntrackdEngine, MirrorDriver } from './driver.ts';
import { renderMirrorGate } from './gate.ts';
import { planMirroring } from './plan.ts';
import type { DaemonCounters } from './read.ts';
import { type MirrorReport, mirrorState, mirrorStatistics } from './show.ts';
import type { MirroredVirtual } from '../../config/mirrored-virtual.ts';
import type { Planned } from './types.ts';

export interface MirroringOptions {
  readonly store: ConfigStore;
  readonly state: StateRegistry;
  readonly applied: AppliedTracker;
  readonly engines: EngineClient;
  readonly channel: IqueryChannel;
  readonly folder: string;
  readonly clock: Clock;
  readonly log: Log;
  /** After each commit, as the traffic room has it then. */
  readonly mirrored: () => readonly MirroredVirtual[];
  readonly failover: {
    status(): FailoverStatus | undefined;
    onChange(listener: (status: FailoverStatus) => void): () => void;
    /** Behind: this device should not take anything back yet. */
    setMirroring(mirrors: boolean, isBehind: boolean): void;
  };
  readonly filter?: PacketFilter;
  readonly network?: KernelNetwork;
}

export interface Mirroring {
  report(): MirrorReport;
  close(): void;
}

/** Counters are looked at so often. */
const lookMilliseconds = 2000;
/** After a takeover the first packets come first. */
const takeoverMilliseconds = 500;
/** A former owner serves on for a while; what ends there until then is news for the peer. */
const forgetMilliseconds = drainMilliseconds + 1000;
/** A peer that cannot be asked has nothing that anybody could wait for. */
const absenceMilliseconds = 10_000;
/** What was announced has arrived when nothing more came for so long. */
const quietMilliseconds = 200;
const arrivalMilliseconds = 10_000;
/** After losses the peer is asked for everything, and not more often than this. */
const askAgainMilliseconds = 10_000;

/** Commits that touch none of these leave mirroring as it is. */
const concerned: readonly string[] = [
  'ltm virtual',
  'ltm virtual-address',
  'ltm snat',
  'ltm snat-translation',
  'sys db',
];

function concernsMirroring(changes: readonly Change[]): boolean {
  return changes.some(
    ({ component }) => component.startsWith('cm ') || concerned.includes(component),
  );
}

export function startMirroring(options: MirroringOptions): Mirroring {
  const room = new MirrorRoom(options);
  return { report: () => room.report(), close: () => room.close() };
}

class MirrorRoom {
  readonly #options: MirroringOptions;
  readonly #driver: MirrorDriver;
  readonly #filter: PacketFilter;
  readonly #leave: (() => void)[] = [];
  #planned: Planned = { kind: 'off', reason: '' };
  #sequence = 0;
  #owned: ReadonlySet<string> = new Set();
  #failure: string | undefined = '';
  #counters: DaemonCounters | undefined;
  /** The peer is to be asked, or its answer is awaited. */
  #awaits: { readonly since: number; isAsked: boolean } | undefined;
  #askedAt = -Infinity;
  #lastBulk: MirrorReport['lastBulk'];
  #lastError = '';
  #said = '';
  #gate = '';

  constructor(options: MirroringOptions) {
    const { store, applied, channel, failover, clock } = options;
    this.#options = options;
    applied.register(conntrackdEngine);
    store.addCheck(mirroringCheck);
    this.#filter = options.filter ?? openPacketFilter();
    this.#driver = new MirrorDriver({
      ...options,
      filter: this.#filter,
      network: options.network ?? kernelNetwork,
      settled: (failure) => this.#settled(failure),
      started: () => this.#guarded('sending what is served here', () => this.#started()),
    });
    channel.onMessage('mirrorState', (body, session) => this.#receive(body, session));
    channel.onSession((session, state) => {
      if (state === 'open' && session.device === this.#peer()) this.#ask();
    });
    this.#leave.push(
      store.onCommit(({ sequence, changes }) => {
        if (concernsMirroring(changes)) this.#replan(sequence);
        else this.#mark(sequence);
      }),
      failover.onChange((status) => this.#ownedNow(status)),
      clock.every(lookMilliseconds, () => this.#guarded('reading counters', () => this.#look())),
    );
    options.state.provideStatistics('sys ha-mirror', undefined, () =>
      mirrorStatistics(this.report()),
    );
    this.#replan(store.view().sequence);
  }

  close(): void {
    for (const leave of this.#leave) leave();
    this.#driver.close();
  }

  report(): MirrorReport {
    return {
      planned: this.#planned,
      owned: this.#owned,
      failure: this.#failure,
      isRunning: this.#driver.isRunning,
      isBehind: this.#awaits !== undefined,
      counters: this.#counters,
      lastBulk: this.#lastBulk,
      lastError: this.#lastError,
    };
  }

  #peer(): string | undefined {
    return this.#planned.kind === 'on' ? this.#planned.plan.peer : undefined;
  }

  #replan(sequence: number): void {
    const { store, mirrored } = this.#options;
    this.#sequence = sequence;
    const planned = planMirroring(store.view(), mirrored());
    this.#guarded('closing the door to strangers', () => this.#closeGate());
    if (isDeepStrictEqual(planned, this.#planned) && this.#failure === undefined) {
      this.#mark(sequence);
      return;
    }
    const hadPeer = this.#peer();
    this.#planned = planned;
    if (this.#peer() === undefined) this.#arrived();
    else if (hadPeer === undefined) this.#await();
    this.#driver.want(planned);
  }

  async #closeGate(): Promise<void> {
    const gate = renderMirrorGate(this.#options.store.view());
    if (gate === this.#gate) return;
    this.#gate = gate;
    try {
      await this.#filter.apply(gate);
    } catch (error) {
      this.#gate = '';
      throw error;
    }
  }

  #settled(failure: string | undefined): void {
    this.#failure = failure;
    if (failure !== undefined) this.#lastError = failure;
    this.#mark(this.#sequence);
    this.#say();
  }

  /** While it is being brought up, nothing is marked: that is done when it is. */
  #mark(sequence: number): void {
    this.#sequence = sequence;
    if (this.#failure === '') return;
    const state =
      this.#failure === undefined
        ? ({ state: 'applied' } as const)
        : ({ state: 'failed', reason: this.#failure } as const);
    this.#options.applied.mark(conntrackdEngine, sequence, state);
  }

  /** Logged when it changes; nothing is said while nobody wants mirroring. */
  #say(): void {
    // Being brought up for the first time.
    if (this.#failure === '') return;
    const { state, reason } = mirrorState(this.report());
    const text = `${state}${reason === '' ? '' : `: ${reason}`}`;
    if (text === this.#said || (this.#said === '' && state === 'disabled')) return;
    this.#said = text;
    const isGood = state === 'up' || state === 'disabled';
    this.#options.log.write(isGood ? 'notice' : 'warning', `Connection mirroring is ${text}`);
  }

  #guarded(what: string, work: () => Promise<void>): void {
    work().catch((error: unknown) => {
      this.#lastError = `${what}: ${error instanceof Error ? error.message : String(error)}`;
      this.#options.log.write('warning', `Connection mirroring: ${this.#lastError}`);
    });
  }

  /** conntrackd knows nothing: neither what is served here, nor what the peer serves. */
  async #started(): Promise<void> {
    this.#await();
    await this.#driver.touch(this.#served());
  }

  #served(groups: ReadonlySet<string> = this.#owned): readonly MirroredVirtual[] {
    if (this.#planned.kind === 'off') return [];
    return this.#planned.plan.virtuals.filter(({ trafficGroup }) => groups.has(trafficGroup));
  }

  #ownedNow(status: FailoverStatus): void {
    const owned = new Set(
      status.groups.filter(({ role }) => role === 'owner').map(({ name }) => name),
    );
    const before = this.#owned;
    this.#owned = owned;
    if (this.#planned.kind === 'off') return;
    const { clock } = this.#options;
    const gained = new Set([...owned].filter((group) => !before.has(group)));
    const lost = [...before].filter((group) => !owned.has(group));
    // Its conntrackd has not seen them begin: unless they are touched, it would not tell of their end.
    if (gained.size > 0) {
      clock.after(takeoverMilliseconds, () =>
        this.#guarded('sending what was taken over', async () => {
          await this.#driver.touch(this.#served(gained));
        }),
      );
    }
    if (lost.length > 0) {
      clock.after(forgetMilliseconds, () =>
        this.#guarded('forgetting what was handed over', () => this.#forget(lost)),
      );
    }
  }

  /** What lies idle here while it lives over there runs out here: that must not end it there. */
  async #forget(groups: readonly string[]): Promise<void> {
    if (groups.some((group) => this.#owned.has(group))) return;
    await this.#driver.forget();
    await this.#driver.touch(this.#served());
  }

  /** Whoever serves everything that is mirrored lacks nothing. */
  #servesAll(): boolean {
    const { length } = this.#served();
    return this.#planned.kind === 'on' && length === this.#planned.plan.virtuals.length;
  }

  #await(): void {
    if (this.#servesAll()) return this.#arrived();
    this.#awaits = { since: this.#options.clock.monotonicMilliseconds(), isAsked: false };
    this.#options.failover.setMirroring(true, true);
    this.#ask();
    this.#say();
  }

  #ask(): void {
    const { channel, clock } = this.#options;
    const peer = this.#peer();
    if (peer === undefined || this.#awaits === undefined || !this.#driver.isRunning) return;
    const session = channel.session(peer);
    if (session === undefined) return;
    this.#awaits.isAsked = true;
    this.#askedAt = clock.monotonicMilliseconds();
    session.send('control', 'mirrorState', { asks: true, sent: false, connections: 0, error: '' });
  }

  #arrived(): void {
    this.#awaits = undefined;
    this.#options.failover.setMirroring(this.#peer() !== undefined, false);
    this.#say();
  }

  #receive(body: IqueryBodies['mirrorState'], session: IquerySession): void {
    if (session.device !== this.#peer() || session.relation !== 'trust-domain') return;
    if (body.asks) void this.#answer(session);
    else if (body.sent) this.#guarded('taking what the peer serves', () => this.#take(body));
  }

  async #answer(session: IquerySession): Promise<void> {
    let connections = 0;
    let error = '';
    try {
      if (this.#driver.isRunning) connections = await this.#driver.touch(this.#served());
      else error = 'conntrackd does not run here';
    } catch (thrown) {
      error = thrown instanceof Error ? thrown.message : String(thrown);
    }
    session.send('control', 'mirrorState', { asks: false, sent: true, connections, error });
  }

  async #take({ connections, error }: IqueryBodies['mirrorState']): Promise<void> {
    const awaited = this.#awaits;
    if (awaited === undefined) return;
    const { clock } = this.#options;
    if (error !== '') this.#lastError = `${this.#peer() ?? ''}: ${error}`;
    else await this.#quiet();
    const tookMilliseconds = clock.monotonicMilliseconds() - awaited.since;
    this.#lastBulk = { wall: clock.wallMilliseconds(), connections, tookMilliseconds };
    if (this.#awaits === awaited) this.#arrived();
  }

  /** Until nothing more arrives. */
  async #quiet(): Promise<void> {
    const { clock } = this.#options;
    const end = clock.monotonicMilliseconds() + arrivalMilliseconds;
    let taken = -1;
    while (clock.monotonicMilliseconds() < end) {
      const now = (await this.#driver.counters())?.taken ?? taken;
      if (now === taken) return;
      taken = now;
      await sleep(clock, quietMilliseconds);
    }
  }

  async #look(): Promise<void> {
    if (this.#gate === '') await this.#closeGate();
    if (this.#planned.kind === 'off') return;
    const { clock, log } = this.#options;
    const now = clock.monotonicMilliseconds();
    if (this.#awaits !== undefined) {
      if (!this.#awaits.isAsked) this.#ask();
      // Answered, it would have been over.
      if (now - this.#awaits.since > absenceMilliseconds + arrivalMilliseconds) this.#arrived();
      else if (!this.#awaits.isAsked && now - this.#awaits.since > absenceMilliseconds)
        this.#arrived();
    }
    const before = this.#counters;
    this.#counters = await this.#driver.counters();
    const lost = (this.#counters?.lost ?? 0) - (before?.lost ?? 0);
    if (lost > 0 && now - this.#askedAt > askAgainMilliseconds) {
      log.write('warning', `Connection mirroring lost ${lost} messages: asking for everything`);
      this.#await();
    }
    this.#say();
  }
}
