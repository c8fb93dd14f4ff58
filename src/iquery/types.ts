/**
 * iQuery as the rooms above use it: sessions to authenticated peers, typed messages on two lanes.
 * Messages are those of proto/iquery.proto, in camelCase; 64-bit numbers are JavaScript numbers.
 */

/** `control` for health, group state, witness; `bulk` for commits and loads. */
export type Lane = 'control' | 'bulk';

/** How we came to trust the peer's certificate. */
export type PeerRelation =
  /** A member of our own trust domain: may synchronise. */
  | 'trust-domain'
  /** Certificate exchanged by bigip_add: health, and witness requests, only. */
  | 'iquery-peer';

export interface WantedPeer {
  /** Device name as in its certificate; undefined when only the address is known yet. */
  readonly device?: string;
  readonly address: string;
  readonly port: number;
}

export interface IquerySession {
  readonly device: string;
  readonly relation: PeerRelation;
  /** Guid of its trust domain. */
  readonly domain: string;
  readonly remoteAddress: string;
  readonly software: string;
  readonly features: readonly string[];
  /** Changes when the peer's process restarted. */
  readonly instance: string;
  /** Peer's wall clock minus ours, milliseconds, by the pings of the last two seconds. */
  readonly skewMilliseconds: number;
  send<K extends keyof IqueryBodies>(lane: Lane, kind: K, body: IqueryBodies[K]): void;
}

export interface IqueryChannel {
  sessions(): readonly IquerySession[];
  session(device: string): IquerySession | undefined;
  /** Replaces the set of peers that we dial; existing sessions to kept peers go on. `owner` names the asking room. */
  want(owner: string, peers: readonly WantedPeer[]): void;
  onSession(listener: (session: IquerySession, state: 'open' | 'closed') => void): void;
  onMessage<K extends keyof IqueryBodies>(
    kind: K,
    handler: (body: IqueryBodies[K], session: IquerySession) => void,
  ): void;
  /** For show gtm iquery: every wanted or connected peer, connected or not, and why not. */
  peers(): readonly PeerReport[];
}

/** A listener that only looks on, for iqdump. */
export type IqueryWatcher = (kind: string, body: object, session: IquerySession) => void;

/** The channel with everything that comes in to be looked at. */
export interface WatchableIquery extends IqueryChannel {
  /** Of each message of every session, pings left out. Returns how to stop. */
  watch(watcher: IqueryWatcher): () => void;
}

export interface PeerReport {
  readonly device: string;
  readonly address: string;
  readonly state: 'connected' | 'connecting' | 'not-connected';
  readonly reason: string;
  readonly connectedSince?: number;
  readonly reconnects: number;
  readonly bytesIn: number;
  readonly bytesOut: number;
  readonly software?: string;
  readonly certificateExpires?: string;
  readonly cipher?: string;
  readonly protocol?: string;
  /** Of this run of the peer's process. */
  readonly instance?: string;
  /** Peer's wall clock minus ours, by the pings of the last two seconds. */
  readonly skewMilliseconds?: number;
  /** Written, and not yet taken by the network. */
  readonly pendingBytes?: number;
}

export interface HybridTimeMessage {
  readonly wall: number;
  readonly counter: number;
}

/** The newest commit of one device that a group's content includes. */
export interface VersionMessage {
  readonly origin: string;
  readonly time: HybridTimeMessage;
}

export interface GroupHeadMessage {
  readonly commitId: string;
  readonly commitDevice: string;
  readonly commitTime: HybridTimeMessage;
}

export interface VirtualHealth {
  readonly name: string;
  readonly address: string;
  readonly port: number;
  readonly protocol: string;
  readonly availability: string;
  readonly enabled: string;
  readonly reason: string;
  readonly sinceMilliseconds: number;
  readonly owner: boolean;
  readonly currentConnections: number;
  readonly bitsPerSecond: number;
  readonly packetsPerSecond: number;
  readonly membersUp: number;
  readonly gtmScore: number;
  readonly deleted: boolean;
}

/** A network of the device, the routers there that its default routes lead to, and what passes. */
export interface NetworkHealth {
  readonly network: string;
  readonly gateways: readonly string[];
  readonly bitsInPerSecond: number;
  readonly bitsOutPerSecond: number;
  readonly packetsPerSecond: number;
}

/** One monitor of a host, as its prober sees it. */
export interface ProbeState {
  readonly id: string;
  readonly state: string;
  readonly reason: string;
  readonly since: number;
  readonly detail: string;
}

/** Which resolver a wide IP sent where; marks of names, see `gtm/decision/persistence.ts`. */
export interface PersistRecordMessage {
  readonly address: string;
  readonly bits: number;
  readonly wideIp: number;
  readonly pool: number;
  readonly member: number;
  readonly milliseconds: number;
}

/** A way that some device measured so many milliseconds ago. */
export interface SharedPathMessage {
  readonly datacenter: string;
  readonly device: string;
  readonly metric: PathMetricMessage;
  readonly milliseconds: number;
  readonly countsHops: boolean;
  readonly hopsMilliseconds: number;
}

/** The way to one name server; without a protocol nothing answered. */
export interface PathMetricMessage {
  readonly address: string;
  readonly protocol: string;
  readonly roundTripMicroseconds: number;
  readonly completionPercent: number;
  readonly hops: number;
  readonly isRefused: boolean;
}

export interface IqueryBodies {
  readonly subscribe: { readonly refreshSeconds: number };
  readonly healthReport: {
    readonly complete: boolean;
    readonly sequence: number;
    readonly device: string;
    readonly virtuals: readonly VirtualHealth[];
    readonly metrics: {
      readonly cpuPercent: number;
      readonly memoryAvailableKilobytes: number;
      readonly connections: number;
    };
    readonly proberEligible: boolean;
    /** Of complete reports. */
    readonly networks: readonly NetworkHealth[];
  };
  readonly groupState: {
    readonly group: string;
    readonly commitId: string;
    readonly commitDevice: string;
    readonly commitTime: HybridTimeMessage;
    readonly syncedId: string;
    readonly syncedTime: HybridTimeMessage;
    readonly contentHash: string;
    readonly hasPending: boolean;
    readonly lastError: string;
    readonly versions: readonly VersionMessage[];
    readonly lastSyncType: string;
    readonly asks: boolean;
  };
  readonly commitBatch: {
    readonly group: string;
    readonly commits: readonly string[];
    readonly afterId: string;
    readonly after: readonly VersionMessage[];
    readonly versions: readonly VersionMessage[];
    readonly contentHash: string;
    readonly merge: boolean;
    readonly head: GroupHeadMessage;
  };
  readonly loadRequest: {
    readonly group: string;
    readonly reason: string;
    readonly force: boolean;
  };
  readonly fullLoad: {
    readonly group: string;
    readonly commitId: string;
    readonly commitDevice: string;
    readonly commitTime: HybridTimeMessage;
    readonly objects: readonly string[];
    readonly part: number;
    readonly parts: number;
    readonly force: boolean;
    readonly versions: readonly VersionMessage[];
    readonly contentHash: string;
    readonly merge: boolean;
    readonly deletions: readonly string[];
  };
  readonly syncResult: {
    readonly group: string;
    readonly commitId: string;
    readonly error: string;
  };
  readonly masterKey: {
    readonly domain: string;
    readonly hash: string;
    readonly time: number;
    readonly givesWay: boolean;
    readonly asks: boolean;
    readonly key: Uint8Array;
  };
  readonly authorityKey: {
    readonly domain: string;
    readonly fingerprint: string;
    readonly asks: boolean;
    readonly key: string;
  };
  readonly domainNews: {
    readonly domain: string;
    readonly time: HybridTimeMessage;
    readonly authorities: readonly string[];
    readonly devices: readonly { readonly device: string; readonly key: string }[];
  };
  readonly contentRequest: {
    readonly group: string;
    readonly number: number;
    readonly versions: readonly VersionMessage[];
  };
  readonly contentPart: {
    readonly number: number;
    readonly objects: readonly string[];
    readonly part: number;
    readonly parts: number;
    readonly error: string;
    readonly versions: readonly VersionMessage[];
  };
  readonly witnessRequest: {
    readonly group: string;
    readonly members: readonly { readonly device: string; readonly addresses: readonly string[] }[];
    readonly key: Uint8Array;
    readonly profile: string;
  };
  readonly witnessAnswer: {
    readonly group: string;
    readonly accepted: boolean;
    readonly reason: string;
    readonly addresses: readonly string[];
  };
  readonly recordsDeleted: {
    readonly words: string;
    readonly number: number;
    readonly done: boolean;
  };
  readonly probeOrder: { readonly instances: readonly string[] };
  readonly probeStates: { readonly eligible: boolean; readonly states: readonly ProbeState[] };
  readonly persistRecords: {
    readonly asks: boolean;
    readonly removes: string;
    readonly isRemoval: boolean;
    readonly records: readonly PersistRecordMessage[];
  };
  readonly pathRequest: {
    readonly addresses: readonly string[];
    readonly protocols: readonly string[];
    readonly probes: number;
    readonly countsHops: boolean;
    readonly hopsSamples: number;
    readonly hopsTimeoutSeconds: number;
    readonly hopsPacketBytes: number;
  };
  readonly pathMetrics: { readonly paths: readonly PathMetricMessage[] };
  readonly sharedPaths: { readonly paths: readonly SharedPathMessage[] };
  readonly takeovers: {
    readonly groups: readonly {
      readonly trafficGroup: string;
      readonly times: number;
      readonly last: number;
    }[];
  };
  readonly mirrorState: {
    readonly asks: boolean;
    readonly sent: boolean;
    readonly connections: number;
    readonly error: string;
  };
}
