/** MAC masquerade on real interfaces: neighbours learn one hardware address and keep it through failovers. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { profiles, type FailoverConfig } from '../../src/cluster/failover/types.ts';
import { systemClock, waitUntil } from '../../src/platform/clock.ts';
import { type FailoverLab, floating4, floating6, startLab } from './failover-lab.ts';

const mac = '02:00:5e:18:00:01';
/** Behind the owner: only who may answer for the group may forward there. */
const behind = '198.18.99.1';

function masqueraded(config: FailoverConfig): FailoverConfig {
  const { own } = config;
  const trafficGroups = own.trafficGroups.map((group) => ({ ...group, mac }));
  return { ...config, own: { ...own, trafficGroups } };
}

function answers(lab: FailoverLab, address: string): boolean {
  try {
    lab.run('c', 'ping', '-n', '-c', '1', '-W', '1', address);
    return true;
  } catch {
    return false;
  }
}

function neighbour(lab: FailoverLab, address: string): string {
  return lab.run('c', 'ip', 'neigh', 'show', address).trim();
}

async function answered(lab: FailoverLab, device: string): Promise<void> {
  await waitUntil(systemClock, `answers for ${device}`, 15_000, () =>
    [floating4, floating6, behind].every((address) => answers(lab, address)),
  );
  for (const address of [floating4, floating6]) {
    assert.match(neighbour(lab, address), new RegExp(mac), `${address} with ${device}`);
  }
}

test('neighbours keep the hardware address of the group', { timeout: 120_000 }, async () => {
  const lab = await startLab({
    profile: profiles.fast,
    withWitness: false,
    adjust: masqueraded,
  });
  try {
    for (const device of ['a', 'b']) {
      lab.run(device, 'ip', 'addr', 'add', `${behind}/32`, 'dev', 'lo');
      lab.run(device, 'sysctl', '-qw', 'net.ipv4.ip_forward=1');
    }
    lab.run('c', 'ip', 'route', 'add', `${behind}/32`, 'via', floating4);
    const first = await lab.waitForOwner();
    await answered(lab, first.name);
    const next = first === lab.a ? lab.b : lab.a;
    lab.command(first, { kind: 'standby', trafficGroup: undefined, device: undefined });
    await lab.waitForOwner(next);
    await answered(lab, next.name);
    // From the wire: who is killed falls silent, although the macvlan is still up.
    lab.signal(next, 'SIGKILL');
    await lab.waitForOwner(first);
    await answered(lab, first.name);
    const macvlan = lab.run(next.name, 'ip', '-o', 'link', 'show', 'type', 'macvlan');
    assert.match(macvlan, new RegExp(`^\\d+: ekm[0-9a-f]{8}@ext: .*${mac}`, 's'));
    const counters = lab.run(
      next.name,
      'nft',
      'list',
      'chain',
      'netdev',
      'evenkeel_fence',
      'group_1',
    );
    assert.match(counters, /counter packets \d+/);
  } finally {
    lab.down();
  }
});
