/**
 * Queries on their way to named and back: IDs of our own on the way there (a client cannot choose what
 * named sees), one bounded table, one timeout. UDP asks over one connected socket, TCP over a connection
 * a query.
 */
import { headerBytes, readUint16 } from '../../base/dns/message.ts';
import type { Clock } from '../../platform/clock.ts';
import { connectDatagrams, type DatagramClient } from '../../platform/datagram.ts';
import type { Random } from '../../platform/random.ts';
import { connectStream } from '../../platform/stream.ts';
import { createFrameReader, frame } from '../../base/dns/framing.ts';
import type { RelayedQuery } from './answer.ts';
import type { NamedReply } from './relayed.ts';

const maximumPending = 4096;
const maximumStreams = 128;
const timeoutMilliseconds = 2_000;
const sweepMilliseconds = 100;
const namedAddress = '127.0.0.1';

export interface Relay {
  /** Calls `done` once, whatever happens. */
  ask(relayed: RelayedQuery, done: (reply: NamedReply) => void): void;
  /** undefined: there are no static zones. */
  setPort(port: number | undefined): void;
  close(): void;
}

interface Pending {
  readonly deadline: number;
  readonly done: (reply: NamedReply) => void;
}

export function createRelay(clock: Clock, random: Random): Relay {
  // In the order of their deadlines: the timeout is the same for all.
  const pending = new Map<number, Pending>();
  let port: number | undefined;
  let socket: DatagramClient | undefined;
  let streams = 0;
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
  const open = (to: number): DatagramClient =>
    connectDatagrams(namedAddress, to, {
      onPacket(packet) {
        if (packet.length >= headerBytes) finish(readUint16(packet, 0), packet);
      },
      // named is not there: whoever waits need not wait longer.
      onError: failAll,
    });
  const askByUdp = (relayed: RelayedQuery, to: number, done: Pending['done']): void => {
    if (pending.size >= maximumPending) return done('no-answer');
    const id = freeId(pending, random);
    const packet = Uint8Array.from(relayed.packet.bytes);
    packet[0] = id >>> 8;
    packet[1] = id & 0xff;
    pending.set(id, { deadline: clock.monotonicMilliseconds() + timeoutMilliseconds, done });
    socket ??= open(to);
    socket.send(packet);
  };
  return {
    ask(relayed, done) {
      if (port === undefined) done('no-zones');
      else if (relayed.packet.transport === 'udp') askByUdp(relayed, port, done);
      else if (streams >= maximumStreams) done('no-answer');
      else {
        streams += 1;
        askByTcp(clock, port, relayed.packet.bytes, (reply) => {
          streams -= 1;
          done(reply);
        });
      }
    },
    setPort(next) {
      if (next === port) return;
      port = next;
      socket?.close();
      socket = undefined;
      failAll();
    },
    close() {
      stopSweeping();
      socket?.close();
      failAll();
    },
  };
}

/** Unpredictable, and not in use. The table is far smaller than the space: found after a few steps. */
function freeId(pending: ReadonlyMap<number, unknown>, random: Random): number {
  const bytes = random.bytes(2);
  let id = readUint16(bytes, 0);
  while (pending.has(id)) id = (id + 1) & 0xffff;
  return id;
}

function askByTcp(
  clock: Clock,
  port: number,
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
  const connection = connectStream(namedAddress, port, () => ({
    onBytes(chunk) {
      const frames = reader.push(chunk);
      const reply = frames === 'malformed' ? 'no-answer' : frames[0];
      if (reply !== undefined) finish(reply);
    },
    onClose: () => finish('no-answer'),
  }));
  const cancel = clock.after(timeoutMilliseconds, () => finish('no-answer'));
  connection.write(frame(query));
}
