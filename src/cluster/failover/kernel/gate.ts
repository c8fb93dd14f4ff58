/**
 * The gate before the failover process as nft text: what known voters send passes; of strangers only so much that
 * the log can name them, so that no flood keeps heartbeats waiting. Pure.
 */
import { parseAddress } from '../../../base/address.ts';
import type { SocketAddress } from '../types.ts';

const table = 'inet evenkeel_failover';
/** Packets of all strangers together. */
/** Eight devices with the fastest profile, and their answers. */
const mostMulticast = 2000;
const strangers = 'limit rate over 5/second burst 10 packets counter drop';

/** Replaces the table in one transaction. `local`: where this device listens; `voters`: who may speak. */
export function renderGate(
  local: readonly SocketAddress[],
  voters: readonly SocketAddress[],
  multicast?: SocketAddress,
): string {
  const ports = [...new Set(local.map(({ port }) => port))].toSorted((a, b) => a - b);
  return [
    `add table ${table}`,
    `delete table ${table}`,
    `table ${table} {`,
    setOf(4, voters),
    setOf(6, voters),
    '  chain input {',
    '    type filter hook input priority -10; policy accept;',
    ...multicastLines(multicast),
    ...ports.flatMap((port) => [
      `    ip saddr != @voters4 udp dport ${port} ${strangers}`,
      `    ip6 saddr != @voters6 udp dport ${port} ${strangers}`,
    ]),
    '  }',
    '}\n',
  ].join('\n');
}

/** Voters have addresses there that nobody was told: all of them together have a share. */
function multicastLines(group: SocketAddress | undefined): readonly string[] {
  if (group === undefined) return [];
  const ip = group.address.includes(':') ? 'ip6' : 'ip';
  const match = `${ip} daddr ${group.address} udp dport ${group.port}`;
  return [
    `    ${match} limit rate over ${mostMulticast}/second burst 100 packets counter drop`,
    `    ${match} accept`,
  ];
}

function setOf(family: 4 | 6, voters: readonly SocketAddress[]): string {
  const known = voters.flatMap((voter) => {
    const address = parseAddress(voter.address);
    return address?.family === family ? [address.text] : [];
  });
  const unique = [...new Set(known)].toSorted();
  const elements = unique.length === 0 ? '' : ` elements = { ${unique.join(', ')} };`;
  return `  set voters${family} { type ipv${family}_addr;${elements} }`;
}
