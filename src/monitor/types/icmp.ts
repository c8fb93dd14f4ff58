import type { MonitorType } from './type.ts';

/** One echo request; the transport says whether the reply came. */
export const icmp: MonitorType = {
  name: 'icmp',
  transport: 'icmp',
  target: 'address',
  request: () => undefined,
  judge: () => ({ ok: true, detail: 'echo reply' }),
};
