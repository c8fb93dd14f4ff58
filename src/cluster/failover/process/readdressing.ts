/** Addresses that come and go by the thousand: a few at a time, heartbeats and renewals of the lease between them. */
import type { Cancel, Clock } from '../../../platform/clock.ts';
import { type AddressChange, inSteps, withChanges } from '../addresses.ts';
import type { ConflictWatch } from '../kernel/conflict-watch.ts';
import type { Kernel } from '../kernel/kernel.ts';
import type { FailoverConfig } from '../types.ts';
import type { Driver } from './driver.ts';
import type { Keeping } from './keeping.ts';

/** Some 4 ms of the kernel's time where an interface has ten thousand. */
const mostAtOnce = 25;
const pauseMilliseconds = 6;

interface Parts {
  readonly clock: Clock;
  readonly kernel: Pick<Kernel, 'readdress'>;
  readonly conflicts: Pick<ConflictWatch, 'readdress'>;
  readonly keeping: Keeping;
  /** Of the own group; undefined before there is a configuration. */
  readonly driver: () => Driver | undefined;
  /** The whole, as after any other change. */
  readonly apply: (config: FailoverConfig) => void;
}

export class Readdressing {
  readonly #parts: Parts;
  #steps: readonly (readonly AddressChange[])[] = [];
  #at = 0;
  #cancel: Cancel | undefined;

  constructor(parts: Parts) {
    this.#parts = parts;
  }

  /** The first few at once, unless others wait already. */
  add(changes: readonly AddressChange[]): void {
    this.#steps = [...this.#steps.slice(this.#at), ...inSteps(changes, mostAtOnce)];
    this.#at = 0;
    if (this.#cancel === undefined) this.#next();
  }

  /** Forgets what was not taken yet. */
  clear(): void {
    this.#cancel?.();
    this.#cancel = undefined;
    this.#steps = [];
    this.#at = 0;
  }

  #next(): void {
    this.#cancel = undefined;
    const step = this.#steps[this.#at];
    if (step === undefined) return;
    this.#at += 1;
    if (this.#at < this.#steps.length) {
      this.#cancel = this.#parts.clock.after(pauseMilliseconds, () => this.#next());
    }
    this.#take(step);
  }

  /** What of the plan is not about addresses stays as it is. */
  #take(step: readonly AddressChange[]): void {
    const { kernel, conflicts, keeping, apply } = this.#parts;
    const { saved } = keeping;
    const driver = this.#parts.driver();
    if (saved === undefined || driver === undefined) return;
    const config = withChanges(saved.config, step);
    if (kernel.readdress(config, step)) {
      keeping.writeSoon({ ...saved, config });
      conflicts.readdress(step);
      driver.happen({ type: 'readdress', config: config.own });
      return;
    }
    keeping.writeSoon({ ...saved, config });
    apply(config);
  }
}
