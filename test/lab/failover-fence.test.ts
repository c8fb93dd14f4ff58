/** The fence's text in a real kernel: what opens it, what cannot, and that it closes by itself. */
import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import { test } from 'node:test';
import { renderChange } from '../../src/cluster/failover/kernel/fence-change.ts';
import {
  type FencePlan,
  renderClose,
  renderFence,
  renderOpen,
  renderPermit,
} from '../../src/cluster/failover/kernel/fence.ts';
import { systemClock, waitUntil } from '../../src/platform/clock.ts';

const namespace = `fo-${process.pid}-fence`;
const plan = {
  interfaces: [{ name: 'ext', index: 2 }],
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

/** What the kernel holds, in an order of its own. */
function held(): readonly string[] {
  const args = [
    'netns',
    'exec',
    namespace,
    'nft',
    '-j',
    'list',
    'table',
    'netdev',
    'evenkeel_fence',
  ];
  // The shape of `nft -j`.
  const parsed = JSON.parse(execFileSync('ip', args, { encoding: 'utf8' })) as {
    nftables: readonly Record<string, Record<string, unknown>>[];
  };
  const places = new Map<unknown, number>();
  return parsed.nftables
    .flatMap((one) => Object.entries(one))
    .filter(([kind]) => kind !== 'metainfo')
    .map(([kind, { handle, ...rest }]) => {
      assert.ok(kind === 'rule' || handle !== undefined);
      const place = (places.get(rest['chain']) ?? 0) + 1;
      if (kind === 'rule') places.set(rest['chain'], place);
      const { elem } = rest;
      const sorted = Array.isArray(elem)
        ? { elem: elem.map((one) => JSON.stringify(one)).toSorted() }
        : {};
      return JSON.stringify([kind, kind === 'rule' ? place : 0, { ...rest, ...sorted }]);
    })
    .toSorted();
}

test('changed bit by bit the fence is what it would be made anew, and stays open', () => {
  const ip = (...args: readonly string[]): void => void execFileSync('ip', args);
  const one = plan.trafficGroups[0];
  assert.ok(one);
  const many = Array.from({ length: 300 }, (_, index) => ({
    address: `10.9.${index >> 8}.${index & 255}`,
    interface: 'ext',
  }));
  const hardware = new Map([['ext', '02:00:00:00:00:99']]);
  const two = { ...one, name: 'two', addresses: many, hasNetworks: true as const };
  const masked = { ...one, mac: '02:00:00:00:00:01' };
  const [ext, far] = ['ext', 'far'].map((name, index) => ({ name, index: index + 2 }));
  const again = { name: 'far', index: 9 };
  const steps: readonly FencePlan[] = [
    { interfaces: [ext], trafficGroups: [one] },
    { interfaces: [ext, far], trafficGroups: [one, two], hardware },
    { interfaces: [ext, undefined, again], trafficGroups: [masked, two], hardware },
    {
      interfaces: [ext, undefined, again],
      trafficGroups: [{ ...one, addresses: [...one.addresses, ...many] }, undefined],
      hardware,
    },
    { interfaces: [ext, far, undefined], trafficGroups: [one, { ...two, name: 'three' }] },
  ];
  ip('netns', 'add', namespace);
  try {
    ip('-n', namespace, 'link', 'add', 'ext', 'type', 'veth', 'peer', 'name', 'far');
    let before = steps[0];
    assert.ok(before);
    assert.ok(nft(renderFence(before, new Map())));
    assert.ok(nft(renderPermit(1, 5000) + renderOpen(1, 'forever')));
    for (const next of steps) {
      assert.ok(nft(renderChange(before, next) || 'list tables\n'));
      assert.equal(elements('own_1'), 3, 'still open');
      const changed = held();
      assert.ok(nft(renderFence(next, new Map([['one', 'forever']]))));
      assert.deepEqual(changed, held());
      before = next;
    }
    // The kernel takes a chain away with its interface.
    ip('-n', namespace, 'link', 'del', 'ext');
    const interfaces = [undefined, undefined, undefined];
    assert.ok(nft(renderChange(before, { ...before, interfaces })));
    assert.ok(!held().some((line) => line.includes('in_1') || line.includes('out_2')));
  } finally {
    ip('netns', 'del', namespace);
  }
});

test('what is forwarded is fenced, too, both ways and in both families', async () => {
  const names = ['c', 'd', 's'].map((part) => `fo-${process.pid}-f${part}`);
  const [client = '', device = '', server = ''] = names;
  const ip = (...args: readonly string[]): void => void execFileSync('ip', args);
  const inside = (name: string, ...words: readonly string[]): number | null =>
    spawnSync('ip', ['netns', 'exec', name, ...words]).status;
  const put = (text: string): void =>
    void execFileSync('ip', ['netns', 'exec', device, 'nft', '-f', '-'], { input: text });
  const reached = (): readonly boolean[] =>
    ['198.18.0.10', 'fd00::10'].map(
      (address) => inside(client, 'ping', '-c', '1', '-W', '1', address) === 0,
    );
  for (const name of names) ip('netns', 'add', name);
  try {
    const join = (near: string, link: string, far: string, farLink: string): void => {
      ip('-n', near, 'link', 'add', link, 'type', 'veth', 'peer', 'name', farLink, 'netns', far);
      ip('-n', near, 'link', 'set', link, 'up');
      ip('-n', far, 'link', 'set', farLink, 'up');
    };
    join(device, 'in', client, 'eth');
    join(device, 'out', server, 'eth');
    const add = (name: string, address: string, link: string): void =>
      ip(
        '-n',
        name,
        'addr',
        'add',
        address,
        'dev',
        link,
        ...(address.includes(':') ? ['nodad'] : []),
      );
    for (const [name, link, net, host] of [
      [device, 'in', 1, 1],
      [client, 'eth', 1, 2],
      [device, 'out', 2, 1],
      [server, 'eth', 2, 2],
    ] as const) {
      add(name, `198.18.${net}.${host}/24`, link);
      add(name, `fd00:${net}::${host}/64`, link);
    }
    // Behind the device, as what it would carry to a pool member.
    add(server, '198.18.0.10/32', 'eth');
    add(server, 'fd00::10/128', 'eth');
    for (const [name, net] of [
      [client, 1],
      [server, 2],
    ] as const) {
      ip('-n', name, 'route', 'add', 'default', 'via', `198.18.${net}.1`);
      ip('-n', name, '-6', 'route', 'add', 'default', 'via', `fd00:${net}::1`);
    }
    ip('-n', device, 'route', 'add', '198.18.0.10/32', 'via', '198.18.2.2');
    ip('-n', device, '-6', 'route', 'add', 'fd00::10/128', 'via', 'fd00:2::2');
    inside(device, 'sysctl', '-qw', 'net.ipv4.ip_forward=1', 'net.ipv6.conf.all.forwarding=1');
    // IPv6 waits until the link-local addresses are known to be free.
    await waitUntil(systemClock, 'both families without a fence', 10_000, () =>
      reached().every((isReached) => isReached),
    );
    const [near, outside] = ['in', 'out'].map((name, index) => ({ name, index }));
    const both = { ...plan, interfaces: [near, outside] };
    put(renderFence(both, new Map()));
    assert.deepEqual(reached(), [false, false], 'closed');
    put(renderFence(both, new Map([['one', 'forever']])));
    assert.deepEqual(reached(), [true, true], 'open');
    // From the address: closed at the way out alone.
    put(renderFence({ ...plan, interfaces: [near] }, new Map()));
    const back = ['198.18.1.2', 'fd00:1::2'].map((to, index) => {
      const from = index === 0 ? '198.18.0.10' : 'fd00::10';
      return inside(server, 'ping', '-c', '1', '-W', '1', '-I', from, to);
    });
    assert.ok(
      back.every((status) => status !== 0),
      'what leaves with the address',
    );
  } finally {
    for (const name of names) ip('netns', 'del', name);
  }
});
