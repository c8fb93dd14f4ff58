/** Statistics and facts of `net interface`, from the kernel's counters of this network namespace. Pure. */
import type { Properties } from '../../catalogue/types.ts';
import type { Statistics } from '../../config/runtime-state.ts';

/** Since the link came into being. */
export interface LinkCounters {
  readonly bytesIn: number;
  readonly packetsIn: number;
  readonly errorsIn: number;
  readonly droppedIn: number;
  readonly multicastIn: number;
  readonly bytesOut: number;
  readonly packetsOut: number;
  readonly errorsOut: number;
  readonly droppedOut: number;
  readonly collisions: number;
}

/** Files of a link in sysfs, as they are; absent where the kernel does not know. */
export interface LinkTexts {
  readonly operstate?: string | undefined;
  readonly speed?: string | undefined;
  readonly duplex?: string | undefined;
  readonly address?: string | undefined;
  readonly mtu?: string | undefined;
  readonly ifindex?: string | undefined;
}

/** `/proc/net/dev`: after two lines of headings a link a line, eight numbers in, eight out. */
export function parseLinkCounters(text: string): ReadonlyMap<string, LinkCounters> {
  const found = new Map<string, LinkCounters>();
  for (const line of text.split('\n').slice(2)) {
    const colon = line.lastIndexOf(':');
    if (colon < 0) continue;
    const numbers = line
      .slice(colon + 1)
      .trim()
      .split(/\s+/)
      .map(Number);
    const at = (index: number): number => numbers[index] ?? 0;
    found.set(line.slice(0, colon).trim(), {
      bytesIn: at(0),
      packetsIn: at(1),
      errorsIn: at(2),
      droppedIn: at(3),
      multicastIn: at(7),
      bytesOut: at(8),
      packetsOut: at(9),
      errorsOut: at(10),
      droppedOut: at(11),
      collisions: at(13),
    });
  }
  return found;
}

export function linkStatistics(
  name: string,
  isEnabled: boolean,
  counters: LinkCounters | undefined,
  texts: LinkTexts,
): Statistics {
  const isUp = texts.operstate?.trim() === 'up';
  const status =
    counters === undefined ? 'missing' : !isEnabled ? 'disabled' : isUp ? 'up' : 'down';
  return {
    'counters.bitsIn': (counters?.bytesIn ?? 0) * 8,
    'counters.bitsOut': (counters?.bytesOut ?? 0) * 8,
    'counters.collisions': counters?.collisions ?? 0,
    'counters.dropsAll': (counters?.droppedIn ?? 0) + (counters?.droppedOut ?? 0),
    'counters.errorsAll': (counters?.errorsIn ?? 0) + (counters?.errorsOut ?? 0),
    'counters.mcastIn': counters?.multicastIn ?? 0,
    'counters.pktsIn': counters?.packetsIn ?? 0,
    'counters.pktsOut': counters?.packetsOut ?? 0,
    mediaActive: mediaOf(texts),
    status,
    tmName: name,
  };
}

/** Runtime properties of the object. */
export function linkFields(texts: LinkTexts): Properties {
  const { address, mtu, ifindex } = texts;
  return {
    ...(address !== undefined && { 'mac-address': address.trim() }),
    ...(mtu !== undefined && { mtu: Number(mtu) }),
    ...(ifindex !== undefined && { 'if-index': Number(ifindex) }),
    ...(texts.operstate !== undefined && { 'media-active': mediaOf(texts) }),
  };
}

/** "10000T-FD", as BIG-IP words it; a link that is down or does not know its speed has none. */
function mediaOf({ operstate, speed, duplex }: LinkTexts): string {
  const megabits = Number(speed?.trim() ?? 0);
  if (operstate?.trim() !== 'up' || !(megabits > 0)) return 'none';
  return `${megabits}T-${duplex?.trim() === 'half' ? 'HD' : 'FD'}`;
}
