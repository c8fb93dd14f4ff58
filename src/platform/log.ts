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

export function fileLog(path: string, program: string, least: Level = 'info'): Log {
  mkdirSync(dirname(path), { recursive: true });
  return {
    write(level, message, fields) {
      if (order.indexOf(level) < order.indexOf(least)) return;
      const stamp = new Date(systemClock.wallMilliseconds()).toISOString();
      const more = fields === undefined ? '' : ` ${JSON.stringify(fields)}`;
      rotate(path);
      // A full disk must not take the device down: the line is lost, the service is not.
      try {
        appendFileSync(path, `${stamp} ${level} ${program}[${process.pid}] ${message}${more}\n`);
      } catch {
        process.stderr.write(`${message}\n`);
      }
    },
  };
}

export const silentLog: Log = { write: () => undefined };

function rotate(path: string): void {
  try {
    if (statSync(path).size > maximumBytes) renameSync(path, `${path}.1`);
  } catch {
    // No file yet.
  }
}
