/** Statuses as data, and how those of parts make that of the whole (reference 1.6). Pure. */
import type { EnabledState } from '../../monitor/health.ts';
import type {
  GtmDatacenter,
  GtmPool,
  GtmPoolMember,
  GtmServer,
  GtmVirtualServer,
  GtmWideIp,
} from '../objects.ts';
import type { GtmApp } from '../places.ts';
import type { VirtualLoad, Words } from './merge.ts';

export interface GtmStatus {
  readonly availability: Words;
  readonly enabled: EnabledState;
  readonly reason: string;
}

export interface MemberStatus extends GtmStatus {
  readonly usable: boolean;
  /** Why it is left out although its monitor may be fine; empty when it is not. */
  readonly disabledBy: string;
  readonly virtual: GtmVirtualServer | undefined;
  readonly load: VirtualLoad | undefined;
  readonly datacenter: string | undefined;
}

export const noVirtual = { virtual: undefined, load: undefined, datacenter: undefined } as const;

export interface GtmObjects {
  readonly datacenters: readonly GtmDatacenter[];
  readonly servers: readonly GtmServer[];
  readonly pools: readonly GtmPool[];
  readonly wideIps: readonly GtmWideIp[];
  /** Absent: none. */
  readonly apps?: readonly GtmApp[];
}

export interface GtmStatuses {
  readonly datacenters: ReadonlyMap<string, GtmStatus>;
  readonly servers: ReadonlyMap<string, GtmStatus>;
  /** Key: `server:virtual-server`. */
  readonly virtualServers: ReadonlyMap<string, GtmStatus>;
  /** Keys: type and name, then member. */
  readonly members: ReadonlyMap<string, MemberStatus>;
  readonly pools: ReadonlyMap<string, GtmStatus>;
  readonly wideIps: ReadonlyMap<string, GtmStatus>;
}

export function typedKey(type: string, name: string): string {
  return `${type} ${name}`;
}

export function memberKey(pool: { type: string; name: string }, member: string): string {
  return `${pool.type} ${pool.name} ${member}`;
}

export const unknownYet = { availability: 'unknown', reason: 'Checking' } as const;

export function enabledState(enabled: boolean, isParentOff: boolean): EnabledState {
  if (!enabled) return 'disabled';
  return isParentOff ? 'disabled-by-parent' : 'enabled';
}

export type Summary = Omit<GtmStatus, 'enabled'>;

export function sumUp(children: readonly (GtmStatus | undefined)[], none: string): Summary {
  const enabled = children.filter((child) => child?.enabled === 'enabled');
  if (enabled.some((child) => child?.availability === 'available')) return available;
  // Nothing known to be wrong, but nothing known to be right either.
  const isUnknown =
    enabled.length > 0 && enabled.every((child) => child?.availability === 'unknown');
  return isUnknown ? unknownYet : { availability: 'offline', reason: none };
}

export const available = { availability: 'available', reason: 'Available' } as const;

export type MemberSource = (pool: GtmPool, member: GtmPoolMember) => MemberStatus;
