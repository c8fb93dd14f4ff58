import type { Component } from '../types.ts';
import {
  description,
  effective,
  integer,
  items,
  list,
  stored,
  text,
  texts,
} from '../properties.ts';
import { ntpRestrictions } from './stored-services.ts';

export const sysDns: Component = {
  id: 'sys dns',
  noun: 'dns',
  help: 'Name servers that the device asks; acts on a host that the device owns (ownsHost).',
  naming: { kind: 'singleton' },
  scope: 'group',
  order: 3,
  properties: effective(
    list('name-servers', { kind: 'address' }, 'Addresses of name servers.', { ordered: true }),
    texts('search', 'Domains tried after short names.', { default: ['localhost'] }),
    integer('number-of-dots', [0, 15], 0, 'Names with so many dots are tried first.'),
    description,
  ),
};

export const sysNtp: Component = {
  id: 'sys ntp',
  noun: 'ntp',
  help: 'Time servers that the device asks; acts on a host that the device owns (ownsHost).',
  naming: { kind: 'singleton' },
  scope: 'group',
  order: 3,
  properties: [
    ...effective(
      text('timezone', 'Time zone.', { default: 'UTC' }),
      texts('servers', 'Time servers.'),
    ),
    ...stored(
      items('restrict', 'Who may ask this device for the time.', {
        properties: ntpRestrictions,
        foldered: false,
        subCollection: true,
        noun: 'NTP restriction',
        ordered: false,
      }),
      description,
    ),
  ],
};
