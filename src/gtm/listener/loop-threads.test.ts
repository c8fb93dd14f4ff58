/** Several threads of the answer loop on 127.0.0.1: one listener, one memory, one sum. */
import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { present } from '../../base/assert.ts';
import { decodeMessage, type Message } from '../../base/dns/message.ts';
import { systemClock, waitUntil } from '../../platform/clock.ts';
import { connectDatagrams } from '../../platform/datagram.ts';
import { silentLog } from '../../platform/log.ts';
import { persistenceMemory } from '../decision/persistence.ts';
import { pathMemory } from '../paths/path-table.ts';
import type { GtmSnapshot } from '../decision/snapshot-types.ts';
import { defaultDnsProfile } from '../protocol.ts';
import { member, pool, queryPacket, snapshot, wideIp } from '../test-support.ts';
import { createCounterSum, type CounterSum } from './counter-sum.ts';
import { startLoopThreads, type LoopThreads } from './loop-threads.ts';
import { zoneNewsMemory } from './zone-news.ts';
import { createResolvers, resolverMemory } from './resolvers.ts';

const limit = 30_000;
const cleanups: (() => unknown)[] = [];
after(async () => {
  for (const cleanup of cleanups.toReversed()) await cleanup();
});

const probe = startLoopThreads(
  {
    clock: systemClock,
    log: silentLog,
    resolvers: resolverMemory(16),
    persistence: persistenceMemory(16),
    paths: pathMemory(16),
    zoneNews: zoneNewsMemory(),
    onCounters: () => undefined,
    onSeen: () => undefined,
    onHandedOver: () => undefined,
  },
  0,
);
const skip = probe === undefined ? 'no batches here' : false;

const members = [1, 2, 3, 4].map((host) => member(`/Common/s${host}:web`, `192.0.2.${host}`));

interface World {
  readonly threads: LoopThreads;
  readonly sum: CounterSum;
  readonly resolvers: ReturnType<typeof createResolvers>;
}

async function start(parts: GtmSnapshot): Promise<World> {
  const sum = createCounterSum();
  const resolvers = resolverMemory(1024);
  const threads = present(
    startLoopThreads(
      {
        clock: systemClock,
        log: silentLog,
        resolvers,
        persistence: persistenceMemory(1024),
        paths: pathMemory(16),
        zoneNews: zoneNewsMemory(),
        onCounters: sum.take,
        onSeen: () => undefined,
        onHandedOver: (_bytes, _client, respond) => respond(undefined),
      },
      3,
    ),
    'threads',
  );
  cleanups.push(() => threads.close());
  await new Promise<void>((resolve) => {
    const others = { explainClients: [], cookieSecret: '', responseRate: 0, signedZones: [] };
    const holding = { ...others, sequence: 1, snapshot: parts, listeners: [], zones: null };
    threads.hold(JSON.stringify({ ...holding, serverName: '' }), resolve);
  });
  return { threads, sum, resolvers: createResolvers(resolvers) };
}

/** From a socket of its own, again until an answer comes: whoever asks first may be lost. */
async function ask(address: string, port: number): Promise<Message> {
  let reply: Uint8Array | undefined;
  const handlers = {
    onPacket: (packet: Uint8Array) => void (reply = packet),
    onError: () => undefined,
  };
  const client = connectDatagrams(address, port, handlers);
  client.send(queryPacket('www.example.com', 1));
  await waitUntil(systemClock, `an answer of ${address}`, limit, () => reply !== undefined, 1);
  client.close();
  return present(decodeMessage(present(reply, 'reply')), 'message');
}

test(
  'threads share one listener: persistence holds, and nothing is counted twice or lost',
  { skip },
  async () => {
    const persistence = { seconds: 600, cidrIpv4: 24, cidrIpv6: 64 };
    const parts = snapshot(
      [pool('/Common/p', members)],
      [wideIp('www.example.com', [0], { persistence })],
    );
    const { resolvers, sum, threads } = await start(parts);
    const { port } = threads.listen('127.0.0.1', 0, defaultDnsProfile);
    const asked = 60;
    const given = new Set<string>();
    for (let index = 0; index < asked; index += 1) {
      const { answers } = await ask('127.0.0.1', port);
      given.add(answers.map(({ data }) => data.join('.')).join());
    }
    assert.equal(given.size, 1, [...given].join());
    await waitUntil(systemClock, 'all to be counted', limit, () => sum.all().traffic.udp >= asked);
    const { pools, traffic, wideIps } = sum.all();
    assert.equal(traffic.udp, asked);
    assert.equal(wideIps[0]?.counts.requests, asked);
    assert.equal(wideIps[0].counts.persisted, asked - 1);
    assert.equal(pools[0]?.counts.preferred, 1);
    assert.deepEqual(
      resolvers.list(10).map(([client, { queries }]) => [client, queries]),
      [['127.0.0.1', asked]],
    );
  },
);

test('a listener on every address answers from the one that was asked', { skip }, async () => {
  const { threads } = await start(
    snapshot([pool('/Common/p', members)], [wideIp('www.example.com', [0])]),
  );
  const { port } = threads.listen('0.0.0.0', 0, defaultDnsProfile);
  // The client's socket takes nothing from elsewhere.
  for (const address of ['127.0.0.1', '127.0.0.2', '127.9.9.9']) {
    const { answers } = await ask(address, port);
    assert.equal(answers.length, 1, address);
  }
});

test('an address and port that are taken are refused by their name', { skip }, async () => {
  const { threads } = await start(snapshot([], []));
  assert.throws(() => threads.listen('192.0.2.77', 0, defaultDnsProfile), {
    code: 'EADDRNOTAVAIL',
  });
});
