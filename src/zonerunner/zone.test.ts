import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { Properties } from '../catalogue/types.ts';
import { exampleView } from '../monitor/example-view.ts';
import { finishAtOnce } from '../base/slices.ts';
import { zoneRunnerCheck } from './check.ts';
import { parseName } from './name.ts';
import { planNamed } from './named-plan.ts';
import { dataBytes, parseData, printData, readData } from './rdata.ts';
import { renderZone } from './render.ts';
import { serialOf } from './serial.ts';
import { readZone, zoneComponent } from './zone.ts';
import { validateZone } from './validate.ts';

type Sets = Readonly<Record<string, readonly string[]>>;

const basic: Sets = {
  'example.com.:NS': ['ns1.example.com.'],
  'ns1.example.com.:A': ['198.18.0.53'],
};

function zoneObject(records: Sets, properties: Properties = {}): Properties {
  return {
    ...properties,
    records: Object.entries(records).map(([name, data]) => ({ name, data })),
  };
}

function problemsOf(records: Sets, properties: Properties = {}, name = 'example.com.'): string[] {
  const view = exampleView({ [zoneComponent]: { [name]: zoneObject(records, properties) } });
  const stored = view.stored(zoneComponent, name);
  const change = { component: zoneComponent, name, before: undefined, after: stored };
  return finishAtOnce(zoneRunnerCheck([change], view)).map((fault) => fault.message);
}

test('a good zone has no faults and is rendered whole, in canonical order', () => {
  const records: Sets = {
    ...basic,
    'example.com.:MX': ['10 mail.example.com.', '20 mx.example.net.'],
    'mail.example.com.:A': ['198.18.0.25'],
    'mail.example.com.:AAAA': ['2001:DB8::25'],
    'www.example.com.:CNAME': ['web.example.com.'],
    '_sip._tcp.example.com.:SRV': ['0 5 5060 mail.example.com.'],
    'example.com.:TXT': ['v=spf1 mx -all', '"a" "b\\"c"'],
    'example.com.:CAA': ['0 issue "ca.example.net"'],
    '*.example.com.:A': ['198.18.0.80'],
    '25.0.18.198.example.com.:PTR': ['mail.example.com.'],
    'sub.example.com.:NS': ['ns.sub.example.com.', 'ns.example.net.'],
    'ns.sub.example.com.:A': ['198.18.0.54'],
  };
  assert.deepEqual(problemsOf(records, { 'admin-email': 'dns.team@example.com' }), []);
  const view = exampleView({
    [zoneComponent]: {
      'example.com.': zoneObject(records, { 'admin-email': 'dns.team@example.com', ttl: 600 }),
    },
  });
  const [object] = view.list(zoneComponent);
  assert.ok(object);
  const version = { wall: Date.UTC(2026, 10, 21), counter: 0 };
  const { zone } = readZone({ ...object, stored: { ...object.stored, version } });
  assert.equal(
    renderZone(zone),
    [
      '; written by evenkeel from the configuration database; changes here are lost',
      '$ORIGIN example.com.',
      '$TTL 600',
      String.raw`example.com. 600 IN SOA ns1.example.com. dns\.team.example.com. 2173824000 10800 3600 604800 300`,
      '*.example.com. 600 IN A 198.18.0.80',
      '25.0.18.198.example.com. 600 IN PTR mail.example.com.',
      '_sip._tcp.example.com. 600 IN SRV 0 5 5060 mail.example.com.',
      'example.com. 600 IN CAA 0 issue "ca.example.net"',
      'example.com. 600 IN MX 10 mail.example.com.',
      'example.com. 600 IN MX 20 mx.example.net.',
      'example.com. 600 IN NS ns1.example.com.',
      String.raw`example.com. 600 IN TXT "a" "b\"c"`,
      'example.com. 600 IN TXT "v=spf1 mx -all"',
      'mail.example.com. 600 IN A 198.18.0.25',
      'mail.example.com. 600 IN AAAA 2001:db8::25',
      'ns.sub.example.com. 600 IN A 198.18.0.54',
      'ns1.example.com. 600 IN A 198.18.0.53',
      'sub.example.com. 600 IN NS ns.example.net.',
      'sub.example.com. 600 IN NS ns.sub.example.com.',
      'www.example.com. 600 IN CNAME web.example.com.',
      '',
    ].join('\n'),
  );
});

const bad: readonly [string, Sets, RegExp][] = [
  ['no NS at all', { 'www.example.com.:A': ['198.18.0.1'] }, /has no NS records at example\.com\./],
  ['a second SOA', { ...basic, 'example.com.:SOA': ['a b 1 2 3 4 5'] }, /one SOA record/],
  ['a CNAME at the apex', { ...basic, 'example.com.:CNAME': ['x.example.net.'] }, /top of a zone/],
  [
    'a CNAME beside other data',
    { ...basic, 'w.example.com.:CNAME': ['x.example.net.'], 'w.example.com.:A': ['198.18.0.1'] },
    /beside other data of w\.example\.com\. \(A\)/,
  ],
  [
    'two CNAMEs',
    { ...basic, 'w.example.com.:CNAME': ['a.example.net.', 'b.example.net.'] },
    /one target only/,
  ],
  [
    'a CNAME circle',
    {
      ...basic,
      'a.example.com.:CNAME': ['b.example.com.'],
      'b.example.com.:CNAME': ['a.example.com.'],
    },
    /circle: a\.example\.com\. → b\.example\.com\. → a\.example\.com\./,
  ],
  ['NS to nowhere', { 'example.com.:NS': ['ns9.example.com.'] }, /NS points to ns9.*no A or AAAA/],
  [
    'NS to a CNAME',
    { 'example.com.:NS': ['n.example.com.'], 'n.example.com.:CNAME': ['x.example.net.'] },
    /NS points to n\.example\.com\., which is a CNAME/,
  ],
  ['MX to nowhere', { ...basic, 'example.com.:MX': ['10 m.example.com.'] }, /MX points to m\.exa/],
  ['MX to an address', { ...basic, 'example.com.:MX': ['10 198.18.0.1'] }, /is an address/],
  ['an owner outside', { ...basic, 'www.example.net.:A': ['198.18.0.1'] }, /outside of the zone/],
  ['an owner without dot', { ...basic, 'www.example.com:A': ['198.18.0.1'] }, /write "www\.exa/],
  ['a target without dot', { ...basic, 'w.example.com.:CNAME': ['x.y'] }, /write "x\.y\."/],
  ['a name without type', { ...basic, 'www.example.com.': ['198.18.0.1'] }, /named OWNER:TYPE/],
  ['an unknown type', { ...basic, 'w.example.com.:FOO': ['1'] }, /"FOO" is not a record type/],
  ['a bad address', { ...basic, 'w.example.com.:A': ['198.18.0.999'] }, /not an IPv4 address/],
  ['no data', { ...basic, 'w.example.com.:A': [] }, /has no data/],
  ['data twice', { ...basic, 'w.example.com.:A': ['198.18.0.1', '198.18.0.1'] }, /there twice/],
  [
    'data below a delegation',
    {
      ...basic,
      'sub.example.com.:NS': ['ns.example.net.'],
      'www.sub.example.com.:A': ['198.18.0.1'],
    },
    /below the delegation of sub\.example\.com\./,
  ],
  [
    'a delegation without glue',
    { ...basic, 'sub.example.com.:NS': ['ns.sub.example.com.'] },
    /NS points to ns\.sub\.example\.com\./,
  ],
  ['a port out of range', { ...basic, 'w.example.com.:SRV': ['0 0 70000 .'] }, /not a port \(0/],
  ['a wildcard NS', { ...basic, '*.example.com.:NS': ['ns.example.net.'] }, /wildcard/],
];

for (const [name, records, expected] of bad) {
  test(`refused: ${name}`, () => {
    const messages = problemsOf(records);
    assert.equal(
      messages.some((message) => expected.test(message)),
      true,
      messages.join('\n') || 'no fault',
    );
  });
}

test('a zone has its dot, its view and no twin', () => {
  assert.match(problemsOf(basic, {}, 'example.com')[0] ?? '', /write "example\.com\."/);
  assert.match(problemsOf(basic, {}, 'inside:example.com.')[0] ?? '', /says view "inside"/);
  const view = exampleView({
    [zoneComponent]: {
      'example.com.': zoneObject(basic),
      'external:example.com.': zoneObject(basic),
    },
  });
  const name = 'external:example.com.';
  const after = view.stored(zoneComponent, name);
  const change = { component: zoneComponent, name, before: undefined, after };
  const faults = finishAtOnce(zoneRunnerCheck([change], view));
  assert.match(faults[0]?.message ?? '', /same zone of view "external" already/);
});

test('a wide IP is an address for mail, not for name servers', () => {
  const records: Sets = { ...basic, 'example.com.:MX': ['10 m.example.com.'] };
  const view = exampleView({ [zoneComponent]: { 'example.com.': zoneObject(records) } });
  const [object] = view.list(zoneComponent);
  assert.ok(object);
  const { zone } = readZone(object);
  assert.deepEqual(validateZone(zone, { isWideIp: (name) => name === 'm.example.com.' }), []);
});

test('null MX and "no service" SRV are allowed, TXT is cut by the format', () => {
  const long = 'é'.repeat(200);
  const records: Sets = { ...basic, 'example.com.:MX': ['0 .'], 'x.example.com.:TXT': [long] };
  assert.deepEqual(problemsOf(records), []);
  const result = parseData('TXT', long);
  assert.ok('data' in result);
  const [strings] = result.data.values;
  assert.ok(Array.isArray(strings));
  assert.deepEqual(
    strings.map((part) => part.length),
    [254, 146],
  );
});

test('serials follow commits, wrap within 32 bits', () => {
  const at = (wall: number): number => serialOf({ wall, counter: 0 });
  const now = Date.UTC(2026, 10, 21);
  assert.equal(at(now + 100) - at(now), 1);
  assert.ok(at(Date.UTC(2040, 0, 1)) < 2 ** 32);
});

test('what is printed is read as the same again', () => {
  const host = fc
    .array(fc.stringMatching(/^[a-z0-9]{1,10}$/), { minLength: 1, maxLength: 4 })
    .map((labels) => `${labels.join('.')}.x.`);
  const number = fc.nat(65_535);
  const texts: [string, fc.Arbitrary<string>][] = [
    ['A', fc.ipV4()],
    ['AAAA', fc.ipV6()],
    ['CNAME', host],
    ['MX', fc.tuple(number, host).map((parts) => parts.join(' '))],
    ['SRV', fc.tuple(number, number, number, host).map((parts) => parts.join(' '))],
    [
      'TXT',
      fc
        .string({ maxLength: 300, unit: 'grapheme' })
        .filter((text) => !text.trim().startsWith('"')),
    ],
  ];
  for (const [type, arbitrary] of texts) {
    fc.assert(
      fc.property(arbitrary, (text) => {
        const once = parseData(type, text);
        if (!('data' in once)) return;
        const printed = printData(once.data);
        const twice = parseData(type, printed);
        assert.ok('data' in twice);
        assert.equal(printData(twice.data), printed);
        assert.deepEqual(readData(type, dataBytes(once.data)), once);
      }),
      { numRuns: 50 },
    );
  }
});

test('names are checked as RFC 1035 says', () => {
  assert.deepEqual(parseName('WWW.Example.COM.'), { name: 'www.example.com.' });
  const wrong = [`${'a'.repeat(64)}.x.`, 'a..b.', '-a.b.', 'a b.c.', 'root@b.c.', '*.b.', 'a"b.'];
  for (const name of wrong) assert.ok('problem' in parseName(name), name);
});

test('a zone that another device let through is left out with its reason, the rest is served', () => {
  const view = exampleView({
    [zoneComponent]: { 'bad.test.': zoneObject({}), 'example.com.': zoneObject(basic) },
  });
  const plan = planNamed(view, {
    folder: '/x',
    port: 1,
    controlPort: 2,
    controlSecret: 'cw==',
    secretOf: () => 'dg==',
  });
  assert.deepEqual(
    plan.zones.map(({ file }) => file),
    ['zones/external/example.com.db'],
  );
  assert.match(plan.refused[0] ?? '', /^bad\.test\.: it has no NS/);
  assert.match(
    plan.conf,
    /zone "example\.com\." \{\s+type primary;\s+file "zones\/external\/example/,
  );
});
