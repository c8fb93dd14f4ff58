/** Links and distributed applications: what they do to virtual servers, and to answers. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { exampleView, type ExampleObjects } from '../../monitor/example-view.ts';
import type { InstanceStatus } from '../../monitor/health.ts';
import { compileSnapshot, type CompiledSnapshot } from '../decision/compile.ts';
import { decide } from '../decision/decide.ts';
import { buildSnapshot } from '../decision/snapshot.ts';
import { printTrace, type TraceEvent } from '../decision/trace.ts';
import { appStatistics, linkStatistics, type GtmState } from '../control/statistics.ts';
import { readObjects } from '../control/situation.ts';
import { persistRecords } from '../listener/inquiry.ts';
import { mergeHealth } from './merge.ts';
import { planProbes, withProbes } from './probes.ts';
import { gtmStatuses } from './status.ts';

const server = (datacenter: string, last: number, more: object = {}) => ({
  datacenter,
  product: 'generic-host',
  monitor: '/Common/tcp',
  devices: [{ name: 'host', addresses: [{ name: `192.0.2.${last}` }] }],
  'virtual-servers': [
    { name: 'web', destination: `192.0.2.${last}:80`, ...more },
    { name: 'api', destination: `192.0.2.${last}:81`, ...more },
  ],
});

const world: ExampleObjects = {
  'gtm datacenter': { '/Common/east': {}, '/Common/west': {} },
  'gtm monitor tcp': { '/Common/tcp': {} },
  'gtm monitor gateway-icmp': { '/Common/gateway': {} },
  'gtm link': {
    '/Common/isp': {
      datacenter: '/Common/east',
      monitor: '/Common/gateway',
      'router-addresses': [{ name: '192.0.2.254' }, { name: '192.0.2.253' }],
    },
  },
  'gtm server': {
    '/Common/e': server('/Common/east', 1, { 'explicit-link-name': '/Common/isp' }),
    '/Common/w': server('/Common/west', 2),
  },
  'gtm pool a': {
    '/Common/web': { members: [{ name: '/Common/e:web' }, { name: '/Common/w:web' }] },
    '/Common/api': { members: [{ name: '/Common/e:api' }, { name: '/Common/w:api' }] },
  },
  'gtm wideip a': {
    '/Common/www.example.com': { pools: [{ name: '/Common/web' }] },
    '/Common/api.example.com': { pools: [{ name: '/Common/api' }] },
  },
};

function withApp(properties: object): ExampleObjects {
  const wideips = ['/Common/www.example.com', '/Common/api.example.com'];
  return { ...world, 'gtm distributed-app': { '/Common/shop': { wideips, ...properties } } };
}

const [routerA, routerB] = ['192.0.2.254', '192.0.2.253'].map(
  (one) => `gtm /Common/gateway ${one}`,
);
const tcp = (place: string): string => `gtm /Common/tcp 192.0.2.${place}`;

interface Seen {
  readonly state: GtmState;
  readonly compiled: CompiledSnapshot;
  virtual(name: string): string;
  ask(name: string, client?: string): string;
  why(name: string): string;
}

function look(objects: ExampleObjects, down: readonly (string | undefined)[]): Seen {
  const view = exampleView(objects);
  const read = readObjects(view);
  const plan = planProbes(view, read);
  const lookup = (id: string): InstanceStatus => {
    const isUp = !down.includes(id);
    const probe = { at: 0, durationMilliseconds: 1, ok: isUp, detail: 'no reply' };
    return { id, state: isUp ? 'up' : 'down', reason: '', since: 0, probes: [probe] };
  };
  const merged = mergeHealth(read.servers, [], 'gtm-1', 0);
  const health = withProbes(merged, read.servers, plan, lookup, 'gtm-1');
  const statuses = gtmStatuses(read, health);
  const compiled = compileSnapshot(buildSnapshot(view, read, statuses));
  const query = (name: string, client: string) => ({
    key: `${name}.example.com`,
    type: 'a' as const,
    client,
    now: 0,
  });
  return {
    compiled,
    state: {
      objects: read,
      health,
      statuses,
      counters: { wideIps: new Map(), pools: new Map(), traffic: undefined },
    },
    virtual(name) {
      const status = statuses.virtualServers.get(`/Common/${name}`);
      return `${status?.availability}: ${status?.reason.trim()}`;
    },
    ask(name, client = '198.51.100.7') {
      const decision = decide(compiled, query(name, client));
      if (decision.kind !== 'records') return decision.kind;
      return decision.members.map(({ data }) => data.name).join(' ');
    },
    why(name) {
      const trace: TraceEvent[] = [];
      decide(compiled, query(name, '198.51.100.7'), trace, true);
      return printTrace(trace);
    },
  };
}

test('a link is up as long as one of its routers is; down, it takes its virtual servers along', () => {
  const half = look(world, [routerA]);
  assert.equal(linkStatistics(half.state, '/Common/isp')['status.availabilityState'], 'available');
  assert.match(half.virtual('e:web'), /^available/);
  const none = look(world, [routerA, routerB]);
  const said = linkStatistics(none.state, '/Common/isp');
  assert.equal(said['status.availabilityState'], 'offline');
  assert.equal(said['dcName'], '/Common/east');
  assert.match(none.virtual('e:web'), /^offline: link \/Common\/isp is down: .*no reply$/);
  assert.match(none.virtual('w:web'), /^available/);
  for (let round = 0; round < 3; round += 1) assert.equal(none.ask('www'), '/Common/w:web');
  // Data centers are made of servers.
  assert.equal(none.state.statuses.datacenters.get('/Common/east')?.availability, 'available');
});

test('a disabled link is none; one that nobody probes, or that is not there, holds nobody up', () => {
  const link = { datacenter: '/Common/east', 'router-addresses': [{ name: '192.0.2.254' }] };
  const off = { ...world, 'gtm link': { '/Common/isp': { ...link, enabled: 'disabled' } } };
  assert.match(look(off, []).virtual('e:web'), /^offline: link \/Common\/isp is disabled$/);
  const blind = { ...world, 'gtm link': { '/Common/isp': link } };
  assert.match(look(blind, [routerA]).virtual('e:web'), /^available/);
  assert.match(look({ ...world, 'gtm link': {} }, []).virtual('e:web'), /^available/);
});

test('an application is up and down together in a server, a data center, by a link, or in all', () => {
  const down = [tcp('1:81')];
  assert.match(look(withApp({}), down).virtual('e:web'), /^available/);
  for (const level of ['server', 'datacenter', 'link']) {
    const seen = look(withApp({ 'dependency-level': level }), down);
    assert.match(
      seen.virtual('e:web'),
      /^offline: \/Common\/shop needs \/Common\/e:api: .*no reply/,
    );
    assert.match(seen.virtual('w:web'), /^available/);
    assert.equal(seen.ask('www'), '/Common/w:web');
  }
  const all = withApp({ 'dependency-level': 'wideip' });
  assert.equal(look(all, down).ask('www'), '/Common/e:web');
  const gone = look(all, [tcp('1:81'), tcp('2:81')]);
  assert.equal(gone.ask('www'), 'return-to-dns');
  assert.match(gone.why('www'), /Distributed application \/Common\/shop is down: \/Common\/api/);
  const status = appStatistics(gone.state, '/Common/shop');
  assert.equal(status['status.availabilityState'], 'offline');
  assert.equal(status['status.statusReason'], '/Common/api.example.com is not available');
  const some = appStatistics(look(withApp({}), [tcp('1:81'), tcp('2:81')]).state, '/Common/shop');
  assert.equal(some['status.availabilityState'], 'available');
});

test('contexts that are disabled for an application are left out', () => {
  for (const context of ['/Common/east', '/Common/e', '/Common/isp']) {
    const seen = look(withApp({ 'disabled-contexts': [context] }), []);
    assert.equal(seen.virtual('e:web'), `offline: ${context} is disabled for /Common/shop`);
    for (let round = 0; round < 3; round += 1) assert.equal(seen.ask('www'), '/Common/w:web');
  }
  const off = look(withApp({ enabled: 'disabled' }), []);
  assert.equal(off.ask('www'), 'none');
});

test('with persistence, a resolver stays in one data center for all of the application', () => {
  const seen = look(withApp({ persistence: 'enabled' }), []);
  const homes = new Set<string>();
  for (const last of [1, 2, 3, 4]) {
    const client = `198.51.100.${last}`;
    const home = seen.ask('www', client).slice(0, '/Common/e'.length);
    homes.add(home);
    for (let round = 0; round < 4; round += 1) {
      assert.equal(seen.ask('api', client), `${home}:api`);
      assert.equal(seen.ask('www', client), `${home}:web`);
    }
  }
  assert.equal(homes.size, 2, 'newcomers go round');
  const shown = persistRecords(seen.compiled, { kind: 'persist', words: '', removes: false }, 0);
  assert.match(shown, /application +198\.51\.100\.1\/32 +- +\/Common\/shop +\/Common\/(east|west)/);
  assert.match(shown, /Total records returned: 4/);
  // Nothing there any more: elsewhere, and there it stays.
  const { 'gtm server': servers, ...rest } = withApp({ persistence: 'enabled' });
  assert.ok(servers);
  const fallen = look({ ...rest, 'gtm server': servers }, [tcp('1:80'), tcp('1:81')]);
  assert.equal(fallen.ask('www'), '/Common/w:web');
  assert.equal(fallen.ask('api'), '/Common/w:api');
});
