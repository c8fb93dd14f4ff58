/** Every component: created with a sample of every property, read back equal; random values too. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { present } from '../../base/assert.ts';
import { components } from '../../catalogue/index.ts';
import type {
  Component,
  Properties,
  Property,
  PropertyType,
  Value,
} from '../../catalogue/types.ts';
import type { Operation } from '../types.ts';
import { TestWorld, create, modify } from './test-world.ts';

/** What samples refer to. */
const world: readonly Operation[] = [
  create('net vlan', 'sample', { interfaces: ['1.1'] }),
  create('net self', 'sample-network', { address: '192.0.2.200/24', vlan: 'sample' }),
  create('cm device', 'sample'),
  create('ltm pool', 'sample-pool', { members: ['192.0.2.99:80'] }),
  create('ltm snatpool', 'sample', { members: ['192.0.2.98'] }),
  create('sys file ssl-cert', 'sample.crt', { content: 'certificate' }),
  create('sys file ssl-key', 'sample.key', { content: 'key' }),
  create('gtm datacenter', 'sample'),
  create('gtm server', 'sample', {
    datacenter: 'sample',
    devices: [{ name: 'd', addresses: ['192.0.2.97'] }],
    'virtual-servers': [
      { name: 'four', destination: '192.0.2.96:80' },
      { name: 'six', destination: '2001:db8::96.80' },
    ],
  }),
  create('gtm pool a', 'sample'),
  create('gtm pool aaaa', 'sample'),
  create('sys file data-group', 'sample', { content: 'a := b' }),
  create('sys file ifile', 'sample', { content: 'a' }),
  create('sys icall script', 'sample'),
  create('sys log-config destination remote-high-speed-log', 'sample', {
    'pool-name': 'sample-pool',
  }),
];

const referenceSamples: Readonly<Record<string, string>> = {
  'net vlan': '/Common/sample',
  'net interface': '1.1',
  'net route-domain': '/Common/0',
  'cm device': '/Common/sample',
  'cm device-group': '/Common/device_trust_group',
  'cm traffic-group': '/Common/traffic-group-1',
  'ltm pool': '/Common/sample-pool',
  'ltm snatpool': '/Common/sample',
  'ltm profile tcp': '/Common/tcp',
  'ltm persistence cookie': '/Common/cookie',
  'ltm monitor http': '/Common/http',
  'gtm monitor bigip': '/Common/bigip',
  'gtm datacenter': '/Common/sample',
  'gtm pool a': '/Common/sample',
  'gtm pool aaaa': '/Common/sample',
  'sys file ssl-cert': '/Common/sample.crt',
  'sys file ssl-key': '/Common/sample.key',
  'sys file data-group': '/Common/sample',
  'sys file ifile': '/Common/sample',
  'sys icall script': '/Common/sample',
  'sys log-config destination remote-high-speed-log': '/Common/sample',
};

const checkedTexts: Readonly<Record<string, string>> = {
  'allow-service': 'tcp:443',
  'bits-per-second': '10000000',
  mac: '02:01:23:45:67:89',
  hostname: 'sample.example.com',
  'wide-ip': 'alias.example.com',
  'foldered-address': '/Common/192.0.2.55',
  'typed-pool': 'a /Common/sample',
  address: '192.0.2.56',
  'pool-member': '/Common/192.0.2.57:80',
  'gtm-pool-member': '/Common/sample:four',
  'partition-or-all': 'Common',
  place: 'not country DE',
};

/** Where checks across properties decide, the sample is chosen by hand; undefined leaves it out. */
const chosen: Readonly<Record<string, Readonly<Record<string, Value | undefined>>>> = {
  'ltm virtual': {
    mask: '255.255.255.255',
    source: '10.0.0.0/8',
    'ip-protocol': 'tcp',
    profiles: [
      { name: '/Common/http', context: 'all' },
      { name: '/Common/tcp', context: 'all' },
    ],
    'source-address-translation': { type: 'snat', pool: '/Common/sample' },
  },
  'ltm policy': { status: 'draft' },
  'sys syslog': {
    'remote-servers': [
      {
        name: '/Common/sample',
        host: '192.0.2.58',
        'local-ip': '192.0.2.59',
        'remote-port': 1514,
        description: 'sample',
      },
    ],
  },
  'ltm pool': { members: [{ name: '/Common/192.0.2.57:80', address: '192.0.2.57', ratio: 3 }] },
  'net route': { interface: undefined, pool: undefined, blackhole: undefined },
  'gtm pool aaaa': {
    members: [{ name: '/Common/sample:six', 'member-order': 0, ratio: 7 }],
  },
  'gtm pool a': { members: [{ name: '/Common/sample:four', 'member-order': 0, ratio: 7 }] },
  'gtm pool cname': { members: [{ name: 'sample', 'member-order': 0 }] },
  'gtm pool mx': { members: [{ name: 'sample', 'member-order': 0 }] },
  'gtm pool naptr': { members: [{ name: 'sample', 'member-order': 0 }] },
  'gtm pool srv': { members: [{ name: 'sample', 'member-order': 0 }] },
  'gtm wideip a': { pools: [{ name: '/Common/sample', order: 0, ratio: 2 }] },
  'gtm wideip aaaa': {
    pools: [{ name: '/Common/sample', order: 0, ratio: 2 }],
    'last-resort-pool': 'aaaa /Common/sample',
  },
  'gtm server': {
    devices: [{ name: 'd', addresses: [{ name: '192.0.2.11', translation: '198.51.100.1' }] }],
  },
  'ltm data-group internal': { type: 'ip', records: [{ name: '10.0.0.0/8', data: 'ten' }] },
  'cm traffic-group': { 'unit-id': 9 },
  'cm device-group': {
    type: 'sync-failover',
    witness: undefined,
    'arbiter-endpoints': ['https://192.0.2.61:2379'],
  },
};

function sampleOf(component: Component, property: Property): Value | undefined {
  const own = chosen[component.id];
  if (own !== undefined && property.name in own) return own[property.name];
  if (property.name === 'defaults-from') return component.stock?.[0]?.name;
  return sample(property.type);
}

function isWritable(property: Property): boolean {
  return (
    property.access !== 'read-only' &&
    property.access !== 'write-only' &&
    property.runtime !== true &&
    property.derived !== true &&
    // Another form of `devices`, into which it is turned.
    property.name !== 'addresses'
  );
}

function sample(type: PropertyType): Value | undefined {
  switch (type.kind) {
    case 'string':
      return type.check === undefined ? 'a "text" with {braces}' : checkedTexts[type.check];
    case 'blob':
      return 'line one\n  line two { }\n';
    case 'integer':
      return Math.min(type.maximum, type.minimum + 1);
    case 'enum':
      return type.values.findLast((entry) => entry.echo !== true)?.value;
    case 'flags':
      return type.flags.at(-1)?.flag;
    case 'address':
      return '192.0.2.10';
    case 'prefix':
      return '192.0.2.10/24';
    case 'endpoint':
      return type.folder ? '/Common/192.0.2.10:8080' : '192.0.2.10:8080';
    case 'port':
      return 8081;
    case 'reference':
      return referenceSamples[type.to[0] ?? ''];
    case 'monitor-rule': {
      const monitor = referenceSamples[type.to[0] ?? ''];
      const rule = type.to[0] === 'ltm monitor icmp' ? '/Common/icmp' : monitor;
      return rule ?? (type.to.includes('ltm monitor http') ? '/Common/http' : undefined);
    }
    case 'list': {
      const entry = sample(type.of);
      return entry === undefined ? undefined : [entry];
    }
    case 'struct': {
      const block = sampleBlock(type.properties);
      return Object.keys(block).length === 0 ? undefined : block;
    }
    case 'items': {
      const target = type.nameReference?.to[0];
      const name = target === undefined ? undefined : referenceSamples[target];
      const checked = type.nameCheck === undefined ? 'sample' : checkedTexts[type.nameCheck];
      if (target !== undefined && name === undefined) return undefined;
      return [{ name: name ?? checked ?? 'sample', ...sampleBlock(type.properties) }];
    }
  }
}

function sampleBlock(properties: readonly Property[]): Properties {
  const entries = properties
    .filter(isWritable)
    .map((property) => [property.name, sample(property.type)] as const)
    .filter((entry) => entry[1] !== undefined);
  return Object.fromEntries(entries) as Properties;
}

function samplesOf(component: Component): Properties {
  const entries = component.properties
    .filter(isWritable)
    .map((property) => [property.name, sampleOf(component, property)] as const)
    .filter((entry) => entry[1] !== undefined);
  return Object.fromEntries(entries) as Properties;
}

const names: Readonly<Record<string, string>> = {
  'sys folder': '/Sample',
  'auth partition': 'Sample',
  'auth user': 'sampleuser',
  'ltm node': '/Common/192.0.2.10',
  'ltm policy': '/Common/Drafts/sample-one',
  'gtm topology': 'ldns: country DE server: datacenter /Common/sample',
  'sys management-ip': '192.0.2.10/24',
  'ltm virtual-address': '/Common/192.0.2.10',
  'gtm wideip a': '/Common/sample.example.com',
  'gtm wideip aaaa': '/Common/sample.example.com',
};

const configured = components.filter(
  ({ stateOnly, absent, properties }) =>
    stateOnly !== true && absent === undefined && properties.length > 0,
);

/** The operation that gives an object of the component these properties. */
function writing(
  component: Component,
  properties: Properties,
): { operation: Operation; name: string } {
  const isFixed = component.fixed === true || component.naming.kind === 'singleton';
  if (isFixed) {
    const name = component.naming.kind === 'singleton' ? '' : (component.stock?.[0]?.name ?? '');
    return { operation: modify(component.id, name, properties), name };
  }
  const plain = component.naming.kind === 'plain' ? 'sample-one' : '/Common/sample-one';
  const name = names[component.id] ?? plain;
  return { operation: create(component.id, name, properties), name };
}

for (const component of configured) {
  test(`${component.id}: what is set is what is read`, () => {
    const made = new TestWorld();
    made.do(...world);
    const properties = samplesOf(component);
    const sampled = component.id === 'sys db' ? { value: '2' } : properties;
    const { operation, name } = writing(component, sampled);
    made.do(operation);
    const stored = made.view.stored(component.id, name);
    const read = made.view.get(component.id, name)?.properties;
    for (const [key, value] of Object.entries(sampled)) {
      assert.deepEqual(contained(stored?.properties[key], value), value, `stored ${key}`);
      assert.deepEqual(contained(read?.[key], value), value, `read ${key}`);
    }
  });

  test(`${component.id}: what is read can be written back and changes nothing`, () => {
    const made = new TestWorld();
    made.do(...world);
    const sampled = component.id === 'sys db' ? { value: '2' } : samplesOf(component);
    const { operation, name } = writing(component, sampled);
    made.do(operation);
    const stored = made.view.stored(component.id, name)?.properties ?? {};
    assert.deepEqual(made.do({ ...modify(component.id, name, stored) }), []);
    assert.deepEqual(
      made.do({ kind: 'replace', component: component.id, name, properties: stored }),
      [],
    );
  });
}

/** Of what was read, the part that was set: defaults and system values aside. */
function contained(read: Value | undefined, set: Value): Value | undefined {
  if (Array.isArray(read) && Array.isArray(set)) {
    return read.map((entry, index) => contained(entry as Value, set[index] as Value) ?? '');
  }
  const isBlock = (value: unknown): value is Properties =>
    typeof value === 'object' && value !== null && !Array.isArray(value);
  if (!isBlock(read) || !isBlock(set)) return read;
  const entries = Object.keys(set).map(
    (key) => [key, contained(read[key], set[key] ?? '')] as const,
  );
  return Object.fromEntries(entries.filter((entry) => entry[1] !== undefined)) as Properties;
}

const scalar = fc.oneof(
  fc.string(),
  fc.integer(),
  fc.boolean(),
  fc.constantFrom(
    'none',
    '',
    'any',
    '*',
    '*:*',
    '10.0.0.1',
    '10.0.0.1:80',
    '::1',
    '::/0',
    'default',
  ),
  fc.constantFrom(
    'enabled',
    'disabled',
    'yes',
    'http',
    '/Common/http',
    '/Common/tcp',
    'indefinite',
  ),
);
const anything: fc.Arbitrary<Value> = fc.oneof(
  scalar,
  fc.array(scalar, { maxLength: 4 }),
  fc.dictionary(fc.constantFrom('name', 'ip', 'type', 'address', 'ratio'), scalar),
  fc.array(fc.dictionary(fc.constantFrom('name', 'ip', 'port', 'monitor', 'order'), scalar), {
    maxLength: 3,
  }),
);

test('any input is refused with a reason or stored in a form that stays as it is', () => {
  const writable = new Map(
    configured.flatMap((component) =>
      component.properties
        .filter(isWritable)
        .map((property) => [`${component.id}: ${property.name}`, { component, property }] as const),
    ),
  );
  const base = new TestWorld();
  base.do(...world);
  fc.assert(
    fc.property(fc.constantFrom(...writable.keys()), anything, (key, value) => {
      const { component, property } = present(writable.get(key), key);
      const made = new TestWorld();
      made.view = base.view;
      const { operation, name } = writing(component, { [property.name]: value });
      const faults = made.try(operation);
      for (const fault of faults) assert.ok(fault.message.length > 10);
      if (faults.length > 0) return;
      const stored = made.view.stored(component.id, name)?.properties;
      if (stored === undefined) return;
      assert.deepEqual(made.try(modify(component.id, name, stored)), []);
      assert.deepEqual(made.view.stored(component.id, name)?.properties, stored);
    }),
    { numRuns: 3000 },
  );
});
