import type { Component } from '../types.ts';
import { choice, effective, text } from '../properties.ts';

const help =
  'What devices ask each other before they trust each other. For devices; not in BIG-IP.';

/** The remote half of add-to-trust and bigip-add, over HTTPS: the asker is a stranger to iQuery still. */
export const cmTrustExchange: Component = {
  id: 'cm trust-exchange',
  noun: 'trust-exchange',
  help,
  naming: { kind: 'singleton' },
  scope: 'local',
  stateOnly: true,
  properties: [],
  actions: [
    {
      command: 'run',
      help,
      parameters: effective(
        choice(
          'operation',
          [
            { value: 'identity', help: 'Who are you? With a signing request.' },
            { value: 'probe', help: 'Can you reach this address?' },
            { value: 'join', help: 'Become a member of this domain.' },
            { value: 'exchange', help: 'Take our authority for iQuery, and give yours.' },
          ],
          undefined,
          'What is asked.',
          { required: true },
        ),
        text('document', 'What it needs, JSON.', { secret: true }),
      ),
    },
  ],
};
