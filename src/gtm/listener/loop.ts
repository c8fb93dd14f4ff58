/**
 * The answer loop of one thread: waits for listeners, for sockets to named, for messages and for the time, and answers
 * in batches. Nothing here is asynchronous: whatever has to wait is a descriptor or a time.
 */
import { addressOf } from '../../base/address.ts';
import type { Clock } from '../../platform/clock.ts';
import { monotonicOrigin, systemClock } from '../../platform/clock.ts';
import {
  closeDescriptor,
  connectDescriptor,
  createPoll,
  DatagramBatch,
  envelopeBytes,
  type Poll,
  takeWake,
} from '../../platform/ffi/datagrams.ts';
import type { DnsProfile } from '../protocol.ts';
import type { FastRelay, Origin, PlainQuestion } from './fast-relay.ts';
import { batchSlots, createOutbox, createQuestions, slotBytes } from './loop-outbox.ts';
import type { Outbox, Questions } from './loop-outbox.ts';
import { unanswered, type FastAnswer, type PlainRelay } from './fast.ts';
import type { Slots } from './slots.ts';
import type { ListenerHandler } from './listeners.ts';
import type { Connect } from './relay.ts';

/** Batches of one socket before the others have their turn. */
const mostRounds = 8;
const mostDescriptors = 1024;
const longestWaitMilliseconds = 1_000;

/** Replies of named, read in batches where they stand. */
export interface BatchAsking {
  /** The first bytes of `data`. */
  send(data: Uint8Array, length: number): void;
  close(): void;
}

export interface BatchReplies {
  heard(data: Uint8Array, start: number, length: number): void;
  nobodyThere(): void;
}

export interface AnswerLoop {
  /** Throws an error with the system's `code`. */
  connectBatch(address: string, port: number, from: string, replies: BatchReplies): BatchAsking;
  /** Its timers run in the loop. */
  readonly clock: Clock;
  readonly connect: Connect;
  listen(id: number, descriptor: number, profile: DnsProfile): void;
  setProfile(id: number, profile: DnsProfile): void;
  leave(id: number): void;
  /** Returns after `stop`. */
  run(handle: ListenerHandler, onWake: () => void, fast: FastAnswer, relay: LoopRelay): void;
  stop(): void;
}

/** Takes plain questions that no wide IP has; `undefined`: there is nobody to ask. */
export interface LoopRelay {
  readonly current: FastRelay | undefined;
}

class Listening implements Origin {
  readonly descriptor: number;
  profile: DnsProfile;
  isOpen = true;
  readonly #outbox: Outbox;

  constructor(descriptor: number, profile: DnsProfile, outbox: Outbox) {
    this.descriptor = descriptor;
    this.profile = profile;
    this.#outbox = outbox;
  }

  send(data: Uint8Array, length: number, envelopes: Uint8Array, at: number): void {
    if (this.isOpen) this.#outbox.add(this.descriptor, data, length, envelopes, at);
  }
}

interface Asking {
  readonly descriptor: number;
  readonly heard: (data: Uint8Array, start: number, length: number) => void;
  readonly nobodyThere: () => void;
}

/** `origin`: where the monotonic time of the clock that others know begins (`monotonicOrigin` there). */
export function createAnswerLoop(wake: number, origin: number): AnswerLoop {
  const batch = new DatagramBatch(batchSlots, slotBytes);
  const poll = createPoll(mostDescriptors);
  const timers = createTimers();
  const listening = new Map<number, Listening>();
  const asking = new Map<number, Asking>();
  const outbox = createOutbox();
  const questions = createQuestions((descriptor) => asking.get(descriptor)?.nobodyThere());
  const shift = monotonicOrigin - origin;
  const now = (): number => systemClock.monotonicMilliseconds() + shift;
  const state: LoopState = { isOver: false, readers: undefined };
  const moved = (): void => void (state.readers = undefined);
  const watch = (run: RunParts): readonly (() => void)[] => {
    const all: [number, () => void][] = [[wake, run.woken]];
    for (const one of listening.values()) {
      all.push([one.descriptor, () => readListener(run, batch, outbox, one)]);
    }
    for (const one of asking.values()) all.push([one.descriptor, () => readReplies(batch, one)]);
    poll.watch(all.map(([descriptor]) => descriptor));
    return all.map(([, read]) => read);
  };
  return {
    clock: { ...systemClock, monotonicMilliseconds: now, after: timers.after, every: timers.every },
    connect: (address, port, handlers, from) => {
      const replies = copiedReplies(handlers);
      try {
        const opened = openAsking(asking, moved, questions, { address, port, from, replies });
        return { send: (bytes) => opened.send(bytes, bytes.length), close: opened.close };
      } catch {
        return { send: () => replies.nobodyThere(), close: () => undefined };
      }
    },
    connectBatch: (address, port, from, replies) =>
      openAsking(asking, moved, questions, { address, port, from, replies }),
    listen(id, descriptor, profile) {
      listening.set(id, new Listening(descriptor, profile, outbox));
      moved();
    },
    setProfile(id, profile) {
      const one = listening.get(id);
      if (one !== undefined) one.profile = profile;
    },
    leave(id) {
      const one = listening.get(id);
      if (one === undefined || !listening.delete(id)) return;
      one.isOpen = false;
      outbox.flush();
      closeDescriptor(one.descriptor);
      moved();
    },
    run(handle, onWake, fast, relay) {
      const woken = (): void => {
        takeWake(wake);
        onWake();
      };
      const parts = { handle, woken, fast, relay, asker: new Asker(batch), now };
      while (!state.isOver) {
        state.readers ??= watch(parts);
        turn(state, poll, Math.min(longestWaitMilliseconds, timers.untilNext()));
        timers.run();
        questions.flush();
        outbox.flush();
      }
    },
    stop() {
      state.isOver = true;
      for (const { descriptor } of listening.values()) closeDescriptor(descriptor);
      listening.clear();
    },
  };
}

function copiedReplies({ onError, onPacket }: Parameters<Connect>[2]): BatchReplies {
  return {
    heard: (data, start, length) => onPacket(data.slice(start, start + length)),
    nobodyThere: () => onError(notThere),
  };
}

interface LoopState {
  isOver: boolean;
  /** What is watched, in the order of the poll; undefined: that has changed. */
  readers: readonly (() => void)[] | undefined;
}

function turn(state: LoopState, poll: Poll, milliseconds: number): void {
  const ready = state.readers ?? [];
  if (!poll.wait(milliseconds)) return;
  for (const [index, read] of ready.entries()) {
    if (poll.isReady(index)) read();
    // What one reader closes or opens is seen in the next turn.
    if (state.readers !== ready) return;
  }
}

const notThere = new Error('nobody listens there');

interface RunParts {
  readonly handle: ListenerHandler;
  readonly woken: () => void;
  readonly fast: FastAnswer;
  readonly relay: LoopRelay;
  readonly asker: Asker;
  readonly now: () => number;
}

function readListener(
  { asker, fast, handle, now, relay }: RunParts,
  batch: DatagramBatch,
  outbox: Outbox,
  listener: Listening,
): void {
  for (let round = 0; round < mostRounds && listener.isOpen; round += 1) {
    const count = batch.receive(listener.descriptor);
    if (count <= 0) return;
    fast.begin(now());
    const plain = asker.aim(relay.current, listener) ? asker : undefined;
    let first = 0;
    for (let slot = 0; slot < count; slot += 1) {
      let bytes = fast.answer(batch, slot, batch.received(slot), listener.profile, plain);
      if (bytes === unanswered) bytes = answerWhole(handle, batch, slot, outbox, listener);
      if (bytes > 0) {
        batch.setLength(slot, bytes);
        batch.answers(slot);
        continue;
      }
      if (slot > first) batch.send(listener.descriptor, first, slot - first);
      first = slot + 1;
    }
    if (count > first) batch.send(listener.descriptor, first, count - first);
    if (count < batchSlots) return;
  }
}

/** Plain questions of the listener that has its turn, on their way. */
class Asker implements PlainRelay {
  readonly #batch: DatagramBatch;
  #relay: FastRelay | undefined;
  #listener: Listening | undefined;

  constructor(batch: DatagramBatch) {
    this.#batch = batch;
  }

  /** False: there is nobody to ask. */
  aim(relay: FastRelay | undefined, listener: Listening): boolean {
    this.#relay = relay;
    this.#listener = listener;
    return relay !== undefined;
  }

  ask(question: PlainQuestion, slot: number, now: number): boolean {
    if (this.#relay === undefined || this.#listener === undefined) return false;
    return this.#relay.ask(question, this.#listener, now, this.#batch, slot);
  }
}

/** By the whole engine; an answer that is not there yet goes out later, by the outbox. */
function answerWhole(
  handle: ListenerHandler,
  batch: DatagramBatch,
  slot: number,
  outbox: Outbox,
  listener: Listening,
): number {
  const start = batch.start(slot);
  const bytes = batch.data.slice(start, start + batch.received(slot));
  let isHere = true;
  let isAnswered = false;
  let length = 0;
  let kept: Uint8Array | undefined;
  const respond = (reply: Uint8Array | readonly Uint8Array[] | undefined): void => {
    isAnswered = true;
    const first = reply instanceof Uint8Array ? reply : reply?.[0];
    if (first === undefined || first.length > slotBytes) return;
    if (isHere) {
      batch.data.set(first, start);
      length = first.length;
    } else if (kept !== undefined && listener.isOpen) {
      outbox.add(listener.descriptor, first, first.length, kept, 0);
    }
  };
  handle(bytes, clientText(batch, slot), 'udp', respond, listener.profile);
  isHere = false;
  if (!isAnswered) {
    kept = new Uint8Array(envelopeBytes);
    batch.envelope(slot, kept, 0);
  }
  return length;
}

export function clientText(batch: Slots, slot: number): string {
  const at = batch.sender.at(slot);
  const { names } = batch;
  if (batch.sender.isIpv4(slot)) {
    return `${names[at]}.${names[at + 1]}.${names[at + 2]}.${names[at + 3]}`;
  }
  return addressOf([...names.subarray(at, at + 16)]).text;
}

function readReplies(batch: DatagramBatch, { descriptor, heard, nobodyThere }: Asking): void {
  for (let round = 0; round < mostRounds; round += 1) {
    const count = batch.receive(descriptor);
    if (count < 0) return nobodyThere();
    for (let slot = 0; slot < count; slot += 1) {
      heard(batch.data, batch.start(slot), batch.received(slot));
    }
    if (count < batchSlots) return;
  }
}

interface ConnectParts {
  readonly address: string;
  readonly port: number;
  readonly from: string | undefined;
  readonly replies: BatchReplies;
}

function openAsking(
  asking: Map<number, Asking>,
  moved: () => void,
  questions: Questions,
  { address, from, port, replies }: ConnectParts,
): BatchAsking {
  const descriptor = connectDescriptor(address, port, from);
  let isOpen = true;
  asking.set(descriptor, {
    descriptor,
    heard: (data, start, length) => replies.heard(data, start, length),
    nobodyThere: () => replies.nobodyThere(),
  });
  moved();
  return {
    send(data, length) {
      if (isOpen) questions.add(descriptor, data, length);
    },
    close() {
      if (!isOpen) return;
      isOpen = false;
      questions.flush();
      asking.delete(descriptor);
      closeDescriptor(descriptor);
      moved();
    },
  };
}

interface Timer {
  dueAt: number;
  readonly period: number | undefined;
  readonly task: () => void;
}

/** A handful at a time. */
function createTimers(): Pick<Clock, 'after' | 'every'> & {
  untilNext(): number;
  run(): void;
} {
  const timers = new Set<Timer>();
  const now = systemClock.monotonicMilliseconds;
  const add = (delay: number, period: number | undefined, task: () => void): (() => void) => {
    const timer = { dueAt: now() + delay, period, task };
    timers.add(timer);
    return () => void timers.delete(timer);
  };
  return {
    after: (delay, task) => add(delay, undefined, task),
    every: (period, task) => add(period, period, task),
    untilNext() {
      let next = Infinity;
      for (const { dueAt } of timers) if (dueAt < next) next = dueAt;
      return Math.max(0, Math.ceil(next - now()));
    },
    run() {
      const at = now();
      for (const timer of timers) {
        if (timer.dueAt > at) continue;
        if (timer.period === undefined) timers.delete(timer);
        else timer.dueAt = at + timer.period;
        timer.task();
      }
    },
  };
}
