/** What stands in the corner of each page: which device, what it does just now, and how it stands with its group. Pure. */
import type { JsonObject } from '../../config/text/json.ts';
import type { StateRegistry, Statistics } from '../../config/runtime-state.ts';
import type { ConfigView } from '../../config/types.ts';

/** The last commit is in it, so that a page can tell what it has missed. */
export function cornerJson(view: ConfigView, state: Pick<StateRegistry, 'statistics'>): JsonObject {
  const hostname = view.get('sys global-settings', '')?.properties['hostname'];
  return {
    device: view.deviceName,
    hostname: hostname ?? view.deviceName,
    sequence: view.sequence,
    failover: reportJson(state.statistics('cm failover-status', undefined, '')),
    sync: reportJson(state.statistics('cm sync-status', undefined, '')),
  };
}

function reportJson(report: Statistics | undefined): JsonObject {
  const { details, ...rest } = report ?? {};
  const lines = typeof details === 'object' ? Object.values(details) : [];
  return {
    ...Object.fromEntries(
      Object.entries(rest).flatMap(([name, value]) =>
        typeof value === 'object' ? [] : [[name, value]],
      ),
    ),
    details: lines.map((line) => (typeof line === 'object' ? String(line['details'] ?? '') : line)),
  };
}
