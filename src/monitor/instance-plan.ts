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
  /** For basic authentication (RFC 7617): base64 of name and password. */
  readonly credentials?: string;
}
