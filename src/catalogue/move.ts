/** Commands that many components have alike: `mv` where the catalogue says so, `cp` wherever objects are made. */
import { effective, text } from './properties.ts';
import type { Action, Component } from './types.ts';

/** For components whose objects are named by others and may change their name all the same. */
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

/** A second object like the first; nothing names it yet. */
export const copy: Action = {
  command: 'cp',
  help: 'Makes another object like this one, secrets included.',
  dryRun: true,
  parameters: effective(
    text('name', 'Object to copy.', { required: true }),
    text('target', 'Name of the copy.', { positional: true, required: true }),
  ),
};

export function isCopied({ naming, fixed, stateOnly }: Component): boolean {
  return naming.kind === 'foldered' && fixed !== true && stateOnly !== true;
}

/** For components whose objects count traffic. */
export const resetStats: Action = {
  command: 'reset-stats',
  help: 'Counts from zero again: one object, with its items, or all when none is named.',
  parameters: effective(text('name', 'Object whose counters begin anew.')),
};

/** Its own commands, and those that it has like all others. */
export function actionsOf(component: Component): readonly Action[] {
  const own = component.actions ?? [];
  return isCopied(component) ? [...own, copy] : own;
}
