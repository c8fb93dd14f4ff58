/** Words of decisions, for traces and logs. Pure. */
import type { CompiledMember, CompiledWideIp } from './compile.ts';
import type { Decision, DecisionQuery } from './decision.ts';
import { isScored } from './scores.ts';
import type { Method } from './snapshot-types.ts';
import type { CandidateTrace } from './trace.ts';

export function noWideIpReason(query: DecisionQuery, wideIp: CompiledWideIp | undefined): string {
  return wideIp === undefined
    ? `none of type ${query.type.toUpperCase()} has the name or an alias "${query.key}"`
    : `${wideIp.data.name} is disabled`;
}

export function matchedBy(wideIp: CompiledWideIp, key: string): 'name' | 'alias' | 'wildcard' {
  if (wideIp.data.domain === key) return 'name';
  return wideIp.data.aliases.includes(key) ? 'alias' : 'wildcard';
}

export function usesMembers(method: Method): boolean {
  return !['none', 'drop-packet', 'return-to-dns', 'fallback-ip'].includes(method);
}

export function emptyReason(method: Method): string {
  if (method === 'none') return 'skipped';
  if (method === 'fallback-ip') return 'no fallback-ip is set';
  return isScored(method)
    ? 'no candidate is usable, or nothing is known to compare them by'
    : 'no candidate is usable';
}

export function traceMember(member: CompiledMember, checksHealth: boolean): CandidateTrace {
  const { data } = member;
  const name = `${data.name} (${data.address})`;
  if (!data.enabled || data.available) {
    return { name, usable: data.enabled, reason: data.reason };
  }
  const reason = checksHealth ? data.reason : `${data.reason}, but availability is not looked at`;
  return { name, usable: !checksHealth, reason };
}

/** In a few words, for traces and logs. */
export function describe(decision: Decision): string {
  switch (decision.kind) {
    case 'none':
      return 'no wide IP';
    case 'drop':
      return 'no answer (drop-packet)';
    case 'return-to-dns':
      return 'returned to DNS';
    case 'failure':
      return `response code ${decision.code} (failure-rcode)`;
    case 'records': {
      const picked = decision.members.map(
        (member) => `${member.data.address} (${member.data.name})`,
      );
      const fallbackIp = decision.pool.data.fallbackIp?.address ?? '';
      return `${picked.join(', ') || `${fallbackIp} (fallback-ip)`}, TTL ${decision.ttlSeconds}`;
    }
  }
}
