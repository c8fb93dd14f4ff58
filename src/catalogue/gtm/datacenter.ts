import type { Component } from '../types.ts';
import {
  choice,
  description,
  effective,
  enabledFlag,
  metadata,
  reference,
  stored,
  text,
} from '../properties.ts';

export const gtmDatacenter: Component = {
  id: 'gtm datacenter',
  noun: 'Data Center',
  help: 'A place where servers stand.',
  naming: { kind: 'foldered' },
  scope: 'gtm',
  statistics: true,
  order: 60,
  properties: [
    ...effective(
      enabledFlag('Do its servers take part in answers?'),
      description,
      choice(
        'prober-preference',
        ['inside-datacenter', 'outside-datacenter', 'pool'],
        'inside-datacenter',
        'Who probes first.',
      ),
      choice(
        'prober-fallback',
        ['any-available', 'inside-datacenter', 'outside-datacenter', 'pool', 'none'],
        'any-available',
        'Who probes else.',
      ),
      reference('prober-pool', 'gtm prober-pool', 'Probers.'),
    ),
    ...stored(text('contact', 'Whom to ask.'), text('location', 'Where it is.'), metadata),
  ],
};
