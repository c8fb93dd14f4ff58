import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { systemClock, waitUntil } from '../../platform/clock.ts';
import { TestDevice } from '../test-device.ts';

function until(what: string, isTrue: () => boolean): Promise<void> {
  return waitUntil(systemClock, what, 120_000, isTrue, 5);
}

function root(device: TestDevice) {
  return device.store.view().get('cm trust-domain', '/Common/Root')?.properties;
}

describe('a trust domain that was changed on two sides of a partition', () => {
  const devices: TestDevice[] = [];
  let a: TestDevice;
  let b: TestDevice;
  let c: TestDevice;
  const start = async (name: string, address: string): Promise<TestDevice> => {
    const device = new TestDevice(name, address, devices[0]?.iqueryPort ?? 0);
    devices.push(device);
    await device.start();
    device.setConfigsyncIp();
    return device;
  };
  before(async () => {
    a = await start('a.apart', '127.0.20.1');
    b = await start('b.apart', '127.0.20.2');
    c = await start('c.apart', '127.0.20.3');
    assert.equal((await a.add(b)).status, 200);
    assert.equal((await a.add(c)).status, 200);
    await until('sessions', () => b.isConnectedTo(c) && a.isConnectedTo(c) && a.isConnectedTo(b));
    await until('one domain', () =>
      devices.every((one) => one.store.view().count('cm device') === 3),
    );
  });
  after(() => Promise.all(devices.map((device) => device.destroy())));

  it('keeps the removal of one side, though the other side has changed the same later', async () => {
    await b.stop();
    await c.stop();
    const body = { command: 'run', name: 'Root', deviceName: 'c.apart' };
    const removed = await a.ask('POST', '/mgmt/tm/cm/remove-from-trust', body);
    assert.equal(removed.status, 200);
    await a.stop();
    await b.start();
    const part = { command: 'run', name: 'Root', authority: true };
    const rotated = await b.ask('POST', '/mgmt/tm/cm/rotate-certificates', part);
    assert.equal(rotated.status, 200);
    const given = root(b)?.['ca-cert'];
    await a.start();
    await until('a session', () => a.isConnectedTo(b));
    await until('the removal', () =>
      [a, b].every(
        (device) => device.store.view().get('cm device', '/Common/c.apart') === undefined,
      ),
    );
    // c was still a member where that authority was made: it could have its key.
    await until('an authority that c never knew', () => {
      const [one, other] = [root(a)?.['ca-cert'], root(b)?.['ca-cert']];
      return one === other && one !== given;
    });
    for (const device of [a, b]) {
      assert.deepEqual(root(device)?.['ca-devices'], ['/Common/a.apart', '/Common/b.apart']);
    }
  });

  it('keeps a device that one side took in, while the other side put one out before', async () => {
    const d = await start('d.apart', '127.0.20.4');
    assert.equal((await a.add(d)).status, 200);
    const isOne = (...all: readonly TestDevice[]): boolean =>
      all.every(
        (one) =>
          one.store.view().count('cm device') === all.length &&
          all.every((other) => one === other || one.isConnectedTo(other)),
      );
    await until('three', () => isOne(a, b, d));
    await b.stop();
    await d.stop();
    const body = { command: 'run', name: 'Root', deviceName: 'd.apart' };
    assert.equal((await a.ask('POST', '/mgmt/tm/cm/remove-from-trust', body)).status, 200);
    await a.stop();
    await b.start();
    const e = await start('e.apart', '127.0.20.5');
    const added = await b.add(e);
    assert.equal(added.status, 200, JSON.stringify(added.json));
    await until('b and e', () => b.isConnectedTo(e));
    await a.start();
    await until('the three that are left', () => isOne(a, b, e));
    const paths = ['/Common/a.apart', '/Common/b.apart', '/Common/e.apart'];
    await until('lists that say so', () =>
      [a, b, e].every((device) => String(root(device)?.['ca-devices']) === String(paths)),
    );
    await until('one authority', () =>
      [a, e].every((device) => root(device)?.['ca-cert'] === root(b)?.['ca-cert']),
    );
    assert.equal((await e.ask('GET', '/mgmt/tm/cm/device')).status, 200);
  });
});
