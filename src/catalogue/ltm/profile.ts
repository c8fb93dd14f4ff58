import type { Component, Property, StockObject } from '../types.ts';
import { resetStats } from '../move.ts';
import { applicationService, description, effective, reference, stored } from '../properties.ts';

export interface ProfileOutline {
  /** "profile tcp", "persistence cookie". */
  readonly name: string;
  readonly noun: string;
  readonly help: string;
  readonly properties: readonly Property[];
  readonly stock: readonly StockObject[];
  readonly statistics?: true;
}

/** What profiles and persistence have in common: a parent, and every property printed. */
export function profile(outline: ProfileOutline): Component {
  const id = `ltm ${outline.name}`;
  return {
    id,
    noun: outline.noun,
    help: outline.help,
    naming: { kind: 'foldered' },
    scope: 'group',
    output: 'every-property',
    inherits: true,
    order: 22,
    stock: outline.stock,
    ...(outline.statistics && { statistics: outline.statistics, actions: [resetStats] }),
    properties: [
      ...effective(
        reference('defaults-from', id, 'Profile that gives what is not set here.'),
        description,
      ),
      ...stored(applicationService),
      ...outline.properties,
    ],
  };
}
