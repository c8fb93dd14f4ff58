import assert from 'node:assert/strict';
import { test } from 'node:test';
import { initialState, step } from './machine.ts';
import {
  type Command,
  type Effect,
  type Event,
  type GroupConfig,
  type Message,
  profiles,
  type State,
} from '../types.ts';

const group = '/Common/traffic-group-1';

function configOf(device: string, members: readonly string[]): GroupConfig {
  return {
    device,
    deviceGroup: members.length > 1 ? '/Common/pair' : '',
    members: members.map((name) => ({ device: name, addresses: [] })),
    witnesses: [],
    profile: profiles.fast,
    trafficGroups: [
      {
        name: group,
        addresses: [{ address: '198.18.0.10', interface: 'ext' }],
        haOrder: [],
        autoFailback: false,
        autoFailbackSeconds: 60,
        loadFactor: 1,
      },
    ],
    capacity: {},
  };
}

/** Machines on a perfect, instant network; `deaf` names devices that hear nothing. */
class Bench {
  now = 0;
  readonly states = new Map<string, State>();
  readonly effects = new Map<string, Effect[]>();
  readonly deaf = new Set<string>();
  readonly dead = new Set<string>();

  constructor(members: readonly string[]) {
    for (const name of members) {
      const durable = { mode: undefined, forcedOffline: false };
      this.states.set(name, initialState(configOf(name, members), 0, 1, durable));
      this.effects.set(name, []);
    }
  }

  happen(
    device: string,
    event: { readonly [K in string]: unknown } & { readonly type: string },
  ): void {
    const before = this.states.get(device);
    if (before === undefined || this.dead.has(device)) return;
    // Tests write events without their time.
    const [state, effects] = step(before, { ...event, now: this.now } as unknown as Event);
    this.states.set(device, state);
    this.effects.get(device)?.push(...effects);
    for (const effect of effects) {
      if (effect.type === 'persist') this.happen(device, { type: 'persisted', mode: effect.mode });
      if (effect.type === 'send') this.#carry(effect.to, effect.message);
    }
  }

  #carry(to: readonly string[], message: Message): void {
    for (const device of to) {
      if (!this.deaf.has(device)) this.happen(device, { type: 'message', message });
    }
  }

  command(device: string, command: Command): void {
    this.happen(device, { type: 'command', command });
  }

  run(milliseconds: number): void {
    for (const end = this.now + milliseconds; this.now < end; this.now += 5) {
      for (const device of this.states.keys()) this.happen(device, { type: 'tick' });
    }
  }

  owners(): readonly string[] {
    return [...this.states].flatMap(([device, state]) =>
      state.groups.get(group)?.role === 'owner' && !this.dead.has(device) ? [device] : [],
    );
  }

  other(device: string): string {
    return device === 'a' ? 'b' : 'a';
  }

  take(device: string): readonly Effect[] {
    return this.effects.get(device)?.splice(0) ?? [];
  }
}

function settled(members: readonly string[] = ['a', 'b']): readonly [Bench, string] {
  const bench = new Bench(members);
  bench.run(2000);
  const [owner] = bench.owners();
  assert.equal(bench.owners().length, 1);
  assert.ok(owner !== undefined);
  for (const device of members) bench.take(device);
  return [bench, owner];
}

test('a standalone device owns at once, without a lease', () => {
  const bench = new Bench(['a']);
  bench.happen('a', { type: 'tick' });
  const fence = bench.take('a').find((effect) => effect.type === 'fence');
  assert.deepEqual(fence, { type: 'fence', group, until: Number.POSITIVE_INFINITY });
});

test('nobody owns before twice the detection time after a start', () => {
  const bench = new Bench(['a', 'b']);
  bench.run(2 * profiles.fast.detect - 5);
  assert.deepEqual(bench.owners(), []);
});

test('a handover takes one packet: closed here first, open there at once', () => {
  const [bench, owner] = settled();
  const next = bench.other(owner);
  bench.command(owner, { kind: 'standby', trafficGroup: undefined, device: undefined });
  assert.deepEqual(bench.owners(), [next]);
  const order = bench.take(owner).map((effect) => effect.type);
  assert.ok(order.indexOf('close') < order.indexOf('send'));
  const opened = bench.take(next).map((effect) => effect.type);
  assert.ok(opened.indexOf('addresses') < opened.indexOf('fence'));
  assert.ok(opened.indexOf('fence') < opened.indexOf('announce'));
});

test('standby is refused when nobody can take over', () => {
  const [bench, owner] = settled();
  bench.dead.add(bench.other(owner));
  bench.run(1000);
  bench.take(owner);
  bench.command(owner, { kind: 'standby', trafficGroup: undefined, device: undefined });
  const refused = bench.take(owner).find((effect) => effect.type === 'refused');
  assert.match(refused?.reason ?? '', /no other device able to take/);
  assert.deepEqual(bench.owners(), [owner]);
});

test('the death of the standby does not interrupt the owner', () => {
  const [bench, owner] = settled();
  bench.dead.add(bench.other(owner));
  bench.run(3000);
  const types = bench.take(owner).map((effect) => effect.type);
  assert.ok(!types.includes('close'));
  assert.deepEqual(bench.owners(), [owner]);
});

test('an owner that is not heard closes before its peer takes over', () => {
  const [bench, owner] = settled();
  const next = bench.other(owner);
  bench.deaf.add(next);
  const from = bench.now;
  while (bench.owners().includes(owner)) bench.run(5);
  assert.ok(bench.now - from <= profiles.fast.fence + profiles.fast.interval);
  assert.deepEqual(bench.owners(), []);
  bench.run(profiles.fast.detect);
  assert.deepEqual(bench.owners(), [next]);
});

test('a killed owner is replaced after the detection time, not before', () => {
  const [bench, owner] = settled();
  bench.dead.add(owner);
  bench.run(profiles.fast.detect - profiles.fast.interval - 5);
  assert.deepEqual(bench.owners(), []);
  bench.run(profiles.fast.interval + 20);
  assert.deepEqual(bench.owners(), [bench.other(owner)]);
});

test('a dead engine is handed over at once; without a peer the device goes on', () => {
  const [bench, owner] = settled();
  bench.happen(owner, { type: 'impaired', by: ['haproxy'] });
  assert.deepEqual(bench.owners(), [bench.other(owner)]);
  const [lonely, last] = settled();
  lonely.dead.add(lonely.other(last));
  lonely.run(1000);
  lonely.happen(last, { type: 'impaired', by: ['haproxy'] });
  lonely.run(1000);
  assert.deepEqual(lonely.owners(), [last]);
});

test('forced offline owns nothing, is remembered, and ends by online', () => {
  const [bench, owner] = settled();
  const next = bench.other(owner);
  bench.command(owner, { kind: 'offline' });
  assert.ok(
    bench.take(owner).some((effect) => effect.type === 'persist-offline' && effect.forcedOffline),
  );
  bench.dead.add(next);
  bench.run(3000);
  assert.deepEqual(bench.owners(), []);
  bench.command(owner, { kind: 'online' });
  bench.run(1000);
  assert.deepEqual(bench.owners(), [owner]);
});

test('after a pause of the process silence counts from its end', () => {
  const [bench, owner] = settled();
  // What the peer said meanwhile waits in the socket, unread.
  bench.dead.add(bench.other(owner));
  bench.now += 5000;
  bench.happen(owner, { type: 'tick' });
  assert.deepEqual(bench.owners(), []);
  assert.ok(bench.take(owner).some((effect) => effect.type === 'close'));
  bench.run(profiles.fast.detect - 10);
  assert.deepEqual(bench.owners(), []);
});

test('a planned move drains: behind the closed fence here, known there before it opens', () => {
  const [bench, owner] = settled();
  const next = bench.other(owner);
  bench.command(owner, { kind: 'standby', trafficGroup: undefined, device: undefined });
  const here = bench.take(owner);
  assert.deepEqual(
    here.filter((effect) => effect.type === 'drain'),
    [{ type: 'drain', group, to: next }],
  );
  const order = here.map((effect) => effect.type);
  assert.ok(order.indexOf('close') < order.indexOf('drain'));
  assert.ok(!order.includes('addresses'));
  const there = bench.take(next);
  const opened = there.map((effect) => effect.type);
  assert.ok(there.some((effect) => effect.type === 'inherit' && effect.from === owner));
  assert.ok(opened.indexOf('inherit') < opened.indexOf('fence'));
});

test('nothing is drained by a device that goes offline or has no engine left', () => {
  for (const strike of ['offline', 'engine'] as const) {
    const [bench, owner] = settled();
    if (strike === 'engine') bench.happen(owner, { type: 'impaired', by: ['haproxy'] });
    else bench.command(owner, { kind: 'offline' });
    const next = bench.other(owner);
    assert.deepEqual(bench.owners(), [next]);
    const effects = [...bench.take(owner), ...bench.take(next)].map((effect) => effect.type);
    assert.ok(!effects.includes('drain') && !effects.includes('inherit'), strike);
    assert.ok(effects.includes('addresses'));
  }
});

const score = (points: number) => ({
  type: 'scores',
  scores: { [group]: { points, activeBonus: 10 } },
});

test('a higher HA score takes the group; less than the active bonus does not', () => {
  const [bench, owner] = settled();
  const next = bench.other(owner);
  bench.happen(owner, score(50));
  bench.happen(next, score(59));
  bench.run(500);
  assert.deepEqual(bench.owners(), [owner]);
  bench.happen(owner, score(40));
  bench.run(500);
  assert.deepEqual(bench.owners(), [next]);
  // Its own bonus now keeps it.
  bench.happen(owner, score(60));
  bench.run(500);
  assert.deepEqual(bench.owners(), [next]);
});

test('by HA order a device whose HA group has no points gives the group away, and is passed over', () => {
  const health = (isWell: boolean) => ({
    type: 'scores' as const,
    scores: { [group]: { points: isWell ? 1 : 0, activeBonus: 0, isHealth: true as const } },
  });
  const [bench, owner] = settled();
  const next = bench.other(owner);
  bench.happen(owner, health(true));
  bench.run(500);
  assert.deepEqual(bench.owners(), [owner], 'a device without an HA group is not better');
  bench.happen(owner, health(false));
  bench.run(500);
  assert.deepEqual(bench.owners(), [next]);
  bench.happen(next, health(false));
  bench.run(500);
  assert.deepEqual(bench.owners(), [next], 'nobody is better');
});

test('scores that swing move the group less and less often', () => {
  const [bench] = settled();
  let moves = 0;
  for (let swing = 0; swing < 30; swing += 1) {
    const [owner = 'a'] = bench.owners();
    bench.happen(owner, score(10));
    bench.happen(bench.other(owner), score(100));
    bench.run(1000);
    if (bench.owners()[0] !== owner) moves += 1;
  }
  assert.ok(moves >= 3 && moves <= 6, `${moves} moves in 30 s`);
});

test('a held group moves at once all the same when its device fails or is told to', () => {
  const [bench, first] = settled();
  for (let swing = 0; swing < 4; swing += 1) {
    const [owner = first] = bench.owners();
    bench.command(owner, { kind: 'standby', trafficGroup: undefined, device: undefined });
    bench.run(100);
    assert.deepEqual(bench.owners(), [bench.other(owner)]);
  }
  const [owner = first] = bench.owners();
  bench.happen(owner, { type: 'impaired', by: ['haproxy'] });
  assert.deepEqual(bench.owners(), [bench.other(owner)]);
});

test('a device that starts again takes part in what its peer has kept, with a witness never heard', () => {
  const [bench, owner] = settled();
  const starting = bench.other(owner);
  const kept = bench.states.get(owner);
  assert.ok(kept !== undefined);
  const witnesses = [{ device: 'w', addresses: [] }];
  bench.happen(owner, { type: 'configure', config: { ...kept.config, witnesses } });
  const config = { ...configOf(starting, ['a', 'b']), witnesses };
  const durable = { mode: kept.mode, forcedOffline: false };
  bench.states.set(starting, initialState(config, bench.now, 2, durable));
  bench.run(3000);
  const phases = [...bench.states.values()].map(({ mode }) => mode.phase);
  assert.deepEqual(phases, ['pair', 'pair']);
  bench.dead.add(starting);
  bench.run(3000);
  assert.deepEqual(bench.owners(), [owner], 'it goes on alone');
});

test('auto failback does not undo an order before its delay', () => {
  const [bench, owner] = settled();
  const other = bench.other(owner);
  const preference = { haOrder: [owner, other], autoFailback: true, autoFailbackSeconds: 1 };
  for (const [device, { config }] of bench.states) {
    const trafficGroups = config.trafficGroups.map((one) => ({ ...one, ...preference }));
    bench.happen(device, { type: 'configure', config: { ...config, trafficGroups } });
  }
  bench.command(owner, { kind: 'standby', trafficGroup: undefined, device: undefined });
  bench.run(800);
  assert.deepEqual(bench.owners(), [other]);
  bench.run(1000);
  assert.deepEqual(bench.owners(), [owner]);
});

test('a new traffic group is with the device where it was made, until an order or a failover says otherwise', () => {
  for (const isLate of [false, true]) {
    const [bench, maker] = settled();
    const configure = (device: string, isMadeHere: boolean): void => {
      const config = configOf(device, ['a', 'b']);
      const [known] = config.trafficGroups;
      assert.ok(known);
      const made = { ...known, name: '/Common/made', addresses: [], isMadeHere };
      bench.happen(device, {
        type: 'configure',
        config: { ...config, trafficGroups: [known, made] },
      });
    };
    // The least loaded would be the other one, which may hear of the group first, or a little later.
    if (isLate) configure(maker, true);
    configure(bench.other(maker), false);
    bench.run(100);
    if (!isLate) configure(maker, true);
    bench.run(1000);
    const owners = [...bench.states].flatMap(([device, state]) =>
      state.groups.get('/Common/made')?.role === 'owner' ? [device] : [],
    );
    assert.deepEqual(owners, [maker]);
  }
});
