/**
 * A property that is marked `effective` is named by code that acts on it. The test cannot see that the code
 * does the right thing; it sees a mark that nothing stands behind.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { components } from '../../src/catalogue/index.ts';
import type { Property } from '../../src/catalogue/types.ts';
import { readSources } from './sources.ts';

/** What draws on the catalogue names properties without acting on them. */
const drawn =
  /^src\/(catalogue|tmsh(?!\/preference\.ts)|config\/text)\b|\.test\.ts$|\/test-[a-z]+\.ts$/;
const code = readSources('src/**/*.ts')
  .filter(({ path }) => !drawn.test(path))
  .map(({ text }) => text)
  .join('\n');

/** Acted on for all components at once, or by people. */
const general = new Set(['description', 'defaults-from', 'metadata', 'app-service']);

function isReported(property: Property): boolean {
  return property.access !== undefined || property.runtime === true || property.derived === true;
}

function unfounded(id: string, properties: readonly Property[]): string[] {
  return properties.flatMap((property) => {
    const { type, name } = property;
    if (isReported(property)) return [];
    const isBlock = type.kind === 'struct';
    const below = isBlock || type.kind === 'items' ? unfounded(id, type.properties) : [];
    const words = type.kind === 'flags' ? [name, ...type.flags.map(({ flag }) => flag)] : [name];
    const isFounded =
      property.effect === 'stored' ||
      general.has(name) ||
      isBlock ||
      words.some((word) => code.includes(`'${word}'`));
    return isFounded ? below : [`${id} ${name}`, ...below];
  });
}

test('no property is marked effective that no code names', () => {
  const found = components.flatMap(({ id, properties }) => unfounded(id, properties));
  assert.deepEqual(found, []);
});
