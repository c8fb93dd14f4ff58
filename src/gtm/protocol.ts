/** What control and the dns process tell each other, as JSON lines on `paths.dnsSocket`. */
import type { GtmType, GtmSnapshot } from './decision/snapshot-types.ts';
import type { CounterReport } from './listener/tally.ts';

export interface ListenerSpec {
  readonly address: string;
  readonly port: number;
  readonly protocol: 'udp' | 'tcp';
}

export interface ListenerStatus extends ListenerSpec {
  readonly state: 'open' | 'waiting';
  /** Why it waits: "EADDRNOTAVAIL", …; empty when open. */
  readonly reason: string;
}

/** Everything that the dns process is to hold; it is kept on disk, so that it can start alone. */
export interface DnsHolding {
  /** Of the configuration; comes back in `holding`. */
  readonly sequence: number;
  readonly snapshot: GtmSnapshot;
  readonly listeners: readonly ListenerSpec[];
  /** Where named listens on 127.0.0.1; null when there are no static zones. */
  readonly namedPort: number | null;
}

export type ToDns =
  | { readonly type: 'hold'; readonly holding: DnsHolding }
  | {
      readonly type: 'explain';
      readonly id: number;
      readonly name: string;
      readonly recordType: GtmType;
      readonly client: string;
    };

export type FromDns =
  | {
      readonly type: 'holding';
      readonly sequence: number;
      readonly listeners: readonly ListenerStatus[];
    }
  /** Sums since the process started; `instance` changes when it restarts. */
  | { readonly type: 'counters'; readonly instance: string; readonly report: CounterReport }
  | { readonly type: 'explained'; readonly id: number; readonly text: string };
