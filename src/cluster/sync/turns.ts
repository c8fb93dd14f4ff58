import { finishAtOnce, type Sliced } from '../../base/slices.ts';

/** What would wait longer than this is done at once: whoever sends so much has to wait himself. */
const maximumWaiting = 1000;

/** Long work of one group, and what has to come after it: one thing after the other. Pure. */
export class Turns {
  readonly #drive: (work: Sliced<void>) => void;
  readonly #waiting: Sliced<void>[] = [];
  #running: Sliced<void> | undefined;
  #isStepping = false;

  /** `drive` carries work to its end, with turns for others where it yields. */
  constructor(drive: (work: Sliced<void>) => void) {
    this.#drive = drive;
  }

  isBusy(): boolean {
    return this.#running !== undefined;
  }

  /** Now, or after everything that is under way. */
  run(task: () => void): void {
    if (this.#running === undefined) {
      task();
      return;
    }
    this.#waiting.push(once(task));
    if (this.#waiting.length > maximumWaiting) this.finish();
  }

  /** Before everything that waits. */
  begin(work: Sliced<void>): void {
    this.#waiting.unshift(work);
    this.#start();
  }

  /** After everything that waits. */
  append(work: Sliced<void>): void {
    this.#waiting.push(work);
    this.#start();
  }

  /** All of it, without a turn for anybody else. Nothing when it is what calls. */
  finish(): void {
    if (this.#running !== undefined && !this.#isStepping) finishAtOnce(this.#running);
  }

  #start(): void {
    if (this.#running !== undefined) return;
    this.#running = this.#all();
    this.#drive(this.#running);
  }

  *#all(): Sliced<void> {
    try {
      for (let work = this.#waiting.shift(); work; work = this.#waiting.shift()) {
        for (let step = this.#step(work); step.done !== true; step = this.#step(work)) {
          yield step.value;
        }
      }
    } finally {
      this.#running = undefined;
    }
  }

  #step(work: Sliced<void>): IteratorResult<Promise<void> | undefined, void> {
    this.#isStepping = true;
    try {
      return work.next();
    } finally {
      this.#isStepping = false;
    }
  }
}

function* once(task: () => void): Sliced<void> {
  yield;
  task();
}
