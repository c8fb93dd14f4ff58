/**
 * Port lockdown as nftables text: one transaction that replaces the table. Pure. Only new connections to a self
 * IP are judged; ICMP, answers to our own connections and every other address pass. Listeners that are for some VLANs
 * only are shut towards the others, whatever is open already.
 */
import type { LockdownPlan, SelfServices, VlanDoor } from './types.ts';

/** Between the devices of a trust domain; BIG-IP's CMI. */
const cmiPort = 4353;

export const lockdownTable = 'evenkeel_net';

export function renderLockdown(plan: LockdownPlan): string {
  const lines: string[] = [];
  const rules: string[] = [];
  for (const family of [4, 6] as const) {
    const ip = family === 4 ? 'ip' : 'ip6';
    const exempt = plan.exempt.filter((one) => one.family === family);
    const ports = exempt.filter((one) => one.port !== 0);
    const any = exempt.filter((one) => one.port === 0);
    if (ports.length > 0) {
      const keys = ports.map((one) => `${one.address} . ${one.protocol} . ${one.port}`);
      rules.push(`${ip} daddr . meta l4proto . th dport { ${unique(keys)} } accept`);
    }
    if (any.length > 0) {
      const keys = any.map((one) => `${one.address} . ${one.protocol}`);
      rules.push(`${ip} daddr . meta l4proto { ${unique(keys)} } accept`);
    }
    const trusted = plan.trusted.filter((one) => one.family === family);
    if (trusted.length > 0) {
      const sources = unique(trusted.map(({ address }) => address));
      rules.push(`${ip} saddr { ${sources} } tcp dport ${cmiPort} accept`);
    }
    const selfs = plan.selfs.filter((self) => self.family === family);
    const closed = selfs.filter((self) => self.allows.kind === 'list');
    if (closed.length === 0) continue;
    for (const [index, self] of closed.entries())
      lines.push(...chain(`self${family}_${index}`, self));
    const jumps = closed.map((self, index) => `${self.address} : jump self${family}_${index}`);
    rules.push(`${ip} daddr vmap { ${jumps.join(', ')} }`);
  }
  return [
    `table inet ${lockdownTable} { }`,
    `delete table inet ${lockdownTable}`,
    `table inet ${lockdownTable} {`,
    ...lines,
    'chain input {',
    'type filter hook input priority filter; policy accept;',
    'iifname "lo" accept',
    ...plan.vlanDoors.map(doorRule),
    'ct state != new accept',
    'meta l4proto { icmp, ipv6-icmp } accept',
    ...rules,
    '}',
    '}\n',
  ].join('\n');
}

function chain(name: string, self: SelfServices): readonly string[] {
  const services = self.allows.kind === 'list' ? self.allows.services : [];
  const rules = services.map(({ protocol, port }) =>
    port === 0 ? `meta l4proto ${protocol} accept` : `${protocol} dport ${port} accept`,
  );
  return [`chain ${name} {`, ...new Set(rules), 'drop', '}'];
}

function doorRule({ address, devices, family, isOnly, port, protocol }: VlanDoor): string {
  const to =
    address === undefined
      ? `meta nfproto ipv${family}`
      : `${family === 4 ? 'ip' : 'ip6'} daddr ${address}`;
  const from = devices.map((device) => `"${device}"`).join(', ');
  const by = devices.length === 0 ? '' : `iifname ${isOnly ? '!= ' : ''}{ ${from} } `;
  return `${to} ${protocol} dport ${port} ${by}drop`;
}

function unique(keys: readonly string[]): string {
  return [...new Set(keys)].join(', ');
}
