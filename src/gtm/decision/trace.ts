/**
 * Why a decision came out as it did: written by `decide` only when somebody asks, and printed for
 * `run gtm explain`. Names every candidate and why it was left out. Pure.
 */
import type { Method, PoolChoiceMode } from './snapshot-types.ts';

export type Stage = 'preferred' | 'alternate' | 'fallback';

export interface CandidateTrace {
  readonly name: string;
  readonly usable: boolean;
  readonly reason: string;
}

export type TraceEvent =
  | { readonly kind: 'no-wide-ip'; readonly reason: string }
  | {
      readonly kind: 'match';
      readonly wideIp: string;
      readonly type: string;
      readonly by: 'name' | 'alias' | 'wildcard';
    }
  | { readonly kind: 'persistence'; readonly network: string; readonly verdict: string }
  | {
      readonly kind: 'pools';
      readonly mode: PoolChoiceMode;
      readonly candidates: readonly (CandidateTrace & {
        /** Of a pool that is left out: why each of its members cannot be used. */
        readonly members?: readonly CandidateTrace[];
      })[];
      readonly note?: string;
    }
  | { readonly kind: 'pass'; readonly text: string }
  | {
      readonly kind: 'stage';
      readonly pool: string;
      readonly stage: Stage;
      readonly method: Method;
      readonly candidates: readonly CandidateTrace[];
      readonly outcome: string;
    }
  | { readonly kind: 'result'; readonly text: string };

export function printTrace(events: readonly TraceEvent[]): string {
  return events.flatMap(printEvent).join('\n');
}

function printEvent(event: TraceEvent): string[] {
  switch (event.kind) {
    case 'no-wide-ip':
      return [`No wide IP: ${event.reason}`];
    case 'match':
      return [`Wide IP ${event.wideIp} (${event.type.toUpperCase()}) matches by ${event.by}`];
    case 'persistence':
      return [`Persistence for ${event.network}: ${event.verdict}`];
    case 'pools': {
      const note = event.note === undefined ? '' : ` (${event.note})`;
      const lines = event.candidates.flatMap((pool) => [
        printCandidate(pool),
        ...(pool.members ?? []).map((member) => `  ${printCandidate(member)}`),
      ]);
      return [`Pools by ${event.mode}${note}:`, ...lines];
    }
    case 'pass':
      return [event.text];
    case 'stage':
      return [
        `Pool ${event.pool}, ${event.stage} ${event.method}:`,
        ...event.candidates.map(printCandidate),
        `  => ${event.outcome}`,
      ];
    case 'result':
      return [`Answer: ${event.text}`];
  }
}

function printCandidate(candidate: CandidateTrace): string {
  return `  ${candidate.usable ? '+' : '-'} ${candidate.name}: ${candidate.reason}`;
}
