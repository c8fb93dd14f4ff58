/** Signed zones from the configuration to BIND's own validator: control and dns process, delv asking. */
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { present } from '../../base/assert.ts';
import { decodeMessage, encodeMessage, type Message } from '../../base/dns/message.ts';
import type { Properties } from '../../catalogue/types.ts';
import { createAppliedTracker } from '../../config/applied.ts';
import { createStateRegistry, type StateRegistry } from '../../config/runtime-state.ts';
import { createConfigStore } from '../../config/store/store.ts';
import type { ConfigStore } from '../../config/types.ts';
import { createGuestBook } from '../../monitor/guests.ts';
import { systemClock, waitUntil } from '../../platform/clock.ts';
import { connectDatagrams, serveDatagrams } from '../../platform/datagram.ts';
import { silentLog } from '../../platform/log.ts';
import { run } from '../../platform/process.ts';
import { systemRandom } from '../../platform/random.ts';
import { startDnsService, type DnsService } from '../listener/service.ts';
import { nameData, noGeography, queryPacket } from '../test-support.ts';
import {
  activeGenerations,
  expiredGenerations,
  isGenerationDue,
  type KeyGeneration,
} from './dnssec-zones.ts';
import { startGtm } from './gtm.ts';

const limit = 30_000;
const cleanups: (() => unknown)[] = [];
after(async () => {
  for (const cleanup of cleanups.toReversed()) await cleanup();
});

const apex = 'gslb.example.com';

/** static.gslb.example.com has an address, everything else in the zone is denied. */
function fakeNamed(bytes: Uint8Array): Uint8Array {
  const query = present(decodeMessage(bytes), 'query to named');
  const [question] = query.questions;
  const name = question?.name.toLowerCase() ?? '';
  const data = Uint8Array.of(...nameData(`ns1.${apex}`), ...nameData(apex), ...new Uint8Array(20));
  const soa = { name: apex, type: 6, class: 1, ttl: 300, data };
  const address = { name, type: 1, class: 1, ttl: 60, data: Uint8Array.of(203, 0, 113, 5) };
  const isThere = name === `static.${apex}`;
  const answers = isThere && question?.type === 1 ? [address] : question?.type === 6 ? [soa] : [];
  const code = isThere || name === apex ? 0 : 3;
  const authorities = answers.length === 0 ? [soa] : [];
  const parts = { flags: 0x8400 | code, answers, authorities, additionals: [] };
  return encodeMessage({ ...query, ...parts });
}

interface World {
  readonly store: ConfigStore;
  readonly state: StateRegistry;
  readonly dns: DnsService;
  readonly port: number;
  readonly folder: string;
}

async function startWorld(namedPort?: number): Promise<World> {
  const folder = mkdtempSync(join(tmpdir(), 'dnssec-'));
  cleanups.push(() => rmSync(folder, { recursive: true }));
  const clock = systemClock;
  const store = createConfigStore({ path: join(folder, 'c.db'), deviceName: 'gtm-1', clock });
  const state = createStateRegistry();
  const everybody = {
    queryAddress: '127.0.0.1',
    recursionAddress: '127.0.0.1',
    transferAddress: '127.0.0.1',
  };
  const views = [{ ...everybody, asked: [], zones: [] }];
  const gtm = startGtm({
    store,
    state,
    applied: createAppliedTracker(clock),
    channel: {
      sessions: () => [],
      session: () => undefined,
      want: () => undefined,
      onSession: () => undefined,
      onMessage: () => undefined,
      peers: () => [],
      watch: () => () => undefined,
    },
    health: {
      guests: createGuestBook(() => undefined),
      paths: { measure: async () => undefined },
      table: () => ({ get: () => undefined, entries: () => new Map().entries() }),
      onChange: () => () => undefined,
    },
    iqueryPort: 4353,
    isActiveFor: () => true,
    onActiveChange: () => undefined,
    zoneAccess: () =>
      namedPort === undefined ? undefined : { port: namedPort, updatePort: 0, views },
    geography: noGeography.current,
    dnsSocket: join(folder, 'dns.sock'),
    clock,
    log: silentLog,
  });
  cleanups.push(() => {
    gtm.close();
    store.close();
  });
  const dns = await startDnsService({
    socket: join(folder, 'dns.sock'),
    file: join(folder, 'dns.json'),
    geography: noGeography,
    clock,
    random: systemRandom,
    log: silentLog,
  });
  cleanups.push(() => dns.close());
  const taken = await serveDatagrams('127.0.0.1', 0, () => undefined);
  taken.close();
  return { store, state, dns, port: taken.port, folder };
}

function commit(store: ConfigStore, objects: readonly [string, string, Properties?][]): void {
  const outcome = store.commit({
    origin: { user: 'admin', source: 'rest' },
    operations: objects.map(([component, name, properties = {}]) => {
      return { kind: 'create', component, name, properties } as const;
    }),
  });
  assert.deepEqual(outcome.ok ? [] : outcome.faults, []);
}

const algorithms = { zsk: 'ecdsap256sha256', ksk: 'ecdsap256sha256' };

async function configure(world: World, { ksk, zsk } = algorithms): Promise<void> {
  const { dns, port, state, store } = world;
  const listener = { address: '127.0.0.1', port };
  commit(store, [
    ['gtm datacenter', '/Common/dc'],
    [
      'gtm server',
      '/Common/host',
      {
        datacenter: '/Common/dc',
        product: 'generic-host',
        devices: [{ name: 'host', addresses: [{ name: '192.0.2.10' }] }],
        'virtual-servers': [{ name: 'web', destination: '192.0.2.10:80' }],
      },
    ],
    ['gtm pool a', '/Common/p', { members: [{ name: '/Common/host:web' }] }],
    ['gtm wideip a', `/Common/www.a.${apex}`, { pools: [{ name: '/Common/p' }] }],
    ['ltm dns dnssec key', '/Common/ksk', { 'key-type': 'ksk', algorithm: ksk }],
    ['ltm dns dnssec key', '/Common/zsk', { algorithm: zsk }],
    ['ltm dns dnssec zone', `/Common/${apex}`, { keys: ['/Common/ksk', '/Common/zsk'] }],
    ['gtm listener', '/Common/dns', listener],
    ['gtm listener', '/Common/dns-tcp', { ...listener, 'ip-protocol': 'tcp' }],
  ]);
  const isReady = (): boolean =>
    dns.status().length === 2 &&
    dns.status().every((one) => one.state === 'open') &&
    zoneKeys(state).length === 2;
  await waitUntil(systemClock, 'keys and listeners', limit, isReady);
  await askUntil(world, queryPacket(apex, 48), ({ answers }) => answers.length === 2);
}

const statistics = (state: StateRegistry): Readonly<Record<string, unknown>> =>
  state.statistics('ltm dns dnssec zone', undefined, `/Common/${apex}`) ?? {};
const zoneKeys = (state: StateRegistry): string[] =>
  Object.keys(statistics(state)).filter((name) => name.startsWith('key.'));
const dsOf = (state: StateRegistry): string[] =>
  Object.entries(statistics(state)).flatMap(([name, text]) =>
    name.startsWith('ds.') ? [String(text)] : [],
  );

async function ask(world: World, bytes: Uint8Array): Promise<Message> {
  let reply: Uint8Array | undefined;
  const client = connectDatagrams('127.0.0.1', world.port, {
    onPacket: (packet) => void (reply = packet),
    onError: () => undefined,
  });
  client.send(bytes);
  await waitUntil(systemClock, 'a reply', limit, () => reply !== undefined, 1);
  client.close();
  return present(decodeMessage(present(reply, 'reply')), 'message');
}

/** Asked again until what was committed has come to the dns process. */
async function askUntil(
  world: World,
  bytes: Uint8Array,
  isDone: (reply: Message) => boolean,
): Promise<Message> {
  const end = systemClock.monotonicMilliseconds() + limit;
  for (;;) {
    const reply = await ask(world, bytes);
    if (isDone(reply)) return reply;
    assert.ok(systemClock.monotonicMilliseconds() < end, 'the answer stays as it was');
  }
}

/** What BIND's validator says, with the DS that we show as its only anchor. */
async function delv(world: World, name: string, type: string): Promise<string> {
  const anchors = dsOf(world.state).map((ds) => {
    const [tag, algorithm, digest, hash] = ds.split(' ').slice(3);
    return `trust-anchors { "${apex}." static-ds ${tag} ${algorithm} ${digest} "${hash}"; };`;
  });
  const file = join(world.folder, 'anchors');
  writeFileSync(file, `${anchors.join('\n')}\n`);
  const asked = ['@127.0.0.1', '-p', String(world.port), '-a', file, `+root=${apex}`];
  const { stderr, stdout } = await run('delv', [...asked, name, type]);
  return stdout + stderr;
}

test('delv validates what wide IPs answer, and what they have not', async () => {
  const world = await startWorld();
  await configure(world);
  const found = await delv(world, `wWw.a.${apex}`, 'A');
  assert.match(found, /fully validated/);
  assert.match(found, /192\.0\.2\.10/);
  assert.match(await delv(world, `www.a.${apex}`, 'AAAA'), /negative response, fully validated/);
  // RFC 9824: a name that is not there is one without data, with a bit that says so.
  const missing = await delv(world, `nobody.${apex}`, 'A');
  assert.match(missing, /negative response, fully validated/);
  assert.match(missing, /NXNAME|TYPE128/);
  const between = await delv(world, `a.${apex}`, 'A');
  assert.match(between, /negative response, fully validated/);
  assert.doesNotMatch(between, /NXNAME|TYPE128/);
  for (const type of ['SOA', 'DNSKEY', 'CDS', 'CDNSKEY']) {
    assert.match(await delv(world, apex, type), /; fully validated/);
  }
  // What the parent is asked for is the DS that we show.
  const [ds = ''] = dsOf(world.state);
  const cds = await delv(world, apex, 'CDS');
  assert.ok(cds.replaceAll(/\s+/g, '').includes(ds.split(' ').slice(3).join('')), cds);
  assert.match(await delv(world, apex, 'MX'), /NSEC .*CDS CDNSKEY/);
});

test('a key that is rolled over by command is valid before and after', async () => {
  const world = await startWorld();
  await configure(world);
  const before = dsOf(world.state).length;
  const roll = world.state.action('gtm dnssec-rollover', 'run');
  const asked = { component: 'gtm dnssec-rollover', name: '', command: 'run', user: 'admin' };
  const done = await roll?.({ ...asked, parameters: { key: 'ksk' } });
  assert.ok(done?.ok, JSON.stringify(done));
  assert.equal(dsOf(world.state).length, before + 1, 'the parent is to have both');
  const keys = queryPacket(apex, 48);
  await askUntil(world, keys, ({ answers }) => answers.length === 3);
  assert.match(await delv(world, `www.a.${apex}`, 'A'), /fully validated/);
  const missing = await roll?.({ ...asked, parameters: { key: 'no' } });
  assert.equal(missing?.ok, false);
});

test('delv validates RSA keys, and what named answers in a signed zone', async () => {
  const named = await serveDatagrams('127.0.0.1', 0, (packet, address, port, server) => {
    server.send(fakeNamed(packet), port, address);
  });
  cleanups.push(() => named.close());
  const world = await startWorld(named.port);
  await configure(world, { ksk: 'ecdsap384sha384', zsk: 'rsasha256' });
  const found = await delv(world, `static.${apex}`, 'A');
  assert.match(found, /fully validated/);
  assert.match(found, /203\.0\.113\.5/);
  const nothing = await delv(world, `static.${apex}`, 'MX');
  assert.match(nothing, /negative response, fully validated/);
  // Only named knows the other types: none of them is denied along.
  assert.match(nothing, /NSEC\s.*\bA\b.*\bTXT\b/);
  assert.match(await delv(world, `nobody.${apex}`, 'A'), /negative response, fully validated/);
  assert.match(await delv(world, `www.a.${apex}`, 'A'), /fully validated/);
});

test('without DO nothing is signed; with CO what is not there is NXDOMAIN; NSID when switched on', async () => {
  const world = await startWorld();
  await configure(world);
  const types = ({ answers, authorities }: Message): number[] =>
    [...answers, ...authorities].map(({ type }) => type);
  const plain = await ask(world, queryPacket(`nobody.${apex}`, 1));
  assert.deepEqual([plain.flags & 15, types(plain)], [3, [6]]);
  assert.deepEqual(types(await ask(world, queryPacket(`www.a.${apex}`, 1))), [1]);
  const withOpt = (name: string, flags: number, data = new Uint8Array()): Uint8Array => {
    const message = present(decodeMessage(queryPacket(name, 1)), 'query');
    const opt = { name: '', type: 41, class: 1232, ttl: flags, data };
    return encodeMessage({ ...message, additionals: [opt] });
  };
  const denied = await ask(world, withOpt(`nobody.${apex}`, 0x8000));
  assert.deepEqual([denied.flags & 15, types(denied)], [0, [6, 46, 47, 46]]);
  const compact = await ask(world, withOpt(`nobody.${apex}`, 0xc000));
  assert.deepEqual([compact.flags & 15, types(compact)], [3, [6, 46, 47, 46]]);
  const nsid = Uint8Array.of(0, 3, 0, 0);
  const silent = await ask(world, withOpt(`www.a.${apex}`, 0, nsid));
  assert.equal(silent.additionals[0]?.data.length, 0);
  const value = { value: 'enable' };
  const outcome = world.store.commit({
    origin: { user: 'admin', source: 'rest' },
    operations: [{ kind: 'modify', component: 'sys db', name: 'gtm.nsid', properties: value }],
  });
  assert.ok(outcome.ok);
  const expected = Uint8Array.of(0, 3, 0, 5, ...new TextEncoder().encode('gtm-1'));
  const isTold = ({ additionals: [opt] }: Message): boolean => opt?.data.length !== 0;
  const told = await askUntil(world, withOpt(`www.a.${apex}`, 0, nsid), isTold);
  assert.deepEqual([...(told.additionals[0]?.data ?? [])], [...expected]);
});

test('private keys are sealed in the configuration, and shown to nobody', async () => {
  const world = await startWorld();
  await configure(world);
  const kept = JSON.stringify(world.store.view().get('ltm dns dnssec key', '/Common/ksk'));
  const [found] = /"private-key":"[^"]*"/.exec(kept) ?? [];
  assert.ok(found !== undefined && !found.includes('MIG'));
});

test('generations follow each other with an overlap: zone keys are known before they sign', () => {
  const generation = (number: number, created: number): KeyGeneration => {
    return { number, created, dnskey: '', secret: '' };
  };
  const terms = { ttlSeconds: 100, rolloverSeconds: 1_000, expirationSeconds: 1_500 };
  const forEver = { ttlSeconds: 100, rolloverSeconds: 0, expirationSeconds: 0 };
  const first = [generation(1, 0)];
  assert.equal(isGenerationDue([], terms, 0), true);
  assert.equal(isGenerationDue(first, terms, 999), false);
  assert.equal(isGenerationDue(first, terms, 1_000), true);
  assert.equal(isGenerationDue(first, forEver, 1e9), false);
  // A life without a rollover period: the next one comes two TTLs before its end.
  assert.equal(isGenerationDue(first, { ...terms, rolloverSeconds: 0 }, 1_299), false);
  assert.equal(isGenerationDue(first, { ...terms, rolloverSeconds: 0 }, 1_300), true);
  const both = [generation(1, 0), generation(2, 1_000)];
  const active = (type: 'ksk' | 'zsk', now: number): number[] => [
    ...activeGenerations(both, type, terms, now),
  ];
  assert.deepEqual(active('zsk', 1_099), [1]);
  assert.deepEqual(active('zsk', 1_100), [2]);
  assert.deepEqual(active('ksk', 1_001), [1, 2]);
  assert.deepEqual(expiredGenerations(both, terms, 1_499), []);
  assert.deepEqual(expiredGenerations(both, terms, 1_500), [1]);
  // The last one never goes, however old: a zone without keys would be bogus.
  assert.deepEqual(expiredGenerations(first, terms, 9_999), []);
  const three = [...both, generation(3, 2_000)];
  assert.deepEqual(expiredGenerations(both, { ...terms, expirationSeconds: 0 }, 9_999), []);
  assert.deepEqual(expiredGenerations(three, { ...terms, expirationSeconds: 0 }, 9_999), [1]);
});
