/** The part of `security` that a device without the modules afm and asm has: kept, nothing follows it. */
import type { Component } from '../types.ts';
import { addressList, portList } from '../address-lists.ts';
import { choice, items, stored, struct, text, toggle } from '../properties.ts';
import { foldered, singleton } from '../stored.ts';

const logProfile = foldered({
  id: 'security log profile',
  noun: 'Security Log Profile',
  help: 'What is logged of attacks.',
  scope: 'group',
  order: 21,
  stock: ['global-network', 'Log all requests', 'Log illegal requests'].map((name) => ({
    name: `/Common/${name}`,
  })),
  properties: [
    items('network', 'What the firewall logs.', {
      properties: stored(
        text('publisher', 'Where it is logged.'),
        struct('format', 'Form of a line.', stored(text('type', 'Kind.'))),
      ),
      foldered: false,
      subCollection: true,
      noun: 'network log',
      ordered: false,
    }),
  ],
});

export const securityStored: readonly Component[] = [
  addressList('security firewall address-list'),
  portList('security firewall port-list'),
  singleton({
    id: 'security firewall management-ip-rules',
    noun: 'management firewall',
    help: 'What is let in to the management address.',
    scope: 'local',
    properties: [
      items('rules', 'Rules, in order.', {
        properties: stored(
          choice('action', ['accept', 'drop', 'reject'], 'accept', 'What happens.'),
          text('ip-protocol', 'Protocol.'),
          toggle('log', 'disabled', 'Log it.', { rest: 'log' }),
          choice('status', ['enabled', 'disabled'], 'enabled', 'Is it used?'),
        ),
        foldered: false,
        subCollection: true,
        noun: 'rule',
        ordered: true,
      }),
    ],
  }),
  singleton({
    id: 'security firewall uuid-default-autogenerate',
    noun: 'rule identifiers',
    help: 'Do new rules get an identifier by themselves?',
    scope: 'group',
    properties: [choice('mode', ['disabled', 'enabled'], 'disabled', 'Do they?')],
  }),
  logProfile,
  addressList('security shared-objects address-list'),
  portList('security shared-objects port-list'),
];
