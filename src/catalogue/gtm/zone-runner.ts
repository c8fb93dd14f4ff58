import type { Component } from '../types.ts';
import { description, effective, integer, items, reference, text, texts } from '../properties.ts';

const maximumTtl = 2_147_483_647;

export const gtmZoneRunnerView: Component = {
  id: 'gtm zone-runner view',
  noun: 'ZoneRunner View',
  help: 'A set of zones; queries see one view. Listeners ask "external".',
  naming: { kind: 'plain' },
  scope: 'gtm',
  order: 40,
  stock: [{ name: 'external', properties: { description: 'What listeners answer from.' } }],
  properties: effective(description),
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

export const gtmZoneRunnerZone: Component = {
  id: 'gtm zone-runner zone',
  noun: 'ZoneRunner Zone',
  help: 'A primary zone: NAME. (in view external) or VIEW:NAME., with its records.',
  naming: { kind: 'plain' },
  scope: 'gtm',
  order: 60,
  properties: effective(
    description,
    reference('view', 'gtm zone-runner view', 'The view it belongs to.', { default: 'external' }),
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
    records,
  ),
};
