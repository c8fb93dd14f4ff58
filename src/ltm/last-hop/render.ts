/**
 * The table that remembers by which router a connection came, as nftables text. Pure. A connection's label has a bit for the
 * router; answers get a mark by it, and the mark has a routing table. Nothing is done for answers while no router
 * is known, and for connections from networks that are reached without one.
 */
import { type Prefix, printPrefix } from '../../base/address.ts';
import { isHost } from '../classify.ts';
import { contentHash } from '../engine-names.ts';
import type { Exception, Lan, LastHopPlan } from './plan.ts';
import { networkOf } from '../plan-source.ts';
import { type Router, anyBit, markOfRouter, mostRouters } from './routers.ts';

export const lastHopTable = 'inet evenkeel_last_hop';
/** Set of the routers that connections came from. */
export const seenSet = 'seen';
/** Twice as many as are remembered: some are those of the routing table anyway. */
const mostSeen = 2 * mostRouters;
const seenHours = 1;
/** Packets that a planned failover passes on (cluster): not from a router. */
const transitMark = '0x45564b44';
const isSyn = 'tcp flags & (fin | syn | rst | ack) == syn';

/** One transaction that makes the table, whatever was there; `seen`: what the set holds already. */
export function renderLastHop(
  plan: LastHopPlan,
  routers: readonly Router[],
  seen: readonly string[] = [],
): string {
  const gone = [`table ${lastHopTable} { }`, `delete table ${lastHopTable}`];
  if (!isWanted(plan)) return `${gone.join('\n')}\n`;
  const elements = seen.length === 0 ? '' : ` elements = { ${seen.join(', ')} };`;
  return [
    ...gone,
    `table ${lastHopTable} {`,
    `set ${seenSet} { type ifname . ether_addr . nf_proto; size ${mostSeen}; flags dynamic,timeout; timeout ${seenHours}h;${elements} }`,
    ...routers.flatMap(({ bit }) => [
      `chain by_${bit} {`,
      `ct label set ${bit}`,
      `ct label set ${anyBit}`,
      '}',
    ]),
    ...poolChains(plan, routers),
    'chain learn {',
    ...plan.lans.flatMap(connectedLines),
    'ip6 saddr fe80::/10 return',
    `update @${seenSet} { iifname . ether saddr . meta nfproto }`,
    ...knownLines(routers),
    '}',
    'chain begun {',
    `meta mark ${transitMark} return`,
    ...plan.exceptions.map((one) => exceptionLine(one, plan.lans)),
    ...plan.own.map((network) => `${ipOf(network)} daddr ${network.address.text} return`),
    ...(plan.lans.some(({ isOn }) => isOn)
      ? [`iifname { ${namesOf(plan.lans.filter(({ isOn }) => isOn))} } goto learn`]
      : []),
    '}',
    'chain came {',
    'type filter hook prerouting priority mangle - 2; policy accept;',
    `${isSyn} ct direction original goto begun`,
    'meta l4proto != tcp ct state new ct direction original goto begun',
    ...(routers.length === 0 ? [] : [`ct direction reply ct label ${anyBit} goto ways`]),
    '}',
    ...(routers.length === 0 ? [] : answerLines(routers)),
    '}\n',
  ].join('\n');
}

/** Somebody's answers leave by the way the question came. */
export function isWanted({ lans, exceptions }: LastHopPlan): boolean {
  return lans.some(({ isOn }) => isOn) || exceptions.some(({ way }) => way !== 'off');
}

function answerLines(routers: readonly Router[]): readonly string[] {
  return [
    'chain ways {',
    ...routers.map(
      (one) => `ct label ${one.bit} meta mark set 0x${markOfRouter(one).toString(16)} accept`,
    ),
    '}',
    // Sockets that take a connection inherit its mark (tcp_fwmark_accept): the first answer has a way, too.
    'chain taken {',
    'type filter hook input priority 400; policy accept;',
    `${isSyn} ct label ${anyBit} goto ways`,
    'meta l4proto tcp meta mark != 0 meta mark set 0',
    '}',
    'chain answered {',
    'type route hook output priority mangle; policy accept;',
    `meta mark 0 ct direction reply ct label ${anyBit} goto ways`,
    '}',
  ];
}

function knownLines(routers: readonly Router[]): readonly string[] {
  const known = routers.flatMap((one) =>
    'address' in one ? [] : [`${elementOf(one)} : goto by_${one.bit}`],
  );
  return known.length === 0
    ? []
    : [`iifname . ether saddr . meta nfproto vmap { ${known.join(', ')} }`];
}

function connectedLines({ names, connected }: Lan): readonly string[] {
  const networks = new Map(
    connected.map(networkOf).map((network) => [printPrefix(network), network] as const),
  );
  return [...networks].map(
    ([text, network]) => `iifname { ${quoted(names)} } ${ipOf(network)} saddr ${text} return`,
  );
}

function poolChains({ exceptions }: LastHopPlan, routers: readonly Router[]): readonly string[] {
  const pools = new Map<string, readonly string[]>();
  for (const { way } of exceptions) {
    if (typeof way === 'object') pools.set(poolChain(way.routers), way.routers);
  }
  return [...pools].flatMap(([chain, addresses]) => [
    `chain ${chain} {`,
    ...(['ip', 'ip6'] as const).flatMap((ip) => {
      const own = routers.filter(
        (one) =>
          'address' in one &&
          addresses.includes(one.address) &&
          one.address.includes(':') === (ip === 'ip6'),
      );
      if (own.length === 0) return [];
      const ways = own.map(({ bit }, index) => `${index} : goto by_${bit}`).join(', ');
      const nfproto = ip === 'ip' ? 'ipv4' : 'ipv6';
      return own.length === 1
        ? [`meta nfproto ${nfproto} goto by_${own[0]?.bit}`]
        : [`jhash ${ip} saddr mod ${own.length} vmap { ${ways} }`];
    }),
    '}',
  ]);
}

function poolChain(addresses: readonly string[]): string {
  return `pool_${contentHash(addresses.join())}`;
}

function exceptionLine({ claim, way }: Exception, lans: readonly Lan[]): string {
  const { destination, protocol, port, ports = [], source, interfaces } = claim;
  const ip = ipOf(destination);
  const isAny = destination.length === 0;
  const listed = ports.length > 1 ? `{ ${ports.join(', ')} }` : String(port);
  const parts = [
    isAny ? `meta nfproto ${ip === 'ip' ? 'ipv4' : 'ipv6'}` : `${ip} daddr ${place(destination)}`,
    ...(interfaces === undefined ? [] : [`iifname { ${through(interfaces, lans)} }`]),
    ...(source === undefined ? [] : [`${ip} saddr ${printPrefix(source)}`]),
    ...(protocol === 'any' ? [] : [`meta l4proto ${protocol}`]),
    ...(port === 0 && ports.length < 2 ? [] : [`th dport ${listed}`]),
  ];
  return `${parts.join(' ')} ${verdict(way)}`;
}

function place(destination: Prefix): string {
  return isHost(destination) ? destination.address.text : printPrefix(destination);
}

function verdict(way: Exception['way']): string {
  if (typeof way === 'object') return `goto ${poolChain(way.routers)}`;
  return way === 'on' ? 'goto learn' : 'return';
}

function through(devices: readonly string[], lans: readonly Lan[]): string {
  const names = devices.flatMap(
    (device) => lans.find((lan) => lan.device === device)?.names ?? [device],
  );
  return names.length === 0 ? '"none"' : quoted(names);
}

function namesOf(lans: readonly Lan[]): string {
  return quoted(lans.flatMap(({ names }) => names));
}

function quoted(names: readonly string[]): string {
  return [...new Set(names)].map((name) => `"${name}"`).join(', ');
}

function ipOf({ address }: Prefix): 'ip' | 'ip6' {
  return address.family === 4 ? 'ip' : 'ip6';
}

export interface SeenRouter {
  readonly came: string;
  readonly hardware: string;
  readonly family: 4 | 6;
}

export function elementOf({ came, hardware, family }: SeenRouter): string {
  return `"${came}" . ${hardware} . ipv${family}`;
}

/** Routers in what `nft list set` printed: `"1.1" . 02:00:00:00:00:01 . ipv4 timeout 1h expires 59m`. */
export function parseSeen(text: string): readonly SeenRouter[] {
  const pattern = /"([^"]+)" \. ((?:[0-9a-f]{2}:){5}[0-9a-f]{2}) \. ipv([46])/g;
  return [...text.matchAll(pattern)].flatMap(([, came, hardware, family]) =>
    came === undefined || hardware === undefined
      ? []
      : [{ came, hardware, family: family === '4' ? 4 : 6 }],
  );
}
