import type { Component, ComponentId } from '../types.ts';
import {
  applicationService,
  choice,
  description,
  effective,
  endpoint,
  integer,
  reference,
  stored,
  toggle,
} from '../properties.ts';

export const gtmMonitors: readonly ComponentId[] = ['gtm monitor bigip'];

export const gtmMonitorBigip: Component = {
  id: 'gtm monitor bigip',
  noun: 'monitor',
  help: 'Takes what a device reports over iQuery.',
  naming: { kind: 'foldered' },
  scope: 'gtm',
  inherits: true,
  order: 20,
  stock: [{ name: '/Common/bigip' }],
  properties: [
    ...effective(
      reference('defaults-from', 'gtm monitor bigip', 'Monitor that gives what is not set here.', {
        access: 'create-only',
      }),
      integer('interval', [1, 86_400], 30, 'Time between full reports.', { unit: 'seconds' }),
      integer('timeout', [1, 86_400], 90, 'Down when no report came for so long.', {
        unit: 'seconds',
      }),
      toggle('ignore-down-response', 'disabled', 'Wait for the timeout also after a down report.'),
      description,
    ),
    ...stored(
      endpoint('destination', 'Where the report is asked for.', {
        folder: false,
        wildcards: true,
        default: '*:*',
      }),
      choice(
        'aggregate-dynamic-ratios',
        ['none', 'average-nodes', 'sum-nodes', 'average-members', 'sum-members'],
        'none',
        'How weights of members make that of the virtual server.',
      ),
      applicationService,
    ),
  ],
};
