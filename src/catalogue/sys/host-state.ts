/** What is shown of the machine and of the traffic as a whole; `observe` provides it. */
import { effective, text } from '../properties.ts';
import { shown, shownObjects } from '../state.ts';
import type { Component, ComponentId } from '../types.ts';

/** The same as rows with names of their own: processors, processes, graphs. */
function table(id: ComponentId, noun: string, help: string): Component {
  return { ...shown(id, noun, help), tables: true };
}

/** Such rows that are objects. */
/** Graphs of BIG-IP's performance report; a graph of what this device does not do stays at nothing. */
export const performanceReports = [
  'all-stats',
  'connections',
  'dnsexpress',
  'dnssec',
  'gtm',
  'ramcache',
  'system',
  'throughput',
] as const;

const logs: Component = {
  id: 'sys log',
  noun: 'log',
  help: 'Newest lines of the log files of the device.',
  naming: { kind: 'plain' },
  scope: 'local',
  stateOnly: true,
  statistics: true,
  properties: [],
};

export const sysHostState: readonly Component[] = [
  shown(
    'sys responsiveness',
    'responsiveness',
    'Milliseconds that requests waited for the control process, at most. Not in BIG-IP.',
  ),
  {
    ...table(
      'sys connection',
      'connection',
      'Connections through this device, the first thousand of those that are asked for.',
    ),
    filters: [
      'age',
      'cs-client-addr',
      'cs-client-port',
      'cs-server-addr',
      'cs-server-port',
      'protocol',
      'ss-client-addr',
      'ss-client-port',
      'ss-server-addr',
      'ss-server-port',
    ],
  },
  shown('sys console', 'console', 'The serial console.'),
  shownObjects('sys cpu', 'cpu', 'Use of the processors.'),
  table('sys crypto encrypted-attributes', 'encrypted attribute', 'Secrets of the configuration.'),
  shownObjects('sys disk directory', 'disk directory', 'Room of the folders of the device.'),
  shown('sys dynad status', 'dynad status', 'BIG-IP runs dynamic extensions there.'),
  shown('sys fix-connection', 'FIX connection', 'FIX sessions; none is parsed here.'),
  shown('sys fpga info', 'FPGA', 'Programmable hardware; none here.'),
  shown('sys fpga turboflex-profile', 'TurboFlex profile', 'Programmable hardware; none here.'),
  table('sys ha-mirror', 'HA mirror', 'Mirroring of connections by traffic group.'),
  table('sys ha-status', 'HA status', 'Features that are watched, and what a failure does.'),
  shown('sys host-info', 'host information', 'Processors and memory of the machine.'),
  shown('sys hypervisor-info', 'hypervisor information', 'Hypervisor below; not asked.'),
  shownObjects('sys icall publisher', 'event publisher', 'Events that scripts can wait for.'),
  table('sys icmp-stat', 'ICMP statistics', 'ICMP of this device, from the kernel.'),
  table('sys ip-address', 'IP address', 'Addresses of the configuration, and who has them.'),
  table('sys ip-stat', 'IP statistics', 'IP of this device, from the kernel.'),
  shownObjects('sys ipfix destination', 'IPFIX destination', 'Collectors of IPFIX; none here.'),
  table('sys ipfix irules', 'IPFIX statistics', 'IPFIX that rules send; none is sent here.'),
  shown('sys iprep-status', 'IP reputation status', 'BIG-IP downloads a database of addresses.'),
  logs,
  table('sys mac-address', 'MAC address', 'MAC addresses of the device, and who has them.'),
  table('sys memory', 'memory', 'Use of memory.'),
  shown('sys nethsm async-queue-stat', 'network HSM queue', 'Network HSM; none here.'),
  shown('sys nethsm pkcs11d-stat', 'network HSM daemon', 'Network HSM; none here.'),
  shown('sys nethsm sync-queue-stat', 'network HSM queue', 'Network HSM; none here.'),
  ...performanceReports.map((name) =>
    table(`sys performance ${name}`, 'performance', 'Rates now, on average and at most.'),
  ),
  shown('sys pptp-call-info', 'PPTP call', 'PPTP calls; none is parsed here.'),
  shownObjects('sys proc-info', 'process', 'Processes of this device.'),
  table('sys pva-traffic', 'PVA traffic', 'Traffic of acceleration hardware; none here.'),
  shownObjects('sys raid array', 'RAID array', 'Arrays of disks; none here.'),
  shownObjects('sys raid bay', 'RAID bay', 'Bays of disks; none here.'),
  shownObjects('sys raid disk', 'RAID disk', 'Disks of the machine.'),
  table(
    'sys sflow data-source http',
    'sFlow data source',
    'Virtual servers that could be sampled.',
  ),
  table('sys sflow data-source interface', 'sFlow data source', 'Interfaces of the same kind.'),
  table('sys sflow data-source system', 'sFlow data source', 'The device itself.'),
  table('sys sflow data-source vlan', 'sFlow data source', 'VLANs of the same kind.'),
  table('sys software status', 'software status', 'What is installed, and where.'),
  shown('sys sync-sys-files', 'system file synchronisation', 'Blades share files; none here.'),
  table('sys tcp-stat', 'TCP statistics', 'TCP of this device, from the kernel.'),
  table('sys tmm-info', 'tmm information', 'The engine that moves traffic: load and memory.'),
  table('sys tmm-traffic', 'tmm traffic', 'Traffic by engine.'),
  shown('sys traffic', 'traffic', 'Traffic of all virtual servers.'),
  shownObjects('sys turboflex features', 'TurboFlex feature', 'Programmable hardware; none here.'),
  shownObjects(
    'sys turboflex profile all',
    'TurboFlex profile',
    'Programmable hardware; none here.',
  ),
  shown('sys turboflex profile feature', 'TurboFlex feature', 'Programmable hardware; none here.'),
  shown('sys turboflex warning', 'TurboFlex warning', 'Programmable hardware; none here.'),
  table('sys udp-stat', 'UDP statistics', 'UDP of this device, from the kernel.'),
  shown('sys alert lcd', 'LCD alert', 'Alerts of the front panel; none here.'),
  {
    ...shownObjects(
      'auth login-failures',
      'login failures',
      'Wrong passwords by user; who is locked out.',
    ),
    actions: [
      {
        command: 'reset-stats',
        help: 'Lets a user in again.',
        parameters: effective(text('name', 'The user.', { required: true })),
      },
    ],
  },
  shown('cli history', 'history', 'tmsh keeps the history of a user in a file of that user.'),
  table('cm sha1-fingerprint', 'fingerprint', 'SHA1 fingerprint of the certificate of REST.'),
];
