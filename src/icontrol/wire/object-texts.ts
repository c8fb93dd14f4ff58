/**
 * Texts of objects as collections show them, kept as long as nothing in them changes: a list of ten thousand is asked
 * for again and again, and few of them have changed meanwhile. Pure.
 */
import type {
  Component,
  ComponentId,
  Properties,
  Property,
  PropertyType,
} from '../../catalogue/types.ts';
import type { ConfigView, EffectiveObject } from '../../config/types.ts';

export interface ObjectTexts {
  /**
   * For a reader of this view, which has to be the whole configuration: what a user does not see is not linked to,
   * and so his texts are others.
   */
  reader(view: Pick<ConfigView, 'names'>): ObjectTextReader;
}

export interface ObjectTextReader {
  /** `render` is asked when the object, the fields shown with it, or what it may link to is not as it was. */
  textOf(object: EffectiveObject, fields: Properties, render: () => string): string;
}

interface Kept {
  readonly fields: Properties;
  readonly text: string;
}

/** Of all texts made since they were last dropped: what is no longer shown goes with its object. */
const maximumCharacters = 64 * 1024 * 1024;

export function createObjectTexts(components: readonly Component[]): ObjectTexts {
  const linked = linkedByName(components);
  let kept = new WeakMap<EffectiveObject, Kept>();
  let made = 0;
  /** The names of each of `linked`, as the texts were made with them: lists stay the same while names do. */
  let names: readonly (readonly string[])[] = [];
  let epoch = 0;
  const readerOf = (own: number): ObjectTextReader => ({
    textOf(object, fields, render) {
      // Somebody who began to read before the names changed has links of then.
      if (own !== epoch) return render();
      const known = kept.get(object);
      if (known !== undefined && isSame(known.fields, fields)) return known.text;
      const text = render();
      made += text.length;
      if (made > maximumCharacters) {
        kept = new WeakMap();
        made = text.length;
      }
      kept.set(object, { fields, text });
      return text;
    },
  });
  let reader = readerOf(epoch);
  return {
    reader(view) {
      const now = linked.map((id) => view.names(id));
      if (now.some((list, index) => list !== names[index])) {
        names = now;
        epoch += 1;
        reader = readerOf(epoch);
        kept = new WeakMap();
        made = 0;
      }
      return reader;
    },
  };
}

function isSame(one: Properties, other: Properties): boolean {
  if (one === other) return true;
  const names = Object.keys(one);
  return (
    names.length === Object.keys(other).length && names.every((name) => one[name] === other[name])
  );
}

/** Where a name may stand for an object of several components, which of them has it decides the link. */
function linkedByName(components: readonly Component[]): readonly ComponentId[] {
  const found = new Set<ComponentId>();
  for (const { properties } of components) collect(properties, found);
  return [...found];
}

function collect(properties: readonly Property[], found: Set<ComponentId>): void {
  for (const { type } of properties) collectOf(type, found);
}

function collectOf(type: PropertyType, found: Set<ComponentId>): void {
  switch (type.kind) {
    case 'reference':
    case 'monitor-rule':
      if (type.to.length > 1) for (const id of type.to) found.add(id);
      return;
    case 'list':
      collectOf(type.of, found);
      return;
    case 'struct':
      collect(type.properties, found);
      return;
    case 'items': {
      const to = type.nameReference?.to ?? [];
      if (to.length > 1) for (const id of to) found.add(id);
      collect(type.properties, found);
      return;
    }
    default:
  }
}
