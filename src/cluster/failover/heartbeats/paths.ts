/**
 * Heartbeats over several unicast paths and one multicast group: one socket a local address, each message to every
 * address of each device, from the local address that shares the longest prefix with it. Notes which path was
 * last heard, and says so in BIG-IP's words when one falls silent, and when all of a device's do.
 */
import { parseAddress } from '../../../base/address.ts';
import type { Clock } from '../../../platform/clock.ts';
import type { Log } from '../../../platform/log.ts';
import { openMulticastPath, openUdpPath, type UdpPath } from '../../../platform/udp.ts';
import type { PathStatus } from '../protocol.ts';
import type { MulticastHeartbeat, SocketAddress, Voter } from '../types.ts';

/** BIG-IP reports a silent path after 3.1 s; with faster detection it is not waited so long. */
const silentMilliseconds = 3100;
const leastSilentMilliseconds = 1000;
const silentDetections = 2.5;

interface Heard {
  readonly device: string;
  readonly kind: 'unicast' | 'multicast';
  readonly local: string;
  readonly remote: string;
  at: number | undefined;
  isSilent: boolean;
}

export interface PathPlan {
  readonly local: readonly SocketAddress[];
  readonly multicast: MulticastHeartbeat | undefined;
  readonly voters: readonly Voter[];
  /** Milliseconds of silence after which a peer is taken for dead. */
  readonly detect: number;
}

/** By which socket a datagram came. */
export interface Origin extends SocketAddress {
  readonly isMulticast: boolean;
}

export interface Paths {
  configure(plan: PathPlan): void;
  send(datagram: Uint8Array, device: string): void;
  /** An authenticated message of `device` came from there. */
  note(device: string, from: Origin): void;
  /** Once a second: reports paths that fell silent. */
  check(): void;
  status(): readonly PathStatus[];
  close(): void;
}

type OnDatagram = (datagram: Buffer, from: Origin) => void;

export function createPaths(clock: Clock, log: Log, onDatagram: OnDatagram): Paths {
  return new HeartbeatPaths(clock, log, onDatagram);
}

class HeartbeatPaths implements Paths {
  readonly #clock: Clock;
  readonly #log: Log;
  readonly #onDatagram: OnDatagram;
  readonly #sockets = new Map<string, UdpPath>();
  readonly #unbound = new Set<string>();
  readonly #lost = new Set<string>();
  #voters: readonly Voter[] = [];
  #heard = new Map<string, Heard>();
  /** Which socket leads to an address. */
  #routes = new Map<string, UdpPath>();
  #silent = silentMilliseconds;
  #multicast: { readonly group: MulticastHeartbeat; readonly path: UdpPath } | undefined;
  /** The same message is for several devices; the group needs it once. */
  #lastMulticast: Uint8Array = new Uint8Array();

  constructor(clock: Clock, log: Log, onDatagram: OnDatagram) {
    this.#clock = clock;
    this.#log = log;
    this.#onDatagram = onDatagram;
  }

  configure({ local, multicast, voters, detect }: PathPlan): void {
    this.#open(local);
    this.#openMulticast(multicast);
    this.#voters = voters;
    const wanted = Math.max(leastSilentMilliseconds, detect * silentDetections);
    this.#silent = Math.min(silentMilliseconds, wanted);
    const before = this.#heard;
    this.#heard = new Map();
    this.#routes = new Map();
    for (const { device, addresses, multicast: group } of voters) {
      for (const { address } of addresses) {
        const socket = nearest(this.#sockets, address);
        if (socket !== undefined) this.#routes.set(address, socket);
        const own = socket?.local.address ?? '';
        this.#expect(before, { device, kind: 'unicast', local: own, remote: address });
      }
      if (group === undefined || group !== multicast?.address) continue;
      this.#expect(before, { device, kind: 'multicast', local: multicast.local, remote: group });
    }
  }

  send(datagram: Uint8Array, device: string): void {
    for (const voter of this.#voters) {
      if (voter.device !== device) continue;
      for (const to of voter.addresses) this.#routes.get(to.address)?.send(datagram, to);
    }
    if (this.#multicast === undefined || Buffer.compare(datagram, this.#lastMulticast) === 0)
      return;
    this.#lastMulticast = datagram;
    this.#multicast.path.send(datagram, this.#multicast.group);
  }

  note(device: string, { address, isMulticast }: Origin): void {
    const key = isMulticast ? `${device} multicast` : `${device} ${address}`;
    const path = this.#heard.get(key);
    if (path === undefined) return;
    const now = this.#clock.monotonicMilliseconds();
    if (path.at === undefined) {
      const text = `010c0085:6: First failover status message received ${fromText(path)}`;
      this.#log.write('info', text);
    } else if (path.isSilent) {
      const gap = ((now - path.at) / 1000).toFixed(0);
      const text = `010c0084:4: Failover status message received after ${gap} second gap, ${fromText(path)}`;
      this.#log.write('warning', text);
    }
    path.at = now;
    path.isSilent = false;
    if (!this.#lost.delete(device)) return;
    const text = `010c007f:5: Receiving status updates from peer device ${device} (Online).`;
    this.#log.write('notice', text);
  }

  check(): void {
    const now = this.#clock.monotonicMilliseconds();
    for (const path of this.#heard.values()) {
      if (path.at === undefined || path.isSilent || now - path.at < this.#silent) continue;
      path.isSilent = true;
      const seconds = ((now - path.at) / 1000).toFixed(3);
      const text = `010c0083:4: No failover status messages received for ${seconds} seconds, ${fromText(path)}`;
      this.#log.write('warning', text);
      this.#checkDevice(path.device);
    }
  }

  status(): readonly PathStatus[] {
    const now = this.#clock.monotonicMilliseconds();
    return [...this.#heard.values()].map(({ device, kind, local, remote, at, isSilent }) => ({
      device,
      kind,
      local,
      remote,
      silence: at === undefined ? null : Math.round(now - at),
      isSilent,
    }));
  }

  close(): void {
    for (const socket of this.#sockets.values()) socket.close();
    this.#sockets.clear();
    this.#openMulticast(undefined);
  }

  #expect(before: ReadonlyMap<string, Heard>, path: Omit<Heard, 'at' | 'isSilent'>): void {
    const key =
      path.kind === 'multicast' ? `${path.device} multicast` : `${path.device} ${path.remote}`;
    const known = before.get(key);
    this.#heard.set(key, { ...path, at: known?.at, isSilent: known?.isSilent ?? false });
  }

  #checkDevice(device: string): void {
    const paths = [...this.#heard.values()].filter((path) => path.device === device);
    if (paths.some((path) => path.at !== undefined && !path.isSilent) || this.#lost.has(device)) {
      return;
    }
    this.#lost.add(device);
    const text = `010c007e:5: Not receiving status updates from peer device ${device} (Disconnected).`;
    this.#log.write('notice', text);
  }

  #open(local: readonly SocketAddress[]): void {
    const wanted = new Map(local.map((one) => [`${one.address} ${one.port}`, one]));
    for (const [name, socket] of this.#sockets) {
      if (wanted.has(name)) continue;
      socket.close();
      this.#sockets.delete(name);
    }
    const onDatagram = (datagram: Buffer, from: SocketAddress): void =>
      this.#onDatagram(datagram, { ...from, isMulticast: false });
    for (const [name, address] of wanted) {
      if (this.#sockets.has(name)) continue;
      const onState = (isBound: boolean, reason: string): void =>
        this.#noteState(name, isBound, reason);
      this.#sockets.set(name, openUdpPath(address, this.#clock, onDatagram, onState));
    }
  }

  #openMulticast(group: MulticastHeartbeat | undefined): void {
    const present = this.#multicast?.group;
    if (JSON.stringify(present) === JSON.stringify(group)) return;
    this.#multicast?.path.close();
    this.#multicast = undefined;
    if (group === undefined) return;
    const name = `${group.address} ${group.port} on ${group.local}`;
    const onDatagram = (datagram: Buffer, from: SocketAddress): void =>
      this.#onDatagram(datagram, { ...from, isMulticast: true });
    const onState = (isBound: boolean, reason: string): void =>
      this.#noteState(name, isBound, reason);
    const path = openMulticastPath(group, this.#clock, onDatagram, onState);
    this.#multicast = { group, path };
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

function fromText({ device, kind, local, remote }: Heard): string {
  return `from device ${device} (${kind}: -> ${kind === 'multicast' ? remote : local})`;
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
