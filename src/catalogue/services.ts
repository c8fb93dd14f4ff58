/** Service names that BIG-IP takes in place of ports; the common ones of /etc/services. */
const services: readonly (readonly [name: string, port: number])[] = [
  ['any', 0],
  ['ftp-data', 20],
  ['ftp', 21],
  ['ssh', 22],
  ['telnet', 23],
  ['smtp', 25],
  ['tacacs', 49],
  ['domain', 53],
  ['tftp', 69],
  ['http', 80],
  ['pop3', 110],
  ['ntp', 123],
  ['imap', 143],
  ['snmp', 161],
  ['snmp-trap', 162],
  ['bgp', 179],
  ['ldap', 389],
  ['https', 443],
  ['microsoft-ds', 445],
  ['syslog', 514],
  ['rtsp', 554],
  ['submission', 587],
  ['ldaps', 636],
  ['ftps', 990],
  ['imaps', 993],
  ['pop3s', 995],
  ['cap', 1026],
  ['ms-sql-s', 1433],
  ['radius', 1812],
  ['radius-acct', 1813],
  ['mqtt', 1883],
  ['nfs', 2049],
  ['mysql', 3306],
  ['ms-wbt-server', 3389],
  ['diameter', 3868],
  ['f5-iquery', 4353],
  ['sip', 5060],
  ['sips', 5061],
  ['postgresql', 5432],
  ['webcache', 8080],
  ['pcsync-https', 8443],
];

const portByName = new Map(services);

/** A number, a service name, `any` or `*` (0). */
export function portOf(text: string): number | undefined {
  if (text === '*') return 0;
  if (/^\d{1,5}$/.test(text)) return Number(text) <= 65_535 ? Number(text) : undefined;
  return portByName.get(text.toLowerCase());
}

const nameByPort = new Map(services.map(([name, port]) => [port, name]));

/** As `list` prints a port: "http", "any" (0), or the number where nobody named it. */
export function serviceName(port: number): string {
  return nameByPort.get(port) ?? String(port);
}
