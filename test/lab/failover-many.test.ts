/**
 * Ten thousand floating addresses: they move, come and go, and every one of them answers in the end. How often the group
 * moves is not counted: a machine with other tests beside may hold a process up for longer than a lease.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { withChanges } from '../../src/cluster/failover/addresses.ts';
import {
  type FailoverConfig,
  type FloatingAddress,
  profiles,
} from '../../src/cluster/failover/types.ts';
import { systemClock, waitUntil } from '../../src/platform/clock.ts';
import { type FailoverLab, type LabDevice, startLab, trafficGroup } from './failover-lab.ts';

const count = 10_000;
const generous = 60_000;

function address(index: number): FloatingAddress {
  return { address: `10.66.${index >> 8}.${index & 255}`, interface: 'ext' };
}

const many = Array.from({ length: count }, (_, index) => address(index));

/** Asked of the client: listing ten thousand addresses again and again would hold the kernel up. */
function answers(lab: FailoverLab, { address: asked }: FloatingAddress): boolean {
  try {
    lab.run('c', 'ping', '-q', '-c', '1', '-W', '1', asked);
    return true;
  } catch {
    return false;
  }
}

const termOf = ({ status }: LabDevice): number =>
  status?.groups.find(({ name }) => name === trafficGroup)?.term ?? 0;

test('ten thousand addresses move, come and go, and answer', async () => {
  const configs = new Map<string, FailoverConfig>();
  const lab = await startLab({
    profile: profiles.fast,
    withWitness: true,
    adjust(config, device) {
      const adjusted = withChanges(config, [{ group: trafficGroup, removed: [], added: many }]);
      configs.set(device, adjusted);
      return adjusted;
    },
  });
  const until = (what: string, isSo: () => boolean): Promise<void> =>
    waitUntil(systemClock, what, generous, isSo);
  try {
    lab.run('c', 'ip', 'route', 'add', '10.66.0.0/16', 'dev', 'ext');
    const first = await lab.waitForOwner();
    const other = first === lab.a ? lab.b : lab.a;
    // They are placed in this order.
    await until('the last address to answer', () => answers(lab, address(count - 1)));
    await until('a road to the peer', () => first.status?.drainLinks[other.name] !== undefined);
    const term = termOf(first);
    lab.command(first, { kind: 'standby', trafficGroup, device: undefined });
    await lab.waitForOwner(other);
    await until('the last address to answer again', () => answers(lab, address(count - 1)));
    assert.ok(termOf(other) > term);

    const come = Array.from({ length: 500 }, (_, index) => address(count + index));
    for (const device of [lab.a, lab.b]) {
      const before = configs.get(device.name);
      assert.ok(before);
      const change = { group: trafficGroup, removed: many.slice(0, 500), added: come };
      device.peer?.send({ type: 'configure', config: withChanges(before, [change]) });
    }
    await until('what came to answer', () => answers(lab, address(count + 499)));
    assert.ok(!answers(lab, address(499)), 'what went is gone');

    lab.signal(other, 'SIGKILL');
    await lab.waitForOwner(first);
    await until('the last to answer after all', () => answers(lab, address(count + 499)));
    await lab.waitForOwner(first);
  } finally {
    lab.down();
  }
});
