import type { HybridTime } from '../../base/hybrid-clock.ts';
import type { Versions } from './versions.ts';

/** The newest commit of a group's content: BIG-IP's cid. */
export interface Head {
  readonly id: string;
  readonly device: string;
  readonly time: HybridTime;
}

export const noHead: Head = { id: '', device: '', time: { wall: 0, counter: 0 } };

export type LastSyncType =
  | 'none'
  | 'manual-full'
  | 'manual-incremental'
  | 'auto-full'
  | 'auto-incremental';

export interface GroupConfig {
  readonly group: string;
  /** Names of the devices, without folder; with ourselves. */
  readonly members: readonly string[];
  /**
   * `manual`: pushed by hand. `auto`: pushed at each commit once the group had its initial sync.
   * `merging` (device_trust_group, gtm): always at once, and changes made apart are merged object by
   * object, because their content has many authors by nature.
   */
  readonly kind: 'manual' | 'auto' | 'merging';
  /**
   * How a merging group takes in a member without history: the domain's trust is taken as it is; GTM
   * objects of both are kept.
   */
  readonly newcomer: 'replace' | 'merge';
  readonly fullLoadOnSync: boolean;
  /** Commits of more than this, in bytes, are sent as a full load. */
  readonly incrementalBytes: number;
}

/** What one device holds of a group. */
export interface GroupContent {
  readonly versions: Versions;
  readonly hash: string;
  readonly head: Head;
}

/** What a device tells the others about itself. */
export interface MemberState extends GroupContent {
  /** Last content that was sent to or taken from another member; undefined before the initial sync. */
  readonly synced: Head | undefined;
  /** How it was sent or taken. */
  readonly lastSyncType: LastSyncType;
  /**
   * A member holds commits of this device up to then which this device does not: it was set back to an older
   * state. Until it has them again, its new commits are events of their own. Not told to anybody.
   */
  readonly lost?: HybridTime | undefined;
  /** Newest push of this device that it does not know, for the same reason: its events come after it. */
  readonly lostPush?: HybridTime | undefined;
  /** Does it have commits that no other member took? */
  readonly hasPending: boolean;
  readonly lastError: string;
}

export interface Peer {
  readonly isConnected: boolean;
  /** Its minor version differs by more than one: nothing is sent. */
  readonly isCompatible: boolean;
  /**
   * Its program writes the same content in the same way, so that hashes tell equal from different. Where
   * it does not, the name that the sender gave a content is kept as long as nobody changes it.
   */
  readonly isAlike: boolean;
  /** Last heard, also of a peer that is away now. */
  readonly state: MemberState | undefined;
  /** On its way: what the peer will hold when it has taken everything. */
  readonly sending: Sending | undefined;
  /** Refused it: not sent again before something changes on either side, or `retry` is due. */
  readonly refused: Sending | undefined;
  /** Its disk may have room again, or whatever else was in the way is gone. */
  readonly retry: Retry | undefined;
}

export interface Retry {
  readonly tries: number;
  /** Ticks of a second. */
  readonly ticksLeft: number;
}

export interface Sending {
  readonly versions: Versions;
  readonly head: Head;
  readonly type: LastSyncType;
}

export interface SyncState {
  readonly self: string;
  readonly config: GroupConfig;
  readonly own: MemberState;
  readonly peers: Readonly<Record<string, Peer>>;
}

export interface BatchHead {
  readonly after: Versions;
  readonly versions: Versions;
  readonly hash: string;
  readonly head: Head;
  /**
   * In merging groups: of each object the newest change wins. Always so there, also when the receiver
   * is only behind: what it lacks may have been made before something that it has.
   */
  readonly isMerge: boolean;
}

export interface LoadHead {
  readonly versions: Versions;
  readonly hash: string;
  readonly head: Head;
  readonly isForced: boolean;
  readonly isMerge: boolean;
}

/**
 * Of what our versions seem to include, what is not there, because its author was set back and went another
 * way: the author, and his newest commit before it (undefined: none).
 */
export type Unheld = Readonly<Record<string, HybridTime | undefined>>;

export type SyncEvent =
  /** `hash` is of our content now: another configuration of the group can have other content. */
  | { readonly type: 'configured'; readonly config: GroupConfig; readonly hash: string }
  | {
      readonly type: 'connected';
      readonly device: string;
      readonly isCompatible: boolean;
      readonly isAlike: boolean;
    }
  | { readonly type: 'disconnected'; readonly device: string }
  /** A commit of this device's users in the group's scope. */
  | { readonly type: 'committed'; readonly content: GroupContent }
  | {
      readonly type: 'told';
      readonly device: string;
      readonly state: MemberState;
      readonly asks: boolean;
      readonly unheld: Unheld;
      readonly time: HybridTime;
    }
  /** Its content is asked for, or ours by it: lanes overtake each other, so that it may not have told yet. */
  | {
      readonly type: 'compared';
      readonly device: string;
      readonly versions: Versions;
      readonly unheld: Unheld;
      readonly time: HybridTime;
    }
  | {
      readonly type: 'batch';
      readonly device: string;
      readonly batch: BatchHead;
      readonly time: HybridTime;
    }
  | {
      readonly type: 'load';
      readonly device: string;
      readonly load: LoadHead;
      readonly time: HybridTime;
    }
  /** A commit of a batch that is being taken is here; what users change next comes after it. */
  | { readonly type: 'part-taken'; readonly head: Head; readonly hash: string }
  /** What `apply-batch` or `apply-load` came to; `hash` is of our content now. */
  | {
      readonly type: 'applied';
      readonly device: string;
      readonly from: BatchHead | LoadHead;
      readonly hash: string;
      /** Something that the sender does not have survived a merge. */
      readonly hasMore: boolean;
      readonly error: string;
      readonly time: HybridTime;
    }
  /** The commits were not to be had, or were too many: everything is sent instead. */
  | { readonly type: 'sent-whole'; readonly device: string }
  | {
      readonly type: 'result';
      readonly device: string;
      readonly commitId: string;
      readonly error: string;
    }
  /** `config-sync to-group`; `time` marks it among the group's events. */
  | { readonly type: 'push'; readonly isForced: boolean; readonly time: HybridTime }
  /**
   * Our content is now a merge of the group's: with `seen`, what its authors held when it was read. Who has
   * changed something since does not take it.
   */
  | {
      readonly type: 'merged';
      readonly hash: string;
      readonly commit: Head | undefined;
      readonly seen: Versions;
      readonly time: HybridTime;
    }
  /** `config-sync from-group`. */
  | { readonly type: 'pull'; readonly isForced: boolean }
  | {
      readonly type: 'load-requested';
      readonly device: string;
      /** By a user there, who wants ours in any case. */
      readonly isForced: boolean;
      readonly time: HybridTime;
    }
  /**
   * Now and then: those who did not make the newest commit help to spread it. `unnamed` is the hash of our
   * content as our own program writes it, whatever it was named.
   */
  | { readonly type: 'tick'; readonly unnamed: string };

export type SyncEffect =
  | { readonly type: 'tell'; readonly to: readonly string[]; readonly asks: boolean }
  /** The driver sends a full load instead when the commits are no longer there or too large. */
  | {
      readonly type: 'send-batch';
      readonly to: string;
      readonly after: Versions;
      readonly isMerge: boolean;
    }
  | {
      readonly type: 'send-load';
      readonly to: string;
      readonly isForced: boolean;
      readonly isMerge: boolean;
    }
  | {
      readonly type: 'request-load';
      readonly to: string;
      readonly reason: string;
      readonly isForced: boolean;
    }
  | { readonly type: 'apply-batch'; readonly from: string; readonly batch: BatchHead }
  | { readonly type: 'apply-load'; readonly from: string; readonly load: LoadHead }
  | {
      readonly type: 'answer';
      readonly to: string;
      readonly commitId: string;
      readonly error: string;
    }
  /** Our content is called by this hash until it changes: a peer with other software has the same. */
  | { readonly type: 'name-content'; readonly hash: string }
  /** `own` has to survive a restart. */
  | { readonly type: 'persist' }
  | { readonly type: 'log'; readonly level: 'notice' | 'warning' | 'err'; readonly text: string }
  /** The command cannot be done. */
  | { readonly type: 'refuse'; readonly text: string };

export type SyncStep = readonly [SyncState, readonly SyncEffect[]];
