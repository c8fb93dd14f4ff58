import { runCommand } from '../command.ts';
import type { Component } from '../types.ts';
import type { Draft } from '../properties.ts';
import {
  choice,
  effective,
  flags,
  integer,
  items,
  reference,
  stored,
  text,
} from '../properties.ts';

const domain: Draft = text('name', 'Trust domain; Root.');
const authority: Draft = flags(
  'ca-device',
  ['ca-device', 'non-ca-device'],
  'ca-device',
  'May the device add others?',
);

const pins: readonly Draft[] = [
  text('sha1-fingerprint', 'Fingerprint its certificate must have.'),
  text('sha256-fingerprint', 'Fingerprint its certificate must have.'),
  text('md5-fingerprint', 'Fingerprint its certificate must have.'),
  text('serial', 'Serial number its certificate must have, hexadecimal.'),
];

export const cmAddToTrust = runCommand(
  'cm',
  'add-to-trust',
  'Takes a device into the trust domain.',
  [
    ...effective(
      domain,
      authority,
      text('device', 'Address of the device.', { required: true }),
      text('device-name', 'Its full name.'),
      text('username', 'An administrator there.'),
      text('password', 'Password of the administrator.', { secret: true }),
      integer('port', [1, 65_535], 443, 'Port of its REST interface.', { rest: 'devicePort' }),
      ...pins,
    ),
  ],
);

/** What the GUI of BIG-IP asks first: who is there, before anything is trusted. */
export const cmDeviceInformation = runCommand(
  'cm',
  'device-information',
  'Retrieves the fingerprints of a remote device, and with a password what would stand in the way of adding it. Not in BIG-IP.',
  effective(
    text('device', 'Address of the device.', { required: true }),
    text('username', 'An administrator there.'),
    text('password', 'Password of the administrator.', { secret: true }),
    integer('port', [1, 65_535], 443, 'Port of its REST interface.', { rest: 'devicePort' }),
    ...pins,
  ),
);

export const cmRotateCertificates = runCommand(
  'cm',
  'rotate-certificates',
  'Renews certificates of the trust domain now; they are renewed by themselves long before they expire. Not in BIG-IP.',
  effective(
    domain,
    flags(
      'part',
      ['devices', 'authority', 'heartbeat'],
      'devices',
      "The devices' certificates, the authority and with it all of them, or the key that signs heartbeats?",
    ),
  ),
);

export const cmRemoveFromTrust = runCommand(
  'cm',
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

const side: Draft = choice(
  'take',
  [
    { value: 'mine', help: 'As this device has it.' },
    { value: 'theirs', help: 'As the other device has it.' },
    { value: 'base', help: 'As it was before both changed it.' },
  ],
  undefined,
  'Whom to follow.',
  { required: true },
);

/** `merge` and what belongs to it are not in BIG-IP: there one device's changes are always lost. */
export const cmConfigSync = runCommand(
  'cm',
  'config-sync',
  'Synchronises a device group by hand.',
  effective(
    reference('to-group', 'cm device-group', 'Group that gets our configuration.'),
    reference('from-group', 'cm device-group', 'Group whose newest configuration we take.'),
    flags('force-full-load-push', ['force-full-load-push'], undefined, 'Overwrite newer members.'),
    reference('recover-sync', 'cm device-group', 'Group whose state is built anew.'),
    reference(
      'merge',
      'cm device-group',
      'Group whose changes made apart are merged here, object by object, and then pushed.',
    ),
    choice(
      'prefer',
      [
        { value: 'mine', help: 'What this device has.' },
        { value: 'theirs', help: 'What the other device has.' },
      ],
      undefined,
      'merge: whom to follow in every conflict that is not resolved by name.',
    ),
    items('resolve', 'merge: conflicts by name, as "ltm pool /Common/web description".', {
      properties: effective(side),
      foldered: false,
      subCollection: false,
      noun: 'resolution',
      ordered: false,
    }),
  ),
  { dryRun: true },
);

/** Prints once what BIG-IP prints again and again. */
export const cmWatchDevicegroupDevice = runCommand(
  'cm',
  'watch-devicegroup-device',
  'Shows which configuration each device holds of each device group.',
  [],
);

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
export const cmFailoverLease: Component = {
  ...state(
    'failover-lease',
    'failover lease',
    'How long this device may still answer for each traffic group, who agreed, and the fence. Not in BIG-IP.',
  ),
  tables: true,
};
export const cmFailoverPath: Component = {
  ...state(
    'failover-path',
    'failover path',
    'Heartbeats by path: who is heard over which addresses, and for how long nobody was. Not in BIG-IP.',
  ),
  tables: true,
};
export const cmFailoverHistory: Component = {
  ...state(
    'failover-history',
    'failover history',
    'Changes of who is active: the reason, what was known, and what led to it. Not in BIG-IP.',
  ),
  tables: true,
};
