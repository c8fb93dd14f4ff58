import type { MonitorType } from './type.ts';

/** One echo request; the carrier says whether the reply came. */
export const icmp: MonitorType = { name: 'icmp', transport: () => 'ping', target: 'address' };
