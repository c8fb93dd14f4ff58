/**
 * Connections of FastL4 virtual servers with `mirror enabled` outlive everything that may happen to their device;
 * those without are not mirrored. Both families. `--long` makes it 100 streams.
 */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { fault } from '../../lab/faults.ts';
import { downLab, upLab } from '../../lab/lab.ts';
import { runIn } from '../../lab/namespaces.ts';
import { failoverStatus, rolesOfPair } from '../../lab/story/ask.ts';
import { addressOn, hostnameOf, nycVirtual, pair } from '../../lab/story/places.ts';
import type { Lab } from '../../lab/types.ts';
import { eventually, notYet } from '../../lab/wait.ts';
import { sleep, systemClock, waitUntil } from '../../src/platform/clock.ts';
import { isRoot } from '../../src/platform/processes.ts';
import {
  echoPort,
  endStreams,
  formMirroringPair,
  mirrorRow,
  type Running,
  startEchoServers,
  startStreams,
  unmirroredPort,
  waitMirroring,
} from './mirroring-lab.ts';

const name = `m${process.pid}`.slice(0, 12);
const skip = isRoot() ? false : 'needs root for network namespaces';
const each = process.env['EVENKEEL_TEST_LONG'] === undefined ? 10 : 50;
const limit = 30_000;
const addresses = [nycVirtual.ipv4, nycVirtual.ipv6];

let lab: Lab;
const running: Running[] = [];

before(
  async () => {
    if (skip !== false) return;
    lab = await upLab(name, 'pair', () => undefined);
    running.push(...(await startEchoServers(lab)));
    await formMirroringPair(lab);
    await waitMirroring(lab);
  },
  { timeout: 180_000 },
);
after(async () => {
  for (const one of running) one.child.kill('SIGKILL');
  if (skip === false) await downLab(name);
});

async function withStreams(
  what: string,
  blow: (active: string, standby: string) => Promise<void>,
): Promise<void> {
  const { active, standby } = await rolesOfPair(lab, limit);
  await waitMirroring(lab);
  const streams = await Promise.all(addresses.map((one) => startStreams(lab, one, each)));
  running.push(...streams);
  try {
    await waitUntil(systemClock, 'the streams on the standby', limit, async () => {
      return (await mirroredOn(standby)) >= 2 * each;
    });
    await blow(active, standby);
    // What would break breaks with its next packets; some are sent after all is calm.
    await sleep(systemClock, 1500);
  } catch (error) {
    // They are not to be counted with those of the next test.
    await Promise.all(streams.map(endStreams));
    throw error;
  }
  const reports = await Promise.all(streams.map(endStreams));
  for (const { streams: count, broken, messages, longestGap } of reports) {
    console.log(
      `  ${what}: ${broken.length} of ${count} broken, ${messages} messages, longest gap ${longestGap} ms`,
    );
    assert.deepEqual(broken, []);
    assert.ok(messages > count * 20);
  }
}

/** Established connections to the port in the kernel of the device, both families. */
async function mirroredOn(device: string, port = echoPort): Promise<number> {
  const counts = await Promise.all(
    ['ipv4', 'ipv6'].map(async (family) => {
      const words = ['conntrack', '-L', '-f', family, '-p', 'tcp', '--orig-port-dst', String(port)];
      const { stdout } = await runIn(lab.namespace(device), words);
      return stdout.split('\n').filter((line) => line.includes('ESTABLISHED')).length;
    }),
  );
  return counts.reduce((sum, count) => sum + count, 0);
}

/** As an operator would: asks again while the other device, just back, is not heard yet. */
async function standby(device: string): Promise<void> {
  await eventually(`${device} hands over`, limit, async () => {
    // A machine that is short of time may have moved it before.
    if ((await rolesOfPair(lab, limit)).active !== device) return true;
    const command = { command: 'run', standby: true };
    const { status, body } = await lab.rest(device).send('POST', '/mgmt/tm/sys/failover', command);
    return status === 200 ? true : notYet(JSON.stringify(body));
  });
}

/** While the other device may not answer. */
async function waitTakenOver(by: string): Promise<void> {
  await waitUntil(systemClock, `${by} to be active`, limit, async () => {
    return (await failoverStatus(lab, by)) === 'ACTIVE';
  });
}

async function waitActive(device: string): Promise<void> {
  await waitUntil(systemClock, `${device} to be active`, limit, async () => {
    return (await rolesOfPair(lab, limit)).active === device;
  });
}

test('only what is to be mirrored is', { skip }, async () => {
  const { active, standby: other } = await rolesOfPair(lab, limit);
  const streams = [
    await startStreams(lab, addresses[0] ?? '', 3, unmirroredPort),
    await startStreams(lab, addresses[0] ?? '', 3),
  ];
  running.push(...streams);
  await waitUntil(systemClock, 'the mirrored streams', limit, async () => {
    return (await mirroredOn(other)) === 3;
  });
  assert.equal(await mirroredOn(active, unmirroredPort), 3);
  assert.equal(await mirroredOn(other, unmirroredPort), 0);
  for (const one of streams) assert.deepEqual((await endStreams(one)).broken, []);
  await waitUntil(systemClock, 'their end on the standby', limit, async () => {
    return (await mirroredOn(other)) === 0;
  });
});

test('mirrored streams survive SIGKILL of our processes', { skip, timeout: 120_000 }, async () => {
  await withStreams('killed', async (active, other) => {
    await fault(lab, 'kill', `${active}:own`);
    await waitTakenOver(other);
    await fault(lab, 'start', active);
    await rolesOfPair(lab, limit);
  });
});

test('mirrored streams survive a power cut and failback', { skip, timeout: 120_000 }, async () => {
  await withStreams('power cut', async (active, other) => {
    await fault(lab, 'power', active);
    await waitTakenOver(other);
    await sleep(systemClock, 1000);
    await fault(lab, 'power-on', active);
    await rolesOfPair(lab, limit);
    await waitMirroring(lab);
    await standby(other);
    await waitActive(active);
    // Longer than what a former owner serves: then the streams live by what was mirrored.
    await sleep(systemClock, 11_000);
  });
});

test(
  'a device that lost everything has the connections again before it takes over',
  { skip, timeout: 120_000 },
  async () => {
    // Nobody but it ever knew these: after a mere power cut they could go on when it is back.
    const others = await startStreams(lab, nycVirtual.ipv4, each, unmirroredPort);
    running.push(others);
    await withStreams('rebooted', async (active, other) => {
      await fault(lab, 'power', active);
      await waitTakenOver(other);
      await fault(lab, 'kill', `${active}:all`);
      // A new kernel has no connections. Nothing listens any more that could tell anybody.
      for (const family of ['ipv4', 'ipv6']) {
        await runIn(lab.namespace(active), ['conntrack', '-F', '-f', family]);
      }
      assert.equal(await mirroredOn(active), 0);
      await fault(lab, 'power-on', active);
      await fault(lab, 'start', active);
      await waitMirroring(lab);
      assert.equal(await mirroredOn(active), 2 * each);
      await standby(other);
      await waitActive(active);
      await sleep(systemClock, 11_000);
    });
    const { broken } = await endStreams(others);
    assert.ok(broken.length > 0, 'streams survive without being mirrored');
  },
);

test(
  'conntrackd that is killed comes back, and is told again',
  { skip, timeout: 120_000 },
  async () => {
    await withStreams('conntrackd killed', async (active, other) => {
      for (const device of [active, other]) await fault(lab, 'kill', `${device}:conntrackd`);
      await waitMirroring(lab);
      await fault(lab, 'power', active);
      await waitTakenOver(other);
      await sleep(systemClock, 1000);
      await fault(lab, 'power-on', active);
      await rolesOfPair(lab, limit);
    });
  },
);

test('the second mirroring address carries on when the first link is down', { skip }, async () => {
  const { standby: other } = await rolesOfPair(lab, limit);
  for (const device of pair) await fault(lab, 'cut', `${device}:ha`);
  const streams = await startStreams(lab, nycVirtual.ipv4, 3);
  running.push(streams);
  await waitUntil(systemClock, 'the streams on the standby', limit, async () => {
    return (await mirroredOn(other)) >= 3;
  });
  assert.equal((await mirrorRow(lab, other)).state, 'up');
  for (const device of pair) await fault(lab, 'heal', `${device}:ha`);
  assert.deepEqual((await endStreams(streams)).broken, []);
  await waitMirroring(lab);
});

test('connections of a mirrored SNAT survive a power cut', { skip, timeout: 120_000 }, async () => {
  const server = 'nyc-web-1';
  const inside = `${addressOn(lab, server, 'nyc-int')}/32`;
  const gateway = addressOn(lab, server, 'nyc-int').replace(/\d+$/, '10');
  const translation = nycVirtual.ipv4.replace(/\d+$/, '60');
  const far = addressOn(lab, 'client', 'client-net');
  const network = far.replace(/\d+$/, '0/24');
  await lab.rest('nyc-a').post('/mgmt/tm/ltm/snat-translation', {
    name: translation,
    address: translation,
  });
  await lab.rest('nyc-a').post('/mgmt/tm/ltm/snat', {
    name: 'outward',
    origins: [{ name: inside }],
    translation: `/Common/${translation}`,
    mirror: 'enabled',
  });
  const route = ['ip', 'route', 'replace', network, 'via', gateway];
  assert.equal((await runIn(lab.namespace(server), route)).status, 0);
  const { active, standby: other } = await rolesOfPair(lab, limit);
  await waitMirroring(lab);
  const streams = await startStreams(lab, far, each, echoPort, 'tcp', server);
  running.push(streams);
  await waitUntil(systemClock, 'the streams on the standby', limit, async () => {
    return (await mirroredOn(other)) >= each;
  });
  const words = ['conntrack', '-L', '-p', 'tcp', '--reply-dst', translation];
  assert.match((await runIn(lab.namespace(other), words)).stdout, /ESTABLISHED/);
  await waitUntil(systemClock, 'the streams in the statistics', limit, async () => {
    const statistics = await lab.rest(active).get('/mgmt/tm/ltm/snat/outward/stats');
    const [, total] =
      /"clientside\.totConns":\{"value":(\d+)/.exec(JSON.stringify(statistics)) ?? [];
    return Number(total) >= each;
  });
  await fault(lab, 'power', active);
  await waitTakenOver(other);
  await sleep(systemClock, 2000);
  await fault(lab, 'power-on', active);
  await rolesOfPair(lab, limit);
  const { broken, longestGap } = await endStreams(streams);
  console.log(`  SNAT: ${broken.length} of ${each} broken, longest gap ${longestGap} ms`);
  assert.deepEqual(broken, []);
});

test('larger groups and mirroring exclude each other, in words', { skip }, async () => {
  const rest = lab.rest('nyc-a');
  const devices = [...pair.map((device) => hostnameOf(lab, device)), 'third.example.net'];
  await rest.post('/mgmt/tm/cm/device', { name: 'third.example.net' }).catch(() => undefined);
  const grown = await rest.send('PATCH', '/mgmt/tm/cm/device-group/~Common~nyc_group', { devices });
  assert.equal(grown.status, 400);
  assert.match(JSON.stringify(grown.body), /has 3 devices, and connections are mirrored between 2/);
});
