import { getSystemErrorName } from 'node:util';
import type { Clock } from './clock.ts';
import { openTcpSockets, type SocketAddress, type TcpSockets } from './ffi/tcp-sockets.ts';
import { describe } from './tcp.ts';
import { afterSockets } from './turn.ts';

/**
 * Short exchanges in clear for tens of thousands of probes. Sockets are watched by hand: at once after one was begun, then
 * ever less often, so that answers within milliseconds are heard within one.
 */
export interface QuickTcp {
  exchange(exchange: QuickExchange): RunningQuickExchange;
  close(): void;
}

export interface QuickExchange {
  readonly address: SocketAddress & { readonly text: string };
  readonly port: number;
  /** IP's type of service, IPv6's traffic class; 0 is none. */
  readonly trafficClass: number;
  /** We speak first: the handshake's last packet is spared. */
  readonly isTalker: boolean;
  /** Called with each part of the answer, and once with `undefined` when the other end closed. */
  onData(part: Uint8Array | undefined): void;
  onConnect(): void;
  /** In words for people: "connection refused". Nothing is called after it. */
  onError(reason: string): void;
}

export interface RunningQuickExchange {
  send(bytes: Uint8Array): void;
  /** Ends it with a reset, whatever its state. No callback comes after that. */
  cancel(): void;
}

/** While somebody waits: a quarter of the time that was waited already, between these. */
const shortestPollMilliseconds = 1;
const longestPollMilliseconds = 10;
/** An other end that floods us has to let others be heard. */
const maximumReceivesAtOnce = 8;
/** Disconnected sockets that wait for their next connection, of each kind. */
const maximumIdle = 1024;
/** What an exchange may have to say that the other end does not take. */
const maximumUnsentBytes = 256 * 1024;
/** Idle sockets go when nothing was begun for so long. */
const idleMilliseconds = 30_000;

const EADDRNOTAVAIL = 99;
const EADDRINUSE = 98;

/** Undefined without node:ffi. */
export function createQuickTcp(clock: Clock): QuickTcp | undefined {
  const sockets = openTcpSockets();
  return sockets === undefined ? undefined : new Quick(clock, sockets);
}

class Quick implements QuickTcp {
  readonly #clock: Clock;
  readonly #sockets: TcpSockets;
  /** By descriptor. */
  readonly #running = new Map<number, Exchange>();
  /** By kind. */
  readonly #idle = new Map<number, number[]>();
  /** Those that had more to read than their turn allowed. */
  #unread: Exchange[] = [];
  #lastBegun = 0;
  /** Odd while events are told. */
  #visits = 0;
  #isWatching = false;
  #cancelPoll = (): void => undefined;
  #cancelTrim: (() => void) | undefined;
  #isClosed = false;

  constructor(clock: Clock, sockets: TcpSockets) {
    this.#clock = clock;
    this.#sockets = sockets;
  }

  exchange(wanted: QuickExchange): RunningQuickExchange {
    const running = new Exchange(this.#sockets, wanted, this.#visits, this.#onEnd);
    const problem = this.#connect(running, wanted);
    if (problem === 0) {
      this.#running.set(running.descriptor, running);
      this.#watch();
    } else {
      queueMicrotask(() => running.fail(problem));
    }
    return running;
  }

  close(): void {
    this.#isClosed = true;
    this.#cancelPoll();
    this.#cancelTrim?.();
    for (const running of this.#running.values()) running.cancel();
    this.#trim();
    this.#sockets.close();
  }

  /** 0 when on its way, else why not. */
  #connect(running: Exchange, { address, port, trafficClass, isTalker }: QuickExchange): number {
    const kind = kindOf(address.family, trafficClass);
    const known = this.#idle.get(kind)?.pop();
    if (known !== undefined) {
      const problem = this.#sockets.connect(known, address, port, isTalker);
      if (problem === 0) return running.take(known);
      this.#sockets.destroy(known);
      // Its port may be in use towards there; a new one has another.
      if (problem !== EADDRNOTAVAIL && problem !== EADDRINUSE) return problem;
    }
    const fresh = this.#sockets.create(address.family, trafficClass);
    if (fresh < 0) return -fresh;
    const problem = this.#sockets.connect(fresh, address, port, isTalker);
    if (problem === 0) return running.take(fresh);
    this.#sockets.destroy(fresh);
    return problem;
  }

  readonly #onEnd = (running: Exchange): void => {
    const { descriptor } = running;
    if (!this.#running.delete(descriptor)) return;
    const { kind } = running;
    let idle = this.#idle.get(kind);
    if (idle === undefined) this.#idle.set(kind, (idle = []));
    const isKept =
      running.wasConnected &&
      !this.#isClosed &&
      idle.length < maximumIdle &&
      this.#sockets.disconnect(descriptor);
    if (isKept) idle.push(descriptor);
    else this.#sockets.destroy(descriptor);
  };

  #watch(): void {
    this.#lastBegun = this.#clock.monotonicMilliseconds();
    this.#cancelTrim ??= this.#clock.every(idleMilliseconds, () => {
      if (this.#clock.monotonicMilliseconds() - this.#lastBegun > idleMilliseconds) this.#trim();
    });
    if (this.#isWatching) return;
    this.#isWatching = true;
    this.#cancelPoll();
    afterSockets(() => {
      this.#isWatching = false;
      this.#poll();
    });
  }

  #poll(): void {
    if (this.#isClosed) return;
    const unread = this.#unread;
    this.#unread = [];
    for (const running of unread) this.#read(running);
    this.#visits += 1;
    this.#sockets.visit((descriptor, isReadable, isWritable, hasFailed) => {
      const running = this.#running.get(descriptor);
      // What happened to one that is idle again, or to who had the descriptor before.
      if (running === undefined || running.begunAt === this.#visits) return;
      if (running.hear(isWritable, hasFailed) && isReadable) this.#read(running);
      // What had come before the reset was told first.
      if (hasFailed) running.fail(this.#sockets.failure(descriptor));
    });
    this.#visits += 1;
    if (this.#running.size === 0 || this.#isWatching) return;
    const waited = this.#clock.monotonicMilliseconds() - this.#lastBegun;
    const delay = Math.min(longestPollMilliseconds, Math.max(shortestPollMilliseconds, waited / 4));
    this.#cancelPoll();
    this.#cancelPoll = this.#clock.after(delay, () => this.#poll());
  }

  #read(running: Exchange): void {
    for (let count = 0; count < maximumReceivesAtOnce; count += 1) {
      if (!running.receive()) return;
    }
    this.#unread.push(running);
  }

  #trim(): void {
    for (const idle of this.#idle.values()) {
      for (const descriptor of idle) this.#sockets.destroy(descriptor);
    }
    this.#idle.clear();
    this.#cancelTrim?.();
    this.#cancelTrim = undefined;
  }
}

/** Sockets of one kind may stand in for each other. */
function kindOf(family: 4 | 6, trafficClass: number): number {
  return trafficClass * 8 + family;
}

class Exchange implements RunningQuickExchange {
  /** The visit in which it was begun: what that visit tells is older. */
  readonly begunAt: number;
  readonly #sockets: TcpSockets;
  readonly #wanted: QuickExchange;
  readonly #onEnd: (own: Exchange) => void;
  #descriptor = -1;
  #unsent: Uint8Array | undefined;
  #isOver = false;
  #isConnected = false;

  constructor(
    sockets: TcpSockets,
    wanted: QuickExchange,
    begunAt: number,
    onEnd: (own: Exchange) => void,
  ) {
    this.#sockets = sockets;
    this.#wanted = wanted;
    this.begunAt = begunAt;
    this.#onEnd = onEnd;
  }

  get descriptor(): number {
    return this.#descriptor;
  }

  get kind(): number {
    return kindOf(this.#wanted.address.family, this.#wanted.trafficClass);
  }

  get wasConnected(): boolean {
    return this.#isConnected;
  }

  take(descriptor: number): 0 {
    this.#descriptor = descriptor;
    return 0;
  }

  send(bytes: Uint8Array): void {
    if (this.#isOver) return;
    if (this.#unsent === undefined) {
      this.#push(bytes);
      return;
    }
    if (this.#unsent.length + bytes.length > maximumUnsentBytes) {
      this.#finish(() => this.#wanted.onError('it does not take what it is sent'));
      return;
    }
    const both = new Uint8Array(this.#unsent.length + bytes.length);
    both.set(this.#unsent);
    both.set(bytes, this.#unsent.length);
    this.#unsent = both;
  }

  cancel(): void {
    this.#finish(() => undefined);
  }

  fail(error: number): void {
    this.#finish(() => this.#wanted.onError(wordsFor(error)));
  }

  /** True while it goes on. */
  hear(isWritable: boolean, hasFailed: boolean): boolean {
    if (this.#isOver) return false;
    if (!this.#isConnected) {
      // Not connected and not writable: it hung up before it stood.
      if (hasFailed || !isWritable) {
        this.fail(this.#sockets.failure(this.#descriptor));
        return false;
      }
      this.#isConnected = true;
      this.#wanted.onConnect();
    } else if (this.#unsent !== undefined) {
      const rest = this.#unsent;
      this.#unsent = undefined;
      this.#push(rest);
    }
    return !this.#isOver;
  }

  /** False when there is no more for now. */
  receive(): boolean {
    if (this.#isOver) return false;
    const got = this.#sockets.receive(this.#descriptor);
    if (got === undefined) return false;
    if (typeof got === 'number') {
      this.fail(got);
      return false;
    }
    this.#wanted.onData(got.length === 0 ? undefined : got);
    return got.length > 0 && !this.#isOver;
  }

  #push(bytes: Uint8Array): void {
    let rest = bytes;
    while (rest.length > 0) {
      const taken = this.#sockets.send(this.#descriptor, rest);
      if (taken < 0) {
        // Not from within the caller's own step.
        queueMicrotask(() => this.fail(-taken));
        return;
      }
      if (taken === 0) break;
      rest = rest.subarray(taken);
    }
    this.#unsent = rest.length === 0 ? undefined : rest;
  }

  #finish(report: () => void): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.#onEnd(this);
    report();
  }
}

function wordsFor(error: number): string {
  // 0: the kernel forgot why; it was a reset then.
  const code = error === 0 ? 'ECONNRESET' : getSystemErrorName(-error);
  return describe({ name: code, message: code, code });
}
