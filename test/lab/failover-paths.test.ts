/** Heartbeats by unicast and multicast on real interfaces: one silent path is reported, all of them count. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { type FailoverConfig, profiles, type Voter } from '../../src/cluster/failover/types.ts';
import { systemClock, waitUntil } from '../../src/platform/clock.ts';
import { type LabDevice, startLab } from './failover-lab.ts';

const group = { address: '224.0.0.245', port: 62_960 };

/** Unicast on the HA network only, multicast on the other. */
function withMulticast(config: FailoverConfig): FailoverConfig {
  const isHa = ({ address }: { readonly address: string }): boolean =>
    address.startsWith('198.18.241.');
  const local = config.localAddresses.find((one) => !isHa(one))?.address ?? '';
  const voter = (one: Voter): Voter => ({
    ...one,
    addresses: one.addresses.filter(isHa),
    multicast: group.address,
  });
  return {
    ...config,
    localAddresses: config.localAddresses.filter(isHa),
    multicast: { ...group, local },
    own: { ...config.own, members: config.own.members.map(voter) },
  };
}

function logOf(device: LabDevice): string {
  return readFileSync(join(device.folder, 'log', 'failover'), 'utf8');
}

async function logged(device: LabDevice, text: string): Promise<void> {
  await waitUntil(systemClock, `${device.name} to log ${text}`, 20_000, () =>
    logOf(device).includes(text),
  );
}

test(
  'multicast carries the pair alone; silence is told by path',
  { timeout: 120_000 },
  async () => {
    const lab = await startLab({
      profile: profiles.fast,
      withWitness: false,
      adjust: withMulticast,
    });
    try {
      const owner = await lab.waitForOwner();
      const standby = owner === lab.a ? lab.b : lab.a;
      const heard = (): readonly (number | null)[] =>
        (owner.status?.paths ?? []).map(({ silence }) => silence);
      await waitUntil(systemClock, 'both paths heard', 15_000, () => {
        const all = heard();
        return all.length === 2 && all.every((silence) => silence !== null && silence < 1000);
      });
      const term = owner.status?.groups[0]?.term;
      lab.cut(standby, 'ha');
      await logged(owner, `from device ${standby.name} (unicast: -> 198.18.241.`);
      await waitUntil(systemClock, 'the silent path', 20_000, () =>
        (owner.status?.paths ?? []).some(({ kind, isSilent }) => kind === 'unicast' && isSilent),
      );
      assert.match(
        logOf(owner),
        /010c0083:4: No failover status messages received for \d+\.\d{3} seconds/,
      );
      assert.equal(owner.status?.groups[0]?.role, 'owner');
      assert.equal(owner.status?.groups[0]?.term, term);
      assert.equal(owner.status?.peers[0]?.isHeard, true);
      lab.cut(standby, 'ext');
      await logged(
        owner,
        `010c007e:5: Not receiving status updates from peer device ${standby.name}`,
      );
      lab.heal(standby, 'ha');
      lab.heal(standby, 'ext');
      await logged(owner, `010c007f:5: Receiving status updates from peer device ${standby.name}`);
      await logged(owner, '010c0084:4: Failover status message received after');
      await waitUntil(systemClock, 'both paths again', 20_000, () =>
        (owner.status?.paths ?? []).every(({ isSilent }) => !isSilent),
      );
    } finally {
      lab.down();
    }
  },
);
