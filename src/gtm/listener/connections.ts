/**
 * DNS over TCP, one connection after the other: queries in, answers out as they become ready (RFC 7766
 * §6.2.1.1). One client costs a bounded share of what all of them use, and a newcomer takes the place of
 * whoever was quiet for longest, so that nobody can keep others out by holding connections.
 */
import type { Cancel, Clock } from '../../platform/clock.ts';
import type { StreamConnection, StreamHandlers } from '../../platform/stream.ts';
import { createFrameReader, frame } from '../../base/dns/framing.ts';
import { padded, withKeepAlive } from '../dns/padding.ts';

/** No answer for a query that deserves none; several of a transfer. Called once for each query. */
export type Respond = (reply: Uint8Array | readonly Uint8Array[] | undefined) => void;
export type PacketHandler = (
  bytes: Uint8Array,
  client: string,
  transport: 'udp' | 'tcp',
  respond: Respond,
) => void;

export const maximumConnections = 512;
export const idleMilliseconds = 10_000;
/** Replies that a client has not read; more, and it is cut off. */
const maximumBacklogBytes = 256 * 1024;
/** Queries of one connection on their way at a time; the others wait unread. */
const maximumOutstanding = 16;

/** What a reply gets for its way through a connection. */
export type Dress = (query: Uint8Array, reply: Uint8Array) => Uint8Array;

export const inClear: Dress = (query, reply) => withKeepAlive(query, reply, idleMilliseconds);
export const inTls: Dress = (query, reply) => padded(query, inClear(query, reply));

/** For all connections of one listener. */
export function createConnections(
  clock: Clock,
  onPacket: PacketHandler,
  dress: Dress = inClear,
): (connection: StreamConnection) => StreamHandlers {
  // The quiet ones first: whoever asks goes to the end.
  const open = new Set<Client>();
  return (connection) => {
    const client = new Client(clock, connection, dressing(onPacket, dress), (one) => {
      open.delete(one);
      open.add(one);
    });
    open.add(client);
    if (open.size > maximumConnections) quietest(open)?.destroy();
    return {
      onBytes: (chunk) => client.read(chunk),
      onClose() {
        open.delete(client);
        client.forget();
      },
    };
  };
}

function dressing(onPacket: PacketHandler, dress: Dress): PacketHandler {
  return (bytes, client, transport, respond) =>
    onPacket(bytes, client, transport, (reply) =>
      respond(reply instanceof Uint8Array ? dress(bytes, reply) : reply),
    );
}

function quietest(clients: Iterable<Client>): Client | undefined {
  for (const client of clients) return client;
  return undefined;
}

class Client {
  readonly #clock: Clock;
  readonly #connection: StreamConnection;
  readonly #onPacket: PacketHandler;
  readonly #onQuery: (client: Client) => void;
  readonly #reader = createFrameReader();
  #waiting: Uint8Array[] = [];
  #outstanding = 0;
  #isPaused = false;
  #isServing = false;
  #isOver = false;
  #cancelIdle: Cancel = () => undefined;
  /** Bytes of transfers that the client has still to read. */
  #transferBacklog = 0;

  constructor(
    clock: Clock,
    connection: StreamConnection,
    onPacket: PacketHandler,
    onQuery: (client: Client) => void,
  ) {
    this.#clock = clock;
    this.#connection = connection;
    this.#onPacket = onPacket;
    this.#onQuery = onQuery;
    this.#restartIdle();
  }

  /** A query that comes byte by byte runs into the idle limit: only whole ones count. */
  read(chunk: Uint8Array): void {
    const frames = this.#reader.push(chunk);
    if (frames === 'malformed') return this.destroy();
    if (frames.length === 0) return;
    this.#waiting = this.#waiting.length === 0 ? [...frames] : [...this.#waiting, ...frames];
    this.#restartIdle();
    this.#onQuery(this);
    this.#serve();
  }

  destroy(): void {
    this.forget();
    this.#connection.destroy();
  }

  forget(): void {
    this.#isOver = true;
    this.#waiting = [];
    this.#cancelIdle();
  }

  /** Not recursive: most answers come at once, within `onPacket`. */
  #serve(): void {
    if (this.#isServing) return;
    this.#isServing = true;
    let next = 0;
    while (!this.#isOver && this.#outstanding < maximumOutstanding) {
      const bytes = this.#waiting[next];
      if (bytes === undefined) break;
      next += 1;
      this.#outstanding += 1;
      const client = this.#connection.remoteAddress;
      this.#onPacket(bytes, client, 'tcp', (reply) => this.#answered(reply));
    }
    this.#waiting = this.#waiting.slice(next);
    this.#isServing = false;
    this.#pace();
  }

  #answered(reply: Uint8Array | readonly Uint8Array[] | undefined): void {
    this.#outstanding -= 1;
    if (this.#isOver) return;
    const isTransfer = reply !== undefined && !(reply instanceof Uint8Array);
    if (isTransfer) for (const message of reply) this.#connection.write(frame(message));
    else if (reply !== undefined) this.#connection.write(frame(reply));
    // A transfer is bounded where it comes from, and has as long as it goes on being read.
    const backlog = this.#connection.pendingBytes();
    if (!isTransfer && backlog > maximumBacklogBytes + this.#transferBacklog) return this.destroy();
    this.#transferBacklog = isTransfer ? backlog : Math.min(backlog, this.#transferBacklog);
    this.#restartIdle();
    this.#serve();
  }

  #pace(): void {
    const isFull = this.#waiting.length > 0;
    if (isFull === this.#isPaused || this.#isOver) return;
    this.#isPaused = isFull;
    if (isFull) this.#connection.pause();
    else this.#connection.resume();
  }

  #restartIdle(): void {
    this.#cancelIdle();
    if (this.#isOver) return;
    const backlog = this.#connection.pendingBytes();
    this.#cancelIdle = this.#clock.after(idleMilliseconds, () => {
      const isReading = this.#connection.pendingBytes() < backlog;
      if (isReading) this.#restartIdle();
      else this.destroy();
    });
  }
}
