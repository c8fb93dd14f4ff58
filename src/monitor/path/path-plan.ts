/** The way to a name server that asks (BIG-IP: path, LDNS), and what is measured of it. Plain data: travels as JSON. */

/** Words of `metrics-collection-protocols` (gtm global-settings metrics). */
export type PathProtocol = 'icmp' | 'tcp' | 'udp' | 'dns-dot' | 'dns-rev';

export const pathProtocols: readonly PathProtocol[] = ['icmp', 'tcp', 'udp', 'dns-dot', 'dns-rev'];

export interface PathPlan {
  /** Without route domain: in the process's own network. */
  readonly address: string;
  /** In turn, until one is answered. */
  readonly protocols: readonly PathProtocol[];
  /** Probes of that one, in all. */
  readonly probes: number;
  /** Absent: hops are not counted. */
  readonly hops?: {
    /** Attempts to count them. */
    readonly samples: number;
    readonly timeoutMilliseconds: number;
    /** Of an echo request. */
    readonly bytes: number;
  };
}

export interface PathMeasure {
  /** Which was answered; absent: none. */
  readonly protocol?: PathProtocol;
  /** Mean of the probes that were answered. */
  readonly roundTripMilliseconds?: number;
  /** Of the probes sent. */
  readonly completionPercent: number;
  /** Routers on the way, and the end: 1 is the next neighbour. Absent: not counted, or no echo came back. */
  readonly hops?: number;
}
