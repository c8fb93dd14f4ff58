/** What kinds of persistence have in common. */
import type { Draft } from '../properties.ts';
import { integer, toggle, uint32 } from '../properties.ts';

/** How long an entry lives after it was last used. */
export const entryTimeout = (seconds: number): Draft =>
  integer('timeout', [0, uint32], seconds, 'Entries are forgotten after this.', {
    unit: 'seconds',
    wire: 'string',
    words: ['indefinite'],
  });

/** For whom an entry counts. */
export const matching: readonly Draft[] = [
  toggle('match-across-pools', 'disabled', 'Entries count for all pools.'),
  toggle('match-across-services', 'disabled', 'Entries count for all ports of an address.'),
  toggle('match-across-virtuals', 'disabled', 'Entries count for all virtual servers.'),
];
export const passesLimit: Draft = toggle(
  'override-connection-limit',
  'disabled',
  'Persisted clients pass connection limits.',
);
export const sharing: readonly Draft[] = [...matching, passesLimit];

export const mirrorRecords: Draft = toggle(
  'mirror',
  'disabled',
  'Mirror entries to the other devices of the group.',
);
