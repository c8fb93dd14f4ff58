import { move, resetStats } from '../move.ts';
import type { Component, Property } from '../types.ts';
import {
  address,
  choice,
  description,
  effective,
  integer,
  items,
  metadata,
  monitorRule,
  stored,
  text,
  toggle,
  trueFalse,
  uint32,
  yesNo,
} from '../properties.ts';
import { fqdn, operatorSession, operatorState, rateLimit } from './node-properties.ts';
import { ltmMonitors } from './monitor-names.ts';

const memberProperties: readonly Property[] = [
  ...effective(
    address(
      'address',
      'Address of the node; taken from the name or from the node when not given.',
      {
        access: 'create-only',
      },
    ),
    operatorSession,
    operatorState,
    integer('ratio', [1, 65535], 1, 'Weight for the ratio methods.'),
    integer('dynamic-ratio', [0, uint32], 1, 'Weight for the dynamic ratio methods.'),
    integer('priority-group', [0, 65535], 0, 'Higher groups are used first.'),
    integer('connection-limit', [0, uint32], 0, 'Connections at once; 0 is unlimited.'),
    monitorRule('monitor', ltmMonitors, "The member's own monitors; default: the pool's.", {
      default: 'default',
    }),
    trueFalse('ephemeral', 'false', 'Made from a name that was resolved.', {
      access: 'read-only',
    }),
    fqdn,
    description,
  ),
  ...stored(
    rateLimit,
    toggle('inherit-profile', 'enabled', "Take the pool's encapsulation profiles."),
    toggle('logging', 'disabled', 'Log state changes of this member.'),
    metadata,
  ),
];

const linkQuality = (name: string, what: string) =>
  integer(name, [0, 255], 'pass-through', what, {
    wire: 'string',
    words: ['pass-through', 'mimic'],
  });

/** Methods that BIG-IP knows; those without `help` here are kept and balanced as round robin. */
const loadBalancingModes = [
  { value: 'round-robin', help: 'One after the other.' },
  { value: 'ratio-member', help: 'By the weight of the member.' },
  { value: 'least-connections-member', help: 'Fewest connections to the member.' },
  ...[
    'ratio-node',
    'ratio-session',
    'ratio-least-connections-member',
    'ratio-least-connections-node',
    'least-connections-node',
    'least-sessions',
    'dynamic-ratio-member',
    'dynamic-ratio-node',
    'fastest-app-response',
    'fastest-node',
    'observed-member',
    'observed-node',
    'predictive-member',
    'predictive-node',
    'weighted-least-connections-member',
    'weighted-least-connections-node',
  ].map((value) => ({ value })),
];

export const ltmPool: Component = {
  id: 'ltm pool',
  noun: 'Pool',
  help: 'Servers that share the load of virtual servers.',
  naming: { kind: 'foldered' },
  scope: 'group',
  statistics: true,
  order: 30,
  actions: [move, resetStats],
  properties: [
    ...effective(
      items('members', 'The servers, as node and port.', {
        properties: memberProperties,
        foldered: true,
        subCollection: true,
        noun: 'Pool Member',
        ordered: false,
        nameCheck: 'pool-member',
        statistics: true,
      }),
      monitorRule('monitor', ltmMonitors, 'Monitors that every member must pass.'),
      choice('load-balancing-mode', loadBalancingModes, 'round-robin', 'How a member is chosen.'),
      integer(
        'min-active-members',
        [0, 65535],
        0,
        'Members of a priority group needed before lower groups help.',
      ),
      choice(
        'service-down-action',
        ['none', 'reset', 'drop', 'reselect'],
        'none',
        'Connections of a member that goes down.',
      ),
      toggle(
        'queue-on-connection-limit',
        'disabled',
        'Queue connections when members are at their limit.',
      ),
      integer('queue-time-limit', [0, uint32], 0, 'Longest wait in the queue.', {
        unit: 'milliseconds',
      }),
      integer('queue-depth-limit', [0, uint32], 0, 'Connections that may wait; 0 is unlimited.'),
      integer('reselect-tries', [0, 65535], 0, 'Other members tried after a failed one.'),
      integer(
        'slow-ramp-time',
        [0, uint32],
        10,
        'A member that came up gets its full share after this.',
        { unit: 'seconds' },
      ),
      integer(
        'min-up-members',
        [0, 65535],
        0,
        'Members that have to be up; fewer start the action.',
      ),
      choice(
        'min-up-members-action',
        ['failover', 'reboot', 'restart-all'],
        'failover',
        'What happens with too few members up.',
      ),
      toggle('min-up-members-checking', 'disabled', 'Does min-up-members hold?'),
      text('gateway-failsafe-device', 'Device that fails over when the pool is down.'),
      description,
    ),
    ...stored(
      yesNo('allow-nat', 'yes', 'May connections to the pool be NATted?'),
      yesNo('allow-snat', 'yes', 'May connections to the pool be SNATted?'),
      toggle('ignore-persisted-weight', 'disabled', 'Leave persisted clients out of the weights.'),
      linkQuality('ip-tos-to-client', 'Type of service towards the client.'),
      linkQuality('ip-tos-to-server', 'Type of service towards the server.'),
      linkQuality('link-qos-to-client', 'Link quality of service towards the client.'),
      linkQuality('link-qos-to-server', 'Link quality of service towards the server.'),
      text('app-service', 'Application service that the object belongs to.'),
      metadata,
    ),
  ],
};
