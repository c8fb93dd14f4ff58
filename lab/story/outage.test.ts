import assert from 'node:assert/strict';
import { test } from 'node:test';
import { longestOutage, overlaps, ownerSpans, readSign } from './outage.ts';

const probe = (start: number, ok = true) => ({ start, end: start + 1, by: 'web', ok });

test('an outage lasts from one answered request to the next', () => {
  const probes = [0, 4, 8, 108, 112].map((start) => probe(start));
  assert.equal(longestOutage(probes, 0, 4), 96);
});

test('failed requests and late answers do not shorten an outage', () => {
  const probes = [probe(0), probe(4, false), probe(50, false), probe(100), probe(104)];
  assert.equal(longestOutage(probes, 0, 4), 96);
});

test('nothing before the fault counts; none answered is all the time', () => {
  assert.equal(longestOutage([probe(0), probe(1000), probe(1004)], 1000, 4), 0);
  assert.equal(longestOutage([probe(1000), probe(1300)], 1000, 4), 296);
});

const a = '02:18:00:6e:00:0b';
const b = '02:18:00:6e:00:0c';

test('two owners at once show as alternating spans', () => {
  const sign = (at: number, mac: string) => ({ at, mac, kind: 'arp' as const });
  const apart = ownerSpans([sign(1, a), sign(2, a), sign(5, b), sign(6, b)]);
  assert.deepEqual(
    apart.map((span) => span.mac),
    [a, b],
  );
  const together = ownerSpans([sign(1, a), sign(2, b), sign(3, a), sign(4, b)]);
  assert.equal(together.length, 4);
});

const vip = ['198.18.110.80', 'fd00:198:18:110::80'];
const signs: readonly (readonly [string, string | undefined])[] = [
  [
    `1700000000.500000 ${a} > ff:ff:ff:ff:ff:ff, ethertype ARP (0x0806), length 42: Reply 198.18.110.80 is-at ${a}, length 28`,
    'arp',
  ],
  [
    `1700000000.500000 ${a} > ff:ff:ff:ff:ff:ff, ethertype ARP (0x0806), length 42: Request who-has 198.18.110.80 tell 198.18.110.80, length 28`,
    'arp',
  ],
  [
    `1700000000.500000 ${a} > ff:ff:ff:ff:ff:ff, ethertype ARP (0x0806), length 42: Request who-has 198.18.110.80 (ff:ff:ff:ff:ff:ff) tell 198.18.110.80, length 28`,
    'arp',
  ],
  [
    `1700000000.500000 ${a} > ff:ff:ff:ff:ff:ff, ethertype ARP (0x0806), length 42: Request who-has 198.18.110.80 tell 198.18.110.1, length 28`,
    undefined,
  ],
  [
    `1700000000.500000 ${a} > 33:33:00:00:00:01, ethertype IPv6 (0x86dd), length 86: fd00:198:18:110::80 > ff02::1: ICMP6, neighbor advertisement, tgt is fd00:198:18:110::80, length 32`,
    'neighbour',
  ],
  [
    `1700000000.500000 ${a} > 02:18:00:6e:00:01, ethertype IPv4 (0x0800), length 74: 198.18.110.80.80 > 198.18.100.10.40000: Flags [S.], seq 1, ack 2, win 65160, length 0`,
    'syn-ack',
  ],
  [
    `1700000000.500000 ${a} > 02:18:00:6e:00:01, ethertype IPv6 (0x86dd), length 94: fd00:198:18:110::80.80 > fd00:198:18:100::10.40000: Flags [S.], seq 1, ack 2, win 64260, length 0`,
    'syn-ack',
  ],
  [
    `1700000000.500000 ${a} > 02:18:00:6e:00:01, ethertype IPv4 (0x0800), length 74: 198.18.110.11.80 > 198.18.100.10.40000: Flags [S.], seq 1, ack 2, win 65160, length 0`,
    undefined,
  ],
];

test('reads the signs of an owner from a capture', () => {
  for (const [line, kind] of signs) assert.equal(readSign(line, vip)?.kind, kind, line);
  assert.equal(readSign(signs[0]?.[0] ?? '', vip)?.at, 1_700_000_000_500);
  assert.equal(readSign(signs[0]?.[0] ?? '', vip)?.mac, a);
});

test('a turn inside another is an overlap; late frames and moves are none', () => {
  const span = (mac: string, first: number, last: number, count = 50) => ({
    mac,
    first,
    last,
    signs: count,
  });
  const moved = [span(a, 0, 900), span(b, 1000, 1900), span(a, 2000, 2900)];
  assert.deepEqual(overlaps(moved), []);
  const late = [span(a, 0, 1000), span(b, 1001, 1002), span(a, 1010, 1011, 2), span(b, 1012, 2000)];
  assert.deepEqual(overlaps(late), []);
  const both = [
    span(a, 0, 1000),
    span(b, 1001, 1020, 4),
    span(a, 1021, 1060, 9),
    span(b, 1061, 2000),
  ];
  assert.equal(overlaps(both).length, 2);
});
