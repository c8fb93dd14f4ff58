import { icmp } from './icmp.ts';
import type { MonitorType } from './type.ts';

/** As icmp, but allowed on pool members too: gateways have no service to probe. */
export const gatewayIcmp: MonitorType = { ...icmp, name: 'gateway-icmp' };
