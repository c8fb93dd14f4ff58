import type { Component } from '../types.ts';
import {
  address,
  choice,
  effective,
  integer,
  reference,
  stored,
  text,
  toggle,
  uint32,
  yesNo,
} from '../properties.ts';
import { profile } from './profile.ts';

/** Persistence that is kept; connections are balanced as without it. */
export const ltmStoredPersistence: readonly Component[] = [
  profile({
    name: 'persistence dest-addr',
    noun: 'persistence profile',
    help: 'Clients of one destination stay with one server.',
    properties: [
      ...effective(
        address('mask', 'Part of the address that counts; all when not given.', {
          words: ['none'],
          default: 'none',
        }),
        integer('timeout', [0, uint32], 180, 'Entries are forgotten after this.', {
          unit: 'seconds',
          wire: 'string',
          words: ['indefinite'],
        }),
      ),
      ...stored(
        choice('hash-algorithm', ['default', 'carp'], 'default', 'Algorithm.'),
        toggle('match-across-pools', 'disabled', 'Entries count for all pools.'),
        toggle('match-across-services', 'disabled', 'Entries count for all ports of an address.'),
        toggle('match-across-virtuals', 'disabled', 'Entries count for all virtual servers.'),
        toggle('mirror', 'disabled', 'Mirror entries to the next active device.'),
        toggle(
          'override-connection-limit',
          'disabled',
          'Persisted clients pass connection limits.',
        ),
      ),
    ],
    stock: [{ name: '/Common/dest_addr' }],
  }),
  profile({
    name: 'persistence hash',
    noun: 'persistence profile',
    help: 'What a rule or a part of the content says stays with one server.',
    properties: stored(
      choice('hash-algorithm', ['default', 'carp'], 'default', 'Algorithm.'),
      integer('hash-buffer-limit', [0, uint32], 0, 'Bytes kept to hash.'),
      text('hash-end-pattern', 'Hash up to this pattern.'),
      integer('hash-length', [0, uint32], 0, 'Bytes that are hashed.'),
      integer('hash-offset', [0, uint32], 0, 'Bytes that are skipped.'),
      text('hash-start-pattern', 'Hash from this pattern.'),
      toggle('match-across-pools', 'disabled', 'Entries count for all pools.'),
      toggle('match-across-services', 'disabled', 'Entries count for all ports of an address.'),
      toggle('match-across-virtuals', 'disabled', 'Entries count for all virtual servers.'),
      toggle('mirror', 'disabled', 'Mirror entries to the next active device.'),
      toggle('override-connection-limit', 'disabled', 'Persisted clients pass connection limits.'),
      reference('rule', 'ltm rule', 'Rule that names what persists.'),
      integer('timeout', [0, uint32], 180, 'Entries are forgotten after this.', {
        unit: 'seconds',
        wire: 'string',
        words: ['indefinite'],
      }),
    ),
    stock: [{ name: '/Common/hash' }],
  }),
  profile({
    name: 'persistence host',
    noun: 'persistence profile',
    help: 'Requests for one host stay with one server.',
    properties: [
      ...effective(
        integer('timeout', [0, uint32], 180, 'Entries are forgotten after this.', {
          unit: 'seconds',
          wire: 'string',
          words: ['indefinite'],
        }),
      ),
      ...stored(
        toggle('match-across-pools', 'disabled', 'Entries count for all pools.'),
        toggle('match-across-services', 'disabled', 'Entries count for all ports of an address.'),
        toggle('match-across-virtuals', 'disabled', 'Entries count for all virtual servers.'),
        toggle('mirror', 'disabled', 'Mirror entries to the next active device.'),
        toggle(
          'override-connection-limit',
          'disabled',
          'Persisted clients pass connection limits.',
        ),
      ),
    ],
    stock: [{ name: '/Common/host' }],
  }),
  profile({
    name: 'persistence msrdp',
    noun: 'persistence profile',
    help: 'Remote desktop sessions stay with their server.',
    properties: stored(
      yesNo('has-session-dir', 'yes', 'Does the server farm keep a session directory?'),
      toggle('match-across-pools', 'disabled', 'Entries count for all pools.'),
      toggle('match-across-services', 'disabled', 'Entries count for all ports of an address.'),
      toggle('match-across-virtuals', 'disabled', 'Entries count for all virtual servers.'),
      toggle('mirror', 'disabled', 'Mirror entries to the next active device.'),
      toggle('override-connection-limit', 'disabled', 'Persisted clients pass connection limits.'),
      integer('timeout', [0, uint32], 300, 'Entries are forgotten after this.', {
        unit: 'seconds',
        wire: 'string',
        words: ['indefinite'],
      }),
    ),
    stock: [{ name: '/Common/msrdp' }],
  }),
  profile({
    name: 'persistence sip',
    noun: 'persistence profile',
    help: 'Messages of one call stay with one server.',
    properties: stored(
      toggle('match-across-pools', 'disabled', 'Entries count for all pools.'),
      toggle('match-across-services', 'disabled', 'Entries count for all ports of an address.'),
      toggle('match-across-virtuals', 'disabled', 'Entries count for all virtual servers.'),
      toggle('mirror', 'disabled', 'Mirror entries to the next active device.'),
      toggle('override-connection-limit', 'disabled', 'Persisted clients pass connection limits.'),
      text('sip-info', 'Header that persists.'),
      integer('timeout', [0, uint32], 180, 'Entries are forgotten after this.', {
        unit: 'seconds',
        wire: 'string',
        words: ['indefinite'],
      }),
    ),
    stock: [{ name: '/Common/sip_info' }],
  }),
  profile({
    name: 'persistence ssl',
    noun: 'persistence profile',
    help: 'A TLS session stays with its server.',
    properties: [
      ...effective(
        integer('timeout', [0, uint32], 300, 'Entries are forgotten after this.', {
          unit: 'seconds',
          wire: 'string',
          words: ['indefinite'],
        }),
      ),
      ...stored(
        toggle('match-across-pools', 'disabled', 'Entries count for all pools.'),
        toggle('match-across-services', 'disabled', 'Entries count for all ports of an address.'),
        toggle('match-across-virtuals', 'disabled', 'Entries count for all virtual servers.'),
        toggle('mirror', 'disabled', 'Mirror entries to the next active device.'),
        toggle(
          'override-connection-limit',
          'disabled',
          'Persisted clients pass connection limits.',
        ),
      ),
    ],
    stock: [{ name: '/Common/ssl' }],
  }),
  profile({
    name: 'persistence universal',
    noun: 'persistence profile',
    help: 'What a rule names stays with one server.',
    properties: stored(
      toggle('match-across-pools', 'disabled', 'Entries count for all pools.'),
      toggle('match-across-services', 'disabled', 'Entries count for all ports of an address.'),
      toggle('match-across-virtuals', 'disabled', 'Entries count for all virtual servers.'),
      toggle('mirror', 'disabled', 'Mirror entries to the next active device.'),
      toggle('override-connection-limit', 'disabled', 'Persisted clients pass connection limits.'),
      reference('rule', 'ltm rule', 'Rule that names what persists.'),
      integer('timeout', [0, uint32], 180, 'Entries are forgotten after this.', {
        unit: 'seconds',
        wire: 'string',
        words: ['indefinite'],
      }),
    ),
    stock: [{ name: '/Common/universal' }],
  }),
];
