import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { exampleView } from '../monitor/example-view.ts';
import type { Properties } from '../catalogue/types.ts';
import { finishAtOnce } from '../base/slices.ts';
import { zoneRunnerCheck } from './check.ts';
import { parseNamedConf } from './file/named-conf.ts';
import { importConfig } from './import-config.ts';
import { planNamed } from './named-plan.ts';

const time = { wall: Date.UTC(2026, 10, 21), counter: 0 };
const secret = Buffer.from('a secret').toString('base64');
const conf = `options { directory "/etc/bind"; };
key "peer" { algorithm hmac-sha256; secret "${secret}"; };
acl friends { 192.0.2.0/24; 2001:db8::/32; };
/* two views */
view "inside" { match-clients { 10.0.0.0/8; friends; };
  zone "example.com" { type master; file "db.a"; allow-transfer { friends; key peer; }; allow-update { key peer; };
    also-notify port 5300 { 192.0.2.1 key peer; 192.0.2.2 port 5301; }; };
  zone "corp.test" IN { type forward; forward first; forwarders port 5353 { 10.0.0.53; 10.0.0.54; }; };
};
view "external" { match-clients { any; };
  zone "example.org" { type slave; masters { 192.0.2.53 port 5300 key peer; }; allow-notify { 192.0.2.54; }; };
  zone "stub.test" { type stub; primaries { 192.0.2.53; }; };
  include "more.conf";
};
`;
const files: Readonly<Record<string, string>> = {
  'db.a': '$TTL 60\n@ SOA ns root 5 3600 60 86400 60\n@ NS ns\nns A 198.18.6.53\n',
};
const fileOf = (path: string): string | undefined => files[path];

type Objects = Record<string, Record<string, Properties>>;

/** As the configuration would be after it. */
function taken(text: string, lookup = fileOf): Objects | { readonly problem: string } {
  const imported = importConfig(text, lookup, exampleView({}), time);
  if ('problem' in imported) return imported;
  const objects: Objects = {};
  for (const operation of imported.operations) {
    assert.ok(operation.kind === 'create');
    (objects[operation.component] ??= {})[operation.name] = operation.properties;
  }
  return objects;
}

const identity = {
  folder: '/named',
  port: 5300,
  controlPort: 5301,
  controlSecret: secret,
  secretOf: () => secret,
};

test('ports and keys of lists are taken along', () => {
  const objects = taken(conf);
  assert.ok(!('problem' in objects));
  const zones = objects['gtm zone-runner zone'] ?? {};
  assert.deepEqual(Object.keys(zones), [
    'inside:example.com.',
    'inside:corp.test.',
    'example.org.',
    'stub.test.',
  ]);
  const first = zones['inside:example.com.'];
  assert.deepEqual(first?.['also-notify'], ['192.0.2.1', '192.0.2.2']);
  assert.equal(first?.['notify-port'], 5300);
  assert.equal(first?.['notify-key'], 'peer');
  assert.deepEqual(first?.['update-keys'], ['peer']);
  assert.equal(zones['inside:corp.test.']?.['forwarder-port'], 5353);
  assert.equal(zones['example.org.']?.['primary-port'], 5300);
  const imported = importConfig(conf, fileOf, exampleView({}), time);
  assert.ok('report' in imported);
  assert.match(imported.report.join('\n'), /warned .*port 5301 of also-notify becomes 5300/);
});

test('files that include each other again and again come to an end', () => {
  const loop = 'include "loop";\n'.repeat(50);
  const imported = importConfig(loop, () => loop, exampleView({}), time);
  assert.ok('report' in imported);
  assert.match(imported.report.join('\n'), /too many/);
});

const pieces = [
  '{',
  '}',
  ';',
  '"',
  '\\',
  '\n',
  '/*',
  '//',
  '#',
  '\0',
  '../../etc/passwd',
  '$INCLUDE',
  "`id`'$(id)",
  'über',
  'a'.repeat(255),
  'type primary;',
  'include "db.a";',
  'zone "x" {',
  'key "evenkeel-control" { algorithm hmac-md5; secret ""; };',
  'port -1',
  '0.0.0.0/0',
] as const;

test('a mutated named.conf is read or refused, and nothing of it leaves its place', () => {
  let zones = 0;
  const edit = fc.tuple(fc.nat(conf.length), fc.nat(12), fc.constantFrom(...pieces));
  fc.assert(
    fc.property(fc.array(edit, { minLength: 1, maxLength: 5 }), (edits) => {
      let text = conf;
      for (const [at, gone, piece] of edits) {
        text = text.slice(0, at) + piece + text.slice(at + gone);
      }
      const objects = taken(text, (path) => (fc.hash(path) % 3 === 0 ? text : fileOf(path)));
      if ('problem' in objects) return;
      const view = exampleView(objects);
      // What it offers is what a commit takes.
      const changes = Object.entries(objects).flatMap(([component, byName]) =>
        Object.keys(byName).map((name) => {
          return { component, name, before: undefined, after: view.stored(component, name) };
        }),
      );
      assert.deepEqual(finishAtOnce(zoneRunnerCheck(changes, view)), []);
      const plan = planNamed(view, identity);
      assert.deepEqual(plan.refused, []);
      zones += plan.zones.length;
      for (const { file } of plan.zones) assert.match(file, /^zones\/[\w-]+\/[\w.%*-]+$/);
      const rendered = parseNamedConf(plan.conf);
      assert.ok('statements' in rendered);
      const words = rendered.statements.map((statement) => statement.words[0] ?? '');
      const known = ['controls', 'dnssec-policy', 'key', 'options', 'view'];
      assert.deepEqual(new Set(words), new Set(known));
      assert.equal(words.filter((word) => word === 'view').length, plan.views.length);
    }),
    { numRuns: process.env['EVENKEEL_TEST_LONG'] === undefined ? 300 : 20_000 },
  );
  assert.ok(zones > 0, 'some zones are taken');
});
