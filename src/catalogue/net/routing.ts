/** What routing protocols let in and out: kept, the BGP engine follows `net routing bgp` only. */
import type { Component, StockObject } from '../types.ts';
import type { Draft } from '../properties.ts';
import {
  choice,
  description,
  integer,
  items,
  prefix,
  reference,
  stored,
  struct,
  text,
  texts,
  uint32,
} from '../properties.ts';
import { foldered } from '../stored.ts';

function routing(
  name: string,
  noun: string,
  help: string,
  properties: readonly Draft[],
  order = 44,
  stock: readonly StockObject[] = [],
): Component {
  return foldered({
    id: `net routing ${name}`,
    noun,
    help,
    scope: 'local',
    order,
    stock,
    properties,
  });
}

const action: Draft = choice('action', ['permit', 'deny'], 'permit', 'Is it let through?');

/** Entries are numbered; the lowest that matches decides. */
const entries = (...properties: readonly Draft[]): Draft =>
  items('entries', 'Entries by number; the first that matches decides.', {
    properties: stored(action, ...properties),
    foldered: false,
    subCollection: false,
    noun: 'entry',
    ordered: false,
  });

const routeDomain: Draft = reference('route-domain', 'net route-domain', 'Route domain.');

const matches: Draft = struct(
  'match',
  'Routes that it is for.',
  stored(
    reference('as-path', 'net routing as-path', 'Way that they came.'),
    struct(
      'ipv4',
      'IPv4 routes.',
      stored(
        struct(
          'address',
          'Where they lead.',
          stored(
            reference('access-list', 'net routing access-list', 'By access list.'),
            reference('prefix-list', 'net routing prefix-list', 'By prefix list.'),
          ),
        ),
      ),
    ),
  ),
);

const sets: Draft = struct(
  'set',
  'What is changed.',
  stored(
    integer('local-preference', [0, uint32], undefined, 'Preference here.'),
    integer('metric', [0, uint32], undefined, 'Metric.'),
    choice('origin', ['egp', 'igp', 'incomplete'], undefined, 'Origin.'),
    integer('weight', [0, uint32], undefined, 'Weight.'),
  ),
);

export const netRouting: readonly Component[] = [
  routing('access-list', 'Routing Access List', 'Networks, by source and destination.', [
    routeDomain,
    entries(
      prefix('destination', 'Destination.'),
      prefix('source', 'Source.'),
      choice('exact-match', ['enabled', 'disabled'], 'disabled', 'Only this very network.'),
    ),
  ]),
  routing('as-path', 'AS Path List', 'Ways that routes came.', [
    entries(text('regex', 'Regular expression.')),
  ]),
  routing('bfd', 'BFD', 'Finds lost neighbours (RFC 5880).', [
    routeDomain,
    texts('interface', 'Interfaces.'),
    texts('neighbors', 'Neighbours.'),
  ]),
  routing('community-list', 'Community List', 'Communities of routes.', [
    entries(text('community', 'Communities.'), text('regex', 'Regular expression.')),
  ]),
  routing('debug', 'Routing Debug', 'What the routing protocols log.', [
    routeDomain,
    texts('bgp', 'Of BGP.'),
    texts('bfd', 'Of BFD.'),
  ]),
  routing('extcommunity-list', 'Extended Community List', 'Extended communities of routes.', [
    entries(text('community', 'Communities.'), text('regex', 'Regular expression.')),
  ]),
  routing('prefix-list', 'Prefix List', 'Networks by length.', [
    routeDomain,
    entries(prefix('prefix', 'The network.'), text('prefix-len-range', 'Lengths: "24" or "8:24".')),
  ]),
  routing(
    'profile bgp',
    'BGP Profile',
    'What BGP processes have in common.',
    [
      integer('hold-time', [0, 65_535], 90, 'Life of a silent neighbour.', { unit: 'seconds' }),
      integer('keep-alive', [0, 65_535], 30, 'Time between signs of life.', { unit: 'seconds' }),
    ],
    43,
    [{ name: '/Common/bgp' }],
  ),
  routing(
    'route-map',
    'Route Map',
    'Routes that are let through and changed.',
    [routeDomain, entries(description, matches, sets)],
    45,
  ),
];
