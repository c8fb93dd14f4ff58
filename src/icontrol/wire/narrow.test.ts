import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { type JsonObject, isJsonObject } from '../../config/text/json.ts';
import { componentPath } from '../../config/text/urls.ts';
import { type TestDevice, startTestDevice } from '../test-device.ts';
import { components } from '../../catalogue/index.ts';
import { parseQuery, selected } from './query.ts';

let device: TestDevice;
before(async () => {
  device = await startTestDevice();
  const members = [{ name: '10.0.0.1:80', ratio: 3 }];
  const made = await device.ask('POST', '/mgmt/tm/ltm/pool', { name: 'web', members });
  assert.equal(made.status, 200, made.text);
});
after(() => device.close());

function itemsOf({ items }: JsonObject): readonly JsonObject[] {
  return Array.isArray(items) ? items.filter(isJsonObject) : [];
}

/** As if everything had been made and then left out. */
async function agrees(path: string, select: string, more = ''): Promise<number> {
  const query = parseQuery(`$select=${select}`);
  assert.ok(query.ok);
  const whole = await device.ask('GET', `${path}?${more}`);
  const some = await device.ask('GET', `${path}?$select=${select}&${more}`);
  const expected = itemsOf(whole.json).map((item) => selected(item, query.value));
  assert.deepEqual(itemsOf(some.json), expected, `${path} ${select}`);
  return expected.length;
}

test('what is left out is never made, and nothing else is missing: every property of every component', async () => {
  let shown = 0;
  for (const { id, naming, stateOnly } of components) {
    if (naming.kind === 'singleton' || stateOnly === true) continue;
    const path = componentPath(id);
    const [first] = itemsOf((await device.ask('GET', path)).json);
    if (first === undefined) continue;
    const keys = Object.keys(first);
    // Each for itself would be thousands of questions.
    for (const turn of [0, 1]) {
      const names = keys.filter((_, index) => index % 2 === turn);
      if (names.length > 0) shown += await agrees(path, names.join(','));
    }
  }
  assert.ok(shown > 300);
});

test('below sub-collections, with unknown names, with a filter', async () => {
  const path = '/mgmt/tm/ltm/pool';
  const expand = 'expandSubcollections=true';
  for (const [select, more] of [
    ['fullPath,membersReference/items/name,membersReference/items/ratio', expand],
    ['fullPath,membersReference', expand],
    ['fullPath,membersReference/link', expand],
    ['name,nothing', expand],
    ['load-balancing-mode,monitor', ''],
  ] as const) {
    assert.equal(await agrees(path, select, more), 1);
  }
  const found = await device.ask('GET', `${path}?$select=name&$filter=minActiveMembers%20eq%200`);
  assert.deepEqual(itemsOf(found.json), [{ name: 'web' }]);
});
