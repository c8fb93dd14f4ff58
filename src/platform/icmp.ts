import { internetChecksum } from './internet-checksum.ts';
import { openEchoSocket, type EchoSocket } from './ffi/icmp.ts';
import type { Clock } from './clock.ts';
import { run } from './process.ts';

/**
 * Echo requests. One raw socket a family, polled while replies are outstanding; where raw sockets are
 * refused, the `ping` program does it (slower, same answers).
 */
export interface Pinger {
  /** `report` gets undefined on a reply, or why there will be none; the result cancels. */
  ping(
    address: PingAddress,
    report: (failure: string | undefined) => void,
    options?: PingOptions,
  ): () => void;
  close(): void;
}

export interface PingOptions {
  /** Routers on the way let it pass so often, less one. */
  readonly hopLimit?: number;
  /** Of the whole message, header included. */
  readonly bytes?: number;
}

export interface PingAddress {
  readonly family: 4 | 6;
  readonly text: string;
  readonly bytes: readonly number[];
}

const usualPollMilliseconds = 5;
const headerBytes = 8;
/** More would be cut up on the way. */
const mostBytes = 512;
const maximumReceivesPerPoll = 1000;
const payload = new TextEncoder().encode('evenkeel');

interface Waiting {
  readonly from: string;
  readonly report: (failure: string | undefined) => void;
}

/** `pollMilliseconds`: replies are seen so late at most. One identifier a pinger: each sees the replies to all. */
export function createPinger(
  clock: Clock,
  identifier: number = process.pid & 0xffff,
  pollMilliseconds: number = usualPollMilliseconds,
): Pinger {
  const sockets = new Map<4 | 6, EchoSocket | undefined>();
  const waiting = new Map<string, Waiting>();
  let sequence = 0;
  let cancelPoll: (() => void) | undefined;

  const socketFor = (family: 4 | 6): EchoSocket | undefined => {
    if (!sockets.has(family)) sockets.set(family, tryOpen(family));
    return sockets.get(family);
  };
  const poll = (): void => {
    for (const [family, socket] of sockets) {
      for (let count = 0; count < maximumReceivesPerPoll; count += 1) {
        const got = socket?.receive();
        if (got === undefined) break;
        take(family, got.from, got.packet);
      }
    }
    if (waiting.size === 0) stopPolling();
  };
  const stopPolling = (): void => {
    cancelPoll?.();
    cancelPoll = undefined;
  };
  const take = (family: 4 | 6, from: Uint8Array, packet: Uint8Array): void => {
    const isReply = packet[0] === (family === 4 ? 0 : 129);
    if (!isReply || packet.length < 8 || word(packet, 4) !== identifier) return;
    const key = `${family} ${word(packet, 6)}`;
    const found = waiting.get(key);
    if (found === undefined || found.from !== from.join('.')) return;
    waiting.delete(key);
    found.report(undefined);
  };
  return {
    ping(address, report, { bytes, hopLimit } = {}) {
      const socket = socketFor(address.family);
      if (socket === undefined) return pingByProgram(address, report, hopLimit);
      sequence = (sequence + 1) & 0xffff;
      const key = `${address.family} ${sequence}`;
      const sent = socket.send(
        Uint8Array.from(address.bytes),
        echoRequest(address.family, identifier, sequence, bytes),
        hopLimit,
      );
      if (!sent.ok) {
        report(describe(sent.errno));
        return () => undefined;
      }
      const own: Waiting = { from: address.bytes.join('.'), report };
      waiting.set(key, own);
      cancelPoll ??= clock.every(pollMilliseconds, poll);
      return () => {
        if (waiting.get(key) === own) waiting.delete(key);
      };
    },
    close() {
      stopPolling();
      waiting.clear();
      for (const socket of sockets.values()) socket?.close();
      sockets.clear();
    },
  };
}

/** RFC 792 and RFC 4443; the kernel fills in the checksum of ICMPv6. */
export function echoRequest(
  family: 4 | 6,
  identifier: number,
  sequence: number,
  bytes: number = headerBytes + payload.length,
): Uint8Array {
  const length = Math.min(Math.max(bytes, headerBytes + payload.length), mostBytes);
  const packet = new Uint8Array(length);
  const view = new DataView(packet.buffer);
  view.setUint8(0, family === 4 ? 8 : 128);
  view.setUint16(4, identifier);
  view.setUint16(6, sequence);
  packet.set(payload, headerBytes);
  if (family === 4) view.setUint16(2, internetChecksum(packet));
  return packet;
}

function word(bytes: Uint8Array, index: number): number {
  return ((bytes[index] ?? 0) << 8) | (bytes[index + 1] ?? 0);
}

function tryOpen(family: 4 | 6): EchoSocket | undefined {
  try {
    return openEchoSocket(family);
  } catch {
    return undefined;
  }
}

const programSeconds = 5;

function pingByProgram(
  address: PingAddress,
  report: (failure: string | undefined) => void,
  hopLimit: number | undefined,
): () => void {
  let isOver = false;
  const tell = (failure: string | undefined): void => {
    if (!isOver) report(failure);
    isOver = true;
  };
  const limit = hopLimit === undefined ? [] : ['-t', String(hopLimit)];
  const args = [
    `-${address.family}`,
    '-n',
    '-q',
    '-c',
    '1',
    '-W',
    String(programSeconds),
    ...limit,
  ];
  run('ping', [...args, address.text], { timeoutMilliseconds: (programSeconds + 1) * 1000 }).then(
    (result) => tell(result.status === 0 ? undefined : 'no echo reply'),
    (error: Error) => tell(error.message),
  );
  return () => {
    isOver = true;
  };
}

function describe(errno: number): string {
  const words: Readonly<Record<number, string>> = {
    1: 'forbidden by a local rule',
    13: 'forbidden by a local rule',
    99: 'no local address to send from',
    101: 'network unreachable',
    113: 'no route to host',
  };
  return words[errno] ?? `cannot send: errno ${errno}`;
}
