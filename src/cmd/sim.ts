/** `evenkeel sim --seeds N [--seed S]`: failover under simulated faults; prints what was simulated and the first failing seeds. */
import { parseArgs } from 'node:util';
import { UserError } from '../base/user-error.ts';
import { runSeed } from '../cluster/failover/simulator/run.ts';

const usage = 'usage: evenkeel sim [--seeds N] [--seed S]; both are whole numbers';
/** Seeds that fail are printed up to this many; then the run ends. */
const maximumFailures = 10;

interface Totals {
  milliseconds: number;
  steps: number;
  splits: number;
  takeovers: number;
  failures: number;
}

/** Answers the exit code: 0 when no seed failed. Throws UserError for numbers that are none. */
export function sim(args: readonly string[]): Promise<number> {
  const { values } = parseArgs({
    args: [...args],
    options: { seeds: { type: 'string', default: '1000' }, seed: { type: 'string' } },
  });
  const first = Number(values.seed ?? 1);
  const count = values.seed === undefined ? Number(values.seeds) : 1;
  if (!Number.isSafeInteger(first) || !Number.isSafeInteger(count) || count < 1) {
    throw new UserError(usage);
  }
  const totals = runSeeds(first, count);
  const hours = (totals.milliseconds / 3_600_000).toFixed(2);
  process.stdout.write(
    `${count} seeds, ${hours} simulated hours, ${totals.steps} steps, ${totals.takeovers} takeovers, ` +
      `${totals.splits} allowed splits (a pair cut on every path), ${totals.failures} failures\n`,
  );
  return Promise.resolve(totals.failures === 0 ? 0 : 1);
}

function runSeeds(first: number, count: number): Totals {
  const totals: Totals = { milliseconds: 0, steps: 0, splits: 0, takeovers: 0, failures: 0 };
  for (let seed = first; seed < first + count; seed += 1) {
    const result = runSeed({ seed });
    totals.milliseconds += result.simulatedMilliseconds;
    totals.steps += result.steps;
    totals.splits += result.splits;
    totals.takeovers += result.takeovers;
    if (result.violation === undefined) continue;
    totals.failures += 1;
    process.stdout.write(`seed ${seed} failed ${result.violation}\n`);
    if (totals.failures === maximumFailures) break;
  }
  return totals;
}
