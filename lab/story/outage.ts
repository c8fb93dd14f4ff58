/** What probes and captures mean: pure, so that the yardstick itself is tested. */
import type { ProbeLine } from '../nodes/prober.ts';

/**
 * Longest time in which nothing that a client began was answered: from the start of one answered request
 * to the start of the next, less the probes' own interval; requests that began before `from` are left out.
 */
export function longestOutage(
  probes: readonly ProbeLine[],
  from: number,
  intervalMilliseconds: number,
): number {
  const starts = probes
    .filter((probe) => probe.ok && probe.start >= from)
    .map((probe) => probe.start)
    .toSorted((a, b) => a - b);
  let longest = 0;
  let last = from;
  for (const start of starts) {
    longest = Math.max(longest, start - last - intervalMilliseconds);
    last = start;
  }
  return longest;
}

export function countByServer(probes: readonly ProbeLine[]): Readonly<Record<string, number>> {
  const counts: Record<string, number> = {};
  for (const probe of probes) {
    if (probe.ok) counts[probe.by] = (counts[probe.by] ?? 0) + 1;
  }
  return counts;
}

export function failuresIn(probes: readonly ProbeLine[]): readonly string[] {
  return probes.filter((probe) => !probe.ok).map((probe) => probe.by);
}

/** One frame in which somebody answered for an address: ARP or neighbour reply, or SYN-ACK. */
export interface OwnerSign {
  /** Wall milliseconds. */
  readonly at: number;
  readonly mac: string;
  readonly kind: 'arp' | 'neighbour' | 'syn-ack';
}

export interface OwnerSpan {
  readonly mac: string;
  readonly first: number;
  readonly last: number;
  readonly signs: number;
}

/** Who answered, one span per uninterrupted run; two owners at once would alternate, and show as many spans. */
export function ownerSpans(signs: readonly OwnerSign[]): readonly OwnerSpan[] {
  const spans: OwnerSpan[] = [];
  for (const sign of signs.toSorted((a, b) => a.at - b.at)) {
    const current = spans.at(-1);
    if (current?.mac === sign.mac) {
      spans[spans.length - 1] = { ...current, last: sign.at, signs: current.signs + 1 };
    } else {
      spans.push({ mac: sign.mac, first: sign.at, last: sign.at, signs: 1 });
    }
  }
  return spans;
}

/** What waited in a queue of the machine that all namespaces share may come out late, and a little of it. */
const straggler = { milliseconds: 50, signs: 3 } as const;
/** Nobody takes an address and gives it up again in so short a time: shorter turns are two owners at once. */
const shortestTurnMilliseconds = 100;

/**
 * Turns of one owner that lie inside another's: both answered at once. A few late frames of the former owner,
 * right after the new one began, are none.
 */
export function overlaps(spans: readonly OwnerSpan[]): readonly OwnerSpan[] {
  const turns: OwnerSpan[] = [];
  const found: OwnerSpan[] = [];
  for (const span of spans) {
    const last = turns.at(-1);
    const isLate =
      turns.at(-2)?.mac === span.mac &&
      span.last - (last?.first ?? 0) < straggler.milliseconds &&
      span.signs <= straggler.signs;
    if (isLate) continue;
    if (last?.mac === span.mac) {
      const signs = last.signs + span.signs;
      turns[turns.length - 1] = { ...last, last: span.last, signs };
      continue;
    }
    const isInside = last !== undefined && turns.length > 1 && turns.at(-2)?.mac === span.mac;
    if (isInside && span.first - last.first < shortestTurnMilliseconds) found.push(last);
    turns.push(span);
  }
  return found;
}

const stamp = /^(\d+)\.(\d+) (\S+) > (\S+),/;

/**
 * Reads one line of `tcpdump -e -n -tt`; undefined unless it is a sign of an owner of one of `addresses`
 * (IPv4 and IPv6, printed as tcpdump does).
 */
export function readSign(line: string, addresses: readonly string[]): OwnerSign | undefined {
  const head = stamp.exec(line);
  if (head === null) return undefined;
  const [, seconds = '0', fraction = '0', mac = ''] = head;
  const at = Number(seconds) * 1000 + Number(`0.${fraction}`) * 1000;
  const kind = kindOf(line, addresses);
  return kind === undefined ? undefined : { at, mac, kind };
}

function kindOf(line: string, addresses: readonly string[]): OwnerSign['kind'] | undefined {
  const arpReply = /: Reply (\S+) is-at /.exec(line);
  if (arpReply !== null) return addresses.includes(arpReply[1] ?? '') ? 'arp' : undefined;
  // A gratuitous request claims the address as a reply does: it asks for itself.
  const arpRequest = /: Request who-has (\S+?)(?: \(\S+\))? tell ([^\s,]+)/.exec(line);
  if (arpRequest !== null) {
    const isClaim = arpRequest[1] === arpRequest[2] && addresses.includes(arpRequest[1] ?? '');
    return isClaim ? 'arp' : undefined;
  }
  const advertisement = /neighbor advertisement, .*tgt is ([^\s,]+)/.exec(line);
  if (advertisement !== null) {
    return addresses.includes(advertisement[1] ?? '') ? 'neighbour' : undefined;
  }
  const synAck = / (\S+)\.\d+ > \S+: Flags \[S\.\]/.exec(line);
  return synAck !== null && addresses.includes(synAck[1] ?? '') ? 'syn-ack' : undefined;
}
