import type { Action, Component, Property } from './types.ts';

/** `run MODULE NAME …`: no object of the configuration, only something to do. */
export function runCommand(
  module: 'cm' | 'gtm',
  name: string,
  help: string,
  parameters: readonly Property[],
  more: Partial<Action> = {},
): Component {
  return {
    id: `${module} ${name}`,
    noun: name,
    help,
    naming: { kind: 'singleton' },
    scope: 'local',
    stateOnly: true,
    properties: [],
    actions: [{ command: 'run', help, parameters, ...more }],
  };
}
