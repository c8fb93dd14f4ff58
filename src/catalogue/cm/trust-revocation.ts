import type { Component } from '../types.ts';
import { effective, integer, text } from '../properties.ts';

export const cmTrustRevocation: Component = {
  id: 'cm trust-revocation',
  noun: 'trust revocation',
  help: 'Key of a device that was removed from the trust domain, which never lets it in again. Made by remove-from-trust; not in BIG-IP.',
  naming: { kind: 'foldered' },
  scope: 'trust',
  order: 6,
  checks: ['common-only'],
  properties: effective(
    text('device-name', 'Name that the device had.'),
    text('removed-by', 'Device and user that removed it.'),
    integer(
      'expiration-date',
      [0, 4_294_967_295],
      0,
      'When its certificate expires, seconds of 1970.',
    ),
  ),
};
