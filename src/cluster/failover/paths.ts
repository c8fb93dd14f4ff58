/**
 * Heartbeats over several unicast paths: one socket a local address, each message to every address of each
 * device, from the local address that shares the longest prefix with it. Notes which path was last heard,
 * and says so in BIG-IP's words when one falls silent.
 */
import { parseAddress } from '../../base/address.ts';
import type { Clock } from '../../platform/clock.ts';
import type { Log } from '../../platform/log.ts';
import { openUdpPath, type UdpPath } from '../../platform/udp.ts';
import type { PathStatus } from './protocol.ts';
import type { SocketAddress, Voter } from './types.ts';

/** BIG-IP reports a silent path after 3.1 s. */
const silentMilliseconds = 3100;

interface Heard {
  readonly device: string;
  readonly local: string;
  readonly remote: string;
  at: number | undefined;
  isSilent: boolean;
}

export interface Paths {
  configure(local: readonly SocketAddress[], voters: readonly Voter[]): void;
  send(datagram: Uint8Array, device: string): void;
  /** An authenticated message of `device` came from `remote`. */
  note(device: string, remote: string): void;
  /** Once a second: reports paths that fell silent. */
  check(): void;
  status(): readonly PathStatus[];
  close(): void;
}

export function createPaths(
  clock: Clock,
  log: Log,
  onDatagram: (datagram: Buffer, from: SocketAddress) => void,
): Paths {
  const sockets = new Map<string, UdpPath>();
  let voters: readonly Voter[] = [];
  let heard = new Map<string, Heard>();
  const unbound = new Set<string>();

  const noteState = (name: string, isBound: boolean, reason: string): void => {
    if (isBound) {
      if (unbound.delete(name)) log.write('notice', `Failover address ${name} is there`);
    } else if (!unbound.has(name)) {
      unbound.add(name);
      log.write('warning', `Cannot use failover address ${name}: ${reason}; trying again`);
    }
  };

  const openAll = (local: readonly SocketAddress[]): void => {
    const wanted = new Map(local.map((one) => [`${one.address} ${one.port}`, one]));
    for (const [name, socket] of sockets) {
      if (wanted.has(name)) continue;
      socket.close();
      sockets.delete(name);
    }
    for (const [name, address] of wanted) {
      if (sockets.has(name)) continue;
      const socket = openUdpPath(address, clock, onDatagram, (isBound, reason) =>
        noteState(name, isBound, reason),
      );
      sockets.set(name, socket);
    }
  };

  return {
    configure(local, next) {
      openAll(local);
      voters = next;
      const before = heard;
      heard = new Map();
      for (const voter of voters) {
        for (const { address } of voter.addresses) {
          const via = nearest([...sockets.values()], address)?.local.address ?? '';
          const key = `${voter.device} ${address}`;
          const known = before.get(key);
          heard.set(key, {
            device: voter.device,
            local: via,
            remote: address,
            at: known?.at,
            isSilent: known?.isSilent ?? false,
          });
        }
      }
    },
    send(datagram, device) {
      const all = [...sockets.values()];
      for (const voter of voters) {
        if (voter.device !== device) continue;
        for (const to of voter.addresses) nearest(all, to.address)?.send(datagram, to);
      }
    },
    note(device, remote) {
      const path = heard.get(`${device} ${remote}`);
      if (path === undefined) return;
      const now = clock.monotonicMilliseconds();
      if (path.at === undefined) {
        log.write(
          'info',
          `010c0085:6: First failover status message received from device ${device} (unicast: -> ${path.local})`,
        );
      } else if (path.isSilent) {
        const gap = ((now - path.at) / 1000).toFixed(0);
        log.write(
          'warning',
          `010c0084:4: Failover status message received after ${gap} second gap, from device ${device} (unicast: -> ${path.local})`,
        );
      }
      path.at = now;
      path.isSilent = false;
    },
    check() {
      const now = clock.monotonicMilliseconds();
      for (const path of heard.values()) {
        if (path.at === undefined || path.isSilent || now - path.at < silentMilliseconds) continue;
        path.isSilent = true;
        const seconds = ((now - path.at) / 1000).toFixed(3);
        log.write(
          'warning',
          `010c0083:4: No failover status messages received for ${seconds} seconds, from device ${path.device} (unicast: -> ${path.local})`,
        );
      }
    },
    status() {
      const now = clock.monotonicMilliseconds();
      return [...heard.values()].map(({ device, local, remote, at }) => ({
        device,
        local,
        remote,
        silence: at === undefined ? null : Math.round(now - at),
      }));
    },
    close() {
      for (const socket of sockets.values()) socket.close();
      sockets.clear();
    },
  };
}

function nearest(sockets: readonly UdpPath[], remote: string): UdpPath | undefined {
  const score = (socket: UdpPath): number => sharedBits(socket.local.address, remote);
  return sockets.filter((socket) => score(socket) >= 0).toSorted((a, b) => score(b) - score(a))[0];
}

/** -1: not of one family. */
function sharedBits(a: string, b: string): number {
  const left = parseAddress(a);
  const right = parseAddress(b);
  if (left === undefined || right === undefined || left.family !== right.family) return -1;
  for (const [index, byte] of left.bytes.entries()) {
    const difference = byte ^ (right.bytes[index] ?? 0);
    if (difference !== 0) return index * 8 + Math.clz32(difference) - 24;
  }
  return left.bytes.length * 8;
}
