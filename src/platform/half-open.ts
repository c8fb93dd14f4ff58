import type { Clock } from './clock.ts';
import { openSynSocket, type SynSocket } from './ffi/syn.ts';
import type { Random } from './random.ts';
import { exchangeTcp } from './tcp.ts';

/**
 * Half connections: a SYN is sent, its answer looked at, and the kernel resets what was half opened. Where raw sockets
 * are refused a whole connection is made and reset at once (the server's program may hear of it then).
 */
export interface HalfOpener {
  /** `report` gets undefined when the SYN was answered, or why it will not be; the result cancels. */
  open(address: SynTarget, port: number, report: (failure: string | undefined) => void): () => void;
  close(): void;
}

export interface SynTarget {
  readonly family: 4 | 6;
  readonly text: string;
  readonly bytes: readonly number[];
}

const pollMilliseconds = 5;
const maximumReceivesPerPoll = 1000;
/** As the kernel's own connections do: a segment may be lost. */
const repeatMilliseconds = 1000;

interface Waiting {
  readonly target: SynTarget;
  readonly port: number;
  readonly sequence: number;
  readonly report: (failure: string | undefined) => void;
  sentAt: number;
}

export function createHalfOpener(clock: Clock, random: Random): HalfOpener {
  const sockets = new Map<4 | 6, SynSocket | undefined>();
  const waiting = new Map<string, Waiting>();
  let cancelPoll: (() => void) | undefined;

  const socketFor = (family: 4 | 6): SynSocket | undefined => {
    if (!sockets.has(family)) sockets.set(family, openSynSocket(family));
    return sockets.get(family);
  };
  const poll = (): void => {
    for (const socket of sockets.values()) {
      for (let count = 0; count < maximumReceivesPerPoll; count += 1) {
        const segment = socket?.receive();
        if (segment === undefined) break;
        const key = keyOf(segment.address, segment.port, segment.acknowledged);
        const found = waiting.get(key);
        if (found === undefined || (!segment.isReset && !segment.isSynAck)) continue;
        waiting.delete(key);
        found.report(segment.isReset ? 'connection refused' : undefined);
      }
    }
    const now = clock.monotonicMilliseconds();
    for (const one of waiting.values()) {
      if (now - one.sentAt < repeatMilliseconds) continue;
      one.sentAt = now;
      socketFor(one.target.family)?.send(one.target.bytes, one.port, one.sequence);
    }
    if (waiting.size > 0) return;
    cancelPoll?.();
    cancelPoll = undefined;
  };
  return {
    open(target, port, report) {
      const socket = socketFor(target.family);
      if (socket === undefined) return openWhole(target.text, port, report);
      const sequence = Buffer.from(random.bytes(4)).readUInt32BE(0);
      const error = socket.send(target.bytes, port, sequence);
      if (error !== 0) {
        report(errors[error] ?? `cannot send: errno ${error}`);
        return () => undefined;
      }
      const key = keyOf(target.bytes, port, (sequence + 1) >>> 0);
      const own: Waiting = {
        target,
        port,
        sequence,
        report,
        sentAt: clock.monotonicMilliseconds(),
      };
      waiting.set(key, own);
      cancelPoll ??= clock.every(pollMilliseconds, poll);
      return () => {
        if (waiting.get(key) === own) waiting.delete(key);
      };
    },
    close() {
      cancelPoll?.();
      cancelPoll = undefined;
      waiting.clear();
      for (const socket of sockets.values()) socket?.close();
      sockets.clear();
    },
  };
}

/** `acknowledged` is the sequence number and one: a refusal, too, must know it. */
function keyOf(address: readonly number[], port: number, acknowledged: number): string {
  return `${address.join('.')} ${port} ${acknowledged}`;
}

function openWhole(
  address: string,
  port: number,
  report: (failure: string | undefined) => void,
): () => void {
  const running = exchangeTcp({
    address,
    port,
    tls: undefined,
    trafficClass: 0,
    onConnect() {
      running.cancel();
      report(undefined);
    },
    onData: () => undefined,
    onError: report,
  });
  return () => running.cancel();
}

const errors: Readonly<Record<number, string>> = {
  1: 'forbidden by a local rule',
  13: 'forbidden by a local rule',
  99: 'no local address to send from',
  101: 'network unreachable',
  113: 'no route to host',
};
