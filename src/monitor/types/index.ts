/** Every monitor type, by the last word of its component. Adding one is a file and a line here. */
import { dns } from './dns.ts';
import { external } from './external.ts';
import { ftp } from './ftp.ts';
import { gatewayIcmp } from './gateway-icmp.ts';
import { http } from './http.ts';
import { http2 } from './http2.ts';
import { https } from './https.ts';
import { icmp } from './icmp.ts';
import { ldap } from './ldap.ts';
import { imap, nntp, pop3, smtp } from './mail.ts';
import { mqtt } from './mqtt.ts';
import { mysql, postgresql } from './query.ts';
import { radius, radiusAccounting } from './radius.ts';
import { redis } from './redis.ts';
import { sip } from './sip.ts';
import { tcpEcho } from './tcp-echo.ts';
import { tcpHalfOpen } from './tcp-half-open.ts';
import { tcp } from './tcp.ts';
import type { MonitorType } from './type.ts';
import { udp } from './udp.ts';

const ofStreams = [http, https, tcp, tcpEcho, ftp, smtp, imap, pop3, nntp, ldap, mqtt, redis, sip];
const ofDatagrams = [udp, dns, radius, radiusAccounting];
const ofCarriers = [icmp, gatewayIcmp, tcpHalfOpen, http2, external, mysql, postgresql];

export const monitorTypes: ReadonlyMap<string, MonitorType> = new Map(
  [...ofStreams, ...ofDatagrams, ...ofCarriers].map((type) => [type.name, type]),
);
