import type { Component } from '../types.ts';
import { blob, description, effective, text } from '../properties.ts';

export const cmIqueryTrust: Component = {
  id: 'cm iquery-trust',
  noun: 'iQuery trust',
  help: 'Authority of another trust domain whose devices may ask for health. Made by bigip-add; not in BIG-IP.',
  naming: { kind: 'foldered' },
  scope: 'trust',
  order: 6,
  checks: ['common-only'],
  properties: effective(
    blob('ca-certificate', 'Certificate of the authority, PEM.', { required: true }),
    text('added-by', 'Device and user that exchanged it.'),
    description,
  ),
};
