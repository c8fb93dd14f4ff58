import type { Action, Component, StockObject } from './types.ts';
import type { Draft } from './properties.ts';
import {
  applicationService,
  description,
  effective,
  reference,
  stored,
  text,
} from './properties.ts';

interface Outline {
  readonly name: string;
  readonly help: string;
  readonly properties: readonly Draft[];
  readonly stock: readonly StockObject[];
}

interface ProbedOutline extends Outline {
  /** Of `properties`, those that a probe does not heed. */
  readonly kept?: readonly string[];
}

/** `run ltm monitor http /Common/http destination 10.0.0.1:80`. */
export const probeNow: readonly Action[] = [
  {
    command: 'run',
    help: 'Probes a place once, now, and tells what came of it; no state changes.',
    parameters: effective(
      text('name', 'The monitor.', { required: true, positional: true }),
      text('destination', 'Where to probe: address and port, or only an address.', {
        required: true,
      }),
    ),
  },
];

/** A monitor type that probes: all of its properties act, but for those that are `kept`. */
export function probedMonitor(outline: ProbedOutline): Component {
  const { kept = [] } = outline;
  const id = `ltm monitor ${outline.name}`;
  const parent = reference('defaults-from', id, 'Monitor that gives what is not set here.', {
    access: 'create-only',
  });
  const acts = outline.properties.filter(({ name }) => !kept.includes(name));
  const rest = outline.properties.filter(({ name }) => kept.includes(name));
  return {
    ...storedMonitor('ltm', outline),
    actions: probeNow,
    statistics: true,
    properties: [
      ...effective(parent, ...acts, description),
      ...stored(...rest, applicationService),
    ],
  };
}

/** A monitor type that is kept, shown and synchronised, and that nothing probes with yet. */
export function storedMonitor(module: 'ltm' | 'gtm', outline: Outline): Component {
  const id = `${module} monitor ${outline.name}`;
  return {
    id,
    noun: 'monitor',
    help: outline.help,
    naming: { kind: 'foldered' },
    scope: module === 'ltm' ? 'group' : 'gtm',
    inherits: true,
    order: 20,
    stock: outline.stock,
    properties: stored(
      reference('defaults-from', id, 'Monitor that gives what is not set here.', {
        access: 'create-only',
      }),
      ...outline.properties,
      description,
      applicationService,
    ),
  };
}
