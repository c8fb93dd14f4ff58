/** What would be answered otherwise: two snapshots compared, for a dry run. Pure. */
import { changedLines } from '../../base/changed-lines.ts';
import type { GtmSnapshot } from './snapshot-types.ts';

/** One section a pool and a wide IP, one line a fact; health as it is now. */
export function snapshotChanges(before: GtmSnapshot, after: GtmSnapshot): readonly string[] {
  return changedLines(textOf(before), textOf(after));
}

function textOf(snapshot: GtmSnapshot): string {
  const lines = ['settings', ...facts(snapshot.settings)];
  for (const { name, type, members, ...pool } of snapshot.pools) {
    lines.push(`pool ${type} ${name}`, ...facts(pool));
    for (const member of members) {
      const { address, ratio, enabled, available } = member;
      lines.push(
        `  member ${member.name} ${JSON.stringify({ address, ratio, enabled, available })}`,
      );
    }
  }
  for (const { name, type, pools, lastResort, ...wideIp } of snapshot.wideIps) {
    const poolName = (index: number): string => snapshot.pools[index]?.name ?? '';
    lines.push(`wideip ${type} ${name}`, ...facts(wideIp));
    for (const { pool, ratio } of pools) lines.push(`  pool ${poolName(pool)} ratio ${ratio}`);
    if (lastResort !== undefined) lines.push(`  last resort ${poolName(lastResort)}`);
  }
  return lines.join('\n');
}

function facts(values: object): readonly string[] {
  return Object.entries(values).map(([name, value]) => `  ${name} ${JSON.stringify(value)}`);
}
