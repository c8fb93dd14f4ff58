/** From a local device's health to the answer of a global device: real stores, a real dns service. */
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { present } from '../../base/assert.ts';
import type { Properties } from '../../catalogue/types.ts';
import { createAppliedTracker, type AppliedTracker } from '../../config/applied.ts';
import { createStateRegistry, type StateRegistry } from '../../config/runtime-state.ts';
import { createConfigStore } from '../../config/store/store.ts';
import type { ConfigStore, Operation } from '../../config/types.ts';
import type {
  IqueryBodies,
  IquerySession,
  IqueryWatcher,
  WatchableIquery,
} from '../../iquery/types.ts';
import { createGuestBook, type GuestBook } from '../../monitor/guests.ts';
import type { PathMeter } from '../../monitor/path/meter.ts';
import type { HealthEntry, HealthFeed, HealthKey, HealthListener } from '../../monitor/health.ts';
import { systemClock, waitUntil } from '../../platform/clock.ts';
import { connectDatagrams, serveDatagrams } from '../../platform/datagram.ts';
import { silentLog } from '../../platform/log.ts';
import { systemRandom } from '../../platform/random.ts';
import { decodeMessage } from '../../base/dns/message.ts';
import { startDnsService, type DnsService } from '../listener/service.ts';
import { queryPacket, noGeography } from '../test-support.ts';
import { startGtm, type RunningGtm } from './gtm.ts';

const limit = 5_000;
const cleanups: (() => unknown)[] = [];
after(async () => {
  for (const cleanup of cleanups.toReversed()) await cleanup();
});

type Handler = (body: never, session: IquerySession) => void;

interface FakeChannel extends WatchableIquery {
  readonly wanted: string[];
  open(session: IquerySession): void;
  close(device: string): void;
  deliver(kind: string, body: unknown, from: string): void;
}

function fakeChannel(): FakeChannel {
  const sessions = new Map<string, IquerySession>();
  const handlers = new Map<string, Handler[]>();
  const listeners: ((session: IquerySession, event: 'open' | 'closed') => void)[] = [];
  const watchers = new Set<IqueryWatcher>();
  const wanted: string[] = [];
  return {
    wanted,
    sessions: () => [...sessions.values()],
    session: (device) => sessions.get(device),
    want: (_owner, peers) => void wanted.splice(0, Infinity, ...peers.map((peer) => peer.address)),
    onSession: (listener) => void listeners.push(listener),
    onMessage(kind, handler) {
      handlers.set(kind, [...(handlers.get(kind) ?? []), handler]);
    },
    peers: () =>
      [...sessions.values()].map((session) => ({
        device: session.device,
        address: session.remoteAddress,
        state: 'connected',
        reason: '',
        reconnects: 0,
        bytesIn: 10,
        bytesOut: 20,
      })),
    watch(watcher) {
      watchers.add(watcher);
      return () => void watchers.delete(watcher);
    },
    open(session) {
      sessions.set(session.device, session);
      for (const listener of listeners) listener(session, 'open');
    },
    close(device) {
      const session = present(sessions.get(device), device);
      sessions.delete(device);
      for (const listener of listeners) listener(session, 'closed');
    },
    deliver(kind, body, from) {
      const session = sessions.get(from);
      if (session === undefined) return;
      for (const watcher of watchers) watcher(kind, Object(body), session);
      for (const handler of handlers.get(kind) ?? []) handler(body as never, session);
    },
  };
}

interface Device {
  readonly name: string;
  readonly address: string;
  readonly store: ConfigStore;
  readonly state: StateRegistry;
  readonly applied: AppliedTracker;
  readonly channel: FakeChannel;
  readonly gtm: RunningGtm;
  readonly folder: string;
  setHealth(virtual: string, availability: HealthEntry['availability'], reason: string): void;
  setActive(isActive: boolean): void;
}

function fakeHealth(): {
  feed: HealthFeed & { readonly guests: GuestBook; readonly paths: PathMeter };
  set(key: HealthKey, entry: HealthEntry): void;
} {
  const entries = new Map<HealthKey, HealthEntry>();
  const listeners = new Set<HealthListener>();
  const guests = createGuestBook(() => undefined);
  const table = { get: (key: HealthKey) => entries.get(key), entries: () => entries.entries() };
  return {
    feed: {
      guests,
      paths: {
        measure: async () => ({
          protocol: 'icmp',
          roundTripMilliseconds: 7,
          completionPercent: 100,
        }),
      },
      table: () => table,
      onChange(listener) {
        listeners.add(listener);
        return () => listeners.delete(listener);
      },
    },
    set(key, entry) {
      entries.set(key, entry);
      for (const listener of listeners) listener(new Map([[key, entry]]), table);
    },
  };
}

function startDevice(name: string, address: string): Device {
  const folder = mkdtempSync(join(tmpdir(), 'gtm-'));
  cleanups.push(() => rmSync(folder, { recursive: true }));
  const store = createConfigStore({
    path: join(folder, 'c.db'),
    deviceName: name,
    clock: systemClock,
  });
  const state = createStateRegistry();
  const applied = createAppliedTracker(systemClock);
  const channel = fakeChannel();
  const health = fakeHealth();
  const activity: (() => void)[] = [];
  let isActive = false;
  const gtm = startGtm({
    store,
    state,
    applied,
    channel,
    health: health.feed,
    iqueryPort: 4353,
    isActiveFor: () => isActive,
    onActiveChange: (listener) => void activity.push(listener),
    zoneAccess: () => undefined,
    geography: noGeography.current,
    dnsSocket: join(folder, 'dns.sock'),
    clock: systemClock,
    log: silentLog,
  });
  cleanups.push(() => {
    gtm.close();
    store.close();
  });
  return {
    name,
    address,
    store,
    state,
    applied,
    channel,
    gtm,
    folder,
    setHealth: (virtual, availability, reason) =>
      health.set(`virtual ${virtual}`, {
        availability,
        enabled: 'enabled',
        reason,
        since: 0,
        monitorStatus: availability === 'available' ? 'up' : 'down',
        monitorRule: 'none',
        usable: availability === 'available',
        probes: [],
      }),
    setActive(next) {
      isActive = next;
      for (const listener of activity) listener();
    },
  };
}

/** Both ends of a session; messages arrive in a later turn, as from a socket. */
function connect(a: Device, b: Device): void {
  const sessionTo = (from: Device, to: Device): IquerySession => ({
    device: to.name,
    relation: 'iquery-peer',
    domain: '',
    remoteAddress: to.address,
    software: 'test',
    features: [],
    instance: '1',
    skewMilliseconds: 0,
    send<K extends keyof IqueryBodies>(_lane: string, kind: K, body: IqueryBodies[K]) {
      const copy: unknown = JSON.parse(JSON.stringify(body));
      setImmediate(() => to.channel.deliver(kind, copy, from.name));
    },
  });
  a.channel.open(sessionTo(a, b));
  b.channel.open(sessionTo(b, a));
}

function disconnect(a: Device, b: Device): void {
  a.channel.close(b.name);
  b.channel.close(a.name);
}

function commit(device: Device, ...operations: readonly Operation[]): number {
  const origin = { user: 'admin', source: 'rest' } as const;
  const outcome = device.store.commit({ origin, operations });
  assert.deepEqual(outcome.ok ? [] : outcome.faults, []);
  return device.store.view().sequence;
}

const create = (component: string, name: string, properties: Properties = {}): Operation => ({
  kind: 'create',
  component,
  name,
  properties,
});

const webVirtual = (destination: string): Operation =>
  create('ltm virtual', '/Common/web', { destination, 'ip-protocol': 'tcp' });

function siteObjects(site: string, devices: readonly Device[], destination: string): Operation[] {
  return [
    create('gtm datacenter', `/Common/dc-${site}`),
    create('gtm server', `/Common/${site}`, {
      datacenter: `/Common/dc-${site}`,
      product: 'bigip',
      devices: devices.map(({ address, name }) => ({ name, addresses: [{ name: address }] })),
      'virtual-servers': [{ name: '/Common/web', destination }],
    }),
    create('gtm pool a', `/Common/${site}_pool`, {
      members: [{ name: `/Common/${site}:/Common/web` }],
    }),
  ];
}

interface World {
  readonly global: Device;
  readonly nycA: Device;
  readonly nycB: Device;
  readonly lon: Device;
  readonly dns: DnsService;
  /** The address that www.gslb.example.com has now, or the response code. */
  answer(): Promise<string>;
}

async function startWorld(): Promise<World> {
  const nycA = startDevice('nyc-a.example.com', '198.18.1.1');
  const nycB = startDevice('nyc-b.example.com', '198.18.1.2');
  const lon = startDevice('lon-a.example.com', '198.18.2.1');
  const global = startDevice('gtm-1.example.com', '198.18.9.1');
  for (const device of [nycA, nycB]) commit(device, webVirtual('198.18.1.50:80'));
  commit(lon, webVirtual('198.18.2.50:80'));
  for (const device of [nycA, nycB, lon])
    device.setHealth('/Common/web', 'available', 'The virtual server is available');
  nycA.setActive(true);
  lon.setActive(true);
  const dns = await startDnsService({
    socket: join(global.folder, 'dns.sock'),
    file: join(global.folder, 'dns.json'),
    geography: noGeography,
    clock: systemClock,
    random: systemRandom,
    log: silentLog,
  });
  cleanups.push(() => dns.close());
  commit(
    global,
    ...siteObjects('nyc', [nycA, nycB], '198.18.1.50:80'),
    ...siteObjects('lon', [lon], '198.18.2.50:80'),
    create('gtm wideip a', '/Common/www.gslb.example.com', {
      'pool-lb-mode': 'global-availability',
      pools: [{ name: '/Common/nyc_pool' }, { name: '/Common/lon_pool' }],
    }),
    create('gtm listener', '/Common/dns', { address: '127.0.0.1', port: await freePort() }),
  );
  for (const device of [nycA, nycB, lon]) connect(global, device);
  return { global, nycA, nycB, lon, dns, answer: () => ask(dns) };
}

/** A listener's port is 1 at least: the kernel's choice is taken beforehand. */
async function freePort(): Promise<number> {
  const taken = await serveDatagrams('127.0.0.1', 0, () => undefined);
  taken.close();
  return taken.port;
}

async function ask(dns: DnsService): Promise<string> {
  await waitUntil(systemClock, 'the listener', limit, () => dns.status()[0]?.state === 'open');
  const port = present(dns.status()[0], 'listener').port;
  let reply: Uint8Array | undefined;
  const client = connectDatagrams('127.0.0.1', port, {
    onPacket: (packet) => void (reply = packet),
    onError: () => undefined,
  });
  client.send(queryPacket('www.gslb.example.com', 1));
  await waitUntil(systemClock, 'a reply', limit, () => reply !== undefined, 1);
  client.close();
  const message = present(decodeMessage(present(reply, 'reply')), 'message');
  return message.answers[0]?.data.join('.') ?? `rcode ${message.flags & 15}`;
}

const becomes = (world: World, wanted: string): Promise<void> =>
  waitUntil(
    systemClock,
    `the answer ${wanted}`,
    limit,
    async () => (await world.answer()) === wanted,
  );

const nycAddress = '198.18.1.50';
const lonAddress = '198.18.2.50';

test('answers follow what local devices report; a failover inside the pair moves nothing', async () => {
  const world = await startWorld();
  const { global, lon, nycA, nycB } = world;
  assert.deepEqual(global.channel.wanted.toSorted(), ['198.18.1.1', '198.18.1.2', '198.18.2.1']);
  await becomes(world, nycAddress);
  // All servers of nyc die: both monitors of the pair see it, the owner's word counts.
  nycB.setHealth('/Common/web', 'offline', 'The children pool member(s) are down');
  assert.equal(await world.answer(), nycAddress);
  nycA.setHealth('/Common/web', 'offline', 'The children pool member(s) are down');
  const before = systemClock.monotonicMilliseconds();
  await becomes(world, lonAddress);
  assert.ok(systemClock.monotonicMilliseconds() - before < 1_000, 'under a second');
  for (const device of [nycA, nycB]) device.setHealth('/Common/web', 'available', 'up');
  await becomes(world, nycAddress);
  // Planned failover, then a kill.
  nycA.setActive(false);
  for (let round = 0; round < 5; round += 1) assert.equal(await world.answer(), nycAddress);
  nycB.setActive(true);
  for (let round = 0; round < 5; round += 1) assert.equal(await world.answer(), nycAddress);
  nycA.setActive(true);
  nycB.setActive(false);
  disconnect(global, nycA);
  nycB.setActive(true);
  for (let round = 0; round < 20; round += 1) assert.equal(await world.answer(), nycAddress);
  disconnect(global, lon);
  assert.equal(await world.answer(), nycAddress);
});

test('statistics, explain and applied marks reach REST', async () => {
  const world = await startWorld();
  const { global } = world;
  await becomes(world, nycAddress);
  const wideIp = (): Readonly<Record<string, unknown>> =>
    global.state.statistics('gtm wideip a', undefined, '/Common/www.gslb.example.com') ?? {};
  await waitUntil(systemClock, 'counters', limit, () => Number(wideIp()['preferred']) >= 1);
  assert.deepEqual(
    [wideIp()['status.availabilityState'], wideIp()['status.statusReason'], wideIp()['wipType']],
    ['available', 'Available', 'A'],
  );
  const pool = global.state.statistics(
    'gtm pool a',
    'members',
    '/Common/nyc_pool',
    '/Common/nyc:/Common/web',
  );
  assert.equal(pool?.['status.statusReason'], ' Monitor /Common/bigip from nyc-a.example.com : UP');
  assert.equal(
    global.state.statistics('gtm server', undefined, '/Common/nyc')?.['status.availabilityState'],
    'available',
  );
  assert.deepEqual(
    Object.keys(global.state.statistics('gtm iquery', undefined, '') ?? {}).toSorted(),
    ['198.18.1.1', '198.18.1.2', '198.18.2.1'],
  );
  const iqdump = present(global.state.action('gtm iqdump', 'run'), 'action');
  const dump = async (parameters: Properties): Promise<string[]> => {
    const dumping = iqdump({ component: 'gtm iqdump', command: 'run', user: 'admin', parameters });
    const from = 'nyc-a.example.com';
    const state = { group: '/Common/gtm:default', commitId: '7', commitDevice: from };
    const time = { commitTime: { wall: 0, counter: 0 } };
    global.channel.deliver('groupState', { ...state, ...time, group: '/Common/web' }, from);
    global.channel.deliver('masterKey', { domain: 'x', key: Buffer.from('secret') }, from);
    global.channel.deliver('fullLoad', { objects: ['secret'] }, from);
    global.channel.deliver('groupState', { ...state, ...time }, from);
    const outcome = await dumping;
    return outcome.ok ? String(outcome.value['commandResult']).split('\n') : [];
  };
  const lines = await dump({ address: '198.18.1.1', group: 'gtm', count: 4, seconds: 30 });
  const kinds = lines.map((line) => /"kind":"(\w+)"/.exec(line)?.[1]);
  assert.deepEqual(kinds, ['session', 'masterKey', 'fullLoad', 'groupState']);
  assert.equal(lines.join('').includes('secret'), false);
  assert.deepEqual(await dump({ address: '203.0.113.9' }), []);
  const peers = global.state.statistics('gtm iquery', undefined, '')?.['198.18.1.1'];
  assert.ok(typeof peers === 'object');
  assert.equal(peers['serverType'], 'BIGIP-DNS');
  assert.equal(peers['configCommitId'], '7');
  const explain = present(global.state.action('gtm explain', 'run'), 'action');
  const request = { component: 'gtm explain', command: 'run', user: 'admin' };
  const parameters = { name: 'www.gslb.example.com', type: 'A', client: '203.0.113.1' };
  const outcome = await explain({ ...request, parameters });
  assert.match(outcome.ok ? String(outcome.value['commandResult']) : '', /Answer: 198\.18\.1\.50/);
  assert.equal(
    (await explain({ ...request, parameters: { ...parameters, type: 'txt' } })).ok,
    false,
  );
  const whatIf = present(global.state.action('gtm what-if', 'run'), 'action');
  const suppose = async (down: string): Promise<string> => {
    const answer = await whatIf({ ...request, parameters: { down } });
    return answer.ok ? String(answer.value['commandResult']) : '';
  };
  const told = await suppose('dc-nyc');
  assert.match(told, /If data center dc-nyc with 1 virtual server were down, 1 of 1 wide IPs/);
  assert.match(told, /100% ->   0% {2}198\.18\.1\.50/);
  assert.match(told, /0% -> 100% {2}198\.18\.2\.50/);
  assert.match(told, /Load that would move: \d+ connections/);
  assert.match(await suppose('/Common/lon:/Common/web'), /0 of 1 wide IPs/);
  assert.equal(await suppose('nobody'), '');
  const sequence = commit(global, create('gtm datacenter', '/Common/dc-3'));
  const engines = await global.applied.settled(sequence, limit);
  assert.deepEqual(engines['dns'], { state: 'applied' });
});

test('discovery makes virtual servers of what a device reports', async () => {
  const world = await startWorld();
  const { global, lon } = world;
  await becomes(world, nycAddress);
  commit(global, {
    kind: 'modify',
    component: 'gtm server',
    name: '/Common/lon',
    properties: { 'virtual-server-discovery': 'enabled' },
  });
  commit(
    lon,
    create('ltm virtual', '/Common/new', { destination: '198.18.2.51:443', 'ip-protocol': 'tcp' }),
  );
  const names = (): string[] => {
    const items = global.store.view().get('gtm server', '/Common/lon')?.properties[
      'virtual-servers'
    ];
    return Array.isArray(items) ? items.map((item: { name?: unknown }) => String(item.name)) : [];
  };
  await waitUntil(systemClock, 'the new virtual server', limit, () =>
    names().includes('/Common/new'),
  );
  assert.deepEqual(
    names().toSorted((a, b) => a.localeCompare(b)),
    ['/Common/new', '/Common/web'],
  );
  commit(lon, { kind: 'delete', component: 'ltm virtual', name: '/Common/new' });
  await waitUntil(systemClock, 'its removal', limit, () => !names().includes('/Common/new'));
});
