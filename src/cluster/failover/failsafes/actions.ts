/**
 * What a failsafe does besides handing over: `restart-all` starts the device's processes and engines anew, `reboot`
 * the host, where that is the device's own. After the handover, when it failed for longer than a moment, and seldom:
 * what a restart does not mend must not be restarted again and again.
 */
import type { Cancel, Clock } from '../../../platform/clock.ts';
import type { EngineControl } from '../../../platform/engines.ts';
import type { Log } from '../../../platform/log.ts';
import type { FailsafeCondition } from '../types.ts';

/** By then its traffic groups are elsewhere, if anybody can have them. */
const handoverMilliseconds = 3000;
const betweenRestartsMilliseconds = 600_000;

export interface FailsafeActionParts {
  readonly clock: Clock;
  readonly log: Log;
  readonly engines: Pick<EngineControl, 'order'>;
  /** Of the device, this process excepted: it goes on to say who is active. */
  readonly units: () => readonly string[];
  /** Undefined: it is on its way; else why this host is not rebooted. */
  readonly rebootHost: () => string | undefined;
}

export class FailsafeActions {
  readonly #parts: FailsafeActionParts;
  readonly #due = new Map<string, Cancel>();
  #restartedAt = Number.NEGATIVE_INFINITY;

  constructor(parts: FailsafeActionParts) {
    this.#parts = parts;
  }

  /** It has just failed. */
  failed({ feature, key, action }: FailsafeCondition): void {
    if (action !== 'restart-all' && action !== 'reboot') return;
    const name = `${feature} ${key}`;
    if (this.#due.has(name)) return;
    const act = (): void => {
      this.#due.delete(name);
      this.#act(action, name);
    };
    this.#due.set(name, this.#parts.clock.after(handoverMilliseconds, act));
  }

  /** It is well, or no longer watched. */
  recovered({ feature, key }: Pick<FailsafeCondition, 'feature' | 'key'>): void {
    const name = `${feature} ${key}`;
    this.#due.get(name)?.();
    this.#due.delete(name);
  }

  close(): void {
    for (const cancel of this.#due.values()) cancel();
    this.#due.clear();
  }

  #act(action: 'restart-all' | 'reboot', name: string): void {
    const { clock, log, engines, units, rebootHost } = this.#parts;
    const now = clock.monotonicMilliseconds();
    if (now - this.#restartedAt < betweenRestartsMilliseconds) {
      log.write('notice', `HA ${name}: ${action} not done again within ten minutes`);
      return;
    }
    this.#restartedAt = now;
    if (action === 'reboot') {
      const reason = rebootHost();
      if (reason === undefined) {
        log.write('warning', `HA ${name}: the host is rebooted`);
        return;
      }
      log.write('warning', `HA ${name}: the host is not rebooted (${reason})`);
    }
    const all = units();
    log.write('warning', `HA ${name}: ${all.join(', ')} are restarted`);
    for (const unit of all) engines.order(unit, 'restart');
  }
}
