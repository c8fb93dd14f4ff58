import { move } from '../move.ts';
import type { Component } from '../types.ts';
import { applicationService, description, effective, list, stored } from '../properties.ts';

export const ltmSnatpool: Component = {
  id: 'ltm snatpool',
  noun: 'Snatpool',
  help: 'Source addresses that connections to servers may use.',
  naming: { kind: 'foldered' },
  scope: 'group',
  order: 40,
  actions: [move],
  properties: [
    ...effective(
      list('members', { kind: 'string', check: 'foldered-address' }, 'The addresses.', {
        required: true,
      }),
      description,
    ),
    ...stored(applicationService),
  ],
};
