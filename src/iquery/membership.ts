/** Is whoever holds this key, under this name, a member of our trust domain? Pure. */
export interface Membership {
  readonly self: string;
  /** Fingerprints of the members' keys by name, this device's own among them. */
  readonly keys: ReadonlyMap<string, string>;
  /** Fingerprints of the keys of devices that were removed. */
  readonly isRemoved: (key: string) => boolean;
}

export type MemberVerdict =
  | 'member'
  /** We ourselves. */
  | 'self'
  | 'removed'
  /** The name is a member's, the key another one. */
  | 'other-key'
  | 'unknown';

export function memberVerdict(
  { self, keys, isRemoved }: Membership,
  device: string,
  key: string,
): MemberVerdict {
  // First: a name that is still, or again, among the members does not help the key.
  if (isRemoved(key)) return 'removed';
  const expected = keys.get(device);
  if (expected === undefined) {
    // It calls itself otherwise now (`mv cm device`), and the news has not reached both.
    const known = nameOfKey(keys, key);
    if (known === undefined) return 'unknown';
    return known === self ? 'self' : 'member';
  }
  if (expected !== key) return 'other-key';
  return device === self ? 'self' : 'member';
}

/** Whose key it is, by the names that are known here. */
export function nameOfKey(keys: ReadonlyMap<string, string>, key: string): string | undefined {
  return [...keys].find(([, held]) => held === key)?.[0];
}
