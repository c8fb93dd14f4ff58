import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { parseInfo, readServers } from './read.ts';
import { finish } from './test-finish.ts';
import { type ActualServers, reconcile } from './reconcile.ts';
import type { WantedServer } from './servers.ts';

function wanted(name: string, more: Partial<WantedServer> = {}): WantedServer {
  const base = { name, member: name, state: 'ready', weight: 1, connectionLimit: 0 } as const;
  return { ...base, options: `10.0.0.${name}:80`, ...more };
}

const commands = (
  actual: ActualServers,
  servers: readonly WantedServer[],
  ends = false,
): string[] => reconcile(actual, new Map([['b', servers]]), () => ends).map((step) => step.command);

const held = (state: 'ready' | 'drain' | 'down', weight = 1, connectionLimit = 0): ActualServers =>
  new Map([['b', new Map([['1', { state, weight, connectionLimit }]])]]);

test('what holds already asks for nothing', () => {
  assert.deepEqual(commands(held('ready'), [wanted('1')]), []);
});

test('states, weights and limits', () => {
  assert.deepEqual(commands(held('ready'), [wanted('1', { state: 'drain' })]), [
    'set server b/1 state drain',
  ]);
  assert.deepEqual(
    commands(
      held('drain', 0),
      [wanted('1', { state: 'down', weight: 7, connectionLimit: 9 })],
      true,
    ),
    [
      'set server b/1 state maint',
      'shutdown sessions server b/1',
      'set server b/1 weight 7',
      'set maxconn server b/1 9',
    ],
  );
});

test('servers come and go', () => {
  const added = commands(held('ready'), [wanted('1'), wanted('2', { weight: 3 })]);
  assert.deepEqual(added, ['add server b/2 10.0.0.2:80 weight 3', 'set server b/2 state ready']);
  assert.deepEqual(commands(held('ready'), []), ['set server b/1 state maint', 'del server b/1']);
  assert.deepEqual(commands(held('down'), []), ['del server b/1']);
});

test('carried out, the steps lead to what is wanted, from anywhere', () => {
  const state = fc.constantFrom('ready' as const, 'drain' as const, 'down' as const);
  const plain = { noNullPrototype: true };
  const server = fc.record(
    {
      state,
      weight: fc.integer({ min: 1, max: 3 }),
      connectionLimit: fc.integer({ min: 0, max: 2 }),
    },
    plain,
  );
  const some = fc.dictionary(fc.constantFrom('1', '2', '3'), server, plain);
  fc.assert(
    fc.property(some, some, (from, to) => {
      const actual: ActualServers = new Map([['b', new Map(Object.entries(from))]]);
      const servers = Object.entries(to).map(([name, one]) => wanted(name, one));
      for (const step of reconcile(actual, new Map([['b', servers]]), () => false)) {
        const backend = actual.get(step.backend);
        if (step.result === undefined) backend?.delete(step.server);
        else backend?.set(step.server, step.result);
      }
      assert.deepEqual(Object.fromEntries(actual.get('b') ?? []), { ...to });
      assert.deepEqual(
        reconcile(actual, new Map([['b', servers]]), () => false),
        [],
      );
    }),
  );
});

test('what HAProxy says is read by column names', () => {
  assert.deepEqual(parseInfo('Name: HAProxy\nPid: 12\ndescription: abc\n'), {
    pid: 12,
    fingerprint: 'abc',
  });
  assert.equal(parseInfo('?'), undefined);
  const servers = finish(
    readServers(
      '1\n# be_name srv_name srv_admin_state srv_uweight\nb 1 0 5\nb 2 5 1\nb 3 8 1\nc 1 4 1\n',
    ),
  );
  assert.deepEqual(servers.get('b')?.get('1'), {
    state: 'ready',
    weight: 5,
    connectionLimit: undefined,
  });
  assert.equal(servers.get('b')?.get('2')?.state, 'down');
  assert.equal(servers.get('b')?.get('3')?.state, 'drain');
  // Disabled in the file, enabled since.
  assert.equal(servers.get('c')?.get('1')?.state, 'ready');
});
