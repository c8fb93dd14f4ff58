import type { Component } from '../types.ts';
import { effective, integer, text } from '../properties.ts';
import { shown, shownObjects } from '../state.ts';

/** What local traffic can show that is no object's statistics. */
const explainHelp =
  'Looks at connections of a virtual server, and says how they got their members.';

const explain: Component = {
  id: 'ltm explain',
  noun: 'explain',
  help: explainHelp,
  naming: { kind: 'singleton' },
  scope: 'local',
  stateOnly: true,
  properties: [],
  actions: [
    {
      command: 'run',
      help: explainHelp,
      parameters: effective(
        text('virtual', 'Virtual server whose connections are looked at.', { required: true }),
        text('client', 'Only those of this address.'),
        integer('seconds', [0, 10], 1, 'How long it looks.', { unit: 'seconds' }),
      ),
    },
  ],
};

export const ltmState: readonly Component[] = [
  {
    ...shown(
      'ltm persistence persist-records',
      'persistence record',
      'Who is bound to which member.',
    ),
    filters: ['client-addr', 'key', 'mode', 'node-addr', 'node-port', 'pool', 'virtual'],
  },
  explain,
  shownObjects('ltm tacdb query', 'TAC database query', 'Questions to such databases; none here.'),
  shownObjects('ltm urlcat-query', 'URL category query', 'Kinds of web sites; none here.'),
];
