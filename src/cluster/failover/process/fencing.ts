/** When the fence is put up, and what of it is open then. */
import type { Log } from '../../../platform/log.ts';
import type { Kernel } from '../kernel/kernel.ts';
import { isStandalone } from '../machine/lease.ts';
import type { GroupConfig, State } from '../types.ts';

/**
 * Whatever an older process left: the fence is replaced by a closed one and the addresses are taken away
 * before anything is said on the network. A standalone device has no peer to wait for: it goes on open.
 */
export function clearOld(kernel: Kernel, config: GroupConfig): void {
  const groups = config.trafficGroups;
  const isOpen = isStandalone(config);
  const open = isOpen ? groups.map((group) => [group.name, Number.POSITIVE_INFINITY] as const) : [];
  kernel.install(groups, new Map(open), config.profile.permit);
  if (!isOpen) for (const group of groups) kernel.remove(group.name);
}

/** Goes on as it is for groups that are owned; nothing is done when it stands already. */
export function putFenceUp(kernel: Kernel, log: Log, config: GroupConfig, state: State): void {
  const open = new Map<string, number>();
  for (const group of state.groups.values()) {
    if (group.role === 'owner' && group.fenceUntil > 0) open.set(group.name, group.fenceUntil);
  }
  try {
    kernel.install(config.trafficGroups, open, config.profile.permit);
  } catch (error) {
    log.write('err', `cannot put the fence up: ${String(error)}`);
  }
}
