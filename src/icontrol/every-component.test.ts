/**
 * Every component of the catalogue through REST and tmsh: create, GET, PATCH, PUT of what was read, the
 * text that tmsh lists made into the same object again, DELETE. A new component is in this test by being
 * in the catalogue; only what must stand in its body is said here.
 */
import assert from 'node:assert/strict';
import { copyFileSync, mkdirSync, readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { components } from '../catalogue/index.ts';
import type { Component, Property } from '../catalogue/types.ts';
import type { Json, JsonObject } from '../config/text/json.ts';
import { restName } from '../config/text/names.ts';
import { componentPath, objectPath } from '../config/text/urls.ts';
import { endpoints } from './endpoints.ts';
import { openApiDocuments } from './openapi/openapi.ts';
import { type TestDevice, startTestDevice } from './test-device.ts';

let device: TestDevice;
before(async () => {
  device = await startTestDevice();
  for (const [path, body] of [
    ['/mgmt/tm/net/vlan', { name: 'lan' }],
    ['/mgmt/tm/net/self', { name: 'near', address: '10.7.9.200/24', vlan: 'lan' }],
    ['/mgmt/tm/gtm/datacenter', { name: 'site' }],
    ['/mgmt/tm/ltm/pool', { name: 'logs' }],
    ['/mgmt/tm/sys/file/data-group', { name: 'values', content: 'a := b' }],
    ['/mgmt/tm/sys/icall/script', { name: 'job' }],
    ['/mgmt/tm/sys/file/ifile', { name: 'page', content: 'a' }],
    [
      '/mgmt/tm/sys/log-config/destination/remote-high-speed-log',
      { name: 'fast', poolName: 'logs' },
    ],
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
  'auth radius-server': { server: '10.7.0.20' },
  'auth user': { name: 'tess', partitionAccess: [{ name: 'all-partitions', role: 'guest' }] },
  'cli alias private': { tmCommand: 'list ltm pool' },
  'cli script': { apiAnonymous: 'proc script::run {} { puts hello }' },
  'cm iquery-trust': { caCertificate: pem },
  'cm trust-domain': undefined,
  'gtm link': { datacenter: '/Common/site' },
  'gtm listener': { address: '10.7.0.1' },
  'gtm region': { regionMembers: ['subnet 10.0.0.0/8', 'not country DE'] },
  'gtm rule': { apiAnonymous: 'when DNS_REQUEST { host 10.0.0.1 }' },
  'gtm server': {
    datacenter: '/Common/site',
    devices: [{ name: 'd1', addresses: [{ name: '10.7.0.9' }] }],
    virtualServers: [{ name: 'vs1', destination: '10.7.0.2:80' }],
  },
  'gtm wideip a': { name: 'www.example.com' },
  'gtm wideip aaaa': { name: 'www.example.com' },
  'gtm topology': { name: 'ldns: subnet 10.0.0.0/8 server: datacenter /Common/site', score: 7 },
  'ltm auth radius-server': { server: '10.7.0.20' },
  'ltm data-group external': { externalFileName: 'values' },
  'ltm data-group internal': { type: 'string', records: [{ name: 'two words', data: 'own' }] },
  'ltm ifile': { fileName: 'page' },
  'ltm nat': { originatingAddress: '10.7.0.30', translationAddress: '10.7.0.31' },
  'ltm node': { address: '10.7.0.3' },
  'ltm policy': {
    name: 'made_by_test',
    subPath: 'Drafts',
    partition: 'Common',
    requires: ['http'],
    controls: ['forwarding'],
    rules: [
      {
        name: 'images',
        conditions: [
          { name: '0', httpUri: true, path: true, startsWith: true, values: ['/img', '/pic'] },
        ],
        actions: [{ name: '0', forward: true, select: true, pool: '/Common/logs' }],
      },
    ],
  },
  'ltm pool': {
    monitor: 'http and tcp',
    members: [{ name: '10.7.0.4:80', ratio: 3 }, { name: '10.7.0.5:443' }],
  },
  'ltm rule': { apiAnonymous: 'when HTTP_REQUEST {\n    pool logs\n}' },
  'ltm snat': { origins: [{ name: '10.7.0.0/24' }], automap: true },
  'ltm snatpool': { members: ['10.7.0.6'] },
  'ltm virtual': {
    destination: '10.7.0.7:80',
    ipProtocol: 'tcp',
    profiles: ['tcp', { name: 'http', context: 'all' }],
    sourceAddressTranslation: { type: 'automap' },
  },
  'ltm virtual-address': { name: '10.7.0.8', address: '10.7.0.8' },
  'net arp': { ipAddress: '10.7.9.9', macAddress: '02:00:00:00:00:09' },
  'net ndp': { ipAddress: '2001:db8::9', macAddress: '02:00:00:00:00:09' },
  'net routing bgp': { localAs: 64_512, neighbor: [{ name: '10.7.9.8', remoteAs: 64_513 }] },
  'net route': { network: '10.77.0.0/16', gw: '10.7.9.1' },
  'net route-domain': { id: 7 },
  'net self': { address: '10.7.9.2/24', vlan: 'lan', allowService: ['default'] },
  'sys application apl-script': { apiAnonymous: 'define choice yesno { "Yes", "No" }' },
  'sys icall handler periodic': { script: 'job', interval: 60 },
  'sys icall handler perpetual': { script: 'job' },
  'sys icall handler triggered': { script: 'job' },
  'sys icall istats-trigger': { eventName: 'busy', istatsKey: 'ltm.pool /Common/a counter b' },
  'sys sflow receiver': { address: '10.7.0.41' },
  'sys log-config destination remote-high-speed-log': { poolName: 'logs' },
  'sys log-config destination remote-syslog': { remoteHighSpeedLog: 'fast' },
  'sys management-ip': { name: '10.7.0.40/24' },
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

/** Of the moment, not of the object. */
const passing: ReadonlySet<string> = new Set([
  'createTime',
  'creationTime',
  'generation',
  'lastModified',
  'lastModifiedTime',
  'lastUpdateTime',
  'revision',
]);

const ajv = new Ajv2020({ strict: false, allErrors: true });
for (const [module, document] of openApiDocuments(components, endpoints)) {
  ajv.addSchema({ ...document, $id: module });
}

/** As its OpenAPI document has it: what clients send, and what they get. */
function assertFits(component: Component, json: JsonObject): void {
  const [module = ''] = component.id.split(' ');
  const name = component.id.replaceAll(' ', '.');
  const check = ajv.getSchema(`${module}#/components/schemas/${name}`);
  assert.ok(check !== undefined, name);
  assert.ok(check(json), `${ajv.errorsText(check.errors)}: ${JSON.stringify(json)}`);
}

function withoutGenerations(json: JsonObject): string {
  return JSON.stringify(json, (key, value: unknown) => (passing.has(key) ? 0 : value));
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
    assertFits(component, body);
    assertFits(component, made.json);
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
    assertFits(component, change);
    assertFits(component, put.json);

    const written = name.includes(' ') ? `"${name}"` : name;
    const listed = await device.tmsh(`list ${component.id} ${written}`);
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
    const deleted = await device.tmsh(`delete ${component.id} ${written}`);
    assert.deepEqual([deleted.status, deleted.output], [0, '']);
  });
}

/** Each secret of the properties set to a text that nothing else holds. */
function withSecrets(shape: readonly Property[], body: JsonObject, needle: string): JsonObject {
  const result: Record<string, Json> = { ...body };
  for (const property of shape) {
    const key = restName(property);
    const { type } = property;
    if (property.secret === true) result[key] = `${needle} ${property.name}`;
    if (type.kind !== 'items' || !hasSecrets(type.properties)) continue;
    const given = body[key];
    // Bodies above give items as objects.
    const items = Array.isArray(given) ? (given as readonly JsonObject[]) : [{ name: 'one' }];
    result[key] = items.map((item) => withSecrets(type.properties, item, needle));
  }
  return result;
}

function hasSecrets(shape: readonly Property[]): boolean {
  return shape.some(
    ({ secret, type }) => secret === true || (type.kind === 'items' && hasSecrets(type.properties)),
  );
}

test('no secret of any component is plain in an answer, a log or a file of the device', async () => {
  const needle = 'plain as the nose';
  const answers: string[] = [];
  const ask = async (method: string, path: string, body?: JsonObject): Promise<number> => {
    const { status, text } = await device.ask(method, path, body);
    answers.push(text);
    return status;
  };
  const held = components.filter(
    (component) => hasSecrets(component.properties) && bodyOf(component) !== undefined,
  );
  assert.ok(held.length > 40, `${held.length} components`);
  for (const component of held) {
    const body = withSecrets(component.properties, bodyOf(component) ?? {}, needle);
    const path = componentPath(component.id);
    const made = await device.ask('POST', path, body);
    assert.equal(made.status, 200, `${component.id}: ${made.text}`);
    answers.push(made.text);
    const self = new URL(String(made.json['selfLink'])).pathname;
    const changes = withSecrets(component.properties, {}, `${needle} again`);
    await ask('PATCH', `${self}?dryRun=true`, changes);
    await ask('PATCH', self, changes);
    const wrong = Object.fromEntries(Object.keys(changes).map((key) => [key, { a: needle }]));
    await ask('PATCH', self, wrong);
    const read = await device.ask('GET', `${self}?expandSubcollections=true`);
    assert.equal(await ask('PUT', self, read.json), 200, `${component.id}: ${answers.at(-1)}`);
    answers.push(read.text, (await device.tmsh(`list ${component.id}`)).output);
    assert.equal(await ask('DELETE', self), 200);
  }
  answers.push(
    (await device.tmsh(`create auth radius-server r server 10.0.0.9 secret "${needle}"`)).output,
  );
  const found = answers.filter((text) => text.includes(needle));
  assert.deepEqual(found, []);
  assert.deepEqual(
    device.logged.filter((line) => line.includes(needle)),
    [],
  );
  assert.notDeepEqual(filesWith(device.paths.root, 'made_by_test'), [], 'nothing would be found');
  assert.deepEqual(filesWith(device.paths.root, needle), []);
});

function filesWith(folder: string, text: string): readonly string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map(({ parentPath, name }) => join(parentPath, name))
    .filter((path) => readFileSync(path).includes(text));
}

/** No text brings these: another device's place in a trust domain; and an opaque block is its own text. */
const ofOneDevice = new Set(['cm device', 'cm iquery-trust', 'sys opaque']);

test('the text of all components makes the same objects on an empty device', async () => {
  const made: { readonly component: Component; readonly self: string }[] = [];
  for (const component of components) {
    const body = component.stateOnly === true ? undefined : bodyOf(component);
    if (body === undefined || component.properties.length === 0) continue;
    if (ofOneDevice.has(component.id)) continue;
    // A file without content is none that an archive could bring.
    const isFile = component.properties.some(({ name }) => name === 'source-path');
    if (isFile && body['content'] === undefined) continue;
    const answer = await device.ask('POST', componentPath(component.id), body);
    assert.equal(answer.status, 200, `${component.id}: ${answer.text}`);
    const self = new URL(String(answer.json['selfLink'])).pathname;
    made.push({ component, self });
  }
  const other = await startTestDevice();
  // As members of a trust domain have it: secrets are sealed in the text.
  other.store.secrets.adopt(device.store.secrets.masterKey());
  try {
    const saved = await device.tmsh('save sys config file every.scf');
    assert.equal(saved.status, 0, saved.output);
    for (const name of ['every.scf', 'every.scf.tar']) {
      const place = join('var/local/scf', name);
      mkdirSync(join(other.paths.files, 'var/local/scf'), { recursive: true });
      copyFileSync(join(device.paths.files, place), join(other.paths.files, place));
    }
    const loaded = await other.tmsh('load sys config file every.scf');
    assert.equal(loaded.status, 0, loaded.output);
    const wrong: string[] = [];
    for (const { component, self } of made) {
      const query = '?expandSubcollections=true';
      const [here, there] = await Promise.all([
        device.ask('GET', `${self}${query}`),
        other.ask('GET', `${self}${query}`),
      ]);
      const [a, b] = [here, there].map((answer) => withoutGenerations(answer.json));
      if (a !== b) wrong.push(`${component.id}\n  ${a}\n  ${b}`);
    }
    assert.ok(made.length > 250, `${made.length} components`);
    assert.deepEqual(wrong, []);
  } finally {
    await other.close();
  }
});
