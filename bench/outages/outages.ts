/**
 * `node bench/outages/outages.ts [--rounds N] [--profile compatible|fast|fastest]`: the outages a client sees, and
 * how soon changes show in the traffic; several rounds of each kind, median, 99th percentile and worst. Where
 * keepalived knows the same blow, its pair in the same lab is struck in turns with ours. Needs root; brings its own
 * lab up and down. One JSON document on standard output.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { downLab, upLab } from '../../lab/lab.ts';
import { removeNamespaces } from '../../lab/namespaces.ts';
import { namespaceOf } from '../../lab/plan.ts';
import { tmsh } from '../../lab/story/ask.ts';
import { memberChangeReachesPeer, newVirtualReachesPeer } from '../../lab/story/change.ts';
import { globalDevices, siteDies, wideIpAnswers } from '../../lab/story/dns.ts';
import {
  activeKilled,
  activePoweredOff,
  activeStopped,
  engineKilled,
  everythingKilled,
  plannedFailover,
  probeMilliseconds,
} from '../../lab/story/failover.ts';
import { deviceGroup, pairTrust } from '../../lab/story/form.ts';
import { group, pair } from '../../lab/story/places.ts';
import { round, type Step } from '../../lab/story/story.ts';
import { serviceInLondon, serviceOnPair } from '../../lab/story/traffic.ts';
import type { Lab } from '../../lab/types.ts';
import { eventually, milliseconds } from '../../lab/wait.ts';
import {
  type Blow,
  hasKeepalived,
  keepalivedNodes,
  type KeepalivedPair,
  startKeepalivedPair,
} from './keepalived.ts';

const setUp: readonly Step[] = [
  pairTrust,
  deviceGroup,
  serviceOnPair,
  serviceInLondon,
  globalDevices,
  wideIpAnswers,
];

/** What is repeated, the figure of it that counts, and the same blow to keepalived. */
const measured: readonly (readonly [step: Step, figure: string, blow?: Blow])[] = [
  [activeKilled, 'killOutageMs', 'kill'],
  [activeStopped, 'stopOutageMs', 'stop'],
  [everythingKilled, 'deathOutageMs', 'death'],
  [activePoweredOff, 'powerOutageMs', 'power'],
  [plannedFailover, 'plannedOutageMs', 'planned'],
  [siteDies, 'dnsMoveSeconds'],
  [memberChangeReachesPeer, 'memberEffectMs'],
  [newVirtualReachesPeer, 'virtualEffectMs'],
  // Last: what relapses has to stay well for longer and longer (up to a minute) before it counts again.
  [engineKilled, 'engineOutageMs', 'engine'],
];

const wellLimitMilliseconds = 90_000;

async function nobodyImpaired(lab: Lab): Promise<void> {
  for (const device of pair) {
    await eventually(`${device} able to take over`, wellLimitMilliseconds, async () => {
      const status = await lab.rest(device).get('/mgmt/tm/cm/failover-status');
      return JSON.stringify(status).includes('impaired:') ? undefined : true;
    });
  }
}

interface Row {
  readonly figure: string;
  readonly rounds: number;
  readonly median: number;
  readonly p99: number;
  readonly worst: number;
  /** Rounds that did not hold, each with its reason. */
  readonly failures: readonly string[];
  /** Rounds after which both had the address; of ours such a round fails. */
  readonly twoOwners?: number;
}

function summarize(figure: string, values: readonly number[], failures: readonly string[]): Row {
  const sorted = values.toSorted((a, b) => a - b);
  const at = (share: number): number =>
    sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN;
  const row = {
    figure,
    rounds: values.length + failures.length,
    median: at(0.5),
    p99: at(0.99),
    worst: sorted.at(-1) ?? Number.NaN,
    failures,
  };
  process.stderr.write(
    `${figure}: median ${row.median}, p99 ${row.p99}, worst ${row.worst}, ${failures.length} failed\n`,
  );
  return row;
}

/** Our round, then the peer's, and so on: what else the machine does meets both. */
async function repeat(
  lab: Lab,
  [step, figure, blow]: (typeof measured)[number],
  rounds: number,
  peer: KeepalivedPair | undefined,
): Promise<readonly Row[]> {
  const ours: number[] = [];
  const failures: string[] = [];
  const theirs: number[] = [];
  const theirFailures: string[] = [];
  let twoOwners = 0;
  for (let number = 0; number < rounds; number += 1) {
    try {
      await nobodyImpaired(lab);
      ours.push(Number((await step.run(lab))[figure]));
    } catch (error) {
      failures.push(error instanceof Error ? error.message : String(error));
    }
    if (peer === undefined || blow === undefined) continue;
    try {
      const struck = await peer.strike(blow, probeMilliseconds);
      theirs.push(round(struck.outageMs));
      if (struck.hasTwoOwners) twoOwners += 1;
    } catch (error) {
      theirFailures.push(error instanceof Error ? error.message : String(error));
    }
  }
  const row = summarize(figure, ours, failures);
  if (theirs.length + theirFailures.length === 0) return [row];
  return [row, { ...summarize(`keepalived ${figure}`, theirs, theirFailures), twoOwners }];
}

const { values } = parseArgs({
  options: {
    rounds: { type: 'string', default: '10' },
    profile: { type: 'string', default: 'fast' },
    only: { type: 'string', default: '' },
  },
});
const name = 'bench';
const folder = mkdtempSync(join(tmpdir(), 'evenkeel-bench-'));
try {
  const started = milliseconds();
  const lab = await upLab(name, 'two-sites', () => undefined);
  for (const step of setUp.slice(0, 3)) await step.run(lab);
  const firstAnswerSeconds = round((milliseconds() - started) / 1000, 1);
  for (const step of setUp.slice(3)) await step.run(lab);
  await tmsh(lab, pair[0], `modify cm device-group ${group} failover-profile ${values.profile}`);
  const hasPeer = await hasKeepalived();
  if (!hasPeer) process.stderr.write('without a peer: apt-get install keepalived\n');
  const peer = hasPeer ? await startKeepalivedPair(lab, folder) : undefined;
  const rows: Row[] = [];
  for (const row of measured) {
    if (!row[1].startsWith(values.only)) continue;
    rows.push(...(await repeat(lab, row, Number(values.rounds), peer)));
  }
  const document = { profile: values.profile, firstAnswerSeconds, rows };
  process.stdout.write(`${JSON.stringify(document, undefined, 2)}\n`);
} finally {
  await removeNamespaces(keepalivedNodes.map((node) => namespaceOf(name, node)));
  await downLab(name);
  rmSync(folder, { recursive: true, force: true });
}
process.exit();
