import type { MonitorType } from './type.ts';

/** A SYN that is answered is enough; the connection is never made, and the server's program never hears of it. */
export const tcpHalfOpen: MonitorType = {
  name: 'tcp-half-open',
  transport: () => 'half-open',
  target: 'endpoint',
};
