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

type OnDatagram = (datagram: Buffer, from: SocketAddress) => void;

export function createPaths(clock: Clock, log: Log, onDatagram: OnDatagram): Paths {
  return new UnicastPaths(clock, log, onDatagram);
}

class UnicastPaths implements Paths {
  readonly #clock: Clock;
  readonly #log: Log;
  readonly #onDatagram: OnDatagram;
  readonly #sockets = new Map<string, UdpPath>();
  readonly #unbound = new Set<string>();
  #voters: readonly Voter[] = [];
  #heard = new Map<string, Heard>();

  constructor(clock: Clock, log: Log, onDatagram: OnDatagram) {
    this.#clock = clock;
    this.#log = log;
    this.#onDatagram = onDatagram;
  }

  configure(local: readonly SocketAddress[], voters: readonly Voter[]): void {
    this.#open(local);
    this.#voters = voters;
    const before = this.#heard;
    this.#heard = new Map();
    for (const voter of voters) {
      for (const { address } of voter.addresses) {
        const key = `${voter.device} ${address}`;
        const known = before.get(key);
        this.#heard.set(key, {
          device: voter.device,
          local: nearest(this.#sockets, address)?.local.address ?? '',
          remote: address,
          at: known?.at,
          isSilent: known?.isSilent ?? false,
        });
      }
    }
  }

  send(datagram: Uint8Array, device: string): void {
    for (const voter of this.#voters) {
      if (voter.device !== device) continue;
      for (const to of voter.addresses) nearest(this.#sockets, to.address)?.send(datagram, to);
    }
  }

  note(device: string, remote: string): void {
    const path = this.#heard.get(`${device} ${remote}`);
    if (path === undefined) return;
    const now = this.#clock.monotonicMilliseconds();
    const from = `from device ${device} (unicast: -> ${path.local})`;
    if (path.at === undefined) {
      this.#log.write('info', `010c0085:6: First failover status message received ${from}`);
    } else if (path.isSilent) {
      const gap = ((now - path.at) / 1000).toFixed(0);
      const text = `010c0084:4: Failover status message received after ${gap} second gap, ${from}`;
      this.#log.write('warning', text);
    }
    path.at = now;
    path.isSilent = false;
  }

  check(): void {
    const now = this.#clock.monotonicMilliseconds();
    for (const path of this.#heard.values()) {
      if (path.at === undefined || path.isSilent || now - path.at < silentMilliseconds) continue;
      path.isSilent = true;
      const seconds = ((now - path.at) / 1000).toFixed(3);
      const from = `from device ${path.device} (unicast: -> ${path.local})`;
      const text = `010c0083:4: No failover status messages received for ${seconds} seconds, ${from}`;
      this.#log.write('warning', text);
    }
  }

  status(): readonly PathStatus[] {
    const now = this.#clock.monotonicMilliseconds();
    return [...this.#heard.values()].map(({ device, local, remote, at }) => ({
      device,
      local,
      remote,
      silence: at === undefined ? null : Math.round(now - at),
    }));
  }

  close(): void {
    for (const socket of this.#sockets.values()) socket.close();
    this.#sockets.clear();
  }

  #open(local: readonly SocketAddress[]): void {
    const wanted = new Map(local.map((one) => [`${one.address} ${one.port}`, one]));
    for (const [name, socket] of this.#sockets) {
      if (wanted.has(name)) continue;
      socket.close();
      this.#sockets.delete(name);
    }
    for (const [name, address] of wanted) {
      if (this.#sockets.has(name)) continue;
      const onState = (isBound: boolean, reason: string): void =>
        this.#noteState(name, isBound, reason);
      this.#sockets.set(name, openUdpPath(address, this.#clock, this.#onDatagram, onState));
    }
  }

  #noteState(name: string, isBound: boolean, reason: string): void {
    if (isBound) {
      if (this.#unbound.delete(name)) {
        this.#log.write('notice', `Failover address ${name} is there`);
      }
      return;
    }
    if (this.#unbound.has(name)) return;
    this.#unbound.add(name);
    this.#log.write('warning', `Cannot use failover address ${name}: ${reason}; trying again`);
  }
}

function nearest(sockets: ReadonlyMap<string, UdpPath>, remote: string): UdpPath | undefined {
  const score = (socket: UdpPath): number => sharedBits(socket.local.address, remote);
  return [...sockets.values()]
    .filter((socket) => score(socket) >= 0)
    .toSorted((a, b) => score(b) - score(a))[0];
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
