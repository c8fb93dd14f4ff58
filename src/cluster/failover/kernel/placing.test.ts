import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Clock } from '../../../platform/clock.ts';
import type { Addresses, HostAddress } from '../../../platform/ffi/netlink.ts';
import { Placing } from './placing.ts';

const group = '/Common/traffic-group-1';

/** A kernel that only remembers, and a clock whose timers run when told to. */
function bench() {
  const timers: (() => void)[] = [];
  const present = new Set<string>();
  const announced: number[][] = [];
  let longest = 0;
  let now = 0;
  const addresses: Addresses = {
    replace: () => undefined,
    remove: () => undefined,
    replaceAll(hosts) {
      longest = Math.max(longest, hosts.length);
      for (const { address } of hosts) present.add(address);
      return [];
    },
    removeAll(hosts) {
      longest = Math.max(longest, hosts.length);
      for (const { address } of hosts) present.delete(address);
      return [];
    },
    inProcess: true,
  };
  const clock: Clock = {
    wallMilliseconds: () => 0,
    // Time passes with each look.
    monotonicMilliseconds: () => (now += 1),
    after: (_delay, task) => (timers.push(task), () => undefined),
    every: () => () => undefined,
  };
  const placing = new Placing({
    addresses,
    clock,
    announcer: {
      announce: (_device, all) => void announced.push(...all.map((bytes) => [...bytes])),
      ask: () => undefined,
      inProcess: true,
    },
    log: { write: () => undefined },
  });
  return {
    placing,
    present,
    announced,
    longest: () => longest,
    step: () => timers.shift()?.(),
    run() {
      while (timers.length > 0) timers.shift()?.();
    },
  };
}

const hosts: readonly HostAddress[] = Array.from({ length: 3000 }, (_, index) => ({
  address: `10.0.${index >> 8}.${index & 255}`,
  bytes: [10, 0, index >> 8, index & 255],
  interface: '1.1',
}));

test('thousands are placed in slices, and each address is announced', () => {
  const { placing, present, announced, longest, run } = bench();
  placing.place(group, hosts, true);
  const atOnce = present.size;
  assert.ok(atOnce > 0 && atOnce < hosts.length);
  placing.announce(group, hosts);
  assert.equal(announced.length, atOnce);
  run();
  assert.equal(present.size, hosts.length);
  assert.equal(new Set(announced.map((bytes) => bytes.join('.'))).size, hosts.length);
  assert.ok(longest() <= 100);
});

test('a group given up while it is placed leaves nothing behind', () => {
  const { placing, present, step, run } = bench();
  placing.place(group, hosts, true);
  step();
  placing.remove(group, hosts);
  run();
  assert.equal(present.size, 0);
});

test('a group taken back while it is removed is there whole; renewals stop with it', () => {
  const { placing, present, step, run } = bench();
  placing.place(group, hosts, true);
  run();
  placing.renew();
  placing.remove(group, hosts);
  step();
  placing.place(group, hosts, true);
  run();
  assert.equal(present.size, hosts.length);
  placing.remove(group, hosts);
  placing.renew();
  run();
  assert.equal(present.size, 0);
});

test('addresses come and go one by one, also while thousands are placed or renewed', () => {
  const { placing, present, announced, step, run } = bench();
  const [gone, ...others] = hosts;
  assert.ok(gone);
  const come = { address: '10.9.9.9', bytes: [10, 9, 9, 9], interface: '1.1' };
  placing.change(group, [come], [], [come]);
  assert.equal(present.size, 0, 'nothing is placed for a group that is not');
  placing.place(group, hosts, true);
  step();
  placing.change(group, [...others, come], [gone], [come]);
  assert.ok(present.has(come.address) && !present.has(gone.address));
  assert.ok(announced.some((bytes) => bytes.join('.') === come.address));
  run();
  assert.equal(present.size, hosts.length);
  placing.renew();
  placing.change(group, hosts, [come], [gone]);
  run();
  assert.ok(present.has(gone.address) && !present.has(come.address));
  present.clear();
  for (let second = 0; second < 6; second += 1) placing.renew();
  run();
  assert.deepEqual([...present].toSorted(), hosts.map(({ address }) => address).toSorted());
});

test('an address that was taken away while it waited for its turn does not come', () => {
  const { placing, present, run } = bench();
  const last = hosts.slice(-1);
  placing.place(group, hosts, true);
  placing.change(group, hosts.slice(0, -1), last, []);
  run();
  assert.equal(present.size, hosts.length - 1);
});
