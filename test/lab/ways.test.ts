/** Ways to resolvers measured by two data centers, a link that is cut, an application that stays in one place: by real packets. */
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { downLab, openLab } from '../../lab/lab.ts';
import { runIn } from '../../lab/namespaces.ts';
import { joinTrust } from '../../lab/story/form.ts';
import { externalAddress, hostnameOf } from '../../lab/story/places.ts';
import type { Lab } from '../../lab/types.ts';
import { systemClock, waitUntil } from '../../src/platform/clock.ts';
import { run } from '../../src/platform/process.ts';
import { isRoot } from '../../src/platform/processes.ts';

const isLong = process.env['EVENKEEL_TEST_LONG'] !== undefined;
const skip = isRoot() && isLong ? false : 'needs root and EVENKEEL_TEST_LONG: it takes a lab';
const name = `ww${process.pid}`;
const limit = 120_000;
const devices = ['gtm-1', 'gtm-2'] as const;
const [nyc, lon] = devices;
/** A resolver beside each of the two: one hop from its own site, two from the other. */
const resolvers = { 'nyc-b': nyc, 'lon-a': lon } as const;
const router = '198.18.110.1';
let lab: Lab;

async function configure(): Promise<void> {
  const rest = lab.rest(nyc);
  const post = (path: string, body: object): Promise<unknown> =>
    rest.post(`/mgmt/tm/gtm/${path}`, body);
  for (const device of devices) {
    const addresses = [{ name: externalAddress(lab, device) }];
    const its = [{ name: hostnameOf(lab, device), addresses }];
    await post('datacenter', { name: `dc-${device}` });
    const place = { datacenter: `dc-${device}` };
    await post('server', { name: device, ...place, product: 'bigip', devices: its });
    const last = device === nyc ? 1 : 2;
    const explicitLinkName = device === nyc ? '/Common/isp' : 'none';
    await post('server', {
      name: `host-${device}`,
      ...place,
      product: 'generic-host',
      devices: [{ name: 'host', addresses: [{ name: `198.18.250.${last}` }] }],
      virtualServers: [
        { name: 'web', destination: `198.18.250.${last}:80`, explicitLinkName },
        { name: 'api', destination: `198.18.251.${last}:80`, explicitLinkName },
      ],
    });
  }
  await post('monitor/gateway-icmp', { name: 'fast', interval: 1, timeout: 4, probeTimeout: 1 });
  await post('link', {
    name: 'isp',
    datacenter: `dc-${nyc}`,
    routerAddresses: [{ name: router }],
    monitor: '/Common/fast',
  });
  const pool = (which: string, mode: string): Promise<unknown> =>
    post('pool/a', {
      name: which,
      loadBalancingMode: mode,
      members: devices.map((device) => ({ name: `/Common/host-${device}:${which}` })),
    });
  await pool('web', 'fewest-hops');
  await pool('api', 'round-robin');
  for (const which of ['web', 'api']) {
    await post('wideip/a', { name: `${which}.ways.test`, pools: [{ name: `/Common/${which}` }] });
  }
}

before(async () => {
  if (skip !== false) return;
  const launcher = join(import.meta.dirname, '..', '..', 'evenkeel');
  const up = await run(launcher, ['lab', 'up', '--name', name], { timeoutMilliseconds: limit });
  assert.equal(up.status, 0, up.stdout + up.stderr);
  lab = openLab(name);
  await joinTrust(lab, nyc, lon);
  for (const device of devices) {
    const general = '/mgmt/tm/gtm/global-settings/general';
    await lab.rest(device).patch(general, { synchronization: 'yes' });
    const address = externalAddress(lab, device);
    const listener = { name: `dns-${device}`, address, port: 53, ipProtocol: 'udp' };
    await lab.rest(device).post('/mgmt/tm/gtm/listener', listener);
  }
  await configure();
});

after(async () => {
  if (skip === false) await downLab(name);
});

async function ask(from: string, device: string, which = 'web'): Promise<string> {
  const server = `@${externalAddress(lab, device)}`;
  const words = ['dig', server, `${which}.ways.test`, 'A', '+short', '+tries=1', '+time=2'];
  return (await runIn(lab.namespace(from), words)).stdout.trim();
}

async function tmsh(device: string, command: string): Promise<string> {
  const body = { command: 'run', utilCmdArgs: `-c "tmsh -c '${command}'"` };
  const { commandResult } = Object(await lab.rest(device).post('/mgmt/tm/util/bash', body)) as {
    readonly commandResult?: string;
  };
  return commandResult ?? '';
}

const until = (what: string, isTrue: () => Promise<boolean>): Promise<void> =>
  waitUntil(systemClock, what, limit, isTrue, 200);

test(
  'each resolver is sent where it has fewest hops, by what both data centers measured',
  { skip },
  async () => {
    for (const [resolver, near] of Object.entries(resolvers)) {
      const last = near === nyc ? 1 : 2;
      for (const device of devices) {
        await until(`${resolver} to be sent to ${near} by ${device}`, async () => {
          const answers = [];
          for (let round = 0; round < 4; round += 1) answers.push(await ask(resolver, device));
          return answers.every((answer) => answer === `198.18.250.${last}`);
        });
      }
    }
    const address = externalAddress(lab, 'nyc-b');
    const shown = await tmsh(nyc, `show gtm path ldns ${address}`);
    for (const device of devices) {
      const hops = device === nyc ? 1 : 2;
      assert.match(shown, new RegExp(`${address} +dc-${device} .* 100 +${hops} +icmp`));
    }
    const why = await tmsh(nyc, `show gtm wideip a web.ways.test explain client ${address}`);
    assert.match(why, /fewest-hops 1 from \/Common\/dc-gtm-1/);
    assert.match(why, /fewest-hops 2 from \/Common\/dc-gtm-2/);
    console.log(shown);
  },
);

test('nobody is measured for names that go by no way', { skip }, async () => {
  assert.match(await ask('client', nyc, 'api'), /^198\.18\.251\.[12]$/);
  const shown = await tmsh(nyc, 'show gtm path');
  assert.ok(!shown.includes('198.18.100.'), shown);
});

test(
  'an application with persistence sends a resolver to one data center for all of its names',
  { skip },
  async () => {
    await lab.rest(nyc).post('/mgmt/tm/gtm/distributed-app', {
      name: 'shop',
      wideips: ['/Common/web.ways.test', '/Common/api.ways.test'],
      persistence: 'enabled',
    });
    for (const device of devices) {
      await until(`${device} to know the application`, async () =>
        /Availability\s*: available/.test(await tmsh(device, 'show gtm distributed-app shop')),
      );
    }
    const home = (await ask('lon-a', lon)).at(-1);
    for (let round = 0; round < 6; round += 1) {
      assert.equal((await ask('lon-a', lon, 'api')).at(-1), home);
    }
    await until('the other device to know its home', async () =>
      (await tmsh(nyc, 'show gtm persist level application')).includes('/Common/shop'),
    );
    for (let round = 0; round < 6; round += 1) {
      assert.equal((await ask('lon-a', nyc, 'api')).at(-1), home);
    }
  },
);

test(
  'a link whose router is silent takes its virtual servers along, and gives them back',
  { skip },
  async () => {
    // Else whoever asked meanwhile would stay where he was sent.
    const gone = await lab.rest(nyc).send('DELETE', '/mgmt/tm/gtm/distributed-app/~Common~shop');
    assert.equal(gone.status, 200);
    const isLink = (word: string) => async (): Promise<boolean> =>
      new RegExp(`Availability\\s*: ${word}`).test(await tmsh(lon, 'show gtm link isp'));
    await until('the link to be up', isLink('available'));
    const rule = (table: string): Promise<{ status: number | null; stdout: string }> =>
      runIn(lab.namespace('wan'), ['sh', '-c', table]);
    const drop = `nft add table ip silent && nft add chain ip silent in '{ type filter hook input priority 0; }' && nft add rule ip silent in ip daddr ${router} icmp type echo-request drop`;
    assert.equal((await rule(drop)).status, 0);
    await until('the link to be down', isLink('offline'));
    await until('answers from elsewhere', async () => (await ask('nyc-b', lon)) === '198.18.250.2');
    const why = await tmsh(lon, 'show gtm wideip a web.ways.test explain client 198.18.110.12');
    assert.match(why, /link \/Common\/isp is down/);
    assert.equal((await rule('nft delete table ip silent')).status, 0);
    await until('the link to be up again', isLink('available'));
    await until(
      'answers from there again',
      async () => (await ask('nyc-b', lon)) === '198.18.250.1',
    );
  },
);

test(
  'a link that is found takes in whom its network holds, and is full when too much passes',
  { skip },
  async () => {
    const found = '198.18.120.1';
    const rest = lab.rest(nyc);
    const server = `/mgmt/tm/gtm/server/~Common~${lon}`;
    // Its device's default route leads there; the virtual server names no link.
    const held = { name: 'held', destination: '198.18.120.80:80' };
    await rest.patch(server, { linkDiscovery: 'enabled', virtualServers: [held] });
    await until('the link to be found', async () =>
      (await tmsh(nyc, `list gtm link ${found}`)).includes(`datacenter dc-${lon}`),
    );
    const shows = (device: string, pattern: RegExp) => async (): Promise<boolean> =>
      pattern.test(await tmsh(device, `show gtm link ${found}`));
    for (const device of devices) {
      await until(`${device} to bind`, shows(device, /available[^]*Virtual Servers +1\n/));
    }
    await rest.patch(`/mgmt/tm/gtm/link/~Common~${found}`, {
      limitMaxInboundBps: 50_000,
      limitMaxInboundBpsStatus: 'enabled',
    });
    // Some 400,000 bits a second.
    const flood = ['ping', '-q', '-i', '0.02', '-s', '1000', '-w', '25'];
    const flooding = runIn(lab.namespace('client'), [...flood, externalAddress(lab, lon)]);
    for (const device of devices) {
      await until(
        `${device} to see it full`,
        shows(device, /unavailable[^]*exceeded: \d+ of 50000/),
      );
    }
    await flooding;
    await until('room again', shows(nyc, /Availability\s*: available/));
    await rest.patch(server, { linkDiscovery: 'enabled-no-delete' });
  },
);
