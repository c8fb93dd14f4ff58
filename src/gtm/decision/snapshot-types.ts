/**
 * What the dns process answers from: plain data, whole in itself, made by `snapshot.ts` from the
 * configuration and the merged health. It travels as JSON and is kept on disk, so it has a version.
 */

export const snapshotVersion = 3;

/** Types of wide IPs and pools that are decided here; the names are BIG-IP's. */
export type GtmType = 'a' | 'aaaa' | 'cname' | 'mx' | 'naptr' | 'srv';

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

/** Of one virtual server, as its device reported last; only where a method or a limit asks for it. */
export interface MemberLoad {
  readonly connections: number;
  readonly packetsPerSecond: number;
  readonly kilobytesPerSecond: number;
  /** Members up behind the virtual server, by their weight. */
  readonly capacity: number;
  /** `gtm-score` of the virtual server. */
  readonly score: number;
  /** Of its device. */
  readonly cpuPercent: number;
  /** What its link has to give (`linkCapacity`); absent: it belongs to none. */
  readonly linkCapacity?: number;
}

export interface SnapshotMember {
  /** `/Common/server:/Common/vs`; the name of another wide IP in pools of names. */
  readonly name: string;
  /** For people: the address, or the record's text. */
  readonly address: string;
  /** Data of the resource record: 4 or 16 bytes of an address, a name, … */
  readonly bytes: readonly number[];
  /** Lower case: the wide IP that this name leads to, or a plain name. */
  readonly target?: string;
  readonly datacenter?: string;
  readonly load?: MemberLoad;
  readonly ratio: number;
  /** Member, virtual server, server and data center are all enabled. */
  readonly enabled: boolean;
  /** Healthy enough to be handed out. */
  readonly available: boolean;
  /** Why it is (not) so, for the trace. */
  readonly reason: string;
}

/** Coefficients of quality-of-service, by metric. */
export interface QosWeights {
  readonly hitRatio: number;
  readonly hops: number;
  readonly kilobytesPerSecond: number;
  readonly linkCapacity: number;
  readonly packetRate: number;
  readonly roundTripTime: number;
  readonly topology: number;
  readonly capacity: number;
  readonly score: number;
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
  /** Scores of the method are weights instead of a rank. */
  readonly isDynamicRatio: boolean;
  /** Present when one of its methods is quality-of-service. */
  readonly qos?: QosWeights;
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
  /** Disabled: aliases are followed, and addresses of names in the answer come along. */
  readonly isMinimal: boolean;
  /** Topology goes by the network in EDNS0 where the query has one. */
  readonly prefersClientSubnet: boolean;
  /** The distributed application that it belongs to. */
  readonly app?: SnapshotApp;
  /** What of its decisions is logged; absent: nothing. */
  readonly logs?: readonly DecisionLogPart[];
}

export interface SnapshotApp {
  readonly name: string;
  /** Places of wide IPs without which it is down (`dependency-level wideip`). */
  readonly needs: readonly number[];
  /** A resolver stays in one data center for all wide IPs of it. */
  readonly persistence?: NonNullable<SnapshotWideIp['persistence']>;
}

/** Words of load-balancing-decision-log-verbosity. */
export type DecisionLogPart =
  | 'pool-selection'
  | 'pool-traversal'
  | 'pool-member-selection'
  | 'pool-member-traversal';

export type PlaceKind =
  | 'subnet'
  | 'region'
  | 'continent'
  | 'country'
  | 'state'
  | 'isp'
  | 'pool'
  | 'datacenter';

/** One side of a topology record, or one member of a region. */
export interface Place {
  readonly negated: boolean;
  readonly kind: PlaceKind;
  /** Canonical: full paths, `10.0.0.0/8`, codes in upper case. */
  readonly value: string;
}

export interface TopologyRecord {
  readonly name: string;
  readonly ldns: Place;
  readonly server: Place;
  readonly score: number;
}

export interface SnapshotTopology {
  /** In the order in which they are looked at. */
  readonly records: readonly TopologyRecord[];
  readonly regions: readonly { readonly name: string; readonly members: readonly Place[] }[];
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
  readonly qosFactors: QosWeights;
  /** Primary name server in an SOA that no zone gives. */
  readonly nameserver: string;
}

export interface GtmSnapshot {
  readonly version: typeof snapshotVersion;
  /** Of the configuration in it. */
  readonly sequence: number;
  readonly settings: SnapshotSettings;
  readonly topology: SnapshotTopology;
  readonly pools: readonly SnapshotPool[];
  readonly wideIps: readonly SnapshotWideIp[];
}
