/**
 * The form of every component, without a browser: what an object shows becomes what stands in the fields, and what stands in the fields, set as it
 * is, changes nothing. A new component is in this test by being in the catalogue.
 */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { components } from '../../src/catalogue/index.ts';
import type { Component } from '../../src/catalogue/types.ts';
import type { JsonObject } from '../../src/config/text/json.ts';
import { componentPath, objectPath } from '../../src/config/text/urls.ts';
import { type TestDevice, startTestDevice } from '../../src/icontrol/test-device.ts';
import { bodyOf, draftOf } from '../../web/src/forms/draft.ts';

let device: TestDevice;
before(async () => {
  device = await startTestDevice();
});
after(() => device.close());

const expand = 'expandSubcollections=true';

/** The first object there is, made when none is and a name is enough. */
async function someObject(component: Component): Promise<string | undefined> {
  if (component.naming.kind === 'singleton') return '';
  const names = device.store.view().names(component.id);
  if (names[0] !== undefined) return names[0];
  const made = await device.ask('POST', componentPath(component.id), { name: 'from_form' });
  return made.status === 200 ? device.store.view().names(component.id)[0] : undefined;
}

test('every component: what a form shows, set as it is, changes nothing', async () => {
  let checked = 0;
  for (const component of components) {
    if (component.stateOnly === true) continue;
    const name = await someObject(component);
    if (name === undefined) continue;
    const path = objectPath(component, name);
    const read = await device.ask('GET', `${path}?${expand}`);
    assert.equal(read.status, 200, `${component.id}: ${read.text}`);
    const draft = draftOf(component.properties, read.json);
    assert.deepEqual(bodyOf(component.properties, draft, draft), {}, component.id);
    const body = bodyOf(component.properties, draft);
    if (Object.keys(body).length === 0) continue;
    const tried = await device.ask('PUT', `${path}?dryRun=true`, body);
    assert.equal(
      tried.status,
      200,
      `${component.id} ${name}: ${tried.text} ${JSON.stringify(body)}`,
    );
    assert.deepEqual(changedBy(tried.json), [], `${component.id} ${name}: ${JSON.stringify(body)}`);
    checked += 1;
  }
  assert.ok(checked > 300, `${checked} components`);
});

/** What stock objects have in another order, or as a number, than REST writes it is the same. */
function changedBy(json: JsonObject): readonly unknown[] {
  const { changes } = json;
  // A dry run's own words (src/icontrol/history/changes-json).
  const shown = (changes ?? []) as readonly { readonly properties: readonly JsonObject[] }[];
  return shown
    .flatMap(({ properties }) => properties)
    .filter(({ before: was, after: is }) => plain(was) !== plain(is));
}

function plain(value: unknown): string {
  return Array.isArray(value)
    ? value.map(plain).toSorted().join()
    : JSON.stringify(value).replaceAll('"', '');
}
