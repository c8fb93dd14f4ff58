/** Plain data: goes to the monitor process as JSON. */
export interface InstancePlan {
  /** `/Common/http 10.0.0.1:80`, `/Common/icmp 10.0.0.1`. */
  readonly id: string;
  /** Full path of the monitor. */
  readonly monitor: string;
  readonly type: string;
  /** With `%N` in other route domains than 0. */
  readonly address: string;
  readonly port: number;
  /** Address of the node by way of which it is asked; undefined: none. */
  readonly through?: string;
  readonly intervalMilliseconds: number;
  /** Interval while up; 0 is "as interval". */
  readonly upIntervalMilliseconds: number;
  readonly timeoutMilliseconds: number;
  readonly timeUntilUpMilliseconds: number;
  readonly manualResume: boolean;
  readonly reverse: boolean;
  readonly send: string;
  readonly recv: string;
  readonly recvDisable: string;
  /** What the type asks for besides (`MonitorType.options`), by the property's name; secrets plain. */
  readonly options?: Readonly<Record<string, string>>;
  /** Of probes inside TLS. */
  readonly tls?: TlsFacts;
  /** Judging by response time. */
  readonly adaptive?: Adaptive;
}

/** What a probe shows and asks for in its handshake. The other side's certificate is never verified. */
export interface TlsFacts {
  /** PEM, the key without passphrase. */
  readonly certificate?: string;
  readonly key?: string;
  readonly passphrase?: string;
  /** OpenSSL's cipher list. */
  readonly ciphers?: string;
  readonly serverName?: string;
}

/** BIG-IP's adaptive monitoring ("Working with adaptive response time monitoring", manual Monitors). */
export interface Adaptive {
  readonly isRelative: boolean;
  /** Percent over the mean, or milliseconds over it. */
  readonly divergence: number;
  readonly limitMilliseconds: number;
  readonly spanMilliseconds: number;
}

/** IP's type of service, IPv6's traffic class. */
export function trafficClassOf({ options }: Pick<InstancePlan, 'options'>): number {
  return Number(options?.['ip-dscp'] ?? 0) << 2;
}
