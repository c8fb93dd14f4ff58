/**
 * The threads of the answer loop, as the dns process sees them: each has a socket of its own for every listener, and
 * all of them hold the same. A thread that breaks down takes its sockets with it and is started anew.
 */
import { monotonicOrigin, type Clock } from '../../platform/clock.ts';
import {
  closeDescriptor,
  hasBatches,
  openDatagrams,
  openWake,
  wake,
} from '../../platform/ffi/datagrams.ts';
import type { Log } from '../../platform/log.ts';
import { startWaitingThread, usableProcessors } from '../../platform/waiting-thread.ts';
import type { Respond } from './connections.ts';
import type { PathMemory } from '../paths/path-table.ts';
import type { DnsProfile, Inquiry } from '../protocol.ts';
import type { FromLoop, LoopStart, ToLoop } from './loop-protocol.ts';
import type { CounterReport } from './tally.ts';

/** One a core, and one core for the others; beyond this the network is what limits. */
const mostThreads = 8;
const restartMilliseconds = 1_000;
const threadPath = new URL('answer-thread.ts', import.meta.url).pathname;

export interface LoopThreads {
  /** Throws an error with the system's `code`. */
  listen(address: string, port: number, profile: DnsProfile): LoopListener;
  /** A `DnsHolding`, as JSON. Calls `done` when all threads answer from it. */
  hold(holding: string, done: () => void): void;
  /** Patches of pools of what they hold, as JSON; `whole` gives all of it, for a thread that is started anew. */
  patch(patches: string, whole: () => string, done: () => void): void;
  /** Asks the first thread; undefined: it is not there. */
  ask(inquiry: Inquiry, geography: string, told: (text: string) => void): void;
  setTapped(isOpen: boolean): void;
  relocate(): void;
  /** Resolves when they have returned. */
  close(): Promise<void>;
}

export interface LoopListener {
  readonly port: number;
  setProfile(profile: DnsProfile): void;
  close(): void;
}

export interface LoopThreadsOptions {
  readonly clock: Clock;
  readonly log: Log;
  readonly geographyFolder?: string;
  readonly resolvers: SharedArrayBuffer;
  readonly persistence: SharedArrayBuffer;
  readonly paths: PathMemory;
  readonly zoneNews: SharedArrayBuffer;
  onCounters(source: number, report: CounterReport): void;
  onSeen(seen: Extract<FromLoop, { type: 'seen' }>): void;
  /** A packet that needs connections; calls `respond` once. */
  onHandedOver(bytes: Uint8Array, client: string, respond: Respond): void;
}

/** Undefined: batches are not to be had here. */
export function startLoopThreads(
  options: LoopThreadsOptions,
  count: number = Math.max(1, Math.min(mostThreads, usableProcessors() - 1)),
): LoopThreads | undefined {
  return hasBatches ? new Threads(options, count) : undefined;
}

interface Opened {
  readonly address: string;
  readonly port: number;
  profile: DnsProfile;
}

interface Running {
  readonly index: number;
  /** Counters of a thread that was started anew are those of another. */
  readonly source: number;
  readonly wake: number;
  readonly post: (message: ToLoop) => void;
  readonly descriptors: Map<number, number>;
  held: number;
}

class Threads implements LoopThreads {
  readonly #options: LoopThreadsOptions;
  readonly #count: number;
  readonly #running: (Running | undefined)[] = [];
  readonly #opened = new Map<number, Opened>();
  readonly #questions = new Map<number, (text: string) => void>();
  #waiting: { readonly generation: number; readonly done: () => void }[] = [];
  #holding: (() => string) | undefined;
  #generation = 0;
  #lastId = 0;
  #sources = 0;
  #isTapped = false;
  #isClosing = false;
  #allEnded: () => void = () => undefined;

  constructor(options: LoopThreadsOptions, count: number) {
    this.#options = options;
    this.#count = count;
    for (let index = 0; index < count; index += 1) this.#start(index);
  }

  listen(address: string, port: number, profile: DnsProfile): LoopListener {
    this.#lastId += 1;
    const id = this.#lastId;
    const first = openDatagrams(address, port, this.#count > 1);
    const opened: Opened = { address, port: first.port, profile };
    const descriptors = [first.descriptor];
    try {
      while (descriptors.length < this.#count) {
        descriptors.push(openDatagrams(address, first.port, true).descriptor);
      }
    } catch (error) {
      descriptors.forEach(closeDescriptor);
      throw error;
    }
    this.#opened.set(id, opened);
    descriptors.forEach((descriptor, index) => this.#give(index, id, descriptor, profile));
    return {
      port: first.port,
      setProfile: (next) => {
        opened.profile = next;
        this.#tellAll({ type: 'profile', id, profile: next });
      },
      close: () => {
        this.#opened.delete(id);
        for (const running of this.#running) running?.descriptors.delete(id);
        this.#tellAll({ type: 'leave', id });
      },
    };
  }

  hold(holding: string, done: () => void): void {
    this.#holding = () => holding;
    this.#tellAll({ type: 'hold', generation: this.#next(done), holding });
    this.#tellHeld();
  }

  patch(patches: string, whole: () => string, done: () => void): void {
    this.#holding = whole;
    this.#tellAll({ type: 'patch', generation: this.#next(done), patches });
    this.#tellHeld();
  }

  #next(done: () => void): number {
    this.#generation += 1;
    this.#waiting.push({ generation: this.#generation, done });
    return this.#generation;
  }

  ask(inquiry: Inquiry, geography: string, told: (text: string) => void): void {
    this.#lastId += 1;
    const id = this.#lastId;
    this.#questions.set(id, told);
    const first = this.#running.find((running) => running !== undefined);
    if (first !== undefined) tell(first, { type: 'ask', id, inquiry, geography });
  }

  setTapped(isOpen: boolean): void {
    this.#isTapped = isOpen;
    this.#tellAll({ type: 'tap', isOpen });
  }

  relocate(): void {
    this.#tellAll({ type: 'relocate' });
  }

  close(): Promise<void> {
    this.#isClosing = true;
    const ended = new Promise<void>((resolve) => {
      this.#allEnded = resolve;
    });
    this.#tellAll({ type: 'stop' });
    if (this.#running.every((running) => running === undefined)) this.#allEnded();
    return ended;
  }

  #start(index: number): void {
    this.#sources += 1;
    const { geographyFolder, paths, persistence, resolvers, zoneNews } = this.#options;
    const descriptor = openWake();
    const data: LoopStart = {
      wake: descriptor,
      origin: monotonicOrigin,
      persistence,
      paths,
      resolvers,
      zoneNews,
      ...(geographyFolder !== undefined && { geographyFolder }),
    };
    const thread = startWaitingThread<ToLoop, FromLoop>(threadPath, data, {
      onMessage: (message) => this.#heard(running, message),
      onEnd: (error) => this.#ended(running, error),
    });
    const running: Running = {
      index,
      source: this.#sources,
      wake: descriptor,
      post: (message) => thread.post(message),
      descriptors: new Map(),
      held: 0,
    };
    this.#running[index] = running;
    if (this.#holding !== undefined) {
      tell(running, { type: 'hold', generation: this.#generation, holding: this.#holding() });
    }
    if (this.#isTapped) tell(running, { type: 'tap', isOpen: true });
    for (const [id, { address, port, profile }] of this.#opened) {
      try {
        this.#give(index, id, openDatagrams(address, port, this.#count > 1).descriptor, profile);
      } catch (error) {
        this.#options.log.write('err', `DNS thread ${index}: ${String(error)}`);
      }
    }
  }

  #give(index: number, id: number, descriptor: number, profile: DnsProfile): void {
    const running = this.#running[index];
    // Broken down just now: it gets sockets of its own when it is started anew.
    if (running === undefined) return closeDescriptor(descriptor);
    running.descriptors.set(id, descriptor);
    tell(running, { type: 'listen', id, descriptor, profile });
  }

  #tellAll(message: ToLoop): void {
    for (const running of this.#running) if (running !== undefined) tell(running, message);
  }

  #heard(running: Running, message: FromLoop): void {
    switch (message.type) {
      case 'held':
        running.held = message.generation;
        return this.#tellHeld();
      case 'counters':
        // What the thread wrote.
        return this.#options.onCounters(
          running.source,
          JSON.parse(message.report) as CounterReport,
        );
      case 'told':
        this.#questions.get(message.id)?.(message.text);
        this.#questions.delete(message.id);
        return;
      case 'over':
        return this.#options.onHandedOver(message.bytes, message.client, (reply) => {
          const first = reply === undefined || reply instanceof Uint8Array ? reply : reply[0];
          if (this.#running[running.index] !== running) return;
          tell(running, { type: 'reply', id: message.id, reply: first ?? null });
        });
      case 'seen':
        return this.#options.onSeen(message);
      case 'log':
        this.#options.log.write(message.level, message.message);
    }
  }

  #tellHeld(): void {
    const held = this.#running.reduce(
      (least, running) => Math.min(least, running?.held ?? this.#generation),
      this.#generation,
    );
    const done = this.#waiting.filter(({ generation }) => generation <= held);
    this.#waiting = this.#waiting.filter(({ generation }) => generation > held);
    for (const one of done) one.done();
  }

  #ended(running: Running, error: Error | undefined): void {
    this.#running[running.index] = undefined;
    closeDescriptor(running.wake);
    if (this.#isClosing) {
      if (this.#running.every((one) => one === undefined)) this.#allEnded();
      return;
    }
    for (const descriptor of running.descriptors.values()) closeDescriptor(descriptor);
    const why = error === undefined ? 'returned' : `broke down: ${error.stack ?? error.message}`;
    this.#options.log.write('err', `DNS thread ${running.index} ${why}; it is started anew`);
    this.#questions.clear();
    this.#tellHeld();
    this.#options.clock.after(restartMilliseconds, () => {
      if (!this.#isClosing) this.#start(running.index);
    });
  }
}

function tell(running: Running, message: ToLoop): void {
  running.post(message);
  wake(running.wake);
}
