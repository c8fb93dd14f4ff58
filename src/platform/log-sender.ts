import { createSocket } from 'node:dgram';
import { createConnection, type Socket } from 'node:net';
import type { Cancel, Clock } from './clock.ts';

/** One log server. Nothing is waited for: a server that is away must not hold up the device. */
export interface LogSender {
  send(line: string): void;
  /** How many lines were lost since the last call; 0 while there is no way to tell the server of it. */
  takeLost(): number;
  close(): void;
}

export interface LogServer {
  readonly protocol: 'udp' | 'tcp';
  readonly host: string;
  readonly port: number;
  /** Address that it is sent from. */
  readonly from?: string;
}

/** Lines that wait for the server, or for its name to be looked up. */
const maximumWaiting = 1000;
/** What a server that reads slowly may leave in the socket. */
const maximumUnsentBytes = 1024 * 1024;
const retryMilliseconds = 5000;

export function openLogSender(server: LogServer, clock: Clock): LogSender {
  return server.protocol === 'udp' ? byDatagram(server) : byStream(server, clock);
}

function byDatagram({ host, port, from }: LogServer): LogSender {
  const isSix = (from ?? host).includes(':');
  const socket = createSocket(isSix ? 'udp6' : 'udp4');
  // An address that is not there yet, or no way to the server: the line is lost, as datagrams may be.
  socket.on('error', () => undefined);
  socket.unref();
  if (from !== undefined) socket.bind(0, from);
  const lost = counter();
  let underWay = 0;
  return {
    send(line) {
      if (underWay >= maximumWaiting) {
        lost.add();
        return;
      }
      underWay += 1;
      socket.send(line, port, host, (error) => {
        underWay -= 1;
        if (error !== null) lost.add();
      });
    },
    takeLost: () => (underWay === 0 ? lost.take() : 0),
    close: () => socket.close(),
  };
}

/** A line a message (RFC 6587 3.4.2); lines wait, the oldest going first, while the server is away. */
function byStream({ host, port, from }: LogServer, clock: Clock): LogSender {
  const waiting: string[] = [];
  const lost = counter();
  let isClosed = false;
  let isOpen = false;
  let retry: Cancel | undefined;
  const flush = (): void => {
    if (!isOpen) return;
    while (socket.writableLength < maximumUnsentBytes) {
      const line = waiting.shift();
      if (line === undefined) return;
      socket.write(`${line}\n`);
    }
  };
  const connect = (): Socket => {
    const next = createConnection({
      host,
      port,
      ...(from !== undefined && { localAddress: from }),
    });
    next.unref();
    next.on('error', () => next.destroy());
    next.on('connect', () => {
      isOpen = true;
      flush();
    });
    next.on('drain', flush);
    next.on('close', () => {
      isOpen = false;
      if (!isClosed) retry = clock.after(retryMilliseconds, () => void (socket = connect()));
    });
    return next;
  };
  let socket = connect();
  return {
    send(line) {
      waiting.push(line);
      flush();
      if (waiting.length <= maximumWaiting) return;
      waiting.shift();
      lost.add();
    },
    takeLost: () => (isOpen && waiting.length === 0 ? lost.take() : 0),
    close() {
      isClosed = true;
      retry?.();
      socket.destroy();
    },
  };
}

function counter(): { add(): void; take(): number } {
  let count = 0;
  return {
    add: () => void (count += 1),
    take() {
      const taken = count;
      count = 0;
      return taken;
    },
  };
}
