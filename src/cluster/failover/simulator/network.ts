/** The faulty network between simulated devices: every fault is one-way, so that asymmetry comes by itself. */
import type { Message } from '../types.ts';
import type { Dice } from './random.ts';
import type { Timeline } from './timeline.ts';

export interface LinkFaults {
  readonly loss: number;
  /** Milliseconds. */
  readonly delay: number;
  readonly jitter: number;
  readonly duplicate: number;
}

export const goodLink: LinkFaults = { loss: 0, delay: 0.2, jitter: 0.3, duplicate: 0 };

export interface Network {
  send(from: string, to: string, message: Message): void;
  set(from: string, to: string, faults: LinkFaults): void;
  heal(): void;
}

export function createNetwork(
  timeline: Timeline,
  random: Dice,
  deliver: (to: string, message: Message) => void,
): Network {
  const links = new Map<string, LinkFaults>();
  const transit = (to: string, message: Message, link: LinkFaults): void => {
    const delay = link.delay + random.fraction() * link.jitter;
    timeline.at(timeline.now() + delay, () => deliver(to, message));
  };
  return {
    send(from, to, message) {
      const link = links.get(`${from}>${to}`) ?? goodLink;
      if (!random.chance(link.loss)) transit(to, message, link);
      if (link.duplicate > 0 && random.chance(link.duplicate)) transit(to, message, link);
    },
    set: (from, to, faults) => void links.set(`${from}>${to}`, faults),
    heal: () => links.clear(),
  };
}
