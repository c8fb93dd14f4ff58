import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { exampleView } from '../monitor/example-view.ts';
import { problemsOf } from './check.ts';
import { isError, parseZoneFile } from './file/parse.ts';
import { judge } from './import-config.ts';
import { zoneProperties } from './import.ts';
import { renderZone } from './render.ts';
import { type RuleName, rules, textOfProblem } from './rules.ts';
import { readZone, zoneComponent } from './zone.ts';

const time = { wall: Date.UTC(2026, 10, 21), counter: 0 };
const view = exampleView({
  'gtm wideip a': { '/Common/wide.example.com': {} },
  [zoneComponent]: { 'child.example.com.': { records: [] } },
});
const head =
  '$TTL 1h\n@ SOA ns1 root 1 3h 1h 1w 5m\n@ NS ns1\n@ NS ns2.example.net.\nns1 A 198.18.0.53\n';
const digest = '00'.repeat(32);

/** Rules that the text breaks, read as a file of example.com. and judged whole. */
function brokenBy(text: string): readonly RuleName[] {
  const parsed = parseZoneFile(text, 'example.com.');
  const properties = zoneProperties(parsed, time);
  const judged = judge('example.com.', properties, view);
  return [...parsed.problems, ...judged].map(({ rule }) => rule);
}

/** One line, or lines, behind a good zone; `whole` replaces it. */
const files: Readonly<Record<string, string | { readonly whole: string }>> = {
  'soa-field': { whole: '@ SOA ns1 root x 3h 1h 1w 5m\n@ NS ns.example.net.\n' },
  'soa-record': '@ SOA ns1 root 2 3h 1h 1w 5m',
  'record-type': 'a FOO 1',
  'record-data': 'a A 198.18.0.999',
  'owner-name': 'a..b A 198.18.0.1',
  'out-of-zone': 'www.example.net. A 198.18.0.1',
  'no-ns': { whole: '$TTL 1h\n@ SOA ns1 root 1 3h 1h 1w 5m\na A 198.18.0.1\n' },
  'cname-many': 'a CNAME x.example.net.\na CNAME y.example.net.',
  'cname-apex': '@ CNAME x.example.net.',
  'cname-beside': 'a CNAME x.example.net.\na A 198.18.0.1',
  'cname-loop': 'a CNAME b\nb CNAME a',
  'dname-many': 'a DNAME x.example.net.\na DNAME y.example.net.',
  'below-dname': 'a DNAME x.example.net.\nb.a A 198.18.0.1',
  'ns-wildcard': '*.a NS x.example.net.',
  'host-cname': '@ MX 1 m\nm CNAME x.example.net.',
  'host-missing': '@ MX 1 m',
  'glue-missing': 'sub NS ns.sub',
  'ns-below-dname': 'a DNAME x.example.net.\nb NS ns.a',
  'below-cut': 'sub NS x.example.net.\nwww.sub A 198.18.0.1',
  'ds-apex': `@ DS 1 13 2 ${digest}`,
  'ds-without-ns': `a DS 1 13 2 ${digest}`,
  'ds-digest': 'a TLSA 3 1 1 0102',
  'host-name': 'a_b A 198.18.0.1',
  'naptr-flags': 'a NAPTR 1 1 "!" "" "" x.example.net.',
  'naptr-regexp': 'a NAPTR 1 1 "u" "" "!a!b" .',
  'naptr-choice': 'a NAPTR 1 1 "u" "" "!a!b!" x.example.net.',
  'svcb-alias': 'a HTTPS 0 x.example.net. port=1',
  'file-syntax': 'a TXT "open',
  'file-directive': '$INCLUDE /etc/passwd',
  'cname-dangling': 'a CNAME nowhere',
  'wide-ip': 'wide A 198.18.0.1',
  'hidden-by-zone': 'a.child A 198.18.0.1',
  'missing-dot': 'a CNAME ns1.example.com',
  'ttl-zero': 'a 0 A 198.18.0.1',
  'ttl-long': 'a 2w A 198.18.0.1',
  'soa-times': { whole: '$TTL 1h\n@ SOA ns1 root 1 1h 3h 1h 5m\n@ NS ns.example.net.\n' },
  'one-ns': { whole: '$TTL 1h\n@ SOA ns1 root 1 3h 1h 1w 5m\n@ NS ns.example.net.\n' },
  'spf-without-txt': 'a SPF "v=spf1 -all"',
  'spf-many': 'a TXT "v=spf1 -all"\na TXT "v=spf1 mx"',
  'srv-owner': 'a SRV 1 1 1 ns1',
  'caa-tag': 'a CAA 0 isue "x"',
  'ptr-elsewhere': 'a PTR ns1',
  'ttl-mixed': 'a 60 A 198.18.0.1\na 120 A 198.18.0.2',
  'no-ttl': { whole: '@ SOA ns1 root 1 3h 1h 1w 5m\n@ NS ns.example.net.\n' },
  'soa-late': { whole: '$TTL 1h\n@ NS ns.example.net.\n@ SOA ns1 root 1 3h 1h 1w 5m\n' },
  'soa-mail': { whole: '$TTL 1h\n@ SOA ns1 root@x.net. 1 3h 1h 1w 5m\n@ NS ns.example.net.\n' },
  'dropped-signature': 'a RRSIG A 13 2 60 20300101000000 20200101000000 1 example.com. AAAA',
};

for (const [rule, written] of Object.entries(files)) {
  test(`a zone file that breaks the rule ${rule}`, () => {
    const text = typeof written === 'string' ? `${head}${written}\n` : written.whole;
    assert.ok((brokenBy(text) as readonly string[]).includes(rule), brokenBy(text).join(' '));
    const isAnother = (brokenBy(head) as readonly string[]).includes(rule);
    assert.equal(isAnother, false, 'the good zone does not break it');
  });
}

/** What only objects can do wrong. */
const objects: Readonly<Record<string, readonly [string, Record<string, unknown>]>> = {
  'zone-name': ['example.com', {}],
  'zone-kind': ['example.com.', { type: 'secondary' }],
  'record-name': ['example.com.', { records: [{ name: 'a.example.com.', data: ['x'] }] }],
  'no-data': ['example.com.', { records: [{ name: 'a.example.com.:A', data: [] }] }],
  'data-twice': ['example.com.', { records: [{ name: 'a.example.com.:TXT', data: ['a', '"a"'] }] }],
  'set-twice': [
    'example.com.',
    {
      records: [
        { name: 'a.example.com.:A', data: ['198.18.0.1'] },
        { name: 'A.example.com.:A', data: ['198.18.0.2'] },
      ],
    },
  ],
};

for (const [rule, [name, properties]] of Object.entries(objects)) {
  test(`a zone object that breaks the rule ${rule}`, () => {
    // Written as plain data above.
    const broken = judge(name, properties as never, view).map((problem) => problem.rule);
    assert.ok((broken as readonly string[]).includes(rule), broken.join(' '));
  });
}

test('every rule has its test, its meaning and its cure', () => {
  // A million records are too many for a unit test.
  const tested = new Set([...Object.keys(files), ...Object.keys(objects), 'file-size']);
  assert.deepEqual(
    Object.keys(rules).filter((rule) => !tested.has(rule)),
    [],
  );
  const text = textOfProblem({ rule: 'no-ns', message: 'it has none' });
  assert.equal(text, 'it has none (no-ns: add the record set ZONE:NS)');
});

const hostile = [
  '../../etc/passwd',
  'a;b',
  '$INCLUDE /etc/passwd',
  '"quoted"',
  'über',
  `${'a'.repeat(63)}.`.repeat(5),
  'a b',
  'a\nb',
  '{ evil; };',
  "a'$(id)`id`",
  '\0',
];

test('hostile names are names or nothing: never a path, a directive or a statement', () => {
  for (const name of hostile) {
    const records = [{ name: `${name}:A`, data: ['198.18.0.1'] }];
    assert.notEqual(judge('example.com.', { records }, view).length, 0, name);
    assert.notEqual(judge(`${name}.`, { records: [] }, view).length, 0, name);
    const target = [{ name: 'a.example.com.:CNAME', data: [name] }];
    assert.notEqual(judge('example.com.', { records: target }, view).length, 0, name);
    // As text it is harmless, whatever it is: one line, in quotes.
    const good = [
      { name: 'example.com.:NS', data: ['ns.example.net.'] },
      { name: 'a.example.com.:TXT', data: [name] },
    ];
    const object = exampleView({ [zoneComponent]: { 'example.com.': { records: good } } });
    assert.deepEqual(problemsOf(object, 'example.com.'), []);
    const [stored] = object.list(zoneComponent);
    assert.ok(stored);
    const rendered = renderZone(readZone(stored).zone).split('\n');
    assert.equal(rendered.length, 7);
    assert.match(
      rendered.at(-3) ?? '',
      /^a\.example\.com\. 3600 IN TXT "[\x20-\x7e]*"( "[\x20-\x7e]*")*$/,
    );
  }
});

test('mutated zone files are judged, whatever they are, and what is taken is read back the same', () => {
  const harmless = Object.entries(files).flatMap(([rule, file]) =>
    // Keys of `files` are rules, as the test below sees.
    rules[rule as RuleName].severity === 'warning' && typeof file === 'string' ? [file] : [],
  );
  const lines = [
    head,
    ...harmless,
    'n NAPTR 10 20 "u" "E2U+sip" "!^.*$!sip:i@example.com!" .',
    's HTTPS 1 . alpn="h2,h3" port=8443 ipv4hint=198.18.0.1',
    'l LOC 52 22 23.000 N 4 53 32.000 E -2.00m 1m 10000m 10m',
    'x TYPE65280 \\# 3 abcdef',
    't TXT "a" ( "b"\n "c" ) ; comment',
    '',
  ].join('\n');
  assert.deepEqual(parseZoneFile(lines, 'example.com.').problems.filter(isError), []);
  let taken = 0;
  const pieces = ['(', ')', '"', ';', '\\', '\n', '$', '.', '\t', '\\300', '@', '\0', 'IN', '{'];
  const edit = fc.tuple(fc.nat(lines.length), fc.nat(8), fc.constantFrom(...pieces));
  fc.assert(
    fc.property(fc.array(edit, { minLength: 1, maxLength: 6 }), (edits) => {
      let text = lines;
      for (const [at, gone, piece] of edits)
        text = text.slice(0, at) + piece + text.slice(at + gone);
      const parsed = parseZoneFile(text, 'example.com.');
      const properties = zoneProperties(parsed, time);
      judge('example.com.', properties, view);
      if (parsed.problems.some(isError)) return;
      const object = exampleView({ [zoneComponent]: { 'example.com.': properties } });
      const [stored] = object.list(zoneComponent);
      assert.ok(stored);
      taken += 1;
      const rendered = renderZone(readZone(stored).zone);
      const again = parseZoneFile(rendered, 'example.com.');
      assert.deepEqual(again.problems.filter(isError), []);
      const same = exampleView({
        [zoneComponent]: { 'example.com.': zoneProperties(again, time) },
      });
      const [second] = same.list(zoneComponent);
      assert.ok(second);
      assert.deepEqual(recordLines(renderZone(readZone(second).zone)), recordLines(rendered));
    }),
    { numRuns: process.env['EVENKEEL_TEST_LONG'] === undefined ? 300 : 20_000 },
  );
  assert.ok(taken > 0, 'some are still zones');
});

/** The serial goes on with each reading. */
function recordLines(text: string): readonly string[] {
  return text.split('\n').filter((line) => !line.includes(' SOA '));
}
