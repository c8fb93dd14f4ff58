import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { IqueryBodies, IqueryChannel, IquerySession } from '../../iquery/types.ts';
import { createGuestBook, type GuestBook } from '../../monitor/guests.ts';
import type { InstancePlan } from '../../monitor/instance-plan.ts';
import type { ToMonitor } from '../../monitor/messages.ts';
import { exampleView } from '../../monitor/example-view.ts';
import type { Clock } from '../../platform/clock.ts';
import { silentLog } from '../../platform/log.ts';
import { planProbes } from '../health/probes.ts';
import { readPools, readServers } from '../objects.ts';
import { createSharedProbes, type SharedProbes } from './shared-probes.ts';

const hosts = Object.fromEntries(
  Array.from({ length: 20 }, (_, index) => [
    `/Common/h${index}`,
    {
      datacenter: '/Common/dc',
      product: 'generic-host',
      monitor: '/Common/tcp',
      'virtual-servers': [{ name: 'web', destination: `192.0.2.${index + 1}:80` }],
    },
  ]),
);
const view = exampleView({
  'gtm monitor tcp': { '/Common/tcp': { interval: 30, timeout: 120 } },
  'gtm server': hosts,
});
const plan = planProbes(view, { servers: readServers(view), pools: readPools(view) });

/** A clock that runs everything at once, but for what is 30 s away. */
function testClock() {
  let now = 0;
  const later: (() => void)[] = [];
  return {
    monotonicMilliseconds: () => now,
    wallMilliseconds: () => now,
    after(milliseconds: number, run: () => void) {
      if (milliseconds < 1_000) run();
      else later.push(run);
      return () => void later.splice(later.indexOf(run), 1);
    },
    every: () => () => undefined,
    pass() {
      now += 61_000;
      for (const run of later.splice(0)) run();
    },
  } satisfies Clock & { pass(): void };
}

interface Device {
  readonly name: string;
  readonly book: GuestBook;
  readonly probes: SharedProbes;
  readonly clock: ReturnType<typeof testClock>;
  isEligible: boolean;
  ids(): readonly string[];
  update(): void;
  see(state: 'up' | 'down'): void;
}

/** Devices that hear each other at once, while connected. */
function network(names: readonly string[]) {
  const handlers = new Map<string, Map<string, (body: object, session: IquerySession) => void>>();
  const watchers = new Map<
    string,
    ((session: IquerySession, event: 'open' | 'closed') => void)[]
  >();
  const open = new Map<string, IquerySession>();
  const key = (from: string, to: string): string => `${from} ${to}`;
  const sessionOf = (from: string, to: string): IquerySession => {
    const send = (_: string, kind: string, body: object): void => {
      const back = open.get(key(to, from));
      if (back !== undefined) handlers.get(to)?.get(kind)?.(body, back);
    };
    return { device: to, relation: 'trust-domain', send } as unknown as IquerySession;
  };
  const channelOf = (name: string): IqueryChannel => {
    const own = new Map<string, (body: object, session: IquerySession) => void>();
    handlers.set(name, own);
    watchers.set(name, []);
    return {
      sessions: () => names.flatMap((to) => open.get(key(name, to)) ?? []),
      session: (to: string) => open.get(key(name, to)),
      onSession: (listener: never) => void watchers.get(name)?.push(listener),
      onMessage: (kind: keyof IqueryBodies, handler: never) => void own.set(kind, handler),
    } as unknown as IqueryChannel;
  };
  const connect = (a: string, b: string): void => {
    for (const [from, to] of [
      [a, b],
      [b, a],
    ] as const)
      open.set(key(from, to), sessionOf(from, to));
    for (const [from, to] of [
      [a, b],
      [b, a],
    ] as const) {
      const session = open.get(key(from, to));
      for (const tell of watchers.get(from) ?? []) if (session !== undefined) tell(session, 'open');
    }
  };
  const cut = (a: string, b: string): void => {
    for (const [from, to] of [
      [a, b],
      [b, a],
    ] as const) {
      const session = open.get(key(from, to));
      open.delete(key(from, to));
      for (const tell of watchers.get(from) ?? [])
        if (session !== undefined) tell(session, 'closed');
    }
  };
  const devices = names.map((name): Device => {
    const told: ToMonitor[] = [];
    const book = createGuestBook((message) => void told.push(message));
    const clock = testClock();
    const device = { name, book, clock, isEligible: true } as unknown as Device;
    const probes = createSharedProbes({
      channel: channelOf(name),
      guests: book,
      clock,
      log: silentLog,
      isEligible: () => device.isEligible,
      onChange: () => undefined,
    });
    const ids = (): readonly string[] => book.plans().map((one: InstancePlan) => one.id);
    return Object.assign(device, {
      probes,
      ids,
      update: () =>
        probes.update({
          ownName: name,
          plan,
          rules: new Map(),
          placeOf: () => ({ servers: [], datacenters: [] }),
        }),
      see: (state: 'up' | 'down') => {
        const probe = { at: 0, durationMilliseconds: 1, ok: state === 'up', detail: 'refused' };
        book.observe(ids().map((id) => ({ id, state, reason: '', since: 1, probes: [probe] })));
      },
    });
  });
  return { devices, connect, cut };
}

test('each host is probed once, known to both, and taken over by who is left', () => {
  const { connect, cut, devices } = network(['a', 'b']);
  const [a, b] = devices;
  assert.ok(a && b);
  const updateAll = (): void => devices.forEach((device) => device.update());
  updateAll();
  assert.equal(a.ids().length, 20, 'alone it probes all');
  connect('a', 'b');
  updateAll();
  updateAll();
  const all = new Set([...a.ids(), ...b.ids()]);
  assert.equal(all.size, 20);
  assert.equal(a.ids().length + b.ids().length, 20, 'once');
  assert.ok(a.ids().length > 3 && b.ids().length > 3, 'shared');
  a.see('up');
  b.see('down');
  for (const id of all) {
    const seenBy: string = a.ids().includes(id) ? 'a' : 'b';
    for (const device of devices) {
      const told = device.probes.lookup(id);
      assert.deepEqual([told?.state, told?.device], [seenBy === 'a' ? 'up' : 'down', seenBy]);
    }
  }
  const lost = [...b.ids()];
  cut('a', 'b');
  updateAll();
  assert.equal(a.ids().length, 20, 'taken over');
  const [one = ''] = lost;
  assert.equal(a.probes.lookup(one)?.state, 'down', 'the last word stands');
  a.see('up');
  assert.deepEqual([a.probes.lookup(one)?.state, a.probes.lookup(one)?.device], ['up', 'a']);
});

test('a word of who is gone does not stand for ever', () => {
  const { connect, cut, devices } = network(['a', 'b']);
  const [a, b] = devices;
  assert.ok(a && b);
  connect('a', 'b');
  for (let round = 0; round < 2; round += 1) devices.forEach((device) => device.update());
  b.see('up');
  const [one = ''] = b.ids();
  assert.equal(a.probes.lookup(one)?.state, 'up');
  cut('a', 'b');
  a.update();
  assert.equal(a.probes.lookup(one)?.state, 'up');
  a.clock.pass();
  assert.equal(a.probes.lookup(one), undefined);
});

test('who may not probe is connected and probes nothing', () => {
  const { connect, devices } = network(['a', 'b']);
  const [a, b] = devices;
  assert.ok(a && b);
  connect('a', 'b');
  for (let round = 0; round < 2; round += 1) devices.forEach((device) => device.update());
  b.isEligible = false;
  for (let round = 0; round < 2; round += 1) [b, a].forEach((device) => device.update());
  assert.equal(a.ids().length, 20);
  assert.equal(b.ids().length, 0);
  a.see('up');
  assert.equal(b.probes.lookup(a.ids()[0] ?? '')?.state, 'up', 'and knows what the other saw');
});
