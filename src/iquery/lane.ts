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
const lastWordsMilliseconds = 500;

export function openLane(lane: Lane, wire: Wire, codec: Codec, clock: Clock): LaneConnection {
  const reader = createFrameReader();
  let outgoing: Message[] = [];
  let early: Message[] = [];
  let listener: ((message: Message) => void) | undefined;
  let helloListener: ((hello: Hello) => void) | undefined;
  let hello: Hello | undefined;
  let heardAt = clock.monotonicMilliseconds();
  let endReason: string | undefined;
  const destroy = (reason: string): void => {
    endReason ??= reason;
    outgoing = [];
    wire.destroy();
  };
  const flush = (): void => {
    const messages = outgoing;
    outgoing = [];
    for (let at = 0; at < messages.length; at += messagesInFrame) {
      wire.write(frameBytes(codec.encode(messages.slice(at, at + messagesInFrame))));
    }
    if (wire.pendingBytes() > maximumPendingBytes[lane]) {
      destroy(`the ${lane} lane has more than ${maximumPendingBytes[lane]} bytes unsent`);
    }
  };
  const deliver = (message: Message): void => {
    // The kind says which body it is; TypeScript cannot follow that through a generic pair.
    if (message.kind === 'goodbye') destroy((message.body as AllBodies['goodbye']).reason);
    else if (hello === undefined) {
      if (message.kind !== 'hello') return destroy('the first message is no Hello');
      hello = message.body as Hello;
      helloListener?.(hello);
    } else if (listener !== undefined) listener(message);
    else if (early.length < maximumEarlyMessages) early.push(message);
    else destroy('too many messages before the session was open');
  };
  wire.onData((chunk) => {
    if (endReason !== undefined) return;
    heardAt = clock.monotonicMilliseconds();
    const frames = reader.push(chunk);
    if (frames === undefined) return destroy('a frame is too large');
    for (const frame of frames) {
      const messages = codec.decode(frame);
      if (messages === undefined) return destroy('a frame is malformed');
      for (const message of messages) {
        if (endReason === undefined) deliver(message);
      }
    }
  });
  return {
    lane,
    wire,
    send(kind, body) {
      if (endReason !== undefined) return;
      if (outgoing.length === 0) queueMicrotask(flush);
      outgoing.push({ kind, body });
    },
    onHello(next) {
      helloListener = next;
      if (hello !== undefined) next(hello);
    },
    onMessage(next) {
      listener = next;
      const waiting = early;
      early = [];
      for (const message of waiting) next(message);
    },
    onClose: (next) => wire.onClose((reason) => next(endReason ?? reason)),
    lastHeard: () => heardAt,
    forgive: () => void (heardAt = clock.monotonicMilliseconds()),
    end(reason) {
      if (endReason !== undefined) return;
      outgoing.push({ kind: 'goodbye', body: { reason } });
      flush();
      endReason = reason;
      wire.end();
      clock.after(lastWordsMilliseconds, () => wire.destroy());
    },
    destroy,
  };
}
