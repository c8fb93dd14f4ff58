/** BIG-IP's words for the failover status: `show cm failover-status`, `cm traffic-group`, `sys failover`. Pure. */
import type { Statistics } from '../../../config/runtime-state.ts';
import { bearableLag } from '../heartbeats/lag.ts';
import { profileNamed } from './plan.ts';
import type { Takeover } from './takeovers.ts';
import type { FailoverStatus, GroupStatus } from '../protocol.ts';

export type DeviceState = 'active' | 'standby' | 'offline' | 'forced-offline' | 'unknown';

/** What `cm device` shows as failover-state. */
export function deviceState(status: FailoverStatus | undefined, device: string): DeviceState {
  if (status === undefined) return 'unknown';
  if (device === status.device) {
    if (status.fitness === 'forced-offline') return 'forced-offline';
    return activeGroups(status).length > 0 ? 'active' : 'standby';
  }
  const peer = status.peers.find((one) => one.device === device && !one.isWitness);
  if (peer === undefined) return 'unknown';
  if (!peer.isHeard) return 'offline';
  if (peer.fitness === 'forced-offline') return 'forced-offline';
  return peer.activeFor.length > 0 ? 'active' : 'standby';
}

function activeGroups(status: FailoverStatus): readonly GroupStatus[] {
  return status.groups.filter((group) => group.role === 'owner');
}

const colors: Readonly<Record<DeviceState, string>> = {
  active: 'green',
  standby: 'gray',
  offline: 'red',
  'forced-offline': 'gray',
  unknown: 'blue',
};

const words: Readonly<Record<DeviceState, string>> = {
  active: 'ACTIVE',
  standby: 'STANDBY',
  offline: 'OFFLINE',
  'forced-offline': 'FORCED OFFLINE',
  unknown: 'UNKNOWN',
};

/** `GET /mgmt/tm/cm/failover-status`. */
export function failoverStatistics(status: FailoverStatus | undefined): Statistics {
  if (status === undefined) {
    const details = detailLines(['The failover process does not answer']);
    return { color: 'blue', status: 'UNKNOWN', summary: ' ', details };
  }
  const state = deviceState(status, status.device);
  const total = status.groups.length;
  const active = activeGroups(status).length;
  const summary =
    state === 'active' ? `${active}/${total} active` : `${total - active}/${total} standby`;
  return {
    color: colors[state],
    status: words[state],
    summary,
    details: detailLines(describe(status)),
  };
}

function detailLines(lines: readonly string[]): Statistics {
  return Object.fromEntries(lines.map((text, index) => [String(index), { details: text }]));
}

function describe(status: FailoverStatus): readonly string[] {
  const lines = activeGroups(status).map((group) => `active for ${group.name}`);
  for (const group of status.groups) {
    if (group.role === 'candidate')
      lines.push(`waiting for votes for ${group.name} (${group.reason})`);
  }
  if (status.impairments.length > 0)
    lines.push(`impaired: ${status.impairments.join(', ')} failed`);
  for (const group of status.groups) {
    if (group.heldUntil === null) continue;
    const until = new Date(group.heldUntil).toISOString();
    lines.push(`${group.name} moved often: no preference moves it before ${until}`);
  }
  for (const peer of status.peers) {
    const kind = peer.isWitness ? 'witness' : 'device';
    lines.push(`${kind} ${peer.device}: ${peer.isHeard ? 'heard' : 'not heard'}`);
  }
  for (const { address, hardware, count, last, isProbe } of status.conflicts) {
    const verb = isProbe ? 'asked for' : 'claimed';
    const times = count === 1 ? 'once' : `${count} times`;
    const when = new Date(last).toISOString();
    const who = hardware === '' ? 'somebody' : hardware;
    lines.push(`address conflict: ${address} was ${verb} by ${who} ${times}, last ${when}`);
  }
  const peers = status.peers.map((peer) => peer.device);
  for (const path of status.paths) {
    // Those of groups that this device only witnesses are theirs to show.
    if (!peers.includes(path.device)) continue;
    if (path.silence !== null && !path.isSilent) continue;
    lines.push(`no heartbeats from ${path.device} on ${path.kind} ${path.remote}`);
  }
  for (const { device, isWitness } of status.peers) {
    if (isWitness || status.drainLinks[device] !== undefined) continue;
    lines.push(`connections do not outlive a failover to ${device}: no network of its own to it`);
  }
  if (status.arbiter !== undefined) {
    const { endpoint, silence, roundTrip, failure } = status.arbiter;
    const isWell = failure === '' && silence !== null;
    const how = isWell ? `answers in ${roundTrip} ms` : `does not answer: ${failure || 'not yet'}`;
    lines.push(`arbiter ${endpoint}: ${how}`);
  }
  lines.push(...lagLines(status));
  if (status.canSplit) lines.push('cut from its peer on every path, this pair can split');
  return lines;
}

/** Rows of `show cm traffic-group`, one a device. */
export function trafficGroupStatistics(
  status: FailoverStatus | undefined,
  name: string,
  takeoverOf: (device: string) => Takeover,
): Statistics | undefined {
  const group = status?.groups.find((one) => one.name === name);
  if (status === undefined) return undefined;
  if (group === undefined) return notOwned(status.device, name);
  const members = status.peers.filter((peer) => !peer.isWitness).map((peer) => peer.device);
  const rows = [status.device, ...members].toSorted().map((device) => {
    const { times, last } = takeoverOf(device);
    const row = {
      trafficGroup: name,
      deviceName: `/Common/${device}`,
      failoverState: rowState(status, group, device),
      nextActive: group.nextActive === device ? 'true' : 'false',
      load: loadText(group.loads[device]?.now),
      nextActiveLoad: loadText(group.loads[device]?.next),
      score: group.scores[device] ?? '-',
      timesBecameActive: times,
      lastBecameActive: last === 0 ? '-' : new Date(last).toISOString(),
    };
    return [`${name}:/Common/${device}`, row] as const;
  });
  return Object.fromEntries(rows);
}

function lagLines(status: FailoverStatus): readonly string[] {
  const bearable = bearableLag(profileNamed(status.profile));
  return Object.entries(status.lags)
    .filter(([, lag]) => lag > bearable)
    .map(
      ([device, lag]) =>
        `${device} ran up to ${Math.round(lag)} ms late, the profile ${status.profile} bears ` +
        `${Math.floor(bearable)} ms: it may fail over for nothing`,
    );
}

function loadText(share: number | undefined): string {
  return share === undefined ? '-' : String(Math.round(share * 1000) / 1000);
}

/** traffic-group-local-only, and what no device of the group has taken yet: nobody fails over for it. */
function notOwned(device: string, name: string): Statistics {
  const row = {
    trafficGroup: name,
    deviceName: `/Common/${device}`,
    failoverState: '-',
    nextActive: 'false',
    load: '-',
    nextActiveLoad: '-',
    score: '-',
    timesBecameActive: 0,
    lastBecameActive: '-',
  };
  return { [`${name}:/Common/${device}`]: row };
}

function rowState(status: FailoverStatus, group: GroupStatus, device: string): string {
  if (group.owner === device) return 'active';
  const state = deviceState(status, device);
  return state === 'active' ? 'standby' : state;
}

/** `show sys failover`: "Failover active for 0d 01:20:32". */
export function failoverSentence(status: FailoverStatus | undefined, nowWall: number): string {
  if (status === undefined) return 'Failover unknown\n';
  const state = deviceState(status, status.device);
  const shown = activeGroups(status);
  const relevant = shown.length > 0 ? shown : status.groups;
  const since = Math.min(nowWall, ...relevant.map((group) => group.since));
  const seconds = Math.max(0, Math.floor((nowWall - since) / 1000));
  const parts = [Math.floor(seconds / 3600) % 24, Math.floor(seconds / 60) % 60, seconds % 60];
  const clock = parts.map((part) => String(part).padStart(2, '0')).join(':');
  return `Failover ${state.replace('-', '_')} for ${Math.floor(seconds / 86_400)}d ${clock}\n`;
}
