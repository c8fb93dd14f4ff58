/**
 * Every component of the catalogue through REST and tmsh: create, GET, PATCH, PUT of what was read, the
 * text that tmsh lists made into the same object again, DELETE. A new component is in this test by being
 * in the catalogue; only what must stand in its body is said here.
 */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { components } from '../catalogue/index.ts';
import type { Component, Property } from '../catalogue/types.ts';
import type { JsonObject } from '../config/text/json.ts';
import { restName } from '../config/text/names.ts';
import { componentPath, objectPath } from '../config/text/urls.ts';
import { type TestDevice, startTestDevice } from './test-device.ts';

let device: TestDevice;
before(async () => {
  device = await startTestDevice();
  for (const [path, body] of [
    ['/mgmt/tm/net/vlan', { name: 'lan' }],
    ['/mgmt/tm/gtm/datacenter', { name: 'site' }],
  ] as const) {
    const made = await device.ask('POST', path, body);
    assert.equal(made.status, 200, made.text);
  }
});
after(() => device.close());

const pem = '-----BEGIN CERTIFICATE-----\nAA==\n-----END CERTIFICATE-----\n';

/** What a new object needs besides a name; absent: nothing. `undefined`: it cannot be made by hand. */
const bodies: Readonly<Record<string, JsonObject | undefined>> = {
  'auth partition': { name: 'T1' },
  'auth user': { name: 'tess', partitionAccess: [{ name: 'all-partitions', role: 'guest' }] },
  'cm iquery-trust': { caCertificate: pem },
  'cm trust-domain': undefined,
  'gtm listener': { address: '10.7.0.1' },
  'gtm server': {
    datacenter: '/Common/site',
    devices: [{ name: 'd1', addresses: [{ name: '10.7.0.9' }] }],
    virtualServers: [{ name: 'vs1', destination: '10.7.0.2:80' }],
  },
  'gtm wideip a': { name: 'www.example.com' },
  'gtm wideip aaaa': { name: 'www.example.com' },
  'ltm node': { address: '10.7.0.3' },
  'ltm pool': {
    monitor: 'http and tcp',
    members: [{ name: '10.7.0.4:80', ratio: 3 }, { name: '10.7.0.5:443' }],
  },
  'ltm snatpool': { members: ['10.7.0.6'] },
  'ltm virtual': {
    destination: '10.7.0.7:80',
    ipProtocol: 'tcp',
    profiles: ['tcp', { name: 'http', context: 'all' }],
    sourceAddressTranslation: { type: 'automap' },
  },
  'ltm virtual-address': { name: '10.7.0.8', address: '10.7.0.8' },
  'net route': { network: '10.77.0.0/16', gw: '10.7.9.1' },
  'net route-domain': { id: 7 },
  'net self': { address: '10.7.9.2/24', vlan: 'lan', allowService: ['default'] },
  'sys file ssl-cert': { content: pem },
  'sys file ssl-key': { content: pem },
  'sys folder': { name: '/Common/test_folder' },
};

function bodyOf(component: Component): JsonObject | undefined {
  if (component.fixed === true || component.stateOnly === true) return undefined;
  if (component.naming.kind === 'singleton') return undefined;
  if (component.id in bodies && bodies[component.id] === undefined) return undefined;
  return { name: 'made_by_test', ...bodies[component.id] };
}

/** Any property that may be changed, with another value. */
function changeOf(component: Component, object: JsonObject): JsonObject {
  for (const property of component.properties) {
    if (property.access !== undefined || property.runtime === true || property.secret === true) {
      continue;
    }
    const value = otherValue(property, object);
    if (value !== undefined) return { [restName(property)]: value };
  }
  return {};
}

function otherValue(property: Property, object: JsonObject): string | number | undefined {
  const held = object[restName(property)];
  if (property.name === 'description') return 'changed by a test; { "quoted" }';
  const { type } = property;
  if (type.kind === 'integer' && type.minimum < type.maximum && typeof held === 'number') {
    return held === type.maximum ? held - 1 : held + 1;
  }
  return undefined;
}

function withoutGenerations(json: JsonObject): string {
  return JSON.stringify(json, (key, value: unknown) => (key === 'generation' ? 0 : value));
}

for (const component of components) {
  if (component.stateOnly === true || component.properties.length === 0) continue;
  const path = componentPath(component.id);
  const body = bodyOf(component);
  if (body === undefined) {
    test(`${component.id}: what is there reads, lists and takes a PUT of itself`, async () => {
      const all = await device.ask('GET', path);
      assert.equal(all.status, 200, all.text);
      const isCollection = component.naming.kind !== 'singleton';
      const one = isCollection ? (all.json['items'] as readonly JsonObject[])[0] : all.json;
      if (one === undefined) return;
      const self = new URL(String(one['selfLink'])).pathname;
      const change = changeOf(component, one);
      if (Object.keys(change).length > 0) {
        const patched = await device.ask('PATCH', self, change);
        assert.equal(patched.status, 200, patched.text);
      }
      const read = await device.ask('GET', self);
      const put = await device.ask('PUT', self, read.json);
      assert.equal(put.status, 200, put.text);
      assert.deepEqual(put.json, read.json);
      const listed = await device.tmsh(`list ${component.id}`);
      assert.equal(listed.status, 0, listed.output);
    });
    continue;
  }
  test(`${component.id}: create, GET, PATCH, PUT, tmsh and back, DELETE`, async () => {
    const made = await device.ask('POST', path, body);
    assert.equal(made.status, 200, made.text);
    const self = new URL(String(made.json['selfLink'])).pathname;
    const name = String(made.json['fullPath']);
    assert.equal(self, objectPath(component, name));
    const again = await device.ask('POST', path, body);
    assert.equal(again.status, 409, again.text);

    const read = await device.ask('GET', `${self}?expandSubcollections=true`);
    const change = changeOf(component, read.json);
    const [key] = Object.keys(change);
    if (key !== undefined) {
      const patched = await device.ask('PATCH', self, change);
      assert.equal(patched.status, 200, patched.text);
      assert.deepEqual(patched.json[key], change[key]);
    }
    const changed = await device.ask('GET', `${self}?expandSubcollections=true`);
    const put = await device.ask('PUT', `${self}?expandSubcollections=true`, changed.json);
    assert.equal(put.status, 200, put.text);
    assert.deepEqual(put.json, changed.json);

    const listed = await device.tmsh(`list ${component.id} ${name}`);
    assert.equal(listed.status, 0, listed.output);
    const gone = await device.ask('DELETE', self);
    assert.deepEqual([gone.status, gone.text], [200, ''], gone.text);
    assert.equal((await device.ask('GET', self)).status, 404);
    const hasSecrets = component.properties.some(
      ({ secret, required }) => secret === true && required === true,
    );
    if (hasSecrets) return;
    const created = await device.tmsh(`create ${listed.output}`);
    assert.deepEqual([created.status, created.output], [0, ''], listed.output);
    const back = await device.ask('GET', `${self}?expandSubcollections=true`);
    assert.equal(withoutGenerations(back.json), withoutGenerations(changed.json), listed.output);
    const deleted = await device.tmsh(`delete ${component.id} ${name}`);
    assert.deepEqual([deleted.status, deleted.output], [0, '']);
  });
}
