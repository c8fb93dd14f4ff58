import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Sliced, finishAtOnce } from '../base/slices.ts';
import { changedLines } from '../base/changed-lines.ts';
import { TestWorld, create, modify, remove } from '../config/model/test-world.ts';
import type { Operation } from '../config/types.ts';
import { fileText } from './haproxy/layout.ts';
import { previewTraffic } from './preview.ts';
import { plannedAtOnce } from './backlog.ts';
import { maximumConnections } from './device-facts.ts';
import { TrafficState } from './traffic-state.ts';
import type { DeviceFacts } from './types.ts';

const facts = {
  interfaceOf: (vlan: string) => vlan.replace('/Common/', 'if-'),
  maximumConnections: (listeners: number) => maximumConnections(20_000, listeners),
  isSharingWorth: () => false,
};
const places = { runtimeSocket: '/r', peersSocket: '/p', certificateFolder: '/c', mapFolder: '/m' };
const health = { get: () => undefined };

const previewOf = (traffic: TrafficState, own: DeviceFacts = facts) =>
  previewTraffic({
    facts: own,
    places,
    health: () => health,
    traffic: () => traffic,
    layout: () => undefined,
  }).haproxy;

const virtual = (name: string, port: number, more = {}): Operation =>
  create('ltm virtual', name, {
    destination: `10.1.0.1:${port}`,
    'ip-protocol': 'tcp',
    pool: 'p',
    profiles: ['tcp', 'http'],
    ...more,
  });
const snat = { 'source-address-translation': { type: 'automap' } };

/** A device that carries out what `steps` say; before each, what a dry run of it shows. */
async function run(...steps: readonly Operation[]): Promise<readonly (readonly string[])[]> {
  const world = new TestWorld();
  world.do(create('ltm pool', 'p', { members: ['10.0.0.1:80'] }));
  const real = new TrafficState(world.view, facts, places, health);
  const text = (): string =>
    fileText(real.structure, real.servers).replace(/^ *description .*\n/m, '');
  const all: (readonly string[])[] = [];
  for (const step of steps) {
    const [before, held] = [world.view, text()];
    const changes = world.do(step);
    const shown = finishAtOnce(previewOf(real)(before, world.view, changes));
    real.commit(world.view, changes, health);
    assert.deepEqual(shown, ['reload', ...changedLines(held, text())]);
    all.push(shown);
  }
  return all;
}

test('a dry run shows what the commit then does to the file that HAProxy runs with', async () => {
  await run(
    virtual('one', 80, snat),
    virtual('own', 81),
    modify('ltm virtual', 'one', { pool: 'none' }),
    modify('ltm virtual', 'own', snat),
    remove('ltm virtual', 'one'),
    remove('ltm virtual', 'own'),
  );
});

test('one virtual server more changes nothing of what all have in common', async () => {
  const [, second = []] = await run(virtual('one', 80, snat), virtual('two', 81, snat));
  assert.deepEqual(
    second.filter((line) => /global|defaults|maxconn|user|group/.test(line)),
    [],
  );
});

test('only servers that need the address of their client keep HAProxy from giving up root', async () => {
  const [, own = []] = await run(virtual('one', 80, snat), virtual('own', 81));
  assert.deepEqual(
    own.filter((line) => /user|group/.test(line)),
    ['-   user haproxy', '-   group haproxy'],
  );
});

test('what was tried before leaves nothing, also where listeners are shared', async () => {
  const world = new TestWorld();
  const shared = { ...facts, isSharingWorth: (proxies: number) => proxies > 10 };
  for (let number = 0; number < 12; number += 1) {
    world.do(create('ltm pool', `p${number}`, { members: [`10.0.0.${number + 1}:80`] }));
  }
  world.do(create('ltm pool', 'p', { members: ['10.0.0.1:80'] }));
  for (let number = 0; number < 60; number += 1) world.do(virtual(`v${number}`, 1000 + number));
  const kept = new TrafficState(world.view, shared, places, health);
  const steps: readonly Operation[] = [
    modify('ltm virtual', 'v3', { pool: 'p3' }),
    virtual('more', 80, snat),
    remove('ltm virtual', 'v4'),
    modify('ltm pool', 'p', { members: ['10.0.0.1:80', '10.0.0.9:81'] }),
    modify('ltm profile http', 'http', { 'insert-xforwarded-for': 'enabled' }),
    virtual('last', 81),
  ];
  for (const step of steps) {
    const before = world.view;
    const fresh = new TrafficState(before, shared, places, health, kept.structure.isSharing);
    const changes = world.do(step);
    const held = fileText(kept.structure, kept.servers);
    const all = [kept, kept, fresh].map(async (one) =>
      finishAtOnce(previewOf(one, shared)(before, world.view, changes)),
    );
    // The order of commands that have nothing to do with each other is what came first.
    const [first, second, own] = (await Promise.all(all)).map((lines) => lines.toSorted());
    assert.deepEqual(first, own);
    assert.deepEqual(second, own);
    assert.equal(fileText(kept.structure, kept.servers), held);
    kept.commit(world.view, changes, health);
  }
});

/** Steps until it is done; `between` is called after each. */
function stepsOf<T>(work: Sliced<T>, between: (step: number) => void): [number, T] {
  for (let step = 1; ; step += 1) {
    const { done, value } = work.next();
    if (done === true) return [step, value];
    between(step);
  }
}

test('a change that many hang on is tried out in parts, and anew when what is held changes meanwhile', () => {
  const world = new TestWorld();
  const count = plannedAtOnce + 10;
  world.do(create('ltm pool', 'p', { members: ['10.0.0.1:80'] }));
  for (let index = 0; index < count; index += 1) world.do(virtual(`v${index}`, 1000 + index));
  const real = new TrafficState(world.view, facts, places, health);
  const before = world.view;
  const changes = world.do(
    modify('ltm profile http', 'http', { 'insert-xforwarded-for': 'enabled' }),
  );
  const preview = (): Sliced<readonly string[]> => previewOf(real)(before, world.view, changes);
  const [steps, shown] = stepsOf(preview(), () => undefined);
  assert.ok(steps > 1, `${steps} steps`);
  assert.ok(shown.length > count);
  const disturb = (): void =>
    void real.healthChanged(new Set(['/Common/p']), { get: () => undefined });
  const [disturbed, same] = stepsOf(preview(), (step) => {
    if (step === 1) disturb();
  });
  assert.ok(disturbed > steps, `${disturbed} steps`);
  assert.deepEqual(same, shown);
  const [, always] = stepsOf(preview(), disturb);
  assert.deepEqual(always, shown);
});

test('what the packet filter would do is of the same trial, unless something came between', () => {
  const world = new TestWorld();
  world.do(create('ltm pool', 'p', { members: ['10.0.0.1:80'] }));
  const real = new TrafficState(world.view, facts, places, health);
  let forks = 0;
  const traffic = new Proxy(real, {
    get(target, name) {
      if (name === 'fork') forks += 1;
      const value: unknown = Reflect.get(target, name, target);
      return typeof value === 'function' ? value.bind(target) : value;
    },
  });
  const { haproxy, nftables } = previewTraffic({
    facts,
    places,
    health: () => health,
    traffic: () => traffic,
    layout: () => undefined,
  });
  const before = world.view;
  const changes = world.do(
    create('ltm virtual', 'packets', {
      destination: '10.1.0.1:53',
      'ip-protocol': 'udp',
      pool: 'p',
      profiles: ['fastL4'],
    }),
  );
  const both = (between: () => void): readonly string[] => {
    finishAtOnce(haproxy(before, world.view, changes));
    between();
    return finishAtOnce(nftables(before, world.view, changes));
  };
  const shown = both(() => undefined);
  assert.equal(forks, 1);
  assert.ok(shown.length > 0);
  assert.deepEqual(
    both(() => real.carried()),
    shown,
  );
  assert.equal(forks, 3);
});
