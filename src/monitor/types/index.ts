/** Every monitor type, by the last word of its component. Adding one is a file and a line here. */
import { gatewayIcmp } from './gateway-icmp.ts';
import { http } from './http.ts';
import { https } from './https.ts';
import { icmp } from './icmp.ts';
import { tcp } from './tcp.ts';
import type { MonitorType } from './type.ts';

export const monitorTypes: ReadonlyMap<string, MonitorType> = new Map(
  [http, https, tcp, icmp, gatewayIcmp].map((type) => [type.name, type]),
);
