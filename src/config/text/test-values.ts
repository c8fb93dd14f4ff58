/** For tests only: values that a property can hold in text, whatever the component. */
import fc from 'fast-check';
import type { Properties, Property, PropertyType, Value } from '../../catalogue/types.ts';

const leaf = fc.stringMatching(/^[a-z][a-z0-9_.-]{0,8}$/).filter((word) => !reserved.has(word));
const reserved = new Set(['none', 'default', 'all', 'and', 'min', 'add', 'delete', 'modify']);
const path = leaf.map((name) => `/Common/${name}`);
const text = fc
  .string({ minLength: 1, maxLength: 12, unit: 'grapheme' })
  .filter((word) => !reserved.has(word) && word !== 'replace-all-with');

/** Every property present or absent at random. */
export function valuesOf(properties: readonly Property[]): fc.Arbitrary<Properties> {
  const usable = properties.filter(
    ({ access }) => access !== 'write-only' && access !== 'read-only',
  );
  const entries = usable.map((property) => [property.name, valueOf(property.type)] as const);
  return fc.record(Object.fromEntries(entries), { requiredKeys: [] }).map(withoutEmptyStructs);
}

/** An empty block prints nothing, so it cannot come back. */
function withoutEmptyStructs(values: Readonly<Record<string, Value | undefined>>): Properties {
  return Object.fromEntries(
    Object.entries(values).filter((entry): entry is [string, Value] => {
      const value = entry[1];
      return typeof value !== 'object' || Array.isArray(value) || Object.keys(value).length > 0;
    }),
  );
}

function valueOf(type: PropertyType): fc.Arbitrary<Value> {
  switch (type.kind) {
    case 'string':
      return text;
    case 'blob':
      return fc.constantFrom('when HTTP_REQUEST { pool web }', 'set a "\\}"\nset b {c}');
    case 'integer':
      return fc.integer({ min: type.minimum, max: type.maximum });
    case 'enum':
      return fc.constantFrom(...type.values.map(({ value }) => value));
    case 'flags':
      return fc.constantFrom(...type.flags.map(({ flag }) => flag));
    case 'address':
      return fc.constantFrom('10.0.0.1', '2001:db8::1', '10.0.0.1%2');
    case 'prefix':
      return fc.constantFrom('10.0.0.0/8', '2001:db8::/32');
    case 'endpoint':
      return fc.constantFrom('/Common/10.0.0.1:80', '/Common/2001:db8::1.80', '/Common/any:0');
    case 'port':
      return fc.integer({ min: 0, max: 65535 });
    case 'reference':
      return path;
    case 'monitor-rule':
      return fc.oneof(
        path,
        fc.tuple(path, path).map(([a, b]) => `${a} and ${b}`),
        fc.tuple(path, path).map(([a, b]) => `min 1 of { ${a} ${b} }`),
      );
    case 'list':
      return fc.uniqueArray(valueOf(type.of), { minLength: 1, maxLength: 3 });
    case 'items':
      return fc
        .uniqueArray(path, { minLength: 1, maxLength: 3 })
        .chain((names) =>
          fc.tuple(
            ...names.map((name) => valuesOf(type.properties).map((rest) => ({ ...rest, name }))),
          ),
        )
        .map((items) => items.map(({ name, ...rest }) => ({ name, ...rest })));
    case 'struct':
      return valuesOf(type.properties);
  }
}
