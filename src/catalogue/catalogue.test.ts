import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'node:test';
import { checks } from '../config/model/checks/index.ts';
import type { Check } from '../config/model/checks/context.ts';
import { textChecks } from '../config/model/texts.ts';
import { componentById, components } from './index.ts';
import { referencePages } from './reference-pages.ts';
import { typesText } from './type-text.ts';
import type { Component, Property, PropertyType } from './types.ts';

function walk(properties: readonly Property[], visit: (property: Property) => void): void {
  for (const property of properties) {
    visit(property);
    const inner = innerProperties(property.type);
    if (inner !== undefined) walk(inner, visit);
  }
}

function innerProperties(type: PropertyType): readonly Property[] | undefined {
  if (type.kind === 'struct' || type.kind === 'items') return type.properties;
  return type.kind === 'list' ? innerProperties(type.of) : undefined;
}

function every(visit: (component: Component, property: Property) => void): void {
  for (const component of components) {
    walk(component.properties, (property) => visit(component, property));
    for (const action of component.actions ?? []) {
      walk(action.parameters, (property) => visit(component, property));
    }
  }
}

test('generated files are up to date', () => {
  const generated = join(import.meta.dirname, 'generated', 'types.ts');
  assert.equal(readFileSync(generated, 'utf8'), typesText(), 'run node src/cmd/generate.ts');
  const docs = join(import.meta.dirname, '..', '..', 'docs', 'reference');
  for (const [name, page] of referencePages(components)) {
    assert.equal(readFileSync(join(docs, name), 'utf8'), page, `docs/reference/${name} is stale`);
  }
});

test('ids and property names are unique, in kebab-case, and explained', () => {
  assert.equal(new Set(components.map((component) => component.id)).size, components.length);
  for (const component of components) {
    assert.match(component.id, /^[a-z0-9-]+( [a-z0-9-]+){1,4}$/);
    assert.ok(component.help.endsWith('.') || component.help.endsWith('?'), component.id);
    const names = component.properties.map((property) => property.name);
    assert.equal(new Set(names).size, names.length, component.id);
  }
  every((component, property) => {
    assert.match(property.name, /^[a-z0-9]+(-[a-z0-9]+)*$/, `${component.id} ${property.name}`);
    assert.ok(property.help.length > 3, `${component.id} ${property.name} has no help`);
  });
});

test('REST names of an object are unique', () => {
  const camel = (name: string): string =>
    name.replaceAll(/-([a-z0-9])/g, (_, letter: string) => letter.toUpperCase());
  for (const component of components) {
    const names = component.properties.flatMap((property) => {
      if (property.type.kind === 'flags') return property.type.flags.map((f) => camel(f.flag));
      return [property.rest ?? camel(property.name)];
    });
    assert.equal(new Set(names).size, names.length, component.id);
  }
});

test('references name components that exist', () => {
  every((component, property) => {
    const type = property.type.kind === 'list' ? property.type.of : property.type;
    const to =
      type.kind === 'reference' || type.kind === 'monitor-rule'
        ? type.to
        : type.kind === 'items'
          ? (type.nameReference?.to ?? [])
          : [];
    for (const id of to) {
      assert.ok(componentById(id) !== undefined, `${component.id}: ${id}`);
    }
  });
});

test('checks that entries name are written, and written checks are named', () => {
  const named = new Set(components.flatMap((component) => component.checks ?? []));
  assert.deepEqual([...named].toSorted(), Object.keys(checks).toSorted());
  const texts = new Set<string>();
  for (const component of components) {
    if (component.naming.kind !== 'singleton') texts.add(component.naming.nameCheck ?? '');
  }
  every((_, { type }) => {
    if (type.kind === 'string') texts.add(type.check ?? '');
    if (type.kind === 'items') texts.add(type.nameCheck ?? '');
    if (type.kind === 'list' && type.of.kind === 'string') texts.add(type.of.check ?? '');
  });
  texts.delete('');
  assert.deepEqual([...texts].toSorted(), Object.keys(textChecks).toSorted());
});

test('defaults are values of their types', () => {
  every((component, { name, type, default: preset }) => {
    if (preset === undefined) return;
    const where = `${component.id} ${name}`;
    if (type.kind === 'enum') {
      assert.ok(
        type.values.some((entry) => entry.value === preset && !entry.echo),
        where,
      );
    }
    if (type.kind === 'flags') {
      assert.ok(
        type.flags.some((choice) => choice.flag === preset),
        where,
      );
    }
    if (type.kind === 'integer' && typeof preset === 'number') {
      assert.ok(preset >= type.minimum && preset <= type.maximum, where);
    } else if (type.kind === 'integer') {
      assert.ok(type.words?.includes(String(preset)), where);
    }
  });
});

test('database variables start at values that they may take', () => {
  const check = checks['db-range'];
  const stock = componentById('sys db')?.stock ?? [];
  assert.ok(stock.length > 2200 && check !== undefined);
  for (const { name, properties = {} } of stock) {
    const object = { component: 'sys db', name, properties } as unknown as Parameters<Check>[0];
    const context = {} as unknown as Parameters<Check>[1];
    assert.deepEqual(check(object, context), [], name);
  }
});
