/** Names that follow health, names that do not, and both global devices answering alike. */
import { fault } from '../faults.ts';
import type { Lab } from '../types.ts';
import { dig } from './ask.ts';
import { joinTrust } from './form.ts';
import {
  externalAddress,
  globals,
  group,
  hostnameOf,
  lonVirtual,
  monitorTimeoutSeconds,
  nycServers,
  nycVirtual,
  pair,
  wideIp,
  zone,
} from './places.ts';
import { expect, type Figures, round, type Step } from './story.ts';
import { eventually, notYet, pause } from '../wait.ts';
import { startDnsProber } from './watch.ts';

const joinLimitMilliseconds = 30_000;
const answerLimitMilliseconds = 20_000;
const [firstGlobal, secondGlobal] = globals;

export const globalDevices: Step = {
  name: 'gtm-1 and gtm-2 form a group and ask the local devices for health',
  async run(lab): Promise<Figures> {
    const trustMs = await joinTrust(lab, firstGlobal, secondGlobal);
    for (const device of globals) {
      await lab.rest(device).patch('/mgmt/tm/gtm/global-settings/general', {
        synchronization: 'yes',
        synchronizationGroupName: 'evenkeel',
      });
      await createListeners(lab, device);
    }
    const rest = lab.rest(firstGlobal);
    for (const device of ['nyc-a', 'lon-a']) {
      await rest.post('/mgmt/tm/gtm/bigip-add', {
        command: 'run',
        device: lab.managementAddress(device),
        username: 'admin',
        password: lab.password(),
      });
    }
    for (const name of ['nyc', 'lon']) await rest.post('/mgmt/tm/gtm/datacenter', { name });
    await createServer(lab, 'nyc', pair, nycVirtual);
    await createServer(lab, 'lon', ['lon-a'], lonVirtual);
    const connectedMs = await waitServersGreen(lab);
    await lab.rest('nyc-a').patch(`/mgmt/tm/cm/device-group/~Common~${group}`, {
      witness: [hostnameOf(lab, firstGlobal)],
    });
    await waitWitnessCounts(lab);
    return { trustMs: round(trustMs), connectedMs: round(connectedMs) };
  },
};

/** The pair agrees on it once; a device that dies within that moment leaves the other without a majority. */
async function waitWitnessCounts(lab: Lab): Promise<void> {
  for (const device of pair) {
    await eventually(`the witness counts for ${device}`, joinLimitMilliseconds, async () => {
      const status = await lab.rest(device).get('/mgmt/tm/cm/failover-status');
      return JSON.stringify(status).includes('this pair can split') ? undefined : true;
    });
  }
}

async function createListeners(lab: Lab, device: string): Promise<void> {
  const address = externalAddress(lab, device);
  for (const ipProtocol of ['udp', 'tcp']) {
    const name = `dns_${ipProtocol}`;
    await lab.rest(device).post('/mgmt/tm/gtm/listener', { name, address, port: 53, ipProtocol });
  }
}

async function createServer(
  lab: Lab,
  site: string,
  devices: readonly string[],
  virtual: { readonly ipv4: string; readonly ipv6: string },
): Promise<void> {
  await lab.rest(firstGlobal).post('/mgmt/tm/gtm/server', {
    name: site,
    datacenter: `/Common/${site}`,
    product: 'bigip',
    monitor: '/Common/bigip',
    devices: devices.map((device) => ({
      name: hostnameOf(lab, device),
      addresses: [{ name: externalAddress(lab, device) }],
    })),
    virtualServers: [
      { name: 'web_vs', destination: `${virtual.ipv4}:80` },
      { name: 'web_vs6', destination: `${virtual.ipv6}.80` },
    ],
  });
}

/** Both global devices have heard that all four virtual servers are available. */
async function waitServersGreen(lab: Lab): Promise<number> {
  const { tookMilliseconds } = await eventually(
    'health of both sites on both global devices',
    joinLimitMilliseconds,
    async () => {
      for (const device of globals) {
        const stats = await lab.rest(device).get('/mgmt/tm/gtm/server/stats');
        const states = [
          ...JSON.stringify(stats).matchAll(/availabilityState":\{"description":"(\w+)"/g),
        ];
        const words = states.map((state) => state[1] ?? '');
        if (words.length < 2) notYet(`${device} shows ${words.length} servers`);
        if (!words.every((word) => word === 'available')) notYet(`${device}: ${words.join(', ')}`);
      }
      return true;
    },
  );
  return tookMilliseconds;
}

export const wideIpAnswers: Step = {
  name: `the wide IP ${wideIp} answers with nyc`,
  async run(lab): Promise<Figures> {
    const rest = lab.rest(firstGlobal);
    for (const [type, virtual] of [
      ['a', 'web_vs'],
      ['aaaa', 'web_vs6'],
    ] as const) {
      const pools = ['nyc', 'lon'].map((site) => ({ name: `${site}_pool_${type}`, site }));
      for (const { name, site } of pools) {
        const members = [{ name: `${site}:${virtual}` }];
        await rest.post(`/mgmt/tm/gtm/pool/${type}`, { name, ttl: 5, members });
      }
      await rest.post(`/mgmt/tm/gtm/wideip/${type}`, {
        name: wideIp,
        poolLbMode: 'global-availability',
        pools: pools.map(({ name }, order) => ({ name: `/Common/${name}`, order })),
      });
    }
    const took = await waitAnswer(lab, firstGlobal, 'A', nycVirtual.ipv4);
    await waitAnswer(lab, firstGlobal, 'AAAA', nycVirtual.ipv6);
    return { answerMs: round(took) };
  },
};

async function waitAnswer(
  lab: Lab,
  global: string,
  type: 'A' | 'AAAA',
  address: string,
): Promise<number> {
  const what = `${wideIp} ${type} is ${address} on ${global}`;
  const { tookMilliseconds } = await eventually(what, answerLimitMilliseconds, async () => {
    const answer = await dig(lab, externalAddress(lab, global), wideIp, type);
    const wanted = `${type} ${address}`;
    const isSo = answer.answers.join() === wanted;
    return isSo ? true : notYet(`${answer.status} ${answer.answers.join(', ')}`);
  });
  return tookMilliseconds;
}

const staticName = `static.${zone}`;
const staticAddress = '198.18.130.7';

export const staticRecords: Step = {
  name: 'a static record answers from BIND, an unknown name gets NXDOMAIN with SOA',
  async run(lab): Promise<Figures> {
    await lab.rest(firstGlobal).post('/mgmt/tm/gtm/zone-runner/zone', {
      name: zone,
      records: [
        { name: `${zone}:NS`, data: [`ns1.${zone}`] },
        { name: `ns1.${zone}:A`, data: [externalAddress(lab, firstGlobal)] },
        { name: `${staticName}:A`, data: [staticAddress] },
      ],
    });
    const server = externalAddress(lab, firstGlobal);
    const what = `${staticName} from ZoneRunner's zone`;
    const { tookMilliseconds } = await eventually(what, answerLimitMilliseconds, async () => {
      const answer = await dig(lab, server, staticName, 'A');
      const isSo = answer.answers.join() === `A ${staticAddress}`;
      return isSo ? true : notYet(`${answer.status} ${answer.answers.join(', ')}`);
    });
    const missing = await dig(lab, server, `missing.${zone}`, 'A');
    expect(missing.status === 'NXDOMAIN', `missing.${zone}: ${missing.status}`);
    const hasSoa = missing.authority.some((record) => record.startsWith('SOA '));
    expect(hasSoa, `missing.${zone} came without its SOA: ${missing.authority.join(', ')}`);
    const outside = await dig(lab, server, 'www.example.org.', 'A');
    expect(outside.status === 'REFUSED', `www.example.org.: ${outside.status}`);
    return { answerMs: round(tookMilliseconds) };
  },
};

export const sameOnBoth: Step = {
  name: 'both global devices answer the same',
  async run(lab): Promise<Figures> {
    await waitAnswer(lab, secondGlobal, 'A', nycVirtual.ipv4);
    const questions = [
      [wideIp, 'A'],
      [wideIp, 'AAAA'],
      [staticName, 'A'],
      [`missing.${zone}`, 'A'],
      [zone, 'SOA'],
      ['www.example.org.', 'A'],
    ] as const;
    const { tookMilliseconds } = await eventually(
      'the same answers',
      answerLimitMilliseconds,
      async () => {
        for (const [name, type] of questions) {
          const [first, second] = await Promise.all(
            globals.map((global) => dig(lab, externalAddress(lab, global), name, type)),
          );
          const isSame = JSON.stringify(first) === JSON.stringify(second);
          if (!isSame)
            notYet(`${name} ${type}: ${JSON.stringify(first)} and ${JSON.stringify(second)}`);
        }
        return true;
      },
    );
    return { questions: questions.length, waitedMs: round(tookMilliseconds) };
  },
};

const moveLimitMilliseconds = (monitorTimeoutSeconds + 3) * 1000;

export const siteDies: Step = {
  name: 'all web servers of nyc die: the answer moves to lon; they come back',
  async run(lab): Promise<Figures> {
    const dns = await startDnsProber(lab, externalAddress(lab, firstGlobal), wideIp, 20);
    try {
      await pause(200);
      const struck = performance.timeOrigin + performance.now();
      await Promise.all(nycServers.map((server) => fault(lab, 'stop', server)));
      const { value: moved } = await eventually('the answer lon', moveLimitMilliseconds, () =>
        Promise.resolve(dns.seen.find((line) => line.ok && line.answer === lonVirtual.ipv4)),
      );
      const between = dns.seen.filter((line) => line.start > struck && line.start < moved.start);
      const strange = between.filter((line) => line.answer !== nycVirtual.ipv4);
      expect(
        strange.length === 0,
        `on the way there were other answers: ${strange[0]?.answer ?? ''}`,
      );
      await waitAnswer(lab, secondGlobal, 'A', lonVirtual.ipv4);
      await Promise.all(nycServers.map((server) => fault(lab, 'start', server)));
      const returnMs = await waitAnswer(lab, firstGlobal, 'A', nycVirtual.ipv4);
      return {
        dnsMoveSeconds: round((moved.end - struck) / 1000, 2),
        returnSeconds: round(returnMs / 1000, 2),
      };
    } finally {
      await dns.stop();
    }
  },
};
