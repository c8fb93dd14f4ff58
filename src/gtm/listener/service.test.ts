/** The dns process end to end on 127.0.0.1: a fake control on its socket, a fake named behind it. */
import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { present } from '../../base/assert.ts';
import { systemClock, waitUntil } from '../../platform/clock.ts';
import { connectDatagrams, serveDatagrams } from '../../platform/datagram.ts';
import { readTextIfPresent } from '../../platform/files.ts';
import { connectLocal } from '../../platform/local-channel.ts';
import { silentLog } from '../../platform/log.ts';
import { systemRandom } from '../../platform/random.ts';
import { connectStream, serveStream } from '../../platform/stream.ts';
import type { GtmSnapshot } from '../decision/snapshot-types.ts';
import {
  decodeMessage,
  encodeMessage,
  type Message,
  type ResourceRecord,
} from '../../base/dns/message.ts';
import type {
  DnsHolding,
  FromDns,
  Inquiry,
  ListenerSpec,
  ListenerStatus,
  ToDns,
} from '../protocol.ts';
import { defaultDnsProfile } from '../protocol.ts';
import {
  member,
  nameData,
  pool,
  queryPacket,
  snapshot,
  wideIp,
  noGeography,
  holding,
} from '../test-support.ts';
import { maximumConnections } from './connections.ts';
import { createFrameReader, frame } from '../../base/dns/framing.ts';
import { startDnsService, type DnsService } from './service.ts';

const limit = 30_000;
const cleanups: (() => unknown)[] = [];
after(async () => {
  for (const cleanup of cleanups.toReversed()) await cleanup();
});

const nyc = member('/Common/nyc:web', '192.0.2.1');
const lon = member('/Common/lon:web', '192.0.2.2');
const world = (nycAvailable = true): GtmSnapshot =>
  snapshot(
    [pool('/Common/nyc', [{ ...nyc, available: nycAvailable }]), pool('/Common/lon', [lon])],
    [wideIp('www.example.com', [0, 1])],
  );
const bothProtocols: readonly ListenerSpec[] = [
  { address: '127.0.0.1', port: 0, protocol: 'udp', profile: defaultDnsProfile },
  { address: '127.0.0.1', port: 0, protocol: 'tcp', profile: defaultDnsProfile },
];
const everybody = {
  queryAddress: '127.0.0.1',
  recursionAddress: '127.0.0.1',
  transferAddress: '127.0.0.1',
  asked: [],
  zones: [],
};
const holdingOf = (parts: GtmSnapshot, namedPort: number | null = null): DnsHolding =>
  holding(parts, {
    listeners: bothProtocols,
    zones: namedPort === null ? null : { port: namedPort, updatePort: 0, views: [everybody] },
  });

function newFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'dns-'));
  cleanups.push(() => rmSync(folder, { recursive: true }));
  return folder;
}

async function startService(folder: string): Promise<DnsService> {
  const service = await startDnsService({
    socket: join(folder, 'dns.sock'),
    file: join(folder, 'dns.json'),
    geography: noGeography,
    clock: systemClock,
    random: systemRandom,
    log: silentLog,
  });
  cleanups.push(() => service.close());
  return service;
}

interface FakeControl {
  readonly received: FromDns[];
  hold(holding: DnsHolding): Promise<void>;
  send(message: ToDns): void;
  close(): void;
}

async function startControl(folder: string): Promise<FakeControl> {
  const received: FromDns[] = [];
  const peer = connectLocal<FromDns, ToDns>(join(folder, 'dns.sock'), systemClock, {
    onOpen: () => undefined,
    onMessage: (message) => void received.push(message),
    onClose: () => undefined,
  });
  cleanups.push(() => peer.close());
  await waitUntil(systemClock, 'the connection', limit, () => received.length > 0);
  return {
    received,
    async hold(holding) {
      const before = received.length;
      peer.send({ type: 'hold', holding });
      await waitUntil(systemClock, 'the holding', limit, () =>
        received.slice(before).some(({ type }) => type === 'holding'),
      );
    },
    send: (message) => peer.send(message),
    close: () => peer.close(),
  };
}

async function portOf(service: DnsService, protocol: 'udp' | 'tcp'): Promise<number> {
  const find = (): ListenerStatus | undefined =>
    service.status().find((one) => one.protocol === protocol && one.state === 'open');
  await waitUntil(systemClock, `${protocol} listener`, limit, () => find() !== undefined);
  return present(find(), protocol).port;
}

async function askUdp(service: DnsService, bytes: Uint8Array): Promise<Message> {
  const port = await portOf(service, 'udp');
  let reply: Uint8Array | undefined;
  const client = connectDatagrams('127.0.0.1', port, {
    onPacket: (packet) => void (reply = packet),
    onError: () => undefined,
  });
  client.send(bytes);
  await waitUntil(systemClock, 'a UDP reply', limit, () => reply !== undefined, 1);
  client.close();
  return present(decodeMessage(present(reply, 'reply')), 'message');
}

async function askTcp(
  service: DnsService,
  chunks: readonly Uint8Array[],
  count = 1,
): Promise<Message[]> {
  const port = await portOf(service, 'tcp');
  const replies: Message[] = [];
  const reader = createFrameReader();
  const client = connectStream('127.0.0.1', port, () => ({
    onBytes(chunk) {
      const frames = reader.push(chunk);
      assert.notEqual(frames, 'malformed');
      for (const one of frames === 'malformed' ? [] : frames) {
        replies.push(present(decodeMessage(one), 'message'));
      }
    },
    onClose: () => undefined,
  }));
  for (const chunk of chunks) client.write(chunk);
  await waitUntil(systemClock, 'TCP replies', limit, () => replies.length >= count, 1);
  client.destroy();
  return replies;
}

const addressesOf = (message: Message): string[] =>
  message.answers.map((answer) => answer.data.join('.'));

const soa: ResourceRecord = {
  name: 'example.com',
  type: 6,
  class: 1,
  ttl: 300,
  data: Uint8Array.from([
    ...nameData('ns1.example.com'),
    ...nameData('root.example.com'),
    ...new Uint8Array(20),
  ]),
};

/** Says NXDOMAIN in example.com, gives static.example.com and shop → www, refuses the rest, hushes hang. */
function fakeNamed(bytes: Uint8Array): Uint8Array | undefined {
  const query = present(decodeMessage(bytes), 'query to named');
  const name = query.questions[0]?.name.toLowerCase() ?? '';
  const reply = (code: number, more: Partial<Message> = {}): Uint8Array =>
    encodeMessage({ ...query, flags: 0x8400 | code, additionals: [], ...more });
  if (name.startsWith('hang')) return undefined;
  if (name === 'static.example.com') {
    const data = Uint8Array.of(203, 0, 113, 5);
    return reply(0, { answers: [{ name, type: 1, class: 1, ttl: 60, data }] });
  }
  if (name === 'shop.example.com') {
    const data = nameData('www.example.com');
    const answers = [{ name, type: 5, class: 1, ttl: 60, data }];
    return reply(3, { answers, authorities: [soa] });
  }
  return name.endsWith('example.com') ? reply(3, { authorities: [soa] }) : reply(5);
}

async function startNamed(): Promise<number> {
  const stream = await serveStream('127.0.0.1', 0, 150, (connection) => {
    const reader = createFrameReader();
    return {
      onBytes(chunk) {
        const frames = reader.push(chunk);
        const reply =
          frames === 'malformed' || frames[0] === undefined ? undefined : fakeNamed(frames[0]);
        if (reply !== undefined) connection.write(frame(reply));
      },
      onClose: () => undefined,
    };
  });
  const datagrams = await serveDatagrams(
    '127.0.0.1',
    stream.port,
    (packet, address, port, server) => {
      const reply = fakeNamed(packet);
      if (reply !== undefined) server.send(reply, port, address);
    },
  );
  cleanups.push(() => {
    datagrams.close();
    stream.close();
  });
  return stream.port;
}

test('holds a snapshot, answers from it by UDP and TCP, follows the next one, counts exactly', async () => {
  const folder = newFolder();
  const service = await startService(folder);
  const control = await startControl(folder);
  await control.hold(holdingOf(world()));
  assert.deepEqual(addressesOf(await askUdp(service, queryPacket('www.example.com', 1))), [
    '192.0.2.1',
  ]);
  await control.hold(holdingOf(world(false)));
  assert.deepEqual(addressesOf(await askUdp(service, queryPacket('www.example.com', 1))), [
    '192.0.2.2',
  ]);
  // Two queries in one segment, and one in pieces.
  const framed = frame(queryPacket('www.example.com', 1));
  const pieces = [Uint8Array.from([...framed, ...framed]), framed.slice(0, 5), framed.slice(5)];
  const replies = await askTcp(service, pieces, 3);
  assert.deepEqual(replies.flatMap(addressesOf), ['192.0.2.2', '192.0.2.2', '192.0.2.2']);
  const counts = (): unknown => {
    const reports = control.received.filter((message) => message.type === 'counters');
    return reports.at(-1)?.report.wideIps[0]?.counts.requests;
  };
  await waitUntil(systemClock, 'counters', limit, () => counts() === 5);
  const { report } = present(
    control.received.filter((message) => message.type === 'counters').at(-1),
    'counters',
  );
  assert.deepEqual([report.traffic.udp, report.traffic.tcp], [2, 3]);
  assert.equal(report.wideIps[0]?.counts.preferred, 5);
});

test('goes on without control, and starts alone from the copy on disk', async () => {
  const folder = newFolder();
  const service = await startService(folder);
  const control = await startControl(folder);
  await control.hold(holdingOf(world()));
  control.close();
  assert.deepEqual(addressesOf(await askUdp(service, queryPacket('www.example.com', 1))), [
    '192.0.2.1',
  ]);
  await service.close();
  assert.equal(JSON.parse(readFileSync(join(folder, 'dns.json'), 'utf8')).sequence, 1);
  const again = await startService(folder);
  assert.deepEqual(addressesOf(await askUdp(again, queryPacket('www.example.com', 1))), [
    '192.0.2.1',
  ]);
});

test('static names from named, by UDP and TCP; aliases to a wide IP; NXDOMAIN; REFUSED; the other type', async () => {
  const folder = newFolder();
  const service = await startService(folder);
  const control = await startControl(folder);
  await control.hold(holdingOf(world(), await startNamed()));
  const ask = async (name: string, type = 1): Promise<Message> => {
    const udp = await askUdp(service, queryPacket(name, type, { id: 12_345, payload: 1232 }));
    const [tcp] = await askTcp(service, [
      frame(queryPacket(name, type, { id: 12_345, payload: 1232 })),
    ]);
    assert.deepEqual(addressesOf(present(tcp, 'tcp')), addressesOf(udp));
    assert.equal(udp.id, 12_345);
    return udp;
  };
  assert.deepEqual(addressesOf(await ask('static.example.com')), ['203.0.113.5']);
  assert.equal(addressesOf(await ask('shop.example.com'))[1], '192.0.2.1');
  const denied = await ask('nix.example.com');
  assert.deepEqual([denied.flags & 15, denied.authorities[0]?.type], [3, 6]);
  assert.equal((await ask('elsewhere.org')).flags & 15, 5);
  const noData = await ask('www.example.com', 28);
  assert.deepEqual(
    [noData.flags & 15, noData.answers.length, noData.authorities.length],
    [0, 0, 1],
  );
});

test('a silent named: SERVFAIL in time, others are answered meanwhile; a dead one at once', async () => {
  const folder = newFolder();
  const service = await startService(folder);
  const control = await startControl(folder);
  await control.hold(holdingOf(world(), await startNamed()));
  const hanging = askUdp(service, queryPacket('hang.example.com', 1));
  assert.deepEqual(addressesOf(await askUdp(service, queryPacket('www.example.com', 1))), [
    '192.0.2.1',
  ]);
  assert.equal((await hanging).flags & 15, 2);
  const closed = await serveDatagrams('127.0.0.1', 0, () => undefined);
  closed.close();
  await control.hold(holdingOf(world(), closed.port));
  const before = systemClock.monotonicMilliseconds();
  assert.equal((await askUdp(service, queryPacket('static.example.com', 1))).flags & 15, 2);
  assert.ok(systemClock.monotonicMilliseconds() - before < 1_500, 'not the timeout');
});

test('explains the very next decision', async () => {
  const folder = newFolder();
  await startService(folder);
  const control = await startControl(folder);
  await control.hold(holdingOf(world()));
  const question = { name: 'WWW.example.com.', recordType: 'a', client: '10.0.0.1' } as const;
  const text = await inquire(control, { kind: 'explain', ...question });
  assert.match(text, /Answer: 192\.0\.2\.1 \(\/Common\/nyc:web\), TTL 30/);
});

let inquiries = 0;

async function inquire(control: FakeControl, inquiry: Inquiry): Promise<string> {
  inquiries += 1;
  const id = inquiries;
  control.send({ type: 'ask', id, inquiry });
  const find = (): FromDns | undefined =>
    control.received.find((message) => message.type === 'told' && message.id === id);
  await waitUntil(systemClock, 'the answer to an inquiry', limit, () => find() !== undefined);
  const told = find();
  return told?.type === 'told' ? told.text : '';
}

test('persistence records and resolvers are listed; a tap shows queries as they come', async () => {
  const folder = newFolder();
  const service = await startService(folder);
  const control = await startControl(folder);
  const persistence = { seconds: 3_600, cidrIpv4: 24, cidrIpv6: 64 };
  const lasting = snapshot(
    [pool('/Common/nyc', [nyc])],
    [wideIp('www.example.com', [0], { persistence })],
  );
  await control.hold(holdingOf(lasting));
  const tapped = inquire(control, {
    kind: 'tap',
    seconds: 30,
    most: 1,
    filter: { name: '*.example.com', client: '127.0.0.0/8', response: 'noerror' },
  });
  // Whichever is taken first of a tap and a query that come over two sockets: the tap sees the latter ones.
  const isOver = (): Promise<boolean> =>
    Promise.race([
      tapped.then(() => true),
      askUdp(service, queryPacket('www.example.com', 1)).then(() => false),
    ]);
  while (!(await isOver()));
  assert.match(await tapped, /127\.0\.0\.1 udp www\.example\.com a noerror answers 1/);
  const persist = (words: string, removes = false): Promise<string> =>
    inquire(control, { kind: 'persist', words, removes });
  assert.match(await persist(''), /127\.0\.0\.1\/24 .*\/Common\/www\.example\.com .*nyc:web/);
  assert.match(await persist('target-name other'), /Total records returned: 0/);
  assert.match(await inquire(control, { kind: 'ldns', most: 10 }), /127\.0\.0\.1 +\d+/);
  assert.equal(await persist('key 127.0.0.1', true), '1');
  assert.match(await persist(''), /Total records returned: 0/);
});

/** A device that ran here has set it: any address can be bound then. */
const bindsAnything =
  readTextIfPresent('/proc/sys/net/ipv4/ip_nonlocal_bind')?.trim() === '1' &&
  'net.ipv4.ip_nonlocal_bind is on here';

test(
  'a listener whose address does not exist waits and says why; others serve',
  { skip: bindsAnything },
  async () => {
    const folder = newFolder();
    const service = await startService(folder);
    const control = await startControl(folder);
    const absent: ListenerSpec = {
      address: '192.0.2.250',
      port: 0,
      protocol: 'udp',
      profile: defaultDnsProfile,
    };
    await control.hold({ ...holdingOf(world()), listeners: [...bothProtocols, absent] });
    const waiting = (): ListenerStatus | undefined =>
      service.status().find(({ address }) => address === absent.address);
    await waitUntil(systemClock, 'the refusal', limit, () => waiting()?.reason === 'EADDRNOTAVAIL');
    assert.equal(waiting()?.state, 'waiting');
    assert.equal((await askUdp(service, queryPacket('www.example.com', 1))).answers.length, 1);
  },
);

test('floods of rubbish change nothing', async () => {
  const folder = newFolder();
  const service = await startService(folder);
  const control = await startControl(folder);
  await control.hold(holdingOf(world()));
  const client = connectDatagrams('127.0.0.1', await portOf(service, 'udp'), {
    onPacket: () => undefined,
    onError: () => undefined,
  });
  for (let index = 0; index < 500; index += 1) client.send(systemRandom.bytes(index % 80));
  assert.equal((await askUdp(service, queryPacket('www.example.com', 1))).answers.length, 1);
  client.close();
  let isClosed = false;
  const stream = connectStream('127.0.0.1', await portOf(service, 'tcp'), () => ({
    onBytes: () => undefined,
    onClose: () => void (isClosed = true),
  }));
  stream.write(Uint8Array.of(0, 1, 2, 3));
  await waitUntil(systemClock, 'the end of a stream that is no DNS', limit, () => isClosed);
});

test('a damaged copy on disk is not used, and does not keep the process from starting', async () => {
  const whole = holdingOf(world());
  const damaged = [
    '{"snapshot":{"versi',
    JSON.stringify({ snapshot: { version: whole.snapshot.version } }),
    JSON.stringify({ ...whole, listeners: 'none' }),
    'null',
  ];
  for (const text of damaged) {
    const folder = newFolder();
    writeFileSync(join(folder, 'dns.json'), text);
    const service = await startService(folder);
    const control = await startControl(folder);
    await control.hold(whole);
    assert.equal((await askUdp(service, queryPacket('www.example.com', 1))).answers.length, 1);
    await service.close();
  }
});

test('one TCP client that pipelines more than named takes is read no faster than it is answered', async () => {
  const folder = newFolder();
  const service = await startService(folder);
  const control = await startControl(folder);
  await control.hold(holdingOf(world(), await startNamed()));
  const one = frame(queryPacket('static.example.com', 1));
  const flood = Uint8Array.from(Array.from({ length: 600 }, () => [...one]).flat());
  const replies = await askTcp(service, [flood], 600);
  assert.deepEqual(new Set(replies.map((reply) => reply.flags & 15)), new Set([0]));
});

test('held TCP connections do not keep newcomers out: the quietest makes room', async () => {
  const folder = newFolder();
  const service = await startService(folder);
  const control = await startControl(folder);
  await control.hold(holdingOf(world()));
  const port = await portOf(service, 'tcp');
  let closed = 0;
  const held = Array.from({ length: maximumConnections }, () =>
    connectStream('127.0.0.1', port, () => ({
      onBytes: () => undefined,
      onClose: () => void (closed += 1),
    })),
  );
  const [reply] = await askTcp(service, [frame(queryPacket('www.example.com', 1))]);
  assert.equal(reply?.answers.length, 1);
  await waitUntil(systemClock, 'the quietest to go', limit, () => closed === 1);
  for (const connection of held) connection.destroy();
});
