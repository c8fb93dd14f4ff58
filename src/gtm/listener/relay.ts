/**
 * Queries on their way to named and back: IDs of our own on the way there (a client cannot choose what
 * named sees), one bounded table, one timeout. UDP asks over one connected socket a view, TCP over a
 * connection a query. The address that named is asked from says which view it is.
 */
import { decodeMessage, flag, headerBytes, readUint16 } from '../../base/dns/message.ts';
import { readTransfer } from '../../base/dns/transfer.ts';
import type { ZoneAccess } from '../../base/dns/zone-access.ts';
import type { Clock } from '../../platform/clock.ts';
import type { DatagramClient } from '../../platform/datagram.ts';
import type { Random } from '../../platform/random.ts';
import { connectStream } from '../../platform/stream.ts';
import { createFrameReader, frame } from '../../base/dns/framing.ts';
import type { RelayedQuery } from './engine.ts';
import type { NamedReply } from './relayed.ts';
import {
  compileDoors,
  isAsked,
  type Passage,
  passageOf,
  viewFor,
  type ZoneDoors,
} from './zone-door.ts';

const maximumPending = 4096;
const maximumStreams = 128;
const timeoutMilliseconds = 2_000;
const sweepMilliseconds = 100;
const namedAddress = '127.0.0.1';
/** Transfers out at a time (updates likewise), and how large one may be. */
const maximumTransfers = 8;
const maximumTransferBytes = 64 * 1024 * 1024;
const transferIdleMilliseconds = 10_000;

export interface Relay {
  /** Calls `done` once, whatever happens. */
  ask(relayed: RelayedQuery, done: (reply: NamedReply) => void): void;
  /** May the packet pass as it is: a transfer, a NOTIFY? */
  passage(packet: Uint8Array, client: string): Passage | undefined;
  /** Calls `done` once, with all messages that came, or none. */
  pass(
    packet: Uint8Array,
    passage: Passage,
    transport: 'udp' | 'tcp',
    done: (replies: readonly Uint8Array[]) => void,
  ): void;
  /** The one view that everybody has and that asks nobody else; undefined: there are several, or none. */
  plainDoor(): PlainDoor | undefined;
  /** undefined: there are no static zones. */
  setZones(access: ZoneAccess | undefined): void;
  close(): void;
}

interface Pending {
  readonly deadline: number;
  readonly done: (reply: NamedReply) => void;
}

/** A socket to named: `connectDatagrams`, or the same in a loop of one's own. */
export type Connect = (
  address: string,
  port: number,
  handlers: { onPacket(packet: Uint8Array): void; onError(error: Error): void },
  from: string | undefined,
) => DatagramClient;

export function createRelay(clock: Clock, random: Random, connect: Connect): Relay {
  const udp = createUdpAsker(clock, random, connect);
  let doors: ZoneDoors | undefined;
  let streams = 0;
  // Neither kind keeps the other out.
  const transfers = new Set<unknown>();
  const updates = new Set<unknown>();
  return {
    ask(relayed, done) {
      const view = doors && viewFor(doors, relayed.packet.client);
      if (doors === undefined || view === undefined) return done('no-zones');
      const { bytes, transport } = relayed.packet;
      const asks = (relayed.query.flags & flag.recursionDesired) !== 0;
      const isElsewhere = isAsked(view, relayed.query.key);
      const clears = asks && !isElsewhere;
      const query = clears ? withoutRecursion(bytes) : bytes;
      const tell = clears ? (reply: NamedReply) => done(withRecursion(reply)) : done;
      const { queryAddress, recursionAddress } = view.access;
      const to = { port: doors.port, from: isElsewhere ? recursionAddress : queryAddress };
      if (transport === 'udp') udp.ask(query, to, tell);
      else if (streams >= maximumStreams) tell('no-answer');
      else {
        streams += 1;
        askByTcp(clock, to, query, (reply) => {
          streams -= 1;
          tell(reply);
        });
      }
    },
    passage: (packet, client) => passageOf(doors, packet, client),
    pass(packet, { from, kind }, transport, done) {
      if (doors === undefined) return done([]);
      const isUpdate = kind === 'update';
      const to = { port: isUpdate ? doors.updatePort : doors.port, from };
      // Updates are handed over by TCP only, however they came.
      if (transport === 'udp' && !isUpdate) {
        udp.ask(packet, to, (reply) => {
          if (typeof reply === 'string') return done([]);
          done([withId(reply, readUint16(packet, 0))]);
        });
        return;
      }
      const going = isUpdate ? updates : transfers;
      if (going.size >= maximumTransfers) return done([]);
      going.add(done);
      passByTcp(clock, to, packet, kind, (replies) => {
        going.delete(done);
        done(replies);
      });
    },
    plainDoor() {
      const view = doors?.views[0];
      if (doors === undefined || view === undefined || view.clients !== undefined) return undefined;
      if (view.access.asked.length > 0) return undefined;
      const { heldMilliseconds = 0, queryAddress } = view.access;
      return { port: doors.port, from: queryAddress, heldMilliseconds };
    },
    setZones(access) {
      const isMoved = access?.port !== doors?.port;
      doors = access && compileDoors(access);
      if (isMoved) udp.reset();
    },
    close: () => udp.close(),
  };
}

interface UdpAsker {
  ask(bytes: Uint8Array, to: NamedDoor, done: Pending['done']): void;
  /** named is elsewhere now. */
  reset(): void;
  close(): void;
}

function createUdpAsker(clock: Clock, random: Random, connect: Connect): UdpAsker {
  // In the order of their deadlines: the timeout is the same for all.
  const pending = new Map<number, Pending>();
  const sockets = new Map<string, DatagramClient>();
  const finish = (id: number, reply: NamedReply): void => {
    const entry = pending.get(id);
    pending.delete(id);
    entry?.done(reply);
  };
  const failAll = (): void => {
    for (const id of pending.keys()) finish(id, 'no-answer');
  };
  const stopSweeping = clock.every(sweepMilliseconds, () => {
    const now = clock.monotonicMilliseconds();
    for (const [id, entry] of pending) {
      if (entry.deadline > now) break;
      finish(id, 'no-answer');
    }
  });
  const socketTo = ({ from, port }: NamedDoor): DatagramClient => {
    const known = sockets.get(from);
    if (known !== undefined) return known;
    const handlers = {
      onPacket(packet: Uint8Array) {
        if (packet.length >= headerBytes) finish(readUint16(packet, 0), packet);
      },
      // named is not there: whoever waits need not wait longer.
      onError: failAll,
    };
    const socket = connect(namedAddress, port, handlers, from);
    sockets.set(from, socket);
    return socket;
  };
  const reset = (): void => {
    for (const socket of sockets.values()) socket.close();
    sockets.clear();
    failAll();
  };
  return {
    ask(bytes, to, done) {
      if (pending.size >= maximumPending) return done('no-answer');
      const id = freeId(pending, random);
      pending.set(id, { deadline: clock.monotonicMilliseconds() + timeoutMilliseconds, done });
      socketTo(to).send(withId(bytes, id));
    },
    reset,
    close() {
      stopSweeping();
      reset();
    },
  };
}

function withId(packet: Uint8Array, id: number): Uint8Array {
  const bytes = Uint8Array.from(packet);
  bytes[0] = id >>> 8;
  bytes[1] = id & 0xff;
  return bytes;
}

/** RD is the lowest bit of the third byte. */
function withoutRecursion(packet: Uint8Array): Uint8Array {
  const bytes = Uint8Array.from(packet);
  bytes[2] = (bytes[2] ?? 0) & 0xfe;
  return bytes;
}

/** The client finds its RD back. */
function withRecursion(reply: NamedReply): NamedReply {
  if (typeof reply === 'string' || reply.length < headerBytes) return reply;
  reply[2] = (reply[2] ?? 0) | 1;
  return reply;
}

/** Unpredictable, and not in use. The table is far smaller than the space: found after a few steps. */
function freeId(pending: ReadonlyMap<number, unknown>, random: Random): number {
  const bytes = random.bytes(2);
  let id = readUint16(bytes, 0);
  while (pending.has(id)) id = (id + 1) & 0xffff;
  return id;
}

export interface NamedDoor {
  readonly port: number;
  readonly from: string;
}

export interface PlainDoor extends NamedDoor {
  /** How long an answer may be given again; 0: not at all. */
  readonly heldMilliseconds: number;
}

function askByTcp(
  clock: Clock,
  { port, from }: NamedDoor,
  query: Uint8Array,
  done: (reply: NamedReply) => void,
): void {
  let isDone = false;
  const finish = (reply: NamedReply): void => {
    if (isDone) return;
    isDone = true;
    cancel();
    connection.destroy();
    done(reply);
  };
  const reader = createFrameReader();
  const handlers = {
    onBytes(chunk: Uint8Array) {
      const frames = reader.push(chunk);
      const reply = frames === 'malformed' ? 'no-answer' : frames[0];
      if (reply !== undefined) finish(reply);
    },
    onClose: () => finish('no-answer'),
  };
  const connection = connectStream(namedAddress, port, () => handlers, from);
  const cancel = clock.after(timeoutMilliseconds, () => finish('no-answer'));
  connection.write(frame(query));
}

/** Everything up to the end of the transfer: only its records say where that is. */
function passByTcp(
  clock: Clock,
  { port, from }: NamedDoor,
  query: Uint8Array,
  kind: Passage['kind'],
  done: (replies: readonly Uint8Array[]) => void,
): void {
  const replies: Uint8Array[] = [];
  let bytes = 0;
  let isDone = false;
  let cancel = (): void => undefined;
  const finish = (found: readonly Uint8Array[]): void => {
    if (isDone) return;
    isDone = true;
    cancel();
    connection.destroy();
    done(found);
  };
  const restart = (): void => {
    cancel();
    if (!isDone) cancel = clock.after(transferIdleMilliseconds, () => finish([]));
  };
  const transfer = readTransfer(kind === 'ixfr', () => undefined);
  const reader = createFrameReader();
  const take = (reply: Uint8Array): void => {
    replies.push(reply);
    const message = decodeMessage(reply);
    if (message === undefined) return finish([]);
    const isRefused = (message.flags & 15) !== 0;
    // What makes no sense to us may do so to the client.
    if (kind === 'notify' || kind === 'update' || isRefused || transfer.take(message) !== 'more')
      finish(replies);
  };
  const handlers = {
    onBytes(chunk: Uint8Array) {
      restart();
      bytes += chunk.length;
      const frames = reader.push(chunk);
      if (frames === 'malformed' || bytes > maximumTransferBytes) return finish([]);
      frames.forEach(take);
    },
    onClose: () => finish([]),
  };
  const connection = connectStream(namedAddress, port, () => handlers, from);
  restart();
  connection.write(frame(query));
}
