/**
 * A device that came back takes nothing back before it has the connections that the other mirrors to it. Control
 * says when; neither a control nor a peer that stays silent holds it up for longer than a bound. An owner has what
 * it serves: for it this counts for nothing.
 */
import type { Cancel, Clock } from '../../../platform/clock.ts';
import type { Log } from '../../../platform/log.ts';

/** As the history names it. */
export const catchingUp = 'mirroring';
/** A million connections take some 10 s. */
const longestMilliseconds = 30_000;

export class CatchingUp {
  readonly #parts: {
    readonly clock: Clock;
    readonly log: Log;
    readonly changed: () => void;
  };
  #cancel: Cancel | undefined;

  constructor(parts: { clock: Clock; log: Log; changed: () => void }) {
    this.#parts = parts;
  }

  get isBehind(): boolean {
    return this.#cancel !== undefined;
  }

  begin(): void {
    if (this.isBehind) return;
    const { clock, log, changed } = this.#parts;
    this.#cancel = clock.after(longestMilliseconds, () => {
      const seconds = longestMilliseconds / 1000;
      log.write('warning', `Mirrored connections did not arrive in ${seconds} s: not waited for`);
      this.end();
    });
    changed();
  }

  end(): void {
    if (this.#cancel === undefined) return;
    this.#cancel();
    this.#cancel = undefined;
    this.#parts.changed();
  }
}
