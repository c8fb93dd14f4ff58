/** What stands in the corner of each page: which device, what it does just now, and how it stands with its group. Pure. */
import type { JsonObject } from '../../config/text/json.ts';
import type { StateRegistry, Statistics } from '../../config/runtime-state.ts';
import type { ConfigView } from '../../config/types.ts';

/** More are not named: a page shows them beside each other. */
const maximumPeers = 32;

/** The last commit is in it, so that a page can tell what it has missed. */
export function cornerJson(
  view: ConfigView,
  state: Pick<StateRegistry, 'statistics' | 'fields'>,
): JsonObject {
  const hostname = view.get('sys global-settings', '')?.properties['hostname'];
  return {
    device: view.deviceName,
    hostname: hostname ?? view.deviceName,
    sequence: view.sequence,
    failover: reportJson(state.statistics('cm failover-status', undefined, '')),
    sync: reportJson(state.statistics('cm sync-status', undefined, '')),
    peers: peersJson(view, state),
  };
}

/** Where else to look when this device does not answer any more. */
function peersJson(view: ConfigView, state: Pick<StateRegistry, 'fields'>): readonly JsonObject[] {
  return view
    .names('cm device')
    .filter((name) => name.slice(name.lastIndexOf('/') + 1) !== view.deviceName)
    .slice(0, maximumPeers)
    .map((name) => ({
      device: name.slice(name.lastIndexOf('/') + 1),
      managementIp: view.get('cm device', name)?.properties['management-ip'] ?? '',
      failoverState: String(
        state.fields('cm device', undefined, name)['failover-state'] ?? 'unknown',
      ),
    }));
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
