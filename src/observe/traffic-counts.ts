/** Who counts traffic, for those that look at all of it again and again. */
import type { Counters } from './charts/measures.ts';

/** Since it was made, or since its engine began anew. */
export interface ObjectCounts extends Counters {
  readonly maximumConnections: number;
  readonly packetsIn: number;
  readonly packetsOut: number;
}

/** Virtual servers by clients, pools by servers. */
export interface TrafficCounts {
  /** Resolves when what is told is a few seconds old at most. */
  refresh(): Promise<void>;
  virtual(name: string): ObjectCounts | undefined;
  pool(name: string): ObjectCounts | undefined;
}
