import assert from 'node:assert/strict';
import { test } from 'node:test';
import dnsPacket from 'dns-packet';
import fc from 'fast-check';
import { decodeMessage, encodeMessage, type Message } from '../../base/dns/message.ts';
import { nameLabels, readName } from '../../base/dns/name.ts';
import { parseQuery } from './query.ts';

const label = fc.stringMatching(/^[a-zA-Z0-9_-]{1,20}$/);
const name = fc.array(label, { minLength: 0, maxLength: 5 }).map((labels) => labels.join('.'));
const rawName = (text: string): Uint8Array =>
  Uint8Array.from([...(nameLabels(text) ?? []).flatMap((part) => [part.length, ...part]), 0]);

const record = fc.oneof(
  fc.record({
    name,
    type: fc.constant(1),
    class: fc.constant(1),
    ttl: fc.nat(),
    data: fc.uint8Array({ minLength: 4, maxLength: 4 }),
  }),
  fc.record({
    name,
    type: fc.constantFrom(2, 5, 12, 39),
    class: fc.constant(1),
    ttl: fc.nat(),
    data: name.map(rawName),
  }),
  fc.record({
    name,
    type: fc.constant(15),
    class: fc.constant(1),
    ttl: fc.nat(),
    data: name.map((text) => Uint8Array.from([0, 10, ...rawName(text)])),
  }),
  // A type that nobody knows: carried as it is (RFC 3597).
  fc.record({
    name,
    type: fc.constant(65_280),
    class: fc.constant(1),
    ttl: fc.nat(0xffffffff),
    data: fc.uint8Array({ maxLength: 40 }),
  }),
);

const message: fc.Arbitrary<Message> = fc.record({
  id: fc.nat(65_535),
  flags: fc.nat(65_535),
  questions: fc.array(fc.record({ name, type: fc.nat(65_535), class: fc.nat(65_535) }), {
    maxLength: 2,
  }),
  answers: fc.array(record, { maxLength: 4 }),
  authorities: fc.array(record, { maxLength: 2 }),
  additionals: fc.array(record, { maxLength: 2 }),
});

const foldNames = (value: unknown): string =>
  JSON.stringify(value, (_key, part: unknown) =>
    part instanceof Uint8Array
      ? String.fromCharCode(...part).toLowerCase()
      : typeof part === 'string'
        ? part.toLowerCase()
        : part,
  );

test('any message survives encoding and decoding, case of compressed names aside', () => {
  fc.assert(
    fc.property(message, (original) => {
      assert.equal(foldNames(decodeMessage(encodeMessage(original))), foldNames(original));
    }),
  );
});

test('random bytes are refused or decoded, never worse, and what is decoded can be encoded', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 120 }), (bytes) => {
      const decoded = decodeMessage(bytes);
      if (decoded !== undefined) assert.ok(encodeMessage(decoded).length >= 12);
      parseQuery(bytes);
    }),
    { numRuns: 2_000 },
  );
});

test('every damaged byte of a real message is survived', () => {
  const whole = encodeMessage({
    id: 7,
    flags: 0x0100,
    questions: [{ name: 'www.example.com', type: 1, class: 1 }],
    answers: [
      { name: 'www.example.com', type: 5, class: 1, ttl: 30, data: rawName('a.example.com') },
    ],
    authorities: [],
    additionals: [{ name: '', type: 41, class: 4096, ttl: 0, data: new Uint8Array(0) }],
  });
  fc.assert(
    fc.property(
      fc.nat(whole.length - 1),
      fc.nat(255),
      fc.nat(whole.length),
      (at, value, length) => {
        const bytes = whole.slice(0, length);
        if (at < bytes.length) bytes[at] = value;
        decodeMessage(bytes);
        parseQuery(bytes);
      },
    ),
    { numRuns: 2_000 },
  );
});

test('dns-packet reads what we write', () => {
  const bytes = encodeMessage({
    id: 4711,
    flags: 0x8400,
    questions: [{ name: 'www.Example.com', type: 1, class: 1 }],
    answers: [
      { name: 'www.example.com', type: 5, class: 1, ttl: 60, data: rawName('web.example.com') },
      { name: 'web.example.com', type: 1, class: 1, ttl: 30, data: Uint8Array.of(192, 0, 2, 1) },
    ],
    authorities: [
      { name: 'example.com', type: 2, class: 1, ttl: 60, data: rawName('ns1.example.com') },
    ],
    additionals: [],
  });
  const read = dnsPacket.decode(Buffer.from(bytes));
  assert.deepEqual(
    read.answers?.map((answer) => [answer.name, answer.type, 'data' in answer && answer.data]),
    [
      ['www.Example.com', 'CNAME', 'web.Example.com'],
      ['web.Example.com', 'A', '192.0.2.1'],
    ],
  );
  assert.equal(read.authorities?.[0]?.type, 'NS');
  // Compressed: names are not written twice.
  assert.equal(
    bytes.indexOf(1, 12) > 0 && Buffer.from(bytes).toString('latin1').split('xample').length,
    2,
  );
});

test('we read what dns-packet writes', () => {
  fc.assert(
    fc.property(
      fc.array(label, { minLength: 1, maxLength: 4 }).map((labels) => labels.join('.')),
      fc.ipV4(),
      fc.ipV6(),
      fc.nat(0x7fffffff),
      (host, ipv4, ipv6, ttl) => {
        const bytes = dnsPacket.encode({
          type: 'response',
          id: 99,
          questions: [{ type: 'A', name: host }],
          answers: [
            { type: 'A', name: host, ttl, data: ipv4 },
            { type: 'AAAA', name: host, ttl, data: ipv6 },
            { type: 'SRV', name: host, ttl, data: { port: 53, target: host } },
            { type: 'TXT', name: host, ttl, data: ['one', 'two'] },
          ],
        });
        const decoded = decodeMessage(Uint8Array.from(bytes));
        assert.deepEqual(
          decoded?.answers.map((answer) => [answer.name, answer.type, answer.ttl]),
          [1, 28, 33, 16].map((type) => [host, type, ttl]),
        );
        assert.equal(decoded?.answers[0]?.data.join('.'), ipv4);
      },
    ),
  );
});

test('names: escapes, limits, loops', () => {
  const dotted = readName(Uint8Array.of(3, 0x61, 0x2e, 0x5c, 2, 0xff, 0x20, 0), 0);
  assert.deepEqual(dotted, { text: 'a\\.\\\\.\\255\\032', next: 8 });
  assert.deepEqual(
    nameLabels('a\\.\\\\.\\255\\032')?.map((part) => [...part]),
    [
      [0x61, 0x2e, 0x5c],
      [0xff, 0x20],
    ],
  );
  assert.equal(nameLabels('a..b'), undefined);
  assert.equal(nameLabels(`${'x'.repeat(64)}.b`), undefined);
  assert.equal(nameLabels(Array.from({ length: 128 }, () => 'x').join('.')), undefined);
  assert.equal(readName(Uint8Array.of(0xc0, 0), 0), undefined);
  assert.deepEqual(readName(Uint8Array.of(1, 0x61, 0, 0xc0, 0), 3), { text: 'a', next: 5 });
  assert.equal(readName(Uint8Array.of(1, 0x61, 0xc0, 0), 2), undefined);
  assert.equal(readName(Uint8Array.of(1, 0x61, 0xc0, 2), 2), undefined);
});
