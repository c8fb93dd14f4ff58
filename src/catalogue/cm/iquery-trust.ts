import type { Component } from '../types.ts';
import { blob, description, effective, items, text } from '../properties.ts';

export const cmIqueryTrust: Component = {
  id: 'cm iquery-trust',
  noun: 'iQuery trust',
  help: 'Another trust domain whose devices may ask for health; its name is the guid. Made by bigip-add; not in BIG-IP.',
  naming: { kind: 'foldered' },
  scope: 'trust',
  order: 6,
  checks: ['common-only'],
  properties: effective(
    blob('ca-certificate', 'Certificates of its authority, PEM; two while it changes.', {
      required: true,
    }),
    items('devices', 'Its devices, as it last told.', {
      properties: effective(text('key-fingerprint', 'SHA-256 of its key, hexadecimal.')),
      foldered: false,
      subCollection: false,
      noun: 'device',
      ordered: false,
    }),
    text('news-time', 'When that became so there.'),
    text('added-by', 'Device and user that exchanged it.'),
    description,
  ),
};
