/** Between control and the failover process of one device, on the Unix socket `failoverSocket`. */
import type { AddressChange } from './addresses.ts';
import type { ArbiterStatus } from '../arbiter/client.ts';
import type {
  Command,
  Conditions,
  FailoverConfig,
  FailsafeCondition,
  Fitness,
  GroupClaim,
  HistoryEntry,
  Mode,
} from './types.ts';

export type ToFailover =
  | { readonly type: 'configure'; readonly config: FailoverConfig }
  /** What changed since; only to whom this control gave the whole before. */
  | { readonly type: 'addresses'; readonly changes: readonly AddressChange[] }
  | { readonly type: 'conditions'; readonly conditions: Conditions }
  /** Mirrored connections of the peer are being fetched: nothing is to be taken back yet. */
  | { readonly type: 'behind'; readonly isBehind: boolean }
  | { readonly type: 'command'; readonly id: number; readonly command: Command };

export type FromFailover =
  | { readonly type: 'status'; readonly status: FailoverStatus }
  /** `reason` says why a command was refused. */
  | { readonly type: 'result'; readonly id: number; readonly reason: string | undefined };

export interface GroupStatus {
  readonly name: string;
  readonly role: GroupClaim['role'];
  readonly term: number;
  /** Device that is active for it as far as this one knows. */
  readonly owner: string | undefined;
  readonly nextActive: string | undefined;
  /** Milliseconds this device may still answer without another acknowledgement; null: without end. */
  readonly leaseRemaining: number | null;
  /** Wall milliseconds of the last change of role. */
  readonly since: number;
  readonly reason: string;
  /** HA score by device, the bonus of the active one included; of those that have one. */
  readonly scores: Readonly<Record<string, number>>;
  /** By device: load (factors over capacity) as it is, and with what it would be handed. */
  readonly loads: Readonly<Record<string, { readonly now: number; readonly next: number }>>;
  /** Wall milliseconds until which no preference moves it; null: it may move. */
  readonly heldUntil: number | null;
}

export interface PathStatus {
  readonly device: string;
  readonly kind: 'unicast' | 'multicast';
  readonly local: string;
  readonly remote: string;
  /** Milliseconds; null: never. */
  readonly silence: number | null;
  /** It was heard once and has been silent for too long. */
  readonly isSilent: boolean;
}

export interface PeerStatus {
  readonly device: string;
  readonly isWitness: boolean;
  readonly isHeard: boolean;
  readonly fitness: Fitness | undefined;
  /** Milliseconds; null: never heard. */
  readonly silence: number | null;
  readonly activeFor: readonly string[];
}

/** Somebody else who claimed an address of ours within the last minutes. */
export interface ConflictStatus {
  readonly address: string;
  /** '' when he did not say. */
  readonly hardware: string;
  /** He only asked whether it is taken. */
  readonly isProbe: boolean;
  readonly count: number;
  /** Wall milliseconds. */
  readonly first: number;
  readonly last: number;
}

/** As HistoryEntry, with milliseconds since 1970: it outlives the process and the machine's uptime. */
export interface WallHistoryEntry extends Omit<HistoryEntry, 'at' | 'timeline'> {
  readonly wall: number;
  readonly timeline: readonly { readonly wall: number; readonly what: string }[];
}

export interface FailoverStatus {
  readonly device: string;
  readonly deviceGroup: string;
  readonly profile: string;
  readonly fitness: Fitness;
  readonly impairments: readonly string[];
  /** Everything that is watched here, and how it is. */
  readonly failsafes: readonly FailsafeCondition[];
  readonly conflicts: readonly ConflictStatus[];
  readonly mode: Mode;
  /** A pair without a third vote, cut on every path, may have two active devices. */
  readonly canSplit: boolean;
  /** Undefined: the group has none. */
  readonly arbiter?: ArbiterStatus | undefined;
  readonly groups: readonly GroupStatus[];
  readonly peers: readonly PeerStatus[];
  readonly paths: readonly PathStatus[];
  /** Interface over which connections outlive a planned failover, by peer; others' are cut. */
  readonly drainLinks: Readonly<Record<string, string>>;
  readonly history: readonly WallHistoryEntry[];
  /** Longest lateness of this process's timer since start, milliseconds. */
  readonly worstLateness: number;
  /** Milliseconds that each device's failover process ran late at most within the last ten minutes. */
  readonly lags: Readonly<Record<string, number>>;
  readonly isRealTime: boolean;
  /** Groups of other devices for which this one votes. */
  readonly witnessFor: readonly string[];
}
