/**
 * `inherited-traffic-group true` beside `traffic-group …`: what stands there is the folder's value, not the object's own.
 * BIG-IP prints both, and means by them that nothing was set. Pure.
 */
import type { Properties, Property } from '../../catalogue/types.ts';

const prefix = 'inherited-';

/** Names of properties of which an object says that it only follows its folder. */
export function namesInherited(
  properties: readonly Property[],
  values: Properties,
): ReadonlySet<string> {
  const words = new Set(
    properties
      .filter(({ name, derived }) => derived === true && name.startsWith(prefix))
      .filter(({ name }) => String(values[name]) === 'true')
      .map(({ name }) => bare(name.slice(prefix.length))),
  );
  if (words.size === 0) return words;
  return new Set(properties.flatMap(({ name }) => (words.has(bare(name)) ? [name] : [])));
}

/** `inherited-devicegroup` is about `device-group`. */
function bare(name: string): string {
  return name.replaceAll('-', '');
}

/** So that the object goes on following its folder. `said`: where the flags stand, when not among the values. */
export function withoutInherited(
  properties: readonly Property[],
  values: Properties,
  said = values,
): Properties {
  const names = namesInherited(properties, said);
  if (names.size === 0) return values;
  return Object.fromEntries(Object.entries(values).filter(([name]) => !names.has(name)));
}
