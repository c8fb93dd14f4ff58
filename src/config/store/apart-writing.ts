/**
 * A large commit on its way to disk while everybody else has his turn: its texts are made in slices here, and
 * written by a thread of their own (`apart-thread.ts`). Who has to write meanwhile does not wait for it: it is
 * undone, unless it is being committed already.
 */
import { join } from 'node:path';
import { assert } from '../../base/assert.ts';
import { startThread, type Thread } from '../../platform/thread.ts';
import type { Commit, JournalExtent } from '../types.ts';
import { apartPhase, ApartState } from './apart-phase.ts';
import type { JournalBounds } from './journal-rows.ts';

export interface ApartOrder {
  readonly path: string;
  readonly maximumBytes: number;
  readonly commit: Omit<Commit, 'changes'>;
  readonly state: readonly (readonly [string, string])[];
  readonly extent: JournalExtent;
  readonly bounds: JournalBounds;
}

export type ApartMessage =
  | { readonly type: 'open'; readonly order: ApartOrder }
  | {
      readonly type: 'changes';
      readonly texts: readonly string[];
      readonly areStock: readonly boolean[];
    }
  | { readonly type: 'abandon' | 'end' };

/** A thread that does not end a commit within this has broken down with the disk. */
const stuckMilliseconds = 30_000;
const threadPath = join(import.meta.dirname, 'apart-thread.ts');

export class ApartWriting {
  readonly #state = new ApartState();
  readonly #thread: Thread;
  /** Fulfilled when it is written or undone. */
  readonly ended: Promise<void>;
  #failure: Error | undefined;

  constructor(order: ApartOrder) {
    this.#thread = startThread(threadPath, this.#state.shared);
    this.ended = this.#thread.done.then((failure) => {
      this.#failure = failure;
    });
    this.#post({ type: 'open', order });
  }

  add(texts: readonly string[], areStock: readonly boolean[]): void {
    this.#post({ type: 'changes', texts, areStock });
  }

  end(): void {
    this.#post({ type: 'end' });
  }

  isWritten(): boolean {
    return this.#state.phase() === apartPhase.written;
  }

  /** Why the disk refused; undefined: somebody else had to write. */
  refusal(): Error | undefined {
    const reason = this.#state.reason();
    return this.#failure ?? (reason === '' ? undefined : new Error(reason));
  }

  /** Returns when the write lock is free; then it is written or will not be. */
  letGo(): void {
    const state = this.#state;
    if (state.go(apartPhase.waiting, apartPhase.abandoned)) return;
    if (state.go(apartPhase.writing, apartPhase.abandoned)) this.#post({ type: 'abandon' });
    if (this.#failure === undefined) this.wait();
  }

  wait(): void {
    assert(this.#state.wait(stuckMilliseconds), 'a large commit is stuck');
  }

  #post(message: ApartMessage): void {
    this.#thread.post(message);
  }
}
