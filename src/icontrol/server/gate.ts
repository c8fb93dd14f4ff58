/** Requests of one user at once: more wait in a bounded queue for a bounded time, more than that are turned away. */
import type { Clock } from '../../platform/clock.ts';

const maximumWaiting = 100;
const maximumWaitMilliseconds = 30_000;

export interface Gate {
  /** Undefined when the queue is full, or nothing came free in time; otherwise the task's result. */
  pass<T>(user: string, task: () => Promise<T>): Promise<T | undefined>;
}

interface Lane {
  running: number;
  /** Each is told whether its turn has come. */
  readonly waiting: Set<(isTurn: boolean) => void>;
}

/** `limit` is asked anew for each request. */
export function createGate(limit: () => number, clock: Clock): Gate {
  const lanes = new Map<string, Lane>();
  const turn = (lane: Lane): Promise<boolean> =>
    new Promise((resolve) => {
      const give = (isTurn: boolean): void => {
        cancel();
        lane.waiting.delete(give);
        resolve(isTurn);
      };
      const cancel = clock.after(maximumWaitMilliseconds, () => give(false));
      lane.waiting.add(give);
    });
  return {
    async pass(user, task) {
      const lane = lanes.get(user) ?? { running: 0, waiting: new Set() };
      lanes.set(user, lane);
      if (lane.running >= limit()) {
        if (lane.waiting.size >= maximumWaiting || !(await turn(lane))) return undefined;
      } else lane.running += 1;
      try {
        return await task();
      } finally {
        // The place passes on to who waits longest, so `running` stays as it is.
        const [next] = lane.waiting;
        if (next !== undefined && lane.running <= limit()) next(true);
        else lane.running -= 1;
        if (lane.running === 0 && lane.waiting.size === 0) lanes.delete(user);
      }
    },
  };
}
