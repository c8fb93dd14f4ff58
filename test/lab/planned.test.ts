/**
 * What full proxies carry lives through planned failovers there and back: downloads, WebSockets, TLS sessions; and a
 * client keeps its server, for its persistence record is on the other device already. Both families.
 */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { isDeepStrictEqual } from 'node:util';
import { fault } from '../../lab/faults.ts';
import { downLab, upLab } from '../../lab/lab.ts';
import { ipBatch, runIn } from '../../lab/namespaces.ts';
import { rolesOfPair, tmsh } from '../../lab/story/ask.ts';
import { externalAddress, nycVirtual, pair } from '../../lab/story/places.ts';
import type { Lab } from '../../lab/types.ts';
import { sleep, systemClock, waitUntil } from '../../src/platform/clock.ts';
import { isRoot } from '../../src/platform/processes.ts';
import {
  echoPort,
  endStreams,
  formMirroringPair,
  type Running,
  serverAddresses,
  start,
  startEchoServers,
  startStreams,
  webSocketPort,
} from './mirroring-lab.ts';

const name = `p${process.pid}`.slice(0, 12);
const skip = isRoot() ? false : 'needs root for network namespaces';
const limit = 30_000;
const tlsPort = 443;
const proxiedWebSocketPort = 8009;
const slowSeconds = 8;
/** Longer than a group takes to go and come back. */
const silentMilliseconds = 2500;
const pieceBytes = 100_000;

let lab: Lab;
const running: Running[] = [];

before(
  async () => {
    if (skip !== false) return;
    lab = await upLab(name, 'pair', () => undefined);
    running.push(...(await startEchoServers(lab)));
    await formMirroringPair(lab);
    await createServices();
    await rolesOfPair(lab, limit);
  },
  { timeout: 180_000 },
);
after(async () => {
  for (const one of running) one.child.kill('SIGKILL');
  if (skip === false) await downLab(name);
});

interface Service {
  readonly name: string;
  readonly port: number;
  readonly memberPort: number;
  readonly profiles: readonly string[];
  readonly persist?: string;
}

const services: readonly Service[] = [
  { name: 'web', port: 80, memberPort: 80, profiles: ['tcp', 'http'], persist: 'mirrored' },
  { name: 'tls', port: tlsPort, memberPort: echoPort, profiles: ['tcp', 'clientssl'] },
  {
    name: 'socket',
    port: proxiedWebSocketPort,
    memberPort: webSocketPort,
    profiles: ['tcp', 'http'],
  },
];

async function createServices(): Promise<void> {
  const rest = lab.rest('nyc-a');
  await rest.post('/mgmt/tm/ltm/persistence/source-addr', {
    name: 'mirrored',
    mirror: 'enabled',
    timeout: '600',
  });
  for (const service of services) {
    for (const family of [4, 6] as const) {
      const separator = family === 4 ? ':' : '.';
      const full = `${service.name}${family}`;
      const address = family === 4 ? nycVirtual.ipv4 : nycVirtual.ipv6;
      await rest.post('/mgmt/tm/ltm/pool', {
        name: full,
        members: serverAddresses(lab, family).map((member) => ({
          name: `${member}${separator}${service.memberPort}`,
          address: member,
        })),
      });
      await rest.post('/mgmt/tm/ltm/virtual', {
        name: full,
        destination: `/Common/${address}${separator}${service.port}`,
        ipProtocol: 'tcp',
        pool: `/Common/${full}`,
        profiles: service.profiles.map((profile) => ({ name: `/Common/${profile}` })),
        sourceAddressTranslation: { type: 'automap' },
        ...(service.persist === undefined ? {} : { persist: [{ name: service.persist }] }),
      });
    }
  }
}

const url = (address: string, path: string): string =>
  `http://${address.includes(':') ? `[${address}]` : address}${path}`;

async function servedBy(address: string): Promise<string> {
  const words = ['curl', '-gs', '-m', '5', '-o', '/dev/null', '-w', '%header{x-served-by}'];
  return (await runIn(lab.namespace('client'), [...words, url(address, '/')])).stdout;
}

function download(address: string): Running {
  const format = '%{size_download} %{http_code} %{errormsg}';
  const words = ['curl', '-gsS', '-m', '30', '-o', '/dev/null', '-w', format];
  return start(lab, 'client', ...words, url(address, `/slow/${slowSeconds}`));
}

async function swap(): Promise<void> {
  const { active, standby } = await rolesOfPair(lab, limit);
  // Refused while the other device gets over what a test did to it.
  await waitUntil(systemClock, `${standby} to be able`, limit, async () => {
    const order = { command: 'run', standby: true };
    return (await lab.rest(active).send('POST', '/mgmt/tm/sys/failover', order)).status === 200;
  });
  await waitUntil(systemClock, `${standby} to be active`, limit, async () => {
    return (await rolesOfPair(lab, limit)).active === standby;
  });
}

const addresses = [nycVirtual.ipv4, nycVirtual.ipv6];

test('a download, a WebSocket and a TLS session live on', { skip, timeout: 120_000 }, async () => {
  for (const address of addresses) {
    await waitUntil(systemClock, `an answer of ${address}`, limit, async () => {
      return (await servedBy(address)) !== '';
    });
  }
  const streams = await startAll(20);
  const silent = await startAll(silentMilliseconds);
  const downloads: Running[] = [];
  // A piece a second: some say nothing from before the group goes until it is back.
  for (let part = 0; part < 4; part += 1) {
    await sleep(systemClock, 250);
    downloads.push(...addresses.map(download));
  }
  running.push(...streams, ...silent, ...downloads);
  for (let move = 0; move < 3; move += 1) {
    await sleep(systemClock, 500);
    await swap();
  }
  const ends = await Promise.all(downloads.map((one) => one.ended));
  for (const end of ends) assert.equal(end.trim(), `${slowSeconds * pieceBytes} 200`);
  const reports = await Promise.all([...streams, ...silent].map(endStreams));
  const gaps = reports.slice(0, streams.length).map(({ longestGap }) => longestGap);
  console.log(`  downloads ${ends.join(', ')}; longest gaps ${gaps.join(', ')} ms`);
  for (const [index, { broken, messages }] of reports.entries()) {
    assert.deepEqual(broken, []);
    assert.ok(messages > (index < streams.length ? 100 : 2));
  }
});

async function startAll(every: number): Promise<readonly Running[]> {
  return Promise.all(
    addresses.flatMap((address) => [
      startStreams(lab, address, 3, tlsPort, 'tls', 'client', every),
      startStreams(lab, address, 3, proxiedWebSocketPort, 'websocket', 'client', every),
      startStreams(lab, address, 3, echoPort, 'tcp', 'client', every),
    ]),
  );
}

async function records(device: string, words: string): Promise<string> {
  return tmsh(lab, device, `show ltm persistence persist-records ${words}`);
}

test('persistence records are there before the client is', { skip, timeout: 120_000 }, async () => {
  const { active, standby } = await rolesOfPair(lab, limit);
  for (const device of pair) await tmsh(lab, device, 'delete ltm persistence persist-records');
  for (const [index, address] of addresses.entries()) {
    const mode = `mode source-address virtual web${index === 0 ? 4 : 6}`;
    const server = await servedBy(address);
    await waitUntil(systemClock, 'the record on the standby', limit, async () => {
      return (await records(standby, mode)).includes('Total records returned: 1');
    });
    assert.equal(await records(standby, mode), await records(active, mode));
    await swap();
    for (let again = 0; again < 5; again += 1) assert.equal(await servedBy(address), server);
    await swap();
  }
  assert.match(await records(active, ''), /Total records returned: 2/);
  // HAProxy that begins anew learns them from the other device.
  await fault(lab, 'kill', `${standby}:haproxy`);
  await waitUntil(systemClock, 'records in the new HAProxy', limit, async () => {
    const shown = await records(standby, '').catch(() => '');
    return shown.includes('Total records returned: 2');
  });
  // A reload keeps them.
  await lab.rest(active).patch('/mgmt/tm/ltm/profile/http/~Common~http', { serverAgentName: 'x' });
  assert.match(
    await records(active, 'virtual web4 all-properties'),
    /Virtual Name {2}\/Common\/web4/,
  );
  const words = 'options=mode+source-address+virtual+web4';
  const path = `/mgmt/tm/ltm/persistence/persist-records?${words}`;
  assert.match(JSON.stringify(await lab.rest(active).get(path)), /Total records returned: 1/);
  assert.equal((await lab.rest(active).send('DELETE', path)).status, 200);
  assert.match(await records(active, ''), /Total records returned: 1/);
  await waitUntil(systemClock, 'the same on the standby', limit, async () => {
    return (await records(standby, '')).includes('Total records returned: 1');
  });
});

test(
  'a network is served by the device that has it, and by no other',
  { skip, timeout: 60_000 },
  async () => {
    const hosts = ['203.0.113.10', '203.0.113.140'];
    for (const [index, half] of ['203.0.113.0/25', '203.0.113.128/25'].entries()) {
      const by = externalAddress(lab, pair[index] ?? '');
      await ipBatch([`route replace ${half} via ${by}`], lab.namespace('wan'));
    }
    const { active } = await rolesOfPair(lab, limit);
    await lab.rest(active).post('/mgmt/tm/ltm/virtual', {
      name: 'nets',
      destination: '/Common/203.0.113.0:80',
      mask: '255.255.255.0',
      ipProtocol: 'tcp',
      pool: '/Common/web4',
      profiles: [{ name: '/Common/tcp' }, { name: '/Common/http' }],
      sourceAddressTranslation: { type: 'automap' },
    });
    const seen = (): Promise<readonly boolean[]> =>
      Promise.all(hosts.map(async (host) => (await servedBy(host)) !== ''));
    for (let move = 0; move < 3; move += 1) {
      const owner = (await rolesOfPair(lab, limit)).active;
      const wanted = pair.map((device) => device === owner);
      await waitUntil(systemClock, `the network at ${owner}`, limit, async () =>
        isDeepStrictEqual(await seen(), wanted),
      );
      assert.deepEqual(await seen(), wanted);
      if (move < 2) await swap();
    }
  },
);
