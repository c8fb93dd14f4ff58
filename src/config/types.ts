/**
 * What the rest of the house knows of the configuration database: an immutable view, operations that
 * make the next one, commits that say what changed, and a feed of them.
 */
import type { ComponentMap } from '../catalogue/generated/types.ts';
import type { ComponentId, Properties } from '../catalogue/types.ts';
import type { Fault } from '../base/fault.ts';
import type { SecretHolder } from './secrets/walk.ts';
import type { Sliced } from '../base/slices.ts';
import type { HybridTime } from '../base/hybrid-clock.ts';

/** One object as it was set: only what was given, nothing inherited or defaulted. */
export interface StoredObject {
  readonly component: ComponentId;
  /** "/Common/web", "admin"; "" for a singleton. */
  readonly name: string;
  readonly properties: Properties;
  /** Grows with each change of the object; REST's `generation`. */
  readonly generation: number;
  /** The commit that last changed it: versions for merge. */
  readonly version: HybridTime;
  /**
   * When it came to this device, in milliseconds of 1970. Absent: it is there from the start, or from before this
   * was noted.
   */
  readonly created?: number;
}

/** One object with defaults and inherited values filled in; what plans and REST read. */
export interface EffectiveObject {
  readonly component: ComponentId;
  readonly name: string;
  readonly properties: Properties;
  readonly stored: StoredObject;
}

/** With the properties of its component, typed: `view.get('ltm pool', name)`. */
export interface TypedObject<K extends keyof ComponentMap> extends EffectiveObject {
  readonly component: K;
  readonly properties: ComponentMap[K];
}

export interface ObjectKey {
  readonly component: ComponentId;
  readonly name: string;
}

/** Immutable: a view held on to never changes under its reader. */
export interface ConfigView {
  /** Sequence number of the last commit in it. */
  readonly sequence: number;
  /** Name of this device's own `cm device`, without folder. */
  readonly deviceName: string;
  get<K extends keyof ComponentMap>(component: K, name: string): TypedObject<K> | undefined;
  get(component: ComponentId, name: string): EffectiveObject | undefined;
  stored(component: ComponentId, name: string): StoredObject | undefined;
  /** In name order. */
  list<K extends keyof ComponentMap>(component: K): readonly TypedObject<K>[];
  list(component: ComponentId): readonly EffectiveObject[];
  /** In name order; for whoever must not hold up others while looking at each. */
  names(component: ComponentId): readonly string[];
  count(component: ComponentId): number;
  /**
   * What the value of a secret property says. Views, commits and history hold it sealed; this is the way
   * to the plain text, for the plan of an engine that needs it.
   */
  plain(secret: string): string;
  /** Objects that refer to the given one, with the property path that does. */
  referrers(component: ComponentId, name: string): readonly Referrer[];
}

export interface Referrer extends ObjectKey {
  readonly property: string;
}

export type Operation =
  | {
      readonly kind: 'create';
      readonly component: ComponentId;
      readonly name: string;
      readonly properties: Properties;
    }
  /** Merges the named properties; `null` unsets one (back to its default). Items and lists are replaced whole. */
  | {
      readonly kind: 'modify';
      readonly component: ComponentId;
      readonly name: string;
      readonly properties: PropertyChanges;
    }
  /** PUT: what is not named goes back to its default, operator state excepted. */
  | {
      readonly kind: 'replace';
      readonly component: ComponentId;
      readonly name: string;
      readonly properties: Properties;
    }
  /**
   * As a saved configuration has it: made when it is new; else what is not named (and `null`) goes back to
   * its default, operator state included, and what a stock object has from the start comes back. Secrets
   * and create-only properties that are not named stay.
   */
  | {
      readonly kind: 'load';
      readonly component: ComponentId;
      readonly name: string;
      readonly properties: PropertyChanges;
    }
  | { readonly kind: 'delete'; readonly component: ComponentId; readonly name: string }
  /** One item of an items property: a pool member. */
  | {
      readonly kind: 'create-item';
      readonly component: ComponentId;
      readonly name: string;
      readonly property: string;
      readonly item: string;
      readonly within?: readonly EnclosingItem[];
      readonly properties: Properties;
    }
  | {
      readonly kind: 'modify-item';
      readonly component: ComponentId;
      readonly name: string;
      readonly property: string;
      readonly item: string;
      readonly within?: readonly EnclosingItem[];
      readonly properties: PropertyChanges;
    }
  | {
      readonly kind: 'delete-item';
      readonly component: ComponentId;
      readonly name: string;
      readonly property: string;
      readonly item: string;
      readonly within?: readonly EnclosingItem[];
    }
  /**
   * As another device stored it, by synchronisation: whole, operator state included, keeping its
   * version; what is local to this device stays. Without an object: deleted (stock objects: reset).
   */
  | {
      readonly kind: 'install';
      readonly component: ComponentId;
      readonly name: string;
      readonly object: SharedObject | undefined;
    }
  /**
   * As it was at an earlier commit of this device: whole, what is local included; a change of this
   * moment. Without properties: gone (stock objects: reset). Never a fault because it is so already.
   */
  | {
      readonly kind: 'restore';
      readonly component: ComponentId;
      readonly name: string;
      readonly properties: Properties | undefined;
    };

/**
 * Of an item below items, the ones above it, outermost first: `property` and `item` of action 0 in rule r1 are
 * "actions" and "0", within "rules" "r1".
 */
export interface EnclosingItem {
  readonly property: string;
  readonly item: string;
}

/** An object as it travels between devices. */
export interface SharedObject {
  readonly component: ComponentId;
  readonly name: string;
  readonly properties: Properties;
  readonly version: HybridTime;
}

export interface PropertyChanges {
  readonly [property: string]: Properties[string] | null;
}

export type CommitSource = 'rest' | 'tmsh' | 'gui' | 'as3' | 'sync' | 'load' | 'system';

export interface CommitOrigin {
  readonly user: string;
  readonly source: CommitSource;
  /** Client address where known. */
  readonly address?: string;
  readonly reason?: string;
}

export interface CommitRequest {
  readonly origin: CommitOrigin;
  readonly operations: readonly Operation[];
  /** A commit made elsewhere keeps its identity when it arrives by sync. */
  readonly identity?: CommitIdentity;
  /** Refused with status 412 unless each of these is as its writer saw it. */
  readonly expects?: readonly Expectation[];
  /** This device takes the name with the commit: `mv cm device`. */
  readonly deviceName?: string;
  /** What would take long when it is told: done in slices before it is written. Changes nothing. */
  readonly prepare?: (changes: readonly Change[]) => Sliced<void>;
}

/** Optimistic locking: the object has one of these generations; "any": it exists. */
export interface Expectation extends ObjectKey {
  readonly generations: readonly number[] | 'any';
}

/** Stays the same on every device that holds the commit. */
export interface CommitIdentity {
  /** `<hybrid wall>.<counter>@<device>`; unique in the trust domain. */
  readonly id: string;
  readonly device: string;
  readonly time: HybridTime;
  readonly parent: string;
}

export interface Change {
  readonly component: ComponentId;
  readonly name: string;
  readonly before: StoredObject | undefined;
  readonly after: StoredObject | undefined;
}

export interface Commit {
  /** Position in this device's journal. */
  readonly sequence: number;
  readonly identity: CommitIdentity;
  readonly origin: CommitOrigin;
  readonly changes: readonly Change[];
}

export type CommitOutcome =
  | { readonly ok: true; readonly commit: Commit }
  /** Nothing would change: no commit was made, nothing was written. */
  | { readonly ok: true; readonly commit: undefined }
  | { readonly ok: false; readonly faults: readonly Fault[] };

/** What `preview` says: the commit that would be made, and the view after it. */
export type PreviewOutcome =
  | { readonly ok: true; readonly commit: Commit; readonly after: ConfigView }
  | { readonly ok: true; readonly commit: undefined }
  | { readonly ok: false; readonly faults: readonly Fault[] };

export type CommitListener = (commit: Commit, before: ConfigView, after: ConfigView) => void;

/**
 * A check of another room (an engine's capacity, a cluster rule); pure, and named in its faults. `origin` tells what
 * somebody asks for from what another device has decided already.
 */
export type CommitCheck = (
  changes: readonly Change[],
  after: ConfigView,
  origin: CommitOrigin,
) => readonly Fault[];

/** One that takes long lets go in between. */
export type SlicedCommitCheck = (
  ...asked: Parameters<CommitCheck>
) => Sliced<ReturnType<CommitCheck>>;

export interface JournalExtent {
  /** Sequence numbers; both 0 while there is no commit. */
  readonly oldest: number;
  readonly newest: number;
  readonly commits: number;
  /** Of the changes as they are written. */
  readonly bytes: number;
}

/** A stored object, or the named properties of it, that this program cannot use. */
export interface KeptApart extends ObjectKey {
  /** Absent: the whole object is kept apart. */
  readonly properties?: readonly string[];
  readonly why: string;
}

export interface ConfigSecrets {
  /** Of the master key: SHA-512, base64. */
  hash(): string;
  /** Of the one before; "" when there was none. */
  previousHash(): string;
  /** The master key itself: for members of the trust domain, and sealed into archives. */
  masterKey(): Uint8Array;
  /** A former key that is still here, by its hash. */
  formerKey(hash: string): Uint8Array | undefined;
  /**
   * The database sealed anew with another key, in one transaction. No commit: no content changes, nothing is
   * told to anybody. Throws when the disk refuses, with nothing changed.
   */
  adopt(masterKey: Uint8Array): void;
  /**
   * One more key to open with: of an archive of another device. Until the next start: what is committed is
   * sealed with our own, and a dry run must leave nothing behind.
   */
  addFormer(masterKey: Uint8Array): void;
  /** With every secret sealed as this configuration has it; what cannot be opened stays as it is. */
  sealed<T extends SecretHolder>(object: T): T;
  /** With every secret plain. */
  opened<T extends SecretHolder>(object: T): T;
}

export interface ConfigStore {
  view(): ConfigView;
  /** Validates, writes durably, then tells the listeners; synchronous, all or nothing. */
  commit(request: CommitRequest): CommitOutcome;
  /** The same without writing or telling anybody. */
  preview(request: CommitRequest): PreviewOutcome;
  /**
   * `commit` whose checks let go in between (base/slices.ts); a large one is written by a thread of its own
   * meanwhile. It is told in its last step. Undefined: somebody else wrote meanwhile, and nothing was done.
   */
  committing(request: CommitRequest): Sliced<CommitOutcome | undefined>;
  previewing(request: CommitRequest): Sliced<PreviewOutcome>;
  /** What the first write would have to make of tens of thousands of objects: made before, in slices. */
  warming(): Sliced<void>;
  addCheck(check: CommitCheck | SlicedCommitCheck): void;
  onCommit(listener: CommitListener): () => void;
  /** Newest first, from `before` (exclusive) down. */
  history(limit: number, before?: number): readonly Commit[];
  /** What of the history is kept; older commits have been pruned. */
  journal(): JournalExtent;
  /** What the database holds and this program's catalogue does not know: not in any view, not lost. */
  apart(): readonly KeptApart[];
  /** Its secrets, and the master key that they are sealed with. */
  readonly secrets: ConfigSecrets;
  /**
   * Small durable values of the cluster and sync machines, written in the commit's own database. While
   * the disk is full they are held in memory and written with the next commit that succeeds.
   */
  readState(key: string): string | undefined;
  writeState(key: string, value: string): void;
  close(): void;
}
