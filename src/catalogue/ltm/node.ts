import { move, resetStats } from '../move.ts';
import type { Component } from '../types.ts';
import {
  address,
  description,
  effective,
  integer,
  list,
  metadata,
  monitorRule,
  stored,
  toggle,
  trueFalse,
  uint32,
} from '../properties.ts';
import { fqdn, operatorSession, operatorState, rateLimit } from './node-properties.ts';
import { ltmMonitors } from './monitor-names.ts';

export const ltmNode: Component = {
  id: 'ltm node',
  noun: 'Node',
  help: 'A server address. Pool members make theirs by themselves.',
  naming: { kind: 'foldered' },
  scope: 'group',
  // What each device finds out by itself stays its own.
  scopeRules: [{ property: 'ephemeral', equals: 'true', scope: 'local' }],
  statistics: true,
  order: 25,
  actions: [move, resetStats],
  checks: ['node-address', 'node-elsewhere'],
  properties: [
    ...effective(
      address('address', 'Address of the server; the name when it is one.', {
        access: 'create-only',
        words: ['any6'],
      }),
      operatorSession,
      operatorState,
      monitorRule('monitor', ltmMonitors, 'Monitors of the address; default: none by default.', {
        default: 'default',
      }),
      integer('connection-limit', [0, uint32], 0, 'Connections at once; 0 is unlimited.'),
      integer('ratio', [1, 65535], 1, 'Weight for the node ratio methods.'),
      integer('dynamic-ratio', [0, uint32], 1, 'Weight for the dynamic ratio methods.'),
      fqdn,
      trueFalse('ephemeral', 'false', 'Made from a name that was resolved.', {
        access: 'read-only',
      }),
      list(
        'fqdn-addresses',
        { kind: 'address' },
        'Addresses that the name has, as this device found out. Not in BIG-IP.',
        { access: 'read-only', scope: 'local', ordered: true },
      ),
      description,
    ),
    ...stored(
      rateLimit,
      toggle('logging', 'disabled', 'Log state changes of this node.'),
      metadata,
    ),
  ],
};
