import type { TrustDirectory } from '../../src/iquery/admission.ts';
import type { IqueryBodies } from '../../src/iquery/types.ts';

export type HealthReport = IqueryBodies['healthReport'];

/** Reports one way, how many were taken the other way, inside mutual TLS. */
export interface Stack {
  /** Resolves when the other end is there. */
  send(
    directory: TrustDirectory,
    onPort: (port: number) => void,
    listener: { readonly onAnswer: (count: number) => void },
  ): Promise<{ send(report: HealthReport): void }>;
  /** Connects to who sends. */
  take(
    directory: TrustDirectory,
    port: number,
    onReport: (answer: (count: number) => void) => void,
  ): Promise<void>;
}
