import type { Component } from '../types.ts';
import { shown } from '../state.ts';

/** What global traffic can show that is no object's statistics. */
export const gtmState: readonly Component[] = [
  { ...shown('gtm ldns', 'LDNS', 'Name servers that ask.'), filters: [] },
  {
    ...shown('gtm path', 'path', 'What is known of the way to name servers that ask.'),
    filters: ['ldns', 'datacenter'],
  },
  {
    ...shown('gtm persist', 'persistence record', 'Who is bound to which answer.'),
    filters: ['destination', 'key', 'level', 'max-results', 'target-name', 'target-type'],
  },
  shown('gtm traffic', 'traffic', 'Questions answered.'),
];
