/** A service on the pair, and what becomes of it when servers come and go. */
import { fault } from '../faults.ts';
import type { Lab } from '../types.ts';
import { descriptionOf } from '../status.ts';
import { request, rolesOfPair, waitMember } from './ask.ts';
import { countByServer, failuresIn } from './outage.ts';
import {
  lonServers,
  lonVirtual,
  memberPath,
  monitorIntervalSeconds,
  monitorTimeoutSeconds,
  nycFloatingSelf,
  nycServers,
  nycVirtual,
  serverAddress,
  trafficGroup,
} from './places.ts';
import { expect, type Figures, round, type Step } from './story.ts';
import { eventually, milliseconds, notYet, pause } from '../wait.ts';
import { startProber } from './watch.ts';

export const pool = 'web_pool';
const monitorName = 'web_http';
const appearLimitMilliseconds = 5_000;
const upLimitMilliseconds = 15_000;
const rolesLimitMilliseconds = 10_000;
/** The probe that is under way when a server dies may have begun a moment before. */
const markLimitMilliseconds = (monitorTimeoutSeconds + monitorIntervalSeconds + 1) * 1000;

/** Pool and virtual server as the article creates them, on one device. */
export async function createService(
  lab: Lab,
  device: string,
  servers: readonly string[],
  virtual: { readonly ipv4: string; readonly ipv6: string },
): Promise<void> {
  const rest = lab.rest(device);
  await rest.post('/mgmt/tm/ltm/monitor/http', {
    name: monitorName,
    defaultsFrom: '/Common/http',
    interval: monitorIntervalSeconds,
    timeout: monitorTimeoutSeconds,
  });
  await rest.post('/mgmt/tm/ltm/pool', {
    name: pool,
    monitor: `/Common/${monitorName}`,
    loadBalancingMode: 'round-robin',
    members: servers.map((server) => ({
      name: `${serverAddress(lab, server)}:80`,
      address: serverAddress(lab, server),
    })),
  });
  const shared = {
    ipProtocol: 'tcp',
    pool: `/Common/${pool}`,
    profiles: [{ name: '/Common/tcp' }, { name: '/Common/http' }],
    sourceAddressTranslation: { type: 'automap' },
  };
  await rest.post('/mgmt/tm/ltm/virtual', {
    name: 'web_vs',
    destination: `/Common/${virtual.ipv4}:80`,
    mask: '255.255.255.255',
    ...shared,
  });
  await rest.post('/mgmt/tm/ltm/virtual', {
    name: 'web_vs6',
    destination: `/Common/${virtual.ipv6}.80`,
    ...shared,
  });
}

export const serviceOnPair: Step = {
  name: 'a pool and a virtual server, made on nyc-a, appear on nyc-b and answer',
  async run(lab): Promise<Figures> {
    await lab.rest('nyc-a').post('/mgmt/tm/net/self', {
      name: 'float_internal',
      address: `${nycFloatingSelf}/24`,
      vlan: '/Common/internal',
      trafficGroup,
    });
    await createService(lab, 'nyc-a', nycServers, nycVirtual);
    const appeared = await eventually('web_vs on nyc-b', appearLimitMilliseconds, async () => {
      const peer = await lab.rest('nyc-b').send('GET', '/mgmt/tm/ltm/virtual/~Common~web_vs');
      const pools = await lab.rest('nyc-b').send('GET', `/mgmt/tm/ltm/pool/~Common~${pool}`);
      return peer.status === 200 && pools.status === 200 ? true : notYet(`status ${peer.status}`);
    });
    for (const server of nycServers) {
      await waitMember(lab, 'nyc-a', [pool, server], 'up', upLimitMilliseconds);
      await waitMember(lab, 'nyc-b', [pool, server], 'up', upLimitMilliseconds);
    }
    const byServer = await roundRobin(lab, nycVirtual.ipv4);
    await roundRobin(lab, nycVirtual.ipv6);
    return { onPeerMs: round(appeared.tookMilliseconds), ...byServer };
  },
};

const roundRobinRequests = 20;

/** The first answer may take until the address has moved in; from then on every request counts. */
async function roundRobin(lab: Lab, address: string): Promise<Record<string, number>> {
  await eventually(`an answer of ${address}`, appearLimitMilliseconds, async () => {
    await request(lab, address, 1);
    return true;
  });
  const names = await request(lab, address, roundRobinRequests);
  const counts: Record<string, number> = {};
  for (const name of names) counts[name] = (counts[name] ?? 0) + 1;
  const shares = nycServers.map((server) => counts[server] ?? 0);
  const isEven = shares.every((share) => Math.abs(share - roundRobinRequests / 2) <= 1);
  expect(isEven, `${address} did not answer by round robin: ${JSON.stringify(counts)}`);
  return counts;
}

const settleMilliseconds = 1_000;

export const webServerStops: Step = {
  name: 'a web server stops: its member goes down, with the reason; it comes back',
  async run(lab): Promise<Figures> {
    const [dying, staying] = nycServers;
    const { active } = await rolesOfPair(lab, rolesLimitMilliseconds);
    const prober = await startProber(lab, {
      host: nycVirtual.ipv4,
      port: 80,
      intervalMilliseconds: 10,
      limitMilliseconds: 3_000,
    });
    try {
      await fault(lab, 'stop', dying);
      const down = await waitMember(lab, active, [pool, dying], 'down', markLimitMilliseconds);
      const reason = await memberReason(lab, active, dying);
      const marked = performance.timeOrigin + performance.now();
      await pause(settleMilliseconds);
      const after = prober.seen.filter((probe) => probe.start > marked);
      const failed = failuresIn(after);
      expect(after.length > 0, 'the client asked nothing after the member was marked');
      expect(
        failed.length === 0,
        `requests failed after the member was down: ${failed.join(', ')}`,
      );
      expect(
        Object.keys(countByServer(after)).join() === staying,
        `a member that is down got requests: ${JSON.stringify(countByServer(after))}`,
      );
      await fault(lab, 'start', dying);
      const up = await waitMember(lab, active, [pool, dying], 'up', upLimitMilliseconds);
      return {
        downMs: round(down.tookMilliseconds),
        reason,
        failedBeforeMarked: failuresIn(prober.seen).length,
        upMs: round(up.tookMilliseconds),
      };
    } finally {
      await prober.stop();
    }
  },
};

async function memberReason(lab: Lab, device: string, server: string): Promise<string> {
  const stats = await lab.rest(device).get(`${memberPath(lab, pool, server)}/stats`);
  const reason = descriptionOf(stats, 'status.statusReason') ?? '';
  expect(/refused/i.test(reason), `the reason does not tell the probe's last answer: ${reason}`);
  return reason;
}

const disabledRequests = 30;

export const memberDisabled: Step = {
  name: 'a member is forced down by hand, in effect at once',
  async run(lab): Promise<Figures> {
    const [disabled, other] = nycServers;
    const { active } = await rolesOfPair(lab, rolesLimitMilliseconds);
    const rest = lab.rest(active);
    const started = milliseconds();
    await rest.patch(memberPath(lab, pool, disabled), {
      state: 'user-down',
      session: 'user-disabled',
    });
    const patchMs = milliseconds() - started;
    const names = await request(lab, nycVirtual.ipv4, disabledRequests);
    expect(
      names.every((name) => name === other),
      `requests still went to ${disabled}: ${names.join(' ')}`,
    );
    await rest.patch(memberPath(lab, pool, disabled), {
      state: 'user-up',
      session: 'user-enabled',
    });
    await waitMember(lab, active, [pool, disabled], 'up', upLimitMilliseconds);
    return { patchMs: round(patchMs, 1), requestsToOther: names.length };
  },
};

export const serviceInLondon: Step = {
  name: 'the same service in London',
  async run(lab): Promise<Figures> {
    await createService(lab, 'lon-a', lonServers, lonVirtual);
    for (const server of lonServers) {
      await waitMember(lab, 'lon-a', [pool, server], 'up', upLimitMilliseconds);
    }
    const { tookMilliseconds } = await eventually(
      'an answer',
      appearLimitMilliseconds,
      async () => {
        await request(lab, lonVirtual.ipv4, 1);
        return true;
      },
    );
    return { answerMs: round(tookMilliseconds) };
  },
};
