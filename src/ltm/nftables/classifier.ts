/**
 * The classifier: which virtual server gets a new connection, where a socket of its own cannot tell. Full
 * proxies get it through TPROXY to their listener, packet virtuals by a mark on the connection. Addresses of
 * this device (a floating one only while it is here) are looked up at once, networks tried one by one, longest
 * first; they never take what is for an address of this device, as on BIG-IP. Pure.
 */
import { printPrefix } from '../../base/address.ts';
import { isHost, listenerAddress, listenerPort } from '../classify.ts';
import { contentHash } from '../engine-names.ts';
import type { ClassifiedVirtual } from '../types.ts';
import { markText, returnMark } from './marks.ts';
import { connectionCounter } from './read.ts';
import { sharedRuleLines, sharedSetLines } from './shared.ts';

/** Connections that this device does not know yet (they are being taken over) are not reset meanwhile. */
export const guardMatch = 'ct state new,invalid tcp flags & (fin | syn | rst | ack) != syn';

export function classifierLines(
  classified: readonly ClassifiedVirtual[],
  isSharing: boolean,
): readonly string[] {
  if (classified.length === 0 && !isSharing) return [];
  return [
    ...(isSharing ? sharedSetLines() : []),
    ...(classified.length === 0 ? [] : targetChains(classified)),
    'chain classify {',
    // After the chain that knows the sockets of connections that are open.
    'type filter hook prerouting priority mangle + 2; policy accept;',
    `meta mark ${returnMark} accept`,
    'ct state != { new, invalid } accept',
    'icmpv6 type { nd-neighbor-solicit, nd-neighbor-advert } accept',
    ...(isSharing ? sharedRuleLines() : []),
    ...(classified.length === 0 ? [] : lookupLines),
    '}',
  ];
}

const lookupLines: readonly string[] = [
  'fib daddr type local ip daddr vmap @hosts4',
  'fib daddr type local ip6 daddr vmap @hosts6',
  // Not `unicast`: IPv6 calls what it has no route to unreachable.
  'fib daddr type != { local, broadcast, anycast, multicast } jump networks',
];

function targetChains(classified: readonly ClassifiedVirtual[]): readonly string[] {
  const families = [4, 6] as const;
  return [
    'set closed { type mark; }',
    'chain refused {',
    'meta l4proto tcp reject with tcp reset',
    'reject with icmpx port-unreachable',
    '}',
    // One may have many matches.
    ...[...new Map(classified.map((one) => [one.name, one])).values()].flatMap(targetLines),
    ...families.flatMap((family) => hostLines(ofFamily(classified, family), family)),
    'chain networks {',
    ...classified.filter((one) => !isHost(one.destination)).map(matchLine),
    '}',
  ];
}

function ofFamily(
  classified: readonly ClassifiedVirtual[],
  family: 4 | 6,
): readonly ClassifiedVirtual[] {
  return classified.filter((one) => one.destination.address.family === family);
}

function hostLines(classified: readonly ClassifiedVirtual[], family: 4 | 6): readonly string[] {
  const byAddress = Map.groupBy(
    classified.filter((one) => isHost(one.destination)),
    (one) => one.destination.address.text,
  );
  const name = (address: string): string => `h_${contentHash(address)}`;
  const elements = [...byAddress.keys()].map((address) => `${address} : jump ${name(address)}`);
  const list = elements.length === 0 ? '' : ` elements = { ${elements.join(', ')} }`;
  return [
    ...[...byAddress].flatMap(([address, group]) => [
      `chain ${name(address)} {`,
      ...group.map(matchLine),
      '}',
    ]),
    `map hosts${family} { type ipv${family}_addr : verdict;${list}; }`.replace(';;', ';'),
  ];
}

function matchLine(one: ClassifiedVirtual): string {
  const ip = one.destination.address.family === 4 ? 'ip' : 'ip6';
  const parts = [`meta nfproto ipv${one.destination.address.family}`];
  if (!isHost(one.destination) && one.destination.length > 0) {
    parts.push(`${ip} daddr ${printPrefix(one.destination)}`);
  }
  if (!isHost(one.destination) && one.owner !== undefined) {
    const { mark, mask } = one.owner;
    parts.push(`meta mark & ${markText(mask)} == ${markText(mark)}`);
  }
  if (one.interfaces !== undefined) {
    const names = one.interfaces.map((each) => `"${each}"`).join(', ');
    parts.push(`iifname { ${names === '' ? '"none"' : names} }`);
  }
  if (one.source !== undefined) parts.push(`${ip} saddr ${printPrefix(one.source)}`);
  if (one.protocol !== 'any') parts.push(`meta l4proto ${one.protocol}`);
  else if (one.port !== 0) parts.push('meta l4proto { tcp, udp, sctp }');
  if (one.port !== 0) parts.push(`th dport ${portsText(one)}`);
  return `${parts.join(' ')} goto v_${contentHash(one.name)}`;
}

function portsText({ port, ports = [] }: ClassifiedVirtual): string {
  return ports.length > 1 ? `{ ${ports.join(', ')} }` : String(port);
}

function targetLines(one: ClassifiedVirtual): readonly string[] {
  const refusal = one.isEnabled && one.dropsWhenDown ? 'drop' : 'goto refused';
  return [
    `chain v_${contentHash(one.name)} {`,
    `meta mark set ${markText(one.mark)} meta mark @closed ${refusal}`,
    ...actionLines(one),
    '}',
  ];
}

function actionLines(one: ClassifiedVirtual): readonly string[] {
  const { family } = one.destination.address;
  switch (one.target) {
    case 'proxy': {
      const { text } = listenerAddress(one.mark, family);
      const place = family === 4 ? `ip to ${text}` : `ip6 to [${text}]`;
      return [
        `meta l4proto tcp tproxy ${place}:${listenerPort} meta mark set ${returnMark} accept`,
      ];
    }
    case 'packet':
      return [`${guardMatch} drop`, `ct mark set ${markText(one.mark)} meta mark set 0 accept`];
    case 'direct':
      return [
        `tcp flags & (fin | syn | rst | ack) == syn ${connectionCounter(contentHash(one.name))}`,
        `meta mark set ${markText(one.mark)} accept`,
      ];
    case 'forward':
      return [`ct mark set ${markText(one.mark)} meta mark set 0 accept`];
    case 'reject':
      return [];
  }
}
