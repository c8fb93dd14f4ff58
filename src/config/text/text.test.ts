import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { Component, Properties } from '../../catalogue/types.ts';
import { componentById, components } from '../../catalogue/index.ts';
import { asChanges } from './changes.ts';
import { exampleComponents, exampleContext, pool } from './example-components.ts';
import { changesToJson, toJson } from './json.ts';
import { fromJson } from './json-read.ts';
import { Lexer, quote } from './lexer.ts';
import { type ConfigContext, parseConfig } from './parse-config.ts';
import { parseBody } from './parse-body.ts';
import { printObject } from './print.ts';
import { valuesOf } from './test-values.ts';

function parsed(text: string, context: ConfigContext = exampleContext): Properties {
  const outcome = parseConfig(text, context);
  assert.ok(outcome.ok, JSON.stringify(outcome));
  const stanza = outcome.value[0];
  assert.equal(stanza?.kind, 'object');
  return stanza.properties;
}

function objectNameOf(component: Component): string {
  if (component.naming.kind === 'singleton') return '';
  return component.naming.kind === 'foldered' ? '/Common/x' : 'x';
}

const catalogueContext: ConfigContext = {
  folder: '/Common',
  components: [...components, ...exampleComponents],
  component: (id) => componentById(id) ?? exampleContext.component(id),
};

const configured = components.filter(({ stateOnly }) => stateOnly !== true);
for (const component of [...configured, ...exampleComponents.slice(1, 2)]) {
  test(`${component.id}: printed text parses back to the same values`, () => {
    fc.assert(
      fc.property(valuesOf(component.properties), (values) => {
        const given =
          component.id === 'ltm rule'
            ? { 'api-anonymous': values['api-anonymous'] ?? 'when X { }' }
            : values;
        for (const oneLine of component.id === 'ltm rule' ? [false] : [false, true]) {
          const text = printObject(component, objectNameOf(component), given, { oneLine });
          assert.deepEqual(parsed(text, catalogueContext), given, text);
        }
      }),
      { numRuns: 50 },
    );
  });

  test(`${component.id}: JSON reads back to the same values`, () => {
    fc.assert(
      fc.property(valuesOf(component.properties), (values) => {
        const json = changesToJson(component.properties, asChanges(values));
        const read = fromJson(component.properties, json, catalogueContext);
        assert.ok(read.ok, JSON.stringify(read));
        const back = Object.fromEntries(
          Object.entries(read.value).map(([name, change]) => [
            name,
            change.kind === 'set' ? change.value : change.kind === 'struct' ? values[name] : change,
          ]),
        );
        assert.deepEqual(back, values);
      }),
      { numRuns: 50 },
    );
  });
}

test('any text survives quoting', () => {
  fc.assert(
    fc.property(fc.string({ minLength: 1, unit: 'binary' }), (text) => {
      const token = new Lexer(quote(text), 'file').next();
      assert.equal(token.kind === 'word' ? token.text : '', text);
    }),
  );
});

test('the lexer never fails otherwise than by a syntax problem', () => {
  fc.assert(
    fc.property(fc.string({ maxLength: 60 }), (text) => {
      const outcome = parseConfig(`ltm pool a {${text}`, exampleContext);
      assert.ok(outcome.ok || outcome.faults.length > 0);
    }),
  );
});

test('a report goes through any text, stanza by stanza, to its end', () => {
  const words = [
    'ltm pool a {',
    '}',
    ' colour red ',
    '\n',
    ' members { b:80 { } }',
    '"',
    '{',
    '#x\n',
    'apm x y { z }',
  ];
  fc.assert(
    fc.property(fc.array(fc.constantFrom(...words), { maxLength: 30 }), (parts) => {
      const text = parts.join('');
      let unread = 0;
      const context = { ...exampleContext, onUnread: () => void (unread += 1) };
      const strict = parseConfig(text, exampleContext);
      const lenient = parseConfig(text, context);
      assert.ok(lenient.ok || !strict.ok, text);
      assert.ok(unread <= text.length);
      if (strict.ok) assert.deepEqual(lenient, strict);
    }),
    { numRuns: 500 },
  );
});

test('a pool prints as BIG-IP lays it out', () => {
  const values: Properties = {
    monitor: '/Common/http and /Common/tcp',
    members: [{ name: '/Common/10.0.0.1:80', address: '10.0.0.1' }, { name: '/Common/b:0' }],
    description: 'two words',
    availability: 'disabled',
  };
  assert.equal(
    printObject(pool, '/Common/web', values, { folder: '/Common' }),
    [
      'ltm pool web {',
      '    description "two words"',
      '    disabled',
      '    members {',
      '        10.0.0.1:80 {',
      '            address 10.0.0.1',
      '        }',
      '        b:0 { }',
      '    }',
      '    monitor http and tcp',
      '}',
    ].join('\n'),
  );
  assert.equal(
    printObject(pool, '/Common/web', { monitor: '/Common/http' }, { oneLine: true }),
    'ltm pool /Common/web { monitor /Common/http }',
  );
});

test('modifiers of a command become changes', () => {
  const lexer = new Lexer(
    'members add { 10.0.0.1:80 10.0.0.2:80 { ratio 3 } } vlans delete { v1 } disabled monitor none',
    'command',
  );
  assert.deepEqual(parseBody(lexer, pool.properties, exampleContext), {
    members: {
      kind: 'add',
      values: [{ name: '/Common/10.0.0.1:80' }, { name: '/Common/10.0.0.2:80', ratio: 3 }],
    },
    vlans: { kind: 'delete', names: ['/Common/v1'] },
    availability: { kind: 'set', value: 'disabled' },
    monitor: { kind: 'unset' },
  });
});

test('a monitor rule is read in all its forms', () => {
  for (const form of ['min 1 of { /Common/a b }', 'min 1 of  a b', 'min 1 of {a b}']) {
    const read = fromJson(pool.properties, { monitor: form }, exampleContext);
    assert.deepEqual(read.ok && read.value['monitor'], {
      kind: 'set',
      value: 'min 1 of { /Common/a /Common/b }',
    });
  }
});

test('members come as strings, objects, maps and references', () => {
  const wanted = [{ name: '/Common/10.0.0.1:80' }];
  for (const body of [
    { members: ['10.0.0.1:80'] },
    { members: [{ name: '10.0.0.1:80', partition: 'Common' }] },
    { members: { '/Common/10.0.0.1:80': {} } },
    { membersReference: { items: [{ name: '/Common/10.0.0.1:80' }] } },
    { members: '/Common/10.0.0.1:80' },
  ]) {
    const read = fromJson(pool.properties, body, exampleContext);
    assert.deepEqual(read.ok && read.value['members'], { kind: 'set', value: wanted });
  }
});

test('names of objects have lines of their own, plain values share one; fqdn has a name', () => {
  const virtual = componentById('ltm virtual');
  const node = componentById('ltm node');
  assert.ok(virtual !== undefined && node !== undefined);
  const text = printObject(virtual, '/Common/v', { rules: ['/Common/a', '/Common/b'] });
  assert.equal(
    text,
    'ltm virtual /Common/v {\n    rules {\n        /Common/a\n        /Common/b\n    }\n}',
  );
  const printed = printObject(node, '/Common/n', { fqdn: { 'tm-name': 'a.example.com' } });
  assert.match(printed, /fqdn \{\n {8}name a\.example\.com\n {4}\}/);
  assert.deepEqual(parsed(printed, catalogueContext), { fqdn: { 'tm-name': 'a.example.com' } });
});

test('flags, hyphens, echoes and unknown keys', () => {
  const read = fromJson(
    pool.properties,
    {
      kind: 'tm:ltm:pool:poolstate',
      selfLink: 'x',
      generation: 3,
      monitorReference: { link: 'x' },
      disabled: false,
      enabled: true,
      'load-balancing-mode': 'ratio-member',
      timeout: '12',
    },
    exampleContext,
  );
  assert.deepEqual(read.ok && read.value, {
    availability: { kind: 'set', value: 'enabled' },
    'load-balancing-mode': { kind: 'set', value: 'ratio-member' },
    timeout: { kind: 'set', value: 12 },
  });
  const wrong = fromJson(pool.properties, { colour: 'red', translation: 3 }, exampleContext);
  assert.deepEqual(wrong.ok ? [] : wrong.faults.map((fault) => fault.message), [
    '"colour" unknown property',
    'invalid property value "translation":3',
  ]);
});

test('JSON output: wire types, flags, nothing for sub-collections', () => {
  const json = toJson(
    pool.properties,
    {
      timeout: 30,
      'min-active-members': 1,
      availability: 'enabled',
      members: [{ name: '/Common/a:80' }],
    },
    { everyProperty: false, link: () => undefined },
  );
  assert.deepEqual(json, { timeout: '30', minActiveMembers: 1, enabled: true });
});

test('unknown components are kept as they were written, syntax errors name their line', () => {
  const outcome = parseConfig('apm thing /Common/x {\n  { a "b" }\n}\n', exampleContext);
  assert.deepEqual(outcome.ok && outcome.value, [
    { kind: 'unknown', header: 'apm thing /Common/x', body: '\n  { a "b" }\n', line: 1 },
  ]);
  const wrong = parseConfig(
    '#TMSH-VERSION: 16.1.0\n\nltm pool x {\n  colour red\n}',
    exampleContext,
  );
  const [fault] = wrong.ok ? [] : wrong.faults;
  assert.match(
    fault?.message ?? '',
    /^Syntax Error: "colour" unknown property at line 4\n {2}expected one of the following: .*timeout/,
  );
  const column = parseConfig('ltm pool x {\n  timeout\n}', exampleContext, '/config/bigip.conf');
  assert.deepEqual(column.ok ? [] : column.faults, [
    {
      status: 400,
      message:
        'Syntax Error:(/config/bigip.conf at line: 3 column: 1) "}" unexpected argument\n  ' +
        'expected a number from 0 to 65535, or indefinite',
    },
  ]);
});

test('a word that means "unset" elsewhere is a value where its type says so', () => {
  const self = 'net self x { address 10.0.0.1/24 vlan external allow-service default }';
  assert.deepEqual(parsed(self, catalogueContext)['allow-service'], ['default']);
});

test('a file with braces of its own comes back as it was', () => {
  const component = componentById('sys file ifile');
  assert.ok(component !== undefined);
  for (const content of ['{ "open": ', '}\nltm pool other {', 'a \\', 'in { order }']) {
    const text = printObject(component, '/Common/x', { content });
    assert.deepEqual(parsed(text, catalogueContext), { content }, text);
  }
});

test('places of a region stand side by side, with their blocks or without', () => {
  const text =
    'gtm region r { region-members { not subnet 10.0.0.0/8 state US/New York pool p { } isp x } }';
  assert.deepEqual(parsed(text, catalogueContext), {
    'region-members': [
      { name: 'not subnet 10.0.0.0/8' },
      { name: 'state US/New York' },
      { name: 'pool p' },
      { name: 'isp x' },
    ],
  });
});

test('names with values are a line each, or all in quotes', () => {
  const external = componentById('ltm monitor external');
  assert.ok(external !== undefined);
  const context = { folder: '/Common', components, component: componentById };
  const text =
    'ltm monitor external /Common/e {\n    user-defined PASSWORD "a b"\n    user-defined QUEUE web\n    run /x\n}\n';
  const outcome = parseConfig(text, context);
  assert.ok(outcome.ok);
  const [first] = outcome.value;
  assert.ok(first?.kind === 'object');
  assert.equal(first.properties['user-defined'], 'PASSWORD "a b" QUEUE web');
  const printed = printObject(external, first.name, first.properties, { folder: '/' });
  const again = parseConfig(printed, context);
  assert.ok(again.ok && again.value[0]?.kind === 'object');
  assert.deepEqual(again.value[0].properties, first.properties);
});

test('a comment may begin right behind a stanza', () => {
  const parsed = parseConfig('apm x /Common/a { }# of a\n#\nltm pool /Common/p { } # {\n', {
    ...catalogueContext,
    keepUnknown: true,
  });
  assert.ok(parsed.ok);
  assert.deepEqual(
    parsed.value.map((stanza) => (stanza.kind === 'unknown' ? stanza.header : stanza.name)),
    ['apm x /Common/a', '/Common/p'],
  );
});
