/** `mv`, for components whose objects are named by others and may change their name all the same. */
import { effective, text } from './properties.ts';
import type { Action } from './types.ts';

export const move: Action = {
  command: 'mv',
  help: 'Gives an object another name or folder; whatever names it follows.',
  dryRun: true,
  parameters: effective(
    text('name', 'Present name.', { required: true }),
    text('target', 'New name.', { positional: true }),
    text('to-folder', 'New folder, in place of a new name.'),
  ),
};
