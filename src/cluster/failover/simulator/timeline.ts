/** Virtual time: a heap of things to happen, first by time, then by the order in which they were planned. */
interface Entry {
  readonly at: number;
  readonly order: number;
  readonly task: () => void;
}

/** A run has some ten thousand; more means that something keeps itself busy at one instant. */
const maximumSteps = 2_000_000;

export interface Timeline {
  now(): number;
  at(time: number, task: () => void): void;
  /** Runs everything up to `time`. */
  run(time: number): void;
  readonly steps: () => number;
}

export function createTimeline(): Timeline {
  const heap: Entry[] = [];
  let now = 0;
  let order = 0;
  let steps = 0;
  return {
    now: () => now,
    steps: () => steps,
    at(time, task) {
      order += 1;
      push(heap, { at: Math.max(time, now), order, task });
    },
    run(time) {
      for (let next = heap[0]; next !== undefined && next.at <= time; next = heap[0]) {
        pop(heap);
        now = next.at;
        steps += 1;
        if (steps > maximumSteps)
          throw new Error(`more than ${maximumSteps} steps: something spins`);
        next.task();
      }
      now = time;
    },
  };
}

function isBefore(a: Entry, b: Entry): boolean {
  return a.at < b.at || (a.at === b.at && a.order < b.order);
}

function push(heap: Entry[], entry: Entry): void {
  let index = heap.length;
  heap.push(entry);
  while (index > 0) {
    const parent = (index - 1) >> 1;
    const above = heap[parent];
    if (above === undefined || !isBefore(entry, above)) break;
    heap[index] = above;
    index = parent;
  }
  heap[index] = entry;
}

function pop(heap: Entry[]): void {
  const last = heap.pop();
  if (last === undefined || heap.length === 0) return;
  let index = 0;
  for (;;) {
    const left = heap[2 * index + 1];
    const right = heap[2 * index + 2];
    if (left === undefined) break;
    const isRight = right !== undefined && isBefore(right, left);
    const child = isRight ? right : left;
    if (!isBefore(child, last)) break;
    heap[index] = child;
    index = 2 * index + (isRight ? 2 : 1);
  }
  heap[index] = last;
}
