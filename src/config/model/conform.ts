/**
 * A database may be older than the catalogue that reads it: what the catalogue no longer has, or no longer
 * takes, is kept apart and said, so that the rest serves. Pure.
 */
import { componentById } from '../../catalogue/index.ts';
import type { Component, Properties, Property } from '../../catalogue/types.ts';
import type { KeptApart, StoredObject } from '../types.ts';
import { commonFolder, folderOf } from './names.ts';
import { normaliseProperties } from './normalise.ts';

export interface Conformed {
  /** Undefined: nothing of it can be used. */
  readonly object: StoredObject | undefined;
  readonly apart: KeptApart | undefined;
}

export function conform(object: StoredObject): Conformed {
  const component = componentById(object.component);
  if (component === undefined || component.stateOnly === true) {
    return wholly(object, `"${object.component}" is not a component with configuration`);
  }
  const shape = checkedShape(component);
  // References are the configuration's matter, not the catalogue's.
  const place = { folder: folderOf(object.name) ?? commonFolder, exists: () => true, secrets };
  const whyNot = (properties: Properties): string | undefined => {
    const { faults } = normaliseProperties(
      shape,
      properties,
      place,
      '',
      component.inherits === true,
    );
    return faults[0]?.message;
  };
  if (whyNot(object.properties) === undefined) return { object, apart: undefined };
  const kept: Record<string, Properties[string]> = {};
  const names: string[] = [];
  const reasons: string[] = [];
  for (const [name, value] of Object.entries(object.properties)) {
    const why = whyNot({ [name]: value });
    if (why === undefined) kept[name] = value;
    else {
      names.push(name);
      reasons.push(why);
    }
  }
  const why = reasons.join('; ');
  const lacking = component.properties.find(
    (property) => property.required === true && kept[property.name] === undefined,
  );
  if (lacking !== undefined) return wholly(object, why);
  return {
    object: { ...object, properties: kept },
    apart: { component: object.component, name: object.name, properties: names, why },
  };
}

function wholly({ component, name }: StoredObject, why: string): Conformed {
  return { object: undefined, apart: { component, name, why } };
}

/** Secrets are sealed texts here, which only their own box can check. */
const secrets = {
  seal: (_place: string, plain: string): string => plain,
  open: (sealed: string): string => sealed,
};

const shapes = new WeakMap<Component, readonly Property[]>();

function checkedShape(component: Component): readonly Property[] {
  const known = shapes.get(component);
  if (known !== undefined) return known;
  const shape = component.properties.map(leniently);
  shapes.set(component, shape);
  return shape;
}

/** Whatever the access: what is stored was allowed when it was. */
function leniently({ access: _access, ...property }: Property): Property {
  const { type } = property;
  if (property.secret === true) return { ...property, type: { kind: 'blob' } };
  if (type.kind !== 'items' && type.kind !== 'struct') return property;
  return { ...property, type: { ...type, properties: type.properties.map(leniently) } };
}
