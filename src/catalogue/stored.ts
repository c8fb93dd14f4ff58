import type { Component, StockObject, SyncScope } from './types.ts';
import type { Draft } from './properties.ts';
import { applicationService, description, reference, stored } from './properties.ts';

interface Outline {
  readonly id: string;
  readonly noun: string;
  readonly help: string;
  readonly scope: SyncScope;
  readonly properties: readonly Draft[];
}

/** Settings that are kept, shown and synchronised, and that nothing follows yet. */
export function singleton({ properties, ...outline }: Outline): Component {
  return {
    ...outline,
    naming: { kind: 'singleton' },
    properties: stored(...properties, description),
  };
}

interface FolderedOutline extends Outline {
  readonly stock: readonly StockObject[];
  readonly order?: number;
  readonly inherits?: true;
}

/** Objects in folders that are kept, shown and synchronised, and that nothing acts on yet. */
export function foldered({ properties, ...outline }: FolderedOutline): Component {
  const parent = reference('defaults-from', outline.id, 'Object that gives what is not set here.');
  return {
    ...outline,
    naming: { kind: 'foldered' },
    properties: stored(
      ...(outline.inherits === true ? [parent] : []),
      ...properties,
      description,
      applicationService,
    ),
  };
}
