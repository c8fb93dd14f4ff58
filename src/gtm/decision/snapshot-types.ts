/**
 * What the dns process answers from: plain data, whole in itself, made by `snapshot.ts` from the
 * configuration and the merged health. It travels as JSON and is kept on disk, so it has a version.
 */

export const snapshotVersion = 1;

/** Types of wide IPs and pools that are decided here; the names are BIG-IP's. */
export type GtmType = 'a' | 'aaaa';

export type PoolChoiceMode = 'round-robin' | 'ratio' | 'topology' | 'global-availability';

/** tmsh names (reference 1.3). */
export type Method =
  | PoolChoiceMode
  | 'static-persistence'
  | 'drop-packet'
  | 'return-to-dns'
  | 'none'
  | 'fallback-ip'
  | MeasuredMethod;

/** Need measurements of paths or of load. */
export type MeasuredMethod =
  | 'packet-rate'
  | 'virtual-server-capacity'
  | 'virtual-server-score'
  | 'least-connections'
  | 'lowest-round-trip-time'
  | 'fewest-hops'
  | 'completion-rate'
  | 'quality-of-service'
  | 'cpu'
  | 'kilobytes-per-second';

export interface SnapshotMember {
  /** `/Common/server:/Common/vs`. */
  readonly name: string;
  readonly address: string;
  readonly bytes: readonly number[];
  readonly ratio: number;
  /** Member, virtual server, server and data center are all enabled. */
  readonly enabled: boolean;
  /** Healthy enough to be handed out. */
  readonly available: boolean;
  /** Why it is (not) so, for the trace. */
  readonly reason: string;
}

export interface SnapshotPool {
  readonly name: string;
  readonly type: GtmType;
  readonly enabled: boolean;
  readonly available: boolean;
  readonly reason: string;
  readonly preferred: Method;
  readonly alternate: Method;
  readonly fallback: Method;
  readonly fallbackIp?: { readonly address: string; readonly bytes: readonly number[] };
  readonly ttlSeconds: number;
  readonly maxAnswers: number;
  readonly verifiesAvailability: boolean;
  /** In member-order. */
  readonly members: readonly SnapshotMember[];
}

export interface SnapshotWideIp {
  readonly name: string;
  readonly type: GtmType;
  /** Lower case, without final dot; `*` and `?` make it a wildcard. */
  readonly domain: string;
  readonly aliases: readonly string[];
  readonly enabled: boolean;
  readonly mode: PoolChoiceMode;
  readonly persistence?: {
    readonly seconds: number;
    readonly cidrIpv4: number;
    readonly cidrIpv6: number;
  };
  /** Present when failure-rcode-response is enabled, here or globally. */
  readonly failure?: { readonly code: number; readonly ttlSeconds: number };
  /** In order; `pool` is an index into the snapshot's pools. */
  readonly pools: readonly { readonly pool: number; readonly ratio: number }[];
  readonly lastResort?: number;
}

export interface SnapshotSettings {
  /** Global verify-vs-availability. */
  readonly verifiesAvailability: boolean;
  /** Global respect-fallback-dependency: the fallback stage, too, leaves out what is down. */
  readonly fallbackRespectsAvailability: boolean;
  readonly drainsPersistentRequests: boolean;
  readonly topologyAllowsZeroScores: boolean;
  readonly staticPersistCidrIpv4: number;
  readonly staticPersistCidrIpv6: number;
  /** Primary name server in an SOA that no zone gives. */
  readonly nameserver: string;
}

export interface GtmSnapshot {
  readonly version: typeof snapshotVersion;
  /** Of the configuration in it. */
  readonly sequence: number;
  readonly settings: SnapshotSettings;
  readonly pools: readonly SnapshotPool[];
  readonly wideIps: readonly SnapshotWideIp[];
}
