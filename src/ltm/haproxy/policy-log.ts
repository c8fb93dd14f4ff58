/** What policies log: from HAProxy (`render.ts`, ring) into the device's log, no more of it than a disk should bear. */
import type { Clock } from '../../platform/clock.ts';
import { listenForLines } from '../../platform/line-listener.ts';
import type { Level, Log } from '../../platform/log.ts';

/** Lines in one second; the rest is counted. */
const mostLines = 500;
const secondMilliseconds = 1000;

/** By number of severity (RFC 5424). */
const levels: readonly Level[] = [
  'crit',
  'crit',
  'crit',
  'err',
  'warning',
  'notice',
  'info',
  'debug',
];

export interface PolicyLogOptions {
  /** Abstract socket that HAProxy connects to. */
  readonly name: string;
  readonly clock: Clock;
  readonly log: Log;
}

export function startPolicyLog({ name, clock, log }: PolicyLogOptions): () => void {
  let begun = 0;
  let count = 0;
  const onLine = (line: string): void => {
    const now = clock.monotonicMilliseconds();
    if (now - begun >= secondMilliseconds) {
      if (count > mostLines)
        log.write('warning', `policies: ${count - mostLines} lines of a second were left out`);
      begun = now;
      count = 0;
    }
    count += 1;
    if (count > mostLines) return;
    const [, number = '6', message = ''] = /^<(\d{1,3})>(.*)$/s.exec(line) ?? ['', '6', line];
    log.write(levels[Number(number) % 8] ?? 'info', message);
  };
  return listenForLines(name, {
    onLine,
    onError: (reason) => log.write('err', `policies cannot log: ${reason}`),
  });
}
