/** A PATCH or PUT that says that an object follows its folder. Pure. */
import type { Component, Properties } from '../../catalogue/types.ts';
import type { Change, Changes } from '../../config/text/changes.ts';
import { namesInherited } from '../../config/text/inherited.ts';
import type { JsonObject } from '../../config/text/json.ts';
import { restName } from '../../config/text/names.ts';
import type { EffectiveObject } from '../../config/types.ts';

/** They are read as echoes; only `inheritedTrafficGroup` says something of others. */
export function derivedWords({ properties }: Component, body: JsonObject): Properties {
  return Object.fromEntries(
    properties.flatMap((property) => {
      const value = property.derived === true ? body[restName(property)] : undefined;
      return value === undefined ? [] : [[property.name, String(value)]];
    }),
  );
}

/**
 * `inheritedTrafficGroup: "true"` of an object that has a group of its own gives that up. Of one that has none it is an
 * echo, and so is the group beside it, unless that is another one.
 */
export function followingFolder(
  component: Component,
  body: JsonObject,
  changes: Changes,
  current: EffectiveObject | undefined,
): Changes {
  const names = namesInherited(component.properties, derivedWords(component, body));
  if (names.size === 0) return changes;
  const result: Record<string, Change> = { ...changes };
  for (const name of names) {
    const own = current?.stored.properties[name];
    const given = changes[name];
    if (own !== undefined && own !== 'default') result[name] = { kind: 'unset' };
    else if (given?.kind === 'set' && given.value === current?.properties[name])
      delete result[name];
  }
  return result;
}
