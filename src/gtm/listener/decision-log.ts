/** Decisions of wide IPs that are to be logged, in /var/log/gtm; as many a second as a disk takes easily. */
import type { Clock } from '../../platform/clock.ts';
import type { Log } from '../../platform/log.ts';
import { type DecisionLog, decisionLines } from '../decision/decision-lines.ts';

const mostDecisionsASecond = 100;

export function createDecisionLog(log: Log, clock: Clock): DecisionLog {
  let second = -1;
  let told = 0;
  let untold = 0;
  return (client, wideIp, events) => {
    const now = Math.floor(clock.monotonicMilliseconds() / 1_000);
    if (now !== second) {
      if (untold > 0) log.write('notice', `${untold} more decisions were not logged`);
      second = now;
      told = 0;
      untold = 0;
    }
    if (told === mostDecisionsASecond) {
      untold += 1;
      return;
    }
    told += 1;
    for (const line of decisionLines(client, wideIp, events)) log.write('info', line);
  };
}
