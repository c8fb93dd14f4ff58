import type { Component } from '../types.ts';
import {
  blob,
  description,
  effective,
  integer,
  reference,
  references,
  stored,
  text,
  texts,
  uint32,
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
  actions: [
    { command: 'delete', help: 'Leave the trust domain and found one of its own.', parameters: [] },
  ],
  properties: [
    ...effective(
      references('ca-devices', 'cm device', 'Members that may add others.'),
      references('non-ca-devices', 'cm device', 'Members that cannot add others.'),
      blob('ca-cert', 'Certificate of the authority, PEM.'),
      blob(
        'ca-cert-bundle',
        'Certificates of the authority, of former ones that still count, and what leads from them to it; PEM.',
      ),
      // Not shared: it goes to certificate authority devices only (cluster/trust/authority-key).
      blob('ca-key', 'Key of the authority, PEM.', { secret: true, scope: 'local' }),
      blob('heartbeat-key', 'Key that signs heartbeats, base64. Not in BIG-IP.', { secret: true }),
      texts(
        'answered-revocations',
        'Keys of removed devices that the maker of the authority knew of: any other asks for a new one. Not in BIG-IP.',
      ),
      texts(
        'heartbeat-answered-revocations',
        'Keys of removed devices that have not got the heartbeat key: any other asks for a new one. Not in BIG-IP.',
      ),
      integer(
        'heartbeat-key-date',
        [0, uint32],
        undefined,
        'When the heartbeat key was made, seconds since 1970; absent for the first one. Not in BIG-IP.',
      ),
      text('guid', 'Identity of the domain.'),
      text('status', 'standalone or connected.', { access: 'read-only', runtime: true }),
      description,
    ),
    ...stored(
      reference('trust-group', 'cm device-group', 'Group that shares the trust.'),
      text('md5sum', 'Checksum of the certificate.', { access: 'read-only', runtime: true }),
    ),
  ],
};
