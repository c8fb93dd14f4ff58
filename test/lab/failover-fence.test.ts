/** The fence's text in a real kernel: what opens it, what cannot, and that it closes by itself. */
import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import { test } from 'node:test';
import {
  renderClose,
  renderFence,
  renderOpen,
  renderPermit,
} from '../../src/cluster/failover/fence.ts';
import { systemClock, waitUntil } from '../../src/platform/clock.ts';

const namespace = `fo-${process.pid}-fence`;
const plan = {
  interfaces: ['ext'],
  trafficGroups: [
    {
      name: 'one',
      addresses: ['198.18.0.10', 'fd00::10'].map((address) => ({ address, interface: 'ext' })),
      haOrder: [],
      autoFailback: false,
      autoFailbackSeconds: 60,
      loadFactor: 1,
    },
  ],
};

function nft(text: string): boolean {
  const args = ['netns', 'exec', namespace, 'nft', '-f', '-'];
  return spawnSync('ip', args, { input: text }).status === 0;
}

function elements(set: string): number {
  const args = ['netns', 'exec', namespace, 'nft', '-j', 'list', 'set', 'netdev', 'evenkeel_fence'];
  const shown = execFileSync('ip', [...args, set], { encoding: 'utf8' });
  // The shape of `nft -j`.
  const parsed = JSON.parse(shown) as {
    nftables: readonly { set?: { elem?: readonly unknown[] } }[];
  };
  return parsed.nftables.find((one) => one.set !== undefined)?.set?.elem?.length ?? 0;
}

test('the fence opens only through a living permit, and runs out', async () => {
  const ip = (...args: readonly string[]): void => void execFileSync('ip', args);
  ip('netns', 'add', namespace);
  try {
    ip('-n', namespace, 'link', 'add', 'ext', 'type', 'veth', 'peer', 'name', 'far');
    assert.ok(nft(renderFence(plan, new Map())));
    assert.equal(nft(renderOpen(1, 5000)), false, 'opened without a permit');
    assert.ok(nft(renderPermit(1, 20)));
    await waitUntil(systemClock, 'the permit to lapse', 2000, () => elements('permit_1') === 0);
    assert.equal(nft(renderOpen(1, 5000)), false, 'opened with a lapsed permit');
    assert.equal(elements('own_1'), 0);
    assert.ok(nft(renderPermit(1, 5000)));
    assert.ok(nft(renderOpen(1, 300)));
    assert.equal(elements('own_1'), 3);
    assert.equal(nft(renderOpen(1, 5000)), false, 'a permit served twice');
    await waitUntil(systemClock, 'the fence to run out', 2000, () => elements('own_1') === 0);
    assert.ok(nft(renderPermit(1, 5000)));
    assert.ok(nft(renderOpen(1, 60_000)));
    assert.ok(nft(renderClose(1)));
    assert.equal(elements('own_1'), 0);
  } finally {
    ip('netns', 'del', namespace);
  }
});
