import type { SimulatedDevice } from './simulated-device.ts';
import type { Ledger } from './simulation-ledger.ts';
import { groupStatus, type GroupReport, type GroupStatus } from './status.ts';

/**
 * What a device says of its group, against what is the case: all are connected, nothing is on its way. The truth
 * comes from the contents and from who had seen what, never from what the machines think.
 */
export function statusFault(
  device: SimulatedDevice,
  devices: readonly SimulatedDevice[],
  ledger: Ledger,
): string | undefined {
  const { status, color, summary } = saidBy(device);
  const said = `${status} (${color}): ${namesSorted(summary)}`;
  const expected = expectedStatus(devices, ledger);
  if (expected.includes(said)) return undefined;
  return `${device.name} says "${said}" where "${expected.join('" or "')}" is the case`;
}

export function saidBy(device: SimulatedDevice): GroupStatus {
  return groupStatus(reportOf(device));
}

function reportOf({ group }: SimulatedDevice): GroupReport {
  const { self, own, peers, config } = group.state();
  const common = { hasConfigsyncIp: true, isSyncing: false };
  const others = Object.entries(peers).map(([device, { isConnected, isCompatible, state }]) => ({
    device,
    isConnected,
    isCompatible,
    state,
    ...common,
  }));
  const us = { device: self, isConnected: true, isCompatible: true, state: own, ...common };
  return { group: config.group, self, members: [us, ...others] };
}

/** Each device names itself first. */
function namesSorted(summary: string): string {
  return summary.replace(/\b[a-h](?:, [a-h])*\b(?= did| awaiting|$)/, (names) =>
    names.split(', ').toSorted().join(', '),
  );
}

function expectedStatus(devices: readonly SimulatedDevice[], ledger: Ledger): readonly string[] {
  const alike = [...Map.groupBy(devices, contentOf).values()];
  if (alike.length === 1) return ['In Sync (green): All devices in the device group are in sync'];
  const newest = alike.filter((one) => !alike.some((other) => isBeyond(other, one, ledger)));
  const names = (some: readonly SimulatedDevice[]): string =>
    some
      .map(({ name }) => name)
      .toSorted()
      .join(', ');
  if (newest.length > 1) {
    const all = names(newest.flat());
    return [`Changes Pending (red): There is a possible change conflict between ${all}`];
  }
  const late = names(devices.filter((device) => newest[0]?.includes(device) === false));
  return [
    'Changes Pending (yellow): Changes Pending',
    `Not All Devices Synced (yellow): ${late} did not receive last sync successfully`,
  ];
}

function isBeyond(
  one: readonly SimulatedDevice[],
  other: readonly SimulatedDevice[],
  ledger: Ledger,
): boolean {
  const covers = (holders: readonly SimulatedDevice[], held: readonly SimulatedDevice[]): boolean =>
    held.every((device) => holders.some(({ name }) => ledger.covers(name, device.name)));
  return one !== other && covers(one, other) && !covers(other, one);
}

function contentOf({ objects }: SimulatedDevice): string {
  const all = [...objects.values()].map(
    ({ name, properties }) => `${name}=${String(properties['description'])}`,
  );
  return all.toSorted().join(' ');
}
