import { createConnection, createServer, type Socket } from 'node:net';

/** TCP for request and answer protocols: a listener with a bound on connections, and a one-off client. */
export interface StreamConnection {
  readonly remoteAddress: string;
  write(bytes: Uint8Array): void;
  /** Bytes written that the other end has not taken. */
  pendingBytes(): number;
  /** No more `onBytes` until resumed: how a reader pushes back. */
  pause(): void;
  resume(): void;
  /** At once, without waiting for the other end. */
  destroy(): void;
}

export interface StreamHandlers {
  onBytes(chunk: Uint8Array): void;
  onClose(): void;
}

export interface StreamServer {
  readonly address: string;
  readonly port: number;
  close(): void;
}

/** Rejects with the system's error when it cannot be bound. Port 0 takes a free one. */
export function serveStream(
  address: string,
  port: number,
  maximumConnections: number,
  onConnection: (connection: StreamConnection) => StreamHandlers,
): Promise<StreamServer> {
  const open = new Set<Socket>();
  const server = createServer({ noDelay: true }, (socket) => {
    open.add(socket);
    attach(socket, onConnection(connectionOf(socket)));
    socket.on('close', () => open.delete(socket));
  });
  server.maxConnections = maximumConnections;
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen({ host: address, port, ipv6Only: true }, () => {
      server.removeAllListeners('error');
      server.on('error', () => undefined);
      const bound = server.address();
      resolve({
        address,
        port: bound !== null && typeof bound === 'object' ? bound.port : port,
        close() {
          server.close();
          for (const socket of open) socket.destroy();
        },
      });
    });
  });
}

/** `onClose` comes also when the connection could not be made. `from`: our own address. */
export function connectStream(
  address: string,
  port: number,
  makeHandlers: (connection: StreamConnection) => StreamHandlers,
  from?: string,
): StreamConnection {
  const local = from === undefined ? {} : { localAddress: from };
  const socket = createConnection({ host: address, port, noDelay: true, ...local });
  const connection = connectionOf(socket);
  attach(socket, makeHandlers(connection));
  return connection;
}

/** For servers that make their sockets otherwise (TLS). */
export function attach(socket: Socket, handlers: StreamHandlers): void {
  socket.on('data', (chunk: Buffer) => handlers.onBytes(chunk));
  socket.on('error', () => socket.destroy());
  socket.on('close', () => handlers.onClose());
}

export function connectionOf(socket: Socket): StreamConnection {
  return {
    remoteAddress: socket.remoteAddress ?? '',
    write(bytes) {
      if (!socket.destroyed) socket.write(bytes);
    },
    pendingBytes: () => socket.writableLength,
    pause: () => void socket.pause(),
    resume: () => void socket.resume(),
    destroy: () => void socket.destroy(),
  };
}
