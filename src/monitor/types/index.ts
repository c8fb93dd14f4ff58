/** Every monitor type, by the last word of its component. Adding one is a file and a line here. */
import { diameter } from './diameter.ts';
import { dns } from './dns.ts';
import { external } from './external.ts';
import { ftp } from './ftp.ts';
import { gatewayIcmp } from './gateway-icmp.ts';
import { http } from './http.ts';
import { http2 } from './http2.ts';
import { https } from './https.ts';
import { icmp } from './icmp.ts';
import { inband } from './inband.ts';
import { ldap } from './ldap.ts';
import { imap, nntp, pop3, smtp } from './mail.ts';
import { mqtt } from './mqtt.ts';
import { mssql } from './mssql.ts';
import { oracle } from './oracle.ts';
import { mysql, postgresql } from './query.ts';
import { radius, radiusAccounting } from './radius.ts';
import { redis } from './redis.ts';
import { rpc } from './rpc.ts';
import { scripted } from './scripted.ts';
import { sip } from './sip.ts';
import { snmpDca, snmpDcaBase } from './snmp-dca.ts';
import { snmpLink } from './snmp-link.ts';
import { soap } from './soap.ts';
import { tcpEcho } from './tcp-echo.ts';
import { tcpHalfOpen } from './tcp-half-open.ts';
import { tcp } from './tcp.ts';
import type { MonitorType } from './type.ts';
import { udp } from './udp.ts';

const ofStreams = [
  http,
  https,
  tcp,
  tcpEcho,
  ftp,
  smtp,
  imap,
  pop3,
  nntp,
  ldap,
  mqtt,
  redis,
  sip,
  diameter,
  mssql,
  oracle,
  rpc,
  scripted,
  soap,
];
const ofDatagrams = [udp, dns, radius, radiusAccounting, snmpDca, snmpDcaBase, snmpLink];
const ofCarriers = [icmp, gatewayIcmp, tcpHalfOpen, http2, external, mysql, postgresql, inband];

export const monitorTypes: ReadonlyMap<string, MonitorType> = new Map(
  [...ofStreams, ...ofDatagrams, ...ofCarriers].map((type) => [type.name, type]),
);
