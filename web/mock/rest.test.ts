/** Each component of the catalogue in the mock: listed, read, and a form that nobody touched changes nothing. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { components } from '../../src/catalogue/index.ts';
import type { JsonObject } from '../../src/config/text/json.ts';
import { componentPath, objectPath } from '../../src/config/text/urls.ts';
import { bodyOf, draftOf } from '../src/forms/draft.ts';
import { type MockDevice, createMockDevice } from './rest.ts';

function ask(
  device: MockDevice,
  method: string,
  path: string,
  body: JsonObject = {},
  transaction?: string,
): JsonObject {
  const more = transaction === undefined ? {} : { transaction };
  const { status, json } = device.answer({ method, path, body, ...more });
  assert.equal(status, 200, `${method} ${path}: ${JSON.stringify(json)}`);
  return json;
}

test('every component has its list, and its objects come back as they are', () => {
  const device = createMockDevice(components);
  for (const component of components) {
    const { id, naming, properties, stateOnly } = component;
    const listed = ask(device, 'GET', componentPath(id));
    if (stateOnly === true) continue;
    const items = naming.kind === 'singleton' ? [listed] : listed['items'];
    assert.ok(Array.isArray(items), id);
    // REST's collections hold objects.
    for (const item of (items as readonly JsonObject[]).slice(0, 3)) {
      const name = String(item['fullPath'] ?? '');
      const read = ask(device, 'GET', objectPath(component, name));
      const draft = draftOf(properties, read);
      assert.deepEqual(bodyOf(properties, draft, draft), {}, `${id} ${name}`);
    }
    const told = ask(device, 'GET', `/mgmt/shared/evenkeel/catalogue/${id.replaceAll(' ', '/')}`);
    assert.equal((told['component'] as JsonObject)['id'], id);
  }
});

test('make, try, change, delete; a transaction is all of it; commits are told', () => {
  const device = createMockDevice(components);
  const told: number[] = [];
  device.onCommit(({ changes }) => told.push(changes.length));
  const pools = '/mgmt/tm/ltm/pool';
  const tried = ask(device, 'POST', `${pools}?dryRun=true`, { name: 'web' });
  assert.match(JSON.stringify(tried['changes']), /"action":"create".*ltm pool \/Common\/web/);
  assert.equal(
    device.answer({ method: 'GET', path: `${pools}/~Common~web`, body: {} }).status,
    404,
  );
  ask(device, 'POST', pools, { name: 'web' });
  const again = device.answer({ method: 'POST', path: pools, body: { name: 'web' } });
  assert.equal(again.status, 409);
  ask(device, 'PATCH', `${pools}/~Common~web`, { description: 'mine' });
  assert.equal(ask(device, 'GET', `${pools}/~Common~web`)['description'], 'mine');
  const opened = ask(device, 'POST', '/mgmt/tm/transaction');
  const id = String(opened['transId']);
  ask(device, 'DELETE', `${pools}/~Common~web`, {}, id);
  ask(device, 'POST', '/mgmt/tm/ltm/virtual', { name: 'v', destination: '10.0.0.1:80' }, id);
  ask(device, 'PATCH', `/mgmt/tm/transaction/${id}`, { state: 'VALIDATING' });
  assert.deepEqual(ask(device, 'GET', pools)['items'], []);
  assert.deepEqual(told, [1, 1, 2]);
  const virtual = '/mgmt/tm/ltm/virtual/~Common~v';
  ask(device, 'PATCH', virtual, { disabled: true });
  const { enabled, disabled } = ask(device, 'GET', virtual);
  assert.deepEqual([enabled, disabled], [undefined, true]);
});
