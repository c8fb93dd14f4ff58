import type { Component } from '../types.ts';
import {
  choice,
  description,
  effective,
  integer,
  items,
  list,
  reference,
  references,
  stored,
  text,
  texts,
  uint32,
  yesNo,
} from '../properties.ts';

const maximumTtl = 2_147_483_647;

export const gtmZoneRunnerView: Component = {
  id: 'gtm zone-runner view',
  noun: 'ZoneRunner View',
  help: 'A set of zones; a query sees one view: the first that matches its client, else "external".',
  naming: { kind: 'plain' },
  scope: 'gtm',
  order: 40,
  stock: [{ name: 'external', properties: { description: 'What listeners answer from.' } }],
  properties: effective(
    description,
    list('match-clients', { kind: 'prefix' }, 'Clients whose queries see this view.'),
    integer('view-order', [0, 65_535], 0, 'Views with a lower number are looked at first.'),
  ),
};

export const gtmZoneRunnerTsigKey: Component = {
  id: 'gtm zone-runner tsig-key',
  noun: 'ZoneRunner TSIG Key',
  help: 'A secret shared with other name servers, by which transfers and their NOTIFYs are signed.',
  naming: { kind: 'plain' },
  scope: 'gtm',
  order: 40,
  properties: effective(
    description,
    choice(
      'algorithm',
      ['hmac-sha256', 'hmac-sha384', 'hmac-sha512', 'hmac-sha1', 'hmac-md5'],
      'hmac-sha256',
      'How messages are signed.',
    ),
    text('secret', 'The secret in base64, as the other server has it.', { secret: true }),
  ),
};

const records = items('records', 'Record sets, each named OWNER:TYPE (www.example.com.:A).', {
  properties: effective(
    integer('ttl', [0, maximumTtl], undefined, "Time to live; the zone's when absent.", {
      unit: 'seconds',
    }),
    texts('data', 'The records, one text each, as in a zone file: "10 mail.example.com."', {
      required: true,
    }),
    description,
  ),
  foldered: false,
  subCollection: true,
  noun: 'Resource Record',
  ordered: false,
});

export const gtmZoneRunnerDnssecKey: Component = {
  id: 'gtm zone-runner dnssec-key',
  noun: 'ZoneRunner DNSSEC Key',
  help: 'The key of a signed zone, by the name of the zone; made with the first dnssec-policy.',
  naming: { kind: 'plain' },
  scope: 'gtm',
  order: 70,
  properties: [
    ...effective(
      description,
      integer('key-tag', [0, 65_535], undefined, 'As in the DS of the parent zone.'),
      text('public-file', "BIND's .key file in base64."),
      text('private-file', "BIND's .private file in base64.", { secret: true }),
      text('state-file', "BIND's .state file in base64."),
    ),
    ...stored(
      text('ds', 'The DS record for the parent zone: key tag, algorithm, digest type, digest.'),
    ),
  ],
};

/** What kind of zone it is, and whom it is shared with. */
const kindProperties = [
  choice(
    'type',
    [
      { value: 'primary', help: 'Its records are here.', aliases: ['master'] },
      { value: 'secondary', help: 'Transferred from its primaries.', aliases: ['slave'] },
      { value: 'stub', help: 'Only its name servers are known; its names are asked of them.' },
      { value: 'forward', help: 'Its names are asked of the forwarders.' },
      { value: 'hint', help: 'The root servers: the zone ".".' },
    ],
    'primary',
    'What is known of it here.',
  ),
  list('primaries', { kind: 'address' }, 'Servers that a secondary or stub zone is taken from.', {
    ordered: true,
  }),
  integer('primary-port', [1, 65_535], 53, 'Port of the primaries.'),
  reference('tsig-key', 'gtm zone-runner tsig-key', 'Signs what is asked of the primaries.'),
  list('allow-notify', { kind: 'address' }, 'Who may say that it changed, beside the primaries.'),
  list('forwarders', { kind: 'address' }, 'Servers that a forward zone is asked of.', {
    ordered: true,
  }),
  integer('forwarder-port', [1, 65_535], 53, 'Port of the forwarders.'),
  choice('forward', ['only', 'first'], 'only', 'When no forwarder answers: nobody, or the zone.'),
  list('transfer-clients', { kind: 'prefix' }, 'Who may transfer it without a signature.'),
  references('transfer-keys', 'gtm zone-runner tsig-key', 'Who signs with one may transfer it.'),
  references(
    'update-keys',
    'gtm zone-runner tsig-key',
    'Who signs with one may change records of a primary zone (RFC 2136).',
  ),
  list('also-notify', { kind: 'address' }, 'Servers that are told when it changes.'),
  integer('notify-port', [1, 65_535], 53, 'Port of the servers that are told.'),
  reference('notify-key', 'gtm zone-runner tsig-key', 'Signs what they are told.'),
];

export const gtmZoneRunnerZone: Component = {
  id: 'gtm zone-runner zone',
  noun: 'ZoneRunner Zone',
  help: 'A zone: NAME. (in view external) or VIEW:NAME., with its records when it is primary.',
  naming: { kind: 'plain' },
  scope: 'gtm',
  order: 60,
  properties: effective(
    description,
    reference('view', 'gtm zone-runner view', 'The view it belongs to.', { default: 'external' }),
    ...kindProperties,
    integer('ttl', [0, maximumTtl], 3600, 'Time to live of records that have none of their own.', {
      unit: 'seconds',
    }),
    text('primary-server', "SOA's first field, with its dot; the first name server when absent."),
    text('admin-email', "SOA's second field as a mail address; hostmaster@ZONE when absent."),
    integer('refresh', [1, maximumTtl], 10_800, 'SOA refresh.', { unit: 'seconds' }),
    integer('retry', [1, maximumTtl], 3600, 'SOA retry.', { unit: 'seconds' }),
    integer('expire', [1, maximumTtl], 604_800, 'SOA expire.', { unit: 'seconds' }),
    integer('negative-ttl', [0, maximumTtl], 300, 'How long "no such name" may be kept.', {
      unit: 'seconds',
    }),
    yesNo('sync-ptrs', 'no', 'Keep PTR records of its addresses in the reverse zones of its view.'),
    integer(
      'serial-offset',
      [0, uint32],
      0,
      'Added to the serial that a commit gives, modulo 2^32.',
    ),
    choice(
      'dnssec-policy',
      ['none', 'default', 'nsec3'],
      'none',
      "How a primary zone is signed: BIND's default policy, or the same with NSEC3.",
    ),
    records,
  ),
};
