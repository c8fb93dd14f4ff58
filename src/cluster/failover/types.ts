/**
 * What the failover process works on: its configuration (plain data, made by plan.ts from the database), the
 * messages between devices, and the machine's state, events and effects. Times are milliseconds of the
 * device's own monotonic clock unless a name says otherwise; no two devices' clocks are ever compared.
 */

export interface Profile {
  readonly name: 'compatible' | 'fast' | 'fastest';
  /** Between two heartbeats. */
  readonly interval: number;
  /** A lease: the owner answers at most this long after sending the newest heartbeat that a quorum acknowledged. */
  readonly fence: number;
  /** A voter's promise: after an acknowledged heartbeat it acknowledges nobody else for this long. Must exceed `fence`. */
  readonly detect: number;
  /** Life of the permit element through which every renewal passes; counts against the lease. */
  readonly permit: number;
}

export interface Voter {
  readonly device: string;
  /** Where its failover process listens. */
  readonly addresses: readonly SocketAddress[];
  /** Multicast group to which it sends heartbeats, too. */
  readonly multicast?: string;
}

/** Heartbeats by multicast, beside the unicast paths. */
export interface MulticastHeartbeat extends SocketAddress {
  /** Own address on that network; for IPv6 `::%interface`. */
  readonly local: string;
}

export interface SocketAddress {
  readonly address: string;
  readonly port: number;
}

export interface FloatingAddress {
  readonly address: string;
  /**
   * Kernel interface whose subnet contains it; `lo` when none does (routed to this device) or when it is not
   * to be answered for in ARP and neighbour discovery.
   */
  readonly interface: string;
}

export interface TrafficGroup {
  readonly name: string;
  readonly addresses: readonly FloatingAddress[];
  readonly haOrder: readonly string[];
  /** `failover-method ha-score`: a device without a score has nothing to offer. Else it is as good as any. */
  readonly isByScore?: true;
  readonly autoFailback: boolean;
  readonly autoFailbackSeconds: number;
  readonly loadFactor: number;
  /** Some of its virtual addresses is a network: packets are marked while it is here (config/owner-marks.ts). */
  readonly hasNetworks?: true;
  /** MAC masquerade: hardware address that moves with the group, `02:00:00:00:00:01`. */
  readonly mac?: string;
  /** A user made it on this device: as on BIG-IP, it is active there at first. */
  readonly isMadeHere?: boolean;
}

/** What a device has to offer for a traffic group: points of its `sys ha-group`. */
export interface Score {
  readonly points: number;
  /** On top for the device that is active. */
  readonly activeBonus: number;
  /** The HA group only says whether the device is well (1) or not (0): `failover-method ha-order`. */
  readonly isHealth?: true;
}

/** One sync-failover group as one of its voters sees it; a device without a group is a group of its own. */
export interface GroupConfig {
  readonly device: string;
  /** Full path; '' for a device that is in no sync-failover group. */
  readonly deviceGroup: string;
  readonly members: readonly Voter[];
  readonly witnesses: readonly Voter[];
  readonly profile: Profile;
  readonly trafficGroups: readonly TrafficGroup[];
  /** An etcd cluster that votes in place of the witnesses. */
  readonly arbiter?: Arbiter;
  /** Addresses of the pools whose `gateway-failsafe-device` this one is. */
  readonly gateways?: readonly string[];
  /** HA capacity by member; 0 or absent counts as 1. */
  readonly capacity: Readonly<Record<string, number>>;
}

export interface Arbiter {
  /** `http://host:2379` or `https://…`; tried in turn. */
  readonly endpoints: readonly string[];
  /** Of the keys in etcd, ending with a slash. */
  readonly prefix: string;
  /** PEM; empty texts: the system's authorities, no client certificate. */
  readonly authority: string;
  readonly certificate: string;
  readonly key: string;
}

/** Everything control hands to the failover process; kept in a durable file. */
export interface FailoverConfig {
  readonly own: GroupConfig;
  readonly localAddresses: readonly SocketAddress[];
  readonly multicast?: MulticastHeartbeat;
  /** Base64; '' when there is none (standalone). */
  readonly key: string;
  /** Addresses of traffic-group-local-only: each device answers for its own, always. */
  readonly fixedAddresses: readonly FloatingAddress[];
  /** Groups of other devices that asked us to vote. */
  readonly witnessing: readonly WitnessDuty[];
  /** Self IPs that do not float: only watched for conflicts. */
  readonly selfAddresses?: readonly FloatingAddress[];
  /** What the log calls a kernel interface: tag or name of its VLAN. */
  readonly vlanNames?: Readonly<Record<string, string>>;
  /** VLANs with failsafe. */
  readonly watchedVlans?: readonly WatchedVlan[];
  /** Absent, as in a file of an older version: HAProxy and control. */
  readonly watchedDaemons?: readonly WatchedDaemon[];
  /** The peer mirrors connections to this device; undefined: as it was. */
  readonly mirrors?: boolean | undefined;
}

/** A service whose absence makes this device a bad owner. */
export interface WatchedDaemon {
  /** BIG-IP's name. */
  readonly daemon: string;
  /** The supervisor's name for it. */
  readonly unit: string;
  readonly timeoutSeconds: number;
  readonly action: string;
}

/** A failsafe, in BIG-IP's words; a device with one that failed hands its groups over. */
export interface FailsafeCondition {
  /** `vlan-failsafe`, `gateway-failsafe`, `daemon-heartbeat`, … */
  readonly feature: string;
  /** What is watched: a VLAN, a pool, a service. */
  readonly key: string;
  readonly action: string;
  /** Undefined: it is well. */
  readonly failure: string | undefined;
}

export interface WatchedVlan {
  readonly vlan: string;
  /** Kernel interface. */
  readonly interface: string;
  readonly timeoutSeconds: number;
  readonly action: string;
}

/** What control sees of this device's worth; kept by the failover process while control is away. */
export interface Conditions {
  /** By traffic group; none for those that are not chosen by score. */
  readonly scores: Readonly<Record<string, Score>>;
  readonly failsafes: readonly FailsafeCondition[];
}

export interface WitnessDuty {
  readonly group: GroupConfig;
  readonly key: string;
}

/**
 * Who counts in a pair: an agreement of both, numbered, only ever going forward. Even epochs count the
 * witness, odd ones do without it. In `dropping` and `joining` a device has given up the one right and
 * not yet gained the other; it gains it when it has seen the peer in the same epoch. Who is joining may act
 * where both rights would let it.
 */
export type Phase = 'unknown' | 'dropping' | 'pair' | 'joining' | 'witness';
export interface Mode {
  readonly epoch: number;
  readonly phase: Phase;
}

export interface GroupClaim {
  readonly name: string;
  readonly role: 'standby' | 'candidate' | 'owner';
  /** Grows with each ownership; decides who stays after a split. */
  readonly term: number;
  /** The sender will never use acknowledgements of sequences up to this one. */
  readonly floor: number;
  /** With role standby: whom the sender handed the group to. */
  readonly successor?: string;
  /** With a successor: the sender goes on serving the connections that it has. */
  readonly drains?: boolean;
  /** HA score of the sender, with the bonus when it is active; absent when it has none. */
  readonly score?: number;
}

/** "I promised this group to `holder`; the newest of its messages I had was `sequence`." */
export interface Vote {
  readonly group: string;
  readonly holder: string;
  readonly instance: number;
  readonly sequence: number;
  /** How much longer, for a candidate that is refused. */
  readonly remaining: number;
}

export interface Message {
  readonly deviceGroup: string;
  readonly from: string;
  /** Run of the sender's process: wall milliseconds at its start. */
  readonly instance: number;
  /** Sender's monotonic microseconds at sending, strictly growing: an acknowledged one is a send time. */
  readonly sequence: number;
  /** The receiver answers at once. */
  readonly wantsReply: boolean;
  readonly mode: Mode;
  /** May own: not forced offline, still in its start-up grace or impaired. */
  readonly fitness: Fitness;
  readonly heard: readonly {
    readonly device: string;
    readonly sequence: number;
    readonly age: number;
    /** Of the run that the sequence is from; absent from older versions. */
    readonly instance?: number;
  }[];
  readonly groups: readonly GroupClaim[];
  readonly votes: readonly Vote[];
  /** Milliseconds that the sender ran late at most, of late. */
  readonly lag?: number;
}

/** `impaired`: an engine or control is down; owns only when nobody able is there. */
export type Fitness = 'able' | 'impaired' | 'starting' | 'forced-offline';

export interface PeerState {
  readonly device: string;
  readonly instance: number;
  readonly sequence: number;
  readonly heardAt: number;
  readonly mode: Mode;
  readonly fitness: Fitness;
  readonly ableSince: number | undefined;
  readonly claims: readonly GroupClaim[];
  /** Newest of our messages that it said to have had. */
  readonly heardUs: number;
  /** It says that it heard somebody who is no member within the time of detection. */
  readonly hearsWitness: boolean;
}

export interface GroupState {
  readonly name: string;
  role: 'standby' | 'candidate' | 'owner';
  term: number;
  floor: number;
  successor: string | undefined;
  /** The owner handed it to us: no waiting for better ones. */
  isInvited: boolean;
  /** With a successor: our connections are served on. */
  drains: boolean;
  /** Our promise as a voter. */
  holder: string | undefined;
  holderInstance: number;
  holderSequence: number;
  promiseUntil: number;
  /** Since when nobody holds our promise. */
  freeSince: number;
  standAfter: number;
  candidateSince: number;
  /** The kernel keeps the fence open up to here at most; 0: closed. */
  fenceUntil: number;
  /** The kernel refused the last change; again at `fenceAfter`. */
  isRefused: boolean;
  fenceAfter: number;
  /** Newest own send time that each voter acknowledged. */
  acks: ReadonlyMap<string, number>;
  /** Of the present role. */
  since: number;
  nextAnnounce: number;
  announcements: number;
  hasAddresses: boolean;
  /** Owner of before, for what is shown while nobody claims. */
  reason: string;
  /** When this device gave it away by preference of late: see damping.ts. */
  moves: readonly number[];
}

export interface State {
  readonly config: GroupConfig;
  readonly instance: number;
  readonly startedAt: number;
  /** Until then it stands for nothing, and in a group of three or more acknowledges nobody before its half. */
  graceUntil: number;
  /** Says nothing before it heard somebody or this time comes; see README. */
  muteUntil: number;
  talkingSince: number | undefined;
  sequence: number;
  nextHeartbeat: number;
  forcedOffline: boolean;
  impairments: readonly string[];
  scores: Readonly<Record<string, Score>>;
  /** Rights in effect. A device announces `durableMode` only: giving up a right is said when it is on disk. */
  mode: Mode;
  durableMode: Mode;
  modeSince: number;
  /** Silence counts from here: start, or the end of a pause of this process. */
  listeningSince: number;
  lastTick: number;
  /** The tick before: sockets are read between two ticks, so silence is certain up to here and no further. */
  certainUntil: number;
  witnessHeardSince: number | undefined;
  /** Of the pair's gateways: when the newest was sent that one answered; it is remembered that one ever did. */
  gatewayHeardAt: number | undefined;
  hadGateway: boolean;
  readonly peers: Map<string, PeerState>;
  readonly groups: Map<string, GroupState>;
}

export type Command =
  | {
      readonly kind: 'standby';
      readonly trafficGroup: string | undefined;
      readonly device: string | undefined;
    }
  | { readonly kind: 'offline' }
  /** This process ends: as offline, but not remembered. */
  | { readonly kind: 'leave' }
  | { readonly kind: 'online' };

export type Event =
  | { readonly type: 'tick'; readonly now: number }
  | { readonly type: 'message'; readonly now: number; readonly message: Message }
  | { readonly type: 'command'; readonly now: number; readonly command: Command }
  | { readonly type: 'configure'; readonly now: number; readonly config: GroupConfig }
  /** As `configure`, with other addresses only; they are in their places already. */
  | { readonly type: 'readdress'; readonly now: number; readonly config: GroupConfig }
  /** What keeps this device from being a good owner: "haproxy", "control"; empty when all is well. */
  | { readonly type: 'impaired'; readonly now: number; readonly by: readonly string[] }
  | {
      readonly type: 'scores';
      readonly now: number;
      readonly scores: Readonly<Record<string, Score>>;
    }
  | { readonly type: 'persisted'; readonly now: number; readonly mode: Mode }
  /** The arbiter wrote what was sent at `sentAt` (own monotonic milliseconds). */
  | {
      readonly type: 'arbiter';
      readonly now: number;
      readonly acknowledged: readonly { readonly group: string; readonly sentAt: number }[];
    }
  /** A gateway answered what was sent to it at `sentAt` (own monotonic milliseconds). */
  | { readonly type: 'gateway'; readonly now: number; readonly sentAt: number }
  /** The kernel refused to open or renew: the permit had lapsed, or nft failed. */
  | { readonly type: 'fence-refused'; readonly now: number; readonly group: string };

export type Effect =
  /** Open or renew so that the fence closes by itself at `until` at the latest; Infinity: no lease. */
  | { readonly type: 'fence'; readonly group: string; readonly until: number }
  | { readonly type: 'close'; readonly group: string }
  | { readonly type: 'addresses'; readonly group: string; readonly present: boolean }
  /** In place of removing the addresses: connections go on through the new owner, for a time the kernel ends. */
  | { readonly type: 'drain'; readonly group: string; readonly to: string }
  /** Before the fence opens: connections of the former owner are given back to it, for as long. */
  | { readonly type: 'inherit'; readonly group: string; readonly from: string }
  | { readonly type: 'announce'; readonly group: string }
  | { readonly type: 'send'; readonly to: readonly string[]; readonly message: Message }
  | { readonly type: 'persist'; readonly mode: Mode }
  | { readonly type: 'persist-offline'; readonly forcedOffline: boolean }
  | { readonly type: 'persist-gateway'; readonly hadGateway: boolean }
  | { readonly type: 'wake'; readonly at: number }
  | {
      readonly type: 'log';
      readonly level: 'info' | 'notice' | 'warning' | 'err';
      readonly message: string;
    }
  | { readonly type: 'history'; readonly entry: HistoryEntry }
  | { readonly type: 'refused'; readonly reason: string };

export interface HistoryEntry {
  readonly at: number;
  readonly group: string;
  readonly change: 'active' | 'standby' | 'suspended' | 'resumed';
  readonly reason: string;
  /** What was known at that moment: last heard, acknowledged, promised. */
  readonly evidence: string;
  /** What led to it, oldest first. */
  readonly timeline: readonly TimelineEntry[];
}

export interface TimelineEntry {
  readonly at: number;
  readonly what: string;
}

export const profiles: Readonly<Record<Profile['name'], Profile>> = {
  compatible: { name: 'compatible', interval: 500, fence: 2400, detect: 3000, permit: 50 },
  fast: { name: 'fast', interval: 50, fence: 300, detect: 400, permit: 20 },
  fastest: { name: 'fastest', interval: 25, fence: 150, detect: 200, permit: 15 },
};
