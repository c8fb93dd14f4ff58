import {
  closeSync,
  fstatSync,
  mkdirSync,
  openSync,
  renameSync,
  statSync,
  writeSync,
} from 'node:fs';
import { dirname } from 'node:path';
import { systemClock } from './clock.ts';

/**
 * One structured logger. Each line is syslog-like for people and has BIG-IP's message code where there is
 * one: `2026-11-21T10:00:00.000Z notice failover[123] 010c0019:5: Active`. Files rotate at a bound.
 */
export type Level = 'debug' | 'info' | 'notice' | 'warning' | 'err' | 'crit';

export interface Log {
  write(level: Level, message: string, fields?: Readonly<Record<string, unknown>>): void;
}

const order: readonly Level[] = ['debug', 'info', 'notice', 'warning', 'err', 'crit'];
const maximumBytes = 8 * 1024 * 1024;
/** Lines that wait in memory for a disk that is full; the oldest are lost first, and counted. */
const maximumWaiting = 1000;

export interface LogOptions {
  readonly least?: Level;
  /** Earlier files kept beside the current one, `.1` being the newest. Default 1. */
  readonly kept?: number;
  /** A file that is larger is put aside. Default 8 MiB. */
  readonly maximumBytes?: number;
}

export function fileLog(path: string, program: string, options: LogOptions = {}): Log {
  const { least = 'info', kept = 1, maximumBytes: limit = maximumBytes } = options;
  mkdirSync(dirname(path), { recursive: true });
  const file = new AppendedFile(path);
  const waiting: string[] = [];
  let lost = 0;
  const lineOf = (level: Level, text: string): string => {
    const stamp = new Date(systemClock.wallMilliseconds()).toISOString();
    return `${stamp} ${level} ${program}[${process.pid}] ${text}\n`;
  };
  return {
    write(level, message, fields) {
      if (order.indexOf(level) < order.indexOf(least)) return;
      const more = fields === undefined ? '' : ` ${JSON.stringify(fields)}`;
      waiting.push(lineOf(level, `${message}${more}`));
      if (waiting.length > maximumWaiting) {
        waiting.shift();
        lost += 1;
      }
      const loss = lost === 0 ? '' : lineOf('err', `${lost} lines were lost: the disk was full`);
      // A full disk must not take the device down: lines wait, the service does not.
      try {
        if (file.size() > limit) {
          file.close();
          putAside(path, kept);
        }
        file.append(`${loss}${waiting.join('')}`);
        waiting.length = 0;
        lost = 0;
      } catch {
        process.stderr.write(`${message}\n`);
      }
    },
  };
}

export const silentLog: Log = { write: () => undefined };

function putAside(path: string, kept: number): void {
  for (let number = kept; number > 0; number -= 1) {
    const from = number === 1 ? path : `${path}.${number - 1}`;
    try {
      renameSync(from, `${path}.${number}`);
    } catch {
      // Not that many yet.
    }
  }
}

/** Others may put the file aside, or delete it: seen after this at the latest. */
const lookMilliseconds = 100;

interface OpenFile {
  readonly handle: number;
  readonly inode: number;
  bytes: number;
}

/**
 * Stays open: opening and closing it for each line costs a busy process several times what the line does. Throws
 * when the disk takes nothing; whatever was wrong, the next line begins anew.
 */
class AppendedFile {
  readonly #path: string;
  #open: OpenFile | undefined;
  #lookedAt = 0;

  constructor(path: string) {
    this.#path = path;
  }

  size(): number {
    return this.#file().bytes;
  }

  append(text: string): void {
    const file = this.#file();
    const bytes = Buffer.from(text);
    try {
      for (let at = 0; at < bytes.length;) at += writeSync(file.handle, bytes, at);
      file.bytes += bytes.length;
    } catch (error) {
      this.close();
      throw error;
    }
  }

  close(): void {
    if (this.#open !== undefined) closeSync(this.#open.handle);
    this.#open = undefined;
  }

  #file(): OpenFile {
    const now = systemClock.monotonicMilliseconds();
    if (this.#open !== undefined && now - this.#lookedAt > lookMilliseconds) {
      this.#lookedAt = now;
      const inode = statSync(this.#path, { throwIfNoEntry: false })?.ino;
      if (inode !== this.#open.inode) this.close();
    }
    if (this.#open === undefined) {
      this.#lookedAt = now;
      const handle = openSync(this.#path, 'a');
      const { ino, size } = fstatSync(handle);
      this.#open = { handle, inode: ino, bytes: size };
    }
    return this.#open;
  }
}
