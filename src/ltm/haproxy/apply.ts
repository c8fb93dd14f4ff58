/**
 * Keeps one HAProxy as it should be: attaches to the one that runs (started by the supervisor, it outlives us),
 * reloads when its shape has to change, and does everything else by the runtime API.
 */
import type { AppliedTracker } from '../../config/applied.ts';
import { type Clock, sleep } from '../../platform/clock.ts';
import type { EngineClient } from '../../platform/engines.ts';
import { type DurableFile, durableFile } from '../../platform/durable-file.ts';
import { makeFolder, readTextIfPresent, writeFileDurably } from '../../platform/files.ts';
import type { Log } from '../../platform/log.ts';
import { run } from '../../platform/process.ts';
import { finishInSlices, nextTurn } from '../../platform/turn.ts';
import { type HaproxyInfo, parseInfo, readServers } from './read.ts';
import { type ActualServers, type RuntimeStep, reconcile } from './reconcile.ts';
import { type RenderPlaces, type Rendered } from './render.ts';
import { type RuntimeSession, askReload, openRuntime } from './runtime.ts';
import type { WantedServer, WantedServers } from './servers.ts';

export const haproxyEngine = 'haproxy';

/** Further changes of shape within this time go into the same reload. */
const coalesceMilliseconds = 10;
const attachRetryMilliseconds = 20;
/** A HAProxy that is just starting is no failure yet; after this it is, and is tried less often. */
const patienceMilliseconds = 1000;
const failedRetryMilliseconds = 500;
/** A reload usually takes 50 ms; after this the checker is asked whether the file is at fault. */
const reloadDoubtMilliseconds = 400;
const reloadLimitMilliseconds = 6000;
/** A large file takes longer: so many milliseconds more for each backend. */
const reloadMillisecondsEach = 2;
/** While reloads take longer than this, nobody waits for them: they follow. */
const longestWaitedMilliseconds = 200;
/** A refused shape is tried again (an address in use may become free), and servers that had connections. */
const retryMilliseconds = 10_000;
const deleteRetryMilliseconds = 1000;
/** The file follows the running state, so that a HAProxy that has to start again starts right. */
const saveMilliseconds = 500;
/** A large file is written less often: so many times as long as it took passes in between. */
const savePauses = 20;
const piecesAtOnce = 50;
const backendsAtOnce = 100;

export interface HaproxyPlaces extends RenderPlaces {
  readonly configuration: string;
  readonly masterSocket: string;
}

export function haproxyPlaces(folder: string, device: string): HaproxyPlaces {
  return {
    device,
    configuration: `${folder}/haproxy.cfg`,
    masterSocket: `${folder}/master.sock`,
    runtimeSocket: `${folder}/runtime.sock`,
    peersSocket: `${folder}/peers.sock`,
    certificateFolder: `${folder}/certificates`,
  };
}

export interface WantedHaproxy {
  readonly sequence: number;
  readonly rendered: Rendered;
  /** May be kept up by its owner: what counts is what it holds when it is read. */
  readonly servers: WantedServers;
  /** Backends whose servers may not be as in the wish before. */
  readonly touched: ReadonlySet<string>;
  /** Backends whose members' connections end when the member goes down. */
  readonly endsSessions: (backend: string) => boolean;
}

export interface HaproxyOptions {
  readonly places: HaproxyPlaces;
  readonly engines: EngineClient;
  readonly applied: AppliedTracker;
  readonly clock: Clock;
  readonly log: Log;
  /** A worker that another took over from, with an open session that keeps it alive: to be closed. */
  readonly onLeaving: (pid: number, session: RuntimeSession) => void;
}

export class HaproxyDriver {
  readonly #options: HaproxyOptions;
  #wanted: WantedHaproxy | undefined;
  #session: RuntimeSession | undefined;
  #actual: ActualServers = new Map();
  /** Backends to be looked at; undefined: all of them. */
  #pending: Set<string> | undefined;
  readonly #file: DurableFile;
  #running: HaproxyInfo = { pid: 0, fingerprint: '' };
  #refused: { readonly fingerprint: string; readonly reason: string } | undefined;
  #failingSince: { readonly at: number; isSaid: boolean } | undefined;
  #isDirty = false;
  #isWorking = false;
  #isClosed = false;
  #isStarted = false;
  #isSaved = false;
  #isSaveDue = false;
  #saveTook = 0;
  #isReloading = false;
  /** Milliseconds, the last time. */
  #reloadTook = 0;
  #reloadedAt = -Infinity;

  constructor(options: HaproxyOptions) {
    this.#options = options;
    this.#file = durableFile(options.places.configuration);
    options.applied.register(haproxyEngine);
  }

  /** The newest wish counts; those in between are skipped. */
  want(wanted: WantedHaproxy): void {
    const isSame = this.#wanted?.rendered === wanted.rendered && wanted.touched.size === 0;
    if (!isSame) this.#isSaved = false;
    for (const backend of wanted.touched) this.#pending?.add(backend);
    this.#wanted = wanted;
    const needsReload = wanted.rendered.fingerprint !== this.#running.fingerprint;
    if ((needsReload || this.#isReloading) && this.#reloadTook > longestWaitedMilliseconds) {
      this.#options.applied.defer(haproxyEngine, wanted.sequence);
    }
    this.#kick();
  }

  /** Leaves HAProxy running. */
  close(): void {
    this.#isClosed = true;
    this.#session?.close();
  }

  #kick(): void {
    this.#isDirty = true;
    if (!this.#isWorking && !this.#isClosed) void this.#work();
  }

  async #work(): Promise<void> {
    this.#isWorking = true;
    while (this.#isDirty && !this.#isClosed) {
      this.#isDirty = false;
      const wanted = this.#wanted;
      if (wanted === undefined) break;
      try {
        await this.#bring(wanted);
        this.#failingSince = undefined;
      } catch (error) {
        this.#session?.close();
        this.#session = undefined;
        const why = error instanceof Error ? error.message : String(error);
        await sleep(this.#options.clock, this.#fail(wanted, why));
        this.#isDirty = true;
      }
    }
    // In the same turn as the last look at #isDirty, so that no wish falls between.
    this.#isWorking = false;
  }

  async #bring(wanted: WantedHaproxy): Promise<void> {
    if (!this.#isStarted) await this.#start(wanted);
    this.#session ??= await this.#attach();
    const { fingerprint } = wanted.rendered;
    if (this.#running.fingerprint !== fingerprint && this.#refused?.fingerprint !== fingerprint) {
      await sleep(this.#options.clock, this.#coalescing());
      const newest = this.#wanted ?? wanted;
      await this.#reload(newest).finally(() => {
        this.#isReloading = false;
      });
      this.#isDirty = true;
      return;
    }
    await this.#adjust(wanted);
    const { applied } = this.#options;
    if (this.#running.fingerprint === fingerprint) {
      this.#refused = undefined;
      applied.mark(haproxyEngine, wanted.sequence, { state: 'applied' });
      this.#saveSoon();
    } else if (this.#refused !== undefined) {
      const state = { state: 'failed', reason: this.#refused.reason } as const;
      applied.mark(haproxyEngine, wanted.sequence, state);
    }
  }

  /** Reloads that take long leave as much time to everything else: what comes meanwhile goes into the next. */
  #coalescing(): number {
    const since = this.#options.clock.monotonicMilliseconds() - this.#reloadedAt;
    if (this.#reloadTook <= longestWaitedMilliseconds) return coalesceMilliseconds;
    return Math.max(coalesceMilliseconds, this.#reloadTook - since);
  }

  /** A HAProxy that runs already is not disturbed: it reads the file only when told to. */
  async #start(wanted: WantedHaproxy): Promise<void> {
    const { places, engines } = this.#options;
    makeFolder(places.certificateFolder);
    await this.#write(wanted);
    engines.ensure({
      name: haproxyEngine,
      program: 'haproxy',
      args: ['-W', '-S', places.masterSocket, '-f', places.configuration],
    });
    this.#isStarted = true;
  }

  /** `isWanted`: another worker than that is left alone; rejects then. */
  async #attach(isWanted: (info: HaproxyInfo) => boolean = () => true): Promise<RuntimeSession> {
    const { places, clock } = this.#options;
    let session: RuntimeSession | undefined;
    const opened = await openRuntime(places.runtimeSocket, clock, () => {
      // It ended, or a new worker took over without us: look again.
      if (session !== undefined && this.#session === session) {
        this.#session = undefined;
        this.#kick();
      }
    });
    session = opened;
    try {
      const [info] = await opened.run(['show info']);
      const running = parseInfo(info ?? '') ?? { pid: 0, fingerprint: '' };
      if (!isWanted(running)) throw new Error('the new worker does not answer yet');
      const [servers] = await opened.run(['show servers state']);
      this.#actual = await finishInSlices(readServers(servers ?? ''));
      this.#running = running;
      this.#pending = undefined;
    } catch (error) {
      opened.close();
      throw error;
    }
    return opened;
  }

  /** In bounded parts, so that ten thousand backends hold up nobody. */
  async #adjust(wanted: WantedHaproxy): Promise<void> {
    const { servers, endsSessions } = wanted;
    const isShapeRight = this.#running.fingerprint === wanted.rendered.fingerprint;
    const names = [...(this.#pending ?? servers.keys())];
    this.#pending = new Set();
    for (let first = 0; first < names.length; first += backendsAtOnce) {
      const part = new Map<string, readonly WantedServer[]>();
      for (const name of names.slice(first, first + backendsAtOnce)) {
        const held = servers.get(name);
        if (held !== undefined && (isShapeRight || this.#actual.has(name))) part.set(name, held);
      }
      const steps = reconcile(this.#actual, part, endsSessions);
      if (this.#session === undefined) {
        this.#pending = undefined;
        return;
      }
      if (steps.length > 0) {
        const answers = await this.#session.run(steps.map((step) => step.command));
        for (const [index, step] of steps.entries()) this.#settle(step, answers[index] ?? '');
      } else if (names.length > backendsAtOnce) await nextTurn();
    }
  }

  #settle(step: RuntimeStep, answer: string): void {
    const isDone =
      answer === '' || answer === 'New server registered.' || answer === 'Server deleted.';
    if (isDone) {
      const held = this.#actual.get(step.backend) ?? new Map();
      if (step.result === undefined) held.delete(step.server);
      else held.set(step.server, step.result);
      this.#actual.set(step.backend, held);
    } else if (step.mayWait === true) {
      this.#options.clock.after(deleteRetryMilliseconds, () => {
        this.#pending?.add(step.backend);
        this.#kick();
      });
    } else {
      throw new Error(`HAProxy refused "${step.command}": ${answer}`);
    }
  }

  async #reload(wanted: WantedHaproxy): Promise<void> {
    const { places, clock, log, onLeaving } = this.#options;
    const previous = readTextIfPresent(places.configuration);
    const begun = clock.monotonicMilliseconds();
    this.#isReloading = true;
    await this.#write(wanted);
    const { pid } = this.#running;
    // A master that does not listen leaves the session where it is closed on failure.
    await askReload(places.masterSocket, clock);
    const leaving = this.#session;
    this.#session = undefined;
    const reason = await this.#awaitWorker(wanted).catch((error: unknown) => {
      leaving?.close();
      throw error;
    });
    if (reason === undefined) {
      if (leaving !== undefined) onLeaving(pid, leaving);
      const took = Math.round(clock.monotonicMilliseconds() - begun);
      this.#reloadTook = took;
      this.#reloadedAt = clock.monotonicMilliseconds();
      log.write('info', `HAProxy took a new configuration in ${took} ms`);
      return;
    }
    leaving?.close();
    log.write('err', `HAProxy refused the configuration and keeps the one before: ${reason}`);
    this.#refused = { fingerprint: wanted.rendered.fingerprint, reason };
    // A master that failed to load waits for a good file; its old worker serves on meanwhile.
    if (previous !== undefined) {
      await this.#file.write(previous);
      await askReload(places.masterSocket, clock);
    }
    clock.after(retryMilliseconds, () => {
      this.#refused = undefined;
      this.#kick();
    });
  }

  /** Undefined when a new worker of that shape answers, else why not. */
  async #awaitWorker({ rendered, servers }: WantedHaproxy): Promise<string | undefined> {
    const { places, clock } = this.#options;
    const { fingerprint } = rendered;
    const more = servers.size * reloadMillisecondsEach;
    const old = this.#running.pid;
    const begun = clock.monotonicMilliseconds();
    let hasChecked = false;
    for (;;) {
      const elapsed = clock.monotonicMilliseconds() - begun;
      if (this.#isClosed) return 'the device is going down';
      if (elapsed > reloadLimitMilliseconds + more) {
        return 'it did not take it over in time; an address and port may be in use';
      }
      if (!hasChecked && elapsed > reloadDoubtMilliseconds + more) {
        hasChecked = true;
        const checked = await run('haproxy', ['-c', '-f', places.configuration]);
        if (checked.status !== 0) return alerts(checked.stderr);
      }
      try {
        this.#session = await this.#attach(
          (info) => info.fingerprint === fingerprint && info.pid !== old,
        );
        return undefined;
      } catch {
        // The worker before still answers, or for a moment nobody.
      }
      await sleep(clock, 5);
    }
  }

  /** Milliseconds until the next try. */
  #fail(wanted: WantedHaproxy, reason: string): number {
    const { applied, clock, log } = this.#options;
    const now = clock.monotonicMilliseconds();
    this.#failingSince ??= { at: now, isSaid: false };
    if (this.#isClosed || now - this.#failingSince.at < patienceMilliseconds) {
      return attachRetryMilliseconds;
    }
    applied.mark(haproxyEngine, wanted.sequence, { state: 'failed', reason });
    if (!this.#failingSince.isSaid) log.write('err', `HAProxy cannot be adjusted: ${reason}`);
    this.#failingSince.isSaid = true;
    return failedRetryMilliseconds;
  }

  /** `isStillDue` is asked before the text, which took a while to make, replaces the file. */
  async #write(
    { rendered, servers }: WantedHaproxy,
    isStillDue: () => boolean = () => true,
  ): Promise<void> {
    const { clock } = this.#options;
    const begun = clock.monotonicMilliseconds();
    this.#isSaved = true;
    try {
      for (const [path, pem] of rendered.files) {
        if (readTextIfPresent(path) !== pem) writeFileDurably(path, pem);
      }
      const text = await finishInSlices(collected(rendered.sections(servers)));
      if (isStillDue()) await this.#file.write(text);
      else this.#isSaved = false;
    } catch (error) {
      this.#isSaved = false;
      throw error;
    }
    this.#saveTook = clock.monotonicMilliseconds() - begun;
  }

  #saveSoon(): void {
    if (this.#isSaveDue || this.#isSaved) return;
    this.#isSaveDue = true;
    const { clock, log } = this.#options;
    clock.after(Math.max(saveMilliseconds, this.#saveTook * savePauses), () => {
      this.#isSaveDue = false;
      const wanted = this.#wanted;
      const isRunning = wanted?.rendered.fingerprint === this.#running.fingerprint;
      if (wanted === undefined || this.#isClosed || !isRunning || this.#isWorking) return;
      // A reload that has begun meanwhile writes its own.
      this.#write(wanted, () => !this.#isWorking).catch((error: unknown) => {
        const reason = error instanceof Error ? error.message : String(error);
        log.write('err', `HAProxy's configuration cannot be saved: ${reason}`);
      });
    });
  }
}

/** The pieces together; yields now and then. */
function* collected(pieces: Iterable<string>): Generator<undefined, string> {
  const texts: string[] = [];
  for (const piece of pieces) {
    texts.push(piece);
    if (texts.length % piecesAtOnce === 0) yield;
  }
  return texts.join('');
}

/** What HAProxy's checker complains of, without the notes around it; bounded for an answer to a user. */
function alerts(stderr: string): string {
  const lines = stderr.split('\n').filter((line) => line.startsWith('[ALERT]'));
  const text = lines.map((line) => line.replace(/^\[ALERT\]\s+\(\d+\) : /, '')).join(' ');
  return (text || stderr.trim()).slice(0, 600);
}
