/**
 * Frames onto the wire by a packet socket (packet(7)): gratuitous ARP and unsolicited neighbour
 * advertisements. Without node:ffi nothing is sent here and callers say so: addresses then move with the
 * kernel's own ageing, or with `arping` for IPv4.
 */
import { internetChecksum } from '../internet-checksum.ts';
import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { interfaceIndex, keep, libc } from './library.ts';

export interface Announcer {
  /** Tells the link that the addresses (4 or 16 bytes, network order) are at this interface's hardware address. */
  announce(interfaceName: string, addresses: readonly (readonly number[])[]): void;
  /** Asks who has the IPv4 address, as a probe (RFC 5227): the answer changes nobody's cache. */
  ask(interfaceName: string, bytes: readonly number[]): void;
  readonly inProcess: boolean;
}

const AF_PACKET = 17;
const SOCK_RAW_CLOEXEC = 3 | 0o2000000;
const minimumFrame = 60;

export function openAnnouncer(): Announcer {
  // Protocol 0: nothing is received on it.
  const socket = libc?.socket(AF_PACKET, SOCK_RAW_CLOEXEC, 0) ?? -1;
  const c = libc;
  if (c === undefined || socket < 0) return arping;
  const link = keep(20);
  const frame = keep(128);
  const send = (interfaceName: string, framesOf: (own: readonly number[]) => Frames): void => {
    const index = interfaceIndex(interfaceName);
    const hardware = hardwareAddress(interfaceName);
    if (index === 0 || hardware === undefined) return;
    link.fill(0);
    link.writeUInt16LE(AF_PACKET, 0);
    link.writeInt32LE(index, 4);
    link.writeUInt8(6, 11);
    for (const content of framesOf(hardware)) {
      frame.fill(0);
      frame.set(content);
      const length = Math.max(minimumFrame, content.length);
      // A link that is down refuses; the address is announced again later.
      c.sendto(socket, frame, BigInt(length), 0, link, 20);
    }
  };
  return {
    inProcess: true,
    announce: (interfaceName, addresses) =>
      send(interfaceName, (hardware) =>
        addresses.flatMap((bytes) =>
          bytes.length === 4
            ? [arpFrame(hardware, bytes, 1), arpFrame(hardware, bytes, 2)]
            : [advertisementFrame(hardware, bytes)],
        ),
      ),
    ask: (interfaceName, bytes) => send(interfaceName, (hardware) => [probeFrame(hardware, bytes)]),
  };
}

type Frames = readonly (readonly number[])[];

const broadcast = [0xff, 0xff, 0xff, 0xff, 0xff, 0xff];

/** EtherType ARP; Ethernet, IPv4, their address lengths; the operation's first byte. */
const arpHeader = [0x08, 0x06, 0, 1, 0x08, 0, 6, 4, 0];

/** RFC 5227 §3: sender and target are the announced address; request (1) and reply (2) form both update caches. */
export function arpFrame(
  hardware: readonly number[],
  address: readonly number[],
  operation: 1 | 2,
): readonly number[] {
  const target = operation === 1 ? [0, 0, 0, 0, 0, 0] : broadcast;
  return [
    ...broadcast,
    ...hardware,
    ...arpHeader,
    operation,
    ...hardware,
    ...address,
    ...target,
    ...address,
  ];
}

/** RFC 5227 §2.1.1: no sender address. */
export function probeFrame(
  hardware: readonly number[],
  address: readonly number[],
): readonly number[] {
  const nobody = [0, 0, 0, 0];
  const unknown = [0, 0, 0, 0, 0, 0];
  return [
    ...broadcast,
    ...hardware,
    ...arpHeader,
    1,
    ...hardware,
    ...nobody,
    ...unknown,
    ...address,
  ];
}

/** RFC 4861 §7.2.6: override flag, to all nodes, with the target's link-layer address. */
export function advertisementFrame(
  hardware: readonly number[],
  address: readonly number[],
): readonly number[] {
  const allNodes = [0xff, 0x02, ...Array.from({ length: 13 }, () => 0), 1];
  const option = [2, 1, ...hardware];
  const message = [136, 0, 0, 0, 0x20, 0, 0, 0, ...address, ...option];
  const length = [message.length >> 8, message.length & 0xff];
  const sum = internetChecksum([...address, ...allNodes, 0, 0, ...length, 0, 0, 0, 58, ...message]);
  message[2] = sum >> 8;
  message[3] = sum & 0xff;
  const header = [0x60, 0, 0, 0, ...length, 58, 255, ...address, ...allNodes];
  return [0x33, 0x33, 0, 0, 0, 1, ...hardware, 0x86, 0xdd, ...header, ...message];
}

function hardwareAddress(interfaceName: string): readonly number[] | undefined {
  try {
    const text = readFileSync(`/sys/class/net/${interfaceName}/address`, 'utf8').trim();
    const bytes = text.split(':').map((part) => Number.parseInt(part, 16));
    return bytes.length === 6 ? bytes : undefined;
  } catch {
    return undefined;
  }
}

const arping: Announcer = {
  inProcess: false,
  ask: () => undefined,
  announce(interfaceName, addresses) {
    for (const bytes of addresses) {
      if (bytes.length !== 4) continue;
      const address = bytes.join('.');
      // Without arping the peers' caches age by themselves; nothing else can be done from here.
      execFile('arping', ['-U', '-c', '1', '-I', interfaceName, address], () => undefined);
    }
  },
};
