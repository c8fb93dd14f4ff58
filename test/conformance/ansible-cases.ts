/**
 * What playbooks of our users do: for each module of f5networks.f5_modules, an object is created, changed and
 * deleted. The names begin with `conf-`, so that a case can run on a device that has other things on it.
 */

export type Arguments = Readonly<Record<string, unknown>>;

export interface Case {
  /** Without "bigip_". */
  readonly module: string;
  readonly create: Arguments;
  /** Given on top of `create`; must be a change. */
  readonly modify: Arguments;
  /** What identifies the object when it is deleted; without it the case is a setting that stays. */
  readonly remove?: Arguments;
}

export const localTraffic: readonly Case[] = [
  {
    module: 'partition',
    create: { name: 'confpart', description: 'made by ansible' },
    modify: { description: 'changed by ansible' },
    remove: { name: 'confpart' },
  },
  {
    module: 'monitor_http',
    create: {
      name: 'conf-http',
      send: 'GET /health HTTP/1.1\\r\\nHost: www\\r\\n\\r\\n',
      receive: '200 OK',
      interval: 10,
      timeout: 31,
    },
    modify: { interval: 20, timeout: 61 },
    remove: { name: 'conf-http' },
  },
  {
    module: 'monitor_https',
    create: { name: 'conf-https', receive: 'ok', parent: '/Common/https' },
    modify: { interval: 9, timeout: 28, description: 'tls' },
    remove: { name: 'conf-https' },
  },
  {
    module: 'monitor_tcp',
    create: { name: 'conf-tcp', send: 'hello', receive: 'world', ip: '*', port: 8080 },
    modify: { time_until_up: 5 },
    remove: { name: 'conf-tcp' },
  },
  {
    module: 'monitor_icmp',
    create: { name: 'conf-icmp', interval: 7, timeout: 22 },
    modify: { interval: 8, timeout: 25 },
    remove: { name: 'conf-icmp' },
  },
  {
    module: 'node',
    create: { name: 'conf-node', address: '198.18.200.10', monitors: ['/Common/icmp'] },
    modify: { description: 'a node', ratio: 3, state: 'disabled' },
    remove: { name: 'conf-node' },
  },
  {
    module: 'pool',
    create: {
      name: 'conf-pool',
      lb_method: 'round-robin',
      monitors: ['/Common/conf-http', '/Common/tcp'],
      monitor_type: 'and_list',
      slow_ramp_time: 20,
      metadata: { owner: 'conf' },
    },
    modify: { lb_method: 'least-connections-member', description: 'changed' },
    remove: { name: 'conf-pool' },
  },
  {
    module: 'pool_member',
    create: { pool: 'conf-pool', name: 'conf-node', host: '198.18.200.10', port: 80, ratio: 2 },
    modify: { state: 'forced_offline', connection_limit: 100, priority_group: 5 },
    remove: {
      pool: 'conf-pool',
      name: 'conf-node',
      host: '198.18.200.10',
      port: 80,
      preserve_node: true,
    },
  },
  {
    module: 'profile_http',
    create: { name: 'conf-http', insert_xforwarded_for: true },
    modify: { redirect_rewrite: 'all', server_agent_name: 'none-of-yours' },
    remove: { name: 'conf-http' },
  },
  {
    module: 'profile_tcp',
    create: { name: 'conf-tcp', idle_timeout: 200, nagle: 'disabled' },
    modify: { idle_timeout: 250, time_wait_recycle: false },
    remove: { name: 'conf-tcp' },
  },
  {
    module: 'profile_client_ssl',
    create: { name: 'conf-clientssl', parent: '/Common/clientssl', sni_require: false },
    modify: { server_name: 'www.example.com' },
    remove: { name: 'conf-clientssl' },
  },
  {
    module: 'virtual_address',
    create: { name: 'conf-va', address: '198.18.201.10', arp: true, icmp_echo: 'enabled' },
    modify: { icmp_echo: 'selective', connection_limit: 50 },
    remove: { name: 'conf-va' },
  },
  {
    module: 'virtual_server',
    create: {
      name: 'conf-vs',
      destination: '198.18.201.10',
      port: 80,
      pool: 'conf-pool',
      snat: 'Automap',
      profiles: ['conf-http', 'conf-tcp'],
    },
    modify: {
      description: 'the web',
      default_persistence_profile: 'cookie',
      mask: '255.255.255.255',
    },
    remove: { name: 'conf-vs' },
  },
];

export const network: readonly Case[] = [
  {
    module: 'vlan',
    create: { name: 'conf-vlan', tag: 2345, mtu: 1400, description: 'made by ansible' },
    modify: { mtu: 1450, source_check: true },
    remove: { name: 'conf-vlan' },
  },
  {
    module: 'selfip',
    create: {
      name: 'conf-self',
      address: '198.18.202.2',
      netmask: '255.255.255.0',
      vlan: 'conf-vlan',
      allow_service: ['tcp:80', 'udp:53'],
    },
    modify: { allow_service: ['default'] },
    remove: { name: 'conf-self' },
  },
  {
    module: 'static_route',
    create: {
      name: 'conf-route',
      destination: '198.18.203.0',
      netmask: '255.255.255.0',
      gateway_address: '198.18.202.1',
      description: 'one',
    },
    modify: { gateway_address: '198.18.202.3', description: 'other' },
    remove: { name: 'conf-route' },
  },
];

export const system: readonly Case[] = [
  {
    module: 'user',
    create: {
      username_credential: 'confuser',
      password_credential: 'Correct-Horse-42',
      full_name: 'Conf User',
      partition_access: ['all:guest'],
      update_password: 'on_create',
    },
    modify: { partition_access: ['Common:operator'], full_name: 'C. User' },
    remove: { username_credential: 'confuser' },
  },
  {
    module: 'sys_db',
    create: { key: 'failover.nettimeoutsec', value: 5 },
    modify: { value: 3 },
  },
  {
    module: 'device_dns',
    create: { name_servers: ['198.18.2.53'], search: ['example.com'] },
    modify: { name_servers: ['198.18.2.54', '198.18.2.53'] },
  },
  {
    module: 'device_ntp',
    create: { ntp_servers: ['198.18.2.53'] },
    modify: { ntp_servers: ['198.18.2.54'], timezone: 'Europe/Berlin' },
  },
];

export const globalTraffic: readonly Case[] = [
  {
    module: 'gtm_datacenter',
    create: { name: 'conf-dc', location: 'Here', contact: 'ops' },
    modify: { location: 'There', state: 'disabled' },
    remove: { name: 'conf-dc' },
  },
  {
    module: 'gtm_server',
    create: {
      name: 'conf-server',
      server_type: 'generic-host',
      datacenter: '/Common/conf-dc',
      devices: [{ name: 'conf-host', address: '198.18.204.1' }],
      virtual_server_discovery: 'disabled',
    },
    modify: { prober_preference: 'outside-datacenter', prober_fallback: 'any' },
    remove: { name: 'conf-server' },
  },
  {
    module: 'gtm_virtual_server',
    create: { name: 'conf-gvs', server_name: 'conf-server', address: '198.18.204.10', port: 80 },
    modify: { port: 8080, state: 'disabled' },
    remove: { name: 'conf-gvs', server_name: 'conf-server' },
  },
  {
    module: 'gtm_pool',
    create: {
      name: 'conf-gpool',
      type: 'a',
      preferred_lb_method: 'round-robin',
      alternate_lb_method: 'global-availability',
    },
    modify: { ttl: 15, max_answers_returned: 2 },
    remove: { name: 'conf-gpool', type: 'a' },
  },
  {
    module: 'gtm_pool_member',
    create: {
      pool: 'conf-gpool',
      type: 'a',
      server_name: 'conf-server',
      virtual_server: 'conf-gvs',
      member_order: 0,
    },
    modify: { ratio: 3, description: 'first' },
    remove: {
      pool: 'conf-gpool',
      type: 'a',
      server_name: 'conf-server',
      virtual_server: 'conf-gvs',
    },
  },
  {
    module: 'gtm_wide_ip',
    create: {
      name: 'conf.gslb.example.com',
      type: 'a',
      pool_lb_method: 'round-robin',
      pools: [{ name: 'conf-gpool', ratio: 1 }],
    },
    modify: { aliases: ['alias.gslb.example.com'], pool_lb_method: 'ratio' },
    remove: { name: 'conf.gslb.example.com', type: 'a' },
  },
];

export interface Once {
  readonly module: string;
  readonly given: Arguments;
  readonly expected: 'changed' | 'unchanged' | 'any';
}

/** Modules without a life cycle: they read, save, wait. */
export const once: readonly Once[] = [
  {
    module: 'device_info',
    given: {
      // Traffic groups count only where the failover process runs: ansible-system.test.ts has them.
      gather_subset: ['all', '!traffic-groups'],
    },
    expected: 'unchanged',
  },
  { module: 'config', given: { save: true }, expected: 'changed' },
  { module: 'wait', given: { timeout: 20, sleep: 1 }, expected: 'unchanged' },
  { module: 'command', given: { commands: ['show sys version'] }, expected: 'unchanged' },
  { module: 'provision', given: { module: 'gtm', level: 'nominal' }, expected: 'unchanged' },
  { module: 'ucs', given: { ucs: 'none.ucs', state: 'absent' }, expected: 'unchanged' },
];
