/**
 * The traffic plan: what the engines are to carry, as plain data, made from the configuration alone. Health
 * and operator state come on top (member-state.ts), because they change without a new plan.
 */
import type { Address, Endpoint, Prefix } from '../base/address.ts';
import type { OwnerMark } from '../config/owner-marks.ts';
import type { RecordMirror } from '../config/mirror-addresses.ts';
import type { BackendKey } from './backend-key.ts';
import type { TlsVersions } from '../config/tls/profile.ts';
import type { PolicyPlan } from './policy/types.ts';

/** What the plan needs to know of the device beside its configuration. */
export interface DeviceFacts {
  /** Kernel interface of a VLAN; undefined when it has none. */
  readonly interfaceOf: (vlan: string) => string | undefined;
  /** Connections at once that the data plane may hold beside so many listeners. */
  readonly maximumConnections: (listeners: number) => number;
  /** Whether so many full proxies share listeners (`sharing.ts`); `wasSharing`: they do already. */
  readonly isSharingWorth: (proxies: number, wasSharing: boolean) => boolean;
  /** Some other process marks packets that are for the traffic groups of this device (config/owner-marks.ts). */
  readonly hasOwnerMarks?: boolean;
}

export interface TrafficPlan {
  readonly sequence: number;
  readonly maximumConnections: number;
  /** Full proxies that a socket of their own could tell apart share listeners behind the classifier all the same. */
  readonly isSharing: boolean;
  readonly pools: readonly PoolPlan[];
  /** Full proxies: HAProxy. */
  readonly virtuals: readonly VirtualPlan[];
  readonly backends: readonly BackendPlan[];
  /** Packet path: nftables. */
  readonly packetVirtuals: readonly PacketVirtual[];
  /** Those that only the classifier can tell apart, first match first. */
  readonly classified: readonly ClassifiedVirtual[];
  readonly refusals: readonly Refusal[];
}

/** Plans by name. */
export interface PlanLookup {
  readonly pools: ReadonlyMap<string, PoolPlan>;
  virtual(name: string): VirtualPlan | PacketVirtual | undefined;
  /** Pools that have a member on the node. */
  poolsOf(node: string): readonly PoolPlan[];
}

/** What the classifier matches, and where it sends a new connection. */
export interface ClassifiedVirtual {
  readonly name: string;
  /** The number that packets and connections carry; see `marksOf`. */
  readonly mark: number;
  readonly destination: Prefix;
  /** 0: any port. */
  readonly port: number;
  /** Others beside it; with them it is one of many matches of the same virtual server. */
  readonly ports?: readonly number[];
  readonly protocol: 'tcp' | 'udp' | 'any';
  /** Its `ip-protocol` is not `any`: it comes before those whose is, though the same packets reach both. */
  readonly namesProtocol: boolean;
  readonly source: Prefix | undefined;
  readonly interfaces: readonly string[] | undefined;
  /** `direct`: to a member, with the address as it is. */
  readonly target: 'proxy' | 'packet' | 'direct' | 'forward' | 'reject';
  readonly isEnabled: boolean;
  /** It takes packets with this mark only: its traffic group is here. */
  readonly owner?: OwnerMark;
  /** While nobody serves it, clients get no answer; else they are refused. */
  readonly dropsWhenDown: boolean;
  readonly pool: string | undefined;
}

/** Configured, but not carried, and why. */
export interface Refusal {
  readonly virtual: string;
  readonly reason: string;
}

export interface PoolPlan {
  readonly name: string;
  readonly method: Method;
  /** What counts is what members' nodes carry, in all pools. */
  readonly isByNode: boolean;
  /** 0: priority groups are not used. */
  readonly minActiveMembers: number;
  /** Milliseconds that a connection waits while all members are at their limit; 0: none. */
  readonly queueMilliseconds: number;
  /** Connections that may wait at once; 0: as many as come. */
  readonly queueDepth: number;
  /** Members tried after the first that cannot be reached; 0: the engine's own number. */
  readonly reselectTries: number;
  /** A member that comes up gets its full share after this; 0: at once. */
  readonly slowRampSeconds: number;
  readonly serviceDownAction: 'none' | 'reset' | 'drop' | 'reselect';
  /** Some monitor of it, or of a member, goes by clients' traffic. */
  readonly isWatched?: true;
  readonly members: readonly MemberPlan[];
}

/** docs/howto/load-balancing.md says which of BIG-IP's methods is which of these. */
export type Method =
  | 'round-robin'
  | 'ratio'
  | 'least-connections'
  | 'ratio-least-connections'
  | 'observed'
  | 'predictive'
  | 'dynamic-ratio';

export interface MemberPlan {
  /** As in the pool: "/Common/10.0.0.1:80". */
  readonly name: string;
  readonly node: string;
  readonly address: Address;
  /** 0: the port that the client asked for. */
  readonly port: number;
  readonly ratio: number;
  /** 0: unlimited. */
  readonly connectionLimit: number;
  /** Of its node, for all members there are on it. */
  readonly nodeLimit: number;
  readonly priorityGroup: number;
  /** What operators said of the member and of its node together. */
  readonly operator: 'enabled' | 'user-disabled' | 'user-down';
  /** BIG-IP's cookie value, unique in the pool; its server name in HAProxy. */
  readonly cookie: string;
}

export interface VirtualPlan {
  readonly name: string;
  /** Behind the classifier it listens where `listenerAddress(mark)` says. */
  readonly mark: number;
  readonly isClassified: boolean;
  readonly address: Address;
  readonly port: number;
  /** Kernel interfaces it listens on; undefined: all. */
  readonly interfaces: readonly string[] | undefined;
  readonly mode: 'tcp' | 'http';
  readonly isEnabled: boolean;
  readonly pool: string | undefined;
  readonly backend: BackendKey | undefined;
  /** 0: unlimited. */
  readonly connectionLimit: number;
  readonly rateLimit: RateLimit | undefined;
  readonly dropsWhenDown: boolean;
  readonly idleSeconds: number;
  /** Only these clients; undefined: everybody. */
  readonly source: Prefix | undefined;
  readonly http: HttpSettings | undefined;
  readonly tls: TlsSettings | undefined;
  readonly policies: readonly PolicyPlan[];
  readonly tcp: TcpSettings;
  /** Of a stream profile: what is replaced by what, as `plan-stream.ts` writes it. */
  readonly stream?: string;
  /** Policies of other virtual servers lead to it, inside HAProxy. */
  readonly takesHops?: true;
}

/** New connections a second. */
export interface RateLimit {
  readonly perSecond: number;
  /** Counted for this virtual server alone, not together with others that count in the same way. */
  readonly isOfObject: boolean;
  /** Counted apart for each network of clients, by so many bits (128: each address); undefined: for all together. */
  readonly sourceBits: number | undefined;
  /** The same by what clients ask for. */
  readonly destinationBits: number | undefined;
}

export interface HttpSettings {
  readonly insertXForwardedFor: boolean;
  /** `Name: value`. */
  readonly headerInsert: string | undefined;
  readonly headerErase: string | undefined;
  readonly viaRequest: 'preserve' | 'append' | 'remove';
  readonly viaResponse: 'preserve' | 'append' | 'remove';
  readonly viaHost: string;
  readonly redirectRewrite: 'none' | 'all' | 'matching' | 'nodes';
  /** Value of Strict-Transport-Security. */
  readonly strictTransport: string | undefined;
  readonly fallback: Fallback | undefined;
  /** More than these: the connection is reset. */
  readonly maximumHeaders: number | undefined;
  readonly onlyMethods: readonly string[] | undefined;
  readonly compression: Compression | undefined;
  /** Servers are told of requests by HTTP/2 in a header of this name. */
  readonly http2Header: string | undefined;
  /** Requests on one connection; 0: any number. */
  readonly maximumRequests: number;
  /** Bytes of all headers of a request that there is room for. */
  readonly maximumHeaderBytes: number;
  /** Requests with more are refused; else with what does not fit. */
  readonly refusesHeaderBytes: boolean;
  readonly cache: CacheSettings | undefined;
  /** Cookies that clients get sealed. */
  readonly sealedCookies?: { readonly names: readonly string[]; readonly key: string };
  readonly requestLog: RequestLog | undefined;
}

/** The RAM cache of a web acceleration profile. */
export interface CacheSettings {
  readonly megabytes: number;
  readonly maximumObjectBytes: number;
  readonly maximumAgeSeconds: number;
  /** Patterns of paths; none: all. */
  readonly included: readonly string[];
  readonly excluded: readonly string[];
}

export interface RequestLog {
  /** In HAProxy's words. */
  readonly format: string;
  /** Headers of requests that it names. */
  readonly headers: readonly string[];
  readonly servers: readonly { readonly address: Address; readonly port: number }[];
  readonly isTcp: boolean;
}

/** Of clients' connections. */
export interface TcpSettings {
  /** 0: no probes. */
  readonly keepAliveSeconds: number;
  /** Connections are taken when they bring data. */
  readonly isDeferred: boolean;
  /** Largest segment; undefined: the kernel's choice. */
  readonly segmentBytes: number | undefined;
}

/** Where clients are sent when no server answers, or one with such a status ("500", "500-503"). */
export interface Fallback {
  readonly location: string;
  readonly statuses: readonly string[];
  readonly agent: string;
}

export interface Compression {
  /** Beginnings of content types. */
  readonly types: readonly string[];
  readonly algorithm: 'gzip' | 'deflate';
  readonly keepsAcceptEncoding: boolean;
}

/** The first entry is the default. */
export interface TlsSettings {
  readonly entries: readonly TlsEntry[];
  /** Clients that name no server are refused. */
  readonly needsName: boolean;
  /** Sessions are resumed by tickets, too, not only by their identifier. */
  readonly hasTickets: boolean;
  /** Application protocols offered, first choice first. */
  readonly protocols: readonly string[];
}

export interface TlsEntry {
  readonly profile: string;
  /** Certificate, chain and key in one, as HAProxy reads them. */
  readonly pems: readonly string[];
  /** By place in `pems`, where answers about certificates are shown; undefined: nowhere. */
  readonly staples?: readonly (StaplePlan | undefined)[];
  readonly serverName: string | undefined;
  readonly isDefault: boolean;
  readonly clientCertificates: 'ignore' | 'request' | 'require';
  /** PEM. */
  readonly authority: string | undefined;
  /** Of certificates of clients; PEM. */
  readonly revocations: string | undefined;
  readonly versions: TlsVersions;
  /** In OpenSSL's words; undefined: its own choice. */
  readonly ciphers: string | undefined;
}

/** How it is asked whether a certificate still holds (RFC 6960), for the answer to be shown to clients (RFC 6066, 8). */
export interface StaplePlan {
  /** Who signed the certificate; PEM. */
  readonly issuer: string;
  /** URL. */
  readonly responder: string;
  /** Who else may sign answers; PEM. */
  readonly trusted: string | undefined;
  readonly timeoutSeconds: number;
  /** An answer is asked for again after that; undefined: halfway to its end. */
  readonly cacheSeconds: number | undefined;
  readonly errorSeconds: number;
  readonly clockSkewSeconds: number;
  /** Older answers are not taken; 0: any is. */
  readonly oldestSeconds: number;
}

export interface ServerTls {
  /** PEM; undefined: servers are not checked. */
  readonly authority: string | undefined;
  /** Of certificates of servers; PEM. */
  readonly revocations: string | undefined;
  readonly authenticateName: string | undefined;
  /** Sent as SNI. */
  readonly serverName: string | undefined;
  /** Our own certificate with its key. */
  readonly pem: string | undefined;
  readonly versions: TlsVersions;
  readonly ciphers: string | undefined;
}

export interface HopPlan {
  readonly virtual: string;
  /** It takes connections: it is enabled. */
  readonly isOpen: boolean;
}

/** One way of using a pool; virtuals that use it alike share it, and so share its round robin. */
export interface BackendPlan extends BackendKey {
  /** The only member of the pool that is asked. */
  readonly onlyMember?: string;
  /** A server without a pool, asked in place of one. */
  readonly node?: Endpoint;
  /** Another virtual server, asked in place of a pool. */
  readonly hop?: HopPlan;
  readonly mode: 'tcp' | 'http';
  readonly idleSeconds: number;
  readonly source: SourcePlan;
  readonly persistence: PersistencePlan;
  /** For clients that the first says nothing of. */
  readonly fallbackPersistence?: PersistencePlan;
  /** With whom it has its persistence records in common; undefined: with nobody. */
  readonly sharedRecords?: string;
  /** Undefined: its persistence records stay here. */
  readonly recordMirror: RecordMirror | undefined;
  /** OneConnect: server connections are shared by clients and a server is chosen for each request. */
  readonly reusesConnections: boolean;
  readonly serverTls: ServerTls | undefined;
  readonly fallback: Fallback | undefined;
  /** Servers are spoken to by HTTP/2: by TLS where they agree to it, else at once. */
  readonly speaksHttp2?: true;
  /** Else members are asked on the port that the client asked for. */
  readonly translatesPort: boolean;
}

export type PersistencePlan =
  | { readonly kind: 'none' }
  | {
      readonly kind: 'cookie';
      /** Who makes it: we, the server with our value in it, or the server alone. */
      readonly method: 'insert' | 'rewrite' | 'passive';
      readonly name: string;
      readonly httpOnly: boolean;
      readonly secure: boolean;
      readonly lifeSeconds: number | undefined;
      readonly alwaysSend: boolean;
      /** With which key (base64), and whether a cookie that is not sealed counts for nothing. */
      readonly sealing?: { readonly key: string; readonly isRequired: boolean };
    }
  | {
      readonly kind: 'source-address' | 'destination-address';
      readonly timeoutSeconds: number;
      readonly maskLength: number | undefined;
    }
  | { readonly kind: 'tls-session' | 'host'; readonly timeoutSeconds: number }
  /** CARP: no table. */
  | { readonly kind: 'source-hash' }
  /** A part of what clients send first, where HTTP is not read. */
  | {
      readonly kind: 'content-hash';
      /** What it lies between; undefined: the first byte, and what is there by then. */
      readonly start: string | undefined;
      readonly end: string | undefined;
      readonly offset: number;
      /** 0: to the end. */
      readonly length: number;
      /** Without more than so many bytes it is looked for no longer; 0: by time only. */
      readonly limit: number;
      readonly timeoutSeconds: number;
    }
  | {
      readonly kind: 'cookie-hash';
      readonly name: string;
      readonly offset: number;
      /** 0: to the end. */
      readonly length: number;
      readonly timeoutSeconds: number;
    };

export type SourcePlan =
  /** The client's own address. */
  | { readonly kind: 'client' }
  /**
   * A self IP of the egress VLAN: `floating` says which address by network; elsewhere the kernel's
   * choice, a non-floating one.
   */
  | { readonly kind: 'automap'; readonly floating: readonly FloatingSource[] }
  | { readonly kind: 'pool'; readonly addresses: readonly Address[] };

export interface FloatingSource {
  readonly network: Prefix;
  readonly address: Address;
}

/** FastL4 and UDP: destination NAT in the kernel; forwarding: routed as it is. */
export interface PacketVirtual {
  readonly name: string;
  /** Members are asked on the port that the client asked for. */
  readonly keepsPort?: true;
  /** What the kernel reads of the connection, to let its others pass. */
  readonly helper?: 'ftp';
  /** Packets keep the address that they are for, on their way to the member. */
  readonly keepsAddress?: true;
  readonly mark: number;
  readonly isClassified: boolean;
  readonly forwards: boolean;
  readonly address: Address;
  /** 0: any port. */
  readonly port: number;
  readonly protocol: 'tcp' | 'udp';
  readonly interfaces: readonly string[] | undefined;
  readonly isEnabled: boolean;
  readonly pool: string | undefined;
  readonly source: SourcePlan;
  readonly persistsBySource: boolean;
  /** 0: unlimited. */
  readonly connectionLimit: number;
  readonly rateLimit: RateLimit | undefined;
  readonly dropsWhenDown: boolean;
  /** Undefined: its connections are not mirrored. */
  readonly mirror: Mirror | undefined;
}

export interface Mirror {
  /** Its connections move with that traffic group. */
  readonly trafficGroup: string;
  readonly destination: Prefix;
  readonly protocol: 'tcp' | 'udp' | 'any';
}

/** `ltm snat`. */
export interface SnatPlan {
  readonly name: string;
  readonly mark: number;
  readonly origins: readonly Prefix[];
  readonly source: SourcePlan;
  /** Kernel interfaces that clients come by; undefined: all. */
  readonly interfaces: readonly string[] | undefined;
  readonly trafficGroup: string;
  readonly isMirrored: boolean;
}
