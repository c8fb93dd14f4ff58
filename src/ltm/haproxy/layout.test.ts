import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { TestWorld, create, modify, remove } from '../../config/model/test-world.ts';
import type { Operation } from '../../config/types.ts';
import { TrafficState } from '../traffic-state.ts';
import { type Layout, layOut, readLayout } from './layout.ts';
import { finish } from './test-finish.ts';

const facts = {
  interfaceOf: () => undefined,
  maximumConnections: () => 1000,
  isSharingWorth: () => true,
};
const places = {
  runtimeSocket: '/r',
  peersSocket: '/p',
  certificateFolder: '/c',
  mapFolder: '/m',
};
const health = { get: () => undefined };

const pool = (name: string): Operation =>
  create('ltm pool', name, { members: ['/Common/10.0.0.1:80'] });
const virtual = (name: string, to: string, address: number, more = {}): Operation =>
  create('ltm virtual', name, {
    destination: `/Common/10.1.0.${address}:80`,
    'ip-protocol': 'tcp',
    pool: to,
    profiles: [{ name: '/Common/tcp' }],
    ...more,
  });

interface Device {
  readonly world: TestWorld;
  readonly state: TrafficState;
  readonly layout: Layout;
  /** Whether the layout still fits after that. */
  readonly do: (...operations: readonly Operation[]) => boolean;
}

function device(...operations: readonly Operation[]): Device {
  const world = new TestWorld();
  world.do(...operations);
  const state = new TrafficState(world.view, facts, places, health, true);
  const layout = layOut(state.structure, undefined);
  assert.ok(layout.fit(state.structure, undefined));
  const take = (...more: readonly Operation[]): boolean => {
    const changes = world.do(...more);
    const touched = state.commit(world.view, changes, health);
    return layout.fit(state.structure, touched.backends);
  };
  return { world, state, layout, do: take };
}

const textOf = ({ state, layout }: Device): string =>
  [...layout.sections(state.structure, state.servers)].join('');

test('a new virtual server with a new pool takes a spare; its end gives it back to nobody else', () => {
  const here = device(pool('/Common/p'), virtual('/Common/v', '/Common/p', 1));
  assert.ok(here.do(pool('/Common/q'), virtual('/Common/w', '/Common/q', 2)));
  const [name = ''] = here.state.structure.backendsOf('/Common/q');
  const served = here.layout.nameOf(name) ?? '';
  assert.match(served, /^spare\.\d+$/);
  assert.equal(here.layout.servedBy(served), name);
  assert.ok(here.do(remove('ltm virtual', '/Common/w'), remove('ltm pool', '/Common/q')));
  assert.deepEqual(here.layout.takeReleased(), [served]);
  assert.equal(here.layout.isServing(served), false);
  assert.ok(here.do(pool('/Common/r'), virtual('/Common/x', '/Common/r', 3)));
  const [other = ''] = here.state.structure.backendsOf('/Common/r');
  assert.notEqual(here.layout.nameOf(other), served);
  // Who comes back finds its own servers and records.
  assert.ok(here.do(pool('/Common/q'), virtual('/Common/w', '/Common/q', 2)));
  assert.equal(here.layout.nameOf(name), served);
});

test('a reload is due for another shape, and when there is nothing to spare', () => {
  const here = device(pool('/Common/p'), virtual('/Common/v', '/Common/p', 1));
  const http = { profiles: [{ name: '/Common/tcp' }, { name: '/Common/http' }] };
  assert.equal(here.do(virtual('/Common/h', '/Common/p', 2, http)), false);
  assert.ok(here.do(remove('ltm virtual', '/Common/h')));
  const least = { 'load-balancing-mode': 'least-connections-member' };
  assert.equal(here.do(modify('ltm pool', '/Common/p', least)), false);
  assert.ok(here.do(modify('ltm pool', '/Common/p', { 'load-balancing-mode': 'round-robin' })));
  let taken = 0;
  const more = (): boolean => {
    const name = `/Common/more${taken}`;
    return here.do(pool(name), virtual(name, name, 10 + taken));
  };
  while (taken < 100 && more()) taken += 1;
  assert.equal(taken, 16);
  assert.ok(here.layout.isWorn);
  // As many as were taken, twice: and names stay.
  const next = layOut(here.state.structure, here.layout);
  assert.ok(next.fit(here.state.structure, undefined));
  const [name = ''] = here.state.structure.backendsOf('/Common/more0');
  assert.equal(next.nameOf(name), here.layout.nameOf(name));
  assert.equal(next.isWorn, false);
});

test('another set of profiles leaves the listener that it had until the next reload', () => {
  const here = device(
    pool('/Common/p'),
    virtual('/Common/v', '/Common/p', 1),
    virtual('/Common/w', '/Common/p', 2),
  );
  const http = { profiles: [{ name: '/Common/tcp' }, { name: '/Common/http' }] };
  const before = here.state.structure.frontendOf('/Common/v') ?? '';
  const all = ['/Common/v', '/Common/w'].map((name) => modify('ltm virtual', name, http));
  assert.equal(here.do(...all), false);
  const next = layOut(here.state.structure, here.layout);
  assert.ok(next.hasFrontend(before));
  assert.ok(next.hasFrontend(here.state.structure.frontendOf('/Common/v') ?? ''));
  assert.equal(layOut(here.state.structure, next).hasFrontend(before), false);
});

const step = fc.record({
  number: fc.integer({ min: 0, max: 5 }),
  isThere: fc.boolean(),
  rename: fc.constantFrom('tcp', 'http', 'own'),
});

test('a file that was written is read as what was laid out', () => {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 12 }), (steps) => {
      const here = device(pool('/Common/p'), virtual('/Common/v', '/Common/p', 1));
      let { layout } = here;
      for (const { number, isThere, rename } of steps) {
        const name = `/Common/x${number}`;
        const is = here.world.view.get('ltm virtual', name) !== undefined;
        if (is === isThere) continue;
        const profiles = (rename === 'http' ? ['tcp', 'http'] : ['tcp']).map((one) => ({
          name: `/Common/${one}`,
        }));
        // Any port: a listener of its own.
        const place = rename === 'own' ? { destination: `/Common/10.1.1.${number}:0` } : {};
        const more = { profiles, ...place };
        const changes = isThere
          ? here.world.do(pool(name), virtual(name, name, 10 + number, more))
          : here.world.do(remove('ltm virtual', name), remove('ltm pool', name));
        const touched = here.state.commit(here.world.view, changes, health);
        const { structure } = here.state;
        if (!layout.fit(structure, touched.backends)) {
          layout = layOut(structure, layout);
          assert.ok(layout.fit(structure, undefined));
        }
        const text = textOf({ ...here, layout });
        const read = finish(readLayout(text));
        assert.equal(read.fingerprint, layout.fingerprint);
        assert.ok(read.fit(structure, undefined), 'what was read does not fit');
        for (const one of structure.backendNames()) {
          assert.equal(read.nameOf(one), layout.nameOf(one));
        }
      }
    }),
    { numRuns: 60 },
  );
});
