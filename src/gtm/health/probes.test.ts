import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createGuestBook } from '../../monitor/guests.ts';
import type { InstanceStatus } from '../../monitor/health.ts';
import type { ToMonitor } from '../../monitor/messages.ts';
import { exampleView, type ExampleObjects } from '../../monitor/example-view.ts';
import { readDatacenters, readPools, readServers, readWideIps } from '../objects.ts';
import { mergeHealth } from './merge.ts';
import { planProbes, withProbes } from './probes.ts';
import { gtmStatuses } from './status.ts';
import type { GtmStatuses } from './words.ts';

const address = (name: string) => ({ name, addresses: [{ name }] });

function objectsWith(pool: Record<string, string>, more: ExampleObjects = {}): ExampleObjects {
  return {
    'gtm datacenter': { '/Common/dc': {} },
    'gtm monitor tcp': { '/Common/tcp': { interval: 30, timeout: 120 } },
    'gtm monitor http': { '/Common/http': { interval: 30, timeout: 120, send: 'GET /' } },
    'gtm monitor bigip': { '/Common/bigip': {} },
    'gtm server': {
      '/Common/host': {
        datacenter: '/Common/dc',
        product: 'generic-host',
        monitor: '/Common/tcp',
        devices: [address('192.0.2.1')],
        'virtual-servers': [
          { name: 'web', destination: '192.0.2.1:80' },
          { name: 'db', destination: '192.0.2.1:5432', 'depends-on': [{ name: 'host:web' }] },
        ],
      },
    },
    'gtm pool a': {
      '/Common/p': {
        members: [{ name: '/Common/host:web' }, { name: '/Common/host:db' }],
        ...pool,
      },
    },
    ...more,
  };
}

const web = 'gtm /Common/tcp 192.0.2.1:80';
const db = 'gtm /Common/tcp 192.0.2.1:5432';

function statusesOf(
  objects: ExampleObjects,
  told: Readonly<Record<string, 'up' | 'down' | 'checking'>>,
): GtmStatuses {
  const view = exampleView(objects);
  const read = {
    datacenters: readDatacenters(view),
    servers: readServers(view),
    pools: readPools(view),
    wideIps: readWideIps(view),
  };
  const plan = planProbes(view, read);
  const lookup = (id: string): InstanceStatus | undefined => {
    const state = told[id];
    if (state === undefined) return undefined;
    const probe = { at: 0, durationMilliseconds: 1, ok: state === 'up', detail: 'connect failed' };
    return { id, state, reason: '', since: 0, probes: [probe] };
  };
  const health = withProbes(
    mergeHealth(read.servers, [], 'gtm-1', 0),
    read.servers,
    plan,
    lookup,
    'gtm-1',
  );
  return gtmStatuses(read, health);
}

const member = (statuses: GtmStatuses, name: string): readonly unknown[] => {
  const found = statuses.members.get(`a /Common/p /Common/host:${name}`);
  return [found?.availability, found?.usable, found?.reason];
};

test('one instance for each monitor and target, whoever asks for it', () => {
  const view = exampleView(objectsWith({ monitor: '/Common/tcp and /Common/http' }));
  const { instances } = planProbes(view, { servers: readServers(view), pools: readPools(view) });
  assert.deepEqual(instances.map(({ id }) => id).toSorted(), [
    'gtm /Common/http 192.0.2.1:5432',
    'gtm /Common/http 192.0.2.1:80',
    db,
    web,
  ]);
});

test('up, down with the probe’s words, not probed yet', () => {
  const statuses = statusesOf(objectsWith({}), { [web]: 'up', [db]: 'down' });
  assert.deepEqual(member(statuses, 'web'), [
    'available',
    true,
    ' Monitor /Common/tcp from gtm-1 : UP',
  ]);
  assert.deepEqual(member(statuses, 'db'), [
    'offline',
    false,
    ' Monitor /Common/tcp from gtm-1 : state: connect failed',
  ]);
  assert.equal(statuses.servers.get('/Common/host')?.availability, 'available');
  const early = statusesOf(objectsWith({}), {});
  assert.deepEqual(member(early, 'web'), ['unknown', true, 'Checking']);
});

test('a virtual server that needs another is down with it', () => {
  const statuses = statusesOf(objectsWith({}), { [web]: 'down', [db]: 'up' });
  const [availability, usable, reason] = member(statuses, 'db');
  assert.deepEqual([availability, usable], ['offline', false]);
  assert.match(String(reason), /^depends on \/Common\/host:web: Monitor .* connect failed$/);
});

test('a pool’s monitor counts for its members only, beside that of the server', () => {
  const objects = objectsWith({ monitor: '/Common/http' });
  const http = 'gtm /Common/http 192.0.2.1:80';
  const statuses = statusesOf(objects, { [web]: 'up', [db]: 'up', [http]: 'down' });
  assert.deepEqual(member(statuses, 'web').slice(0, 2), ['offline', false]);
  assert.equal(statuses.virtualServers.get('/Common/host:web')?.availability, 'available');
});

test('min-members-up and limits keep a pool out', () => {
  const few = { 'min-members-up-mode': 'number', 'min-members-up-value': '2' };
  const pool = statusesOf(objectsWith(few), { [web]: 'up', [db]: 'down' }).pools.get('a /Common/p');
  assert.deepEqual(
    [pool?.availability, pool?.reason],
    ['unavailable', 'min-members-up-value: 1 members are up, 2 have to be'],
  );
});

test('guests are told to the monitor process as differences, and their states come back', () => {
  const sent: ToMonitor[] = [];
  const book = createGuestBook((message) => sent.push(message));
  const view = exampleView(objectsWith({}));
  const { instances } = planProbes(view, { servers: readServers(view), pools: readPools(view) });
  book.want('gtm', instances);
  book.want('gtm', instances);
  book.want('gtm', instances.slice(0, 1));
  assert.deepEqual(
    sent.map((message) =>
      message.type === 'change' ? [message.set.length, message.remove.length] : message.type,
    ),
    [
      [2, 0],
      [0, 1],
    ],
  );
  let calls = 0;
  book.onChange(() => (calls += 1));
  const status = { state: 'up', reason: '', since: 0, probes: [] } as const;
  book.observe([{ id: 'somebody else', ...status }]);
  assert.equal(calls, 0);
  book.observe([{ id: instances[0]?.id ?? '', ...status }]);
  assert.deepEqual([calls, book.held().length], [1, 1]);
});
