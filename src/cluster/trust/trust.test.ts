import assert from 'node:assert/strict';
import { X509Certificate } from 'node:crypto';
import { after, before, describe, it } from 'node:test';
import { type ActionHandler, refuse } from '../../config/runtime-state.ts';
import { keyFingerprint, splitBundle } from '../../iquery/certificate.ts';
import { type Clock, systemClock, waitUntil } from '../../platform/clock.ts';
import { adminPassword, type Answer, TestDevice } from '../test-device.ts';
import { revocations } from './domain.ts';

function until(what: string, isTrue: () => boolean): Promise<void> {
  return waitUntil(systemClock, what, 120_000, isTrue, 5);
}

const day = 24 * 3600 * 1000;

/** All devices of a test see one wall clock, which it moves; what is looked at once a minute, four times a second. */
function movableClock(): Clock & { ahead: number } {
  const clock = {
    ...systemClock,
    ahead: 0,
    wallMilliseconds: () => systemClock.wallMilliseconds() + clock.ahead,
    every: (milliseconds: number, task: () => void) =>
      systemClock.every(milliseconds >= 60_000 ? 250 : milliseconds, task),
  };
  return clock;
}

function root(device: TestDevice) {
  const found = device.store.view().get('cm trust-domain', '/Common/Root');
  assert.ok(found);
  return found.properties;
}

function certificateOf(device: TestDevice, of: TestDevice): X509Certificate {
  const found = device.store.view().get('cm device', `/Common/${of.name}`);
  return new X509Certificate(found?.properties.certificate ?? '');
}

function hasAuthorityKey(device: TestDevice): boolean {
  const { 'ca-key': key, 'ca-cert': certificate } = root(device);
  if (key === undefined || certificate === undefined) return false;
  return device.store.view().plain(key).includes('PRIVATE KEY');
}

/**
 * All devices of the test share one process: where that has to wait for a second, they hold each other for lost,
 * call again, and mean nothing by it. These reasons mean something.
 */
const endsForCause = /closed: .*(trust|certificate|authority|message|frame)/;

/** Throws when a session between two of them was ended for a cause since. */
function watchSessions(...devices: readonly TestDevice[]): () => void {
  const logs = devices.map(({ name, logged }) => ({ name, logged, from: logged.length }));
  const isOurs = (line: string): boolean =>
    devices.some(({ name }) => line.includes(`iQuery session with ${name} closed: `));
  return () => {
    const ended = logs.flatMap(({ name, logged, from }) =>
      logged
        .slice(from)
        .filter((line) => isOurs(line) && endsForCause.test(line))
        .map((line) => `${name}: ${line}`),
    );
    assert.deepEqual(ended, []);
  };
}

const run = (device: TestDevice, path: string, body: object): Promise<Answer> =>
  device.ask('POST', `/mgmt/tm/cm/${path}`, { command: 'run', ...body });

const message = ({ json }: Answer): string => String(json['message']);

function hasKeyInVain(device: TestDevice): boolean {
  const isCertifier = root(device)['ca-devices']?.includes(`/Common/${device.name}`);
  return isCertifier !== true && (root(device)['ca-key'] ?? '') !== '';
}

function refuseJoin(device: TestDevice): ActionHandler {
  const real = device.parts.state.action('cm trust-exchange', 'run');
  assert.ok(real);
  return async (request) =>
    request.parameters['operation'] === 'join' ? refuse('not now', 503) : real(request);
}

function heartbeatKeyOf(device: TestDevice): string {
  const view = device.store.view();
  return view.plain(root(device)['heartbeat-key'] ?? '');
}

function isAlone(device: TestDevice): boolean {
  return device.store.view().count('cm device') === 1;
}

describe('a trust domain', () => {
  const clock = movableClock();
  const devices: TestDevice[] = [];
  let a: TestDevice;
  let b: TestDevice;
  let c: TestDevice;
  let g: TestDevice;
  const start = async (name: string, address: string): Promise<TestDevice> => {
    const device = new TestDevice(name, address, devices[0]?.iqueryPort ?? 0, { clock });
    devices.push(device);
    await device.start();
    device.setConfigsyncIp();
    return device;
  };
  const areMet = (...all: readonly TestDevice[]): boolean =>
    all.every((one) => all.every((other) => one === other || one.isConnectedTo(other)));
  const rotate = (device: TestDevice, part: string) =>
    run(device, 'rotate-certificates', { name: 'Root', [part]: true });
  before(async () => {
    a = await start('a.trust', '127.0.19.1');
    b = await start('b.trust', '127.0.19.2');
    c = await start('c.trust', '127.0.19.3');
    g = await start('g.trust', '127.0.19.4');
  });
  after(() => Promise.all(devices.map((device) => device.destroy())));

  it('shows the fingerprint before a password is given, and then what stands in the way', async () => {
    const place = { device: b.address, devicePort: b.restPort };
    const bare = await run(a, 'device-information', place);
    assert.equal(bare.status, 200, message(bare));
    const { sha256Fingerprint, sha1Fingerprint, serial, deviceName } = bare.json;
    assert.match(String(sha256Fingerprint), /^([0-9A-F]{2}:){31}[0-9A-F]{2}$/);
    assert.equal(deviceName, undefined);
    const asked = await run(a, 'device-information', {
      ...place,
      username: 'admin',
      password: adminPassword,
      sha256Fingerprint,
    });
    assert.equal(asked.json['deviceName'], 'b.trust');
    assert.equal(asked.json['preflight'], 'ready to be added');
    assert.ok(!JSON.stringify(asked.json).includes(adminPassword));
    assert.equal(a.store.view().count('cm device'), 1);
    const other = await a.add(b, { sha1Fingerprint: '00:11' });
    assert.match(message(other), /has the fingerprint .*, not 00:11: refused/);
    const serialOther = await a.add(b, { serial: '0abc' });
    assert.match(message(serialOther), /has the serial number .*, not 0abc: refused/);
    const name = await a.add(b, { deviceName: 'x.trust' });
    assert.match(
      message(name),
      /is called b\.trust, not x\.trust.*\(mv cm device b\.trust x\.trust\)/,
    );
    const joined = await a.add(b, { sha1Fingerprint, serial });
    assert.equal(joined.status, 200, message(joined));
    assert.match(a.logged.join('\n'), /SHA-256 fingerprint .*, as expected/);
    await until('sessions', () => areMet(a, b));
  });

  it('says that something else answers where the device should', async () => {
    // Its configsync-ip leads to another device.
    const properties = { 'configsync-ip': b.address };
    c.commit({ kind: 'modify', component: 'cm device', name: '/Common/c.trust', properties });
    assert.match(message(await a.add(c)), /does not show the certificate of c\.trust/);
    const closed = { 'configsync-ip': '127.0.19.77' };
    c.commit({
      kind: 'modify',
      component: 'cm device',
      name: '/Common/c.trust',
      properties: closed,
    });
    assert.match(
      message(await a.add(c)),
      /a\.trust cannot reach c\.trust at 127\.0\.19\.77 on TCP port/,
    );
    c.setConfigsyncIp();
  });

  it('has subordinate devices, which hold no key of the authority and add nobody', async () => {
    const added = await a.add(c, { caDevice: false });
    assert.equal(added.status, 200, message(added));
    await until('sessions', () => areMet(a, b, c));
    for (const device of [a, b, c]) {
      const { json } = await device.ask('GET', '/mgmt/tm/cm/trust-domain/Root');
      assert.deepEqual(json['caDevices'], ['/Common/a.trust', '/Common/b.trust']);
      assert.deepEqual(json['nonCaDevices'], ['/Common/c.trust']);
    }
    assert.deepEqual([a, b, c].map(hasAuthorityKey), [true, true, false]);
    for (const refused of [
      await c.add(g),
      await run(c, 'remove-from-trust', { name: 'Root', deviceName: 'b.trust' }),
      await rotate(c, 'authority'),
    ]) {
      assert.equal(refused.status, 400);
      assert.match(message(refused), /not a certificate signing authority/);
    }
  });

  it('renews certificates on command, for the same keys, and ends no session', async () => {
    const checkSessions = watchSessions(a, b, c);
    const before = [a, b, c].map((device) => certificateOf(c, device));
    assert.equal((await rotate(b, 'devices')).status, 200);
    await until('new ones everywhere', () =>
      [a, b, c].every((on) =>
        [a, b, c].every(
          (of, index) => certificateOf(on, of).serialNumber !== before[index]?.serialNumber,
        ),
      ),
    );
    for (const [index, device] of [a, b, c].entries()) {
      const former = before[index];
      assert.ok(former);
      assert.equal(keyFingerprint(certificateOf(a, device)), keyFingerprint(former));
    }
    checkSessions();
  });

  it('changes the heartbeat key on command, for all members', async () => {
    const former = heartbeatKeyOf(c);
    const authority = root(c)['ca-cert'];
    assert.equal((await rotate(b, 'heartbeat')).status, 200);
    await until('another one everywhere', () => {
      const keys = new Set([a, b, c].map(heartbeatKeyOf));
      return keys.size === 1 && !keys.has(former);
    });
    assert.equal(root(c)['ca-cert'], authority);
    assert.match(message(await rotate(c, 'heartbeat')), /not a certificate signing authority/);
  });

  it('changes its authority with overlap, for other domains too, and ends no session', async () => {
    const added = await g.ask('POST', '/mgmt/tm/gtm/bigip-add', {
      command: 'run',
      device: a.address,
      username: 'admin',
      password: adminPassword,
      port: a.restPort,
    });
    assert.equal(added.status, 200, message(added));
    g.parts.channel.want('gtm', [{ address: b.address, port: b.iqueryPort }]);
    await until('a session', () => g.isConnectedTo(b) && b.isConnectedTo(g));
    const known = () => g.store.view().list('cm iquery-trust')[0]?.properties;
    await until('its members', () => known()?.devices?.length === 3);
    const checkSessions = watchSessions(a, b, c, g);
    const former = root(a)['ca-cert'];
    assert.equal((await rotate(a, 'authority')).status, 200);
    await until('the new authority', () =>
      [a, b, c].every((device) => root(device)['ca-cert'] !== former),
    );
    await until('its key, where it may be', () => hasAuthorityKey(b));
    assert.equal(hasAuthorityKey(c), false);
    assert.ok(splitBundle(root(c)['ca-cert-bundle'] ?? '').some((pem) => pem === former?.trim()));
    await until('both there', () => splitBundle(known()?.['ca-certificate'] ?? '').length === 2);
    checkSessions();
    // And b signs with the new one.
    assert.equal((await rotate(b, 'devices')).status, 200);
  });

  it('leads one who was away to the new authority', async () => {
    await c.stop();
    await g.stop();
    const former = root(a)['ca-cert'];
    assert.equal((await rotate(b, 'authority')).status, 200);
    await until('it', () => root(a)['ca-cert'] !== former);
    await c.start();
    await until('the new authority on c', () => root(c)['ca-cert'] === root(a)['ca-cert']);
    await g.start();
    g.parts.channel.want('gtm', [{ address: a.address, port: a.iqueryPort }]);
    await until('a session', () => g.isConnectedTo(a) && a.isConnectedTo(g));
    assert.match(
      g.store.view().list('cm iquery-trust')[0]?.properties['ca-certificate'] ?? '',
      new RegExp((root(a)['ca-cert'] ?? '').split('\n')[3]?.replace(/[+/]/g, '\\$&') ?? 'none'),
    );
  });

  it('puts a device out for ever, on members and domains that were away too', async () => {
    const former = root(a)['ca-cert'];
    await until('sessions', () => areMet(a, b, c));
    const heartbeat = heartbeatKeyOf(b);
    await b.stop();
    await c.stop();
    const removed = await run(a, 'remove-from-trust', { name: 'Root', deviceName: 'b.trust' });
    assert.equal(removed.status, 200, message(removed));
    assert.notEqual(root(a)['ca-cert'], former);
    assert.equal(a.store.view().count('cm trust-revocation'), 1);
    await until('news', () => {
      const known = g.store.view().list('cm iquery-trust')[0]?.properties;
      return (
        known?.devices?.length === 2 && !(known['ca-certificate'] ?? '').includes(former ?? '')
      );
    });
    // Both come back, and know nothing of it: c could meet b first.
    c.logged.length = 0;
    await b.start();
    // It still has the former authority's key, and its word, until a member tells it.
    g.parts.channel.want('b', [{ address: b.address, port: b.iqueryPort }]);
    await until('a reason', () =>
      g.parts.channel
        .peers()
        .some(({ address, reason }) => address === b.address && /no authority known/.test(reason)),
    );
    await c.start();
    await until('c and a', () => areMet(a, c));
    await until(
      'its end on c',
      () => c.store.view().get('cm device', '/Common/b.trust') === undefined,
    );
    assert.ok(!/session with b\.trust .* open/.test(c.logged.join('\n')), c.logged.join('\n'));
    assert.deepEqual([a.isConnectedTo(b), c.isConnectedTo(b)], [false, false]);
    await until('a heartbeat key that the removed one has not got', () => {
      return heartbeatKeyOf(a) !== heartbeat && heartbeatKeyOf(c) === heartbeatKeyOf(a);
    });
  });

  it('tells a removed device that did not hear of it, and nobody else', async () => {
    await until('a domain of its own', () => isAlone(b));
    assert.match(b.logged.join('\n'), /was removed from its trust domain and is alone now/);
    const [commit] = b.store.history(10).filter(({ origin }) => origin.source === 'sync');
    assert.match(commit?.origin.reason ?? '', /^removed from trust, told by [ac]\.trust$/);
    // Whoever is a member still, or is said to be removed by one who may not, goes on.
    const key = keyFingerprint(certificateOf(c, c));
    c.parts.trust.source.onRemoved?.('stranger.trust', key);
    c.parts.trust.source.onRemoved?.('a.trust', key.replaceAll(/[0-9]/g, '0'));
    assert.equal(isAlone(c), false);
    assert.ok(areMet(a, c));
  });

  it('lets a removed device ask that nobody calls any more', async () => {
    await c.stop();
    const removed = await run(a, 'remove-from-trust', { name: 'Root', deviceName: 'c.trust' });
    assert.equal(removed.status, 200, message(removed));
    await c.start();
    await until('a domain of its own', () => isAlone(c));
    assert.equal((await a.add(c)).status, 200);
    await until('sessions', () => areMet(a, c));
  });

  it('takes a rebuilt device back by one command, with another key', async () => {
    const revoked = a.store.view().names('cm trust-revocation');
    assert.equal(revoked.length, 2);
    assert.equal((await a.add(b)).status, 200);
    await until('sessions', () => areMet(a, b, c));
    assert.ok(!revoked.includes(`/Common/${keyFingerprint(certificateOf(a, b))}`));
    const key = keyFingerprint(certificateOf(a, b));
    // It lost all that it had; its name is still known.
    await b.destroy();
    devices.splice(devices.indexOf(b), 1);
    b = await start('b.trust', '127.0.19.2');
    const wrong = await a.add(b, { password: 'wrong' });
    assert.match(message(wrong), /Authentication failed/);
    assert.equal((await a.add(b)).status, 200);
    await until('sessions', () => areMet(a, b, c));
    assert.ok(a.store.view().get('cm trust-revocation', `/Common/${key}`));
    assert.ok(hasAuthorityKey(b));
  });

  it('gives a member that is added again another role, and takes it back with the key', async () => {
    const checkSessions = watchSessions(a, b, c);
    assert.equal((await a.add(c)).status, 200);
    await until('the key', () => hasAuthorityKey(c));
    assert.equal(root(b)['ca-devices']?.length, 3);
    const former = root(a)['ca-cert'];
    assert.equal((await a.add(c, { caDevice: false })).status, 200);
    await until('another authority', () =>
      [b, c].every((device) => root(device)['ca-cert'] !== former && !hasKeyInVain(device)),
    );
    assert.deepEqual(root(b)['non-ca-devices'], ['/Common/c.trust']);
    checkSessions();
    assert.ok(hasAuthorityKey(a));
    await until('the key on b', () => hasAuthorityKey(b));
  });

  it('puts a device that was there before back as it was when it cannot join', async () => {
    await b.destroy();
    devices.splice(devices.indexOf(b), 1);
    b = await start('b.trust', '127.0.19.2');
    const before = certificateOf(a, b).serialNumber;
    b.parts.state.provideAction('cm trust-exchange', 'run', refuseJoin(b));
    const failed = await a.add(b);
    assert.match(message(failed), /not now/);
    assert.equal(certificateOf(a, b).serialNumber, before);
    assert.equal(root(a)['ca-devices']?.includes('/Common/b.trust'), true);
    await b.stop();
    await b.start();
    assert.equal((await a.add(b)).status, 200);
    await until('sessions', () => areMet(a, b, c));
    await until('the key on b', () => hasAuthorityKey(b));
  });

  it('leaves a removed device alone, whatever named several of the others', async () => {
    const group = { component: 'cm traffic-group', name: '/Common/traffic-group-1' };
    const properties = { 'ha-order': ['/Common/a.trust', '/Common/b.trust'] };
    a.commit({ kind: 'modify', ...group, properties });
    const orderOf = ({ store }: TestDevice) =>
      store.view().get('cm traffic-group', group.name)?.properties['ha-order'] ?? [];
    await until('the order on c', () => orderOf(c).length === 2);
    const removed = await run(a, 'remove-from-trust', { name: 'Root', deviceName: 'c.trust' });
    assert.equal(removed.status, 200, message(removed));
    await until('c alone', () => c.store.view().count('cm device') === 1);
    assert.deepEqual([orderOf(c).length, orderOf(a).length], [0, 2]);
    assert.equal((await a.add(c, { caDevice: false })).status, 200);
    await until('sessions', () => areMet(a, b, c));
    // And by its own order, whatever it may sign.
    const leave = [
      () => run(c, 'remove-from-trust', { name: 'Root', deviceName: 'c.trust' }),
      () => c.ask('DELETE', '/mgmt/tm/cm/trust-domain/~Common~Root'),
    ];
    for (const order of leave) {
      const left = await order();
      assert.equal(left.status, 200, message(left));
      assert.equal(c.store.view().count('cm device'), 1);
      assert.equal((await a.add(c, { caDevice: false })).status, 200);
      await until('sessions', () => areMet(a, b, c));
    }
  });

  it('renews by itself, and the authority when that nears its end, without a command', async () => {
    // A removal just before is answered by a new authority, which would not near its end in this test.
    await until('removals to be answered', () => {
      const answered = root(a)['answered-revocations'] ?? [];
      return [...revocations(a.store.view()).keys()].every((key) => answered.includes(key));
    });
    const checkSessions = watchSessions(a, b, c);
    const areFresh = (): boolean =>
      [a, b, c].every((device) => {
        const left = certificateOf(device, c).validToDate.getTime() - clock.wallMilliseconds();
        return left > 700 * day;
      });
    const authority = root(a)['ca-cert'];
    // Eight years, and never so many days at once that a certificate ends: who lost a session comes back.
    for (let step = 0; step < 8; step += 1) {
      clock.ahead += 380 * day;
      await until('renewed', areFresh);
    }
    await until('a new authority', () =>
      [a, b, c].every((device) => root(device)['ca-cert'] !== authority),
    );
    await until('certificates by it', () =>
      [a, b, c].every((device) =>
        certificateOf(c, device).verify(new X509Certificate(root(c)['ca-cert'] ?? '').publicKey),
      ),
    );
    checkSessions();
    clock.ahead += 40 * day;
    const authorities = (device: TestDevice) =>
      splitBundle(root(device)['ca-cert-bundle'] ?? '')
        .map((pem) => new X509Certificate(pem))
        .filter((certificate) => certificate.verify(certificate.publicKey));
    await until('one authority', () => authorities(c).length === 1);
    await until('the key', () => hasAuthorityKey(b));
  });
});
