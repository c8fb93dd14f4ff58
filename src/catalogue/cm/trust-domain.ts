import type { Component } from '../types.ts';
import {
  blob,
  description,
  effective,
  reference,
  references,
  stored,
  text,
} from '../properties.ts';
import { trustGroup } from './device-group.ts';

export const cmTrustDomain: Component = {
  id: 'cm trust-domain',
  noun: 'trust domain',
  help: 'The devices that trust each other, and the authority that signs their certificates.',
  naming: { kind: 'foldered' },
  scope: 'trust',
  order: 6,
  checks: ['common-only'],
  stock: [{ name: '/Common/Root', properties: { 'trust-group': trustGroup } }],
  properties: [
    ...effective(
      references('ca-devices', 'cm device', 'Members.'),
      blob('ca-cert', 'Certificate of the authority, PEM.'),
      blob('ca-key', 'Key of the authority, PEM.', { secret: true }),
      blob('heartbeat-key', 'Key that signs heartbeats, base64. Not in BIG-IP.', { secret: true }),
      text('status', 'standalone or connected.', { access: 'read-only', runtime: true }),
      description,
    ),
    ...stored(
      reference('trust-group', 'cm device-group', 'Group that shares the trust.'),
      blob('ca-cert-bundle', 'Certificates of former authorities, PEM.'),
      text('guid', 'Identity of the domain.'),
      text('md5sum', 'Checksum of the certificate.', { access: 'read-only', runtime: true }),
      references('non-ca-devices', 'cm device', 'Members that cannot add others.'),
    ),
  ],
};
