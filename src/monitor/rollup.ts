/**
 * From instances and operator state to the status of nodes, members, pools, virtual servers and virtual
 * addresses, in BIG-IP's states and words. Pure.
 */
import type {
  Availability,
  EnabledState,
  HealthEntry,
  InstanceStatus,
  MonitorStatus,
  Probe,
} from './health.ts';
import { keptProbes } from './instance.ts';
import type {
  MemberModel,
  MonitorUse,
  NodeModel,
  TargetModel,
  VirtualAddressModel,
  VirtualModel,
} from './model.ts';
import { combineStates } from './rule.ts';

export type InstanceLookup = (id: string) => InstanceStatus | undefined;

const notChecked =
  "The children pool member(s) either don't have service checking enabled, or service check " +
  'results are not available yet';

interface Verdict {
  readonly monitorStatus: 'up' | 'down' | 'checking' | 'unchecked';
  readonly monitorRule: string;
  readonly isDrained: boolean;
  readonly reason: string;
  readonly probes: readonly Probe[];
  readonly dynamicRatio: number | undefined;
}

/** What the monitors alone say of one target. */
function verdictOf(use: MonitorUse | undefined, instances: InstanceLookup): Verdict {
  if (use === undefined) {
    return {
      monitorStatus: 'unchecked',
      monitorRule: 'none',
      isDrained: false,
      reason: '',
      probes: [],
      dynamicRatio: undefined,
    };
  }
  const found = use.instances.map((plan) => (plan === undefined ? undefined : instances(plan.id)));
  const known = found.filter((instance) => instance !== undefined);
  const reasons = known.filter((one) => one.state === 'down').map((one) => one.reason);
  return {
    monitorStatus: combineStates(
      use.rule,
      found.map((instance) => instance?.state),
    ),
    monitorRule: use.label,
    isDrained: known.some((one) => one.state === 'up' && one.isDrained === true),
    // What cannot probe tells why it says nothing.
    reason: [...reasons, ...use.notes].join('; '),
    probes: newestProbes(known),
    dynamicRatio: known.find((one) => one.dynamicRatio !== undefined)?.dynamicRatio,
  };
}

function newestProbes(instances: readonly InstanceStatus[]): readonly Probe[] {
  const [only] = instances;
  if (instances.length <= 1) return only?.probes ?? [];
  return instances
    .flatMap((instance) => instance.probes)
    .toSorted((a, b) => a.at - b.at)
    .slice(-keptProbes);
}

/** Keeps `since` while availability and enabled stay what they were. */
function entryOf(
  previous: HealthEntry | undefined,
  now: number,
  entry: Omit<HealthEntry, 'since' | 'usable'> & { readonly usable?: boolean },
): HealthEntry {
  const isSame =
    previous?.availability === entry.availability && previous.enabled === entry.enabled;
  return {
    ...entry,
    since: isSame ? previous.since : now,
    usable: entry.usable ?? (entry.enabled === 'enabled' && entry.availability !== 'offline'),
  };
}

const words = {
  node: {
    up: 'Node address is available',
    unchecked: 'Node address does not have service checking enabled',
    checking: 'Node address is being checked',
  },
  member: {
    up: 'Pool member is available',
    unchecked: 'Pool member does not have service checking enabled',
    checking: 'Pool member is being checked',
  },
} as const;

function ownEntry(
  kind: 'node' | 'member',
  model: TargetModel,
  verdict: Verdict,
): Omit<HealthEntry, 'since' | 'usable'> {
  const { monitorRule, probes, dynamicRatio } = verdict;
  if (model.isForcedDown) {
    return {
      availability: 'offline',
      enabled: 'disabled',
      reason: 'Forced down',
      monitorStatus: 'user-down',
      monitorRule,
      probes,
    };
  }
  const isOff = model.isDisabled || verdict.isDrained;
  const enabled: EnabledState = isOff ? 'disabled' : 'enabled';
  const suffix = model.isDisabled
    ? ', user disabled'
    : verdict.isDrained
      ? ', monitor disabled'
      : '';
  const { monitorStatus } = verdict;
  const isTold = monitorStatus === 'down' || (monitorStatus === 'checking' && verdict.reason);
  const reason = isTold ? verdict.reason : words[kind][monitorStatus];
  return {
    availability: availabilityOf(monitorStatus),
    enabled,
    reason: `${reason}${suffix}`,
    monitorStatus,
    monitorRule,
    probes,
    ...(dynamicRatio !== undefined && { dynamicRatio }),
  };
}

function availabilityOf(status: Verdict['monitorStatus']): Availability {
  if (status === 'up') return 'available';
  return status === 'down' ? 'offline' : 'unknown';
}

export function nodeEntry(
  model: NodeModel,
  instances: InstanceLookup,
  previous: HealthEntry | undefined,
  now: number,
): HealthEntry {
  return entryOf(previous, now, ownEntry('node', model, verdictOf(model.use, instances)));
}

export function memberEntry(
  model: MemberModel,
  node: HealthEntry | undefined,
  instances: InstanceLookup,
  previous: HealthEntry | undefined,
  now: number,
): HealthEntry {
  const own = ownEntry('member', model, verdictOf(model.use, instances));
  if (model.isForcedDown || node === undefined) return entryOf(previous, now, own);
  if (node.availability === 'offline' && own.availability !== 'offline') {
    const monitorStatus: MonitorStatus =
      node.monitorStatus === 'user-down' ? 'user-down' : 'addr-down';
    return entryOf(previous, now, {
      ...own,
      availability: 'offline',
      enabled: node.enabled === 'enabled' ? own.enabled : 'disabled-by-parent',
      reason: `The parent node ${model.node} is down. ${node.reason}`,
      monitorStatus,
    });
  }
  if (node.enabled !== 'enabled' && own.enabled === 'enabled') {
    return entryOf(previous, now, {
      ...own,
      enabled: 'disabled-by-parent',
      reason: `${own.reason}, parent disabled`,
    });
  }
  return entryOf(previous, now, own);
}

export function poolEntry(
  members: readonly HealthEntry[],
  monitorRule: string,
  previous: HealthEntry | undefined,
  now: number,
): HealthEntry {
  const summary = poolSummary(members);
  return entryOf(previous, now, {
    ...summary,
    monitorStatus: statusWord(summary.availability),
    monitorRule,
    probes: [],
  });
}

/** The best member speaks for the pool; members taken out by an operator only when no other is left. */
function poolSummary(members: readonly HealthEntry[]): {
  availability: Availability;
  enabled: EnabledState;
  reason: string;
} {
  const enabled = members.filter((member) => member.enabled === 'enabled');
  if (enabled.some((member) => member.availability === 'available')) {
    return { availability: 'available', enabled: 'enabled', reason: 'The pool is available' };
  }
  if (members.length === 0 || enabled.some((member) => member.availability === 'unknown')) {
    return { availability: 'unknown', enabled: 'enabled', reason: notChecked };
  }
  if (members.every((member) => member.availability === 'offline')) {
    const reason = 'The children pool member(s) are down';
    const isAllForced = enabled.length === 0;
    return { availability: 'offline', enabled: isAllForced ? 'disabled' : 'enabled', reason };
  }
  if (enabled.length > 0) {
    const reason = 'The children pool member(s) are down or disabled';
    return { availability: 'offline', enabled: 'enabled', reason };
  }
  const isUp = members.some((member) => member.availability === 'available');
  return {
    availability: isUp ? 'available' : 'unknown',
    enabled: 'disabled',
    reason: 'The children pool member(s) might be disabled',
  };
}

export function virtualEntry(
  model: VirtualModel,
  pool: HealthEntry | undefined,
  isAddressDisabled: boolean,
  previous: HealthEntry | undefined,
  now: number,
): HealthEntry {
  const availability = pool?.availability ?? 'unknown';
  const base =
    availability === 'available' && pool?.enabled === 'enabled'
      ? 'The virtual server is available'
      : (pool?.reason ?? notChecked);
  const byParent = isAddressDisabled || (pool !== undefined && pool.enabled !== 'enabled');
  const enabled = model.isDisabled ? 'disabled' : byParent ? 'disabled-by-parent' : 'enabled';
  const suffix = model.isDisabled
    ? ', user disabled'
    : isAddressDisabled
      ? ', virtual address disabled'
      : '';
  return entryOf(previous, now, {
    availability,
    enabled,
    reason: `${base}${suffix}`,
    monitorStatus: statusWord(availability),
    monitorRule: pool?.monitorRule ?? 'none',
    probes: [],
  });
}

/** Available while any of its virtual servers is (`server-scope any`). */
export function virtualAddressEntry(
  model: VirtualAddressModel,
  virtuals: readonly HealthEntry[],
  previous: HealthEntry | undefined,
  now: number,
): HealthEntry {
  const on = virtuals.filter((virtual) => virtual.enabled !== 'disabled');
  const has = (availability: Availability): boolean =>
    on.some((virtual) => virtual.availability === availability);
  const availability = has('available')
    ? 'available'
    : has('unknown') || virtuals.length === 0
      ? 'unknown'
      : 'offline';
  const reasons: Readonly<Record<string, string>> = {
    available: 'The virtual address is available',
    offline: 'The children virtual server(s) are down',
  };
  return entryOf(previous, now, {
    availability,
    enabled: model.isDisabled ? 'disabled' : 'enabled',
    reason:
      reasons[availability] ??
      "The children virtual server(s) either don't have service checking enabled, or service " +
        'check results are not available yet',
    monitorStatus: statusWord(availability),
    monitorRule: 'none',
    probes: [],
  });
}

function statusWord(availability: Availability): MonitorStatus {
  if (availability === 'available') return 'up';
  return availability === 'unknown' ? 'unchecked' : 'down';
}

/** Is it something that anybody has to act on or be told? A new probe alone is not. */
export function isSameStatus(a: HealthEntry | undefined, b: HealthEntry): boolean {
  return (
    a !== undefined &&
    a.availability === b.availability &&
    a.enabled === b.enabled &&
    a.reason === b.reason &&
    a.monitorStatus === b.monitorStatus &&
    a.monitorRule === b.monitorRule &&
    a.usable === b.usable &&
    a.dynamicRatio === b.dynamicRatio
  );
}
