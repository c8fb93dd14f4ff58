/** Who names whom: immutable, each commit makes the next one from what changed. Pure. */
import type { Sliced } from '../../base/slices.ts';
import type { ComponentId } from '../../catalogue/types.ts';
import type { Referrer, StoredObject } from '../types.ts';
import { impliedParent } from './implied-parent.ts';
import { VersionedMap } from './versioned-map.ts';
import { referencesOf, refersAlike } from './references.ts';

/** What a commit does to one object. */
export interface ReferrersChange {
  readonly component: ComponentId;
  readonly name: string;
  readonly before: StoredObject | undefined;
  readonly after: StoredObject | undefined;
}

const nobody: readonly Referrer[] = [];

export class ReferrerIndex {
  /** By component of the target, then by its name. */
  readonly #users: ReadonlyMap<ComponentId, VersionedMap<Users>>;

  private constructor(users: ReadonlyMap<ComponentId, VersionedMap<Users>>) {
    this.#users = users;
  }

  static readonly empty = new ReferrerIndex(new Map());

  /** Of a whole configuration, quicker than change by change. */
  static of(objects: Iterable<StoredObject>): ReferrerIndex {
    const found = new Map<ComponentId, Map<string, Referrer[]>>();
    for (const object of objects) {
      eachTarget(object, (to, name, referrer) => {
        const own = found.get(to) ?? new Map<string, Referrer[]>();
        found.set(to, own);
        const list = own.get(name);
        // Most are named once: an array that grows from empty has room for seventeen.
        if (list === undefined) own.set(name, [referrer]);
        else list.push(referrer);
      });
    }
    const users = new Map<ComponentId, VersionedMap<Users>>();
    for (const [to, own] of found) {
      const lists = new Map<string, Users>();
      for (const [name, list] of own) lists.set(name, usersOf(list));
      users.set(to, VersionedMap.of<Users>(lists));
    }
    return new ReferrerIndex(users);
  }

  of(component: ComponentId, name: string): readonly Referrer[] {
    const users = this.#users.get(component)?.get(name);
    return users === undefined ? nobody : listOf(users);
  }

  *next(changes: readonly ReferrersChange[]): Sliced<ReferrerIndex> {
    const touched = new Map<ComponentId, Map<string, UsersChange>>();
    for (const change of changes) {
      yield;
      noteChange(touched, change);
    }
    const next = new Map(this.#users);
    for (const [component, byName] of touched) {
      yield;
      const known = next.get(component) ?? VersionedMap.of<Users>();
      const entries = new Map<string, Users | undefined>();
      for (const [name, change] of byName) entries.set(name, changed(known.get(name), change));
      next.set(component, known.with(entries));
    }
    return new ReferrerIndex(next);
  }
}

/** A profile may have ten thousand users: who is new stands beside the list until there are many of them. */
type Users = readonly Referrer[] | LongList;

interface LongList {
  readonly held: readonly Referrer[];
  readonly come: readonly Referrer[];
  /** Both, once somebody asked. */
  all: readonly Referrer[] | undefined;
}

const longList = 256;

function usersOf(list: readonly Referrer[]): Users {
  return list.length < longList ? list : { held: list, come: nobody, all: undefined };
}

function listOf(users: Users): readonly Referrer[] {
  if (!('held' in users)) return users;
  users.all ??= users.come.length === 0 ? users.held : users.held.concat(users.come);
  return users.all;
}

interface UsersChange {
  /** Who no longer refers, or does so anew: components by name. */
  readonly left: Map<string, Set<ComponentId>>;
  readonly come: Referrer[];
}

function changed(users: Users | undefined, { left, come }: UsersChange): Users | undefined {
  if (users !== undefined && 'held' in users && left.size === 0) {
    const more = users.come.concat(come);
    if (more.length < longList) return { held: users.held, come: more, all: undefined };
  }
  const list = users === undefined ? nobody : listOf(users);
  // Many may leave at once: each list is gone through once; a long one only then.
  const isLeaving = (entry: Referrer): boolean =>
    left.get(entry.name)?.has(entry.component) === true;
  const stay = left.size === 0 ? list : list.filter((entry) => !isLeaving(entry));
  const next = stay.concat(come);
  return next.length === 0 ? undefined : usersOf(next);
}

function noteChange(
  touched: Map<ComponentId, Map<string, UsersChange>>,
  { component, name, before, after }: ReferrersChange,
): void {
  // An implied parent depends on the name and on `defaults-from`, which is one of what refers.
  if (before && after && refersAlike(component, before.properties, after.properties)) return;
  const changeOf = (to: ComponentId, target: string): UsersChange => {
    const own = touched.get(to) ?? new Map<string, UsersChange>();
    touched.set(to, own);
    const change = own.get(target) ?? { left: new Map<string, Set<ComponentId>>(), come: [] };
    own.set(target, change);
    return change;
  };
  const old = waysOf(before);
  const now = waysOf(after);
  // Where an object refers as it did, the list of users is left alone.
  for (const [key, { to, target, ways }] of old) {
    if (now.get(key)?.ways === ways) continue;
    const { left } = changeOf(to, target);
    const components = left.get(name) ?? new Set();
    components.add(component);
    left.set(name, components);
  }
  if (after === undefined) return;
  eachTarget(after, (to, target, referrer) => {
    const key = `${to}|${target}`;
    if (old.get(key)?.ways === now.get(key)?.ways) return;
    changeOf(to, target).come.push(referrer);
  });
}

interface Ways {
  readonly to: ComponentId;
  readonly target: string;
  /** The properties, in order. */
  readonly ways: string;
}

function waysOf(object: StoredObject | undefined): ReadonlyMap<string, Ways> {
  const found = new Map<string, Ways>();
  if (object === undefined) return found;
  eachTarget(object, (to, target, { property }) => {
    const key = `${to}|${target}`;
    found.set(key, { to, target, ways: `${found.get(key)?.ways ?? ''} ${property}` });
  });
  return found;
}

/** A reference to one of several components counts for each: names rarely clash, and delete is careful. */
function eachTarget(
  object: StoredObject,
  take: (to: ComponentId, name: string, referrer: Referrer) => void,
): void {
  const { component, name, properties } = object;
  const parent = impliedParent(object);
  if (parent !== undefined) {
    take(component, parent, { component, name, property: 'defaults-from' });
  }
  for (const reference of referencesOf(component, properties)) {
    const referrer: Referrer = { component, name, property: reference.property };
    for (const to of reference.to) take(to, reference.name, referrer);
  }
}
