/** What several kept profiles have in common, each said once. */
import type { Draft } from '../properties.ts';
import { choice, integer, text, toggle, uint32 } from '../properties.ts';

export const activationMode: Draft = choice(
  'activation-mode',
  ['none', 'allow', 'require'],
  'require',
  'Is encryption offered, required or left out?',
);
export const idleTimeout = (preset: number): Draft =>
  integer('idle-timeout', [0, uint32], preset, 'Flows without traffic end after this.', {
    unit: 'seconds',
    wire: 'string',
    words: ['indefinite', 'immediate'],
  });
export const logProfile: Draft = text('log-profile', 'What is logged.');
export const logPublisher: Draft = text('log-publisher', 'Where it is logged.');
export const resetOnTimeout: Draft = toggle(
  'reset-on-timeout',
  'enabled',
  'Reset connections that time out.',
);
