/**
 * Clients read an object, change one value and PUT everything back. What they only echo (a default, an
 * inherited value) must stay unset, or the object would stop following its parent. Pure.
 */
import type { Properties, Value } from '../../catalogue/types.ts';
import { isList, isProperties, nameOf } from '../../config/text/changes.ts';

/** `given` without what already holds without being stored. */
export function withoutEchoes(
  given: Properties,
  effective: Properties,
  stored: Properties,
): Properties {
  const result: Record<string, Value> = {};
  for (const [name, value] of Object.entries(given)) {
    const held = stored[name];
    const present = effective[name];
    if (held === undefined && present !== undefined && sameText(value, present)) continue;
    const kept = reduced(value, present, held);
    // "none" and [] print what is unset, so an empty rest is an echo as well.
    if (held === undefined && isEmpty(kept, present)) continue;
    result[name] = kept;
  }
  return result;
}

function reduced(value: Value, effective: Value | undefined, stored: Value | undefined): Value {
  if (isProperties(value) && isProperties(effective)) {
    return withoutEchoes(value, effective, isProperties(stored) ? stored : {});
  }
  if (!isList(value) || !isList(effective)) return value;
  return value.map((item) => {
    const name = nameOf(item);
    const present = effective.find((candidate) => nameOf(candidate) === name);
    if (!isProperties(item) || !isProperties(present)) return item;
    const held = isList(stored) ? stored.find((one) => nameOf(one) === name) : undefined;
    return { name, ...withoutEchoes(item, present, isProperties(held) ? held : { name }) };
  });
}

function isEmpty(value: Value, effective: Value | undefined): boolean {
  // An empty list in place of a default that has entries is an order, not an echo.
  if (isList(value)) return value.length === 0 && (!isList(effective) || effective.length === 0);
  return isProperties(value) && Object.keys(value).length === 0;
}

/** REST prints some numbers as texts. */
function sameText(a: Value, b: Value): boolean {
  if (isList(a) && isList(b)) {
    return a.length === b.length && a.every((value, index) => sameText(value, b[index] ?? ''));
  }
  if (isProperties(a) && isProperties(b)) {
    const keys = Object.keys(a);
    return (
      keys.length === Object.keys(b).length &&
      keys.every((key) => sameText(a[key] ?? '', b[key] ?? ''))
    );
  }
  return !isList(a) && !isProperties(a) && String(a) === String(b);
}
