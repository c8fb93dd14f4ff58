/** Of clouds, and of databases of web sites: kept and shown, nobody asks them here. */
import type { Component } from '../types.ts';
import { choice, integer, items, stored, text, texts, trueFalse, uint32 } from '../properties.ts';
import { foldered, singleton } from '../stored.ts';

const number = (name: string, help: string) => integer(name, [0, uint32], 0, help);

export const sysStoredClouds: readonly Component[] = [
  singleton({
    id: 'sys autoscale-group',
    noun: 'autoscale group',
    help: 'Group of devices that a cloud scales.',
    scope: 'group',
    properties: [text('autoscale-group-id', 'Name of the group in the cloud.')],
  }),
  singleton({
    id: 'sys crypto fips external-hsm',
    noun: 'network HSM',
    help: 'Module that keeps keys.',
    scope: 'local',
    properties: [
      text('num-threads', 'Requests at once.'),
      text('vendor', 'Who made it.'),
      text('password', 'Password of the module.', { secret: true }),
    ],
  }),
  foldered({
    id: 'sys ecm cloud-provider',
    noun: 'cloud provider',
    help: 'Clouds that machines are made in.',
    scope: 'group',
    stock: [
      {
        name: '/Common/aws-ec2',
        properties: {
          description: 'The aws-ec2 parameters',
          'property-template': [
            { name: 'account' },
            { name: 'availability-zone', 'valid-values': ['a', 'b', 'c', 'd'] },
            {
              name: 'instance-type',
              'valid-values': [
                't2.micro',
                't2.small',
                't2.medium',
                'm3.medium',
                'm3.large',
                'm3.xlarge',
                'm3.2xlarge',
                'c3.large',
                'c3.xlarge',
                'c3.2xlarge',
                'c3.4xlarge',
                'c3.8xlarge',
                'r3.large',
                'r3.xlarge',
                'r3.2xlarge',
                'r3.4xlarge',
                'r3.8xlarge',
              ],
            },
            {
              name: 'region',
              'valid-values': [
                'us-east-1',
                'us-west-1',
                'us-west-2',
                'sa-east-1',
                'eu-west-1',
                'eu-central-1',
                'ap-southeast-2',
                'ap-southeast-1',
                'ap-northeast-1',
              ],
            },
          ],
        },
      },
      {
        name: '/Common/dnet',
        properties: {
          description: 'The dnet parameters',
        },
      },
      {
        name: '/Common/vsphere',
        properties: {
          description: 'The vsphere parameters',
          'property-template': [
            { name: 'cloud-host-ip' },
            { name: 'dhcp-network-name' },
            { name: 'end-point-url' },
            { name: 'node-name' },
          ],
        },
      },
    ],
    properties: [
      items('property-template', 'What is asked of who makes a machine.', {
        properties: stored(texts('valid-values', 'What may be answered; none: anything.')),
        foldered: false,
        subCollection: false,
        noun: 'property template',
        ordered: false,
      }),
    ],
  }),
  foldered({
    id: 'sys url-db download-schedule',
    noun: 'download schedule',
    help: 'Downloads of categories of URLs.',
    scope: 'group',
    stock: [{ name: '/Common/urldb' }],
    properties: [
      trueFalse('download-now', 'false', 'At once.'),
      text('end-time', 'End of the time for downloads.', { default: '3:00' }),
      text('start-time', 'Start of the time for downloads.', { default: '1:00' }),
      trueFalse('status', 'true', 'Is it followed?'),
      trueFalse('use-proxy', 'false', 'Through a proxy.'),
    ],
  }),
  foldered({
    id: 'sys url-db url-category',
    noun: 'URL category',
    help: 'Categories of URLs.',
    scope: 'group',
    stock: [
      {
        name: '/Common/Uncategorized',
        properties: {
          'cat-id': 25_573,
          'cat-number': 153,
          'default-action': 'block',
          description: 'Sites not categorized in the Master Database.',
          'display-name': 'Uncategorized',
          'f5-id': 16_449,
          'parent-cat-number': 146,
        },
      },
      {
        name: '/Common/User-Defined',
        properties: {
          'cat-number': 64,
          description: 'User-defined category',
          'display-name': 'User-Defined',
          'f5-id': 16_513,
        },
      },
    ],
    properties: [
      number('cat-id', 'Number in the database.'),
      number('cat-number', 'Number here.'),
      choice('default-action', ['allow', 'block', 'confirm'], 'allow', 'What filters begin with.'),
      text('display-name', 'Name as people read it.'),
      number('f5-id', 'Number at F5.'),
      trueFalse('is-custom', 'false', 'Did somebody make it?'),
      trueFalse('is-recategory', 'false', 'Does it move URLs from others?'),
      number('parent-cat-number', 'Category that it is in.'),
      number('severity-level', 'How bad it is.'),
    ],
  }),
];
