/**
 * Every role on every endpoint there is: those of the catalogue and those made by hand. What a role may do is
 * written down here from F5's "User roles" (BIG-IP user account administration), not taken from the code:
 * a new component or endpoint is in this test by being there, and a change of the rules shows.
 */
import assert from 'node:assert/strict';
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { after, before, test } from 'node:test';
import { components } from '../../src/catalogue/index.ts';
import { actionsOf } from '../../src/catalogue/move.ts';
import type { Action, Component, Property } from '../../src/catalogue/types.ts';
import type { Json, JsonObject } from '../../src/config/text/json.ts';
import { restName } from '../../src/config/text/names.ts';
import { componentPath } from '../../src/config/text/urls.ts';
import type { Endpoint } from '../../src/icontrol/endpoint.ts';
import { endpoints } from '../../src/icontrol/endpoints.ts';
import { type TestDevice, basic, startTestDevice } from '../../src/icontrol/test-device.ts';

const password = 'Correct-Horse-42';

interface Rights {
  /** Components that can be read; absent: all but history and logs. */
  readonly reads?: RegExp;
  readonly readsHistory?: true;
  /** Components whose objects can be made and deleted. */
  readonly makes: RegExp;
  /** Components whose objects can be changed; absent: those that can be made. */
  readonly changes?: RegExp;
  /** Objects that every device has from the start are not theirs to change. */
  readonly sparesStock?: true;
  /** Only what lies in folders. */
  readonly folderedOnly?: true;
  readonly endpoints: 'none' | 'reader' | 'history' | 'device' | 'administrator';
}

const nothing = /^$/;
const askedByAll =
  /^(auth partition|auth user|cli version|sys clock|sys mcp-state|sys provision|sys ready|sys version)$/;
const also = (more: string): RegExp => new RegExp(`${askedByAll.source}|^(${more})$`);
const traffic =
  /^(ltm|gtm|sys application) |^sys folder$|^sys file (data-group|external-monitor|ifile)$/;

const roles: Readonly<Record<string, Rights>> = {
  admin: { makes: /^/, readsHistory: true, endpoints: 'administrator' },
  'resource-admin': {
    makes: /^(?!auth )|^auth partition$/,
    readsHistory: true,
    endpoints: 'device',
  },
  'user-manager': { makes: /^auth user$/, endpoints: 'reader' },
  auditor: { makes: nothing, readsHistory: true, endpoints: 'history' },
  manager: { makes: traffic, folderedOnly: true, sparesStock: true, endpoints: 'reader' },
  'application-editor': {
    makes: nothing,
    changes: /^ltm (node|pool|monitor .*)$|^gtm (pool|monitor) /,
    sparesStock: true,
    endpoints: 'reader',
  },
  'certificate-manager': { makes: /^sys (crypto .*|file ssl-.*)$/, endpoints: 'reader' },
  'irule-manager': { makes: /^(ltm|gtm) rule$/, endpoints: 'reader' },
  'web-application-security-administrator': {
    reads: also('ltm profile (http|ftp|smtp)'),
    makes: nothing,
    endpoints: 'reader',
  },
  'web-application-security-editor': {
    reads: also('ltm profile (http|ftp|smtp)'),
    makes: nothing,
    endpoints: 'reader',
  },
  'acceleration-policy-editor': {
    reads: also('ltm profile web-acceleration'),
    makes: /^ltm profile web-acceleration$/,
    sparesStock: true,
    endpoints: 'reader',
  },
  'firewall-manager': { makes: /^security |^net (address|port)-list$/, endpoints: 'reader' },
  operator: { makes: nothing, endpoints: 'reader' },
  guest: { makes: nothing, endpoints: 'reader' },
  'no-access': { reads: nothing, makes: nothing, endpoints: 'none' },
};

const history = /^sys (commit|log)$/;
/** Archives hold keys. */
const archives = /^sys ucs$/;

/** An object of each component that has one from the start, and a change to it that changes nothing. */
interface Present {
  readonly component: Component;
  readonly path: string;
  readonly echo: JsonObject;
  readonly isStock: boolean;
}

let device: TestDevice;
const present: Present[] = [];
before(async () => {
  device = await startTestDevice();
  for (const role of Object.keys(roles)) {
    const partitionAccess = [{ name: 'all-partitions', role }];
    const body = { name: `u-${role}`, password, partitionAccess };
    const made = await device.ask('POST', '/mgmt/tm/auth/user', body);
    assert.equal(made.status, 200, made.text);
  }
  for (const component of components) {
    if (component.stateOnly === true || component.properties.length === 0) continue;
    const one = await firstOf(component);
    if (one !== undefined) present.push(one);
  }
});
after(() => device.close());

async function firstOf(component: Component): Promise<Present | undefined> {
  const all = await device.ask('GET', componentPath(component.id));
  assert.equal(all.status, 200, all.text);
  const isSingleton = component.naming.kind === 'singleton';
  const object = isSingleton ? all.json : (all.json['items'] as JsonObject[] | undefined)?.[0];
  if (object === undefined) return undefined;
  const name = String(object['fullPath'] ?? '');
  for (const property of component.properties) {
    const { access, runtime, derived, secret, type } = property;
    const value = object[restName(property)];
    const isPlain = type.kind === 'string' || type.kind === 'integer';
    if (access !== undefined || runtime === true || derived === true || secret === true) continue;
    if (!isPlain || value === undefined) continue;
    return {
      component,
      path: new URL(String(object['selfLink'])).pathname,
      echo: { [restName(property)]: value },
      isStock: component.stock?.some((stock) => stock.name === name) === true,
    };
  }
  return undefined;
}

/** Of a whole resource: 401. Of an object: 400, in mcpd's words. */
function isRefused(status: number, text: string): boolean {
  const isWhole = text.includes('Authorization failed: user=');
  const isObject = /01070822:3: Access Denied: user \(u-[a-z-]+\) does not have/.test(text);
  assert.equal(isWhole, status === 401, text);
  if (isObject) assert.equal(status, 400, text);
  return isWhole || isObject;
}

function mayChange(rights: Rights, { component, isStock }: Present): boolean {
  if (rights.folderedOnly === true && component.naming.kind !== 'foldered') return false;
  if (rights.sparesStock === true && isStock) return false;
  return (rights.changes ?? rights.makes).test(component.id);
}

function mayMake(rights: Rights, component: Component): boolean {
  if (rights.folderedOnly === true && component.naming.kind !== 'foldered') return false;
  return rights.makes.test(component.id);
}

function mayRead(rights: Rights, { id }: Component): boolean {
  if (history.test(id) && rights.readsHistory !== true) return false;
  if (archives.test(id)) return /^(device|administrator)$/.test(rights.endpoints);
  return rights.reads?.test(id) ?? true;
}

interface AnyCommand {
  readonly component: Component;
  readonly action: Action;
}

const commands: readonly AnyCommand[] = components
  .filter(({ absent }) => absent === undefined)
  .flatMap((component) => actionsOf(component).map((action) => ({ component, action })));
/** Of hundreds that are alike (cp, mv), each role tries others. */
const share = process.env['EVENKEEL_TEST_LONG'] === undefined ? 6 : 1;

function commandsFor(role: string): readonly AnyCommand[] {
  const own = Object.keys(roles).indexOf(role) % share;
  return commands.filter((_, index) => index % share === own);
}

/** What the command cannot do without; objects that are not there. */
function givenFor({ parameters }: Action): JsonObject {
  const needed = parameters.filter(({ name, required }) => required === true || name === 'name');
  return Object.fromEntries(needed.map((one) => [restName(one), someValue(one)]));
}

function someValue({ name, type }: Property): Json {
  if (name === 'name') return '/Common/made_by_role';
  switch (type.kind) {
    case 'enum':
      return type.values[0]?.value ?? 'x';
    case 'integer':
      return type.minimum;
    case 'list':
      return ['x'];
    case 'address':
      return '192.0.2.1';
    default:
      return 'x';
  }
}

function mayCommand(rights: Rights, component: Component, { parameters }: Action): boolean {
  if (rights.endpoints === 'administrator') return true;
  if (rights.endpoints === 'device') return !/^auth (?!partition$)/.test(component.id);
  // Of what lies in a folder of theirs, whoever makes such objects may have more done with one.
  const isOfOne = parameters.some(({ name }) => name === 'name');
  return isOfOne && rights.folderedOnly === true && mayMake(rights, component);
}

for (const [role, rights] of Object.entries(roles)) {
  const headers = basic(`u-${role}`, password);

  test(`roles: ${role} on every component`, async () => {
    const before = device.store.view().sequence;
    const told = (component: Component, method: string, text: string): string =>
      `${role} ${method} ${component.id}: ${text.slice(0, 300)}`;
    for (const component of components) {
      const path = componentPath(component.id);
      const read = await device.ask('GET', `${path}?$top=1`, undefined, headers);
      const isHidden = isRefused(read.status, read.text);
      assert.equal(isHidden, !mayRead(rights, component), told(component, 'GET', read.text));
      const isMade = component.stateOnly !== true && component.fixed !== true;
      if (!isMade || component.naming.kind === 'singleton') continue;
      // A dry run, and without what it needs: nothing is made should it be let through.
      const body = { name: 'made_by_role' };
      const made = await device.ask('POST', `${path}?dryRun=true`, body, headers);
      assert.equal(
        isRefused(made.status, made.text),
        !mayMake(rights, component),
        told(component, 'POST', made.text),
      );
    }
    for (const one of present) {
      // Others are not there for who does not see them.
      if (one.component.id === 'auth user') continue;
      const { status, text } = await device.ask(
        'PATCH',
        `${one.path}?dryRun=true`,
        one.echo,
        headers,
      );
      assert.equal(
        isRefused(status, text),
        !mayChange(rights, one),
        told(one.component, 'PATCH', text),
      );
    }
    assert.equal(device.store.view().sequence, before);
  });

  test(`roles: ${role} on commands`, async () => {
    const before = device.store.view().sequence;
    for (const { component, action } of commandsFor(role)) {
      // A dry run: what cannot be tried is refused, and nothing is done.
      const path = `${componentPath(component.id)}?dryRun=true`;
      const body = { ...givenFor(action), command: action.command };
      const { status, text } = await device.ask('POST', path, body, headers);
      assert.equal(
        text.includes('Authorization failed: user='),
        !mayCommand(rights, component, action),
        `${role} ${action.command} ${component.id}: ${status} ${text.slice(0, 300)}`,
      );
    }
    assert.equal(device.store.view().sequence, before);
  });

  test(`roles: ${role} on every endpoint made by hand`, async () => {
    const before = device.store.view().sequence;
    for (const endpoint of endpoints) {
      for (const method of endpoint.methods) {
        const path = endpoint.path.replaceAll(/\{[^}]*\}/g, 'x');
        const body = method === 'GET' ? undefined : { command: 'nothing' };
        const { status, text } = await device.ask(method, path, body, headers);
        assert.equal(
          text.includes('Authorization failed: user='),
          !isAllowed(rights, neededFor(endpoint)),
          `${role} ${method} ${path}: ${status} ${text}`,
        );
      }
    }
    assert.equal(device.store.view().sequence, before);
  });
}

/** From F5's manual and iControl REST's guide; an endpoint that is not here has to be put here. */
const needs: readonly (readonly [RegExp, 'credentials' | Rights['endpoints']])[] = [
  [/\/available$|^\/mgmt\/shared\/auth[nz]\/(exchange|tokens)/, 'credentials'],
  [/^\/mgmt\/shared\/evenkeel\/session$/, 'credentials'],
  // Of others; one's own is everybody's.
  [/^\/mgmt\/shared\/authz\/users\/\{user\}$/, 'administrator'],
  [/^\/mgmt\/shared\/evenkeel\/(commits|diff|config$)/, 'history'],
  // What there is.
  [/^\/mgmt\/tm\/(util|task)$/, 'reader'],
  [/^\/mgmt\/tm\/(sys\/ucs|shared\/sys\/backup)/, 'device'],
  [/^\/mgmt\/tm\/util\//, 'administrator'],
  [/^\/mgmt\/tm\/task\//, 'device'],
  [/^\/mgmt\/shared\/file-transfer\/|^\/mgmt\/cm\/autodeploy\//, 'device'],
  [/^\/mgmt\/shared\/iapp\/package-management-tasks/, 'device'],
  [/^\/mgmt\/tm\/transaction/, 'reader'],
  [/^\/mgmt\/tm\/gtm\/sync-status$/, 'reader'],
  [/^\/mgmt\/(tm\/)?shared\/|^\/mgmt\/cm\/system\/authn\/providers\/tmos$/, 'reader'],
];

function neededFor(endpoint: Endpoint): 'credentials' | Rights['endpoints'] {
  const found = needs.find(([pattern]) => pattern.test(endpoint.path));
  assert.ok(found !== undefined, `who may use ${endpoint.path}? Say so here`);
  return found[1];
}

function isAllowed(rights: Rights, needed: 'credentials' | Rights['endpoints']): boolean {
  const order = ['credentials', 'reader', 'history', 'device', 'administrator'];
  const has = rights.endpoints === 'none' ? 'credentials' : rights.endpoints;
  return order.indexOf(has) >= order.indexOf(needed);
}

test('roles: what users and partitions see of each other', async () => {
  const ask = (user: string, method: string, path: string, body?: JsonObject) =>
    device.ask(method, path, body, basic(user, password));
  for (const [path, body] of [
    ['/mgmt/tm/auth/partition', { name: 'A' }],
    ['/mgmt/tm/auth/partition', { name: 'B' }],
    ['/mgmt/tm/ltm/pool', { name: 'pa', partition: 'A', members: [{ name: '/A/10.9.0.1:80' }] }],
    ['/mgmt/tm/ltm/pool', { name: 'pb', partition: 'B' }],
    ['/mgmt/tm/ltm/pool', { name: 'pc' }],
    [
      '/mgmt/tm/auth/user',
      user('max', [
        ['A', 'manager'],
        ['B', 'guest'],
      ]),
    ],
    ['/mgmt/tm/auth/user', user('olga', [['A', 'operator']])],
    ['/mgmt/tm/auth/user', user('ursa', [['A', 'user-manager']])],
    ['/mgmt/tm/auth/user', user('bea', [['B', 'guest']])],
  ] as const) {
    const made = await device.ask('POST', path, body);
    assert.equal(made.status, 200, made.text);
  }
  const names = async (who: string, path: string): Promise<string[]> => {
    const { json, text } = await ask(who, 'GET', path);
    assert.ok(Array.isArray(json['items']), text);
    return (json['items'] as JsonObject[]).map((item) => String(item['name'])).toSorted();
  };
  // Own partitions and Common; users see themselves.
  assert.deepEqual(await names('max', '/mgmt/tm/ltm/pool'), ['pa', 'pb', 'pc']);
  assert.deepEqual(await names('olga', '/mgmt/tm/ltm/pool'), ['pa', 'pc']);
  assert.deepEqual(await names('bea', '/mgmt/tm/ltm/pool'), ['pb', 'pc']);
  assert.deepEqual(await names('olga', '/mgmt/tm/auth/user'), ['olga']);
  assert.deepEqual(await names('olga', '/mgmt/shared/authz/users'), ['olga']);
  assert.deepEqual(await names('olga', '/mgmt/tm/auth/partition'), ['A', 'Common']);
  const hidden = await ask('olga', 'GET', '/mgmt/tm/ltm/pool/~B~pb');
  assert.equal(hidden.status, 404, hidden.text);
  assert.equal((await ask('olga', 'GET', '/mgmt/tm/ltm/pool/~B~pb/stats')).status, 404);
  const statistics = await ask('olga', 'GET', '/mgmt/tm/ltm/pool/stats');
  assert.doesNotMatch(statistics.text, /~B~pb/);
  assert.equal(
    (await ask('bea', 'PATCH', '/mgmt/tm/ltm/pool/~A~pa', { description: 'x' })).status,
    404,
  );

  // A manager in A, and only there.
  const inA = await ask('max', 'POST', '/mgmt/tm/ltm/pool', { name: 'mine', partition: 'A' });
  assert.equal(inA.status, 200, inA.text);
  for (const partition of ['B', 'Common']) {
    const { status, text } = await ask('max', 'POST', '/mgmt/tm/ltm/pool', {
      name: 'm',
      partition,
    });
    assert.equal(status, 400, text);
    assert.match(
      text,
      /01070822:3: Access Denied: user \(max\) does not have create access to object \(pool\)/,
    );
  }
  // Nor by way of a member, whose node would lie in Common.
  const members = [{ name: '/Common/10.9.0.77:80' }];
  const body = { name: 'sly', partition: 'A', members };
  const sly = await ask('max', 'POST', '/mgmt/tm/ltm/pool', body);
  assert.match(sly.text, /does not have create access to object \(node\)/);
  // The whole transaction is refused for one command of it.
  const before = device.store.view().sequence;
  const open = await ask('max', 'POST', '/mgmt/tm/transaction', {});
  const coordination = {
    ...basic('max', password),
    'X-F5-REST-Coordination-Id': String(open.json['transId']),
  };
  for (const partition of ['A', 'B']) {
    await device.ask('POST', '/mgmt/tm/ltm/pool', { name: 'tx', partition }, coordination);
  }
  const path = `/mgmt/tm/transaction/${String(open.json['transId'])}`;
  const committed = await ask('max', 'PATCH', path, { state: 'VALIDATING' });
  assert.equal(committed.status, 400, committed.text);
  assert.match(committed.text, /transaction failed:01070822:3: Access Denied/);
  assert.equal(device.store.view().sequence, before);
});

function user(name: string, access: readonly (readonly [string, string])[]): JsonObject {
  const partitionAccess = access.map(([partition, role]) => ({ name: partition, role }));
  return { name, password, partitionAccess };
}

test('roles: an operator switches members, nodes and virtual servers, and that is all', async () => {
  const olga = basic('olga', password);
  const virtual = { name: 'v', partition: 'A', destination: '/A/10.9.0.9:80', ipProtocol: 'tcp' };
  assert.equal((await device.ask('POST', '/mgmt/tm/ltm/virtual', virtual)).status, 200);
  const member = '/mgmt/tm/ltm/pool/~A~pa/members/~A~10.9.0.1:80';
  for (const [path, body] of [
    [member, { session: 'user-disabled' }],
    [member, { session: 'user-disabled', state: 'user-down' }],
    [member, { session: 'user-enabled', state: 'user-up' }],
    ['/mgmt/tm/ltm/node/~A~10.9.0.1', { session: 'user-disabled' }],
    ['/mgmt/tm/ltm/virtual/~A~v', { disabled: true }],
    ['/mgmt/tm/ltm/virtual/~A~v', { enabled: true }],
    ['/mgmt/tm/auth/user/olga', { password }],
  ] as const) {
    const { status, text } = await device.ask('PATCH', path, body, olga);
    assert.equal(status, 200, `${path} ${text}`);
  }
  const before = device.store.view().sequence;
  for (const [method, path, body] of [
    ['PATCH', member, { ratio: 2 }],
    ['PATCH', member, { session: 'user-disabled', ratio: 2 }],
    ['DELETE', member, undefined],
    ['POST', '/mgmt/tm/ltm/pool/~A~pa/members', { name: '10.9.0.2:80' }],
    ['PUT', '/mgmt/tm/ltm/node/~A~10.9.0.1', { session: 'user-disabled' }],
    ['PATCH', '/mgmt/tm/ltm/virtual/~A~v', { disabled: true, description: 'x' }],
    ['PATCH', '/mgmt/tm/ltm/pool/~Common~pc', { description: 'x' }],
    ['PATCH', '/mgmt/tm/auth/user/olga', { password, description: 'x' }],
    ['PATCH', '/mgmt/tm/auth/user/olga', { partitionAccess: [{ name: 'A', role: 'manager' }] }],
  ] as const) {
    const { status, text } = await device.ask(method, path, body, olga);
    assert.equal(status, 400, `${method} ${path} ${text}`);
    assert.match(text, /01070822:3: Access Denied: user \(olga\)/);
  }
  assert.equal(device.store.view().sequence, before);
  const line = device.logged.findLast((text) => text.includes('user olga'));
  assert.match(line ?? '', /^warning 01070417:5: AUDIT .*modify auth user olga.*Access Denied/);
});

test('roles: a manager of users makes users of his partition, and no administrators', async () => {
  const ursa = basic('ursa', password);
  const make = (body: JsonObject) => device.ask('POST', '/mgmt/tm/auth/user', body, ursa);
  assert.equal((await make(user('anna', [['A', 'manager']]))).status, 200);
  const seen = await device.ask('GET', '/mgmt/tm/auth/user/anna', undefined, ursa);
  assert.equal(seen.status, 200, seen.text);
  const before = device.store.view().sequence;
  for (const body of [
    user('x', [['B', 'guest']]),
    user('x', [['A', 'admin']]),
    user('x', [['all-partitions', 'guest']]),
    user('x', [
      ['A', 'guest'],
      ['B', 'guest'],
    ]),
  ]) {
    const { status, text } = await make(body);
    assert.equal(status, 400, JSON.stringify(body));
    assert.match(text, /does not have create access to object \(user\)/);
  }
  for (const [method, path, body] of [
    ['PATCH', '/mgmt/tm/auth/user/admin', { password: 'Other-Horse-43' }],
    ['DELETE', '/mgmt/tm/auth/user/bea', undefined],
    ['PATCH', '/mgmt/tm/auth/user/bea', { description: 'x' }],
    ['PATCH', '/mgmt/tm/auth/user/anna', { partitionAccess: [{ name: 'B', role: 'guest' }] }],
    ['PATCH', '/mgmt/tm/auth/user/ursa', { partitionAccess: [{ name: 'A', role: 'manager' }] }],
    ['POST', '/mgmt/tm/ltm/pool', { name: 'x', partition: 'A' }],
  ] as const) {
    const { status, text } = await device.ask(method, path, body, ursa);
    assert.equal(status, 400, `${method} ${path} ${text}`);
  }
  assert.equal(device.store.view().sequence, before);
  assert.equal(
    (await device.ask('DELETE', '/mgmt/tm/auth/user/anna', undefined, ursa)).status,
    200,
  );
});

test('roles: what is loaded is written by whoever loads it', async () => {
  const text = 'auth user sneaky {\n    partition-access { all-partitions { role admin } }\n}\n';
  const headers = basic('u-resource-admin', password);
  const file = '/var/config/rest/downloads/sneaky.conf';
  mkdirSync(dirname(`${device.paths.files}${file}`), { recursive: true });
  writeFileSync(`${device.paths.files}${file}`, text);
  const options = [{ file }, { merge: true }];
  const load = (who: Record<string, string>) =>
    device.ask('POST', '/mgmt/tm/sys/config', { command: 'load', options }, who);
  const refused = await load(headers);
  assert.equal(refused.status, 400, refused.text);
  assert.match(refused.text, /01070822:3: Access Denied: .* create access to object \(user\)/);
  assert.equal(device.store.view().get('auth user', 'sneaky'), undefined);
  const loaded = await load(basic('u-admin', password));
  assert.equal(loaded.status, 200, loaded.text);
  assert.notEqual(device.store.view().get('auth user', 'sneaky'), undefined);
});
