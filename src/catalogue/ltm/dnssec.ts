/** DNSSEC (RFC 4033): zones whose answers are signed as they are asked, and the keys. */
import type { Component } from '../types.ts';
import {
  choice,
  effective,
  enabledFlag,
  integer,
  items,
  references,
  text,
  uint32,
} from '../properties.ts';
import { foldered, singleton } from '../stored.ts';

const seconds = { unit: 'seconds' } as const;

/** BIG-IP shows them as generations too; made by the device, and kept where every member has them. */
const generation = items(
  'generations',
  'Generations of the key: made by the device, the newest signs when every cache knows it.',
  {
    noun: 'DNSSEC Key Generation',
    foldered: false,
    subCollection: true,
    ordered: false,
    properties: effective(
      integer('created', [0, uint32], 0, 'When it was made, in seconds of 1970.'),
      text('dnskey', 'Data of its DNSKEY record, base64.'),
      text('private-key', 'PKCS #8, base64.', { secret: true }),
    ),
  },
  // Not BIG-IP's `generation`: REST has that of every object already, and counts changes by it.
  { operatorState: true },
);

const key = foldered({
  id: 'ltm dns dnssec key',
  noun: 'DNSSEC Key',
  help: 'A key that signs zones, in generations that follow each other.',
  scope: 'gtm',
  order: 15,
  stock: [],
  acting: [
    generation,
    choice(
      'algorithm',
      ['rsasha1', 'rsasha256', 'rsasha512', 'ecdsap256sha256', 'ecdsap384sha384'],
      'rsasha256',
      'How it signs.',
    ),
    integer('bit-width', [512, 4096], 2048, 'Bits of the key.'),
    enabledFlag('Does it sign?'),
    integer('expiration-period', [0, uint32], 0, 'Life of a generation; 0: for ever.', seconds),
    choice('key-type', ['zsk', 'ksk'], 'zsk', 'Signs the zone, or the keys.'),
    integer('rollover-period', [0, uint32], 0, 'Time between generations; 0: none.', seconds),
    integer('signature-pub-period', [0, uint32], 403_200, 'Time between signatures.', seconds),
    integer('signature-valid-period', [0, uint32], 604_800, 'Life of a signature.', seconds),
    integer('ttl', [0, uint32], 86_400, 'Life of the key in caches.', seconds),
  ],
  properties: [
    choice('use-fips', ['none', 'internal', 'external'], 'none', 'Hardware that keeps it.'),
  ],
});

const signedZone = foldered({
  id: 'ltm dns dnssec zone',
  noun: 'DNSSEC Zone',
  help: 'A zone whose answers are signed as they are asked, by its name: /Common/example.com.',
  scope: 'gtm',
  order: 16,
  stock: [],
  properties: [],
  acting: [
    choice('ds-algorithm', ['sha1', 'sha256'], 'sha256', 'Hash that the parent zone publishes.'),
    enabledFlag('Is it signed?'),
    references('keys', 'ltm dns dnssec key', 'Keys that sign it.'),
  ],
});

/** `show` has its keys and the DS records for the parent zone. */
const zone: Component = { ...signedZone, statistics: true };

const cacheSettings = singleton({
  id: 'ltm dns cache global-settings',
  noun: 'DNS cache settings',
  help: 'Limits of all caches.',
  scope: 'group',
  properties: [
    integer('cache-maximum-ttl', [0, uint32], 0, 'Longest life; 0: as the record says.', seconds),
    integer('cache-minimum-ttl', [0, uint32], 0, 'Shortest life.', seconds),
    integer('negative-cache-maximum-ttl', [0, uint32], 3600, 'Longest life of a no.', seconds),
  ],
});

export const ltmDnssec: readonly Component[] = [cacheSettings, key, zone];
