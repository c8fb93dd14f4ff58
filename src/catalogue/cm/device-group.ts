import type { Component } from '../types.ts';
import {
  choice,
  description,
  effective,
  flags,
  integer,
  items,
  reference,
  stored,
  text,
  texts,
  toggle,
  trueFalse,
  uint32,
} from '../properties.ts';

/** The hidden groups: what scope `trust` and scope `gtm` synchronise in. */
export const trustGroup = '/Common/device_trust_group';
export const gtmGroup = '/Common/gtm';

export const cmDeviceGroup: Component = {
  id: 'cm device-group',
  noun: 'device group',
  help: 'Devices that share configuration, or also fail over to each other.',
  naming: { kind: 'foldered' },
  scope: 'trust',
  order: 7,
  statistics: true,
  checks: ['common-only', 'device-group-members', 'device-group-arbiter'],
  stock: [
    { name: trustGroup, properties: { type: 'sync-only', 'auto-sync': 'enabled', hidden: 'true' } },
    { name: gtmGroup, properties: { type: 'sync-only', hidden: 'true' } },
  ],
  properties: [
    ...effective(
      items('devices', 'Its members.', {
        properties: stored(trueFalse('set-sync-leader', 'false', 'Its configuration wins.')),
        foldered: true,
        nameReference: { to: ['cm device'] },
        subCollection: true,
        noun: 'device',
        ordered: false,
      }),
      choice(
        'type',
        [
          { value: 'sync-only', help: 'Shares configuration.' },
          { value: 'sync-failover', help: 'Shares configuration and traffic groups.' },
        ],
        'sync-only',
        'What the group does.',
        { access: 'create-only' },
      ),
      toggle('auto-sync', 'disabled', 'Send each change at once.'),
      trueFalse('save-on-auto-sync', 'false', 'Members save after an automatic sync.'),
      trueFalse('full-load-on-sync', 'false', 'Send everything each time.'),
      integer(
        'incremental-config-sync-size-max',
        [128, uint32],
        1024,
        'Changes of more than this are synchronised by sending everything.',
        { unit: 'kilobytes' },
      ),
      flags(
        'clear-incremental-config-sync-cache',
        ['clear-incremental-config-sync-cache'],
        undefined,
        'Forget which changes to send: the next sync from this device sends everything.',
        { access: 'write-only' },
      ),
      choice(
        'failover-profile',
        [
          { value: 'compatible', help: "Detection in about 3 s, as BIG-IP's default." },
          { value: 'fast', help: 'Detection in 400 ms.' },
          { value: 'fastest', help: 'Detection in 200 ms.' },
        ],
        'fast',
        'How soon a silent peer is taken over from. Not in BIG-IP.',
      ),
      texts('witness', 'Devices known over iQuery that vote on takeovers. Not in BIG-IP.'),
      choice(
        'arbiter',
        [
          { value: 'none', help: 'The devices and their witnesses vote.' },
          { value: 'etcd', help: 'An etcd cluster votes in place of witnesses.' },
        ],
        'none',
        'Who decides when the devices do not hear each other. Not in BIG-IP.',
      ),
      texts('arbiter-endpoints', 'Of etcd: https://host:2379. Not in BIG-IP.'),
      text('arbiter-prefix', 'Of the keys in etcd. Not in BIG-IP.', { default: '/evenkeel' }),
      reference('arbiter-ca', 'sys file ssl-cert', 'Authority of etcd. Not in BIG-IP.'),
      reference('arbiter-cert', 'sys file ssl-cert', 'Shown to etcd. Not in BIG-IP.'),
      reference('arbiter-key', 'sys file ssl-key', 'Key of that certificate. Not in BIG-IP.'),
      description,
    ),
    ...stored(
      trueFalse('hidden', 'false', 'Is it left out of lists?'),
      toggle('network-failover', 'disabled', 'Heartbeats over the network.'),
      toggle('asm-sync', 'disabled', 'Share application security policies.'),
      // Counts the orders above, so that each is a change that the device's own sync sees.
      integer('incremental-cache-clearings', [0, uint32], undefined, 'Cleared so often.', {
        access: 'write-only',
        scope: 'local',
      }),
    ),
  ],
};
