import assert from 'node:assert/strict';
import { test } from 'node:test';
import { components } from '../catalogue/index.ts';
import { catalogueOf, imageOf } from './shell-catalogue.ts';

test('the kept catalogue is the catalogue', () => {
  const kept = catalogueOf(imageOf(components));
  assert.deepEqual(JSON.parse(JSON.stringify(kept.components)), components);
  assert.equal(
    kept.component('ltm pool'),
    kept.components.find(({ id }) => id === 'ltm pool'),
  );
  assert.equal(kept.component('ltm nothing'), undefined);
});
