/** `checker.ts TARGETS INTERVAL`: the product's own runner; a line on standard input asks how late probes were since the last. */
import { examplePlan } from '../../src/monitor/example-plan.ts';
import { boundPatterns } from '../../src/platform/linear-patterns.ts';
import { systemClock } from '../../src/platform/clock.ts';
import { systemRandom } from '../../src/platform/random.ts';
import { systemDoors } from '../../src/monitor/probe/system-doors.ts';
import { Runner } from '../../src/monitor/runner.ts';
import { addressOfTarget, targetPort } from './targets.ts';

export interface CheckerReport {
  readonly latestMilliseconds: number;
}

const [targets = 0, intervalSeconds = 0] = process.argv.slice(2).map(Number);
boundPatterns();
const doors = systemDoors(systemClock, systemRandom, '');
const begun = new Map<string, number>();
let latest = 0;
const runner = new Runner(
  systemClock,
  systemRandom,
  {
    ...doors,
    exchangePlain(exchange) {
      const now = systemClock.monotonicMilliseconds();
      const before = begun.get(exchange.address.text);
      begun.set(exchange.address.text, now);
      if (before !== undefined) latest = Math.max(latest, now - before - intervalSeconds * 1000);
      return doors.exchangePlain(exchange);
    },
  },
  () => undefined,
);
runner.replace(
  Array.from({ length: targets }, (_, index) =>
    examplePlan('http', addressOfTarget(index), targetPort, {
      intervalMilliseconds: intervalSeconds * 1000,
      send: String.raw`GET / HTTP/1.0\r\n\r\n`,
      recv: '200 OK',
    }),
  ),
  [],
);
process.stdin.on('data', () => {
  const report: CheckerReport = { latestMilliseconds: Math.round(latest) };
  latest = 0;
  process.stdout.write(`${JSON.stringify(report)}\n`);
});
