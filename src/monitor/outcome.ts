export interface ProbeOutcome {
  readonly ok: boolean;
  readonly detail: string;
  /** The answer matched `recv-disable`. */
  readonly isDrained?: boolean;
  /** A definite "down", not just a missing "up": `reverse` matched. */
  readonly isFinal?: boolean;
  /** What a performance monitor makes of the server's load: its weight, 1 to 100. */
  readonly dynamicRatio?: number;
}

/** Wall times are for people, monotonic ones decide. Milliseconds. */
export interface Now {
  readonly wall: number;
  readonly monotonic: number;
}
