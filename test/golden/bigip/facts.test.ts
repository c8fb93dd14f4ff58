/** The catalogue against what a real BIG-IP answers: kinds, properties, stock objects and their values. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { isDeepStrictEqual } from 'node:util';
import { componentById, components } from '../../../src/catalogue/index.ts';
import type { Component, Properties, Property } from '../../../src/catalogue/types.ts';
import { TestWorld } from '../../../src/config/model/test-world.ts';
import { type JsonObject, toJson } from '../../../src/config/text/json.ts';
import { camelCase, restName } from '../../../src/config/text/names.ts';
import { exceptions } from './exceptions.ts';

interface Facts {
  readonly properties: Readonly<Record<string, string>>;
  readonly objects?: Readonly<Record<string, JsonObject>>;
}

const facts = JSON.parse(readFileSync(join(import.meta.dirname, 'facts.json'), 'utf8')) as Readonly<
  Record<string, Facts>
>;

const used = new Set<string>();
const patterns = Object.keys(exceptions).map((key) => {
  const escaped = key.replaceAll(/[.[\]+?^$(){}|\\]/g, String.raw`\$&`).replaceAll('*', '.*');
  return [key, new RegExp(`^${escaped}$`)] as const;
});

type Difference = readonly [where: string, what: string];

/** All of them are said: a diff would be cut short. */
function assertExplained(found: readonly Difference[]): void {
  const unexplained = found.flatMap(([where, what]) => {
    const known = patterns.filter(([, pattern]) => pattern.test(where));
    for (const [key] of known) used.add(key);
    return known.length > 0 ? [] : [`${where}: ${what}`];
  });
  assert.ok(unexplained.length === 0, unexplained.join('\n'));
}

/** `ltm policy rules actions` is items of items of a component. */
function propertiesOf(id: string): readonly Property[] | undefined {
  const component = componentById(id);
  if (component !== undefined) return component.properties;
  const words = id.split(' ');
  const last = words.pop();
  const parent = words.length < 2 ? undefined : propertiesOf(words.join(' '));
  const type = parent?.find((property) => property.name === last)?.type;
  return type?.kind === 'items' ? type.properties : undefined;
}

function namesOf(properties: readonly Property[], before = ''): string[] {
  return properties.flatMap((property) => {
    const { type } = property;
    const name = `${before}${restName(property)}`;
    if (type.kind === 'flags') return type.flags.map(({ flag }) => `${before}${camelCase(flag)}`);
    if (type.kind === 'struct') return [name, ...namesOf(type.properties, `${name}.`)];
    if (type.kind === 'items') return [name, ...namesOf(type.properties, `${name}[].`)];
    return type.kind === 'list' && type.of.kind === 'struct'
      ? [name, ...namesOf(type.of.properties, `${name}[].`)]
      : [name];
  });
}

/** Below a word, things that are not components: `ltm profile`. */
function isOrganizing(id: string): boolean {
  return components.some((component) => component.id.startsWith(`${id} `));
}

const entries = Object.entries(facts);

test('every kind of a BIG-IP is in the catalogue', () => {
  const missing = entries
    .map(([id]) => id)
    .filter((id) => propertiesOf(id) === undefined && !isOrganizing(id));
  assertExplained(missing.map((id) => [id, 'is not in the catalogue']));
});

test('every property of a BIG-IP is in the catalogue', () => {
  const missing = entries.flatMap(([id, { properties }]) => {
    const own = propertiesOf(id);
    if (own === undefined) return [];
    const names = new Set(namesOf(own));
    return Object.entries(properties)
      .filter(([name]) => !names.has(name))
      .map(([name, type]) => [`${id} ${name}`, `is not in the catalogue (${type})`] as const);
  });
  assertExplained(missing);
});

/** As JSON has them: number, string, boolean, list, block. */
function jsonTypes(property: Property): readonly string[] {
  const { type } = property;
  switch (type.kind) {
    case 'integer':
      if (type.wire === 'string') return ['string'];
      return type.words === undefined ? ['number'] : ['number', 'string'];
    case 'port':
      return ['number', 'string'];
    case 'flags':
      return ['boolean'];
    case 'list':
      return ['list', 'string'];
    case 'items':
      return ['list'];
    case 'struct':
      return ['block'];
    default:
      return ['string'];
  }
}

test('properties have the JSON types that a BIG-IP gives them', () => {
  const found = entries.flatMap(([id, { properties }]) =>
    (propertiesOf(id) ?? []).flatMap((property): Difference[] => {
      const name = restName(property);
      const theirs = properties[name]?.split('|');
      if (theirs === undefined || property.type.kind === 'flags') return [];
      const ours = jsonTypes(property);
      return theirs.some((type) => ours.includes(type))
        ? []
        : [[`${id} ${name}`, `is ${theirs.join(' or ')} there, ${ours.join(' or ')} here`]];
    }),
  );
  assertExplained(found);
});

const { view } = new TestWorld();

/** Undefined: a fresh device has no such object. */
function answer(component: Component, name: string): JsonObject | undefined {
  const values: Properties | undefined = view.get(component.id, name)?.properties;
  if (values === undefined) return undefined;
  const everyProperty = component.output === 'every-property';
  return toJson(component.properties, values, { everyProperty, link: () => undefined });
}

function recorded(objects: Readonly<Record<string, JsonObject>>, name: string): JsonObject {
  const own = objects[name] ?? {};
  const parent = own['defaultsFrom'];
  return typeof parent === 'string' && parent !== name && objects[parent] !== undefined
    ? { ...recorded(objects, parent), ...own }
    : own;
}

/** The order of keys, and of what is in lists, does not count. */
function canonical(value: unknown): unknown {
  if (Array.isArray(value))
    return value.map((entry) => JSON.stringify(canonical(entry))).toSorted();
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .map(([key, inner]) => [key, canonical(inner)] as const)
      .toSorted(([a], [b]) => (a < b ? -1 : 1)),
  );
}

function differences(component: Component, name: string, theirs: JsonObject): Difference[] {
  const where = `${component.id}${name === '' ? '' : ` ${name}`}`;
  const ours = answer(component, name);
  if (ours === undefined) return [[where, 'is not there from the start']];
  const hidden = new Set(
    component.properties
      .filter(
        ({ runtime, derived, secret, access }) =>
          [runtime, derived, secret].includes(true) || access !== undefined,
      )
      .map(restName),
  );
  const keys = new Set([...Object.keys(theirs), ...Object.keys(ours)]);
  return [...keys]
    .filter((key) => !hidden.has(key))
    .filter((key) => !isDeepStrictEqual(canonical(theirs[key]), canonical(ours[key])))
    .map((key) => [
      `${where} ${key}`,
      `${JSON.stringify(theirs[key])} there, ${JSON.stringify(ours[key])} here`,
    ]);
}

for (const module of ['auth', 'cli', 'cm', 'gtm', 'ltm', 'net', 'sys']) {
  test(`objects that a fresh BIG-IP has in ${module} are here, with the same values`, () => {
    const found = entries
      .filter(([id]) => id.startsWith(`${module} `))
      .flatMap(([id, { objects = {} }]) => {
        const component = componentById(id);
        if (component === undefined || component.stateOnly === true) return [];
        return Object.keys(objects).flatMap((name) =>
          differences(component, name, recorded(objects, name)),
        );
      });
    assertExplained(found);
  });
}

test('every exception applies', () => {
  assert.deepEqual(
    Object.keys(exceptions).filter((key) => !used.has(key)),
    [],
  );
});
