/**
 * VLAN failsafe: a VLAN on which nothing is received for half of its timeout is asked for a sign of life; when
 * none comes for all of it, or its link is down, the VLAN has failed. Any frame counts (db variable
 * failover.vlanfailsafe.resettimeronanyframe). Pure; times are monotonic milliseconds.
 */
import type { WatchedVlan } from '../types.ts';

export interface VlanSample {
  /** Of the kernel's counter; smaller than before when the interface was made anew. */
  readonly receivedPackets: number;
  readonly isLinkUp: boolean;
}

export interface VlanWatch {
  readonly receivedPackets: number;
  readonly heardAt: number;
  readonly linkDownSince: number | undefined;
}

export interface VlanVerdict {
  readonly watch: VlanWatch;
  /** Neighbours should be asked now. */
  readonly asks: boolean;
  readonly failure: string | undefined;
}

/** A link that only blinks, as when a switch port negotiates, is no failure. */
const linkDownMilliseconds = 2000;

/** Undefined sample: the interface is not there. */
export function lookAtVlan(
  vlan: WatchedVlan,
  before: VlanWatch | undefined,
  sample: VlanSample | undefined,
  now: number,
): VlanVerdict {
  const packets = sample?.receivedPackets ?? -1;
  const isHeard = before === undefined || (packets >= 0 && packets !== before.receivedPackets);
  const isUp = sample?.isLinkUp === true;
  const watch: VlanWatch = {
    receivedPackets: packets,
    heardAt: isHeard ? now : before.heardAt,
    linkDownSince: isUp ? undefined : (before?.linkDownSince ?? now),
  };
  const timeout = vlan.timeoutSeconds * 1000;
  const silence = now - watch.heardAt;
  return { watch, asks: silence >= timeout / 2, failure: failureOf(watch, silence, timeout, now) };
}

function failureOf(
  watch: VlanWatch,
  silence: number,
  timeout: number,
  now: number,
): string | undefined {
  if (watch.linkDownSince !== undefined && now - watch.linkDownSince >= linkDownMilliseconds) {
    return `link down for ${((now - watch.linkDownSince) / 1000).toFixed(0)} s`;
  }
  return silence >= timeout ? `nothing received for ${(silence / 1000).toFixed(0)} s` : undefined;
}
