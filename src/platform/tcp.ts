import { Socket } from 'node:net';
import { connect as connectTls, type TLSSocket } from 'node:tls';

/**
 * Short TCP (and TLS) exchanges for probes: connect, send, read into one shared buffer, reset. Measured
 * at 50 µs CPU each with `onread` and `resetAndDestroy`, against 150 µs for `http.request`; a reset also
 * leaves no TIME_WAIT behind.
 */
export interface TcpExchange {
  readonly address: string;
  readonly port: number;
  readonly tls: boolean;
  readonly send: Uint8Array | undefined;
  /** Called with each part of the answer, and once with `undefined` when the other end closed. */
  onData(part: Uint8Array | undefined): void;
  onConnect(): void;
  /** In words for people: "connection refused". Nothing is called after it. */
  onError(reason: string): void;
}

const readBuffer = Buffer.alloc(16 * 1024);

/** Starts one; the result ends it with a reset, whatever its state. No callback comes after that. */
export function exchangeTcp(exchange: TcpExchange): () => void {
  let isOver = false;
  const socket = new Socket(
    exchange.tls
      ? {}
      : {
          onread: {
            buffer: readBuffer,
            callback: (length, buffer) => {
              if (!isOver) exchange.onData(Uint8Array.from(buffer.subarray(0, length)));
              return true;
            },
          },
        },
  );
  const finish = (report: () => void): void => {
    if (isOver) return;
    isOver = true;
    socket.resetAndDestroy();
    report();
  };
  socket.on('error', (error: NodeJS.ErrnoException) => {
    finish(() => exchange.onError(describe(error)));
  });
  socket.on('end', () => {
    if (!isOver && !exchange.tls) exchange.onData(undefined);
  });
  socket.on('connect', () => {
    if (exchange.tls) startTls(socket, exchange, () => isOver, finish);
    else {
      exchange.onConnect();
      if (!isOver && exchange.send !== undefined) socket.write(exchange.send);
    }
  });
  socket.connect({ host: exchange.address, port: exchange.port, autoSelectFamily: false });
  return () => finish(() => undefined);
}

/** Old servers have to be reachable too: the probe asks for an answer, not for good cryptography. */
function startTls(
  socket: Socket,
  exchange: TcpExchange,
  isOver: () => boolean,
  finish: (report: () => void) => void,
): void {
  const secure: TLSSocket = connectTls({
    socket,
    rejectUnauthorized: false,
    minVersion: 'TLSv1',
    ciphers: 'DEFAULT:@SECLEVEL=0',
  });
  secure.on('secureConnect', () => {
    if (isOver()) return;
    exchange.onConnect();
    if (!isOver() && exchange.send !== undefined) secure.write(exchange.send);
  });
  secure.on('data', (part: Buffer) => {
    if (!isOver()) exchange.onData(part);
  });
  secure.on('end', () => {
    if (!isOver()) exchange.onData(undefined);
  });
  secure.on('error', (error: NodeJS.ErrnoException) => {
    finish(() => exchange.onError(`TLS: ${describe(error)}`));
  });
  secure.on('close', () => {
    finish(() => exchange.onError('TLS: connection closed in the handshake'));
  });
}

const words: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'connection refused',
  ECONNRESET: 'connection reset',
  EHOSTUNREACH: 'no route to host',
  ENETUNREACH: 'network unreachable',
  ETIMEDOUT: 'connection timed out',
  EPIPE: 'connection closed while sending',
  EADDRNOTAVAIL: 'no local address or port left to connect from',
  EMFILE: 'out of file descriptors',
  EACCES: 'forbidden by a local rule',
  EPERM: 'forbidden by a local rule',
};

function describe(error: NodeJS.ErrnoException): string {
  return words[error.code ?? ''] ?? error.message;
}
