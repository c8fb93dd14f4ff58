import assert from 'node:assert/strict';
import { test } from 'node:test';
import { componentById } from '../../../src/catalogue/index.ts';
import { bodyOf, changedNames, draftOf } from './draft.ts';

const pool = componentById('ltm pool')?.properties ?? [];
const virtual = componentById('ltm virtual')?.properties ?? [];

test('a form that nobody touched changes nothing', () => {
  const json = {
    monitor: '/Common/http ',
    membersReference: { items: [{ name: '10.0.0.1:80', partition: 'Common', ratio: 3 }] },
  };
  const draft = draftOf(pool, json);
  assert.deepEqual(bodyOf(pool, draft, draft), {});
  assert.deepEqual(draft['members'], [
    { itemName: '/Common/10.0.0.1:80', values: { ...draftOf(itemsOf('members'), {}), ratio: '3' } },
  ]);
});

test('what changed is in the body, what was emptied is null, flags are true', () => {
  const before = draftOf(virtual, { description: 'a', vlansEnabled: true, connectionLimit: 5 });
  const now = { ...before, description: '', vlans: ['/Common/lan'], 'connection-limit': '7' };
  assert.deepEqual(changedNames(before, now).toSorted(), [
    'connection-limit',
    'description',
    'vlans',
  ]);
  const body = bodyOf(virtual, now, before);
  assert.deepEqual(body, { description: null, vlans: ['/Common/lan'], connectionLimit: 7 });
});

test('of a block only what changed in it', () => {
  const before = draftOf(virtual, { sourceAddressTranslation: { type: 'none' } });
  const now = { ...before, 'source-address-translation': { type: 'automap', pool: '' } };
  assert.deepEqual(bodyOf(virtual, now, before), { sourceAddressTranslation: { type: 'automap' } });
});

function itemsOf(name: string) {
  const type = pool.find((one) => one.name === name)?.type;
  return type?.kind === 'items' ? type.properties : [];
}
