import type { Action, Component, ComponentId } from './types.ts';

interface Outline {
  readonly id: ComponentId;
  readonly noun: string;
  readonly help: string;
  readonly actions?: readonly Action[];
  readonly statistics?: true;
  readonly tables?: NonNullable<Component['tables']>;
}

/** What the device says of itself: `show` and statistics, no configuration. */
export function state(outline: Outline): Component {
  return {
    ...outline,
    naming: { kind: 'singleton' },
    scope: 'local',
    stateOnly: true,
    properties: [],
  };
}

/** The same for what has nothing but rows to show. */
export function shown(id: ComponentId, noun: string, help: string): Component {
  return state({ id, noun, help, statistics: true });
}

/** Rows that are objects, which BIG-IP can be asked for one by one. */
export function shownObjects(id: ComponentId, noun: string, help: string): Component {
  return { ...shown(id, noun, help), tables: 'objects' };
}
