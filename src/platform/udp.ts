/** Datagram sockets, bound to one local address each; binding is tried again until the address exists. */
import { createSocket, type Socket } from 'node:dgram';
import type { Clock } from './clock.ts';

export interface UdpAddress {
  readonly address: string;
  readonly port: number;
}

export interface UdpPath {
  readonly local: UdpAddress;
  /** Lost while the local address does not exist, as on a cut link. */
  send(datagram: Uint8Array, to: UdpAddress): void;
  close(): void;
}

const retryMilliseconds = 200;

export function openUdpPath(
  local: UdpAddress,
  clock: Clock,
  onDatagram: (datagram: Buffer, from: UdpAddress, local: UdpAddress) => void,
  onState: (isBound: boolean, reason: string) => void,
): UdpPath {
  let isClosed = false;
  let bound: Socket | undefined;
  const open = (): void => {
    if (isClosed) return;
    const socket = createSocket({ type: local.address.includes(':') ? 'udp6' : 'udp4' });
    socket.on('error', (error) => {
      if (bound === socket) bound = undefined;
      onState(false, error.message);
      socket.close();
      clock.after(retryMilliseconds, open);
    });
    socket.on('message', (datagram, from) => onDatagram(datagram, from, local));
    socket.bind(local.port, local.address, () => {
      if (isClosed) {
        socket.close();
        return;
      }
      bound = socket;
      onState(true, '');
    });
  };
  open();
  return {
    local,
    send(datagram, to) {
      // The callback form keeps an unreachable peer from raising an error on the socket.
      bound?.send(datagram, to.port, to.address, () => undefined);
    },
    close() {
      isClosed = true;
      const socket = bound;
      bound = undefined;
      socket?.close();
    },
  };
}
