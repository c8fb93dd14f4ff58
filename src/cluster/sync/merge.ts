import { componentById } from '../../catalogue/index.ts';
import type { Properties, Property, Value } from '../../catalogue/types.ts';
import type { ObjectKey, SharedObject } from '../../config/types.ts';
import { keyOf, sorted } from './content.ts';
import type { ExactChange } from './load-changes.ts';

/**
 * Three-way merge of a group's content: what only one side changed since the base is taken, what both
 * changed differently is a conflict, field by field, down to the items of an object. Pure.
 */
export type Side = 'mine' | 'theirs' | 'base';

export interface Conflict extends ObjectKey {
  /** "description", "members /Common/10.0.0.1:80 ratio"; "": one side deleted what the other changed. */
  readonly property: string;
  readonly base: Value | undefined;
  readonly mine: Value | undefined;
  readonly theirs: Value | undefined;
}

export interface Sides<T> {
  readonly base: T;
  readonly mine: T;
  readonly theirs: T;
}

/** Whom to follow where both changed something; asked by the path of an object and of a field in it. */
export interface Choices {
  /** Said by name: "ltm pool /Common/p", "ltm pool /Common/p description". Also where nothing conflicts. */
  readonly named: ReadonlyMap<string, Side>;
  readonly otherwise: Side | undefined;
}

export interface Merged {
  /** What to do to mine. */
  readonly changes: readonly ExactChange[];
  readonly conflicts: readonly Conflict[];
  /** Of `Choices.named`, those that named nothing. */
  readonly unused: readonly string[];
}

/** Without a base (the history does not reach back) everything counts as made on the side that has it. */
export function mergeContent(sides: Sides<readonly SharedObject[]>, choices: Choices): Merged {
  const base = byKey(sides.base);
  const mine = byKey(sides.mine);
  const theirs = byKey(sides.theirs);
  const merging = new Merging(choices);
  const changes: ExactChange[] = [];
  for (const [key, { component, name }] of new Map([...base, ...mine, ...theirs])) {
    const three = { base: base.get(key), mine: mine.get(key), theirs: theirs.get(key) };
    const merged = merging.object({ component, name }, three);
    if (isSame(merged, three.mine?.properties)) continue;
    const version = (three.theirs ?? three.mine ?? three.base)?.version ?? noTime;
    const after = merged && { component, name, properties: merged, version };
    changes.push({ component, name, after });
  }
  return { changes, conflicts: merging.conflicts, unused: merging.unused() };
}

const noTime = { wall: 0, counter: 0 };

function byKey(objects: readonly SharedObject[]): ReadonlyMap<string, SharedObject> {
  return new Map(objects.map((object) => [keyOf(object), object]));
}

function isSame(one: Value | undefined, other: Value | undefined): boolean {
  return one === other || JSON.stringify(sorted(one)) === JSON.stringify(sorted(other));
}

type Three = Sides<Value | undefined>;

class Merging {
  readonly conflicts: Conflict[] = [];
  readonly #choices: Choices;
  readonly #used = new Set<string>();

  constructor(choices: Choices) {
    this.#choices = choices;
  }

  unused(): readonly string[] {
    return [...this.#choices.named.keys()].filter((name) => !this.#used.has(name));
  }

  object(key: ObjectKey, sides: Sides<SharedObject | undefined>): Properties | undefined {
    const three: Sides<Properties | undefined> = {
      base: sides.base?.properties,
      mine: sides.mine?.properties,
      theirs: sides.theirs?.properties,
    };
    const side = this.#named(key, '');
    if (side !== undefined) return three[side];
    const easy = settled(three);
    // Objects are merged from objects.
    if (easy !== undefined) return easy.value as Properties | undefined;
    const { base = {}, mine, theirs } = three;
    if (mine === undefined || theirs === undefined) {
      return this.#conflict(key, '', three) as Properties | undefined; // As above.
    }
    const shape = componentById(key.component)?.properties ?? [];
    return this.#fields(key, '', shape, { base, mine, theirs });
  }

  #fields(key: ObjectKey, path: string, shape: readonly Property[], sides: Sides<Properties>) {
    const names = new Set([...Object.keys(sides.mine), ...Object.keys(sides.theirs)]);
    for (const name of Object.keys(sides.base)) names.add(name);
    const merged: Record<string, Value> = {};
    for (const name of names) {
      const three = {
        base: sides.base[name],
        mine: sides.mine[name],
        theirs: sides.theirs[name],
      };
      const property = shape.find((one) => one.name === name);
      const value = this.#value(key, path === '' ? name : `${path} ${name}`, property, three);
      if (value !== undefined) merged[name] = value;
    }
    return merged;
  }

  #value(key: ObjectKey, path: string, property: Property | undefined, three: Three) {
    const side = this.#named(key, path);
    if (side !== undefined) return three[side];
    const easy = settled(three);
    if (easy !== undefined) return easy.value;
    const type = property?.type;
    if (type?.kind === 'items') {
      const items = this.#items(key, path, type.properties, type.ordered, three);
      if (items !== undefined) return items;
    } else if (type?.kind === 'struct' && isStruct(three.mine) && isStruct(three.theirs)) {
      const base = isStruct(three.base) ? three.base : {};
      const sides = { base, mine: three.mine, theirs: three.theirs };
      return this.#fields(key, path, type.properties, sides);
    } else if (type?.kind === 'list' && !type.ordered) {
      return mergeSet(three);
    }
    return this.#conflict(key, path, three);
  }

  /** Undefined: both changed the order, which cannot be merged item by item. */
  #items(
    key: ObjectKey,
    path: string,
    shape: readonly Property[],
    isOrdered: boolean,
    three: Three,
  ): Value | undefined {
    const sides = {
      base: itemsByName(three.base),
      mine: itemsByName(three.mine),
      theirs: itemsByName(three.theirs),
    };
    const order = mergedOrder(sides, isOrdered);
    if (order === undefined) return undefined;
    const merged: Value[] = [];
    for (const name of order) {
      const item = {
        base: sides.base.get(name),
        mine: sides.mine.get(name),
        theirs: sides.theirs.get(name),
      };
      const value = this.#item(key, `${path} ${name}`, shape, item);
      if (value !== undefined) merged.push(value);
    }
    return merged;
  }

  #item(
    key: ObjectKey,
    path: string,
    shape: readonly Property[],
    three: Sides<Properties | undefined>,
  ): Value | undefined {
    const side = this.#named(key, path);
    if (side !== undefined) return three[side];
    const easy = settled(three);
    if (easy !== undefined) return easy.value;
    const { base = {}, mine, theirs } = three;
    if (mine === undefined || theirs === undefined) return this.#conflict(key, path, three);
    return this.#fields(key, path, shape, { base, mine, theirs });
  }

  #conflict(key: ObjectKey, property: string, three: Three): Value | undefined {
    const { otherwise } = this.#choices;
    if (otherwise !== undefined) return three[otherwise];
    const { component, name } = key;
    this.conflicts.push({ component, name, property, ...three });
    return three.mine;
  }

  #named(key: ObjectKey, property: string): Side | undefined {
    if (this.#choices.named.size === 0) return undefined;
    const path = conflictPath({ ...key, property });
    const side = this.#choices.named.get(path);
    if (side !== undefined) this.#used.add(path);
    return side;
  }
}

/** "ltm pool /Common/p description": what a resolution names. */
export function conflictPath({ component, name, property }: Omit<Conflict, Side>): string {
  return [component, name, property].filter((part) => part !== '').join(' ');
}

/** Only one side changed it, or both the same; undefined: it has to be looked into. */
function settled(three: Three): { readonly value: Value | undefined } | undefined {
  if (isSame(three.mine, three.theirs)) return { value: three.mine };
  if (isSame(three.base, three.mine)) return { value: three.theirs };
  if (isSame(three.base, three.theirs)) return { value: three.mine };
  return undefined;
}

function isStruct(value: Value | undefined): value is Properties {
  return typeof value === 'object' && !Array.isArray(value);
}

function listOf(value: Value | undefined): readonly Value[] {
  return Array.isArray(value) ? (value as readonly Value[]) : [];
}

/** In their order; items of one object have different names. */
function itemsByName(value: Value | undefined): ReadonlyMap<string, Properties> {
  const items = listOf(value).filter(isStruct);
  return new Map(items.map((item) => [String(item['name']), item]));
}

/** What either side added or removed since the base. */
function mergeSet(three: Three): Value {
  const [base, mine, theirs] = [three.base, three.mine, three.theirs].map(listOf);
  const has = (list: readonly Value[] | undefined, value: Value): boolean =>
    list?.some((other) => isSame(other, value)) === true;
  const kept = (mine ?? []).filter((value) => has(theirs, value) || !has(base, value));
  const come = (theirs ?? []).filter((value) => !has(mine, value) && !has(base, value));
  return [...kept, ...come];
}

/** Whoever did not change the order of what both have gives way; new ones stand behind their neighbour. */
function mergedOrder(
  { base, mine, theirs }: Sides<ReadonlyMap<string, Properties>>,
  isOrdered: boolean,
): readonly string[] | undefined {
  const common = [...base.keys()].filter((name) => mine.has(name) && theirs.has(name));
  const orderIn = (side: ReadonlyMap<string, Properties>): string =>
    [...side.keys()].filter((name) => common.includes(name)).join('\n');
  const told = common.join('\n');
  const isMineMoved = isOrdered && orderIn(mine) !== told;
  const isTheirsMoved = isOrdered && orderIn(theirs) !== told;
  if (isMineMoved && isTheirsMoved && orderIn(mine) !== orderIn(theirs)) return undefined;
  const [first, second] = isTheirsMoved ? [theirs, mine] : [mine, theirs];
  const order = [...first.keys()];
  let previous: string | undefined;
  for (const name of second.keys()) {
    if (!first.has(name)) {
      const place = previous === undefined ? 0 : order.indexOf(previous) + 1;
      order.splice(place, 0, name);
    }
    previous = name;
  }
  return order;
}
