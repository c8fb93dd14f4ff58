/**
 * `node bench/outages.ts [--rounds N]`: the outages a client sees, and how soon changes show in the traffic;
 * several rounds of each kind, median and worst. Needs root; brings its own lab up and down. One JSON
 * document on standard output.
 */
import { parseArgs } from 'node:util';
import { downLab, upLab } from '../lab/lab.ts';
import type { Lab } from '../lab/types.ts';
import { memberChangeReachesPeer, newVirtualReachesPeer } from '../lab/story/change.ts';
import { globalDevices, siteDies, wideIpAnswers } from '../lab/story/dns.ts';
import {
  activeKilled,
  activePoweredOff,
  activeStopped,
  engineKilled,
  everythingKilled,
  plannedFailover,
} from '../lab/story/failover.ts';
import { deviceGroup, pairTrust } from '../lab/story/form.ts';
import { round, type Step } from '../lab/story/story.ts';
import { serviceInLondon, serviceOnPair } from '../lab/story/traffic.ts';
import { milliseconds } from '../lab/wait.ts';

const setUp: readonly Step[] = [
  pairTrust,
  deviceGroup,
  serviceOnPair,
  serviceInLondon,
  globalDevices,
  wideIpAnswers,
];

/** What is repeated, and the figure of it that counts. */
const measured: readonly (readonly [Step, string])[] = [
  [activeKilled, 'killOutageMs'],
  [activeStopped, 'stopOutageMs'],
  [everythingKilled, 'deathOutageMs'],
  [activePoweredOff, 'powerOutageMs'],
  [engineKilled, 'engineOutageMs'],
  [plannedFailover, 'plannedOutageMs'],
  [siteDies, 'dnsMoveSeconds'],
  [memberChangeReachesPeer, 'memberEffectMs'],
  [newVirtualReachesPeer, 'virtualEffectMs'],
];

interface Row {
  readonly figure: string;
  readonly rounds: number;
  readonly median: number;
  readonly worst: number;
  /** Rounds that did not hold, each with its reason. */
  readonly failures: readonly string[];
}

async function repeat(lab: Lab, step: Step, figure: string, rounds: number): Promise<Row> {
  const values: number[] = [];
  const failures: string[] = [];
  for (let number = 0; number < rounds; number += 1) {
    try {
      values.push(Number((await step.run(lab))[figure]));
    } catch (error) {
      failures.push(error instanceof Error ? error.message : String(error));
    }
  }
  const sorted = values.toSorted((a, b) => a - b);
  const median = sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
  const row = { figure, rounds, median, worst: sorted.at(-1) ?? Number.NaN, failures };
  process.stderr.write(
    `${figure}: median ${row.median}, worst ${row.worst}, ${failures.length} failed\n`,
  );
  return row;
}

const { values } = parseArgs({ options: { rounds: { type: 'string', default: '10' } } });
const name = 'bench';
try {
  const started = milliseconds();
  const lab = await upLab(name, 'two-sites', () => undefined);
  for (const step of setUp.slice(0, 3)) await step.run(lab);
  const firstAnswerSeconds = round((milliseconds() - started) / 1000, 1);
  for (const step of setUp.slice(3)) await step.run(lab);
  const rows: Row[] = [];
  for (const [step, figure] of measured) {
    rows.push(await repeat(lab, step, figure, Number(values.rounds)));
  }
  process.stdout.write(`${JSON.stringify({ firstAnswerSeconds, rows }, undefined, 2)}\n`);
} finally {
  await downLab(name);
}
process.exit();
