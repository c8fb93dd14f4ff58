/** Objects of unknown components, as they are kept here and as they travel. Pure. */
import { componentById } from '../../catalogue/index.ts';
import { foreignId } from '../../catalogue/sys/foreign.ts';
import { opaqueName } from '../../catalogue/sys/opaque.ts';
import type { Properties } from '../../catalogue/types.ts';
import type { ObjectKey, Operation, SharedObject } from '../types.ts';

/** Is it of a kind that this program does not know? */
export function isForeign(component: string): boolean {
  const known = componentById(component);
  return known === undefined || known.stateOnly === true;
}

/** The name of what keeps it. */
export function foreignName({ component, name }: ObjectKey): string {
  return opaqueName(`${component} ${name}`);
}

/** What is kept, as its owner has it; undefined: somebody made it by hand, and it is nothing. */
export function unfolded<T extends { readonly properties: Properties }>(
  kept: T,
): (T & ObjectKey) | undefined {
  const { component, object, content } = kept.properties;
  if (typeof component !== 'string' || typeof object !== 'string') return undefined;
  const properties = propertiesIn(content);
  return properties && { ...kept, component, name: object, properties };
}

function propertiesIn(content: unknown): Properties | undefined {
  try {
    const value: unknown = JSON.parse(String(content));
    const isObject = typeof value === 'object' && value !== null && !Array.isArray(value);
    // JSON of one object: written by `folded`.
    return isObject ? (value as Properties) : undefined;
  } catch {
    return undefined;
  }
}

/** To install what another device has of the group, whether or not its kind is known here. */
export function installOperation(
  key: ObjectKey,
  object: SharedObject | undefined,
  group: string,
): Operation {
  const { component, name } = key;
  if (!isForeign(component)) return { kind: 'install', component, name, object };
  const keptName = foreignName(key);
  const kept = object && {
    component: foreignId,
    name: keptName,
    properties: { component, object: name, group, content: JSON.stringify(object.properties) },
    version: object.version,
  };
  return { kind: 'install', component: foreignId, name: keptName, object: kept };
}
