/** The configuration that `bench/scale.ts` loads: for each virtual server one pool with four members. Pure. */
import type { Operation } from '../../src/config/types.ts';

export const membersPerPool = 4;
export const memberPort = 8080;
export const virtualPort = 80;
export const monitorName = '/Common/scale_tcp';
/** Of the bench's own namespace, where every address in it is local. */
export const network = '10.0.0.0/8';

/** 10.16.0.0/12: one address a virtual server. */
export function virtualAddress(index: number): string {
  return `10.${16 + (index >> 16)}.${(index >> 8) & 255}.${index & 255}`;
}

/** 10.64.0.0/10: one address a member. */
export function memberAddress(index: number, member: number): string {
  const number = index * membersPerPool + member;
  return `10.${64 + (number >> 16)}.${(number >> 8) & 255}.${number & 255}`;
}

export function virtualName(index: number): string {
  return `/Common/scale_vs_${String(index).padStart(5, '0')}`;
}

export function poolName(index: number): string {
  return `/Common/scale_pool_${String(index).padStart(5, '0')}`;
}

export function memberName(index: number, member: number): string {
  return `/Common/${memberAddress(index, member)}:${memberPort}`;
}

/** Probes as often as `intervalSeconds`; a member is down after three of them and a second. */
export function monitorOperation(intervalSeconds: number): Operation {
  return {
    kind: 'create',
    component: 'ltm monitor tcp',
    name: monitorName,
    properties: { interval: intervalSeconds, timeout: intervalSeconds * 3 + 1 },
  };
}

/** Every second virtual server is a full HTTP proxy, the others relay TCP. */
export function serviceOperations(index: number, isMonitored: boolean): readonly Operation[] {
  const members = Array.from({ length: membersPerPool }, (_, member) => ({
    name: memberName(index, member),
  }));
  const profiles = index % 2 === 0 ? ['/Common/tcp', '/Common/http'] : ['/Common/tcp'];
  return [
    {
      kind: 'create',
      component: 'ltm pool',
      name: poolName(index),
      properties: { members, ...(isMonitored && { monitor: monitorName }) },
    },
    {
      kind: 'create',
      component: 'ltm virtual',
      name: virtualName(index),
      properties: {
        destination: `/Common/${virtualAddress(index)}:${virtualPort}`,
        'ip-protocol': 'tcp',
        pool: poolName(index),
        profiles: profiles.map((name) => ({ name })),
        'source-address-translation': { type: 'automap' },
      },
    },
  ];
}
