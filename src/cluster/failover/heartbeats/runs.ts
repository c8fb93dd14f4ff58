/** The number of this run of the process, and what is remembered of others', on disk: see freshness.ts. */
import type { Clock } from '../../../platform/clock.ts';
import { durableFile } from '../../../platform/durable-file.ts';
import { readTextIfPresent, writeFileDurably } from '../../../platform/files.ts';
import type { Log } from '../../../platform/log.ts';
import { Freshness, parseMarks } from './freshness.ts';
import type { Message } from '../types.ts';

/** A recording of so long, and of our absence, may pass; each save is a write to disk. */
const saveMilliseconds = 10_000;
const logMilliseconds = 60_000;

export interface Runs {
  readonly instance: number;
  /** False: a recording, which was said. */
  admits(message: Message, ownDevice: string, ownSequence: number): boolean;
  close(): void;
}

export function openRuns(path: string, clock: Clock, log: Log): Runs {
  const known = parseMarks(readTextIfPresent(path) ?? '');
  // More than the last one, also when the clock was set back.
  const instance = Math.max(clock.wallMilliseconds(), (known?.instance ?? 0) + 1);
  const freshness = new Freshness(instance, known?.marks ?? {});
  const textNow = (): string => JSON.stringify({ instance, marks: freshness.marks() });
  try {
    writeFileDurably(path, textNow());
  } catch (error) {
    // The number could come twice now, if the clock is set back, too: no reason to leave the addresses to nobody.
    log.write('err', `cannot keep the number of this run: ${String(error)}`);
  }
  const file = durableFile(path);
  const save = (): void => {
    file.write(textNow()).catch((error: unknown) => {
      log.write('warning', `cannot keep what was heard of other devices: ${String(error)}`);
    });
  };
  const stop = clock.every(saveMilliseconds, save);
  const logged = new Map<string, number>();
  return {
    instance,
    admits(message, ownDevice, ownSequence) {
      if (freshness.admits(message, ownDevice, ownSequence)) return true;
      const now = clock.monotonicMilliseconds();
      if (now - (logged.get(message.from) ?? Number.NEGATIVE_INFINITY) >= logMilliseconds) {
        logged.set(message.from, now);
        const text = `Failover messages of ${message.from} refused: they were recorded earlier`;
        log.write('warning', text);
      }
      return false;
    },
    close() {
      stop();
      save();
    },
  };
}
