import type { Component } from '../types.ts';
import { blob, stored } from '../properties.ts';

export const gtmRule: Component = {
  id: 'gtm rule',
  noun: 'iRule',
  help: 'A Tcl script for questions to wide IPs.',
  naming: { kind: 'foldered' },
  scope: 'gtm',
  order: 50,
  checks: ['unknown-events'],
  properties: stored(blob('api-anonymous', 'The script.', { required: true })),
};
