import assert from 'node:assert/strict';
import { test } from 'node:test';
import { TestWorld } from '../../../config/model/test-world.ts';
import type { Change } from '../../../config/types.ts';
import { votersCheck, type VotersStatus } from './voters-check.ts';

const name = '/Common/pair';
const arbiter = { arbiter: 'etcd', 'arbiter-endpoints': ['http://192.0.2.21:2379'] };

interface Asked {
  /** Of the group now, without this device: whether each is heard. */
  readonly heard: Readonly<Record<string, boolean>>;
  readonly witnesses?: Readonly<Record<string, boolean>>;
  readonly hasArbiter?: boolean;
  /** Undefined: the group is deleted. */
  readonly wanted: readonly string[] | undefined;
  readonly wantsArbiter?: boolean;
  /** The same commit takes it out of trust. */
  readonly put?: string;
  readonly source?: 'rest' | 'sync';
}

function asked(options: Asked): readonly string[] {
  const { heard, witnesses = {}, hasArbiter = false, wanted, wantsArbiter = false } = options;
  const world = new TestWorld('a');
  for (const device of ['a', 'b', 'c', 'd'])
    world.do({ kind: 'create', component: 'cm device', name: `/Common/${device}`, properties: {} });
  if (wanted !== undefined) {
    const properties = {
      type: 'sync-failover',
      devices: wanted.map((device) => ({ name: `/Common/${device}` })),
      ...(wantsArbiter ? arbiter : {}),
    };
    world.do({ kind: 'create', component: 'cm device-group', name, properties });
  }
  const peer = (isWitness: boolean) => (entry: readonly [string, boolean]) => ({
    device: entry[0],
    isWitness,
    isHeard: entry[1],
    fitness: undefined,
    silence: null,
    activeFor: [],
  });
  const status: VotersStatus = {
    device: 'a',
    deviceGroup: name,
    peers: [
      ...Object.entries(heard).map(peer(false)),
      ...Object.entries(witnesses).map(peer(true)),
    ],
    ...(hasArbiter && { arbiter: { isReached: true, revision: 1, records: [] } as never }),
  };
  const stored = world.view.stored('cm device-group', name);
  const changes: Change[] = [
    { component: 'cm device-group', name, before: stored, after: stored },
    ...(options.put === undefined
      ? []
      : [
          {
            component: 'cm device',
            name: `/Common/${options.put}`,
            before: undefined,
            after: undefined,
          },
        ]),
  ];
  const origin = { user: 'admin', source: options.source ?? 'rest' } as const;
  return votersCheck(() => status)(changes, world.view, origin).map(({ message }) => message);
}

test('while all are heard, anything goes', () => {
  assert.deepEqual(asked({ heard: { b: true, c: true }, wanted: ['a', 'b', 'c', 'd'] }), []);
  assert.deepEqual(asked({ heard: { b: true }, wanted: ['a', 'b'], wantsArbiter: true }), []);
  assert.deepEqual(asked({ heard: { b: true }, witnesses: { w: false }, wanted: ['a'] }), []);
});

test('a minority that is not heard can be taken out, and others added', () => {
  assert.deepEqual(asked({ heard: { b: true, c: false }, wanted: ['a', 'b'] }), []);
  assert.deepEqual(asked({ heard: { b: true, c: false }, wanted: ['a', 'b', 'd'] }), []);
  // A plain pair cut on every path can split anyhow, and says so.
  assert.deepEqual(asked({ heard: { b: false }, wanted: ['a'] }), []);
});

test('who may be outvoted does not change who counts', () => {
  const [message = ''] = asked({ heard: { b: false, c: false }, wanted: ['a'] });
  assert.match(
    message,
    /b, c is not heard, and b, c can be a majority .* remove-from-trust Root device-name b/,
  );
  assert.equal(asked({ heard: { b: false, c: false }, wanted: undefined }).length, 1);
  assert.equal(asked({ heard: { b: false, c: false }, wanted: ['a', 'b', 'c', 'd'] }).length, 1);
  assert.equal(asked({ heard: { b: false }, witnesses: { w: true }, wanted: ['a'] }).length, 1);
  assert.equal(asked({ heard: { b: false }, hasArbiter: true, wanted: ['a', 'b'] }).length, 1);
  assert.equal(asked({ heard: { b: false }, wanted: ['a', 'b'], wantsArbiter: true }).length, 1);
});

test('what is not about who counts is taken; so is what others decided, and who is put out of trust', () => {
  const cut = { heard: { b: false, c: false } };
  assert.deepEqual(asked({ ...cut, wanted: ['a', 'b', 'c'] }), []);
  assert.deepEqual(asked({ ...cut, wanted: ['a'], source: 'sync' }), []);
  assert.deepEqual(
    asked({ heard: { b: false }, witnesses: { w: true }, wanted: ['a'], put: 'b' }),
    [],
  );
});
