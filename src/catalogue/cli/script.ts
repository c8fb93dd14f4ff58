import type { Component } from '../types.ts';
import { generate, signedScript } from '../signing.ts';
import { blob, description, stored, text } from '../properties.ts';

export const cliScript: Component = {
  id: 'cli script',
  noun: 'script',
  help: 'A Tcl script for tmsh.',
  naming: { kind: 'foldered' },
  scope: 'group',
  order: 20,
  actions: [generate],
  properties: [
    ...stored(blob('api-anonymous', 'The script.', { required: true })),
    ...signedScript('script'),
  ],
};

export const cliAliasPrivate: Component = {
  id: 'cli alias private',
  noun: 'private alias',
  help: 'A word of tmsh that stands for a command, for one user.',
  naming: { kind: 'plain' },
  scope: 'local',
  properties: stored(
    text('command', 'What the word stands for.', { rest: 'tmCommand', required: true }),
    description,
  ),
};
