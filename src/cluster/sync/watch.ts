import type { SyncGroup, SyncOptions } from './context.ts';
import { groupRows } from './show.ts';

/**
 * `run cm watch-devicegroup-device`: one row for each device of each group; devices that hold the same stand
 * in one row, with their number first. Pure but for the clock.
 */
const columns = ['devices', 'devgroup', 'device', 'cid.id', 'cid.orig', 'cid.time', 'last_sync'];

export function watchText(options: SyncOptions, groups: readonly SyncGroup[]): string {
  const rows = [columns];
  for (const found of groups) {
    const label = found.planned.label;
    const alike = Map.groupBy(groupRows(options, found), (row) =>
      [row.cid, row.originator, row.commitTime, row.syncTime].join(' '),
    );
    for (const same of alike.values()) {
      const [first] = same;
      if (first === undefined) continue;
      const devices = same.map(({ device }) => device).join(',');
      const { cid, originator, commitTime, syncTime } = first;
      rows.push([String(same.length), label, devices, cid, originator, commitTime, syncTime]);
    }
  }
  const widths = columns.map((_, index) => Math.max(...rows.map((row) => row[index]?.length ?? 0)));
  const lines = rows.map((row) =>
    row.map((cell, index) => cell.padEnd(widths[index] ?? 0)).join('  '),
  );
  return lines.map((line) => `${line.trimEnd()}\n`).join('');
}
