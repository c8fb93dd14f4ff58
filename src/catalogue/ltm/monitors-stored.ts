import {
  debug,
  destination,
  interval,
  password,
  probing,
  timeUntilUp,
  timeout,
  upInterval,
  username,
} from '../monitor-properties.ts';
import {
  firepassExchange,
  noneExchange,
  realServerExchange,
  wapExchange,
  wmiExchange,
} from '../monitor-exchanges.ts';
import type { Component } from '../types.ts';
import { storedMonitor } from '../monitor.ts';
import { choice, integer, reference, text } from '../properties.ts';

/** Monitors that are kept; nothing probes with them yet. */
export const ltmStoredMonitors: readonly Component[] = [
  storedMonitor('ltm', {
    name: 'firepass',
    help: 'Asks a FirePass for its load.',
    properties: [
      ...firepassExchange,
      destination,
      interval(5),
      timeUntilUp(0),
      timeout(16),
      upInterval,
    ],
    stock: [{ name: '/Common/firepass' }],
  }),
  storedMonitor('ltm', {
    name: 'module-score',
    help: 'Takes the score that a device reports.',
    properties: [
      debug,
      interval(10),
      text('snmp-community', 'Community of SNMP.', { default: 'public' }),
      integer('snmp-port', [0, 65535], 161, 'Port of SNMP.'),
      choice('snmp-version', ['v1', 'v2c'], 'v2c', 'Version of SNMP.'),
      timeUntilUp(0),
      timeout(30),
      upInterval,
      reference('pool', 'ltm pool', 'Pool whose members are scored.'),
      text('snmp-ip-address', 'Address of SNMP.'),
    ],
    stock: [{ name: '/Common/module_score' }],
  }),
  storedMonitor('ltm', {
    name: 'none',
    help: 'Probes nothing.',
    properties: [...noneExchange],
    stock: [{ name: '/Common/none' }],
  }),
  storedMonitor('ltm', {
    name: 'real-server',
    help: 'Asks RealServer for its load.',
    properties: [...realServerExchange, interval(5), timeUntilUp(0), timeout(16)],
    stock: [{ name: '/Common/real_server' }],
  }),
  storedMonitor('ltm', {
    name: 'sasp',
    help: 'Takes weights from a group workload manager.',
    properties: [
      integer(
        'interval',
        [0, 86400],
        'auto',
        'Time between questions; auto: told by the manager.',
        { unit: 'seconds', wire: 'string', words: ['auto'] },
      ),
      choice('mode', ['pull', 'push'], 'push', 'Who starts a message.'),
      choice('protocol', ['tcp', 'udp'], 'tcp', 'Transport.'),
      text('service', 'Port of the group manager.', { default: '3860' }),
      timeUntilUp(0),
      text('primary-address', 'First group manager.'),
      text('secondary-address', 'Second group manager.'),
    ],
    stock: [{ name: '/Common/sasp' }],
  }),
  storedMonitor('ltm', {
    name: 'smb',
    help: 'Fetches a file over SMB.',
    properties: [
      ...probing(10, 31),
      debug,
      text('get', 'File to fetch.'),
      text('server', 'Name of the server.'),
      text('service', 'Share to open.'),
      username,
      password,
    ],
    stock: [{ name: '/Common/smb' }],
  }),
  storedMonitor('ltm', {
    name: 'virtual-location',
    help: 'Tells where a migrating server is.',
    properties: [
      debug,
      interval(5),
      timeUntilUp(0),
      timeout(16),
      upInterval,
      reference('pool', 'ltm pool', 'Pool whose place is told.'),
    ],
    stock: [{ name: '/Common/virtual_location' }],
  }),
  storedMonitor('ltm', {
    name: 'wap',
    help: 'Asks a WAP gateway.',
    properties: [...probing(10, 31), ...wapExchange],
    stock: [{ name: '/Common/wap' }],
  }),
  storedMonitor('ltm', {
    name: 'wmi',
    help: 'Asks a Windows server for its load.',
    properties: [...wmiExchange, interval(5), timeUntilUp(0), timeout(16)],
    stock: [{ name: '/Common/wmi' }],
  }),
];
