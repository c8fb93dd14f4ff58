/** What is carried along is what a look at everything gives, whatever devices and probes say in whatever order. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { present } from '../../base/assert.ts';
import { exampleView } from '../../monitor/example-view.ts';
import type { InstanceStatus } from '../../monitor/health.ts';
import type { NetworkHealth, VirtualHealth } from '../../iquery/types.ts';
import { compileSnapshot, patchCompiled } from '../decision/compile.ts';
import { decide } from '../decision/decide.ts';
import type { Decision } from '../decision/decision.ts';
import { buildSnapshot } from '../decision/snapshot.ts';
import { readObjects } from '../control/situation.ts';
import { mergeHealth, newReports, saidAnew, takeReport, type DeviceReports } from './merge.ts';
import { planProbes, withProbes } from './probes.ts';
import { runStatuses, type Situation, type Step } from './running.ts';
import { gtmStatuses } from './status.ts';
import type { GtmStatuses } from './words.ts';

const deviceNames = ['a', 'b', 'c'];
const virtualNames = ['/Common/v0', '/Common/v1', '/Common/v2'];
const addressOf = (virtual: number): string => `198.18.1.${virtual + 1}`;

const virtualServers = virtualNames.map((name, index) => ({
  // One is known by its address alone.
  name: index === 2 ? 'elsewhere' : name,
  destination: `${addressOf(index)}:80`,
}));
const device = (name: string, last: number) => ({
  name,
  addresses: [{ name: `192.0.2.${last}` }],
});

const plainPools = {
  '/Common/one': {
    members: [{ name: '/Common/pair:/Common/v0' }, { name: '/Common/single:/Common/v0' }],
    'load-balancing-mode': 'least-connections',
  },
  '/Common/two': {
    members: [
      { name: '/Common/pair:/Common/v1' },
      { name: '/Common/pair:elsewhere' },
      { name: '/Common/single:elsewhere', 'limit-max-connections': 5 },
    ],
  },
};

const plain = {
  'gtm datacenter': { '/Common/east': {}, '/Common/west': { enabled: 'disabled' } },
  'gtm monitor bigip': { '/Common/bigip': {} },
  'gtm server': {
    '/Common/pair': {
      datacenter: '/Common/east',
      product: 'bigip',
      devices: [device('a', 1), device('b', 2)],
      'virtual-servers': virtualServers,
    },
    '/Common/single': {
      datacenter: '/Common/west',
      product: 'bigip',
      devices: [device('c', 3)],
      'virtual-servers': virtualServers,
    },
  },
  'gtm pool a': plainPools,
  'gtm wideip a': {
    '/Common/www.example.com': { pools: [{ name: '/Common/one' }, { name: '/Common/two' }] },
    '/Common/two.example.com': { pools: [{ name: '/Common/two' }] },
  },
} as const;

type Objects = Parameters<typeof exampleView>[0];

/** Needs, probes, limits of everything, and names that lead to names, two of them in a circle. */
const woven: Objects = {
  'gtm datacenter': { '/Common/east': {}, '/Common/west': {} },
  'gtm monitor bigip': { '/Common/bigip': {} },
  'gtm monitor tcp': { '/Common/tcp': {} },
  'gtm monitor gateway-icmp': { '/Common/gateway': {} },
  'gtm link': {
    '/Common/isp': {
      datacenter: '/Common/west',
      monitor: '/Common/gateway',
      'router-addresses': [{ name: '198.18.9.1' }, { name: '198.18.9.2' }],
      'limit-max-inbound-bps': 1_000,
      'limit-max-inbound-bps-status': 'enabled',
    },
  },
  'gtm distributed-app': {
    '/Common/shop': {
      'dependency-level': 'server',
      wideips: ['/Common/www.example.com'],
      persistence: 'enabled',
    },
    '/Common/desk': {
      'dependency-level': 'wideip',
      wideips: ['/Common/two.example.com', '/Common/hosts.example.com'],
    },
  },
  'gtm server': {
    '/Common/pair': {
      ...plain['gtm server']['/Common/pair'],
      'limit-max-connections': 15,
      'limit-max-connections-status': 'enabled',
    },
    '/Common/single': {
      ...plain['gtm server']['/Common/single'],
      'virtual-servers': virtualServers.map((one, index) => ({
        ...one,
        ...(index === 0 && { 'depends-on': [{ name: '/Common/single:/Common/v1' }] }),
        ...(index === 1 && { 'depends-on': [{ name: '/Common/pair:/Common/v1' }] }),
        ...(index === 2 && { monitor: '/Common/tcp', 'explicit-link-name': '/Common/isp' }),
      })),
    },
    '/Common/host': {
      datacenter: '/Common/west',
      product: 'generic-host',
      monitor: '/Common/tcp',
      'virtual-servers': [{ name: 'web', destination: '198.18.2.1:80' }],
    },
  },
  'gtm pool a': {
    ...plainPools,
    '/Common/hosts': {
      monitor: '/Common/tcp',
      members: [{ name: '/Common/host:web' }, { name: '/Common/pair:/Common/v1' }],
      'limit-max-connections': 8,
      'limit-max-connections-status': 'enabled',
    },
    '/Common/least': {
      'min-members-up-mode': 'number',
      'min-members-up-value': 2,
      'load-balancing-mode': 'quality-of-service',
      members: [
        { name: '/Common/pair:/Common/v0' },
        { name: '/Common/pair:/Common/v1' },
        { name: '/Common/single:/Common/v1' },
      ],
    },
  },
  'gtm pool cname': {
    '/Common/alias': {
      members: [{ name: 'www.example.com' }, { name: 'hosts.example.com' }],
    },
    '/Common/there': { members: [{ name: 'back.example.com' }, { name: 'www.example.com' }] },
    '/Common/back': { members: [{ name: 'there.example.com' }] },
  },
  'gtm wideip a': {
    ...plain['gtm wideip a'],
    '/Common/hosts.example.com': {
      pools: [{ name: '/Common/hosts' }, { name: '/Common/least' }],
    },
  },
  'gtm wideip cname': {
    '/Common/alias.example.com': { pools: [{ name: '/Common/alias' }] },
    '/Common/there.example.com': { pools: [{ name: '/Common/there' }] },
    '/Common/back.example.com': { pools: [{ name: '/Common/back' }] },
  },
};

interface Said {
  readonly device: string;
  readonly kind: 'whole' | 'part' | 'close' | 'open' | 'probe';
  readonly virtual: number;
  readonly isUp: boolean;
  readonly isOwner: boolean;
  readonly isDeleted: boolean;
  readonly connections: number;
  readonly cpuPercent: number;
  readonly later: number;
}

const said: fc.Arbitrary<Said> = fc.record({
  device: fc.constantFrom(...deviceNames),
  kind: fc.constantFrom('whole', 'part', 'part', 'part', 'probe', 'close', 'open'),
  virtual: fc.nat(2),
  isUp: fc.boolean(),
  isOwner: fc.boolean(),
  isDeleted: fc.boolean(),
  connections: fc.constantFrom(0, 3, 9),
  cpuPercent: fc.constantFrom(5, 5, 95),
  later: fc.constantFrom(0, 1, 3_000, 40_000),
});

function healthOf({ connections, isDeleted, isOwner, isUp, virtual }: Said): VirtualHealth {
  return {
    name: present(virtualNames[virtual], 'virtual server'),
    address: addressOf(virtual),
    port: 80,
    protocol: 'tcp',
    availability: isUp ? 'available' : 'offline',
    enabled: 'enabled',
    reason: isUp ? 'up' : 'down',
    sinceMilliseconds: 0,
    owner: isOwner,
    currentConnections: connections,
    bitsPerSecond: 0,
    packetsPerSecond: 0,
    membersUp: 1,
    gtmScore: 0,
    deleted: isDeleted,
  };
}

/** Too much for the link with nine connections. */
function networksOf({ connections }: Said): readonly NetworkHealth[] {
  const load = { bitsOutPerSecond: 0, packetsPerSecond: connections };
  const network = { network: '198.18.9.0/24', gateways: [], bitsInPerSecond: connections * 200 };
  return [{ ...network, ...load }];
}

function take(reports: DeviceReports, one: Said, now: number): DeviceReports {
  if (one.kind === 'close') return { ...reports, isOpen: false, closedAt: now };
  if (one.kind === 'open') return { ...reports, isOpen: true };
  const complete = one.kind === 'whole';
  const incoming = {
    complete,
    proberEligible: true,
    networks: networksOf(one),
    metrics: { cpuPercent: one.cpuPercent, memoryAvailableKilobytes: 1_000 },
    virtuals: complete
      ? [0, 1, 2].map((virtual) => healthOf({ ...one, virtual, isDeleted: false }))
      : [healthOf(one)],
  };
  return takeReport(reports, incoming, now);
}

class World {
  readonly #view;
  readonly #objects;
  readonly #plan;
  readonly #devices = new Map(deviceNames.map((name) => [name, newReports(name)]));
  readonly #probes = new Map<string, InstanceStatus>();
  readonly #running;
  #compiled;
  /** The same, of whole snapshots: what turns has to go on in both. */
  #reference;
  #now = 1_000;

  constructor(configured: Objects) {
    const view = exampleView(configured);
    this.#view = view;
    this.#objects = readObjects(view);
    this.#plan = planProbes(view, this.#objects);
    const start = this.whole();
    this.#running = runStatuses(start, {
      plan: this.#plan,
      lookup: (id) => this.#probes.get(id),
      ownName: 'gtm',
    });
    this.#compiled = compileSnapshot(clone(start.snapshot));
    this.#reference = compileSnapshot(clone(start.snapshot));
    this.#step(new Map(), true);
  }

  get carried(): Situation {
    return this.#running.situation;
  }

  get compiled() {
    return this.#compiled;
  }

  whole(): Situation {
    const objects = this.#objects;
    const reported = mergeHealth(objects.servers, this.#devices.values(), 'gtm', this.#now);
    const lookup = (id: string) => this.#probes.get(id);
    const health = withProbes(reported, objects.servers, this.#plan, lookup, 'gtm');
    const statuses = gtmStatuses(objects, health);
    return { objects, health, statuses, snapshot: buildSnapshot(this.#view, objects, statuses) };
  }

  say(one: Said): Step {
    this.#now += one.later;
    if (one.kind === 'probe') return this.#probe(one);
    const former = present(this.#devices.get(one.device), 'device');
    const next = take(former, one, this.#now);
    this.#devices.set(one.device, next);
    return this.#step(new Map([[one.device, saidAnew(former, next)]]), false);
  }

  #probe({ isUp, virtual }: Said): Step {
    const { instances } = this.#plan;
    const plan = instances[virtual % Math.max(1, instances.length)];
    if (plan !== undefined) {
      const state = isUp ? 'up' : 'down';
      this.#probes.set(plan.id, { id: plan.id, state, reason: state, since: 0, probes: [] });
    }
    return this.#step(new Map(), true);
  }

  #step(anew: ReadonlyMap<string, ReadonlySet<string>>, isProbed: boolean): Step {
    const devices = [...this.#devices.values()];
    const step = this.#running.step({ devices, said: anew, isProbed, now: this.#now });
    this.#compiled = patchCompiled(this.#compiled, clone(step.patches));
    this.#reference = compileSnapshot(clone(this.whole().snapshot), this.#reference);
    return step;
  }

  /** What both answer to the same question. */
  ask(key: string, type: 'a' | 'cname'): readonly (readonly string[])[] {
    const query = { key, type, client: '198.51.100.7', now: this.#now };
    return [this.#compiled, this.#reference].map((compiled) => told(decide(compiled, query)));
  }
}

function told(decision: Decision): readonly string[] {
  const members = decision.kind === 'records' ? decision.members : [];
  return [decision.kind, ...members.map(({ data }) => `${data.name} ${data.reason}`)];
}

/** As it comes over to another process. */
function clone<T>(value: T): T {
  return structuredClone(value);
}

function copyOf(statuses: GtmStatuses): GtmStatuses {
  const copies = Object.entries(statuses).map(([kind, table]) => [kind, new Map(table)]);
  // The same keys with the same kinds of tables.
  return Object.fromEntries(copies);
}

function check(configured: Objects, all: readonly Said[]): void {
  const world = new World(configured);
  for (const one of all) {
    const before = copyOf(world.carried.statuses);
    const step = world.say(one);
    const [carried, wanted] = [world.carried, world.whole()];
    assert.deepEqual(carried.statuses, wanted.statuses);
    assert.deepEqual(carried.snapshot, wanted.snapshot);
    assert.deepEqual(carried.health.servers, wanted.health.servers);
    assert.deepEqual(carried.health.virtualServers, wanted.health.virtualServers);
    assert.deepEqual(carried.health.memberProbes, wanted.health.memberProbes);
    const { compiled } = world;
    assert.deepEqual(
      compiled.pools.map(({ data }) => data),
      wanted.snapshot.pools,
    );
    for (const { pools } of compiled.wideIps) {
      for (const { pool } of pools) assert.ok(compiled.pools.some((known) => known === pool));
    }
    for (const { domain, type } of wanted.snapshot.wideIps) {
      const [patched, whole] = world.ask(domain, type === 'cname' ? 'cname' : 'a');
      assert.deepEqual(patched, whole, domain);
    }
    assertNoted(before, carried.statuses, step);
  }
}

/** What a step says that it changed is all that it changed. */
function assertNoted(before: GtmStatuses, after: GtmStatuses, step: Step): void {
  for (const kind of ['datacenters', 'servers', 'virtualServers', 'pools', 'wideIps'] as const) {
    const changed = [...after[kind]].filter(
      ([key, { availability }]) => before[kind].get(key)?.availability !== availability,
    );
    for (const [key, status] of changed) {
      assert.deepEqual(step.after[kind].get(key), status, `${kind} ${key}`);
      assert.deepEqual(step.before[kind].get(key), before[kind].get(key), `${kind} ${key}`);
    }
  }
}

const many = fc.array(said, { minLength: 1, maxLength: 12 });
const numRuns = process.env['EVENKEEL_TEST_LONG'] === undefined ? 60 : 3_000;

test('carried statuses are those of a look at everything', () => {
  fc.assert(
    fc.property(many, (all) => check(plain, all)),
    { numRuns },
  );
});

test('also with needs, probes, limits, and names that lead round in a circle', () => {
  fc.assert(
    fc.property(many, (all) => check(woven, all)),
    { numRuns },
  );
});
