/**
 * Health as everybody sees it. The monitor process reports instances (one probe target each); a pure
 * roll-up turns them, the configuration and operator state into the status of nodes, members, pools,
 * virtuals and virtual addresses, in BIG-IP's words.
 */

export type Availability = 'available' | 'unavailable' | 'offline' | 'unknown';
export type EnabledState = 'enabled' | 'disabled' | 'disabled-by-parent';

export interface Status {
  readonly availability: Availability;
  readonly enabled: EnabledState;
  /** BIG-IP's text: "Pool member is available", "/Common/http: No successful responses …". */
  readonly reason: string;
  /** Wall milliseconds of the last change of availability or enabled. */
  readonly since: number;
}

/** up/down/unchecked as pool members and nodes print it in `state`. */
export type MonitorStatus =
  | 'up'
  | 'down'
  | 'unchecked'
  | 'checking'
  | 'user-down'
  | 'node-down'
  | 'addr-down';

/** One probe's outcome, kept for "why". */
export interface Probe {
  /** Wall milliseconds. */
  readonly at: number;
  readonly durationMilliseconds: number;
  readonly ok: boolean;
  /** "connect failed: connection refused", "received 503 …"; bounded length. */
  readonly detail: string;
}

/** One monitor applied to one address and port. */
export interface InstanceStatus {
  readonly id: string;
  readonly state: 'up' | 'down' | 'checking';
  readonly reason: string;
  readonly since: number;
  readonly probes: readonly Probe[];
  /** Up, but its answer matched `recv-disable`: takes no new connections. */
  readonly isDrained?: boolean;
  /** What a performance monitor made of the server's load, 1 to 100. */
  readonly dynamicRatio?: number;
}

export type HealthKey =
  | `node ${string}`
  | `pool ${string}`
  /** `member <pool> <member>`. */
  | `member ${string} ${string}`
  | `virtual ${string}`
  | `virtual-address ${string}`;

export interface HealthEntry extends Status {
  readonly monitorStatus: MonitorStatus;
  /** "/Common/http (pool monitor)", "none". */
  readonly monitorRule: string;
  /** Ready to take new connections: enabled, not forced down, and not marked down by a monitor. */
  readonly usable: boolean;
  readonly probes: readonly Probe[];
  /** Of nodes and members that a performance monitor watches and that are up. */
  readonly dynamicRatio?: number;
}

export interface HealthTable {
  get(key: HealthKey): HealthEntry | undefined;
  entries(): Iterable<readonly [HealthKey, HealthEntry]>;
}

export type HealthListener = (
  changed: ReadonlyMap<HealthKey, HealthEntry>,
  table: HealthTable,
) => void;

/** What domains are given: the present table, and its changes. */
export interface HealthFeed {
  table(): HealthTable;
  onChange(listener: HealthListener): () => void;
}
