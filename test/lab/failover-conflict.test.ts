/** Somebody else claims a floating address: named in BIG-IP's words, and contradicted on the wire. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { parseAddress } from '../../src/base/address.ts';
import { profiles } from '../../src/cluster/failover/types.ts';
import { systemClock, waitUntil } from '../../src/platform/clock.ts';
import {
  type FailoverLab,
  floating4,
  floating6,
  type LabDevice,
  startLab,
} from './failover-lab.ts';

const packets = join(import.meta.dirname, '../../src/platform/ffi/packet.ts');

/** The client sends what only an owner may. */
function send(lab: FailoverLab, what: 'announce' | 'ask', address: string): void {
  const bytes = JSON.stringify(parseAddress(address)?.bytes);
  const argument = what === 'announce' ? `[${bytes}]` : bytes;
  const script = `import { openAnnouncer } from '${packets}';openAnnouncer().${what}('ext', ${argument});`;
  const flags = ['--disable-warning=ExperimentalWarning', '--input-type=module', '-e'];
  lab.run('c', process.execPath, ...flags, script);
}

function conflictsOf(device: LabDevice, address: string, isProbe: boolean): number {
  const all = device.status?.conflicts ?? [];
  return all.filter((one) => one.address === address && one.isProbe === isProbe).length;
}

test('a foreign claim is logged and contradicted', { timeout: 60_000 }, async () => {
  const lab = await startLab({ profile: profiles.fast, withWitness: false });
  try {
    const owner = await lab.waitForOwner();
    const standby = owner === lab.a ? lab.b : lab.a;
    // The owner's own announcements are over, so that what is sent from here on is an answer to the conflict.
    await waitUntil(systemClock, 'ten seconds of ownership', 20_000, () => {
      const [entry] = owner.status?.history.filter(({ change }) => change === 'active') ?? [];
      return entry !== undefined && Date.now() - entry.wall > 11_000;
    });
    const hardware = lab.run('c', 'cat', '/sys/class/net/ext/address').trim();
    for (const [address, family] of [
      [floating4, 4],
      [floating6, 6],
    ] as const) {
      const from = Date.now();
      send(lab, 'announce', address);
      await waitUntil(
        systemClock,
        `a conflict about ${address}`,
        10_000,
        () => conflictsOf(owner, address, false) > 0,
      );
      await waitUntil(systemClock, `the owner's word about ${address}`, 10_000, () =>
        lab
          .answers()
          .some(
            (one) =>
              one.at > from && !one.isEcho && one.device === owner.name && one.family === family,
          ),
      );
      const log = readFileSync(join(owner.folder, 'log', 'failover'), 'utf8');
      const text = `01190004:4: address conflict detected for ${address} (${hardware}) on vlan ext`;
      assert.ok(log.includes(text), log.slice(-2000));
    }
    send(lab, 'ask', floating4);
    await waitUntil(
      systemClock,
      'a probe to be seen',
      10_000,
      () => conflictsOf(owner, floating4, true) > 0,
    );
    assert.deepEqual(standby.status?.conflicts, []);
  } finally {
    lab.down();
  }
});
