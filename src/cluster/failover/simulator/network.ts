/** The faulty network between simulated nodes: every fault is one-way, so that asymmetry comes by itself. */
import type { ArbiterAnswer, ArbiterRound } from '../../arbiter/ledger.ts';
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

export type Packet =
  | { readonly kind: 'heartbeat'; readonly message: Message }
  | { readonly kind: 'ask'; readonly number: number; readonly round: ArbiterRound }
  | { readonly kind: 'answer'; readonly number: number; readonly answer: ArbiterAnswer }
  | { readonly kind: 'echo'; readonly instance: number; readonly sentAt: number };

export interface Network {
  send(from: string, to: string, packet: Packet): void;
  set(from: string, to: string, faults: LinkFaults): void;
  heal(): void;
}

export function createNetwork(
  timeline: Timeline,
  random: Dice,
  deliver: (from: string, to: string, packet: Packet) => void,
): Network {
  const links = new Map<string, LinkFaults>();
  const transit = (from: string, to: string, packet: Packet, link: LinkFaults): void => {
    const delay = link.delay + random.fraction() * link.jitter;
    timeline.at(timeline.now() + delay, () => deliver(from, to, packet));
  };
  return {
    send(from, to, packet) {
      const link = links.size === 0 ? goodLink : (links.get(`${from}>${to}`) ?? goodLink);
      if (!random.chance(link.loss)) transit(from, to, packet, link);
      if (link.duplicate > 0 && random.chance(link.duplicate)) transit(from, to, packet, link);
    },
    set: (from, to, faults) => void links.set(`${from}>${to}`, faults),
    heal: () => links.clear(),
  };
}
