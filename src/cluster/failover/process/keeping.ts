/** What the failover process keeps on disk (saved.ts): read once, written at once or soon, the newest only. */
import type { Cancel, Clock } from '../../../platform/clock.ts';
import { type DurableFile, durableFile } from '../../../platform/durable-file.ts';
import { readTextIfPresent } from '../../../platform/files.ts';
import type { Log } from '../../../platform/log.ts';
import { parseSaved, type Saved } from './saved.ts';

/** Of ten thousand addresses one comes at a time; control tells the whole again after a restart. */
const soonMilliseconds = 1000;

export class Keeping {
  readonly #file: DurableFile;
  readonly #clock: Clock;
  readonly #log: Log;
  #saved: Saved | undefined;
  #cancel: Cancel | undefined;

  constructor(path: string, clock: Clock, log: Log) {
    this.#file = durableFile(path);
    this.#clock = clock;
    this.#log = log;
    const text = readTextIfPresent(path);
    this.#saved = text === undefined ? undefined : parseSaved(text);
    if (text !== undefined && this.#saved === undefined) {
      log.write('err', `${path} is damaged and not used`);
    }
  }

  /** As it is to be kept, on disk or not yet. */
  get saved(): Saved | undefined {
    return this.#saved;
  }

  /** Resolves when it is on disk. */
  write(saved: Saved): Promise<void> {
    this.close();
    this.#saved = saved;
    return this.#file.write(JSON.stringify(saved));
  }

  /** Written within a second, with what else changes meanwhile. */
  writeSoon(saved: Saved): void {
    this.#saved = saved;
    this.#cancel ??= this.#clock.after(soonMilliseconds, () => {
      this.write(this.#saved ?? saved).catch((error: unknown) =>
        this.#log.write('err', `cannot keep the floating addresses: ${String(error)}`),
      );
    });
  }

  close(): void {
    this.#cancel?.();
    this.#cancel = undefined;
  }
}
