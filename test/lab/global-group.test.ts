/** Two global devices of one synchronisation group: one probes a host for both, both send a resolver to the same place. */
import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { fault } from '../../lab/faults.ts';
import { downLab, openLab } from '../../lab/lab.ts';
import { inNamespace, runIn } from '../../lab/namespaces.ts';
import { joinTrust } from '../../lab/story/form.ts';
import { addressOn, externalAddress, hostnameOf } from '../../lab/story/places.ts';
import type { Lab } from '../../lab/types.ts';
import { systemClock, waitUntil } from '../../src/platform/clock.ts';
import { run } from '../../src/platform/process.ts';
import { isRoot } from '../../src/platform/processes.ts';

const isLong = process.env['EVENKEEL_TEST_LONG'] !== undefined;
const skip = isRoot() && isLong ? false : 'needs root and EVENKEEL_TEST_LONG: it takes a lab';
const name = `gg${process.pid}`;
const limit = 120_000;
const devices = ['gtm-1', 'gtm-2'] as const;
const [first, second] = devices;
const wideIp = 'www.group.example.com';
let lab: Lab;
/** Address and time of whoever probed the host. */
const probes: { readonly from: string; readonly at: number }[] = [];
let host: ChildProcess | undefined;

const hostProgram = `require('node:http').createServer((request, response) => {
  console.log(request.socket.remoteAddress);
  response.end('fine');
}).listen(8080, '0.0.0.0');`;

function startHost(): ChildProcess {
  const command = inNamespace(lab.namespace('client'), [process.execPath, '-e', hostProgram]);
  const child = spawn('ip', command, { stdio: ['ignore', 'pipe', 'inherit'] });
  child.stdout.on('data', (text: Buffer) => {
    for (const from of text.toString().trim().split('\n')) probes.push({ from, at: Date.now() });
  });
  return child;
}

async function configure(): Promise<void> {
  const rest = lab.rest(first);
  const post = (path: string, body: object): Promise<unknown> =>
    rest.post(`/mgmt/tm/gtm/${path}`, body);
  await post('datacenter', { name: 'dc' });
  for (const device of devices) {
    const addresses = [{ name: externalAddress(lab, device) }];
    const its = [{ name: hostnameOf(lab, device), addresses }];
    await post('server', { name: device, datacenter: 'dc', product: 'bigip', devices: its });
  }
  const members = devices.map((device, order) => ({ name: `/Common/${device}`, order }));
  await post('prober-pool', { name: 'both', loadBalancingMode: 'global-availability', members });
  await post('monitor/http', { name: 'fast', interval: 1, timeout: 4, probeTimeout: 1 });
  const clientLeg = lab.node('client').legs[0];
  assert.ok(clientLeg);
  const address = addressOn(lab, 'client', clientLeg.network);
  await post('server', {
    name: 'host',
    datacenter: 'dc',
    product: 'generic-host',
    monitor: '/Common/fast',
    proberPreference: 'pool',
    proberFallback: 'any-available',
    proberPool: '/Common/both',
    devices: [{ name: 'host', addresses: [{ name: address }] }],
    virtualServers: ['a', 'b', 'c', 'd'].map((one) => ({
      name: one,
      destination: `${address}:8080`,
    })),
  });
  // Static places: what is answered says where a resolver is sent.
  await post('server', {
    name: 'places',
    datacenter: 'dc',
    product: 'generic-host',
    devices: [{ name: 'places', addresses: [{ name: '198.18.250.1' }] }],
    virtualServers: [1, 2, 3, 4].map((one) => ({
      name: `p${one}`,
      destination: `198.18.250.${one}:80`,
    })),
  });
  await post('pool/a', {
    name: 'pool',
    loadBalancingMode: 'round-robin',
    verifyMemberAvailability: 'disabled',
    members: [1, 2, 3, 4].map((one) => ({ name: `/Common/places:p${one}` })),
  });
  await post('wideip/a', {
    name: wideIp,
    persistence: 'enabled',
    ttlPersistence: 600,
    pools: [{ name: '/Common/pool' }],
  });
}

before(async () => {
  if (skip !== false) return;
  const launcher = join(import.meta.dirname, '..', '..', 'evenkeel');
  const up = await run(launcher, ['lab', 'up', '--name', name], { timeoutMilliseconds: limit });
  assert.equal(up.status, 0, up.stdout + up.stderr);
  lab = openLab(name);
  host = startHost();
  await lab.rest(second).post('/mgmt/tm/gtm/datacenter', { name: 'dc-of-second' });
  await lab.rest(first).post('/mgmt/tm/gtm/datacenter', { name: 'dc-of-first' });
  await joinTrust(lab, first, second);
  for (const device of devices) {
    const general = '/mgmt/tm/gtm/global-settings/general';
    await lab.rest(device).patch(general, { synchronization: 'yes' });
  }
});

after(async () => {
  if (skip !== false) return;
  host?.kill();
  await downLab(name);
});

async function tmsh(device: string, command: string): Promise<string> {
  const body = { command: 'run', utilCmdArgs: `-c "tmsh -c '${command}'"` };
  const { commandResult } = Object(await lab.rest(device).post('/mgmt/tm/util/bash', body)) as {
    readonly commandResult?: string;
  };
  return commandResult ?? '';
}

test('who joins with names of its own: both hold all of them', { skip }, async () => {
  for (const device of devices) {
    await waitUntil(systemClock, `names on ${device}`, limit, async () => {
      const answer = await lab.rest(device).send('GET', '/mgmt/tm/gtm/datacenter');
      const text = JSON.stringify(answer.body);
      return text.includes('dc-of-first') && text.includes('dc-of-second');
    });
  }
});

test(
  'a host is probed by one device; when that is gone the other takes over',
  { skip },
  async () => {
    await configure();
    // A listener is its device's own.
    for (const device of devices) {
      const address = externalAddress(lab, device);
      const listener = { name: `dns-${device}`, address, port: 53, ipProtocol: 'udp' };
      await lab.rest(device).post('/mgmt/tm/gtm/listener', listener);
    }
    const [one, two] = devices.map((device) => externalAddress(lab, device));
    const since = (time: number): Set<string> =>
      new Set(probes.filter(({ at }) => at > time).map(({ from }) => from));
    const isOnly = async (from: string | undefined): Promise<boolean> => {
      const start = Date.now();
      const isEnough = (): boolean => probes.filter(({ at }) => at > start).length >= 6;
      await waitUntil(systemClock, 'six probes', limit, isEnough);
      const seen = since(start);
      return seen.size === 1 && seen.has(from ?? '');
    };
    await waitUntil(systemClock, 'the first alone to probe', limit, () => isOnly(one));
    for (const device of devices) {
      await waitUntil(systemClock, `${device} to know`, limit, async () =>
        /available[^]*from gtm-1\.example\.net : UP/i.test(
          await tmsh(device, 'show gtm server host'),
        ),
      );
    }
    // Four virtual servers of one address and one monitor: one probe, which both count for the pool.
    const isCounted = async (device: string, available: number): Promise<boolean> =>
      new RegExp(
        `Total Probes\\s+1\\s+Available Members\\s+${available}\\s+Total Members\\s+2`,
      ).test(await tmsh(device, 'show gtm prober-pool both'));
    for (const device of devices) {
      await waitUntil(systemClock, `${device} to count`, limit, () => isCounted(device, 2));
    }
    await fault(lab, 'kill', first);
    const killed = Date.now();
    await waitUntil(systemClock, 'the second to probe', limit, () =>
      since(killed + 100).has(two ?? ''),
    );
    const took = Date.now() - killed;
    assert.ok(took < 30_000, `taken over after ${took} ms`);
    await waitUntil(systemClock, 'the second to say so', limit, async () =>
      /available[^]*from gtm-2\.example\.net : UP/i.test(
        await tmsh(second, 'show gtm server host'),
      ),
    );
    await waitUntil(systemClock, 'one that may probe', limit, () => isCounted(second, 1));
    await fault(lab, 'start', first);
    await waitUntil(systemClock, 'the first alone to probe again', limit, () => isOnly(one));
    console.log(`  taken over ${took} ms after the prober was killed`);
  },
);

async function ask(device: string): Promise<string> {
  const words = ['dig', `@${externalAddress(lab, device)}`, wideIp, 'A', '+short', '+tries=1'];
  return (await runIn(lab.namespace('client'), words)).stdout.trim();
}

test('a resolver is sent to the same place by both, and by who was away', { skip }, async () => {
  const isListed = async (device: string, count: number): Promise<boolean> =>
    (await tmsh(device, 'show gtm persist')).includes(`Total records returned: ${count}`);
  for (const device of devices) {
    await waitUntil(systemClock, `${device} to answer`, limit, async () =>
      (await ask(device)).startsWith('198.18.250.'),
    );
  }
  await tmsh(first, 'delete gtm persist all');
  for (const device of devices) {
    await waitUntil(systemClock, `${device} to forget`, limit, () => isListed(device, 0));
  }
  const given = await ask(first);
  const at = Date.now();
  await waitUntil(systemClock, 'the record on the second', limit, () => isListed(second, 1));
  const took = Date.now() - at;
  for (let round = 0; round < 4; round += 1) assert.equal(await ask(second), given);
  // Its dns process starts with nothing, and asks.
  await fault(lab, 'kill', `${second}:dns`);
  await waitUntil(systemClock, 'the record once more', limit, () => isListed(second, 1));
  assert.equal(await ask(second), given);
  await tmsh(second, 'delete gtm persist all');
  await waitUntil(systemClock, 'the first to forget', limit, () => isListed(first, 0));
  console.log(`  a record is on the other device after at most ${took} ms`);
});
