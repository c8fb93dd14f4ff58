/** Requests of one user at once: more wait in a bounded queue, more than that are turned away. */

const maximumRunning = 10;
const maximumWaiting = 100;

export interface Gate {
  /** Undefined when the queue is full; otherwise the task's result. */
  pass<T>(user: string, task: () => Promise<T>): Promise<T | undefined>;
}

interface Lane {
  running: number;
  readonly waiting: (() => void)[];
}

export function createGate(): Gate {
  const lanes = new Map<string, Lane>();
  return {
    async pass(user, task) {
      const lane = lanes.get(user) ?? { running: 0, waiting: [] };
      lanes.set(user, lane);
      if (lane.running >= maximumRunning) {
        if (lane.waiting.length >= maximumWaiting) return undefined;
        await new Promise<void>((resolve) => lane.waiting.push(resolve));
      } else lane.running += 1;
      try {
        return await task();
      } finally {
        // The place passes on to who waits longest, so `running` stays as it is.
        const next = lane.waiting.shift();
        if (next !== undefined) next();
        else lane.running -= 1;
        if (lane.running === 0) lanes.delete(user);
      }
    },
  };
}
