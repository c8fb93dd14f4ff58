/** Carrier-grade translation of addresses: kept, no client is translated by it yet. */
import type { Component } from '../types.ts';
import type { Draft } from '../properties.ts';
import {
  choice,
  flags,
  integer,
  list,
  reference,
  references,
  stored,
  struct,
  text,
  toggle,
  uint32,
} from '../properties.ts';
import { foldered } from '../stored.ts';

const seconds = (name: string, preset: number, help: string): Draft =>
  integer(name, [0, uint32], preset, help, { unit: 'seconds' });

const lsnPool = foldered({
  id: 'ltm lsn-pool',
  noun: 'LSN Pool',
  help: 'Addresses that many clients share.',
  scope: 'group',
  order: 40,
  stock: [],
  properties: [
    list('backup-members', { kind: 'prefix' }, 'Networks for when the members are used up.'),
    integer('client-connection-limit', [0, uint32], 0, 'Connections of a client; 0: any.'),
    references(
      'egress-interfaces',
      ['net vlan', 'net tunnels tunnel'],
      'Networks that egress-interfaces-enabled speaks of.',
    ),
    flags(
      'egress-interfaces-enabled',
      ['egress-interfaces-disabled', 'egress-interfaces-enabled'],
      'egress-interfaces-disabled',
      'Only towards the networks listed, or towards all others.',
    ),
    toggle('hairpin-mode', 'disabled', 'Clients reach each other by their shared addresses.'),
    toggle('icmp-echo', 'disabled', 'Answer pings.'),
    choice(
      'inbound-connections',
      ['disabled', 'explicit', 'automatic'],
      'disabled',
      'Others may connect.',
    ),
    reference('log-profile', 'ltm lsn-log-profile', 'What is logged.'),
    reference('log-publisher', 'sys log-config publisher', 'Where it is logged.'),
    list('members', { kind: 'prefix' }, 'Networks of the addresses.'),
    choice('mode', ['napt', 'deterministic', 'pba'], 'napt', 'How ports are given out.'),
    struct(
      'pcp',
      'Clients that ask for ports (RFC 6887).',
      stored(
        text('profile', 'Profile.'),
        text('selfip', 'Self IP that is asked.'),
        text('dslite', 'Tunnel that it is asked through.'),
      ),
    ),
    struct(
      'persistence',
      'Clients keep their address.',
      stored(
        choice('mode', ['none', 'address', 'address-port'], 'none', 'What they keep.'),
        seconds('timeout', 300, 'How long.'),
      ),
    ),
    struct(
      'port-block-allocation',
      'Ports are given out in blocks.',
      stored(
        seconds('block-idle-timeout', 3600, 'Life of an unused block.'),
        seconds('block-lifetime', 0, 'Life of a block; 0: any.'),
        integer('block-size', [1, 65_535], 64, 'Ports of a block.'),
        integer('client-block-limit', [0, 65_535], 1, 'Blocks of a client.'),
        seconds('zombie-timeout', 0, 'Life of connections of a block that ended.'),
      ),
    ),
    toggle('route-advertisement', 'disabled', 'Tell routers of the addresses.'),
    text('translation-port-range', 'Ports.', { default: '1025-65535' }),
  ],
});

const logged = (name: string, help: string, preset: string): Draft =>
  struct(
    name,
    help,
    stored(
      choice('action', ['backup-allocation-only', 'disabled', 'enabled'], preset, 'Is it logged?'),
      text('elements', 'What else is in it.'),
    ),
  );

const lsnLogProfile = foldered({
  id: 'ltm lsn-log-profile',
  noun: 'LSN Log Profile',
  help: 'What is logged of translated connections.',
  scope: 'group',
  order: 21,
  stock: [{ name: '/Common/lsn_log_profile' }],
  properties: [
    toggle('csv-format', 'disabled', 'Comma separated.'),
    logged('end-inbound-session', 'Ends of connections from outside.', 'enabled'),
    logged('end-outbound-session', 'Ends of connections of clients.', 'enabled'),
    logged('errors', 'Faults.', 'enabled'),
    logged('quota-exceeded', 'Clients at their limit.', 'enabled'),
    logged('start-inbound-session', 'Connections from outside.', 'enabled'),
    logged('start-outbound-session', 'Connections of clients.', 'enabled'),
    toggle('subscriber-id', 'disabled', 'Name the subscriber.'),
  ],
});

const algLogProfile = foldered({
  id: 'ltm alg-log-profile',
  noun: 'ALG Log Profile',
  help: 'What is logged of protocols that open connections of their own.',
  scope: 'group',
  order: 21,
  stock: [{ name: '/Common/alg_log_profile' }],
  properties: [
    toggle('csv-format', 'disabled', 'Comma separated.'),
    logged('end-control-channel', 'Ends of control connections.', 'enabled'),
    logged('end-data-channel', 'Ends of data connections.', 'enabled'),
    logged('inbound-transaction', 'Questions from outside.', 'disabled'),
    logged('start-control-channel', 'Control connections.', 'disabled'),
    logged('start-data-channel', 'Data connections.', 'disabled'),
  ],
});

export const ltmLsn: readonly Component[] = [algLogProfile, lsnLogProfile, lsnPool];
