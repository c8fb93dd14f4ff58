/** What /var/log/ltm says of members and nodes that change, with BIG-IP's codes. Pure. */
import type { HealthEntry, HealthKey } from './health.ts';

/** `undefined` when the change is not one that BIG-IP logs. */
export function logLine(
  key: HealthKey,
  before: HealthEntry | undefined,
  after: HealthEntry,
  pool: { readonly pool: string; readonly member: string } | undefined,
  node: string | undefined,
  now: number,
): string | undefined {
  if (before?.monitorStatus === after.monitorStatus) return undefined;
  if (before === undefined && after.monitorStatus !== 'down') return undefined;
  const was =
    before === undefined ? '' : ` [ was ${spoken(before)} for ${lasted(now - before.since)} ]`;
  const status = spoken(after);
  const isUp = after.monitorStatus === 'up';
  const monitors = detail(after);
  if (pool !== undefined) {
    const code = isUp ? '01070727:5' : '01070638:5';
    return `${code}: Pool ${pool.pool} member ${pool.member} monitor status ${status}.${monitors}${was}`;
  }
  if (node !== undefined) {
    const code = isUp ? '01070728:5' : '01070640:5';
    return `${code}: Node ${node} monitor status ${status}.${monitors}${was}`;
  }
  if (key.startsWith('virtual ')) {
    const name = key.slice('virtual '.length);
    if (before?.availability === after.availability) return undefined;
    if (isUp) return `01071682:5: SNMP_TRAP: Virtual ${name} has become available`;
    return after.availability === 'offline'
      ? `01071681:5: SNMP_TRAP: Virtual ${name} has become unavailable`
      : undefined;
  }
  return undefined;
}

function spoken(entry: HealthEntry): string {
  return entry.monitorStatus === 'user-down' ? 'forced down' : entry.monitorStatus;
}

function detail(entry: HealthEntry): string {
  if (entry.monitorStatus === 'up') return ` [ ${bare(entry.monitorRule)}: up ]`;
  if (entry.monitorStatus !== 'down') return entry.reason === '' ? '' : ` [ ${entry.reason} ]`;
  const last = entry.probes.findLast((probe) => !probe.ok);
  const error = last === undefined ? '' : `; last error: ${last.detail}`;
  return ` [ ${bare(entry.monitorRule)}: down${error} ]`;
}

function bare(rule: string): string {
  return rule.replace(/ \([a-z ]+\)$/, '');
}

/** `0hr:0min:12sec`. */
export function lasted(milliseconds: number): string {
  const seconds = Math.max(0, Math.floor(milliseconds / 1000));
  const hours = Math.floor(seconds / 3600);
  return `${hours}hr:${Math.floor((seconds % 3600) / 60)}min:${seconds % 60}sec`;
}
