/** Sub-collections of sub-collections, and drafts: what `ltm policy` has and nothing else. */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { JsonObject } from '../../config/text/json.ts';
import { type TestDevice, startTestDevice } from '../test-device.ts';

let device: TestDevice;
const policies = '/mgmt/tm/ltm/policy';
const draft = `${policies}/~Common~Drafts~web`;
const link = (path: string): string => `https://localhost${path}?ver=16.1.0`;

before(async () => {
  device = await startTestDevice();
  await device.ask('POST', '/mgmt/tm/ltm/pool', { name: 'images' });
});
after(() => device.close());

const body = {
  name: 'web',
  partition: 'Common',
  subPath: 'Drafts',
  requires: ['http'],
  controls: ['forwarding'],
  rules: [
    {
      name: 'r1',
      conditions: [{ name: '0', httpUri: true, path: true, startsWith: true, values: ['/img'] }],
      actions: [{ name: '0', forward: true, select: true, pool: '/Common/images' }],
    },
  ],
};

function at(json: JsonObject, ...path: readonly string[]): unknown {
  let value: unknown = json;
  for (const key of path) value = (value as Record<string, unknown> | undefined)?.[key];
  return value;
}

test('a published policy cannot be made directly; a draft can', async () => {
  const direct = await device.ask('POST', policies, { name: 'web' });
  assert.equal(direct.status, 400);
  assert.equal(
    direct.json['message'],
    "01071abb:3: Cannot create/modify published policy '/Common/web' directly, try specifying a draft folder like '/Common/Drafts/web'.",
  );
  const made = await device.ask('POST', policies, body);
  assert.equal(made.status, 200, made.text);
  assert.equal(made.json['status'], 'draft');
  assert.equal(made.json['fullPath'], '/Common/Drafts/web');
});

test('expandSubcollections reaches every level', async () => {
  const { json } = await device.ask('GET', `${draft}?expandSubcollections=true`);
  const rule = at(json, 'rulesReference', 'items', '0') as JsonObject;
  const action = at(rule, 'actionsReference', 'items', '0') as JsonObject;
  assert.equal(action['kind'], 'tm:ltm:policy:rules:actions:actionsstate');
  assert.equal(
    action['selfLink'],
    link('/mgmt/tm/ltm/policy/~Common~Drafts~web/rules/r1/actions/0'),
  );
  assert.deepEqual(action['poolReference'], { link: link('/mgmt/tm/ltm/pool/~Common~images') });
  const plain = await device.ask('GET', `${draft}/rules/r1`);
  assert.deepEqual(plain.json['conditionsReference'], {
    link: link('/mgmt/tm/ltm/policy/~Common~Drafts~web/rules/r1/conditions'),
    isSubcollection: true,
  });
});

test('items of items are created, changed, read and deleted one by one', async () => {
  const actions = `${draft}/rules/r1/actions`;
  const made = await device.ask('POST', actions, { name: '1', log: true, write: true });
  assert.equal(made.status, 200, made.text);
  const again = await device.ask('POST', actions, { name: '1', log: true });
  assert.equal(again.status, 409);
  const changed = await device.ask('PATCH', `${actions}/1`, { message: 'seen' });
  assert.deepEqual([changed.json['message'], changed.json['log']], ['seen', true]);
  const all = await device.ask('GET', `${actions}/`);
  assert.equal(all.json['kind'], 'tm:ltm:policy:rules:actions:actionscollectionstate');
  assert.equal((all.json['items'] as readonly unknown[]).length, 2);
  assert.equal((await device.ask('DELETE', `${actions}/1`)).status, 200);
  assert.equal((await device.ask('GET', `${actions}/1`)).text.includes('Object not found'), true);
  const nowhere = await device.ask('POST', `${draft}/rules/r9/actions`, { name: '0' });
  assert.deepEqual([nowhere.status, nowhere.json['message']], [404, 'Object not found - r9']);
});

test('publishing puts the draft in force, and what is published stays as it is', async () => {
  const virtual = { name: 'v', destination: '10.7.1.1:80', profiles: ['tcp', 'http'] };
  const early = await device.ask('POST', '/mgmt/tm/ltm/virtual', {
    ...virtual,
    policies: ['/Common/Drafts/web'],
  });
  assert.equal(early.status, 400);
  const published = await device.ask('POST', policies, {
    command: 'publish',
    name: '/Common/Drafts/web',
  });
  assert.equal(published.status, 200, published.text);
  assert.equal((await device.ask('GET', draft)).status, 404);
  const used = await device.ask('POST', '/mgmt/tm/ltm/virtual', { ...virtual, policies: ['web'] });
  assert.equal(used.status, 200, used.text);

  const self = `${policies}/~Common~web`;
  const before = await device.ask('GET', `${self}?expandSubcollections=true`);
  assert.equal(before.json['status'], 'published');
  for (const [method, path, change] of [
    ['PATCH', self, { description: 'x' }],
    ['PUT', self, before.json],
    ['POST', `${self}/rules`, { name: 'r2' }],
    ['PATCH', `${self}/rules/r1/actions/0`, { port: 1 }],
    ['DELETE', `${self}/rules/r1`, undefined],
  ] as const) {
    const answer = await device.ask(method, path, change);
    assert.equal(answer.status, 400, `${method} ${path}`);
    assert.match(answer.text, /01071abb:3: Cannot create\/modify published policy/);
  }
  const second = await device.ask('POST', policies, { name: 'web', subPath: 'Drafts' });
  assert.match(second.text, /Published policy \\"\/Common\/web\\" exists, use create-draft/);
  assert.deepEqual(
    (await device.ask('GET', `${self}?expandSubcollections=true`)).json,
    before.json,
  );
});

test('a draft is copied from what is published, changed, and published again', async () => {
  const self = `${policies}/~Common~web`;
  const copied = await device.ask('PATCH', `${self}?options=create-draft`, {});
  assert.equal(copied.status, 200, copied.text);
  const copy = await device.ask('GET', draft);
  assert.deepEqual([copy.json['status'], copy.json['publishedCopy']], ['draft', '/Common/web']);
  assert.equal((await device.ask('PATCH', self, { createDraft: true })).status, 409);
  await device.ask('PATCH', draft, { description: 'second' });
  const published = await device.ask('POST', policies, { command: 'publish', name: 'Drafts/web' });
  assert.equal(published.status, 200, published.text);
  const now = await device.ask('GET', self);
  assert.deepEqual([now.json['description'], now.json['status']], ['second', 'published']);
});

test('a legacy policy is changed in place; the words are those of tmsh too', async () => {
  const made = await device.ask('POST', policies, { name: 'old', legacy: true });
  assert.equal(made.json['status'], 'legacy', made.text);
  const changed = await device.ask('PATCH', `${policies}/old`, { description: 'x' });
  assert.equal(changed.status, 200, changed.text);
  const { status, output } = await device.tmsh(
    'create ltm policy Drafts/t rules add { a { ordinal 1 } }; publish ltm policy Drafts/t; ' +
      'modify ltm policy t create-draft; list ltm policy Drafts/t',
  );
  assert.equal(status, 0, output);
  assert.match(output, /status draft/);
});

test('a pattern of names deletes what it fits, and nothing of the system', async () => {
  await device.ask('POST', policies, { name: 'old2', legacy: true });
  const gone = await device.ask('DELETE', `${policies}?options=old*`);
  assert.deepEqual([gone.status, gone.text], [200, '']);
  assert.equal((await device.ask('GET', `${policies}/old`)).status, 404);
  assert.equal((await device.ask('GET', `${policies}/web`)).status, 200);
  assert.equal((await device.ask('DELETE', '/mgmt/tm/ltm/profile/udp?options=*')).status, 200);
  assert.equal((await device.ask('GET', '/mgmt/tm/ltm/profile/udp/udp')).status, 200);
  assert.equal((await device.ask('DELETE', policies)).status, 400);
});
