/**
 * Who counts in a failover group must not be changed by a device while others, which it does not hear, can be a
 * majority of those who count now: they would go on by the former rules, and two devices answer. Only what somebody
 * asks of this device: what another one has decided is taken. Pure.
 */
import { failoverGroup, membersOf } from '../../../config/failover-group.ts';
import { lastPart, textValue } from '../../../config/property-values.ts';
import type { Change, CommitCheck, ConfigView } from '../../../config/types.ts';
import type { FailoverStatus } from '../protocol.ts';

const component = 'cm device-group';

/** What the failover process holds now. */
export type VotersStatus = Pick<FailoverStatus, 'device' | 'deviceGroup' | 'peers' | 'arbiter'>;

export function votersCheck(status: () => VotersStatus | undefined): CommitCheck {
  return (changes, after, origin) => {
    if (origin.source === 'sync' || origin.source === 'system') return [];
    const changed = changes.filter((change) => change.component === component);
    if (changed.length === 0) return [];
    const now = status();
    if (now === undefined || now.deviceGroup === '') return [];
    const text = objection(now, after, changes);
    if (text === undefined) return [];
    const message = `Configuration error: The voters of device group (${now.deviceGroup}) cannot be changed now: ${text}`;
    const path = `${component} ${now.deviceGroup} devices`;
    return [{ status: 400, code: '01070734', apiError: 3, message, path }];
  };
}

function objection(
  now: VotersStatus,
  after: ConfigView,
  changes: readonly Change[],
): string | undefined {
  const members = now.peers.filter(({ isWitness }) => !isWitness).map(({ device }) => device);
  const wanted = failoverGroup(after);
  const isSame =
    wanted?.name === now.deviceGroup && isEqual(membersOf(wanted), [...members, now.device]);
  const hasArbiter = now.arbiter !== undefined;
  const wantsArbiter = wanted !== undefined && textValue(wanted.properties, 'arbiter') === 'etcd';
  if (isSame && hasArbiter === wantsArbiter) return undefined;
  // Who is put out of the trust domain by the same commit is said to be gone for good.
  const put = new Set(
    changes
      .filter((change) => change.component === 'cm device' && change.after === undefined)
      .map(({ name }) => lastPart(name)),
  );
  const silent = now.peers
    .filter(({ device, isWitness, isHeard }) => !isWitness && !isHeard && !put.has(device))
    .map(({ device }) => device);
  if (silent.length === 0) return undefined;
  const names = silent.join(', ');
  const cure =
    `Let the devices hear each other first (show cm failover-path); a device that is off for good ` +
    `is taken out of the trust domain (run cm remove-from-trust Root device-name ${silent[0]}), and of its groups with it.`;
  if (members.length === 1 && wantsArbiter && !hasArbiter) {
    return `${names} is not heard, may be active, and would not ask the arbiter. ${cure}`;
  }
  const witnesses = now.peers.filter(({ isWitness }) => isWitness).map(({ device }) => device);
  // As in machine/lease.ts: an arbiter has one vote less than there are devices, and stands in place of witnesses.
  const third = hasArbiter ? members.length : witnesses.length;
  const total = members.length + 1 + third;
  if (silent.length + third <= total / 2) return undefined;
  const others = hasArbiter ? ['the arbiter'] : witnesses;
  const together = [...silent, ...others].join(', ');
  return `${names} is not heard, and ${together} can be a majority that is active for the same addresses. ${cure}`;
}

function isEqual(one: readonly string[], other: readonly string[]): boolean {
  return one.length === other.length && one.every((device) => other.includes(device));
}
