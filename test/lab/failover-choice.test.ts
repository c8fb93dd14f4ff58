/**
 * Who is active, on whole devices: several traffic groups, HA score, gateway and VLAN failsafe, orders and
 * their refusals, by REST and tmsh.
 */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { fault, pidsOf } from '../../lab/faults.ts';
import { downLab, upLab } from '../../lab/lab.ts';
import { runIn } from '../../lab/namespaces.ts';
import { rolesOfPair, tmsh, waitInSync } from '../../lab/story/ask.ts';
import { deviceGroup, pairTrust } from '../../lab/story/form.ts';
import { hostnameOf, group as groupName, pair } from '../../lab/story/places.ts';
import { ipv4 } from '../../lab/topology.ts';
import type { Lab } from '../../lab/types.ts';
import { eventually, notYet } from '../../lab/wait.ts';
import { sleep, systemClock } from '../../src/platform/clock.ts';
import { isRoot } from '../../src/platform/processes.ts';

const name = `c${process.pid}`.slice(0, 12);
const skip = isRoot() ? false : 'needs root for network namespaces';
const limit = 60_000;
const external = 110;
const second = '/Common/traffic-group-2';
const first = '/Common/traffic-group-1';

let lab: Lab;

interface Leaf {
  readonly value?: number;
  readonly description?: string;
}
type Row = Readonly<Record<string, Leaf>>;
interface Table {
  readonly entries?: Readonly<Record<string, { readonly nestedStats?: Table } & Leaf>>;
}

/** The innermost objects of a statistics answer. */
function rowsOf({ entries = {} }: Table): readonly Row[] {
  const nested = Object.values(entries).flatMap(({ nestedStats }) => nestedStats ?? []);
  return nested.length > 0 ? nested.flatMap(rowsOf) : [entries];
}

async function rows(device: string, path: string): Promise<readonly Row[]> {
  return rowsOf(await lab.rest(device).get<Table>(path));
}

function text(row: Row | undefined, field: string): string {
  return String(row?.[field]?.description ?? row?.[field]?.value ?? '');
}

/** As `asked` says who is active for the group; undefined: nobody. */
async function activeFor(asked: string, group: string): Promise<string | undefined> {
  const path = `/mgmt/tm/cm/traffic-group/${group.replaceAll('/', '~')}/stats`;
  const all = await rows(asked, path);
  const row = all.find((one) => text(one, 'failoverState') === 'active');
  return pair.find((device) => text(row, 'deviceName') === `/Common/${hostnameOf(lab, device)}`);
}

async function waitActive(group: string, wanted: string): Promise<void> {
  await eventually(`${wanted} is active for ${group}`, limit, async () => {
    const answers = await Promise.all(pair.map((device) => activeFor(device, group)));
    return answers.every((one) => one === wanted) ? true : notYet(answers.join(', '));
  });
}

/** HA scores of the first group's devices, as `asked` shows them. */
async function waitScores(asked: string, wanted: Readonly<Record<string, string>>): Promise<void> {
  await eventually('the HA scores are told', limit, async () => {
    const all = await rows(asked, '/mgmt/tm/cm/traffic-group/~Common~traffic-group-1/stats');
    const shown = Object.keys(wanted).map((device) => {
      const name = `/Common/${hostnameOf(lab, device)}`;
      return text(
        all.find((row) => text(row, 'deviceName') === name),
        'score',
      );
    });
    return shown.join() === Object.values(wanted).join() ? true : notYet(shown.join());
  });
}

function other(device: string): (typeof pair)[number] {
  return device === 'nyc-a' ? 'nyc-b' : 'nyc-a';
}

async function standbyOrder(device: string, more: object): Promise<void> {
  await lab.rest(device).post('/mgmt/tm/sys/failover', { command: 'run', standby: true, ...more });
}

before(
  async () => {
    if (skip !== false) return;
    lab = await upLab(name, 'pair', () => undefined);
    await pairTrust.run(lab);
    await deviceGroup.run(lab);
    const rest = lab.rest('nyc-a');
    await rest.post('/mgmt/tm/cm/traffic-group', { name: 'traffic-group-2' });
    for (const [host, trafficGroup] of [
      [81, first],
      [82, second],
    ] as const) {
      const address = ipv4(external, host);
      await rest.post('/mgmt/tm/ltm/virtual-address', { name: address, address, trafficGroup });
    }
    await waitInSync(lab, limit);
  },
  { timeout: 180_000 },
);
after(async () => {
  if (skip === false) await downLab(name);
});

const options = { skip, timeout: 180_000 };

test(
  'active/active: each device has a group, HA order and auto failback bring it back',
  options,
  async () => {
    const rest = lab.rest('nyc-a');
    const order = (devices: readonly string[]): readonly string[] =>
      devices.map((device) => `/Common/${hostnameOf(lab, device)}`);
    const failback = { autoFailbackEnabled: 'true', autoFailbackTime: 1 };
    await rest.patch('/mgmt/tm/cm/traffic-group/~Common~traffic-group-1', {
      haOrder: order(['nyc-a', 'nyc-b']),
      ...failback,
    });
    await rest.patch('/mgmt/tm/cm/traffic-group/~Common~traffic-group-2', {
      haOrder: order(['nyc-b', 'nyc-a']),
      ...failback,
    });
    await waitActive(first, 'nyc-a');
    await waitActive(second, 'nyc-b');
    const shown = await tmsh(lab, 'nyc-a', 'show cm traffic-group');
    assert.match(shown, /traffic-group-2 +\S*nyc-b\S* +active +false/, shown);
    assert.match(shown, /traffic-group-2 +\S*nyc-a\S* +standby +true/, shown);
    await eventually('nyc-a knows how often nyc-b took it', limit, async () => {
      const path = `/mgmt/tm/cm/traffic-group/${second.replaceAll('/', '~')}/stats`;
      const all = await rows('nyc-a', path);
      const device = `/Common/${hostnameOf(lab, 'nyc-b')}`;
      const row = all.find((one) => text(one, 'deviceName') === device);
      const times = Number(text(row, 'timesBecameActive'));
      const isDated = text(row, 'lastBecameActive').startsWith('20');
      return times > 0 && isDated ? true : notYet(JSON.stringify(row));
    });
    await lab.rest('nyc-b').post('/mgmt/tm/sys/failover', { command: 'run', offline: true });
    await waitActive(second, 'nyc-a');
    await fault(lab, 'kill', 'nyc-b:failover');
    // Started again by the supervisor, it is still offline.
    await eventually('nyc-b is still forced offline', limit, async () => {
      const sentence = await tmsh(lab, 'nyc-b', 'show sys failover');
      return sentence.includes('forced_offline') ? true : notYet(sentence);
    });
    await lab.rest('nyc-b').post('/mgmt/tm/sys/failover', { command: 'run', online: true });
    await waitActive(second, 'nyc-b');
    const none = { haOrder: [], autoFailbackEnabled: 'false' };
    for (const leaf of ['traffic-group-1', 'traffic-group-2']) {
      await rest.patch(`/mgmt/tm/cm/traffic-group/~Common~${leaf}`, none);
    }
    await waitInSync(lab, limit);
  },
);

test('a new traffic group is active where it was made, whatever the load', options, async () => {
  const maker = (await activeFor('nyc-a', first)) ?? '';
  if ((await activeFor('nyc-a', second)) !== maker) {
    const device = `/Common/${hostnameOf(lab, maker)}`;
    await standbyOrder(other(maker), { trafficGroup: second, device });
    await waitActive(second, maker);
  }
  const rest = lab.rest(maker);
  await rest.post('/mgmt/tm/cm/traffic-group', { name: 'traffic-group-3' });
  await waitActive('/Common/traffic-group-3', maker);
  await rest.delete('/mgmt/tm/cm/traffic-group/~Common~traffic-group-3');
  await waitInSync(lab, limit);
});

test(
  'a targeted order moves one group and is logged; an unknown device is refused',
  options,
  async () => {
    const active = (await activeFor('nyc-a', first)) ?? '';
    const target = hostnameOf(lab, other(active));
    const unknown = { trafficGroup: first, device: 'nobody.example.com' };
    await assert.rejects(() => standbyOrder(active, unknown), /was not found/);
    await standbyOrder(active, { trafficGroup: first, device: `/Common/${target}` });
    await waitActive(first, other(active));
    const log = await tmsh(lab, active, 'show sys log failover');
    assert.match(
      log,
      /010c002b:5: Traffic group \/Common\/traffic-group-1 received a targeted failover/,
    );
  },
);

test('the device with the higher HA score takes the group', options, async () => {
  const active = (await activeFor('nyc-a', first)) ?? '';
  const standby = other(active);
  for (const [device, weight] of [
    [active, 30],
    [standby, 60],
  ] as const) {
    const rest = lab.rest(device);
    await rest.post('/mgmt/tm/net/trunk', { name: 'uplink', interfaces: ['1.1'] });
    await rest.post('/mgmt/tm/sys/ha-group', {
      name: 'health',
      trunks: [{ name: 'uplink', weight }],
    });
  }
  await lab.rest(active).patch('/mgmt/tm/cm/traffic-group/~Common~traffic-group-1', {
    haGroup: 'health',
  });
  assert.equal(await activeFor(active, first), active);
  await lab.rest(standby).patch('/mgmt/tm/cm/traffic-group/~Common~traffic-group-1', {
    haGroup: 'health',
  });
  await waitActive(first, standby);
  const shown = await tmsh(lab, standby, 'show sys ha-group health');
  assert.match(shown, /Score +60/, shown);
  // By HA order the same HA group says only whether the device is well: both are, and nothing moves.
  const path = '/mgmt/tm/cm/traffic-group/~Common~traffic-group-1';
  const monitor = { haGroup: 'health' };
  // Points and health at once would be compared, and the group would move.
  await lab.rest(active).patch(path, { haGroup: 'none' });
  await waitScores(standby, { [active]: '-' });
  await lab.rest(standby).patch(path, { haGroup: 'none', monitor });
  await lab.rest(active).patch(path, { monitor });
  await waitScores(standby, { [active]: '1', [standby]: '1' });
  assert.equal(await activeFor(active, first), standby);
  // Its link is down: nothing to offer any more.
  await fault(lab, 'cut', `${standby}:external`);
  await waitActive(first, active);
  await fault(lab, 'heal', `${standby}:external`);
  for (const device of pair) {
    const rest = lab.rest(device);
    const failback = { haGroup: 'health', autoFailbackEnabled: 'true' };
    await assert.rejects(() => rest.patch(path, failback), /auto-failback-enabled together/);
    await assert.rejects(() => rest.delete('/mgmt/tm/sys/ha-group/health'), /in use/);
    await rest.patch(path, { monitor: { haGroup: 'none' } });
    await rest.delete('/mgmt/tm/sys/ha-group/health');
  }
});

test('VLAN failsafe: a silent VLAN is told, and moves what is active there', options, async () => {
  const { active } = { active: (await activeFor('nyc-a', first)) ?? '' };
  const vlan = '/mgmt/tm/net/vlan/~Common~external';
  const watched = { failsafe: 'enabled', failsafeTimeout: 10, failsafeAction: 'reboot' };
  await lab.rest(active).patch(vlan, watched);
  const failing = async (): Promise<string> => {
    const all = await rows(active, '/mgmt/tm/sys/ha-status');
    const row = all.find((one) => text(one, 'haFeature') === 'vlan-failsafe');
    return text(row, 'failure');
  };
  await eventually('the VLAN is watched', limit, async () =>
    (await failing()) === 'no' ? true : notYet(await failing()),
  );
  await fault(lab, 'cut', `${active}:external`);
  await waitActive(first, other(active));
  assert.equal(await failing(), 'yes');
  const log = await tmsh(lab, active, 'show sys log failover');
  assert.match(log, /01140029:5: HA vlan-failsafe \/Common\/external fails action is reboot/);
  // Nobody reboots the host of a lab: the device's processes are started anew, when it has handed over.
  await eventually('everything is restarted', limit, async () => {
    const later = await tmsh(lab, active, 'show sys log failover').catch(String);
    const isSaid = /host is not rebooted \(EVENKEEL_REBOOTS_HOST=yes is not set\)/.test(later);
    const isDone = /external: .*control.*haproxy.* are restarted/.test(later);
    return isSaid && isDone ? true : notYet(later.slice(-300));
  });
  await fault(lab, 'heal', `${active}:external`);
  await eventually('the VLAN is well again', limit, async () =>
    (await failing()) === 'no' ? true : notYet(await failing()),
  );
  await lab.rest(active).patch(vlan, { failsafe: 'disabled' });
});

test('gateway failsafe: a device that reaches no gateway hands over', options, async () => {
  const active = (await activeFor('nyc-a', first)) ?? '';
  const rest = lab.rest('nyc-a');
  await rest.post('/mgmt/tm/ltm/pool', {
    name: 'gateways',
    monitor: '/Common/gateway_icmp',
    // Nobody has this address.
    members: [{ name: `${ipv4(external, 199)}:0`, address: ipv4(external, 199) }],
  });
  await waitInSync(lab, limit);
  const device = `/Common/${hostnameOf(lab, active)}`;
  await rest.patch('/mgmt/tm/ltm/pool/~Common~gateways', { gatewayFailsafeDevice: device });
  await waitActive(first, other(active));
  const [newest] = await rows(active, '/mgmt/tm/cm/failover-history');
  assert.equal(text(newest, 'change'), 'standby');
  assert.match(text(newest, 'reason'), /gateway-failsafe \/Common\/gateways failed/);
  assert.match(text(newest, 'timeline'), /last heard/);
  await rest.patch('/mgmt/tm/ltm/pool/~Common~gateways', { gatewayFailsafeDevice: 'none' });
  const shown = await tmsh(lab, active, 'show cm failover-history');
  assert.match(shown, /Reason +gateway-failsafe \/Common\/gateways failed on this device/, shown);
});

test(
  'a profile that the measured lag makes unsafe is refused, with the figure',
  options,
  async () => {
    const { standby } = await rolesOfPair(lab, limit).catch(() => ({ standby: 'nyc-b' }));
    const [pid] = await pidsOf(lab, standby, 'failover');
    assert.ok(pid !== undefined);
    process.kill(pid, 'SIGSTOP');
    await sleep(systemClock, 250);
    process.kill(pid, 'SIGCONT');
    await eventually('the lag is known on nyc-a', limit, async () => {
      const shown = await tmsh(lab, 'nyc-a', 'show cm failover-status');
      return /ran up to \d{2,} ms late/.test(shown) ? true : notYet(shown);
    });
    const path = `/mgmt/tm/cm/device-group/~Common~${groupName}`;
    await eventually('fastest is refused', limit, async () => {
      const answer = await lab.rest('nyc-a').send('PATCH', path, { failoverProfile: 'fastest' });
      const said = JSON.stringify(answer);
      if (answer.status !== 400) return notYet(said);
      assert.match(said, /01070734:3: .*profile \(fastest\).* ran up to \d{2,} ms late/);
      assert.match(said, /fastest bears 55 ms/);
      return true;
    });
    assert.equal(
      (await lab.rest('nyc-a').send('PATCH', path, { failoverProfile: 'compatible' })).status,
      200,
    );
  },
);

test('MAC masquerade and multicast heartbeats, set by REST', options, async () => {
  const mac = '02:00:5e:18:00:01';
  await lab.rest('nyc-a').patch('/mgmt/tm/cm/traffic-group/~Common~traffic-group-1', { mac });
  for (const device of pair) {
    await lab.rest(device).patch(`/mgmt/tm/cm/device/~Common~${hostnameOf(lab, device)}`, {
      multicastIp: '224.0.0.245',
      multicastPort: 62_960,
      multicastInterface: '/Common/external',
    });
  }
  const address = ipv4(external, 81);
  const inWan = (...command: readonly string[]): Promise<{ readonly stdout: string }> =>
    runIn(lab.namespace('wan'), command);
  await eventually('the group answers with its own hardware address', limit, async () => {
    await inWan('ip', 'neigh', 'flush', 'to', address);
    await inWan('ping', '-n', '-c', '1', '-W', '1', address);
    const { stdout } = await inWan('ip', 'neigh', 'show', address);
    return stdout.includes(mac) ? true : notYet(stdout);
  });
  for (const device of pair) {
    await eventually(`${device} hears its peer by multicast`, limit, async () => {
      const log = await tmsh(lab, device, 'show sys log failover');
      const text = /010c0085:6: First failover .* from device \S+ \(multicast: -> 224\.0\.0\.245\)/;
      return text.test(log) ? true : notYet(log.slice(-300));
    });
  }
});

test('a standby takes another name, and takes over under it', options, async () => {
  const active = (await activeFor('nyc-a', first)) ?? '';
  const standby = other(active);
  // It stands by for both groups.
  if ((await activeFor(active, second)) !== active) await standbyOrder(standby, {});
  await waitActive(second, active);
  const former = hostnameOf(lab, standby);
  const target = `renamed.${former}`;
  const move = (device: string, of: string): Promise<{ status: number }> =>
    lab.rest(device).send('POST', '/mgmt/tm/cm/device', {
      command: 'mv',
      name: of,
      target,
    });
  const refused = await move(active, hostnameOf(lab, active));
  assert.match(JSON.stringify(refused), /cannot be renamed while it is active for/);
  const done = await move(standby, former);
  assert.equal(done.status, 200, JSON.stringify(done));
  await eventually('the other knows it by the new name', limit, async () => {
    const shown = await tmsh(lab, active, 'show cm sync-status');
    const isKnown = shown.includes(`${target}: connected`) && /Status +In Sync/.test(shown);
    return isKnown ? true : notYet(shown);
  });
  await eventually('it takes the groups over', limit, async () => {
    await standbyOrder(active, {}).catch(() => undefined);
    const shown = await tmsh(lab, active, 'show cm traffic-group');
    const lines = shown.split('\n').filter((one) => one.includes(target));
    return lines.length === 2 && lines.every((one) => / active /.test(one)) ? true : notYet(shown);
  });
  await eventually('its address answers', limit, async () => {
    const ping = ['ping', '-n', '-c', '1', '-W', '1', ipv4(external, 81)];
    const isHeard = await runIn(lab.namespace('wan'), ping).then(
      () => true,
      () => false,
    );
    return isHeard ? true : notYet('no answer');
  });
});

async function nftIn(device: string, command: string): Promise<void> {
  await runIn(lab.namespace(device), ['nft', command]);
}

test(
  'an active device that is removed from trust while cut off lets go when it hears of it',
  options,
  async () => {
    const devices = await lab
      .rest('nyc-a')
      .get<{ items: readonly { name: string }[] }>('/mgmt/tm/cm/device');
    const renamed = devices.items.find(({ name: one }) => one.startsWith('renamed.'))?.name ?? '';
    const removed = pair.find((device) => renamed.endsWith(hostnameOf(lab, device))) ?? 'nyc-b';
    // Its heartbeats go on; nothing of the configuration reaches it.
    await nftIn(removed, 'add table inet cut');
    for (const [hook, end] of [
      ['input', 'dport'],
      ['input', 'sport'],
      ['output', 'dport'],
      ['output', 'sport'],
    ] as const) {
      const chain = `inet cut ${hook}_${end}`;
      await nftIn(removed, `add chain ${chain} { type filter hook ${hook} priority 0; }`);
      await nftIn(removed, `add rule ${chain} tcp ${end} 4353 drop`);
    }
    await eventually('it is cut off', limit, async () => {
      const shown = await tmsh(lab, other(removed), 'show cm sync-status');
      return /Status +Disconnected/.test(shown) ? true : notYet(shown);
    });
    await lab.rest(other(removed)).post('/mgmt/tm/cm/remove-from-trust', {
      command: 'run',
      name: 'Root',
      deviceName: renamed,
    });
    const cut = await tmsh(lab, removed, 'show cm sync-status');
    assert.match(cut, /Status +Disconnected/);
    await nftIn(removed, 'delete table inet cut');
    const activeLines = async (device: string): Promise<readonly string[]> => {
      const shown = await tmsh(lab, device, 'show cm traffic-group');
      return shown.split('\n').filter((one) => / active /.test(one));
    };
    await eventually('the removed device is offline', limit, async () => {
      const log = await tmsh(lab, removed, 'show sys log failover');
      const lines = await activeLines(removed);
      const isSaid = /Forced offline for traffic group/.test(log);
      return isSaid && lines.length === 0 ? true : notYet(`${log.slice(-300)} ${lines.join('\n')}`);
    });
    await eventually('the other one has both groups', limit, async () => {
      const lines = await activeLines(other(removed));
      return lines.length === 2 ? true : notYet(lines.join('\n'));
    });
  },
);
