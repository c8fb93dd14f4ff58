/** Commands that BIG-IP has under a second spelling; each is rewritten to the one that we know. Pure. */

interface Alias {
  readonly pattern: RegExp;
  readonly rewrite: (match: RegExpExecArray) => string;
}

const aliases: readonly Alias[] = [
  {
    // modify cm trust-domain Root ca-devices add { 10.0.0.2 } name bigip2 username admin password x
    pattern:
      /^modify\s+\/?cm\s+trust-domain\s+(?:\/Common\/)?Root\s+(ca-devices|non-ca-devices)\s+add\s*\{\s*(\S+)\s*\}\s*(.+)$/s,
    rewrite: ([, kind, device = '', rest = '']) =>
      `run cm add-to-trust Root ${kind === 'ca-devices' ? 'ca-device' : 'non-ca-device'} ` +
      `device ${device} ${rest.replace(/(^|\s)name\s/, '$1device-name ')}`,
  },
  {
    // modify cm trust-domain Root add-device { device-ip 10.0.0.2 device-name bigip2 … }
    pattern:
      /^modify\s+\/?cm\s+trust-domain\s+(?:(?:\/Common\/)?Root\s+)?add-device\s*\{(.+)\}\s*$/s,
    rewrite: ([, block = '']) =>
      `run cm add-to-trust Root ${block
        .replace(/\bdevice-ip\b/, 'device')
        .replace(/\bdevice-port\b/, 'port')
        .replace(/\bca-device\s+true\b/, 'ca-device')
        .replace(/\bca-device\s+false\b/, 'non-ca-device')
        .trim()}`,
  },
  {
    pattern:
      /^modify\s+\/?cm\s+trust-domain\s+(?:(?:\/Common\/)?Root\s+)?remove-device\s*\{\s*(?:device-name\s+)?(\S+)\s*\}\s*$/s,
    rewrite: ([, device = '']) => `run cm remove-from-trust Root device-name ${device}`,
  },
  {
    // modify cm trust-domain Root ca-devices delete { bigip2 }
    pattern:
      /^modify\s+\/?cm\s+trust-domain\s+(?:\/Common\/)?Root\s+(?:non-)?ca-devices\s+delete\s*\{\s*(\S+)\s*\}\s*$/s,
    rewrite: ([, device = '']) => `run cm remove-from-trust Root device-name ${device}`,
  },
  {
    // show ltm virtual www explain client 198.51.100.7
    pattern: /^show\s+\/?ltm\s+virtual\s+(\S+)\s+explain\b(.*)$/s,
    rewrite: ([, name, rest = '']) => `run ltm explain virtual ${name} ${rest.trim()}`.trim(),
  },
  {
    // show gtm wideip a www.example.com explain client 198.51.100.7
    pattern: /^show\s+\/?gtm\s+wideip\s+(\w+)\s+(?:\/\S+\/)?(\S+)\s+explain\b(.*)$/s,
    rewrite: ([, type, name, rest = '']) => {
      const asked = /\btype\s/.test(rest) ? '' : ` type ${type}`;
      return `run gtm explain name ${name}${asked} ${rest.trim()}`;
    },
  },
  {
    // run gtm bigip_add admin@10.0.0.2 password x (BIG-IP's scripts; the address needs no name before it)
    pattern: /^run\s+\/?gtm\s+(bigip|gtm)[_-]add\s+(?:device\s+)?(?:([^\s@]+)@)?(\S+)(.*)$/s,
    rewrite: ([, kind = '', user, device = '', rest = '']) =>
      `run gtm ${kind}-add device ${device}${user === undefined ? '' : ` username ${user}`}${rest}`,
  },
];

export function withoutAliases(command: string): string {
  for (const { pattern, rewrite } of aliases) {
    const match = pattern.exec(command.trim());
    if (match !== null) return rewrite(match);
  }
  return command;
}
