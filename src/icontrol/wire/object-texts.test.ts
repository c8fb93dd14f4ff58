import assert from 'node:assert/strict';
import { test } from 'node:test';
import { components } from '../../catalogue/index.ts';
import type { Properties } from '../../catalogue/types.ts';
import type { ConfigView, EffectiveObject } from '../../config/types.ts';
import { createObjectTexts } from './object-texts.ts';

function object(name: string): EffectiveObject {
  const version = { wall: 0, counter: 0 };
  const stored = { component: 'ltm virtual', name, properties: {}, generation: 1, version };
  return { component: 'ltm virtual', name, properties: {}, stored };
}

/** As the tree has them: the same list as long as the names are the same. */
function view(profiles: readonly string[]): { names(id: string): readonly string[] } {
  const none: readonly string[] = [];
  return { names: (id) => (id === 'ltm profile http' ? profiles : none) };
}

test('made once, and again when the object, its fields or what a name may stand for changed', () => {
  const texts = createObjectTexts(components);
  const none: readonly string[] = [];
  const start: Pick<ConfigView, 'names'> = { names: () => none };
  let made = 0;
  const ask = (one: EffectiveObject, fields: Properties = {}, at = start): string =>
    texts.reader(at).textOf(one, fields, () => {
      made += 1;
      return `${one.name} ${made}`;
    });
  const first = object('/Common/a');
  assert.deepEqual([ask(first), ask(first)], ['/Common/a 1', '/Common/a 1']);
  assert.equal(ask(first, { state: 'up' }), '/Common/a 2');
  assert.equal(ask(first, { state: 'up' }), '/Common/a 2');
  assert.equal(ask(first, { state: 'down' }), '/Common/a 3');
  assert.equal(ask(object('/Common/a')), '/Common/a 4');
  const later = { names: (id: string) => (id === 'ltm profile http' ? ['/Common/a'] : none) };
  assert.equal(ask(first, { state: 'down' }, later), '/Common/a 5');
});

test('who began to read before names changed leaves nothing for who reads after', () => {
  const texts = createObjectTexts(components);
  const one = object('/Common/a');
  const before = texts.reader(view([]));
  const after = texts.reader(view(['/Common/x']));
  const old = before.textOf(one, {}, () => 'old links');
  const now = after.textOf(one, {}, () => 'new links');
  assert.deepEqual([old, now], ['old links', 'new links']);
});
