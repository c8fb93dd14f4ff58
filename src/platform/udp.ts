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

export interface MulticastGroup {
  readonly address: string;
  readonly port: number;
  /** Own address on the network of the group; for IPv6 `::%interface`. */
  readonly local: string;
}

type OnDatagram = (datagram: Buffer, from: UdpAddress, local: UdpAddress) => void;
type OnState = (isBound: boolean, reason: string) => void;

export function openUdpPath(
  local: UdpAddress,
  clock: Clock,
  onDatagram: OnDatagram,
  onState: OnState,
): UdpPath {
  return openPath({ local, bind: local }, clock, onDatagram, onState);
}

/** Takes what comes to the group on that network only; what is sent stays on it and does not come back. */
export function openMulticastPath(
  group: MulticastGroup,
  clock: Clock,
  onDatagram: OnDatagram,
  onState: OnState,
): UdpPath {
  const prepare = (socket: Socket): void => {
    socket.setMulticastInterface(group.local);
    socket.addMembership(group.address, group.local);
    socket.setMulticastTTL(1);
    socket.setMulticastLoopback(false);
  };
  const local = { address: group.address, port: group.port };
  return openPath({ local, bind: local, prepare }, clock, onDatagram, onState);
}

interface Opening {
  readonly local: UdpAddress;
  readonly bind: UdpAddress;
  /** May throw: then it is tried again. */
  readonly prepare?: (socket: Socket) => void;
}

function openPath(
  { local, bind, prepare }: Opening,
  clock: Clock,
  onDatagram: OnDatagram,
  onState: OnState,
): UdpPath {
  let isClosed = false;
  let bound: Socket | undefined;
  const open = (): void => {
    if (isClosed) return;
    const type = bind.address.includes(':') ? 'udp6' : 'udp4';
    const socket = createSocket({ type, reuseAddr: prepare !== undefined });
    const fail = (reason: string): void => {
      if (bound === socket) bound = undefined;
      onState(false, reason);
      socket.close();
      clock.after(retryMilliseconds, open);
    };
    socket.on('error', (error) => fail(error.message));
    socket.on('message', (datagram, from) => onDatagram(datagram, from, local));
    socket.bind(bind.port, bind.address, () => {
      if (isClosed) {
        socket.close();
        return;
      }
      try {
        prepare?.(socket);
      } catch (error) {
        fail(String(error));
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
