import { appendFileSync, mkdirSync, renameSync, statSync } from 'node:fs';
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
      rotate(path, kept, limit);
      // A full disk must not take the device down: lines wait, the service does not.
      try {
        appendFileSync(path, `${loss}${waiting.join('')}`);
        waiting.length = 0;
        lost = 0;
      } catch {
        process.stderr.write(`${message}\n`);
      }
    },
  };
}

export const silentLog: Log = { write: () => undefined };

function rotate(path: string, kept: number, limit: number): void {
  if (sizeOf(path) <= limit) return;
  for (let number = kept; number > 0; number -= 1) {
    const from = number === 1 ? path : `${path}.${number - 1}`;
    try {
      renameSync(from, `${path}.${number}`);
    } catch {
      // Not that many yet.
    }
  }
}

function sizeOf(path: string): number {
  return statSync(path, { throwIfNoEntry: false })?.size ?? 0;
}
