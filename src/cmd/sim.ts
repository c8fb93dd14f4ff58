/**
 * `evenkeel sim [--seeds N] [--seed S] [--only NAME]`: the cluster's machines under simulated faults, from seed S
 * on; prints what was simulated and the first failing seeds.
 */
import { parseArgs } from 'node:util';
import { UserError } from '../base/user-error.ts';
import { runSeed as runFailover } from '../cluster/failover/simulator/run.ts';
import { runSeed as runSync } from '../cluster/sync/simulation.ts';
import { runSeed as runTrust } from '../cluster/trust/simulation.ts';

const usage =
  'usage: evenkeel sim [--seeds N] [--seed S] [--only failover|trust|sync]; both are whole numbers';
/** Seeds that fail are printed up to this many; then the run ends. */
const maximumFailures = 10;

interface SeedResult {
  readonly violation: string | undefined;
  readonly simulatedMilliseconds: number;
}

interface Simulation {
  readonly name: string;
  run(seed: number): SeedResult & { readonly figures: Readonly<Record<string, number>> };
}

const simulations: readonly Simulation[] = [
  {
    name: 'failover',
    run(seed) {
      const result = runFailover({ seed });
      const { steps, takeovers, splits } = result;
      const figures = { steps, takeovers, 'allowed splits (a pair cut on every path)': splits };
      return { ...result, figures };
    },
  },
  { name: 'trust', run: (seed) => figured(runTrust({ seed })) },
  { name: 'sync', run: (seed) => figured(runSync({ seed })) },
];

/** Everything that was counted, by its own name. */
function figured<R extends SeedResult>(
  result: R,
): SeedResult & { readonly figures: Readonly<Record<string, number>> } {
  const hidden = ['seed', 'simulatedMilliseconds'];
  const figures = Object.fromEntries(
    Object.entries(result).flatMap(([name, value]) =>
      typeof value === 'number' && !hidden.includes(name) ? [[name, value] as const] : [],
    ),
  );
  return { ...result, figures };
}

/** Answers the exit code: 0 when no seed failed. Throws UserError for numbers that are none. */
export function sim(args: readonly string[]): Promise<number> {
  const { values } = parseArgs({
    args: [...args],
    options: {
      seeds: { type: 'string' },
      seed: { type: 'string' },
      only: { type: 'string' },
    },
  });
  const first = Number(values.seed ?? 1);
  const count = Number(values.seeds ?? (values.seed === undefined ? 1000 : 1));
  const chosen = simulations.filter(({ name }) => name === (values.only ?? name));
  if (!Number.isSafeInteger(first) || !Number.isSafeInteger(count) || count < 1) {
    throw new UserError(usage);
  }
  if (chosen.length === 0) throw new UserError(usage);
  const failures = chosen.map((simulation) => runSeeds(simulation, first, count));
  return Promise.resolve(failures.every((failed) => failed === 0) ? 0 : 1);
}

/** Prints what was simulated; answers how many seeds failed. */
function runSeeds({ name, run }: Simulation, first: number, count: number): number {
  const totals = new Map<string, number>();
  let milliseconds = 0;
  let failures = 0;
  let seed = first;
  for (; seed < first + count && failures < maximumFailures; seed += 1) {
    const { violation, simulatedMilliseconds, figures } = run(seed);
    milliseconds += simulatedMilliseconds;
    for (const [what, value] of Object.entries(figures)) {
      totals.set(what, (totals.get(what) ?? 0) + value);
    }
    if (violation === undefined) continue;
    failures += 1;
    process.stdout.write(`${name}: seed ${seed} failed ${violation}\n`);
  }
  const hours = (milliseconds / 3_600_000).toFixed(2);
  const counted = [...totals].map(([what, value]) => `${value} ${what}`);
  const parts = [`${seed - first} seeds`, `${hours} simulated hours`, ...counted];
  process.stdout.write(`${name}: ${[...parts, `${failures} failures`].join(', ')}\n`);
  return failures;
}
