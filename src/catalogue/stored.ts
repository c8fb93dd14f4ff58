import type { Component, StockObject, SyncScope } from './types.ts';
import type { Draft } from './properties.ts';
import { applicationService, description, effective, reference, stored } from './properties.ts';

interface Outline {
  readonly id: string;
  readonly noun: string;
  readonly help: string;
  readonly scope: SyncScope;
  readonly properties: readonly Draft[];
  /** Those of the properties that do change what the device does. */
  readonly acting?: readonly Draft[];
}

/** Settings that are kept, shown and synchronised, and that nothing follows yet. */
export function singleton({ properties, acting = [], ...outline }: Outline): Component {
  return {
    ...outline,
    naming: { kind: 'singleton' },
    properties: [...effective(...acting), ...stored(...properties, description)],
  };
}

interface FolderedOutline extends Outline {
  readonly stock: readonly StockObject[];
  readonly order?: number;
  readonly inherits?: true;
}

/** Objects in folders that are kept, shown and synchronised, and that nothing acts on yet. */
export function foldered({ properties, acting = [], ...outline }: FolderedOutline): Component {
  const parent = reference('defaults-from', outline.id, 'Object that gives what is not set here.');
  return {
    ...outline,
    naming: { kind: 'foldered' },
    properties: [
      ...effective(...acting),
      ...stored(
        ...(outline.inherits === true ? [parent] : []),
        ...properties,
        description,
        applicationService,
      ),
    ],
  };
}
