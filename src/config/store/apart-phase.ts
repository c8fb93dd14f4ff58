/**
 * How far a large commit has come that a thread of its own writes, in memory that both threads see: whoever
 * else has to write need not wait for a message.
 */
export const apartPhase = {
  /** Nothing is locked yet. */
  waiting: 0,
  /** The thread holds the database's write lock. */
  writing: 1,
  /** It is to undo what it did. */
  abandoned: 2,
  /** No way back. */
  committing: 3,
  written: 4,
  undone: 5,
} as const;

const maximumReasonBytes = 1000;
const headBytes = 8;

export class ApartState {
  readonly shared: SharedArrayBuffer;
  /** Phase, length of the reason. */
  readonly #head: Int32Array<SharedArrayBuffer>;
  readonly #reason: Uint8Array<SharedArrayBuffer>;

  constructor(shared = new SharedArrayBuffer(headBytes + maximumReasonBytes)) {
    this.shared = shared;
    this.#head = new Int32Array(shared, 0, 2);
    this.#reason = new Uint8Array(shared, headBytes);
  }

  phase(): number {
    return Atomics.load(this.#head, 0);
  }

  isOver(): boolean {
    return this.phase() >= apartPhase.written;
  }

  /** False: it was not `from` any more. */
  go(from: number, to: number): boolean {
    return Atomics.compareExchange(this.#head, 0, from, to) === from;
  }

  end(isWritten: boolean, reason: string): void {
    const bytes = new TextEncoder().encode(reason).subarray(0, maximumReasonBytes);
    this.#reason.set(bytes);
    Atomics.store(this.#head, 1, bytes.length);
    Atomics.store(this.#head, 0, isWritten ? apartPhase.written : apartPhase.undone);
    Atomics.notify(this.#head, 0);
  }

  /** Why it was undone; "" when it was asked for. */
  reason(): string {
    // Copied: a decoder takes no shared memory.
    const bytes = this.#reason.slice(0, Atomics.load(this.#head, 1));
    return new TextDecoder().decode(Uint8Array.from(bytes));
  }

  /** Keeps this thread until the other is done; false when it is not within the limit. */
  wait(limitMilliseconds: number): boolean {
    while (!this.isOver()) {
      const phase = this.phase();
      if (phase >= apartPhase.written) return true;
      if (Atomics.wait(this.#head, 0, phase, limitMilliseconds) === 'timed-out') return false;
    }
    return true;
  }
}
