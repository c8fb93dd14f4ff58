import { chmodSync } from 'node:fs';
import { createConnection, createServer, type Server, type Socket } from 'node:net';
import { removeIfPresent } from './files.ts';
import type { Clock } from './clock.ts';

/**
 * Messages between the processes of one device: JSON lines on a Unix socket that only root can open.
 * The client reconnects by itself; nothing is queued while it is cut off, so that both ends send their
 * whole state again on `onOpen` instead of trusting a backlog.
 */
export interface LocalPeer<Out> {
  send(message: Out): void;
  close(): void;
}

const maximumLineBytes = 64 * 1024 * 1024;
/** Of a peer that stands still; it is cut off then, and told everything anew when it comes back. */
const maximumUnsentBytes = 2 * maximumLineBytes;
const reconnectMilliseconds = 50;

export interface LocalServerHandlers<In, Out> {
  onOpen(peer: LocalPeer<Out>): void;
  onMessage(message: In, peer: LocalPeer<Out>): void;
  onClose(peer: LocalPeer<Out>): void;
}

export function serveLocal<In, Out>(
  path: string,
  handlers: LocalServerHandlers<In, Out>,
): Promise<Server> {
  removeIfPresent(path);
  const server = createServer((socket) => {
    const peer = peerOf<Out>(socket);
    handlers.onOpen(peer);
    readLines<In>(socket, (message) => handlers.onMessage(message, peer));
    socket.on('close', () => handlers.onClose(peer));
    socket.on('error', () => socket.destroy());
  });
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(path, () => {
      chmodSync(path, 0o600);
      resolve(server);
    });
  });
}

export interface LocalClientHandlers<In, Out> {
  onOpen(peer: LocalPeer<Out>): void;
  onMessage(message: In): void;
  onClose(): void;
}

/** Connects, and again whenever the other end went away, until closed. `send` while cut off is dropped. */
export function connectLocal<In, Out>(
  path: string,
  clock: Clock,
  handlers: LocalClientHandlers<In, Out>,
): LocalPeer<Out> {
  let isClosed = false;
  let current: LocalPeer<Out> | undefined;
  let socket: Socket | undefined;
  const open = (): void => {
    if (isClosed) return;
    const opened = createConnection(path);
    socket = opened;
    opened.on('connect', () => {
      current = peerOf<Out>(opened);
      handlers.onOpen(current);
    });
    readLines<In>(opened, (message) => handlers.onMessage(message));
    opened.on('error', () => opened.destroy());
    opened.on('close', () => {
      if (current !== undefined) handlers.onClose();
      current = undefined;
      clock.after(reconnectMilliseconds, open);
    });
  };
  open();
  return {
    send: (message) => current?.send(message),
    close() {
      isClosed = true;
      // It may still be on its way to be opened.
      socket?.destroy();
    },
  };
}

function peerOf<Out>(socket: Socket): LocalPeer<Out> {
  return {
    send: (message) => {
      if (socket.destroyed) return;
      socket.write(`${JSON.stringify(message)}\n`);
      if (socket.writableLength > maximumUnsentBytes) socket.destroy();
    },
    close: () => socket.destroy(),
  };
}

function readLines<In>(socket: Socket, onMessage: (message: In) => void): void {
  let parts: Buffer[] = [];
  let size = 0;
  socket.on('data', (chunk: Buffer) => {
    let start = 0;
    for (let end = chunk.indexOf(10); end >= 0; end = chunk.indexOf(10, start)) {
      parts.push(chunk.subarray(start, end));
      const line = Buffer.concat(parts).toString('utf8');
      parts = [];
      size = 0;
      start = end + 1;
      onMessage(JSON.parse(line) as In);
    }
    if (start < chunk.length) {
      parts.push(chunk.subarray(start));
      size += chunk.length - start;
      if (size > maximumLineBytes) socket.destroy();
    }
  });
}
