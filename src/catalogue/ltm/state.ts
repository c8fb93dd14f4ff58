import type { Component } from '../types.ts';
import { shown } from '../state.ts';

/** What local traffic can show that is no object's statistics. */
export const ltmState: readonly Component[] = [
  {
    ...shown(
      'ltm persistence persist-records',
      'persistence record',
      'Who is bound to which member.',
    ),
    filters: ['client-addr', 'key', 'mode', 'node-addr', 'node-port', 'pool', 'virtual'],
  },
];
