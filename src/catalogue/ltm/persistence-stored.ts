import type { Component } from '../types.ts';
import {
  address,
  choice,
  effective,
  integer,
  reference,
  stored,
  text,
  uint32,
  yesNo,
} from '../properties.ts';
import {
  entryTimeout,
  matching,
  mirrorRecords,
  passesLimit,
  sharing,
} from './persistence-properties.ts';
import { profile } from './profile.ts';

/** The further kinds; each property says whether it acts or is only kept. */
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
        entryTimeout(180),
      ),
      ...effective(mirrorRecords, ...matching),
      ...stored(
        choice('hash-algorithm', ['default', 'carp'], 'default', 'Algorithm.'),
        passesLimit,
      ),
    ],
    stock: [{ name: '/Common/dest_addr' }],
  }),
  profile({
    name: 'persistence hash',
    noun: 'persistence profile',
    help: 'What a rule or a part of the content says stays with one server.',
    properties: [
      ...effective(
        integer('hash-buffer-limit', [0, uint32], 0, 'Bytes kept to hash.'),
        text('hash-end-pattern', 'Hash up to this pattern.'),
        integer('hash-length', [0, uint32], 0, 'Bytes that are hashed.'),
        integer('hash-offset', [0, uint32], 0, 'Bytes that are skipped.'),
        text('hash-start-pattern', 'Hash from this pattern.'),
        ...matching,
        mirrorRecords,
        entryTimeout(180),
      ),
      ...stored(
        choice('hash-algorithm', ['default', 'carp'], 'default', 'Algorithm.'),
        passesLimit,
        reference('rule', 'ltm rule', 'Rule that names what persists.'),
      ),
    ],
    stock: [{ name: '/Common/hash' }],
  }),
  profile({
    name: 'persistence host',
    noun: 'persistence profile',
    help: 'Requests for one host stay with one server.',
    properties: [
      ...effective(entryTimeout(180), mirrorRecords, ...matching),
      ...stored(passesLimit),
    ],
    stock: [{ name: '/Common/host' }],
  }),
  profile({
    name: 'persistence msrdp',
    noun: 'persistence profile',
    help: 'Remote desktop sessions stay with their server.',
    properties: stored(
      yesNo('has-session-dir', 'yes', 'Does the server farm keep a session directory?'),
      ...sharing,
      mirrorRecords,
      entryTimeout(300),
    ),
    stock: [{ name: '/Common/msrdp' }],
  }),
  profile({
    name: 'persistence sip',
    noun: 'persistence profile',
    help: 'Messages of one call stay with one server.',
    properties: stored(
      ...sharing,
      mirrorRecords,
      text('sip-info', 'Header that persists.'),
      entryTimeout(180),
    ),
    stock: [{ name: '/Common/sip_info' }],
  }),
  profile({
    name: 'persistence ssl',
    noun: 'persistence profile',
    help: 'A TLS session stays with its server.',
    properties: [
      ...effective(entryTimeout(300), mirrorRecords, ...matching),
      ...stored(passesLimit),
    ],
    stock: [{ name: '/Common/ssl' }],
  }),
  profile({
    name: 'persistence universal',
    noun: 'persistence profile',
    help: 'What a rule names stays with one server.',
    properties: stored(
      ...sharing,
      mirrorRecords,
      reference('rule', 'ltm rule', 'Rule that names what persists.'),
      entryTimeout(180),
    ),
    stock: [{ name: '/Common/universal' }],
  }),
];
