/**
 * How late this process runs when it should: the worst of the last ten minutes, from a timer of its own, so that it
 * is known before there is a peer. A machine that stalls for longer than a profile bears would fail over for nothing.
 */
import type { Cancel, Clock } from '../../../platform/clock.ts';
import type { Profile } from '../types.ts';

const sampleMilliseconds = 20;
const slotMilliseconds = 10_000;
const slots = 60;
/**
 * Later than this the process was stopped, or the machine slept: once in ten minutes that is an event (logged, and
 * survived), and says nothing of how the process is scheduled; twice it does.
 */
const stopMilliseconds = 1000;

export interface Lag {
  /** Milliseconds. */
  worst(): number;
  close(): void;
}

export function measureLag(clock: Clock): Lag {
  let last = clock.monotonicMilliseconds();
  let slotSince = last;
  let worst: number[] = [0];
  let stops: readonly { readonly at: number; readonly late: number }[] = [];
  const cancel: Cancel = clock.every(sampleMilliseconds, () => {
    const now = clock.monotonicMilliseconds();
    const late = now - last - sampleMilliseconds;
    last = now;
    stops = stops.filter(({ at }) => now - at < slots * slotMilliseconds);
    if (now - slotSince >= slotMilliseconds) {
      slotSince = now;
      worst = [0, ...worst].slice(0, slots);
    }
    if (late >= stopMilliseconds) stops = [...stops, { at: now, late }].slice(-slots);
    else worst[0] = Math.max(worst[0] ?? 0, late);
  });
  const again = (): number => stops.map(({ late }) => late).toSorted((a, b) => b - a)[1] ?? 0;
  return { worst: () => Math.max(again(), ...worst), close: cancel };
}

/**
 * Most lag with which a profile is no false alarm: a heartbeat may come late on one device and its answer on the
 * other, and still reach the owner before its lease ends.
 */
export function bearableLag({ fence, interval, permit }: Profile): number {
  return (fence - interval - permit) / 2;
}
