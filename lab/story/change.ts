/** How soon a change made by REST on one device of the pair shows in the traffic that the other carries. */
import { memberPath, nycServers, nycVirtual } from './places.ts';
import { rolesOfPair, waitMember } from './ask.ts';
import { expect, type Figures, round, type Step } from './story.ts';
import { pause } from '../wait.ts';
import { pool } from './traffic.ts';
import { startProber } from './watch.ts';

const rolesLimitMilliseconds = 15_000;
const upLimitMilliseconds = 15_000;
const probeMilliseconds = 2;
const settleMilliseconds = 600;
const newPort = 8099;
const goalMilliseconds = 500;

const now = (): number => performance.timeOrigin + performance.now();

/** A member is forced down on the standby: when did the last new connection reach it? */
export const memberChangeReachesPeer: Step = {
  name: 'a member forced down on the standby gets nothing from the active device any more',
  async run(lab): Promise<Figures> {
    const [disabled] = nycServers;
    const { standby } = await rolesOfPair(lab, rolesLimitMilliseconds);
    const rest = lab.rest(standby);
    const prober = await startProber(lab, {
      host: nycVirtual.ipv4,
      port: 80,
      intervalMilliseconds: probeMilliseconds,
      limitMilliseconds: 3_000,
    });
    try {
      await pause(settleMilliseconds);
      const struck = now();
      await rest.patch(memberPath(lab, pool, disabled), {
        state: 'user-down',
        session: 'user-disabled',
      });
      await pause(settleMilliseconds);
      const last = prober.seen.filter((probe) => probe.by === disabled && probe.start > struck);
      const effectMs = Math.max(0, ...last.map((probe) => probe.start - struck));
      expect(effectMs < goalMilliseconds, `the member got connections for ${effectMs} ms`);
      return { memberEffectMs: round(effectMs, 1), probes: prober.seen.length };
    } finally {
      await prober.stop();
      await rest.patch(memberPath(lab, pool, disabled), {
        state: 'user-up',
        session: 'user-enabled',
      });
      await waitMember(lab, standby, [pool, disabled], 'up', upLimitMilliseconds);
    }
  },
};

/** A virtual server is created on the standby: when does the active device answer on it? */
export const newVirtualReachesPeer: Step = {
  name: 'a virtual server made on the standby is answered by the active device',
  async run(lab): Promise<Figures> {
    const { standby } = await rolesOfPair(lab, rolesLimitMilliseconds);
    const rest = lab.rest(standby);
    const prober = await startProber(lab, {
      host: nycVirtual.ipv4,
      port: newPort,
      intervalMilliseconds: probeMilliseconds,
      limitMilliseconds: 3_000,
    });
    const name = 'bench_vs';
    try {
      await pause(settleMilliseconds);
      const struck = now();
      await rest.post('/mgmt/tm/ltm/virtual', {
        name,
        destination: `/Common/${nycVirtual.ipv4}:${newPort}`,
        mask: '255.255.255.255',
        ipProtocol: 'tcp',
        pool: `/Common/${pool}`,
        profiles: ['/Common/tcp', '/Common/http'],
        sourceAddressTranslation: { type: 'automap' },
      });
      await pause(2 * settleMilliseconds);
      const first = prober.seen.find((probe) => probe.ok && probe.start > struck);
      expect(first !== undefined, `no answer on port ${newPort}`);
      return { virtualEffectMs: round((first?.end ?? Number.NaN) - struck, 1) };
    } finally {
      await prober.stop();
      await rest.send('DELETE', `/mgmt/tm/ltm/virtual/~Common~${name}`);
    }
  },
};
