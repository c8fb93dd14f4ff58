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
  if (expected === undefined) return 'unknown';
  if (expected !== key) return 'other-key';
  return device === self ? 'self' : 'member';
}
