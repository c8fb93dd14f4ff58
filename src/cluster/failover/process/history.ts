/**
 * The failover history on disk: what happened before a power cut is what one wants to know after it. Written
 * without holding anybody up; a damaged file is left behind with a word.
 */
import type { Clock } from '../../../platform/clock.ts';
import { durableFile } from '../../../platform/durable-file.ts';
import { readTextIfPresent } from '../../../platform/files.ts';
import type { Log } from '../../../platform/log.ts';
import type { WallHistoryEntry } from '../protocol.ts';
import type { HistoryEntry } from '../types.ts';

const mostEntries = 200;

export interface History {
  add(entry: HistoryEntry): void;
  /** Newest last. */
  entries(): readonly WallHistoryEntry[];
}

export function openHistory(path: string, clock: Clock, log: Log): History {
  const file = durableFile(path);
  let entries = read(path, log);
  return {
    entries: () => entries,
    add(entry) {
      const offset = clock.wallMilliseconds() - clock.monotonicMilliseconds();
      const { at, timeline, ...rest } = entry;
      const known = timeline.map((one) => ({ wall: Math.round(one.at + offset), what: one.what }));
      entries = [...entries, { ...rest, wall: Math.round(at + offset), timeline: known }];
      entries = entries.slice(-mostEntries);
      file.write(JSON.stringify(entries)).catch((error: unknown) => {
        log.write('warning', `cannot keep the failover history: ${String(error)}`);
      });
    },
  };
}

function read(path: string, log: Log): readonly WallHistoryEntry[] {
  const text = readTextIfPresent(path);
  if (text === undefined) return [];
  try {
    const value: unknown = JSON.parse(text);
    if (Array.isArray(value)) return value.filter(isEntry);
  } catch {
    // Said below.
  }
  log.write('warning', `${path} is damaged; the failover history begins anew`);
  return [];
}

function isEntry(value: unknown): value is WallHistoryEntry {
  if (typeof value !== 'object' || value === null) return false;
  // An object by the line above; its fields are checked one by one.
  const entry = value as Readonly<Record<string, unknown>>;
  const texts = ['group', 'change', 'reason', 'evidence'];
  return (
    typeof entry['wall'] === 'number' &&
    texts.every((name) => typeof entry[name] === 'string') &&
    Array.isArray(entry['timeline'])
  );
}
