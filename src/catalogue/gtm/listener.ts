import type { Component } from '../types.ts';
import {
  address,
  applicationService,
  choice,
  description,
  effective,
  enabledFlag,
  items,
  lastHop,
  port,
  reference,
  references,
  stored,
  struct,
  toggle,
  yesNo,
} from '../properties.ts';
import { vlanSet } from '../vlan-set.ts';
import { persistenceProfiles } from '../ltm/profile-names.ts';

export const gtmListener: Component = {
  id: 'gtm listener',
  noun: 'Listener',
  help: 'An address and port that takes DNS questions.',
  naming: { kind: 'foldered' },
  // A listener answers on an address of its own device: each member of a sync group has its own.
  scope: 'group',
  statistics: true,
  order: 60,
  checks: ['listener-tuple', 'listener-profiles'],
  properties: [
    ...effective(
      address('address', 'Address that it answers on.', { required: true }),
      port('port', 53, 'Port that it answers on.'),
      choice(
        'ip-protocol',
        [
          { value: 'udp', aliases: ['17'] },
          { value: 'tcp', aliases: ['6'] },
        ],
        'udp',
        'Transport protocol.',
      ),
      enabledFlag('Does it answer?'),
      items(
        'profiles',
        'Profiles; that of DNS says what becomes of questions, client-ssl and doh-server how they come.',
        {
          properties: [],
          foldered: true,
          nameReference: {
            to: [
              'ltm profile udp',
              'ltm profile tcp',
              'ltm profile dns',
              'ltm profile client-ssl',
              'ltm profile doh-server',
              'ltm profile http',
              'ltm profile http2',
            ],
          },
          subCollection: true,
          noun: 'profile',
          ordered: false,
        },
      ),
      ...vlanSet,
      description,
    ),
    ...stored(
      address('mask', 'Netmask; one host when not given.', {
        words: ['any', 'any6'],
        filled: true,
      }),
      yesNo('advertise', 'no', 'Announce a route to it.'),
      lastHop,
      reference('last-hop-pool', 'ltm pool', 'Routers towards clients.'),
      reference('pool', 'ltm pool', 'Servers that get what is not answered here.'),
      references('rules', 'ltm rule', 'iRules, in order.', { ordered: true }),
      choice(
        'source-port',
        ['preserve', 'preserve-strict', 'change'],
        'preserve',
        'Source port towards servers.',
      ),
      struct(
        'source-address-translation',
        'Source address towards servers.',
        stored(
          choice('type', ['none', 'automap', 'snat'], 'none', 'Kind of translation.'),
          reference('pool', 'ltm snatpool', 'SNAT pool, for type snat.'),
        ),
      ),
      reference('fallback-persistence', persistenceProfiles, 'Persistence towards servers.'),
      applicationService,
      toggle('translate-address', 'disabled', 'Replace the destination address.'),
      toggle('translate-port', 'disabled', 'Replace the destination port.'),
    ),
  ],
};
