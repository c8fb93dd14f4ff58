/** What a virtual server on the packet path refuses: connections beyond its limits. Pure. */
import type { PacketVirtual, RateLimit } from '../types.ts';

/** Clients, or places, that are counted apart; with more, the new ones are not limited. */
const mostCounted = 65_535;
const burst = 5;

/** Where counts are kept that are apart for addresses. */
export function rateSet({ address, rateLimit }: PacketVirtual, id: string): readonly string[] {
  const keys = rateLimit === undefined ? [] : keysOf(rateLimit, address.family);
  if (keys.length === 0) return [];
  const type = keys.map(() => `ipv${address.family}_addr`).join(' . ');
  return [`set r_${id} { type ${type}; size ${mostCounted}; flags dynamic,timeout; timeout 10s; }`];
}

/** Seen by the first packet of a connection. */
export function limitLines(virtual: PacketVirtual, id: string): readonly string[] {
  const { address, rateLimit, connectionLimit } = virtual;
  const lines = connectionLimit === 0 ? [] : [`ct count over ${connectionLimit} drop`];
  if (rateLimit === undefined) return lines;
  const over = `limit rate over ${rateLimit.perSecond}/second burst ${burst} packets`;
  const keys = keysOf(rateLimit, address.family);
  const rule = keys.length === 0 ? over : `add @r_${id} { ${keys.join(' . ')} ${over} }`;
  return [...lines, `${rule} drop`];
}

function keysOf({ sourceBits, destinationBits }: RateLimit, family: 4 | 6): readonly string[] {
  const ip = family === 4 ? 'ip' : 'ip6';
  return [
    ...(sourceBits === undefined ? [] : [`${ip} saddr${masked(sourceBits, family)}`]),
    ...(destinationBits === undefined ? [] : [`${ip} daddr${masked(destinationBits, family)}`]),
  ];
}

function masked(bits: number, family: 4 | 6): string {
  const width = family === 4 ? 32 : 128;
  if (bits >= width) return '';
  const size = family === 4 ? 8 : 16;
  const parts = Array.from({ length: width / size }, (_, index) => {
    const kept = Math.max(0, Math.min(size, bits - index * size));
    return (2 ** size - 2 ** (size - kept)).toString(family === 4 ? 10 : 16);
  });
  return ` & ${parts.join(family === 4 ? '.' : ':')}`;
}
