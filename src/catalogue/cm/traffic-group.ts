import type { Component } from '../types.ts';
import {
  choice,
  description,
  effective,
  integer,
  reference,
  references,
  stored,
  struct,
  text,
  trueFalse,
} from '../properties.ts';

export const cmTrafficGroup: Component = {
  id: 'cm traffic-group',
  noun: 'traffic group',
  help: 'Floating addresses that one device answers for, and moves together.',
  naming: { kind: 'foldered' },
  scope: 'trust',
  order: 8,
  statistics: true,
  checks: ['common-only', 'traffic-group'],
  stock: [
    { name: '/Common/traffic-group-1', properties: { 'unit-id': 1 } },
    { name: '/Common/traffic-group-local-only', properties: { 'unit-id': 0 } },
  ],
  properties: [
    ...effective(
      references('ha-order', 'cm device', 'Devices in the order they are preferred.', {
        ordered: true,
      }),
      trueFalse('auto-failback-enabled', 'false', 'The first device of ha-order takes it back.'),
      integer('auto-failback-time', [0, 300], 60, 'How long that device has to be well before.', {
        unit: 'seconds',
      }),
      integer('ha-load-factor', [1, 1000], 1, 'Weight in load-aware failover.'),
      trueFalse('is-floating', 'true', 'Can it move?', { access: 'read-only', derived: true }),
      integer('unit-id', [0, 127], undefined, 'Number of the group; given by the system.'),
      text('mac', 'MAC address that moves with the group.', { check: 'mac', default: 'none' }),
      choice(
        'failover-method',
        ['ha-order', 'ha-score'],
        'ha-order',
        'Which device is next: by HA score, or by ha-order and then load of those whose HA group is well.',
      ),
      reference('ha-group', 'sys ha-group', "This device's HA group, whose score counts.", {
        scope: 'local',
      }),
      {
        ...struct(
          'monitor',
          'What counts.',
          effective(
            reference(
              'ha-group',
              'sys ha-group',
              'By failover-method its score counts, or whether it has one.',
            ),
          ),
        ),
        scope: 'local',
      },
      description,
    ),
    ...stored(text('default-device', 'Preferred device (older form of ha-order).')),
  ],
};
