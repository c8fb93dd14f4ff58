/** What a login server says of somebody. */
export interface Attribute {
  readonly name: string;
  readonly value: string;
}

export type LoginAnswer =
  /** `sameCase`: values of its attributes differ by case, too (they do not in a directory). */
  | { readonly kind: 'yes'; readonly attributes: readonly Attribute[]; readonly sameCase: boolean }
  | { readonly kind: 'no'; readonly reason: string }
  /** The server has nobody of this name. */
  | { readonly kind: 'unknown' }
  /** Nobody answered, or nothing that can be used. */
  | { readonly kind: 'unavailable'; readonly reason: string };

export interface Credentials {
  readonly user: string;
  readonly password: string;
  /** Where the user is, as far as known. */
  readonly address: string;
}

/** A line of the audit log, for a server that accounts for it. */
export interface AccountingRecord {
  readonly user: string;
  readonly address: string;
  readonly line: string;
}

export interface AccountingOutcome {
  /** At least by one server. */
  readonly isTaken: boolean;
  /** Why those that were asked, too, did not. */
  readonly failures: readonly string[];
}
