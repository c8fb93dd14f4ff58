import type { Component } from '../types.ts';
import type { Draft } from '../properties.ts';
import { resetStats } from '../move.ts';
import { vlanSet } from '../vlan-set.ts';
import {
  address,
  applicationService,
  choice,
  description,
  effective,
  enabledFlag,
  flags,
  integer,
  items,
  lastHop,
  metadata,
  reference,
  stored,
  text,
  toggle,
  trueFalse,
  uint32,
} from '../properties.ts';

const home: Draft = reference(
  'traffic-group',
  'cm traffic-group',
  "Who answers; the folder's when not given.",
  { words: ['default'] },
);

const inheritsHome: Draft = trueFalse(
  'inherited-traffic-group',
  'true',
  "Is it the folder's traffic group?",
);

const life = (protocol: string): Draft =>
  integer(`${protocol}-idle-timeout`, [0, uint32], 'indefinite', 'Idle flows end after this.', {
    unit: 'seconds',
    wire: 'string',
    words: ['indefinite'],
  });

export const ltmSnat: Component = {
  id: 'ltm snat',
  noun: 'SNAT',
  help: 'Clients whose source address is replaced, wherever they connect.',
  naming: { kind: 'foldered' },
  scope: 'group',
  order: 60,
  statistics: true,
  actions: [resetStats],
  properties: [
    ...effective(
      items('origins', 'Networks of the clients.', {
        properties: [],
        foldered: false,
        subCollection: false,
        noun: 'origin',
        ordered: false,
      }),
      flags('automap', ['automap'], undefined, 'Use a self IP of the egress VLAN.'),
      reference('snatpool', 'ltm snatpool', 'Addresses to use.'),
      reference('translation', 'ltm snat-translation', 'Address to use.'),
      toggle('mirror', 'disabled', 'Mirror connections to the other device of a pair.'),
      ...vlanSet,
    ),
    ...stored(
      choice(
        'source-port',
        ['preserve', 'preserve-strict', 'change'],
        'preserve',
        'Source port towards the server.',
      ),
      lastHop,
      description,
      applicationService,
      metadata,
    ),
  ],
};

export const ltmSnatTranslation: Component = {
  id: 'ltm snat-translation',
  noun: 'SNAT Translation',
  help: 'A source address for connections to servers.',
  naming: { kind: 'foldered' },
  scope: 'group',
  order: 40,
  statistics: true,
  properties: [
    ...effective(home, inheritsHome, address('address', 'The address.', { access: 'create-only' })),
    ...stored(
      toggle('arp', 'enabled', 'Answer ARP and neighbour discovery.'),
      integer('connection-limit', [0, uint32], 0, 'Connections at once; 0 is unlimited.'),
      enabledFlag('May it be used?'),
      life('ip'),
      life('tcp'),
      life('udp'),
      description,
      applicationService,
    ),
  ],
};

export const ltmNat: Component = {
  id: 'ltm nat',
  noun: 'NAT',
  help: 'One address stands for another, both ways.',
  naming: { kind: 'foldered' },
  scope: 'group',
  order: 60,
  statistics: true,
  properties: stored(
    address('originating-address', 'Address of the server.', { required: true }),
    address('translation-address', 'Address that clients see.', { required: true }),
    toggle('arp', 'enabled', 'Answer ARP and neighbour discovery.'),
    enabledFlag('Does it take traffic?'),
    lastHop,
    home,
    inheritsHome,
    integer('unit', [0, 127], 1, 'Unit of the traffic group.', { access: 'read-only' }),
    ...vlanSet,
    description,
    applicationService,
  ),
};

export const ltmTrafficClass: Component = {
  id: 'ltm traffic-class',
  noun: 'Traffic Class',
  help: 'Traffic by address, port and protocol.',
  naming: { kind: 'foldered' },
  scope: 'group',
  properties: stored(
    text('classification', 'Name of the class.'),
    address('source-address', 'Source.', { words: ['any', 'any6'], default: 'any' }),
    address('source-mask', 'Mask of the source.', { words: ['any', 'any6'], default: 'any' }),
    integer('source-port', [0, 65_535], 0, 'Source port; 0: any.'),
    address('destination-address', 'Destination.', { words: ['any', 'any6'], default: 'any' }),
    address('destination-mask', 'Mask of the destination.', {
      words: ['any', 'any6'],
      default: 'any',
    }),
    integer('destination-port', [0, 65_535], 0, 'Destination port; 0: any.'),
    choice('protocol', ['any', 'tcp', 'udp', 'sctp', 'icmp'], 'any', 'Protocol.'),
    description,
    applicationService,
  ),
};
