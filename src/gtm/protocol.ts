/** What control and the dns process tell each other, as JSON lines on `paths.dnsSocket`. */
import type { ZoneAccess } from '../base/dns/zone-access.ts';
import type {
  GtmType,
  GtmSnapshot,
  SnapshotPool,
  SnapshotWideIp,
} from './decision/snapshot-types.ts';
import type { PoolPatch } from './decision/snapshot-patch.ts';
import type { SharedRecord } from './decision/persistence-news.ts';
import type { CounterReport } from './listener/tally.ts';

export interface ListenerSpec {
  readonly address: string;
  readonly port: number;
  readonly protocol: 'udp' | 'tcp';
  readonly profile: DnsProfile;
  /** Of TCP: what questions come in. */
  readonly secure?: SecureDoor;
}

export interface SecureDoor {
  /** DNS over TLS (RFC 7858), or over HTTPS (RFC 8484). */
  readonly kind: 'tls' | 'https';
  /** What its client-ssl profile says; a text: why there is none. */
  readonly tls: ListenerTls | string;
}

export interface ListenerTls {
  /** Certificate, chain and key. */
  readonly pems: readonly string[];
  readonly oldest: 'TLSv1.2' | 'TLSv1.3';
  readonly newest: 'TLSv1.2' | 'TLSv1.3';
  /** OpenSSL's words; null: its own choice. */
  readonly ciphers: string | null;
  /** Of the listener's other client-ssl profiles: what is shown to who asks for such a server (SNI). */
  readonly names?: readonly { readonly name: string; readonly pems: readonly string[] }[];
}

/** What its DNS profile says (`ltm profile dns`). */
export interface DnsProfile {
  readonly answersWideIps: boolean;
  /** Static zones, and everything else that named knows. */
  readonly usesBind: boolean;
  /** What named said is given again as long as no zone moves. */
  readonly holdsZones: boolean;
  /** Of questions that want recursion: are they taken at all? */
  readonly takesRecursion: boolean;
  /** Answers of signed zones are signed. */
  readonly signs: boolean;
  readonly unhandled: 'allow' | 'drop' | 'hint' | 'noerror' | 'reject';
}

export const defaultDnsProfile: DnsProfile = {
  answersWideIps: true,
  usesBind: true,
  holdsZones: true,
  takesRecursion: true,
  signs: true,
  unhandled: 'allow',
};

export interface ListenerStatus extends Omit<ListenerSpec, 'secure'> {
  readonly state: 'open' | 'waiting';
  /** Why it waits: "EADDRNOTAVAIL", …; empty when open. */
  readonly reason: string;
  /** Of UDP: in batches by threads of its own, or packet by packet where the system has no batches. */
  readonly loop?: 'batched' | 'plain';
  /** Absent: in clear. */
  readonly secure?: SecureDoor['kind'];
}

/** A zone that is signed as it is asked (`ltm dns dnssec zone`). */
export interface SignedZone {
  /** Lower case, without final dot. */
  readonly apex: string;
  readonly keys: readonly SigningKey[];
}

export interface SigningKey {
  readonly keyType: 'ksk' | 'zsk';
  /** IANA's number. */
  readonly algorithm: number;
  /** Data of the DNSKEY record, base64. */
  readonly dnskey: string;
  /** PKCS #8, base64. */
  readonly secret: string;
  readonly ttlSeconds: number;
  readonly validSeconds: number;
  /** A signature is used so long; 0: as long as its life allows. */
  readonly renewSeconds: number;
  /** Signs; the others are only published, before and after their time. */
  readonly isActive: boolean;
}

/** Everything that the dns process is to hold; it is kept on disk, so that it can start alone. */
export interface DnsHolding {
  /** Of the configuration; comes back in `holding`. */
  readonly sequence: number;
  readonly snapshot: GtmSnapshot;
  readonly listeners: readonly ListenerSpec[];
  /** Who is handed to named, and how; null when there are no static zones. */
  readonly zones: ZoneAccess | null;
  /** Networks whose clients may ask `why.NAME` for TXT; none when it is switched off. */
  readonly explainClients: readonly string[];
  /** Hexadecimal, 16 bytes: the same on all devices of the trust domain. */
  readonly cookieSecret: string;
  /** Replies a second to one network by UDP; 0: any number. */
  readonly responseRate: number;
  readonly signedZones: readonly SignedZone[];
  /** Said to who asks which server answers (NSID); empty: nothing. */
  readonly serverName: string;
}

export type ToDns =
  /** Parts of the snapshot that the next `hold` leaves out: a line has a bound. In order, `first` begins anew. */
  | {
      readonly type: 'part';
      readonly isFirst: boolean;
      readonly pools: GtmSnapshot['pools'];
      readonly wideIps: GtmSnapshot['wideIps'];
    }
  | { readonly type: 'hold'; readonly holding: DnsHolding }
  /** What health makes other in what this control handed over; comes back in `patched`, and only then the next is sent. */
  | { readonly type: 'patch'; readonly count: number; readonly patches: readonly PoolPatch[] }
  /** Asked by somebody at REST or tmsh; answered by `told` with the same id. */
  | { readonly type: 'ask'; readonly id: number; readonly inquiry: Inquiry }
  /** Persistence records are to be told, all from the beginning; or no more. */
  | { readonly type: 'share'; readonly isWanted: boolean }
  /** Of other devices. */
  | { readonly type: 'persistence'; readonly records: readonly SharedRecord[] }
  /** What is known of ways to resolvers; all of it when the dns process has just come. */
  | { readonly type: 'paths'; readonly paths: readonly KnownPath[] };

/** From a data center to a resolver. */
export interface KnownPath {
  readonly client: string;
  readonly datacenter: string;
  readonly roundTripMilliseconds?: number;
  readonly completionPercent: number;
  /** How long both hold still. */
  readonly milliseconds: number;
  readonly hops?: number;
  readonly hopsMilliseconds: number;
}

export type Inquiry =
  | {
      readonly kind: 'explain';
      readonly name: string;
      readonly recordType: GtmType;
      readonly client: string;
    }
  /** A zone has moved: what named said before is not given again. Told when no thread does. */
  | { readonly kind: 'zones-moved' }
  /** Persistence records, by the words behind `show gtm persist`; `removes`: they are deleted. */
  | { readonly kind: 'persist'; readonly words: string; readonly removes: boolean }
  /** Resolvers that asked. */
  | { readonly kind: 'ldns'; readonly most: number }
  /** Queries as they come, that match all that is given. */
  | {
      readonly kind: 'tap';
      readonly seconds: number;
      readonly most: number;
      readonly filter: TapFilter;
    };

export interface TapFilter {
  /** May hold `*` and `?`. */
  readonly name?: string;
  /** A network or an address. */
  readonly client?: string;
  readonly recordType?: string;
  /** `noerror`, `nxdomain`, …, `dropped`. */
  readonly response?: string;
}

export type FromDns =
  | {
      readonly type: 'holding';
      readonly sequence: number;
      readonly listeners: readonly ListenerStatus[];
    }
  /** All that answer do so by it. */
  | { readonly type: 'patched'; readonly count: number }
  /** The patch is of something else than what is held: all is to be handed over. */
  | { readonly type: 'lost' }
  /** Sums since the process started; `instance` changes when it restarts. */
  | { readonly type: 'counters'; readonly instance: string; readonly report: CounterReport }
  | { readonly type: 'told'; readonly id: number; readonly text: string }
  /** Resolvers for whom a decision wanted to know the ways. */
  | { readonly type: 'wanted-paths'; readonly clients: readonly string[] }
  /** New since the last of these; only while `share` wants it. */
  | { readonly type: 'persistence'; readonly records: readonly SharedRecord[] };

/** Pools and wide IPs of one `part`: with all members that a pool may have, far below the bound of a line. */
const partSize = 1_000;

/** What hands a holding over. */
export function holdMessages(holding: DnsHolding): readonly ToDns[] {
  const { snapshot } = holding;
  const { pools, wideIps } = snapshot;
  const parts = Math.ceil(Math.max(pools.length, wideIps.length) / partSize);
  const slice = <T>(list: readonly T[], part: number): readonly T[] =>
    list.slice(part * partSize, (part + 1) * partSize);
  const messages = Array.from({ length: parts }, (_, part): ToDns => ({
    type: 'part',
    isFirst: part === 0,
    pools: slice(pools, part),
    wideIps: slice(wideIps, part),
  }));
  const rest = { ...holding, snapshot: { ...snapshot, pools: [], wideIps: [] } };
  return [...messages, { type: 'hold', holding: rest }];
}

/** Puts together what `holdMessages` took apart. */
export function createHoldings(): {
  take(message: Extract<ToDns, { type: 'part' | 'hold' }>): DnsHolding | undefined;
} {
  let pools: SnapshotPool[] = [];
  let wideIps: SnapshotWideIp[] = [];
  return {
    take(message) {
      if (message.type === 'part') {
        if (message.isFirst) pools = [];
        if (message.isFirst) wideIps = [];
        for (const pool of message.pools) pools.push(pool);
        for (const wideIp of message.wideIps) wideIps.push(wideIp);
        return undefined;
      }
      const { holding } = message;
      // One that came whole has its own.
      const isWhole = holding.snapshot.pools.length + holding.snapshot.wideIps.length > 0;
      const snapshot = isWhole ? holding.snapshot : { ...holding.snapshot, pools, wideIps };
      pools = [];
      wideIps = [];
      return { ...holding, snapshot };
    },
  };
}
