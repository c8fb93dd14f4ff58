import assert from 'node:assert/strict';
import { after, before, describe, it, test } from 'node:test';
import { systemClock } from '../platform/clock.ts';
import { TestDevice, until } from './test-device.ts';

const pool = (description: string) =>
  ({
    kind: 'create',
    component: 'ltm pool',
    name: `/Common/${description}`,
    properties: { description },
  }) as const;

function hasPool(device: TestDevice, name: string): boolean {
  return device.store.view().get('ltm pool', `/Common/${name}`) !== undefined;
}

async function isGreen(...devices: readonly TestDevice[]): Promise<boolean> {
  const all = await Promise.all(devices.map((device) => device.status()));
  return all.every(({ color, status }) => color === 'green' && status === 'In Sync');
}

function domainOf(device: TestDevice): string | undefined {
  return device.store.view().get('cm trust-domain', '/Common/Root')?.properties.guid;
}

describe('a cluster of devices', () => {
  const devices: TestDevice[] = [];
  let a: TestDevice;
  let b: TestDevice;
  let c: TestDevice;
  const start = async (name: string, address: string, options = {}): Promise<TestDevice> => {
    const device = new TestDevice(name, address, devices[0]?.iqueryPort ?? 0, options);
    devices.push(device);
    await device.start();
    return device;
  };
  before(async () => {
    a = await start('a.test', '127.0.9.1');
    b = await start('b.test', '127.0.9.2');
    c = await start('c.test', '127.0.9.3');
  });
  after(() => Promise.all(devices.map((device) => device.destroy())));

  it('starts each device in a trust domain of its own', async () => {
    assert.deepEqual(await a.status(), {
      status: 'Standalone',
      color: 'green',
      details: ['Optional action: Add a device to the trust domain'],
    });
    const { json } = await a.ask('GET', '/mgmt/tm/cm/trust-domain/Root');
    assert.deepEqual(json['caDevices'], ['/Common/a.test']);
    assert.equal(json['caKey'], undefined);
  });

  it('says what stands in the way of joining', async () => {
    const bare = await a.add(b);
    assert.equal(bare.status, 400);
    assert.match(String(bare.json['message']), /No ConfigSync address .* device a\.test/);
    a.setConfigsyncIp();
    b.setConfigsyncIp();
    c.setConfigsyncIp();
    const wrong = await a.add(b, { sha256Fingerprint: '00:11' });
    assert.match(String(wrong.json['message']), /has the fingerprint .*, not 00:11: refused/);
    const denied = await a.add(b, { password: 'wrong' });
    assert.match(String(denied.json['message']), /Authentication failed on device 127\.0\.9\.2/);
    const closed = await a.add(b, { devicePort: 1 });
    assert.match(String(closed.json['message']), /cannot be reached over HTTPS/);
    const skewed = {
      ...systemClock,
      wallMilliseconds: () => systemClock.wallMilliseconds() + 9000,
    };
    const late = await start('late.test', '127.0.9.4', { clock: skewed });
    late.setConfigsyncIp();
    const skew = await a.add(late);
    assert.match(String(skew.json['message']), /differ by [\d.]+ s; 5 s are allowed/);
    const old = await start('old.test', '127.0.9.5', { software: '14.0.0' });
    old.setConfigsyncIp();
    const version = await a.add(old);
    assert.match(String(version.json['message']), /old\.test runs version 14\.0\.0/);
    assert.equal(a.store.view().count('cm device'), 1);
    assert.deepEqual(a.parts.channel.sessions(), []);
  });

  it('joins by REST, and both know each other', async () => {
    assert.equal((await a.add(b)).status, 200);
    await until('sessions', () => a.isConnectedTo(b) && b.isConnectedTo(a));
    await until('In Sync', () => isGreen(a, b));
    for (const device of [a, b]) {
      const { json } = await device.ask('GET', '/mgmt/tm/cm/trust-domain/Root');
      assert.deepEqual(json['caDevices'], ['/Common/a.test', '/Common/b.test']);
      assert.equal(json['status'], 'connected');
    }
    assert.match(a.logged.join('\n'), /SHA-256 fingerprint .*, trusted on first use/);
    const { details } = await b.status();
    assert.deepEqual(details, [
      'a.test: connected',
      'device_trust_group (In Sync): All devices in the device group are in sync',
    ]);
  });

  it('shares the master key of who was there first; each keeps what it had sealed', () => {
    assert.equal(b.store.secrets.hash(), a.store.secrets.hash());
    assert.notEqual(b.store.secrets.previousHash(), '');
    assert.equal(a.store.secrets.previousHash(), '');
    const keyOf = (device: TestDevice): unknown =>
      device.store.view().stored('cm trust-domain', '/Common/Root')?.properties['ca-key'];
    assert.equal(keyOf(a), keyOf(b));
    assert.match(String(keyOf(b)), /^\$M\$/);
    assert.match(b.store.view().plain(String(keyOf(b))), /BEGIN PRIVATE KEY/);
  });

  it('shares changes of the domain at once, made on either side', async () => {
    const describe = (device: TestDevice, description: string): void => {
      device.commit({
        kind: 'modify',
        component: 'cm device',
        name: `/Common/${device.name}`,
        properties: { description },
      });
    };
    describe(a, 'one');
    describe(b, 'two');
    const seen = (device: TestDevice): string =>
      ['a.test', 'b.test']
        .map(
          (name) => device.store.view().get('cm device', `/Common/${name}`)?.properties.description,
        )
        .join(' ');
    await until('both descriptions', () => seen(a) === 'one two' && seen(b) === 'one two');
    await until('In Sync', () => isGreen(a, b));
  });

  it('takes a third device in, which then knows all', async () => {
    assert.equal((await b.add(c)).status, 200);
    await until('sessions', () => a.isConnectedTo(c) && c.isConnectedTo(b) && b.isConnectedTo(a));
    await until('In Sync', () => isGreen(a, b, c));
    assert.equal(a.store.view().count('cm device'), 3);
  });

  it('waits for the initial sync of a new group, then shares each commit within milliseconds', async () => {
    const created = await a.ask('POST', '/mgmt/tm/cm/device-group', {
      name: 'dg',
      type: 'sync-failover',
      autoSync: 'enabled',
      devices: ['a.test', 'b.test'],
    });
    assert.equal(created.status, 200);
    a.commit(pool('first'));
    await until('the group on b', () => b.parts.sync.groups().length === 2);
    await until('both know', async () => (await a.status()).status === 'Awaiting Initial Sync');
    const waiting = await a.status();
    assert.equal(waiting.color, 'blue');
    assert.ok(waiting.details.includes(' - Recommended action: Synchronize a.test to group dg'));
    assert.equal(hasPool(b, 'first'), false);
    const pushed = await a.ask('POST', '/mgmt/tm/cm', {
      command: 'run',
      utilCmdArgs: 'config-sync to-group dg',
    });
    assert.equal(pushed.status, 200, JSON.stringify(pushed.json));
    assert.ok(hasPool(b, 'first'));
    await until('In Sync', () => isGreen(a, b));
    const times: number[] = [];
    for (let round = 0; round < 20; round += 1) {
      const [from, to] = round % 2 === 0 ? [a, b] : [b, a];
      const arrived = new Promise<void>((resolve) => {
        const stop = to.store.onCommit((commit) => {
          if (commit.origin.source !== 'sync') return;
          stop();
          resolve();
        });
      });
      const begin = systemClock.monotonicMilliseconds();
      from.commit(pool(`p${round}`));
      await arrived;
      times.push(systemClock.monotonicMilliseconds() - begin);
      assert.ok(hasPool(to, `p${round}`));
    }
    times.sort((one, two) => one - two);
    // A few ms on a quiet machine; the tick of 1 s must not be what brings it.
    assert.ok((times[10] ?? 999) < 500, `median ${times[10]} ms`);
    process.stdout.write(
      `commit here to commit there: median ${times[10]} ms, worst ${times[19]} ms\n`,
    );
    await until('In Sync', () => isGreen(a, b));
    assert.equal(hasPool(c, 'first'), false);
    const [here] = a.store.history(1);
    assert.equal(b.store.history(1)[0]?.identity.id, here?.identity.id);
  });

  it('changes the master key on every device; secrets travel sealed', async () => {
    const seen: string[] = [];
    b.parts.channel.onMessage('commitBatch', (body) => void seen.push(...body.commits));
    const monitor = (device: TestDevice, kind: 'create' | 'modify', password: string) =>
      device.commit({
        kind,
        component: 'ltm monitor http',
        name: '/Common/keyed',
        properties: { password },
      });
    const passwordAt = (device: TestDevice): string =>
      String(
        device.store.view().stored('ltm monitor http', '/Common/keyed')?.properties['password'],
      );
    const says = (device: TestDevice, text: string): boolean =>
      device.store.view().plain(passwordAt(device)) === text;
    monitor(a, 'create', 'needle one');
    await until('the monitor', () => says(b, 'needle one'));
    assert.equal(passwordAt(a), passwordAt(b));
    const before = { text: passwordAt(b), sequence: b.store.view().sequence };
    const changed = await a.ask('POST', '/mgmt/tm/sys/crypto/master-key', {
      command: 'modify',
      promptForPassword: true,
      password: 'a new master',
    });
    assert.equal(changed.status, 200, JSON.stringify(changed.json));
    assert.ok(!JSON.stringify(changed.json).includes('a new master'));
    await until('one key', () =>
      [b, c].every(({ store }) => store.secrets.hash() === a.store.secrets.hash()),
    );
    assert.notEqual(passwordAt(b), before.text);
    assert.equal(passwordAt(a), passwordAt(b));
    assert.ok(says(b, 'needle one'));
    assert.equal(b.store.view().sequence, before.sequence, 'no commit');
    await until('In Sync', () => isGreen(a, b, c));
    monitor(b, 'modify', 'needle two');
    await until('the change', () => says(a, 'needle two'));
    assert.equal(monitor(a, 'modify', 'needle two').ok, true);
    await until('In Sync', () => isGreen(a, b, c));
    assert.ok(seen.length > 0);
    assert.ok(!seen.join().includes('needle'), 'plain between devices');
    const { json } = await b.ask('GET', '/mgmt/tm/sys/crypto/master-key');
    assert.match(JSON.stringify(json), /"masterKeyHash":\{"description":"[A-Za-z0-9+/]{86}=="\}/);
  });

  it('keeps what is local local', async () => {
    const vlan = {
      kind: 'create',
      component: 'net vlan',
      name: '/Common/mine',
      properties: {},
    } as const;
    assert.ok(a.commit(vlan).ok);
    a.commit(pool('marker'));
    await until('the marker', () => hasPool(b, 'marker'));
    assert.equal(b.store.view().get('net vlan', '/Common/mine'), undefined);
    await until('In Sync', () => isGreen(a, b));
  });

  it('brings a member up to date that was away', async () => {
    await b.stop();
    await until('its loss', () => !a.isConnectedTo(b));
    assert.equal((await a.status()).color, 'red');
    a.commit(pool('meanwhile'));
    assert.equal((await a.status()).status, 'Disconnected');
    await b.start();
    await until('the pool', () => hasPool(b, 'meanwhile'));
    await until('In Sync', () => isGreen(a, b));
  });

  it('shows a conflict, overwrites nothing by itself, and ends it by an explicit push', async () => {
    await b.stop();
    await until('its loss', () => !a.isConnectedTo(b));
    a.commit(pool('of-a'));
    await a.stop();
    await b.start();
    b.commit(pool('of-b'));
    await a.start();
    await until('sessions', () => a.isConnectedTo(b));
    await until('red', async () => {
      const { status, color, details } = await b.status();
      const conflict = 'There is a possible change conflict between b.test, a.test';
      return (
        status === 'Changes Pending' &&
        color === 'red' &&
        details.some((line) => line.includes(conflict))
      );
    });
    assert.ok(!hasPool(a, 'of-b') && !hasPool(b, 'of-a'));
    const refused = await a.ask('POST', '/mgmt/tm/cm', {
      command: 'run',
      utilCmdArgs: 'config-sync to-group dg',
    });
    assert.equal(refused.status, 400);
    assert.match(String(refused.json['message']), /b\.test has a newer configuration/);
    const told = await a.parts.sync.differences('b.test');
    assert.ok(told.ok);
    assert.deepEqual(
      told.value.map(({ name, before, after }) => [
        name,
        before !== undefined,
        after !== undefined,
      ]),
      [
        ['/Common/of-a', true, false],
        ['/Common/of-b', false, true],
      ],
    );
    const shown = await a.ask('GET', '/mgmt/shared/evenkeel/diff?peer=/Common/b.test');
    assert.equal(shown.status, 200);
    assert.deepEqual([shown.json['to'], shown.json['changeCount']], ['/Common/b.test', 2]);
    const alone = await a.parts.sync.differences('none.test');
    assert.match((!alone.ok && alone.faults[0]?.message) || '', /in no device group/);
    const forced = await a.ask('POST', '/mgmt/tm/cm', {
      command: 'run',
      utilCmdArgs: 'config-sync force-full-load-push to-group dg',
    });
    assert.equal(forced.status, 200, JSON.stringify(forced.json));
    assert.ok(hasPool(b, 'of-a') && !hasPool(b, 'of-b'));
    await until('In Sync', () => isGreen(a, b));
    assert.ok(
      b.store
        .history(50)
        .some((commit) => commit.changes.some(({ name }) => name === '/Common/of-b')),
    );
  });

  it('lets domains of their own exchange authorities for iQuery', async () => {
    const g = await start('g.test', '127.0.9.6');
    const added = await g.ask('POST', '/mgmt/tm/gtm/bigip-add', {
      command: 'run',
      device: a.address,
      username: 'admin',
      password: 'correct "horse"',
      port: a.restPort,
    });
    assert.equal(added.status, 200, JSON.stringify(added.json));
    // The other member learns of it from the domain.
    await until('trust on b', () => b.store.view().count('cm iquery-trust') === 1);
    g.parts.channel.want('gtm', [{ address: b.address, port: b.iqueryPort }]);
    await until('a session', () => g.isConnectedTo(b) && b.isConnectedTo(g));
    assert.equal(b.parts.channel.session('g.test')?.relation, 'iquery-peer');
    const twice = await b.ask('POST', '/mgmt/tm/gtm/bigip-add', {
      command: 'run',
      device: a.address,
      username: 'admin',
      password: 'correct "horse"',
      port: a.restPort,
    });
    assert.match(String(twice.json['message']), /trust each other already/);
  });

  it('takes a global device into its group, when it is the one that has the names', async () => {
    const body = {
      command: 'run',
      device: b.address,
      username: 'admin',
      password: 'correct "horse"',
      port: b.restPort,
    };
    const early = await a.ask('POST', '/mgmt/tm/gtm/gtm-add', body);
    assert.equal(early.status, 400);
    assert.match(String(early.json['message']), /has no names to share: say it on the one/);
    const general = '/mgmt/tm/gtm/global-settings/general';
    const named = { synchronization: 'yes', synchronizationGroupName: 'sites' };
    assert.equal((await a.ask('PATCH', general, named)).status, 200);
    const added = await a.ask('POST', '/mgmt/tm/gtm/gtm-add', body);
    assert.equal(added.status, 200, JSON.stringify(added.json));
    const theirs = (await b.ask('GET', general)).json;
    assert.deepEqual(
      [theirs['synchronization'], theirs['synchronizationGroupName']],
      ['yes', 'sites'],
    );
    const former = { synchronization: 'no', synchronizationGroupName: 'default' };
    for (const one of [a, b]) await one.ask('PATCH', general, former);
  });

  it('puts a device out, which is refused at once and alone again', async () => {
    const before = b.store.view().get('cm trust-domain', '/Common/Root')?.properties.guid;
    const removed = await a.ask('POST', '/mgmt/tm/cm/remove-from-trust', {
      command: 'run',
      name: 'Root',
      caDevice: true,
      deviceName: 'b.test',
    });
    assert.equal(removed.status, 200, JSON.stringify(removed.json));
    await until('no sessions', () => !a.isConnectedTo(b) && !c.isConnectedTo(b));
    await until('a domain of its own', () => {
      const root = b.store.view().get('cm trust-domain', '/Common/Root')?.properties;
      return root?.guid !== before && b.store.view().count('cm device') === 1;
    });
    assert.equal((await b.status()).status, 'Standalone');
    assert.ok(hasPool(b, 'of-a'));
    assert.equal(c.store.view().get('cm device', '/Common/b.test'), undefined);
    await until('In Sync', () => isGreen(c));
    assert.equal((await a.add(b)).status, 200);
    await until('sessions again', () => a.isConnectedTo(b) && b.isConnectedTo(c));
    await until('In Sync', () => isGreen(a, b, c));
  });

  it('resets the trust domain on demand, keeping the rest of the configuration', async () => {
    const action = c.parts.state.action('cm trust-domain', 'delete');
    assert.ok(action);
    const request = {
      component: 'cm trust-domain',
      command: 'delete',
      parameters: {},
      user: 'admin',
    };
    assert.ok((await action(request)).ok);
    assert.equal((await c.status()).status, 'Standalone');
    await until('no sessions', () => !a.isConnectedTo(c) && !b.isConnectedTo(c));
    assert.equal((await a.status()).color, 'red');
    assert.equal(
      c.store.view().get('cm device', '/Common/c.test')?.properties['configsync-ip'],
      '127.0.9.3',
    );
    // A rebuilt device rejoins by one command.
    assert.equal((await a.add(c)).status, 200);
    await until('sessions', () => a.isConnectedTo(c) && b.isConnectedTo(c));
    await until('In Sync', () => isGreen(a, b, c));
  });

  it('shares GTM configuration with every device that has synchronization on', async () => {
    const switchOn = (device: TestDevice): void => {
      device.commit({
        kind: 'modify',
        component: 'gtm global-settings general',
        name: '',
        properties: { synchronization: 'yes' },
      });
    };
    const datacenter = (name: string) =>
      ({
        kind: 'create',
        component: 'gtm datacenter',
        name: `/Common/${name}`,
        properties: {},
      }) as const;
    const has = (device: TestDevice, name: string): boolean =>
      device.store.view().get('gtm datacenter', `/Common/${name}`) !== undefined;
    a.commit(datacenter('of-a'));
    c.commit(datacenter('of-c'));
    switchOn(a);
    switchOn(c);
    await until('both on both', () =>
      [a, c].every((device) => has(device, 'of-a') && has(device, 'of-c')),
    );
    c.commit(datacenter('later'));
    await until('the later one', () => has(a, 'later'));
    a.commit({ kind: 'delete', component: 'gtm datacenter', name: '/Common/of-c' });
    await until('its end', () => !has(c, 'of-c'));
    assert.ok(!has(b, 'of-a'));
    await until('In Sync', () => isGreen(a, c));
    assert.ok((await a.status()).details.some((line) => line.startsWith('gtm (In Sync)')));
  });
});

test('a device that is alone takes another name, joins by it and keeps it', async () => {
  const first = new TestDevice('first.test', '127.0.9.21', 0);
  await first.start();
  const second = new TestDevice('second.test', '127.0.9.22', first.iqueryPort);
  try {
    await second.start();
    const group = { name: 'dg', devices: ['first.test'] };
    assert.equal((await first.ask('POST', '/mgmt/tm/cm/device-group', group)).status, 200);
    const move = (target: string, name = 'first.test') =>
      first.ask('POST', '/mgmt/tm/cm/device', { command: 'mv', name, target });
    assert.equal((await move('x.test', 'unknown.test')).status, 404);
    assert.equal((await move('not a name')).status, 400);
    // As tmsh sends `mv cm device first.test renamed.test`.
    const words = { command: 'mv', utilCmdArgs: 'first.test renamed.test' };
    assert.equal((await first.ask('POST', '/mgmt/tm/cm/device', words)).status, 200);
    const { json } = await first.ask('GET', '/mgmt/tm/cm/device/renamed.test');
    assert.equal(json['selfDevice'], 'true');
    assert.equal((await first.ask('GET', '/mgmt/tm/cm/device/first.test')).status, 404);
    const devices = await first.ask('GET', '/mgmt/tm/cm/device-group/dg/devices');
    assert.match(JSON.stringify(devices.json), /renamed\.test/);
    assert.equal((await first.status()).status, 'Standalone');
    await first.stop();
    await first.start();
    assert.equal(first.store.view().deviceName, 'renamed.test');
    const name = first.store.view().list('cm device')[0]?.name ?? '';
    assert.equal(name, '/Common/renamed.test');
    const properties = { 'configsync-ip': first.address };
    first.commit({ kind: 'modify', component: 'cm device', name, properties });
    second.setConfigsyncIp();
    assert.equal((await second.add(first, { deviceName: 'renamed.test' })).status, 200);
    await until('a session by the new name', () =>
      second.parts.channel.sessions().some((session) => session.device === 'renamed.test'),
    );
    await until('In Sync', () => isGreen(first, second));
    const both = {
      name: 'both',
      type: 'sync-failover',
      devices: ['renamed.test', 'second.test'],
      autoSync: 'enabled',
    };
    assert.equal((await second.ask('POST', '/mgmt/tm/cm/device-group', both)).status, 200);
    await until(
      'the group',
      () =>
        first.store.view().count('cm device-group') ===
        second.store.view().count('cm device-group'),
    );
    const push = (device: TestDevice) =>
      device.ask('POST', '/mgmt/tm/cm', {
        command: 'run',
        utilCmdArgs: 'config-sync to-group both',
      });
    assert.equal((await push(second)).status, 200);
    await until('In Sync', () => isGreen(first, second));
    const guid = domainOf(first);
    const foreign = await move('again.test', 'second.test');
    assert.equal(foreign.status, 400);
    assert.match(String(foreign.json['message']), /renamed on itself/);
    assert.equal((await move('second.test', 'renamed.test')).status, 409);
    const again = await move('again.test', 'renamed.test');
    assert.equal(again.status, 200, JSON.stringify(again.json));
    // The others hear of it, know it by its key, and all goes on under the new name.
    await until('the new name on the other', () =>
      second.parts.channel.sessions().some((session) => session.device === 'again.test'),
    );
    assert.equal(second.store.view().get('cm device', '/Common/renamed.test'), undefined);
    await until('In Sync', () => isGreen(first, second));
    assert.equal(domainOf(first), guid);
    assert.equal(domainOf(second), guid);
    const kept = second.store.view().get('cm device-group', '/Common/both');
    assert.match(JSON.stringify(kept?.properties), /again\.test/);
    const pool = '/Common/by-again';
    first.commit({ kind: 'create', component: 'ltm pool', name: pool, properties: {} });
    await until('its pool', () => second.store.view().get('ltm pool', pool) !== undefined);
    await until('In Sync', () => isGreen(first, second));
    await second.stop();
    const unheard = await move('third.test', 'again.test');
    assert.equal(unheard.status, 400);
    assert.match(String(unheard.json['message']), /while second\.test is not connected/);
    await first.stop();
    await Promise.all([first.start(), second.start()]);
    await until('a session after the restart', () =>
      second.parts.channel.sessions().some((session) => session.device === 'again.test'),
    );
    await until('In Sync', () => isGreen(first, second));
  } finally {
    await Promise.all([first.destroy(), second.destroy()]);
  }
});
