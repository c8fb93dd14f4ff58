/**
 * Objects of all components and partitions in which a text stands: in the name, or in any value. Pure; what
 * goes through the whole configuration lets go in between.
 */
import type { Component, Value } from '../../catalogue/types.ts';
import { isList, isProperties } from '../../config/text/changes.ts';
import { isSealedText } from '../../config/secrets/sealed-text.ts';
import type { ConfigView } from '../../config/types.ts';

export interface Hit {
  readonly component: string;
  readonly name: string;
  /** Where it stands; "name" when it is in the name. */
  readonly property: string;
  readonly value: string;
}

/** Characters of a value that are shown. */
const maximumShown = 200;
const objectsAtOnce = 200;

/** Names first. Yields now and then; what it returns are at most `limit` hits. */
export function* searching(
  view: Pick<ConfigView, 'names' | 'stored'>,
  components: readonly Component[],
  text: string,
  limit: number,
): Generator<undefined, readonly Hit[]> {
  const wanted = text.toLowerCase();
  const named: Hit[] = [];
  const valued: Hit[] = [];
  let looked = 0;
  for (const component of components) {
    if (component.stateOnly === true || component.fixed === true) continue;
    const secrets = secretNames(component);
    for (const name of view.names(component.id)) {
      looked += 1;
      if (looked % objectsAtOnce === 0) yield undefined;
      const about = { component: component.id, name };
      if (name.toLowerCase().includes(wanted)) {
        named.push({ ...about, property: 'name', value: name });
        if (named.length >= limit) return named;
      } else if (named.length + valued.length < limit) {
        const found = valueWith(view.stored(component.id, name)?.properties ?? {}, wanted, secrets);
        if (found !== undefined) valued.push({ ...about, ...found });
      }
    }
  }
  return [...named, ...valued].slice(0, limit);
}

function secretNames({ properties }: Component): ReadonlySet<string> {
  return new Set(properties.filter(({ secret }) => secret === true).map(({ name }) => name));
}

type Found = Pick<Hit, 'property' | 'value'>;

function valueWith(
  properties: Readonly<Record<string, Value>>,
  wanted: string,
  secrets: ReadonlySet<string>,
): Found | undefined {
  for (const [property, value] of Object.entries(properties)) {
    const found = secrets.has(property) ? undefined : textWith(value, wanted);
    if (found !== undefined) return { property, value: found };
  }
  return undefined;
}

function textWith(value: Value, wanted: string): string | undefined {
  if (isList(value)) return firstOf(value, wanted);
  if (isProperties(value)) return firstOf(Object.values(value), wanted);
  const text = isSealedText(value) ? '' : String(value);
  const place = text.toLowerCase().indexOf(wanted);
  if (place < 0) return undefined;
  const start = Math.max(0, place - maximumShown / 2);
  return text.slice(start, start + maximumShown);
}

function firstOf(values: readonly Value[], wanted: string): string | undefined {
  for (const value of values) {
    const found = textWith(value, wanted);
    if (found !== undefined) return found;
  }
  return undefined;
}
