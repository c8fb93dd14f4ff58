import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { components } from '../../catalogue/index.ts';
import { groupOf } from '../../config/model/scope.ts';
import { asText, printStanzas } from '../../config/load/print.ts';
import type { JsonObject } from '../../config/text/json.ts';
import { readTextIfPresent, writeFileDurably } from '../../platform/files.ts';
import { type TestDevice, startTestDevice } from '../test-device.ts';

let device: TestDevice;
before(async () => {
  device = await startTestDevice();
  await make('/mgmt/tm/auth/partition', { name: 'P1' });
  await make('/mgmt/tm/ltm/pool', {
    name: 'web',
    description: 'two words',
    members: [{ name: '10.1.0.1:80', ratio: 3 }, { name: '10.1.0.2:80' }],
    monitor: '/Common/http',
  });
  await make('/mgmt/tm/ltm/pool', { name: 'other', partition: 'P1' });
  await make('/mgmt/tm/ltm/virtual', {
    name: 'v1',
    destination: '10.2.0.1:80',
    pool: 'web',
    profiles: ['http', 'tcp'],
    ipProtocol: 'tcp',
  });
  await make('/mgmt/tm/sys/file/ifile', { name: 'page', content: 'one { brace\n' });
  await make('/mgmt/tm/ltm/monitor/http', { name: 'm1', username: 'u', password: 'pa ss{' });
  await make('/mgmt/tm/gtm/datacenter', { name: 'site' });
  await ask('PATCH', '/mgmt/tm/ltm/profile/tcp/tcp', { idleTimeout: 77 });
  await ask('PATCH', '/mgmt/tm/sys/db/ui.advisory.enabled', { value: 'true' });
  await make('/mgmt/tm/auth/user', {
    name: 'olga',
    password: 'Xy12345678!',
    partitionAccess: [{ name: 'all-partitions', role: 'guest' }],
  });
});
after(() => device.close());

async function ask(method: string, path: string, body?: JsonObject): Promise<JsonObject> {
  const answer = await device.ask(method, path, body);
  assert.equal(answer.status, 200, answer.text);
  return answer.json;
}

const make = (path: string, body: JsonObject): Promise<JsonObject> => ask('POST', path, body);

function config(body: JsonObject): Promise<JsonObject> {
  return ask('POST', '/mgmt/tm/sys/config', body);
}

function text(): string {
  return asText(printStanzas(device.store.view(), components), '16.1');
}

function put(name: string, content: string): void {
  writeFileDurably(`${device.paths.files}/var/tmp/${name}`, content);
}

const saved = '#TMSH-VERSION: 16.1.2\n\n';

test('save, load default, load of the file: the same text again', async () => {
  const before = text();
  const stored = device.store
    .view()
    .plain(
      String(device.store.view().get('ltm monitor http', '/Common/m1')?.properties['password']),
    );
  assert.equal(stored, 'pa ss{');
  const answer = await config({ command: 'save', options: [{ file: 'all.scf' }] });
  assert.match(
    String(answer['commandResult']),
    /^Saving running configuration\.\.\.\n {2}\/var\/local\/scf\/all\.scf\n {2}\/var\/local\/scf\/all\.scf\.tar\n$/,
  );
  const reset = await config({ command: 'load', name: 'default' });
  assert.match(String(reset['commandResult']), /defaults\.scf/);
  const view = device.store.view();
  assert.equal(view.count('ltm pool'), 0);
  assert.equal(view.count('auth partition'), 1);
  assert.deepEqual(view.names('auth user'), ['admin']);
  assert.equal(view.get('ltm profile tcp', '/Common/tcp')?.properties['idle-timeout'], 300);
  await config({ command: 'load', options: [{ file: 'all.scf' }] });
  assert.equal(text(), before);
  const monitor = device.store.view().get('ltm monitor http', '/Common/m1')?.properties;
  assert.equal(device.store.view().plain(String(monitor?.['password'])), 'pa ss{');
  const sequence = device.store.view().sequence;
  await config({ command: 'load', options: [{ file: 'all.scf' }] });
  assert.equal(device.store.view().sequence, sequence, 'the same again is no change');
});

test('load replaces in one commit: what the file does not name goes', async () => {
  await config({ command: 'save', file: 'all.scf' });
  put('one.conf', `${saved}ltm pool /Common/only { }\n`);
  const sequence = device.store.view().sequence;
  const answer = await config({ command: 'load', options: [{ file: '/var/tmp/one.conf' }] });
  assert.equal(device.store.view().sequence, sequence + 1);
  assert.deepEqual(device.store.view().names('ltm pool'), ['/Common/only']);
  assert.equal(device.store.view().count('ltm node'), 0);
  const summary = answer['summary'] as JsonObject; // Made by loadConfig.
  assert.deepEqual(summary['created'], ['ltm pool /Common/only']);
  await config({ command: 'load', file: 'all.scf' });
});

test('verify changes nothing, and finds the faults', async () => {
  put('bad.conf', 'ltm pool /Common/a { }\nltm virtual /Common/v2 {\n    pool /Common/nope\n}\n');
  const sequence = device.store.view().sequence;
  const bad = await device.ask('POST', '/mgmt/tm/sys/config', {
    command: 'load',
    options: [{ file: '/var/tmp/bad.conf' }, { merge: '' }, { verify: true }],
  });
  assert.equal(bad.status, 400, bad.text);
  assert.match(bad.text, /\/Common\/nope/);
  assert.match(bad.text, /\/var\/tmp\/bad\.conf at line: 2 column: 1/);
  put('good.conf', 'ltm pool /Common/a { }\n');
  const good = await config({
    command: 'load',
    options: [{ file: '/var/tmp/good.conf' }, { merge: true }, { verify: true }],
  });
  assert.match(String(good['commandResult']), /^Validating configuration/);
  assert.equal(device.store.view().sequence, sequence);
});

test('a wrong text: file, line, column and word, and nothing is changed', async () => {
  const before = text();
  const wrong: readonly (readonly [string, RegExp])[] = [
    ['ltm pool /Common/a {\n    lod-balancing-mode x\n}\n', /line: 2 column: 5\) \\"lod-balancing/],
    ['ltm pol /Common/a { }\n', /line: 1 column: 5\) \\"pol\\"/],
    ['ltm pool /Common/a {\n', /line: 2 column: 1\) incomplete/],
    ['ltm pool /Common/a {\n  description "x\n}\n', /line: 2 column: 15\) quotes are not balanced/],
  ];
  for (const [content, expected] of wrong) {
    put('wrong.conf', content);
    const answer = await device.ask('POST', '/mgmt/tm/sys/config', {
      command: 'load',
      options: [{ file: '/var/tmp/wrong.conf' }, { merge: true }],
    });
    assert.equal(answer.status, 400, answer.text);
    assert.match(answer.text, expected);
  }
  assert.equal(text(), before);
});

const strange =
  `${saved}asm policy /P1/p1 {\n    active\n  "odd\n text" { x\ty }\n}\n` +
  'apm profile access /Common/ap { }\n' +
  'ltm pool /Common/web {\n' +
  '    future-thing {\n        a 1\n    }\n' +
  '    members {\n        /Common/10.1.0.1:80 {\n            address 10.1.0.1\n' +
  '            shiny "a  {b"\n        }\n    }\n    monitor /Common/http\n}\n';

test('what nobody knows is kept, printed back as it was, and goes with its object', async () => {
  put('strange.conf', strange);
  const answer = await config({
    command: 'load',
    options: [{ file: '/var/tmp/strange.conf' }, { merge: true }],
  });
  const summary = answer['summary'] as JsonObject; // Made by loadConfig.
  assert.deepEqual(summary['opaque'], [
    'asm policy /P1/p1',
    'apm profile access /Common/ap',
    'ltm pool /Common/web: future-thing',
    'ltm pool /Common/web members /Common/10.1.0.1:80: shiny',
  ]);
  const printed = text();
  assert.ok(printed.includes('asm policy /P1/p1 {\n    active\n  "odd\n text" { x\ty }\n}\n'));
  assert.ok(printed.includes('    future-thing {\n        a 1\n    }\n'));
  assert.ok(printed.includes('            address 10.1.0.1\n            shiny "a  {b"\n'));
  await config({ command: 'save', file: 'strange.scf' });
  await config({ command: 'load', name: 'default' });
  assert.equal(device.store.view().count('sys opaque'), 0);
  await config({ command: 'load', file: 'strange.scf' });
  assert.equal(text(), printed);
  await ask('PATCH', '/mgmt/tm/ltm/virtual/v1', { pool: 'none' });
  await ask('DELETE', '/mgmt/tm/ltm/pool/web');
  assert.deepEqual(device.store.view().names('sys opaque'), [
    'apm profile access /Common/ap',
    'asm policy /P1/p1',
  ]);
});

test('save writes the files of /config, those of partitions apart', async () => {
  const answer = await config({ command: 'save' });
  const lines = String(answer['commandResult']).trimEnd().split('\n  ').slice(1);
  assert.deepEqual(lines, [
    '/config/bigip_base.conf',
    '/config/bigip_user.conf',
    '/config/bigip.conf',
    '/config/bigip_gtm.conf',
    '/config/partitions/P1/bigip.conf',
  ]);
});

test('save of a part leaves the other files as they are', async () => {
  const file = `${device.paths.files}/config/bigip_base.conf`;
  const before = readTextIfPresent(file);
  for (const [option, path] of [
    [{ 'gtm-only': true }, 'bigip_gtm.conf'],
    [{ 'user-only': true }, 'bigip_user.conf'],
    [{ partitions: ['P1'] }, 'partitions/P1/bigip.conf'],
  ] as const) {
    const answer = await config({ command: 'save', ...option });
    assert.equal(answer['commandResult'], `Saving running configuration...\n  /config/${path}\n`);
  }
  assert.ok(before !== undefined && before.includes('auth partition P1'));
  assert.equal(readTextIfPresent(file), before);
  const missing = await device.ask('POST', '/mgmt/tm/sys/config', {
    command: 'save',
    partitions: ['P7'],
  });
  assert.equal(missing.status, 404, missing.text);
});

test('what nobody knows is shared by who shares its folder', async () => {
  put('shared.conf', `${saved}asm policy /P1/p9 {\n    active\n}\nasm settings {\n    a b\n}\n`);
  await config({
    command: 'load',
    options: [{ file: '/var/tmp/shared.conf' }, { merge: true }],
  });
  const group = '/Common/device_trust_group';
  await ask('PATCH', '/mgmt/tm/sys/folder/~P1', { deviceGroup: group });
  const view = device.store.view();
  const groups = ['asm policy /P1/p9', 'asm settings'].map((name) => {
    const object = view.stored('sys opaque', name);
    assert.ok(object !== undefined, name);
    return groupOf(object, view);
  });
  assert.deepEqual(groups, [group, undefined]);
});

test('a dry run of a load shows what would change, and changes nothing', async () => {
  const before = device.store.view().sequence;
  const answer = await ask('POST', '/mgmt/tm/sys/config?dryRun=true', {
    command: 'load',
    'from-terminal': 'ltm pool /Common/tried { }',
    merge: true,
  });
  const summary = answer['summary'] as JsonObject; // Made by loadConfig.
  assert.deepEqual(summary['created'], ['ltm pool /Common/tried']);
  assert.equal(device.store.view().sequence, before);
});

test('what was given as properties of a load comes back as options, flags first', async () => {
  put('echoed.conf', 'ltm pool /Common/echoed { }\n');
  const path = '/var/tmp/echoed.conf';
  const loaded = await config({ command: 'load', file: path, merge: true });
  assert.deepEqual(loaded['options'], [{ merge: true }, { file: path }]);
});

test('a device keeps its certificate, whatever a text says of it', async () => {
  const name = '/Common/own.example.com';
  const properties = { certificate: 'PEM', 'management-ip': '10.99.0.1' };
  const origin = { user: 'system', source: 'system' } as const;
  const made = device.store.commit({
    origin,
    operations: [{ kind: 'create', component: 'cm device', name, properties }],
  });
  assert.ok(made.ok, JSON.stringify(made));
  await config({ command: 'save', file: 'own.scf' });
  assert.doesNotMatch(text(), /PEM/);
  await config({ command: 'load', file: 'own.scf' });
  put('own.conf', `${saved}cm device ${name} {\n    certificate OTHER\n    contact me\n}\n`);
  await config({ command: 'load', file: '/var/tmp/own.conf' });
  const after = device.store.view().get('cm device', name)?.properties;
  assert.equal(after?.['certificate'], 'PEM');
  assert.equal(after?.['contact'], 'me');
});

test('passwords of a text are in no log and in no answer', async () => {
  const password = 'Zz-only-here-1';
  const answer = await config({
    command: 'load',
    'from-terminal': `auth user ines {\n    password ${password}\n}\n`,
    merge: true,
  });
  assert.ok(!JSON.stringify(answer).includes(password));
  assert.ok(!device.logged.join('\n').includes(password));
  const hash = device.store.view().get('auth user', 'ines')?.properties['encrypted-password'];
  assert.match(String(hash), /^\$scrypt\$/);
});

test('default keeps what the device would lose itself by', async () => {
  await ask('PATCH', '/mgmt/tm/sys/global-settings', {
    hostname: 'kept.example.com',
    guiSetup: 'disabled',
  });
  await ask('PATCH', '/mgmt/tm/auth/user/admin', { description: 'me' });
  await make('/mgmt/tm/sys/management-ip', { name: '10.99.0.1/24' });
  await config({ command: 'load', name: 'default' });
  const view = device.store.view();
  assert.equal(view.get('sys global-settings', '')?.properties['hostname'], 'kept.example.com');
  assert.deepEqual(view.stored('sys global-settings', '')?.properties, {
    hostname: 'kept.example.com',
  });
  assert.equal(view.get('auth user', 'admin')?.properties['description'], 'me');
  assert.deepEqual(view.names('sys management-ip'), ['10.99.0.1/24']);
  assert.equal(view.count('sys opaque'), 0);
});
