/** Kernel settings of the device's network namespace, with why. Pure data: path under /proc/sys and value. */
export interface Setting {
  readonly path: string;
  readonly value: string;
}

export const deviceSettings: readonly Setting[] = [
  // An address is answered for only on the interface that has it, and never used to ask for others' on another.
  { path: 'net/ipv4/conf/all/arp_ignore', value: '1' },
  { path: 'net/ipv4/conf/all/arp_announce', value: '2' },
  // Packets of FastL4 virtual servers and of servers behind us are forwarded.
  { path: 'net/ipv4/ip_forward', value: '1' },
  { path: 'net/ipv6/conf/all/forwarding', value: '1' },
  // Engines listen on floating addresses that another device has just now.
  { path: 'net/ipv4/ip_nonlocal_bind', value: '1' },
  { path: 'net/ipv6/ip_nonlocal_bind', value: '1' },
  // Removing a self IP leaves the others of its network in place.
  { path: 'net/ipv4/conf/all/promote_secondaries', value: '1' },
  // An address that arrives is told to neighbours, and used at once.
  { path: 'net/ipv6/conf/all/ndisc_notify', value: '1' },
  { path: 'net/ipv6/conf/default/ndisc_notify', value: '1' },
  { path: 'net/ipv6/conf/default/dad_transmits', value: '0' },
  // Connections that are taken over in the middle are not called invalid.
  { path: 'net/netfilter/nf_conntrack_tcp_be_liberal', value: '1' },
  // `show sys connection` tells bytes and ages of the packet path, too.
  { path: 'net/netfilter/nf_conntrack_acct', value: '1' },
  { path: 'net/netfilter/nf_conntrack_timestamp', value: '1' },
];

/** The namespace's `all` does not reach interfaces that exist already. */
export function interfaceSettings(device: string): readonly Setting[] {
  return [
    { path: `net/ipv6/conf/${device}/ndisc_notify`, value: '1' },
    { path: `net/ipv6/conf/${device}/dad_transmits`, value: '0' },
    { path: `net/ipv6/conf/${device}/accept_ra`, value: '0' },
  ];
}
