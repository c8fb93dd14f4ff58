/** What somebody might put in place of a value: right, nearly right, wrong, and hostile. */
import type { Component, Property, PropertyType } from '../../src/catalogue/types.ts';
import type { Json, JsonObject } from '../../src/config/text/json.ts';
import { camelCase, restName } from '../../src/config/text/names.ts';
import type { Chance } from './random.ts';

const texts = [
  '',
  ' ',
  'x',
  'none',
  'default',
  'all',
  'null',
  'true',
  '0',
  '-1',
  '1e400',
  '0x10',
  '99999999999999999999',
  '../../../etc/passwd',
  '/Common/../../etc/passwd',
  '/Common/',
  '//',
  '~Common~x',
  '%2e%2e%2f',
  'file:/etc/shadow',
  'a\u0000b',
  'a\nb',
  'a\r\nX-Injected: 1',
  '"',
  "'; DROP TABLE objects; --",
  '{',
  '}',
  '}\nauth user x { partition-access all }',
  '\\',
  '$(reboot)',
  '`id`',
  '\u202egnp.exe',
  '\ud800',
  'e\u0301\u0301\u0301',
  '💥'.repeat(20),
  'ﷺ'.repeat(100),
  '10.0.0.1:80',
  '10.0.0.1%9999:80',
  '10.0.0.256',
  '::ffff:10.0.0.1.80',
  '[::1]:80',
  '*:*',
  '0.0.0.0/0',
  'fe80::1%eth0',
  '1.2.3.4/33',
  'min 1 of { http',
  'http and and tcp',
  '__proto__',
  'constructor',
  'hasOwnProperty',
] as const;

const numbers = [
  0,
  -0,
  1,
  -1,
  1.5,
  255,
  256,
  65_535,
  65_536,
  2 ** 31,
  2 ** 32,
  2 ** 53,
  -(2 ** 53),
  1e21,
  1e308,
  5e-324,
] as const;

const keys = [
  '__proto__',
  'constructor',
  'prototype',
  'toString',
  'valueOf',
  'hasOwnProperty',
  'name',
  'kind',
  'selfLink',
  'generation',
  'unknownProperty',
  'a'.repeat(300),
  'ключ',
  '',
  '\u0000',
  '$ref',
  'add',
  'delete',
  'modify',
  'items',
] as const;

export function anyJson(chance: Chance, depth = 0): Json {
  switch (chance.below(depth > 4 ? 5 : 9)) {
    case 0:
      return chance.pick(texts);
    case 1:
      return chance.pick(numbers);
    case 2:
      return chance.oneIn(2);
    case 3:
      return null;
    case 4:
      return chance.oneIn(30) ? 'y'.repeat(70_000) : 'y'.repeat(chance.below(300));
    case 5:
    case 6:
      return Array.from({ length: chance.below(4) }, () => anyJson(chance, depth + 1));
    case 7:
      return chance.oneIn(20) ? nested(chance.pick([20, 60, 80])) : anyObject(chance, depth);
    default:
      return anyObject(chance, depth);
  }
}

function anyObject(chance: Chance, depth: number): JsonObject {
  return entries(
    Array.from({ length: chance.below(4) }, () => [chance.pick(keys), anyJson(chance, depth + 1)]),
  );
}

/** `__proto__` becomes a key like the others, as JSON.parse makes it. */
function entries(all: readonly (readonly [string, Json])[]): JsonObject {
  return Object.fromEntries(all);
}

function nested(depth: number): Json {
  let value: Json = 'deep';
  for (let level = 0; level < depth; level += 1) value = level % 2 === 0 ? [value] : { a: value };
  return value;
}

/** Often of the right kind, so that it gets further than the first check. */
function valueOf(type: PropertyType, chance: Chance): Json {
  if (chance.oneIn(3)) return anyJson(chance);
  switch (type.kind) {
    case 'integer':
      return chance.pick([
        type.minimum,
        type.maximum,
        type.minimum - 1,
        type.maximum + 1,
        String(type.maximum),
        chance.pick(numbers),
      ]);
    case 'enum': {
      const [first, ...others] = type.values.map(({ value }) => value);
      return first === undefined ? 'x' : chance.pick([first, ...others]);
    }
    case 'list':
      return Array.from({ length: chance.below(5) }, () => valueOf(type.of, chance));
    case 'items':
      return Array.from({ length: chance.below(4) }, () => itemOf(type.properties, chance));
    case 'struct':
      return objectOf(type.properties, chance);
    default:
      return chance.pick(texts);
  }
}

function itemOf(properties: readonly Property[], chance: Chance): Json {
  if (chance.oneIn(6)) return anyJson(chance);
  return {
    name: chance.pick(['10.0.0.1:80', 'x', chance.pick(texts)]),
    ...objectOf(properties, chance),
  };
}

function objectOf(properties: readonly Property[], chance: Chance): JsonObject {
  const chosen: [string, Json][] = [];
  for (let count = chance.below(4); count > 0 && properties.length > 0; count -= 1) {
    const property = properties[chance.below(properties.length)];
    if (property === undefined) continue;
    const { type } = property;
    const [flag] = type.kind === 'flags' ? type.flags : [];
    const key = flag === undefined ? restName(property) : camelCase(flag.flag);
    const value = flag === undefined ? valueOf(type, chance) : chance.pick([true, false, 'x', 1]);
    chosen.push([key, chance.oneIn(12) ? modifier(value, chance) : value]);
  }
  return entries(chosen);
}

/** As tmsh sends it. */
function modifier(value: Json, chance: Chance): JsonObject {
  return { [chance.pick(['add', 'delete', 'modify', 'delete-all', 'nonsense'])]: value };
}

export function bodyFor(component: Component, name: string, chance: Chance): JsonObject {
  const base = objectOf(component.properties, chance);
  const hostile = chance.oneIn(5) ? anyObject(chance, 2) : {};
  const named = chance.oneIn(4) ? chance.pick(texts) : name;
  const partition = chance.oneIn(10) ? { partition: chance.pick(texts) } : {};
  return entries([
    ...Object.entries({ name: chance.oneIn(20) ? anyJson(chance) : named, ...partition }),
    ...Object.entries(base),
    ...Object.entries(hostile),
  ]);
}

export function pathSegment(chance: Chance): string {
  const text = chance.pick(texts);
  try {
    return chance.oneIn(2) ? encodeURIComponent(text) : encodeURI(text).replace(/[?#]/g, '');
  } catch {
    return '%ff';
  }
}
