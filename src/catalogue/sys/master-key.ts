import { effective, flags, text } from '../properties.ts';
import { state } from '../state.ts';
import type { Component } from '../types.ts';

/** `show sys crypto master-key`, and `modify … prompt-for-password`, which tmsh asks for. */
export const sysMasterKey: Component = state({
  id: 'sys crypto master-key',
  noun: 'master key',
  help: 'The key that secrets are sealed with, shared by the trust domain: its hash.',
  statistics: true,
  actions: [
    {
      command: 'modify',
      help: 'Makes another master key and seals every secret with it, on all devices of the domain.',
      parameters: effective(
        flags(
          'prompt-for-password',
          ['prompt-for-password'],
          undefined,
          'The key is made of a password: the same password makes the same key on any device.',
        ),
        text('password', 'That password; tmsh asks for it.', { secret: true }),
        flags('generate', ['generate'], undefined, 'A random key. Not in BIG-IP.'),
      ),
    },
  ],
});
