/** The consensus table of the reference, section 4: one test a row that does not need named. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parsePrefix } from '../../base/address.ts';
import { present } from '../../base/assert.ts';
import { nameRecord } from '../decision/name-records.ts';
import { readTopologyRecord } from '../decision/place.ts';
import type { GtmType } from '../decision/snapshot-types.ts';
import { defaultDnsProfile, type DnsProfile } from '../protocol.ts';
import { createResponseRate } from './response-rate.ts';
import { compileSnapshot } from '../decision/compile.ts';
import {
  decodeMessage,
  encodeMessage as encode,
  type Message,
  readUint16,
} from '../../base/dns/message.ts';
import { member, nameData, pool, queryPacket, snapshot, wideIp } from '../test-support.ts';
import { createSigner } from './signer.ts';
import { answerPacket } from './answer.ts';
import type { AnswerEngine, Packet, RelayedQuery } from './engine.ts';
import { finishRelayed, type NamedReply } from './relayed.ts';
import { createTally } from './tally.ts';

const nyc = member('/Common/nyc:web', '192.0.2.1');
const lon = member('/Common/lon:web', '192.0.2.2');

function engineWith(
  parts = snapshot([pool('/Common/p', [nyc, lon])], [wideIp('www.example.com', [0])]),
): AnswerEngine {
  return {
    snapshot: compileSnapshot(parts),
    explainClients: [],
    cookieSecret: undefined,
    serverName: undefined,
    signer: createSigner(),
    rate: createResponseRate(),
    unixSeconds: () => 1_559_731_985,
    tally: createTally(),
  };
}

function packetOf(
  bytes: Uint8Array,
  transport: 'udp' | 'tcp' = 'udp',
  profile: DnsProfile = defaultDnsProfile,
): Packet {
  return { bytes, client: '198.51.100.7', transport, profile, now: 0 };
}

function ask(
  engine: AnswerEngine,
  bytes: Uint8Array,
  transport: 'udp' | 'tcp' = 'udp',
): Message | undefined {
  const outcome = answerPacket(engine, packetOf(bytes, transport));
  assert.notEqual(outcome.kind, 'relay');
  if (outcome.kind !== 'reply') return undefined;
  const decoded = decodeMessage(outcome.bytes);
  assert.ok(decoded, 'the reply is well-formed');
  return decoded;
}

function relayedOf(engine: AnswerEngine, bytes: Uint8Array): RelayedQuery {
  const outcome = answerPacket(engine, packetOf(bytes));
  assert.ok(outcome.kind === 'relay');
  return outcome.relayed;
}

function finish(engine: AnswerEngine, bytes: Uint8Array, named: NamedReply): Message {
  const outcome = finishRelayed(engine, relayedOf(engine, bytes), named);
  assert.ok(outcome.kind === 'reply');
  const decoded = decodeMessage(outcome.bytes);
  assert.ok(decoded);
  return decoded;
}

const rcode = (message: Message | undefined): number => (message?.flags ?? 0) & 15;

test('a wide IP: ID and case echoed, authoritative, RD copied, no RA, the pool’s TTL', () => {
  const message = ask(engineWith(), queryPacket('wWw.eXample.COM', 1, { id: 1 }));
  assert.equal(message?.id, 1);
  assert.equal(message.flags, 0x8500);
  assert.equal(message.questions[0]?.name, 'wWw.eXample.COM');
  assert.deepEqual(
    message.answers.map((answer) => [answer.name, answer.ttl, answer.data.join('.')]),
    [['wWw.eXample.COM', 30, '192.0.2.1']],
  );
});

test('EDNS: we offer 1232, version 0, DO as asked, unknown options not echoed', () => {
  const option = Uint8Array.of(0xff, 0xf0, 0, 1, 9);
  const message = ask(
    engineWith(),
    queryPacket('www.example.com', 1, { payload: 4096, options: option }),
  );
  const opt = message?.additionals[0];
  assert.deepEqual([opt?.type, opt?.class, opt?.ttl, opt?.data.length], [41, 1232, 0, 0]);
});

test('EDNS version 1: BADVERS, the question not processed', () => {
  const message = ask(
    engineWith(),
    queryPacket('www.example.com', 1, { payload: 1232, ednsVersion: 1 }),
  );
  assert.equal(rcode(message), 0);
  assert.equal(message?.additionals[0]?.ttl, 0x0100_0000);
  assert.equal(message.answers.length, 0);
});

test('client subnet: echoed with scope 0; malformed is FORMERR', () => {
  const good = Uint8Array.of(0, 8, 0, 7, 0, 1, 24, 0, 192, 0, 2);
  const message = ask(
    engineWith(),
    queryPacket('www.example.com', 1, { payload: 1232, options: good }),
  );
  assert.deepEqual([...(message?.additionals[0]?.data ?? [])], [...good]);
  for (const bad of [
    Uint8Array.of(0, 8, 0, 7, 0, 3, 24, 0, 192, 0, 2),
    Uint8Array.of(0, 8, 0, 7, 0, 1, 23, 0, 192, 0, 3),
    Uint8Array.of(0, 8, 0, 6, 0, 1, 24, 0, 192, 0),
    Uint8Array.of(0, 10, 0, 4, 1, 2, 3, 4),
  ]) {
    const reply = ask(
      engineWith(),
      queryPacket('www.example.com', 1, { payload: 1232, options: bad }),
    );
    assert.equal(rcode(reply), 1);
  }
});

test('too large for UDP: TC and no answers; whole over TCP', () => {
  const members = Array.from({ length: 60 }, (_, index) =>
    member(`/Common/s:v${index}`, `10.0.0.${index}`),
  );
  const engine = engineWith(
    snapshot([pool('/Common/p', members, { maxAnswers: 60 })], [wideIp('www.example.com', [0])]),
  );
  const plain = ask(engine, queryPacket('www.example.com', 1));
  assert.deepEqual([plain?.flags, plain?.answers.length], [0x8700, 0]);
  const edns = ask(engine, queryPacket('www.example.com', 1, { payload: 4096 }));
  assert.equal(edns?.answers.length, 60, '60 × 16 bytes fit into 1232');
  assert.equal(ask(engine, queryPacket('www.example.com', 1), 'tcp')?.answers.length, 60);
  const small = ask(engine, queryPacket('www.example.com', 1, { payload: 100 }));
  assert.equal(small?.answers.length, 0, 'a payload under 512 counts as 512');
});

test('not answered: no header, and answers', () => {
  assert.equal(ask(engineWith(), Uint8Array.of(1, 2, 3)), undefined);
  assert.equal(ask(engineWith(), queryPacket('www.example.com', 1, { flags: 0x8100 })), undefined);
});

test('malformed: FORMERR', () => {
  const good = queryPacket('www.example.com', 1);
  const header = good.slice(0, 12);
  const two = Uint8Array.from(good);
  two[5] = 2;
  const trailing = Uint8Array.from([...good, 0]);
  for (const bad of [header, two, trailing, good.slice(0, 20)]) {
    const outcome = answerPacket(engineWith(), packetOf(bad));
    assert.ok(outcome.kind === 'reply');
    assert.equal((outcome.bytes[3] ?? 0) & 15, 1);
    assert.ok(decodeMessage(outcome.bytes), 'the reply itself is well-formed');
  }
  for (const type of [0, 41, 250]) {
    assert.equal(rcode(ask(engineWith(), queryPacket('www.example.com', type))), 1);
  }
});

test('other operations: NOTIFY and UPDATE refused, the rest not implemented', () => {
  const operation = (code: number): number =>
    rcode(ask(engineWith(), queryPacket('www.example.com', 1, { flags: code << 11 })));
  assert.deepEqual([1, 2, 4, 5, 15].map(operation), [4, 4, 5, 5, 4]);
  assert.equal(rcode(ask(engineWith(), queryPacket('www.example.com', 253))), 4);
});

test('classes other than IN, and zone transfers: REFUSED', () => {
  assert.equal(rcode(ask(engineWith(), queryPacket('version.bind', 16, { class: 3 }))), 5);
  assert.equal(rcode(ask(engineWith(), queryPacket('www.example.com', 1, { class: 255 }))), 5);
  assert.equal(rcode(ask(engineWith(), queryPacket('example.com', 252), 'tcp')), 5);
  assert.equal(rcode(ask(engineWith(), queryPacket('example.com', 251))), 5);
});

test('ANY gives one set of addresses (RFC 8482)', () => {
  const message = ask(engineWith(), queryPacket('www.example.com', 255));
  assert.deepEqual(
    message?.answers.map((answer) => answer.type),
    [1],
  );
});

test('drop-packet: no answer; failure-rcode: the code, with a SOA when it has a TTL', () => {
  const down = { ...nyc, available: false };
  const dropping = pool('/Common/p', [down], { fallback: 'drop-packet' });
  assert.equal(
    ask(
      engineWith(snapshot([dropping], [wideIp('www.example.com', [0])])),
      queryPacket('www.example.com', 1),
    ),
    undefined,
  );
  const giving = pool('/Common/p', [down], { fallback: 'none' });
  const failing = (ttlSeconds: number): Message | undefined =>
    ask(
      engineWith(
        snapshot([giving], [wideIp('www.example.com', [0], { failure: { code: 3, ttlSeconds } })]),
      ),
      queryPacket('www.example.com', 1),
    );
  assert.deepEqual([rcode(failing(0)), failing(0)?.authorities.length], [3, 0]);
  assert.deepEqual([rcode(failing(5)), failing(5)?.authorities[0]?.ttl], [3, 5]);
});

const namedSays = (
  code: number,
  more: Partial<Message> = {},
  question = { name: 'www.example.com', type: 28, class: 1 },
): Uint8Array =>
  encode({
    id: 1,
    flags: 0x8400 | code,
    questions: [question],
    answers: [],
    authorities: [],
    additionals: [],
    ...more,
  });

const soa = {
  name: 'example.com',
  type: 6,
  class: 1,
  ttl: 300,
  data: Uint8Array.from([
    ...nameData('ns1.example.com'),
    ...nameData('root.example.com'),
    ...Array.from({ length: 20 }, () => 1),
  ]),
};

test('the other type of a wide IP: NOERROR with the zone’s SOA, or one of our own outside every zone', () => {
  const engine = engineWith();
  const inZone = finish(
    engine,
    queryPacket('www.example.com', 28),
    namedSays(3, { authorities: [soa] }),
  );
  assert.deepEqual([rcode(inZone), inZone.authorities[0]?.name], [0, 'example.com']);
  const outside = finish(engine, queryPacket('www.example.com', 28), namedSays(5));
  assert.deepEqual([rcode(outside), outside.authorities[0]?.type], [0, 6]);
  assert.equal(outside.authorities[0]?.name, 'www.example.com');
  const noNamed = finish(engine, queryPacket('www.example.com', 28), 'no-zones');
  assert.deepEqual([rcode(noNamed), noNamed.authorities.length], [0, 1]);
});

test('no wide IP: NXDOMAIN passes with its SOA; outside every zone REFUSED with EDE 20; silence SERVFAIL', () => {
  const engine = engineWith();
  const question = { name: 'nix.example.com', type: 1, class: 1 };
  const query = queryPacket('nix.example.com', 1, { payload: 1232, id: 77 });
  const denied = finish(engine, query, namedSays(3, { authorities: [soa] }, question));
  assert.deepEqual([rcode(denied), denied.id, denied.authorities.length], [3, 77, 1]);
  const refused = finish(engine, query, namedSays(5, {}, question));
  assert.equal(rcode(refused), 5);
  assert.deepEqual(
    [...(refused.additionals[0]?.data.slice(0, 6) ?? [])].toSpliced(2, 2),
    [0, 15, 0, 20],
  );
  assert.equal(refused.flags & 0x0400, 0, 'not authoritative');
  assert.equal(
    rcode(finish(engine, query, namedSays(2, {}, question))),
    2,
    'a broken zone is not an unknown one',
  );
  assert.equal(rcode(finish(engine, query, 'no-answer')), 2);
  assert.equal(
    rcode(finish(engine, query, namedSays(0, {}, { ...question, name: 'other.example.com' }))),
    2,
  );
});

test('an alias in a static zone is followed to the wide IP', () => {
  const engine = engineWith();
  const alias = {
    name: 'shop.example.com',
    type: 5,
    class: 1,
    ttl: 60,
    data: nameData('WWW.example.com'),
  };
  const question = { name: 'shop.example.com', type: 1, class: 1 };
  const named = namedSays(3, { answers: [alias], authorities: [soa] }, question);
  const message = finish(engine, queryPacket('shop.example.com', 1), named);
  assert.equal(rcode(message), 0);
  assert.deepEqual(
    message.answers.map((answer) => answer.type),
    [5, 1],
  );
  assert.equal(message.answers[1]?.data.join('.'), '192.0.2.1');
  assert.equal(message.authorities.length, 0);
  const counts = engine.snapshot.wideIps[0]?.counters;
  assert.deepEqual([counts?.requests, counts?.resolutions, counts?.cnameResolutions], [1, 1, 1]);
  const loop = { ...alias, data: nameData('shop.example.com') };
  assert.equal(
    rcode(
      finish(
        engine,
        queryPacket('shop.example.com', 1),
        namedSays(2, { answers: [loop] }, question),
      ),
    ),
    2,
  );
});

test('all pools down with the default fallback: named decides; outside every zone it is refused, not denied', () => {
  const down = pool('/Common/p', [{ ...nyc, available: false }]);
  const engine = engineWith(snapshot([down], [wideIp('www.example.com', [0])]));
  const question = { name: 'www.example.com', type: 1, class: 1 };
  const query = queryPacket('www.example.com', 1, { payload: 1232 });
  assert.equal(rcode(finish(engine, query, namedSays(5, {}, question))), 5);
  assert.equal(rcode(finish(engine, query, namedSays(3, { authorities: [soa] }, question))), 0);
  const address = {
    name: 'www.example.com',
    type: 1,
    class: 1,
    ttl: 9,
    data: Uint8Array.of(10, 0, 0, 9),
  };
  assert.equal(
    finish(engine, query, namedSays(0, { answers: [address] }, question)).answers[0]?.ttl,
    9,
  );
  const counts = engine.snapshot.wideIps[0]?.counters;
  assert.deepEqual([counts?.requests, counts?.returnToDns, counts?.returnFromDns], [3, 3, 1]);
});

test('a name above a wide IP exists (RFC 8020): no data, whatever named says; a disabled wide IP is none', () => {
  const ips = [
    wideIp('www.gslb.example.com', [0]),
    wideIp('*.wild.example.com', [0]),
    wideIp('www.off.example.com', [0], { enabled: false }),
  ];
  const engine = engineWith(snapshot([pool('/Common/p', [nyc])], ips));
  const codeFor = (name: string): number => {
    const named = namedSays(3, { authorities: [soa] }, { name, type: 2, class: 1 });
    const message = finish(engine, queryPacket(name, 2), named);
    assert.equal(message.authorities.length, 1);
    return rcode(message);
  };
  assert.equal(codeFor('GSLB.example.com'), 0);
  assert.equal(codeFor('wild.example.com'), 0);
  assert.equal(codeFor('off.example.com'), 3);
  assert.equal(codeFor('slb.example.com'), 3);
});

test('names: aliases, mail servers, services, rules; followed where the answer is not minimal', () => {
  const leads = (name: string, type: GtmType, text: Record<string, string | number> = {}) => ({
    ...member(name, '192.0.2.9'),
    ...nameRecord(type, name, text),
    target: name,
  });
  const parts = snapshot(
    [
      pool('/Common/p', [nyc]),
      pool('/Common/alias', [leads('www.example.com', 'cname')], { type: 'cname', maxAnswers: 9 }),
      pool('/Common/mx', [leads('www.example.com', 'mx', { priority: 7 })], { type: 'mx' }),
      pool('/Common/srv', [leads('www.example.com', 'srv', { port: 443, weight: 2 })], {
        type: 'srv',
      }),
      pool('/Common/naptr', [leads('_sip.example.com', 'naptr', { flags: 's', service: 'SIP' })], {
        type: 'naptr',
      }),
    ],
    [
      wideIp('www.example.com', [0]),
      wideIp('alias.example.com', [1]),
      wideIp('whole.example.com', [1], { isMinimal: false }),
      wideIp('only.example.com', [1], { type: 'cname' }),
      wideIp('example.com', [2], { type: 'mx', isMinimal: false }),
      wideIp('_sip.example.com', [3], { type: 'srv' }),
      wideIp('tel.example.com', [4], { type: 'naptr' }),
    ],
  );
  const engine = engineWith(parts);
  const answers = (name: string, type: number): string[] =>
    (ask(engine, queryPacket(name, type))?.answers ?? []).map(
      (record) => `${record.name} ${record.type}`,
    );
  assert.deepEqual(answers('alias.example.com', 1), ['alias.example.com 5']);
  assert.deepEqual(answers('whole.example.com', 1), ['whole.example.com 5', 'www.example.com 1']);
  assert.deepEqual(answers('only.example.com', 5), ['only.example.com 5']);
  const mail = ask(engine, queryPacket('example.com', 15, { payload: 1232 }));
  assert.deepEqual(
    [mail?.answers[0]?.data.slice(0, 2), mail?.additionals.map(({ type }) => type)],
    [Uint8Array.of(0, 7), [1, 41]],
  );
  const service = ask(engine, queryPacket('_sip.example.com', 33))?.answers[0]?.data;
  assert.deepEqual([...(service?.slice(0, 6) ?? [])], [0, 10, 0, 2, 1, 187]);
  const rule = ask(engine, queryPacket('tel.example.com', 35))?.answers[0]?.data;
  const lead = [0, 10, 0, 0, 1, 0x73, 3, 0x53, 0x49, 0x50, 0];
  assert.deepEqual([...(rule ?? [])], [...lead, ...nameData('_sip.example.com')]);
});

test('why.NAME: the decision as TXT, for those who may ask', () => {
  const engine = engineWith();
  const question = queryPacket('why.www.example.com', 16);
  assert.equal(answerPacket(engine, packetOf(question)).kind, 'relay');
  engine.explainClients = [present(parsePrefix('198.51.100.0/24'), 'prefix')];
  const message = ask(engine, question, 'tcp');
  const text = String.fromCharCode(...(message?.answers[0]?.data ?? []));
  assert.match(text, /Wide IP \/Common\/www\.example\.com \(A\) matches by name/);
  assert.match(text, /Answer: 192\.0\.2\.1/);
  const stranger = { ...packetOf(question), client: '203.0.113.1' };
  assert.equal(answerPacket(engine, stranger).kind, 'relay');
});

test('the client’s network decides by topology, and comes back as the scope', () => {
  const records = [
    present(
      readTopologyRecord('ldns: subnet 203.0.113.0/24 server: subnet 192.0.2.2/32', 9),
      'record',
    ),
  ];
  const parts = {
    ...snapshot(
      [pool('/Common/p', [nyc, lon], { preferred: 'topology' })],
      [wideIp('www.example.com', [0], { prefersClientSubnet: true })],
    ),
    topology: { records, regions: [] },
  };
  const subnet = Uint8Array.of(0, 8, 0, 7, 0, 1, 24, 0, 203, 0, 113);
  const question = queryPacket('www.example.com', 1, { payload: 1232, options: subnet });
  const message = ask(engineWith(parts), question);
  assert.equal(message?.answers[0]?.data.join('.'), '192.0.2.2');
  assert.deepEqual(
    [...(message.additionals[0]?.data ?? [])],
    [0, 8, 0, 7, 0, 1, 24, 24, 203, 0, 113],
  );
});

test('a DNS profile says what becomes of questions that are no wide IP’s', () => {
  const outcome = (
    more: Partial<DnsProfile>,
    name = 'other.example.com',
    flags = 0,
  ): Message | string => {
    const packet = packetOf(queryPacket(name, 1, { flags }), 'udp', {
      ...defaultDnsProfile,
      ...more,
    });
    const found = answerPacket(engineWith(), packet);
    if (found.kind !== 'reply') return found.kind;
    return present(decodeMessage(found.bytes), 'message');
  };
  const codeOf = (found: Message | string): number | string =>
    typeof found === 'string' ? found : found.flags & 15;
  assert.equal(outcome({}), 'relay');
  assert.equal(outcome({ unhandled: 'drop' }), 'drop');
  assert.equal(codeOf(outcome({ unhandled: 'reject' })), 5);
  assert.equal(codeOf(outcome({ unhandled: 'noerror' })), 0);
  const hint = outcome({ unhandled: 'hint' });
  assert.ok(typeof hint !== 'string');
  assert.deepEqual([hint.authorities.length, hint.authorities[0]?.type], [13, 2]);
  assert.equal(codeOf(outcome({ unhandled: 'reject' }, 'www.example.com')), 0, 'a wide IP');
  assert.equal(
    codeOf(outcome({ unhandled: 'reject', answersWideIps: false }, 'www.example.com')),
    5,
  );
  const recursive = { unhandled: 'reject', takesRecursion: false } as const;
  assert.equal(codeOf(outcome(recursive, 'www.example.com', 0x0100)), 5);
  assert.equal(codeOf(outcome(recursive, 'www.example.com')), 0);
  const other = answerPacket(
    engineWith(),
    packetOf(queryPacket('www.example.com', 28), 'udp', {
      ...defaultDnsProfile,
      unhandled: 'reject',
    }),
  );
  assert.ok(other.kind === 'reply');
  const denial = present(decodeMessage(other.bytes), 'message');
  assert.deepEqual([denial.flags & 15, denial.authorities[0]?.type], [0, 6], 'the name exists');
});

test('cookies: 24 bytes back for 8 or 24; a cookie of ours frees from the response rate', () => {
  const engine = engineWith();
  engine.cookieSecret = Uint8Array.from({ length: 16 }, (_, index) => index);
  const withOption = (cookie: Uint8Array): Uint8Array => {
    const options = Uint8Array.of(0, 10, 0, cookie.length, ...cookie);
    return queryPacket('www.example.com', 1, { payload: 1232, options });
  };
  const client = Uint8Array.of(1, 2, 3, 4, 5, 6, 7, 8);
  const option = ask(engine, withOption(client))?.additionals[0]?.data;
  assert.deepEqual([...(option?.slice(0, 12) ?? [])], [0, 10, 0, 24, ...client]);
  const whole = present(option, 'option').slice(4);
  engine.rate.setLimit(2);
  const plain = queryPacket('www.example.com', 1);
  const kinds = Array.from({ length: 4 }, () => {
    const outcome = answerPacket(engine, packetOf(plain));
    return outcome.kind === 'reply' ? readUint16(outcome.bytes, 2) & 0x0200 : outcome.kind;
  });
  assert.deepEqual(kinds, [0, 0, 0x0200, 'drop']);
  const known = answerPacket(engine, packetOf(withOption(whole)));
  assert.ok(known.kind === 'reply' && (readUint16(known.bytes, 2) & 0x0200) === 0);
  assert.equal(ask(engine, plain, 'tcp')?.answers.length, 1, 'TCP is not limited');
  assert.equal(engine.tally.traffic.limited, 2);
  const other = { ...packetOf(plain), client: '203.0.113.9' };
  assert.equal(answerPacket(engine, other).kind, 'reply', 'another network');
});
