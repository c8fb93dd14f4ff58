import { createSocket } from 'node:dgram';
import { createConnection, type Socket } from 'node:net';
import type { Cancel, Clock } from './clock.ts';

/** One log server. Nothing is waited for: a server that is away must not hold up the device. */
export interface LogSender {
  send(line: string): void;
  /** Lines that had no room to wait. */
  lost(): number;
  close(): void;
}

export interface LogServer {
  readonly protocol: 'udp' | 'tcp';
  readonly host: string;
  readonly port: number;
  /** Address that it is sent from. */
  readonly from?: string;
}

const maximumWaiting = 1000;
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
  let lost = 0;
  return {
    send(line) {
      socket.send(line, port, host, (error) => {
        if (error !== null) lost += 1;
      });
    },
    lost: () => lost,
    close: () => socket.close(),
  };
}

/** A line a message (RFC 6587 3.4.2); lines wait, the oldest going first, while the server is away. */
function byStream({ host, port, from }: LogServer, clock: Clock): LogSender {
  const waiting: string[] = [];
  let lost = 0;
  let isClosed = false;
  let open: Socket | undefined;
  let retry: Cancel | undefined;
  const connect = (): void => {
    const socket = createConnection({
      host,
      port,
      ...(from !== undefined && { localAddress: from }),
    });
    socket.unref();
    socket.on('error', () => socket.destroy());
    socket.on('connect', () => {
      open = socket;
      for (const line of waiting.splice(0)) socket.write(`${line}\n`);
    });
    socket.on('close', () => {
      open = undefined;
      if (!isClosed) retry = clock.after(retryMilliseconds, connect);
    });
    last = socket;
  };
  let last: Socket | undefined;
  connect();
  return {
    send(line) {
      if (open !== undefined && open.writableLength < maximumWaiting * 1000) {
        open.write(`${line}\n`);
        return;
      }
      waiting.push(line);
      if (waiting.length > maximumWaiting) {
        waiting.shift();
        lost += 1;
      }
    },
    lost: () => lost,
    close() {
      isClosed = true;
      retry?.();
      last?.destroy();
    },
  };
}
