import type { IqueryBodies } from '../../iquery/types.ts';

/**
 * Sessions between simulated devices: each lane keeps its order, there is none between lanes; a session that
 * breaks takes with it what was on its way. Worse than TLS over TCP on purpose: content can also come twice
 * or out of order.
 */
export interface Packet {
  readonly from: string;
  readonly to: string;
  readonly kind: keyof IqueryBodies | 'work';
  /** A message, or the next piece of work that the device has before it. */
  readonly body: unknown;
  readonly lane: string;
  readonly due: number;
}

export type Dice = () => number;

/** mulberry32: small, seeded, good enough to pick faults. */
export function seededDice(seed: number): Dice {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

export type Send = (
  from: string,
  to: string,
  lane: string,
  kind: keyof IqueryBodies,
  body: unknown,
) => void;

/** How bad the network is, as probabilities of each packet. */
export interface Weather {
  readonly duplicated: number;
  readonly reordered: number;
  /** Milliseconds; a tenth of the packets takes up to ten times as long. */
  readonly delay: number;
}

export const goodWeather: Weather = { duplicated: 0, reordered: 0, delay: 40 };

export interface Network {
  time: number;
  weather: Weather;
  readonly send: Send;
  isOpen(one: string, other: string): boolean;
  open(one: string, other: string): boolean;
  close(one: string, other: string): boolean;
  /** One way only: what is sent waits, as TCP would send it again. */
  mute(from: string, to: string): void;
  unmute(): void;
  isQuiet(): boolean;
  /** A piece of work that the device comes to after so many milliseconds. */
  later(device: string, milliseconds: number, work: () => void): void;
  /** It lost its power. */
  forgetWork(device: string): void;
  /** Takes the next packet that is due until then, and sets the time to it. */
  next(until: number): Packet | undefined;
}

export function createNetwork(dice: Dice): Network {
  let packets: Packet[] = [];
  const sessions = new Set<string>();
  const muted = new Set<string>();
  const pair = (one: string, other: string): string =>
    one < other ? `${one} ${other}` : `${other} ${one}`;
  const network: Network = {
    time: 1_000_000,
    weather: goodWeather,
    send(from, to, lane, kind, body) {
      if (!sessions.has(pair(from, to))) return;
      const { duplicated, reordered, delay } = network.weather;
      const isSlow = dice() < 0.1 && delay > goodWeather.delay;
      const own = network.time + 1 + dice() * delay * (isSlow ? 10 : 1);
      const last = packets.findLast(
        (packet) => packet.from === from && packet.to === to && packet.lane === lane,
      );
      // What states are told is always the newest word of a lane that keeps its order.
      const isBulk = lane === 'bulk';
      const isOutOfOrder = isBulk && reordered > 0 && dice() < reordered;
      const due = isOutOfOrder ? own : Math.max(own, last?.due ?? 0);
      const packet = { from, to, lane, kind, body: structuredClone(body), due };
      packets.push(packet);
      if (isBulk && duplicated > 0 && dice() < duplicated) {
        packets.push({ ...packet, body: structuredClone(body), due: due + dice() * delay });
      }
    },
    isOpen: (one, other) => sessions.has(pair(one, other)),
    open(one, other) {
      if (one === other || sessions.has(pair(one, other))) return false;
      sessions.add(pair(one, other));
      return true;
    },
    close(one, other) {
      if (one === other) return false;
      packets = packets.filter(({ from, to }) => pair(from, to) !== pair(one, other));
      muted.delete(`${one} ${other}`);
      muted.delete(`${other} ${one}`);
      return sessions.delete(pair(one, other));
    },
    mute: (from, to) => void muted.add(`${from} ${to}`),
    unmute: () => muted.clear(),
    isQuiet: () => packets.length === 0,
    later(device, milliseconds, work) {
      const due = network.time + milliseconds;
      packets.push({ from: device, to: device, kind: 'work', body: work, lane: 'work', due });
    },
    forgetWork(device) {
      packets = packets.filter(({ kind, to }) => kind !== 'work' || to !== device);
    },
    next(until) {
      let first: Packet | undefined;
      for (const packet of packets) {
        if (muted.has(`${packet.from} ${packet.to}`)) continue;
        if (packet.due <= until && (first === undefined || packet.due < first.due)) first = packet;
      }
      if (first === undefined) return undefined;
      packets.splice(packets.indexOf(first), 1);
      network.time = Math.max(network.time, first.due);
      return first;
    },
  };
  return network;
}
