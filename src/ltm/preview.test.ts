import assert from 'node:assert/strict';
import { test } from 'node:test';
import { changedLines } from '../base/changed-lines.ts';
import { TestWorld, create, modify, remove } from '../config/model/test-world.ts';
import type { Operation } from '../config/types.ts';
import { fileText } from './haproxy/layout.ts';
import { previewHaproxy } from './preview.ts';
import { maximumConnections } from './start.ts';
import { TrafficState } from './traffic-state.ts';

const facts = {
  interfaceOf: (vlan: string) => vlan.replace('/Common/', 'if-'),
  maximumConnections: (listeners: number) => maximumConnections(20_000, listeners),
  isSharingWorth: () => false,
};
const places = { runtimeSocket: '/r', peersSocket: '/p', certificateFolder: '/c', mapFolder: '/m' };
const health = { get: () => undefined };
const preview = previewHaproxy({
  facts,
  places,
  health: () => health,
  isSharing: () => false,
  layout: () => undefined,
});

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
function run(...steps: readonly Operation[]): readonly (readonly string[])[] {
  const world = new TestWorld();
  world.do(create('ltm pool', 'p', { members: ['10.0.0.1:80'] }));
  const state = new TrafficState(world.view, facts, places, health);
  const text = (): string =>
    fileText(state.structure, state.servers).replace(/^ *description .*\n/m, '');
  return steps.map((step) => {
    const [before, held] = [world.view, text()];
    const changes = world.do(step);
    const shown = preview(before, world.view, changes);
    state.commit(world.view, changes, health);
    assert.deepEqual(shown, ['reload', ...changedLines(held, text())]);
    return shown;
  });
}

test('a dry run shows what the commit then does to the file that HAProxy runs with', () => {
  run(
    virtual('one', 80, snat),
    virtual('own', 81),
    modify('ltm virtual', 'one', { pool: 'none' }),
    modify('ltm virtual', 'own', snat),
    remove('ltm virtual', 'one'),
    remove('ltm virtual', 'own'),
  );
});

test('one virtual server more changes nothing of what all have in common', () => {
  const [, second = []] = run(virtual('one', 80, snat), virtual('two', 81, snat));
  assert.deepEqual(
    second.filter((line) => /global|defaults|maxconn|user|group/.test(line)),
    [],
  );
});

test('only servers that need the address of their client keep HAProxy from giving up root', () => {
  const [, own = []] = run(virtual('one', 80, snat), virtual('own', 81));
  assert.deepEqual(
    own.filter((line) => /user|group/.test(line)),
    ['-   user haproxy', '-   group haproxy'],
  );
});
