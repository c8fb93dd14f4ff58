/** What a listener gives again of named's answers is what named would say now: against a real named on 127.0.0.1. */
import assert from 'node:assert/strict';
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { present } from '../../base/assert.ts';
import { opcode } from '../../base/dns/constants.ts';
import { decodeMessage, encodeMessage, type Message, readUint16 } from '../../base/dns/message.ts';
import { systemClock, waitUntil } from '../../platform/clock.ts';
import { connectDatagrams } from '../../platform/datagram.ts';
import { hasBatches } from '../../platform/ffi/datagrams.ts';
import { findFreePort } from '../../platform/free-port.ts';
import { connectLocal } from '../../platform/local-channel.ts';
import { silentLog } from '../../platform/log.ts';
import { systemRandom } from '../../platform/random.ts';
import type { FromDns, ToDns } from '../protocol.ts';
import { noGeography, queryPacket, snapshot, holding } from '../test-support.ts';
import { cookieBytes } from '../dns/cookie.ts';
import { HeldAnswers } from './held-answers.ts';
import { NameReader } from './name-table.ts';
import { startDnsService, type DnsService } from './service.ts';
import type { TrafficCounters } from './tally.ts';
import { createZoneNews, zoneNewsMemory } from './zone-news.ts';

const limit = 30_000;
const isThere = spawnSync('/usr/sbin/named', ['-v']).error === undefined;
const skip = !hasBatches ? 'no batches here' : isThere ? false : 'named is not installed';
const cleanups: (() => unknown)[] = [];
after(async () => {
  for (const cleanup of cleanups.toReversed()) await cleanup();
});

const zoneText = `$ORIGIN example.test.
$TTL 300
@ IN SOA ns1 hostmaster 1 3600 600 86400 60
@ IN NS ns1
@ IN NS ns.Else.test.
@ IN MX 10 mail
@ IN MX 20 mail.else.test.
@ IN CAA 0 issue "ca.test"
ns1 IN A 192.0.2.53
ns1 IN AAAA 2001:db8::53
mail IN A 192.0.2.25
www IN A 192.0.2.1
www IN A 192.0.2.2
www IN HTTPS 1 . alpn=h2
changing 60 IN A 192.0.2.0
text IN TXT "one" "two"
_sip._tcp IN SRV 1 2 5060 mail
naptr IN NAPTR 1 2 "u" "E2U+sip" "!^.*$!sip:a@example.test!" .
host IN HINFO "a" "b"
loc IN LOC 52 22 23.000 N 4 53 32.000 E -2.00m 0.00m 10000m 10m
tlsa IN TLSA 3 1 1 aabb
unknown IN TYPE65400 \\# 2 abcd
in.between IN A 192.0.2.9
*.wild IN A 192.0.2.7
*.wild IN TXT "star"
alias IN CNAME www
outside IN CNAME www.else.test.
nowhere IN CNAME missing
old IN DNAME wild
glued IN NS ns.glued
ns.glued IN A 192.0.2.77
bare IN NS ns.else.test.
`;
const names = [
  '',
  'www.',
  'wWw.',
  'text.',
  '_sip._tcp.',
  'naptr.',
  'host.',
  'loc.',
  'tlsa.',
  'unknown.',
  'between.',
  'missing.',
  'a.wild.',
  'b.a.wild.',
  'wild.',
  'alias.',
  'outside.',
  'nowhere.',
  'x.old.',
  'old.',
  'glued.',
  'x.glued.',
  'ns.glued.',
  'x.bare.',
].map((name) => `${name}example.test`);
interface Way {
  readonly flags?: number;
  readonly payload?: number;
  readonly cookie?: Uint8Array;
}

const types = [1, 2, 5, 6, 13, 15, 16, 28, 29, 33, 35, 39, 43, 48, 52, 65, 257, 65_400];
const ways: readonly Way[] = [
  {},
  { flags: 0 },
  { flags: 0x0010, payload: 1232 },
  { payload: 512 },
  { payload: 4096, cookie: Uint8Array.from([0, 10, 0, 8, 1, 2, 3, 4, 5, 6, 7, 8]) },
];

interface World {
  readonly namedPort: number;
  readonly service: DnsService;
  readonly control: ReturnType<typeof startControl>;
}

async function startNamed(folder: string, port: number): Promise<ChildProcess> {
  const zone = join(folder, 'zone');
  writeFileSync(zone, zoneText);
  const conf = `options { directory "${folder}"; pid-file none; session-keyfile "${folder}/key";
    managed-keys-directory "${folder}"; lock-file none; recursion no; dnssec-validation no;
    listen-on port ${port} { 127.0.0.1; }; listen-on-v6 { none; }; empty-zones-enable no;
    notify no; rrset-order { order none; }; };
    controls {};
    zone "example.test" { type primary; file "${zone}"; allow-update { 127.0.0.1; }; };`;
  writeFileSync(join(folder, 'named.conf'), conf);
  const words = ['-f', '-n', '1', '-c', join(folder, 'named.conf')];
  const child = spawn('/usr/sbin/named', words, { stdio: 'ignore' });
  cleanups.push(() => child.kill('SIGKILL'));
  return child;
}

function startControl(folder: string): {
  readonly received: FromDns[];
  send(message: ToDns): void;
  close(): void;
  traffic(): TrafficCounters | undefined;
} {
  const received: FromDns[] = [];
  const peer = connectLocal<FromDns, ToDns>(join(folder, 'dns.sock'), systemClock, {
    onOpen: () => undefined,
    onMessage: (message) => void received.push(message),
    onClose: () => undefined,
  });
  cleanups.push(() => peer.close());
  return {
    received,
    send: (message) => peer.send(message),
    close: () => peer.close(),
    traffic: () => received.findLast((message) => message.type === 'counters')?.report.traffic,
  };
}

async function start(): Promise<World> {
  const folder = mkdtempSync(join(tmpdir(), 'held-'));
  cleanups.push(() => rmSync(folder, { recursive: true, force: true }));
  const namedPort = await findFreePort(systemRandom);
  await startNamed(folder, namedPort);
  const service = await startDnsService({
    socket: join(folder, 'dns.sock'),
    file: join(folder, 'dns.json'),
    geography: noGeography,
    clock: systemClock,
    random: systemRandom,
    log: silentLog,
  });
  cleanups.push(() => service.close());
  const control = startControl(folder);
  await waitUntil(systemClock, 'the connection', limit, () => control.received.length > 0);
  const from = '127.0.0.1';
  const addresses = { queryAddress: from, recursionAddress: from, transferAddress: from };
  // Longer than this test may wait: what is new is new because it was told.
  const view = { ...addresses, asked: [], zones: [], heldMilliseconds: 10 * limit };
  const held = holding(snapshot([], []), {
    sequence: 1,
    zones: { port: namedPort, updatePort: 0, views: [view] },
    cookieSecret: '000102030405060708090a0b0c0d0e0f',
  });
  control.send({ type: 'hold', holding: held });
  await waitUntil(systemClock, 'the listener', limit, () =>
    service.status().some(({ state }) => state === 'open'),
  );
  const world = { namedPort, service, control };
  const asked = (): Promise<Uint8Array> => ask(namedPort, queryPacket('www.example.test', 1));
  await waitUntil(systemClock, 'named', limit, async () => ((await asked())[3] ?? 0) === 0);
  const listener = present(service.status()[0], 'listener').port;
  await waitUntil(systemClock, 'the holding', limit, async () => {
    const reply = await ask(listener, queryPacket('ns1.example.test', 1));
    return ((reply[3] ?? 0) & 15) === 0;
  });
  return world;
}

async function ask(port: number, bytes: Uint8Array): Promise<Uint8Array> {
  let reply: Uint8Array | undefined;
  const client = connectDatagrams('127.0.0.1', port, {
    onPacket: (packet) => void (reply = packet),
    // Nobody there yet.
    onError: () => void (reply ??= Uint8Array.of(0, 0, 0, 2)),
  });
  client.send(bytes);
  await waitUntil(systemClock, 'a reply', limit, () => reply !== undefined, 1);
  client.close();
  return present(reply, 'reply');
}

/** Without ID, and without the cookie, which is ours. */
function told(reply: Uint8Array, isCookie: boolean): string {
  const end = isCookie ? reply.length - 4 - cookieBytes : reply.length;
  const bytes = Uint8Array.from(reply.subarray(2, end));
  if (isCookie) bytes[bytes.length - 1] = 0;
  return Buffer.from(bytes).toString('hex');
}

/** Whatever the letters of names and the order of records. */
function meaning(hex: string): unknown {
  const message = present(decodeMessage(Buffer.from(`0000${hex}`, 'hex')), 'a message');
  const sorted = (records: typeof message.answers): readonly string[] =>
    records
      .map((one) => ({ ...one, data: Buffer.from(one.data).toString('latin1') }))
      .map((one) => JSON.stringify(one).toLowerCase())
      .toSorted();
  const { additionals, answers, authorities, flags } = message;
  return [flags, ...[answers, authorities, additionals].map(sorted)];
}

/** Replaces the address of changing.example.test; returns when named has taken it. */
async function change(port: number, last: number): Promise<void> {
  const record = { name: 'changing.example.test', type: 1 };
  const none = { ...record, class: 255, ttl: 0, data: new Uint8Array(0) };
  const next = { ...record, class: 1, ttl: 60, data: Uint8Array.of(192, 0, 2, last) };
  const update = encodeMessage({
    id: last,
    flags: opcode.update << 11,
    questions: [{ name: 'example.test', type: 6, class: 1 }],
    answers: [],
    authorities: [none, next],
    additionals: [],
  });
  const reply = await ask(port, update);
  assert.equal((reply[3] ?? 0) & 15, 0, 'named takes the change');
}

const lastOf = (reply: Uint8Array): number | undefined =>
  decodeMessage(reply)?.answers[0]?.data.at(-1);

test('every answer is named’s, byte by byte, the first time and again', { skip }, async () => {
  const { control, namedPort, service } = await start();
  const port = present(service.status()[0], 'listener').port;
  const before = control.traffic();
  let asked = 0;
  for (const name of names) {
    for (const type of types) {
      // All ways for addresses, one of them for each other type.
      const some = type === 1 ? ways : [present(ways[asked % ways.length], 'way')];
      for (const { cookie, ...way } of some) {
        asked += 1;
        // Recursion is not for static zones: it is not passed on to named, and the client finds its RD back.
        const flags = way.flags ?? 0x0100;
        const plain = { ...way, flags: flags & ~0x0100 };
        const direct = await ask(namedPort, queryPacket(name, type, plain));
        direct[2] = (direct[2] ?? 0) | (flags >> 8);
        const options = cookie === undefined ? {} : { options: cookie };
        const query = queryPacket(name, type, { ...way, ...options, id: asked });
        for (const time of ['first', 'kept', 'again']) {
          const reply = await ask(port, query);
          assert.equal(readUint16(reply, 0), asked);
          const isCookie = cookie !== undefined;
          const own = told(reply, isCookie);
          const what = `${name} ${type} ${time}`;
          const hasTurns = name.toLowerCase() === 'www.example.test' && type === 1;
          if (name === name.toLowerCase() && !hasTurns) {
            assert.equal(own, told(direct, false), what);
            continue;
          }
          // Another order of the records, and names as the client wrote them.
          const end = 2 * (10 + name.length + 2 + 4);
          assert.equal(own.slice(0, end), told(direct, false).slice(0, end), what);
          assert.deepEqual(meaning(own), meaning(told(direct, false)), what);
        }
      }
    }
  }
  // All but those that lead elsewhere or are cut short.
  const held = (): number => (control.traffic()?.held ?? 0) - (before?.held ?? 0);
  await waitUntil(systemClock, 'counters', limit, () => held() > 0.8 * asked);
  assert.ok(held() <= asked);
});

test('a change is answered as soon as it was told, whoever asks meanwhile', { skip }, async () => {
  const { control, namedPort, service } = await start();
  const port = present(service.status()[0], 'listener').port;
  const query = queryPacket('changing.example.test', 1);
  const until = { isOver: false };
  let others = 0;
  const busy = (async () => {
    for (; !until.isOver; others += 1) await ask(port, query);
  })();
  try {
    for (let last = 1; last <= 40; last += 1) {
      await change(namedPort, last);
      control.send({ type: 'ask', id: last, inquiry: { kind: 'zones-moved' } });
      await waitUntil(
        systemClock,
        'forgotten',
        limit,
        () => control.received.some((message) => message.type === 'told' && message.id === last),
        1,
      );
      for (let time = 0; time < 3; time += 1) assert.equal(lastOf(await ask(port, query)), last);
    }
    // Nobody says so: what is held is given.
    await change(namedPort, 100);
    assert.equal(lastOf(await ask(port, query)), 40);
    // Nobody is there to say so: it is given for a moment only.
    control.close();
    const isNew = async (): Promise<boolean> => lastOf(await ask(port, query)) === 100;
    await waitUntil(systemClock, 'the change', limit, isNew);
    await change(namedPort, 101);
    await waitUntil(systemClock, 'the next', limit, async () => !(await isNew()));
  } finally {
    until.isOver = true;
    await busy;
  }
  assert.ok(others > 0);
});

/** One table, asked and told as the fast way does. */
function table(): {
  readonly news: ReturnType<typeof createZoneNews>;
  readonly held: HeldAnswers;
  tell(name: string, answers: readonly number[], now: number): void;
  ask(name: string, now: number, limit?: number): Message | undefined;
} {
  const memory = zoneNewsMemory();
  const news = createZoneNews(memory);
  news.follow({});
  const held = new HeldAnswers(memory);
  held.setLifetime(1_000);
  const reader = new NameReader();
  const questionOf = (name: string, most: number) => {
    const data = new Uint8Array(1_500);
    const query = queryPacket(name, 1, { id: 7 });
    data.set(query);
    const typeEnd = 12 + name.length + 2 + 4;
    return { data, start: 0, questionEnd: typeEnd, hasEdns: data[11] === 1, limit: most };
  };
  return {
    news,
    held,
    tell(name, answers, now) {
      const { hasEdns, limit: most, ...question } = questionOf(name, 1_232);
      const record = { name, type: 1, class: 1, ttl: 60 };
      const reply = encodeMessage({
        id: 9,
        flags: 0x8400,
        questions: [{ name, type: 1, class: 1 }],
        answers: answers.map((last) => ({ ...record, data: Uint8Array.of(192, 0, 2, last) })),
        authorities: [],
        additionals: hasEdns
          ? [{ name: '.', type: 41, class: 1_232, ttl: 0, data: new Uint8Array(0) }]
          : [],
      });
      held.keep({ ...question, hasEdns, limit: most }, reply, now, held.moves());
    },
    ask(name, now, most = 1_232) {
      const question = questionOf(name, most);
      const hash = reader.read(question.data, 12, question.questionEnd);
      const length = held.answer(reader, hash, question, most, now);
      return length === 0 ? undefined : decodeMessage(question.data.slice(0, length));
    },
  };
}

test('records of a set take turns, and letters of the question come back', () => {
  const { ask: again, tell } = table();
  for (const _ of [1, 2]) tell('www.example.test', [1, 2, 3], 0);
  const firsts = Array.from({ length: 6 }, () => {
    const message = present(again('www.eXample.test', 1), 'message');
    assert.equal(message.id, 7);
    assert.equal(message.questions[0]?.name, 'www.eXample.test');
    const lasts = message.answers.map(({ data }) => present(data.at(-1), 'byte'));
    assert.deepEqual(new Set(lasts), new Set([1, 2, 3]));
    return lasts[0];
  });
  assert.deepEqual(firsts, [1, 2, 3, 1, 2, 3]);
});

test('what is kept ends: by its time, when a zone moves, for another size', () => {
  const { ask: again, news, tell } = table();
  tell('www.example.test', [1], 0);
  assert.equal(again('www.example.test', 1), undefined, 'asked once');
  tell('www.example.test', [1], 0);
  assert.ok(again('www.example.test', 999));
  assert.equal(again('www.example.test', 1_000), undefined, 'too old');
  tell('www.example.test', [1], 1_000);
  assert.equal(again('www.example.test', 1_001, 512), undefined, 'another size');
  assert.ok(again('www.example.test', 1_001));
  news.moved();
  assert.equal(again('www.example.test', 1_001), undefined, 'moved');
  tell('www.example.test', [1], 1_001);
  assert.ok(again('www.example.test', 1_002));
  // Nobody would say when it moves.
  const other = {};
  news.follow(other);
  news.leave(other);
  tell('www.example.test', [1], 2_000);
  assert.ok(again('www.example.test', 2_049));
  assert.equal(again('www.example.test', 2_050), undefined, 'not followed');
});

test('names that somebody makes up push nothing out', () => {
  const { ask: again, tell } = table();
  const good = Array.from({ length: 100 }, (_, index) => `good${index}.example.test`);
  for (const name of [...good, ...good]) tell(name, [1], 0);
  const isKept = (name: string): boolean => again(name, 1) !== undefined;
  const kept = good.filter(isKept);
  assert.ok(kept.length > 95);
  for (let index = 0; index < 8_000; index += 1) tell(`x${index}.example.test`, [], 0);
  assert.deepEqual(good.filter(isKept), kept);
  // Each of them twice.
  for (let index = 0; index < 8_000; index += 1) {
    for (const _ of [1, 2]) tell(`y${index}.example.test`, [], 0);
  }
  assert.deepEqual(good.filter(isKept), kept);
});
