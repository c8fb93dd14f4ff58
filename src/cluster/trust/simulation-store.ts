import { compareHybrid, type HybridTime } from '../../base/hybrid-clock.ts';

/**
 * What a simulated device holds of its trust domain: objects that are merged one by one, the newest wins, as the
 * group device_trust_group merges them. Pure.
 */
export interface Entry<T> {
  /** Undefined: deleted. */
  readonly value: T | undefined;
  readonly time: HybridTime;
  readonly by: string;
}

export interface DeviceObject {
  readonly key: string;
  /** The authority that signed its certificate. */
  readonly signedBy: string;
}

export interface RootObject {
  readonly authority: string;
  readonly certifiers: readonly string[];
  readonly others: readonly string[];
  readonly answered: readonly string[];
}

export interface Store {
  readonly guid: string;
  readonly root: Entry<RootObject>;
  readonly devices: ReadonlyMap<string, Entry<DeviceObject>>;
  /** Revoked keys. */
  readonly revoked: ReadonlyMap<string, Entry<true>>;
}

/** Nothing named here is changed; null deletes a device. */
export interface StoreChange {
  readonly root?: Partial<RootObject>;
  readonly devices?: ReadonlyMap<string, DeviceObject | null>;
  readonly revoked?: readonly string[];
}

export function rootOf(store: Store): RootObject {
  return store.root.value ?? { authority: '', certifiers: [], others: [], answered: [] };
}

export function keysOf(store: Store): ReadonlyMap<string, string> {
  return new Map(
    [...store.devices].flatMap(([name, { value }]) =>
      value === undefined ? [] : [[name, value.key] as const],
    ),
  );
}

export function changeStore(
  store: Store,
  change: StoreChange,
  time: HybridTime,
  by: string,
): Store {
  const devices = new Map(store.devices);
  for (const [name, value] of change.devices ?? []) {
    devices.set(name, { value: value ?? undefined, time, by });
  }
  const revoked = new Map(store.revoked);
  for (const key of change.revoked ?? []) {
    if (!revoked.has(key)) revoked.set(key, { value: true, time, by });
  }
  const root =
    change.root === undefined
      ? store.root
      : { value: { ...rootOf(store), ...change.root }, time, by };
  return withoutDangling({ ...store, root, devices, revoked });
}

export function mergeStores(ours: Store, theirs: Store): Store {
  return withoutDangling({
    guid: ours.guid,
    root: newest(ours.root, theirs.root),
    devices: mergeMaps(ours.devices, theirs.devices),
    revoked: mergeMaps(ours.revoked, theirs.revoked),
  });
}

function mergeMaps<T>(
  ours: ReadonlyMap<string, Entry<T>>,
  theirs: ReadonlyMap<string, Entry<T>>,
): ReadonlyMap<string, Entry<T>> {
  const merged = new Map(ours);
  for (const [name, entry] of theirs) {
    const known = merged.get(name);
    merged.set(name, known === undefined ? entry : newest(known, entry));
  }
  return merged;
}

function newest<T>(one: Entry<T>, other: Entry<T>): Entry<T> {
  const order = compareHybrid(one.time, other.time);
  if (order !== 0) return order > 0 ? one : other;
  return one.by >= other.by ? one : other;
}

/** As cluster/sync/dangling: lists name nobody who is gone. */
function withoutDangling(store: Store): Store {
  const root = rootOf(store);
  const isThere = (name: string): boolean => store.devices.get(name)?.value !== undefined;
  const certifiers = root.certifiers.filter(isThere);
  const others = root.others.filter(isThere);
  return { ...store, root: { ...store.root, value: { ...root, certifiers, others } } };
}

/** Equal for equal content; versions are no part of it. */
export function contentText(store: Store): string {
  const root = rootOf(store);
  const sorted = (names: Iterable<string>): readonly string[] => [...names].toSorted();
  return JSON.stringify([
    store.guid,
    root.authority,
    sorted(root.certifiers),
    sorted(root.others),
    sorted(root.answered),
    sorted([...keysOf(store)].map(([name, key]) => `${name} ${key}`)),
    sorted([...store.devices].map(([name, { value }]) => `${name} ${value?.signedBy ?? ''}`)),
    sorted(store.revoked.keys()),
  ]);
}
