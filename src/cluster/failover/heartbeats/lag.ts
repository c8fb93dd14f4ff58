/**
 * How late this process runs when it should: the worst of the last ten minutes, from a timer of its own, so that it
 * is known before there is a peer. A machine that stalls for longer than a profile bears would fail over for nothing.
 */
import type { Cancel, Clock } from '../../../platform/clock.ts';
import type { Profile } from '../types.ts';

const sampleMilliseconds = 20;
const slotMilliseconds = 10_000;
const slots = 60;

export interface Lag {
  /** Milliseconds. */
  worst(): number;
  close(): void;
}

export function measureLag(clock: Clock): Lag {
  let last = clock.monotonicMilliseconds();
  let slotSince = last;
  let worst: number[] = [0];
  const cancel: Cancel = clock.every(sampleMilliseconds, () => {
    const now = clock.monotonicMilliseconds();
    const late = now - last - sampleMilliseconds;
    last = now;
    if (now - slotSince >= slotMilliseconds) {
      slotSince = now;
      worst = [0, ...worst].slice(0, slots);
    }
    worst[0] = Math.max(worst[0] ?? 0, late);
  });
  return { worst: () => Math.max(...worst), close: cancel };
}

/**
 * Most lag with which a profile is no false alarm: a heartbeat may come late on one device and its answer on the
 * other, and still reach the owner before its lease ends.
 */
export function bearableLag({ fence, interval, permit }: Profile): number {
  return (fence - interval - permit) / 2;
}
