import { createSocket, type Socket } from 'node:dgram';

/**
 * UDP sockets that serve, and one that asks. The interface is that of an answer loop, so that a worker
 * with recvmmsg and sendmmsg can take its place.
 */
export interface DatagramServer {
  readonly address: string;
  readonly port: number;
  /** Lost when the kernel's buffer is full, as datagrams may be. */
  send(bytes: Uint8Array, port: number, address: string): void;
  close(): void;
}

export type DatagramHandler = (
  packet: Uint8Array,
  clientAddress: string,
  clientPort: number,
  server: DatagramServer,
) => void;

/** Bursts wait here while the loop is busy with something else. */
const receiveBufferBytes = 4 * 1024 * 1024;

/**
 * Rejects with the system's error (EADDRNOTAVAIL while the address does not exist, EADDRINUSE). Port 0
 * takes a free one. After it is open, errors of single datagrams are not errors of the socket.
 */
export function serveDatagrams(
  address: string,
  port: number,
  onPacket: DatagramHandler,
): Promise<DatagramServer> {
  // Node passes ipv6Only on for IPv4 as well, and the kernel refuses it there.
  const socket = createSocket(
    address.includes(':') ? { type: 'udp6', ipv6Only: true } : { type: 'udp4' },
  );
  return new Promise((resolve, reject) => {
    socket.once('error', (error) => {
      socket.close();
      reject(error);
    });
    socket.bind(port, address, () => {
      socket.removeAllListeners('error');
      socket.on('error', () => undefined);
      growBuffer(socket);
      const server: DatagramServer = {
        address,
        port: socket.address().port,
        send: (bytes, to, host) => socket.send(bytes, to, host, () => undefined),
        close: () => socket.close(),
      };
      socket.on('message', (packet, from) => onPacket(packet, from.address, from.port, server));
      resolve(server);
    });
  });
}

function growBuffer(socket: Socket): void {
  try {
    socket.setRecvBufferSize(receiveBufferBytes);
  } catch {
    // The kernel's own size does; only bursts suffer.
  }
}

export interface DatagramClient {
  send(bytes: Uint8Array): void;
  close(): void;
}

/**
 * A socket connected to one address: only what comes from there is handed up, and a closed port there
 * shows as `onError` (the kernel passes on ICMP's "port unreachable"). `from`: our own address.
 */
export function connectDatagrams(
  address: string,
  port: number,
  handlers: {
    onPacket(packet: Uint8Array): void;
    onError(error: Error): void;
  },
  from?: string,
): DatagramClient {
  const socket = createSocket(address.includes(':') ? 'udp6' : 'udp4');
  let isOpen = false;
  let isClosed = false;
  const waiting: Uint8Array[] = [];
  socket.on('error', (error) => handlers.onError(error));
  socket.on('message', (packet) => handlers.onPacket(packet));
  const connect = (): void => {
    if (isClosed) return;
    socket.connect(port, address, () => {
      isOpen = true;
      for (const bytes of waiting.splice(0)) socket.send(bytes, () => undefined);
    });
  };
  if (from === undefined) connect();
  else socket.bind(0, from, connect);
  return {
    send(bytes) {
      if (isClosed) return;
      if (isOpen) socket.send(bytes, () => undefined);
      else if (waiting.length < maximumWaiting) waiting.push(bytes);
    },
    close() {
      isClosed = true;
      socket.close();
    },
  };
}

const maximumWaiting = 64;
