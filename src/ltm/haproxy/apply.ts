/**
 * Keeps one HAProxy as it should be: attaches to the one that runs (started by the supervisor, it outlives us),
 * reloads when its shape has to change, and does everything else by the runtime API.
 */
import type { AppliedTracker } from '../../config/applied.ts';
import { type Clock, sleep } from '../../platform/clock.ts';
import type { EngineClient } from '../../platform/engines.ts';
import { type DurableFile, durableFile } from '../../platform/durable-file.ts';
import { makeFolder, readTextIfPresent } from '../../platform/files.ts';
import type { Log } from '../../platform/log.ts';
import { run } from '../../platform/process.ts';
import { finishInSlices } from '../../platform/turn.ts';
import { HeldBack, failureOf } from './held-back.ts';
import { type Layout, layingOut, readLayout } from './layout.ts';
import { countTable, gatherContents, mapNames, mapPaths, mapText } from './maps.ts';
import { type Places, writeSectionFile } from './place-files.ts';
import type { HaproxyInfo } from './read.ts';
import type { RenderPlaces } from './render.ts';
import { type RuntimeSession, askReload } from './runtime.ts';
import { HaproxyWorker, type Touched, type WantedWorker } from './worker.ts';

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
/** The file follows the running state, so that a HAProxy that has to start again starts right. */
const saveMilliseconds = 500;
/** A large file is written less often: so many times as long as it took passes in between. */
const savePauses = 20;
const piecesAtOnce = 50;
/** Spares are refilled when nothing was wanted for so long, ... */
const quietMilliseconds = 3000;
/** ... and so many times as long as a reload took has passed since the last. */
const refillPauses = 20;

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
    mapFolder: `${folder}/maps`,
  };
}

/** Whether the HAProxy that runs, or would start, shares listeners. */
export function wasSharing(places: HaproxyPlaces): boolean {
  return (readTextIfPresent(places.configuration) ?? '').includes(`\nbackend ${countTable}\n`);
}

export interface WantedHaproxy extends WantedWorker {
  readonly sequence: number;
  /** What may not be as in the wish before. */
  readonly touched: Touched;
}

export interface HaproxyOptions {
  readonly places: HaproxyPlaces;
  readonly engines: EngineClient;
  readonly applied: AppliedTracker;
  readonly clock: Clock;
  readonly log: Log;
  /** A worker that another took over from, with an open session that keeps it alive: to be closed. */
  readonly onLeaving: (pid: number, session: RuntimeSession) => void;
  /** Another worker serves, or another connection to it: it may not know what it was told at run time only. */
  readonly onWorker?: () => void;
  /** Says which networks are where; undefined: nobody knows. */
  readonly geography?: Places | undefined;
  /** A worker with another layout serves. */
  readonly onReload: () => void;
}

export class HaproxyDriver {
  readonly #options: HaproxyOptions;
  #wanted: WantedHaproxy | undefined;
  #worker: HaproxyWorker | undefined;
  /** Of whom others know. */
  #announced: HaproxyWorker | undefined;
  readonly #file: DurableFile;
  readonly #maps: readonly DurableFile[];
  /** The worker before counts, too, until a new one is known. */
  #running: HaproxyInfo = { pid: 0, fingerprint: '' };
  /** Of the file on disk. */
  #layout: Layout | undefined;
  #refused: { readonly version: number; readonly reason: string } | undefined;
  #failingSince: { readonly at: number; isSaid: boolean } | undefined;
  readonly #heldBack: HeldBack;
  /** Sequence of the commit that brought a listener which is held back. */
  #heldAt = -1;
  #isDirty = false;
  #isWorking = false;
  #isClosed = false;
  #isStarted = false;
  #isSaved = false;
  #isSaveDue = false;
  #saveTook = 0;
  #isReloading = false;
  #isRefillPlanned = false;
  #isRefillDue = false;
  /** Milliseconds, the last time. */
  #reloadTook = 0;
  #reloadedAt = -Infinity;
  #wantedAt = -Infinity;

  constructor(options: HaproxyOptions) {
    this.#options = options;
    const { configuration, mapFolder } = options.places;
    this.#file = durableFile(configuration);
    this.#maps = mapNames.map((name) => durableFile(mapPaths(mapFolder)[name]));
    this.#heldBack = new HeldBack(options.clock, options.log, (structure) => {
      this.#worker?.touch({ backends: new Set(), virtuals: new Set() }, structure);
      this.#kick();
    });
    options.applied.register(haproxyEngine);
  }

  /** The newest wish counts; those in between are skipped. */
  want(wanted: WantedHaproxy): void {
    const { structure, touched, sequence } = wanted;
    const isSame = touched.backends.size === 0 && touched.virtuals.size === 0;
    if (this.#wanted === undefined || !isSame) this.#isSaved = false;
    this.#wanted = wanted;
    this.#wantedAt = this.#options.clock.monotonicMilliseconds();
    this.#worker?.touch(touched, structure);
    const needsReload = this.#worker?.fits !== true;
    if ((needsReload || this.#isReloading) && this.#reloadTook > longestWaitedMilliseconds) {
      this.#options.applied.defer(haproxyEngine, sequence);
    }
    this.#kick();
  }

  /** What serves now; undefined until it is known. */
  get layout(): Layout | undefined {
    return this.#worker?.layout ?? this.#layout;
  }

  /** Questions and orders of others; rejects while no HAProxy answers. */
  ask(commands: readonly string[]): Promise<readonly string[]> {
    if (this.#worker === undefined) return Promise.reject(new Error('HAProxy does not answer'));
    return this.#worker.session.run(commands);
  }

  /** Leaves HAProxy running. */
  close(): void {
    this.#isClosed = true;
    this.#heldBack.close();
    this.#worker?.close();
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
        this.#worker?.close();
        this.#worker = undefined;
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
    const worker = (this.#worker ??= await this.#attach(wanted));
    const isRefused = this.#refused?.version === wanted.structure.version;
    if ((!worker.fits || this.#isRefillDue) && !isRefused) {
      if (!worker.fits) await sleep(this.#options.clock, this.#coalescing());
      const newest = this.#wanted ?? wanted;
      await this.#reload(newest).finally(() => {
        this.#isReloading = false;
        this.#isRefillDue = false;
      });
      this.#isDirty = true;
      return;
    }
    await worker.adjust(wanted);
    if (worker !== this.#announced) this.#options.onWorker?.();
    this.#announced = worker;
    const { applied } = this.#options;
    if (worker.fits) {
      this.#refused = undefined;
      // What is held back is told once, with the commit that brought it.
      const isTold = this.#heldAt !== wanted.sequence;
      const state = isTold ? undefined : failureOf(wanted.structure);
      applied.mark(haproxyEngine, wanted.sequence, state ?? { state: 'applied' });
      this.#saveSoon();
      this.#refillSoon();
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
    makeFolder(places.mapFolder);
    const before = await this.#readLayout();
    const isGood = before?.fit(wanted.structure, undefined) === true;
    const layout = isGood ? before : await finishInSlices(layingOut(wanted.structure, before));
    await this.#write(wanted, layout);
    engines.ensure({
      name: haproxyEngine,
      program: 'haproxy',
      args: ['-W', '-S', places.masterSocket, '-f', places.configuration],
    });
    this.#isStarted = true;
  }

  async #readLayout(): Promise<Layout | undefined> {
    const text = readTextIfPresent(this.#options.places.configuration);
    return text === undefined ? undefined : await finishInSlices(readLayout(text));
  }

  /** To the worker that runs, whoever started it. */
  async #attach({ structure }: WantedHaproxy): Promise<HaproxyWorker> {
    const worker = await this.#open();
    const { pid, fingerprint } = worker.info;
    // One that another than we started has read the file on disk.
    const isKnown =
      this.#layout?.fingerprint === fingerprint && [0, pid].includes(this.#running.pid);
    const layout = isKnown ? this.#layout : await this.#readLayout();
    worker.laidOut(layout?.fingerprint === fingerprint ? layout : undefined, structure);
    this.#running = worker.info;
    return worker;
  }

  #open(isWanted: (info: HaproxyInfo) => boolean = () => true): Promise<HaproxyWorker> {
    const { places, clock } = this.#options;
    let worker: HaproxyWorker | undefined;
    const onClose = (): void => {
      // It ended, or a new worker took over without us: look again.
      if (worker !== undefined && this.#worker === worker) {
        this.#worker = undefined;
        this.#kick();
      }
    };
    const onRetry = (): void => this.#kick();
    return HaproxyWorker.open(places, { clock, onRetry }, onClose, isWanted).then((opened) => {
      worker = opened;
      return opened;
    });
  }

  async #reload(wanted: WantedHaproxy): Promise<void> {
    const { places, clock, log, onLeaving } = this.#options;
    const { structure } = wanted;
    const { version } = structure;
    const previous = readTextIfPresent(places.configuration);
    const before = this.#layout;
    const begun = clock.monotonicMilliseconds();
    this.#isReloading = true;
    const layout = await finishInSlices(layingOut(structure, this.#worker?.layout ?? before));
    await this.#write(wanted, layout);
    const { pid } = this.#running;
    // A master that does not listen leaves the session where it is closed on failure.
    await askReload(places.masterSocket, clock);
    const leaving = this.#worker;
    this.#worker = undefined;
    const reason = await this.#awaitWorker(wanted, layout).catch((error: unknown) => {
      leaving?.close();
      throw error;
    });
    if (reason === undefined) {
      if (leaving !== undefined) onLeaving(pid, leaving.session);
      const took = Math.round(clock.monotonicMilliseconds() - begun);
      this.#reloadTook = took;
      this.#reloadedAt = clock.monotonicMilliseconds();
      log.write('info', `HAProxy took a new configuration in ${took} ms`);
      this.#options.onReload();
      return;
    }
    leaving?.close();
    log.write('err', `HAProxy refused the configuration and keeps the one before: ${reason}`);
    const refusedText = readTextIfPresent(places.configuration) ?? '';
    // A master that failed to load waits for a good file; its old worker serves on meanwhile.
    if (previous !== undefined) {
      await this.#file.write(previous);
      this.#layout = before;
      await askReload(places.masterSocket, clock);
      // Not the worker that served until now: it leaves, and what it is told is lost with it.
      if (before !== undefined) await this.#awaitWorker(wanted, before);
    }
    if (await this.#heldBack.take(structure, before, reason, refusedText)) {
      this.#heldAt = wanted.sequence;
      return;
    }
    this.#refused = { version, reason };
    clock.after(retryMilliseconds, () => {
      this.#refused = undefined;
      this.#kick();
    });
  }

  /** Undefined when a new worker of that shape answers, else why not. */
  async #awaitWorker(
    { structure, servers }: WantedHaproxy,
    layout: Layout,
  ): Promise<string | undefined> {
    const { places, clock } = this.#options;
    const { fingerprint } = layout;
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
        // -V: our file says `quiet`, which holds back what is wrong with it, too.
        const checked = await run('haproxy', ['-c', '-V', '-f', places.configuration]);
        if (checked.status !== 0) return alerts(checked.stderr);
      }
      try {
        const worker = await this.#open(
          (info) => info.fingerprint === fingerprint && info.pid !== old,
        );
        worker.laidOut(layout, structure);
        this.#running = worker.info;
        this.#worker = worker;
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
    { structure, servers }: WantedHaproxy,
    layout: Layout,
    isStillDue: () => boolean = () => true,
  ): Promise<void> {
    const { clock } = this.#options;
    const begun = clock.monotonicMilliseconds();
    this.#isSaved = true;
    try {
      for (const section of [...structure.frontends(), ...structure.backends()]) {
        for (const [path, content] of section.files)
          writeSectionFile(path, content, this.#options.geography);
      }
      const text = await finishInSlices(collected(layout.sections(structure, servers)));
      if (!isStillDue()) {
        this.#isSaved = false;
        return;
      }
      const nameOf = (name: string): string | undefined => layout.nameOf(name);
      const maps = await finishInSlices(gatherContents(structure.rows.values(), nameOf));
      for (const [index, name] of mapNames.entries()) {
        await this.#maps[index]?.write(mapText(maps.get(name) ?? new Map()));
      }
      await this.#file.write(text);
      this.#layout = layout;
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
      const worker = this.#worker;
      if (wanted === undefined || worker?.layout === undefined || !worker.fits) return;
      if (this.#isClosed || this.#isWorking) return;
      // A reload that has begun meanwhile writes its own.
      this.#write(wanted, worker.layout, () => !this.#isWorking).catch((error: unknown) => {
        const reason = error instanceof Error ? error.message : String(error);
        log.write('err', `HAProxy's configuration cannot be saved: ${reason}`);
      });
    });
  }

  /** A fresh layout in the background, once those who make many virtual servers pause. */
  #refillSoon(): void {
    if (this.#isRefillPlanned || this.#worker?.layout?.isWorn !== true) return;
    this.#isRefillPlanned = true;
    const { clock } = this.#options;
    const now = clock.monotonicMilliseconds();
    const rested = this.#reloadedAt + this.#reloadTook * refillPauses;
    clock.after(Math.max(quietMilliseconds, rested - now), () => {
      this.#isRefillPlanned = false;
      if (this.#isClosed || this.#worker?.layout?.isWorn !== true) return;
      const isQuiet = clock.monotonicMilliseconds() - this.#wantedAt >= quietMilliseconds;
      if (isQuiet) this.#isRefillDue = true;
      if (isQuiet) this.#kick();
      else this.#refillSoon();
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
