import type { Component } from '../types.ts';
import { blob, effective, stored } from '../properties.ts';
import { generate, verificationStatus } from '../signing.ts';

export const gtmRule: Component = {
  id: 'gtm rule',
  noun: 'iRule',
  help: 'A Tcl script for questions to wide IPs.',
  naming: { kind: 'foldered' },
  scope: 'gtm',
  order: 50,
  actions: [generate],
  checks: ['unknown-events'],
  properties: [
    ...stored(blob('api-anonymous', 'The script.', { required: true })),
    ...effective({ ...verificationStatus, raw: true, listed: true }),
  ],
};
