/**
 * Runs `task` after the sockets that have something to read were read once: a timer's callback alone runs
 * before them, and would judge silence while the answer waits in the socket.
 */
export function afterSockets(task: () => void): void {
  setImmediate(task);
}

/** Nobody waits longer than this for work done by `finishInSlices`. */
const sliceMilliseconds = 5;

/** Carries long work to its end, and lets everything else have its turn in between, where it yields. */
export async function finishInSlices<T>(work: Generator<unknown, T>): Promise<T> {
  let end = performance.now() + sliceMilliseconds;
  for (;;) {
    const step = work.next();
    if (step.done === true) return step.value;
    if (step.value instanceof Promise) await step.value;
    if (performance.now() < end) continue;
    await nextTurn();
    end = performance.now() + sliceMilliseconds;
  }
}

export function nextTurn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
