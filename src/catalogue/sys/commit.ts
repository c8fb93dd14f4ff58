import { effective, flags, text } from '../properties.ts';
import type { Component } from '../types.ts';

export const sysCommit: Component = {
  id: 'sys commit',
  noun: 'commit',
  help: 'The history of the configuration: who changed what, when, from where and why.',
  naming: { kind: 'plain' },
  scope: 'local',
  stateOnly: true,
  statistics: true,
  properties: [],
  actions: [
    {
      command: 'run',
      help: 'Compares two states of the configuration, or goes back to an earlier one.',
      dryRun: true,
      parameters: effective(
        flags('action', ['diff', 'rollback'], undefined, 'What to do.', { required: true }),
        text('of', 'diff: what this one commit changed.'),
        text('from', 'diff: the commit to compare with; 0 is the empty configuration.'),
        text('to', 'The commit to compare, or to go back to; running when not given to diff.'),
        text('peer', 'diff: from the running configuration to that of a device we share with.'),
        text('object', 'Only this one, as "ltm pool /Common/web".'),
      ),
    },
  ],
};

export const sysDatabase: Component = {
  id: 'sys database',
  noun: 'configuration database',
  help: 'How much history is kept, and what of the configuration this program cannot use.',
  naming: { kind: 'singleton' },
  scope: 'local',
  stateOnly: true,
  statistics: true,
  properties: [],
};
