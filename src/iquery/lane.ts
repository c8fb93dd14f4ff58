import type { Clock } from '../platform/clock.ts';
import type { Wire } from '../platform/http2.ts';
import type { AllBodies, Codec, Hello, Message } from './codec.ts';
import { createFrameReader, frameBytes } from './frame.ts';
import type { Lane } from './types.ts';

/**
 * One connection of a session: messages in, messages out. What is sent within one turn leaves as one
 * frame. Messages that arrive before somebody listens are kept, up to a bound.
 */
export interface LaneConnection {
  readonly lane: Lane;
  readonly wire: Wire;
  send<K extends keyof AllBodies>(kind: K, body: AllBodies[K]): void;
  /** The first message of the other end; anything before it ends the lane. */
  onHello(listener: (hello: Hello) => void): void;
  onMessage(listener: (message: Message) => void): void;
  /** Once, with why. */
  onClose(listener: (reason: string) => void): void;
  /** Monotonic milliseconds of the last byte that came, or since when we wait for one. */
  lastHeard(): number;
  /** After a stall of our own, silence says nothing about the other end. */
  forgive(): void;
  /** Says goodbye, sends what is queued, hears nothing more. */
  end(reason: string): void;
  destroy(reason: string): void;
}

/** Beyond these the other end cannot keep up: the session ends, and a new one starts from states. */
const maximumPendingBytes: Readonly<Record<Lane, number>> = {
  control: 8 * 1024 * 1024,
  bulk: 128 * 1024 * 1024,
};
const maximumEarlyMessages = 1024;
const messagesInFrame = 256;
const preferredFrameBytes = 1024 * 1024;
const lastWordsMilliseconds = 500;

export function openLane(lane: Lane, wire: Wire, codec: Codec, clock: Clock): LaneConnection {
  return new WireLane(lane, wire, codec, clock);
}

class WireLane implements LaneConnection {
  readonly lane: Lane;
  readonly wire: Wire;
  readonly #codec: Codec;
  readonly #clock: Clock;
  readonly #reader = createFrameReader();
  #outgoing: Message[] = [];
  #early: Message[] = [];
  #listener: ((message: Message) => void) | undefined;
  #helloListener: ((hello: Hello) => void) | undefined;
  #hello: Hello | undefined;
  #heardAt: number;
  #endReason: string | undefined;

  constructor(lane: Lane, wire: Wire, codec: Codec, clock: Clock) {
    this.lane = lane;
    this.wire = wire;
    this.#codec = codec;
    this.#clock = clock;
    this.#heardAt = clock.monotonicMilliseconds();
    wire.onData((chunk) => this.#read(chunk));
  }

  send<K extends keyof AllBodies>(kind: K, body: AllBodies[K]): void {
    if (this.#endReason !== undefined) return;
    if (this.#outgoing.length === 0) queueMicrotask(() => this.#flush());
    this.#outgoing.push({ kind, body });
  }

  onHello(listener: (hello: Hello) => void): void {
    this.#helloListener = listener;
    if (this.#hello !== undefined) listener(this.#hello);
  }

  onMessage(listener: (message: Message) => void): void {
    this.#listener = listener;
    const waiting = this.#early;
    this.#early = [];
    for (const message of waiting) listener(message);
  }

  onClose(listener: (reason: string) => void): void {
    this.wire.onClose((reason) => listener(this.#endReason ?? reason));
  }

  lastHeard(): number {
    return this.#heardAt;
  }

  forgive(): void {
    this.#heardAt = this.#clock.monotonicMilliseconds();
  }

  end(reason: string): void {
    if (this.#endReason !== undefined) return;
    this.#outgoing.push({ kind: 'goodbye', body: { reason } });
    this.#flush();
    this.#endReason = reason;
    this.wire.end();
    this.#clock.after(lastWordsMilliseconds, () => this.wire.destroy());
  }

  destroy(reason: string): void {
    this.#endReason ??= reason;
    this.#outgoing = [];
    this.wire.destroy();
  }

  #flush(): void {
    const messages = this.#outgoing;
    this.#outgoing = [];
    for (let at = 0; at < messages.length; at += messagesInFrame) {
      this.#write(messages.slice(at, at + messagesInFrame));
    }
    const most = maximumPendingBytes[this.lane];
    if (this.wire.pendingBytes() > most) {
      this.destroy(`the ${this.lane} lane has more than ${most} bytes unsent`);
    }
  }

  /** Parts of a full load come many at once; together they would be more than the other end takes. */
  #write(messages: readonly Message[]): void {
    const body = this.#codec.encode(messages);
    if (body.length <= preferredFrameBytes || messages.length === 1) {
      this.wire.write(frameBytes(body));
      return;
    }
    const middle = messages.length >> 1;
    this.#write(messages.slice(0, middle));
    this.#write(messages.slice(middle));
  }

  #read(chunk: Uint8Array): void {
    if (this.#endReason !== undefined) return;
    this.#heardAt = this.#clock.monotonicMilliseconds();
    const frames = this.#reader.push(chunk);
    if (frames === undefined) return this.destroy('a frame is too large');
    for (const frame of frames) {
      const messages = this.#codec.decode(frame);
      if (messages === undefined) return this.destroy('a frame is malformed');
      for (const message of messages) {
        if (this.#endReason === undefined) this.#deliver(message);
      }
    }
  }

  #deliver(message: Message): void {
    // The kind says which body it is; TypeScript cannot follow that through a generic pair.
    if (message.kind === 'goodbye') {
      this.destroy((message.body as AllBodies['goodbye']).reason);
    } else if (this.#hello === undefined) {
      if (message.kind !== 'hello') return this.destroy('the first message is no Hello');
      this.#hello = message.body as Hello; // As above.
      this.#helloListener?.(this.#hello);
    } else if (this.#listener !== undefined) {
      this.#listener(message);
    } else if (this.#early.length < maximumEarlyMessages) {
      this.#early.push(message);
    } else {
      this.destroy('too many messages before the session was open');
    }
  }
}
