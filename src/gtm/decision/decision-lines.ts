/** A decision as lines of the log, as much of it as the wide IP's verbosity asks for. Pure. */
import type { DecisionLogPart, SnapshotWideIp } from './snapshot-types.ts';
import type { CandidateTrace, TraceEvent } from './trace.ts';

export type DecisionLog = (
  client: string,
  wideIp: SnapshotWideIp,
  events: readonly TraceEvent[],
) => void;

export function decisionLines(
  client: string,
  wideIp: SnapshotWideIp,
  events: readonly TraceEvent[],
): readonly string[] {
  const wanted: ReadonlySet<DecisionLogPart> = new Set(wideIp.logs);
  const from = `wide IP ${wideIp.name} (${wideIp.type.toUpperCase()}) asked by ${client}`;
  return events.flatMap((event) => eventText(event, wanted)).map((text) => `${from}: ${text}`);
}

function eventText(event: TraceEvent, wanted: ReadonlySet<DecisionLogPart>): readonly string[] {
  switch (event.kind) {
    case 'pools':
      return wanted.has('pool-traversal')
        ? [`pools by ${event.mode}: ${candidatesText(event.candidates)}`]
        : [];
    case 'stage': {
      const head = `pool ${event.pool}, ${event.stage} ${event.method}`;
      const members = wanted.has('pool-member-traversal')
        ? [`${head}: members ${candidatesText(event.candidates)}`]
        : [];
      return wanted.has('pool-selection') ? [...members, `${head}: ${event.outcome}`] : members;
    }
    case 'persistence':
      return wanted.has('pool-selection')
        ? [`persistence for ${event.network}: ${event.verdict}`]
        : [];
    case 'result': {
      const tells = wanted.has('pool-member-selection') || wanted.has('pool-selection');
      return tells ? [`answer: ${event.text}`] : [];
    }
    case 'match':
    case 'no-wide-ip':
    case 'pass':
      return [];
  }
}

function candidatesText(candidates: readonly CandidateTrace[]): string {
  const texts = candidates.map(
    ({ name, reason, usable }) => `${usable ? '+' : '-'}${name} (${reason.trim()})`,
  );
  return texts.join(', ');
}
