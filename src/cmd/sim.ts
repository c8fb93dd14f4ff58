/** `evenkeel sim --seeds N [--seed S]`: failover under simulated faults; prints what was simulated and the first failing seed. */
import { parseArgs } from 'node:util';
import { runSeed } from '../cluster/failover/simulator/run.ts';

const { values } = parseArgs({
  options: { seeds: { type: 'string', default: '1000' }, seed: { type: 'string' } },
});
const first = Number(values.seed ?? 1);
const count = values.seed === undefined ? Number(values.seeds) : 1;
if (!Number.isSafeInteger(first) || !Number.isSafeInteger(count) || count < 1) {
  process.stderr.write('usage: sim --seeds N [--seed S]; both are whole numbers\n');
  process.exit(2);
}

let milliseconds = 0;
let steps = 0;
let splits = 0;
let takeovers = 0;
let failures = 0;
for (let seed = first; seed < first + count; seed += 1) {
  const result = runSeed({ seed });
  milliseconds += result.simulatedMilliseconds;
  steps += result.steps;
  splits += result.splits;
  takeovers += result.takeovers;
  if (result.violation === undefined) continue;
  failures += 1;
  process.stdout.write(`seed ${seed} failed ${result.violation}\n`);
  if (failures === 10) break;
}
const hours = (milliseconds / 3_600_000).toFixed(2);
process.stdout.write(
  `${count} seeds, ${hours} simulated hours, ${steps} steps, ${takeovers} takeovers, ` +
    `${splits} allowed splits (a pair cut on every path), ${failures} failures\n`,
);
process.exit(failures === 0 ? 0 : 1);
