import type { Component } from '../types.ts';
import { integer, stored, toggle, uint32 } from '../properties.ts';
import { profile } from './profile.ts';

/** New in 16.1, with the defaults of its tmsh reference: kept, no virtual server speaks QUIC yet. */
export const ltmQuicProfiles: readonly Component[] = [
  profile({
    name: 'profile http3',
    noun: 'HTTP/3 Profile',
    help: 'HTTP/3 towards clients (RFC 9114).',
    properties: stored(
      integer('header-table-size', [0, uint32], 4096, 'Table of headers.', { unit: 'bytes' }),
    ),
    stock: [{ name: '/Common/http3' }],
  }),
  profile({
    name: 'profile quic',
    noun: 'QUIC Profile',
    help: 'QUIC towards clients (RFC 9000).',
    properties: stored(
      integer('bidi-concurrent-streams-per-connection', [0, uint32], 10, 'Streams of both sides.'),
      toggle('endpoint-pmtud', 'enabled', 'Learn the MTU of the path.'),
      toggle('spin-bit', 'enabled', 'Let the network measure round trips.'),
      integer('uni-concurrent-streams-per-connection', [0, uint32], 10, 'Streams of one side.'),
    ),
    stock: [{ name: '/Common/quic' }],
  }),
];
