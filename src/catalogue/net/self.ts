import type { Component } from '../types.ts';
import {
  applicationService,
  choice,
  description,
  effective,
  integer,
  list,
  prefix,
  reference,
  stored,
  toggle,
  trueFalse,
} from '../properties.ts';

export const localOnly = '/Common/traffic-group-local-only';

export const netSelf: Component = {
  id: 'net self',
  noun: 'Self IP',
  help: "The device's own address in a VLAN, or one that floats with a traffic group.",
  naming: { kind: 'foldered' },
  scope: 'group',
  scopeRules: [{ property: 'traffic-group', equals: localOnly, scope: 'local' }],
  order: 15,
  checks: ['self-address', 'self-elsewhere', 'self-of-routes'],
  removalChecks: ['self-of-routes'],
  properties: [
    ...effective(
      prefix('address', 'Address and length of its network.', {
        required: true,
        withLength: true,
      }),
      reference('vlan', 'net vlan', 'VLAN that it is in.', { required: true }),
      reference('traffic-group', 'cm traffic-group', 'Who answers for it.', {
        default: localOnly,
        listed: true,
      }),
      list(
        'allow-service',
        { kind: 'string', check: 'allow-service', words: ['default'] },
        'Services that may be reached: all, none, default, or protocol:port.',
      ),
      toggle('floating', 'disabled', 'Moves with its traffic group.', {
        access: 'read-only',
        derived: true,
      }),
      description,
    ),
    ...stored(
      reference('service-policy', 'net service-policy', 'Lives of its flows.'),
      applicationService,
      choice('address-source', ['from-user', 'from-dhcp'], 'from-user', 'Who chose it.', {
        access: 'read-only',
      }),
      trueFalse('inherited-traffic-group', 'false', "Is it the folder's traffic group?", {
        access: 'read-only',
      }),
      integer('unit', [0, 127], 0, 'Unit of the traffic group.', {
        access: 'read-only',
        derived: true,
      }),
    ),
  ],
};
