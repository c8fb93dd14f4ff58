/** Deaths and orders; measured by a client, watched on the wire. */
import { fault } from '../faults.ts';
import type { Lab } from '../types.ts';
import { macOf } from '../plan.ts';
import { legOn } from '../topology.ts';
import { failoverStatus, rolesOfPair, tmsh, waitInSync } from './ask.ts';
import { failuresIn, longestOutage, type OwnerSign, type OwnerSpan, ownerSpans } from './outage.ts';
import { externalAddress, globals, nycVirtual, wideIp } from './places.ts';
import { expect, type Figures, round, type Step } from './story.ts';
import { eventually, notYet, pause } from '../wait.ts';
import { startCapture, startDnsProber, startProber } from './watch.ts';

export const probeMilliseconds = 2;
const steadyMilliseconds = 500;
const takeoverLimitMilliseconds = 15_000;
const returnLimitMilliseconds = 30_000;
const network = 'nyc-ext';
const networkOctet = 110;

interface Observed {
  readonly outageMs: number;
  readonly failed: readonly string[];
  readonly spans: readonly OwnerSpan[];
  readonly dnsAnswers: readonly string[];
  readonly from: string;
  readonly to: string;
}

/**
 * Steady traffic, one blow, traffic again. `act` strikes; the rest is measured. Any owner sign of the old
 * active after the first one of the new would be two owners at once, and fails the step.
 */
async function observe(
  lab: Lab,
  requestLimitMilliseconds: number,
  act: (active: string, standby: string) => Promise<void>,
): Promise<Observed> {
  const { active, standby } = await rolesOfPair(lab, takeoverLimitMilliseconds);
  const addresses = [nycVirtual.ipv4, nycVirtual.ipv6];
  const capture = await startCapture(lab, network, addresses);
  const dns = await startDnsProber(lab, externalAddress(lab, globals[0]), wideIp, 50);
  const prober = await startProber(lab, {
    host: nycVirtual.ipv4,
    port: 80,
    intervalMilliseconds: probeMilliseconds,
    limitMilliseconds: requestLimitMilliseconds,
  });
  try {
    await pause(steadyMilliseconds);
    const struck = performance.timeOrigin + performance.now();
    await act(active, standby);
    await eventually(`${standby} active`, takeoverLimitMilliseconds, async () => {
      const status = await failoverStatus(lab, standby);
      return status === 'ACTIVE' ? true : notYet(`it is ${status}`);
    });
    const returned = performance.timeOrigin + performance.now();
    await eventually('answers again', takeoverLimitMilliseconds, () =>
      Promise.resolve(prober.seen.some((probe) => probe.ok && probe.start > returned) || undefined),
    );
    await pause(steadyMilliseconds);
    const seen = prober.seen.filter((probe) => probe.start >= struck - steadyMilliseconds / 2);
    return {
      outageMs: longestOutage(seen, struck, probeMilliseconds),
      failed: failuresIn(seen),
      spans: ownerSpans(signsOfPair(lab, capture.seen, active, standby)),
      dnsAnswers: [...new Set(dns.seen.filter((line) => line.ok).map((line) => line.answer))],
      from: active,
      to: standby,
    };
  } finally {
    await Promise.all([prober.stop(), dns.stop(), capture.stop()]);
  }
}

function macOfDevice(lab: Lab, device: string): string {
  const leg = legOn(lab.node(device), network);
  if (leg === undefined) throw new Error(`${device} has no leg on ${network}`);
  return macOf(networkOctet, leg.host);
}

/** Only the pair's own frames: a router passes the same SYN-ACKs on with its own address. */
function signsOfPair(
  lab: Lab,
  signs: readonly OwnerSign[],
  ...devices: readonly string[]
): readonly OwnerSign[] {
  const macs = devices.map((device) => macOfDevice(lab, device));
  return signs.filter((sign) => macs.includes(sign.mac));
}

function checkOneOwner(lab: Lab, observed: Observed): void {
  const owners = observed.spans.map((span) => span.mac);
  const wanted = [observed.from, observed.to].map((device) => macOfDevice(lab, device));
  const story = observed.spans
    .map((span) => `${span.mac} ${round(span.first)}..${round(span.last)} (${span.signs})`)
    .join(', ');
  expect(owners.join() === wanted.join(), `owners on the wire, one after the other: ${story}`);
}

function checkAnswerStayed(observed: Observed): void {
  expect(
    observed.dnsAnswers.join() === nycVirtual.ipv4,
    `${wideIp} was answered with ${observed.dnsAnswers.join(' and ') || 'nothing'}`,
  );
}

/** What one blow is called, what it does, and how its figure is named. */
interface Blow {
  readonly name: string;
  readonly figure: string;
  readonly limitMilliseconds: number;
  strike(lab: Lab, active: string): Promise<void>;
  heal(lab: Lab, active: string): Promise<void>;
}

function blowStep(blow: Blow): Step {
  return {
    name: blow.name,
    async run(lab): Promise<Figures> {
      const observed = await observe(lab, 300, (active) => blow.strike(lab, active));
      checkOneOwner(lab, observed);
      checkAnswerStayed(observed);
      expect(
        observed.outageMs <= blow.limitMilliseconds,
        `the outage of ${round(observed.outageMs)} ms is longer than ${blow.limitMilliseconds} ms`,
      );
      await blow.heal(lab, observed.from);
      const backMs = await waitStandbyInSync(lab, observed.from);
      return {
        [blow.figure]: round(observed.outageMs),
        from: observed.from,
        to: observed.to,
        failedRequests: observed.failed.length,
        backInSyncMs: round(backMs),
      };
    },
  };
}

/** It comes back as standby, with the same configuration. */
async function waitStandbyInSync(lab: Lab, device: string): Promise<number> {
  const { tookMilliseconds } = await eventually(
    `${device} standby again`,
    returnLimitMilliseconds,
    async () => {
      const status = await failoverStatus(lab, device);
      return status === 'STANDBY' ? true : notYet(`it is ${status}`);
    },
  );
  return tookMilliseconds + (await waitInSync(lab, returnLimitMilliseconds));
}

export const activeKilled: Step = blowStep({
  name: "the active device's processes are killed (SIGKILL), its engines left running",
  figure: 'killOutageMs',
  limitMilliseconds: 1_000,
  strike: (lab, active) => fault(lab, 'kill', `${active}:own`),
  heal: (lab, active) => fault(lab, 'start', active),
});

export const activeStopped: Step = blowStep({
  name: "the active device's processes are suspended (SIGSTOP), its engines left running",
  figure: 'stopOutageMs',
  limitMilliseconds: 1_000,
  strike: (lab, active) => fault(lab, 'stop', `${active}:own`),
  heal: (lab, active) => fault(lab, 'cont', `${active}:own`),
});

export const everythingKilled: Step = blowStep({
  name: 'everything on the active device is killed (SIGKILL)',
  figure: 'deathOutageMs',
  limitMilliseconds: 2_000,
  strike: (lab, active) => fault(lab, 'kill', `${active}:all`),
  heal: (lab, active) => fault(lab, 'start', active),
});

export const activePoweredOff: Step = blowStep({
  name: 'the active device loses all its links',
  figure: 'powerOutageMs',
  limitMilliseconds: 2_000,
  strike: (lab, active) => fault(lab, 'power', active),
  heal: (lab, active) => fault(lab, 'power-on', active),
});

export const engineKilled: Step = blowStep({
  name: "the active device's HAProxy dies",
  figure: 'engineOutageMs',
  limitMilliseconds: 1_000,
  strike: (lab, active) => fault(lab, 'kill', `${active}:haproxy`),
  heal: () => Promise.resolve(),
});

export const plannedFailover: Step = {
  name: 'planned failover: run sys failover standby',
  async run(lab): Promise<Figures> {
    const observed = await observe(lab, 3_000, async (active) => {
      await tmsh(lab, active, 'run sys failover standby');
    });
    checkOneOwner(lab, observed);
    checkAnswerStayed(observed);
    expect(
      observed.failed.length === 0,
      `a planned failover failed requests: ${observed.failed.join(', ')}`,
    );
    await waitStandbyInSync(lab, observed.from);
    return {
      plannedOutageMs: round(observed.outageMs),
      failedRequests: observed.failed.length,
      from: observed.from,
      to: observed.to,
    };
  },
};
