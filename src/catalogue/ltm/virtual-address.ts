import type { Component } from '../types.ts';
import { resetStats } from '../move.ts';
import {
  address,
  choice,
  description,
  effective,
  integer,
  metadata,
  reference,
  stored,
  toggle,
  trueFalse,
  uint32,
  yesNo,
} from '../properties.ts';

const whenWords = ['disabled', 'enabled', 'selective', 'any', 'all', 'always'];

export const ltmVirtualAddress: Component = {
  id: 'ltm virtual-address',
  noun: 'Virtual Address',
  help: 'The address of virtual servers; belongs to a traffic group. Virtual servers make theirs.',
  naming: { kind: 'foldered' },
  scope: 'group',
  statistics: true,
  order: 55,
  actions: [resetStats],
  checks: ['virtual-address-unique'],
  properties: [
    ...effective(
      address('address', 'The address; the name when it is one.', {
        access: 'create-only',
        words: ['any', 'any6'],
        filled: true,
      }),
      address('mask', 'Netmask; one host when not given.', {
        words: ['any', 'any6'],
        filled: true,
      }),
      reference('traffic-group', 'cm traffic-group', "Who answers; the folder's when not given.", {
        words: ['default'],
        filled: true,
        listed: true,
      }),
      toggle('arp', 'enabled', 'Answer ARP and neighbour discovery.', { listed: true }),
      yesNo('enabled', 'yes', 'Does it take traffic?'),
      choice('icmp-echo', whenWords, 'enabled', 'Answer pings.', { listed: true }),
      choice('route-advertisement', whenWords, 'disabled', 'Announce a route to it.'),
      trueFalse('auto-delete', 'true', 'Goes with its last virtual server.'),
      toggle('floating', 'enabled', 'Moves with its traffic group.', {
        access: 'read-only',
        derived: true,
      }),
      description,
    ),
    ...stored(
      choice(
        'server-scope',
        ['any', 'all', 'none'],
        'any',
        'Virtual servers that make it available.',
      ),
      integer('connection-limit', [0, uint32], 0, 'Connections at once; 0 is unlimited.'),
      toggle('spanning', 'disabled', 'Active on all devices at once.'),
      trueFalse('inherited-traffic-group', 'false', "Is it the folder's traffic group?", {
        access: 'read-only',
        derived: true,
        listed: true,
      }),
      integer('unit', [0, 127], 1, 'Unit of the traffic group.', {
        access: 'read-only',
        derived: true,
      }),
      metadata,
    ),
  ],
};
