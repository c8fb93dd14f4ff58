import type { Component, Property } from '../types.ts';
import type { Draft } from '../properties.ts';
import { effective, flags, integer, reference, stored, text } from '../properties.ts';

function command(name: string, help: string, parameters: readonly Property[]): Component {
  return {
    id: `cm ${name}`,
    noun: name,
    help,
    naming: { kind: 'singleton' },
    scope: 'local',
    stateOnly: true,
    properties: [],
    actions: [{ command: 'run', help, parameters }],
  };
}

const domain: Draft = text('name', 'Trust domain; Root.');
const authority: Draft = flags(
  'ca-device',
  ['ca-device', 'non-ca-device'],
  'ca-device',
  'May the device add others?',
);

export const cmAddToTrust = command('add-to-trust', 'Takes a device into the trust domain.', [
  ...effective(
    domain,
    authority,
    text('device', 'Address of the device.', { required: true }),
    text('device-name', 'Its full name.'),
    text('username', 'An administrator there.'),
    text('password', 'Password of the administrator.', { secret: true }),
    integer('port', [1, 65_535], 443, 'Port of its REST interface.', { rest: 'devicePort' }),
    text('sha1-fingerprint', 'Fingerprint its certificate must have.'),
    text('sha256-fingerprint', 'Fingerprint its certificate must have.'),
  ),
]);

export const cmRemoveFromTrust = command(
  'remove-from-trust',
  'Puts a device out of the trust domain.',
  [
    ...effective(
      domain,
      authority,
      text('device-name', 'Full name of the device.', { required: true }),
    ),
    // As Ansible sends them: who leaves is not asked.
    ...stored(
      text('device', 'Address of the device.'),
      text('username', 'Name of a user there.'),
      text('password', 'Password of that user.', { secret: true }),
    ),
  ],
);

export const cmConfigSync = command('config-sync', 'Synchronises a device group by hand.', [
  ...effective(
    reference('to-group', 'cm device-group', 'Group that gets our configuration.'),
    reference('from-group', 'cm device-group', 'Group whose newest configuration we take.'),
    flags('force-full-load-push', ['force-full-load-push'], undefined, 'Overwrite newer members.'),
    reference('recover-sync', 'cm device-group', 'Group whose state is built anew.'),
  ),
]);

function state(name: string, noun: string, help: string): Component {
  return {
    id: `cm ${name}`,
    noun,
    help,
    naming: { kind: 'singleton' },
    scope: 'local',
    stateOnly: true,
    statistics: true,
    properties: [],
  };
}

export const cmSyncStatus = state('sync-status', 'sync status', 'Is the configuration in sync?');
export const cmFailoverStatus = state(
  'failover-status',
  'failover status',
  'Who is active, and why?',
);
