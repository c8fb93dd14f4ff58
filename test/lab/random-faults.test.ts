/**
 * Random faults in a row, under load, on a pair with a witness and real engines: who answered, from a capture on the
 * wire, shows one owner at every instant; nothing acknowledged is lost. EVENKEEL_SEED replays a run.
 */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { fault } from '../../lab/faults.ts';
import { downLab, upLab } from '../../lab/lab.ts';
import { rolesOfPair, waitInSync } from '../../lab/story/ask.ts';
import { deviceGroup, pairTrust } from '../../lab/story/form.ts';
import { globalDevices } from '../../lab/story/dns.ts';
import { overlaps, ownerSpans } from '../../lab/story/outage.ts';
import { nycVirtual, pair } from '../../lab/story/places.ts';
import { describe, drawFault, type RandomFault } from '../../lab/story/random-fault.ts';
import { serviceInLondon, serviceOnPair } from '../../lab/story/traffic.ts';
import { askWhoHas, startCapture, startProber } from '../../lab/story/watch.ts';
import type { Lab } from '../../lab/types.ts';
import { macOf } from '../../lab/plan.ts';
import { legOn } from '../../lab/topology.ts';
import { eventually, pause } from '../../lab/wait.ts';
import { dice } from '../../src/cluster/failover/simulator/random.ts';
import { isRoot } from '../../src/platform/processes.ts';

const name = `r${process.pid}`.slice(0, 12);
const skip = isRoot() ? false : 'needs root for network namespaces';
const isLong = process.env['EVENKEEL_TEST_LONG'] !== undefined;
const rounds = isLong ? 200 : 3;
const seed = Number(process.env['EVENKEEL_SEED'] ?? 1);
const upLimitMilliseconds = 120_000;
const recoveryLimitMilliseconds = 45_000;
const network = 'nyc-ext';
const networkOctet = 110;

let lab: Lab;

before(
  async () => {
    if (skip !== false) return;
    lab = await upLab(name, 'two-sites', () => undefined);
    const steps = [pairTrust, deviceGroup, serviceOnPair, serviceInLondon, globalDevices];
    for (const step of steps) await step.run(lab);
  },
  { timeout: 2 * upLimitMilliseconds },
);
after(async () => {
  if (skip === false) await downLab(name);
});

const macs = (): readonly string[] =>
  pair.map((device) => macOf(networkOctet, legOn(lab.node(device), network)?.host ?? 0));

/** Healing what healed by itself (a supervisor restarted it meanwhile) is no fault of the test. */
async function heal(drawn: RandomFault, device: string): Promise<void> {
  for (const [kind, target] of drawn.heal) {
    const isOptional = kind === 'cont' || kind === 'start';
    await fault(lab, kind, target.replace('PAIR', device)).catch((error: unknown) => {
      if (!isOptional) throw error;
    });
  }
}

test(`${rounds} random faults in a row: one owner, nothing lost`, { skip }, async (t) => {
  const { fraction } = dice(seed);
  const addresses = [nycVirtual.ipv4, nycVirtual.ipv6];
  const prober = await startProber(lab, {
    host: nycVirtual.ipv4,
    port: 80,
    intervalMilliseconds: 5,
    limitMilliseconds: 500,
  });
  const asker = askWhoHas(lab, 'wan', 'nyc', addresses);
  t.after(() => Promise.all([prober.stop(), asker.stop()]));
  const acknowledged: string[] = [];
  for (let number = 1; number <= rounds; number += 1) {
    const drawn = drawFault(fraction);
    const roles = await rolesOfPair(lab, recoveryLimitMilliseconds);
    const struck = drawn.on === 'active' ? roles.active : roles.standby;
    const story = `round ${number} of seed ${seed}: ${describe(drawn, struck)}`;
    const capture = await startCapture(lab, network, addresses);
    const pool = `written_in_round_${number}`;
    // Always on one device: changes made apart on both are a conflict that people resolve.
    const written = await lab
      .rest(pair[0])
      .send('POST', '/mgmt/tm/ltm/pool', { name: pool })
      .catch(() => undefined);
    if (written?.status === 200) acknowledged.push(pool);
    for (const [kind, target] of drawn.strike) {
      await fault(lab, kind, target.replace('PAIR', struck));
    }
    await pause(drawn.holdMilliseconds);
    await heal(drawn, struck);
    const healed = performance.timeOrigin + performance.now();
    try {
      await rolesOfPair(lab, recoveryLimitMilliseconds);
      await eventually('answers again', recoveryLimitMilliseconds, () =>
        Promise.resolve(prober.seen.some((probe) => probe.ok && probe.start > healed) || undefined),
      );
    } catch (error) {
      throw new Error(`${story}: ${String(error)}`, { cause: error });
    } finally {
      await capture.stop();
    }
    const own = capture.seen.filter((sign) => macs().includes(sign.mac));
    assert.ok(own.length > 0, `${story}: nobody was seen to answer`);
    assert.deepEqual(overlaps(ownerSpans(own)), [], `${story}: two owners at once`);
    if (isLong) console.log(`${story}: ${ownerSpans(own).length} turns`);
  }
  await waitInSync(lab, recoveryLimitMilliseconds);
  for (const device of pair) {
    const there = await lab
      .rest(device)
      .get<{ readonly items: readonly { readonly name: string }[] }>('/mgmt/tm/ltm/pool');
    const names = there.items.map((item) => item.name);
    assert.deepEqual(
      acknowledged.filter((pool) => !names.includes(pool)),
      [],
      `lost on ${device}`,
    );
  }
  assert.ok(acknowledged.length > 0);
});
