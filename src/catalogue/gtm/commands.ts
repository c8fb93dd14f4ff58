import { runCommand } from '../command.ts';
import type { Component } from '../types.ts';
import { effective, integer, text } from '../properties.ts';

/** How a device is reached that is not trusted yet. */
const stranger = effective(
  text('device', 'Address of the device.', { required: true }),
  text('username', 'An administrator there.'),
  text('password', 'Password of the administrator.', { secret: true }),
  integer('port', [1, 65_535], 443, 'Port of its REST interface.'),
  text('sha1-fingerprint', 'Fingerprint its certificate must have.'),
  text('sha256-fingerprint', 'Fingerprint its certificate must have.'),
);

export const gtmBigipAdd = runCommand(
  'gtm',
  'bigip-add',
  'Exchanges certificates with a local device, so that it may be asked for health.',
  stranger,
);

export const gtmAdd = runCommand(
  'gtm',
  'gtm-add',
  'Takes another global device into the trust domain and the synchronisation group of this one.',
  stranger,
);

export const gtmDnssecRollover = runCommand(
  'gtm',
  'dnssec-rollover',
  'Makes the next generation of a DNSSEC key now, as when its rollover-period has passed.',
  effective(text('key', 'The key (ltm dns dnssec key).', { required: true })),
);

export const gtmExplain = runCommand(
  'gtm',
  'explain',
  'Answers a question as the listener would, and says why.',
  effective(
    text('name', 'Name that is asked for.', { required: true }),
    text('type', 'Record type; A when not given.'),
    text('client', 'Address that asks.'),
  ),
);

export const gtmWhatIf = runCommand(
  'gtm',
  'what-if',
  'Says which answers would change, and what load would move, if an object were down.',
  effective(
    text('down', 'Data center, server, server:virtual-server or pool.', { required: true }),
    text('client', 'Address that asks; many when not given.'),
  ),
);

export const gtmTap = runCommand(
  'gtm',
  'tap',
  'Shows queries and what became of them, as they come.',
  effective(
    text('name', 'Names; * and ? match.'),
    text('client', 'Address or network of the resolver.'),
    text('type', 'Record type.'),
    text('response', 'noerror, nxdomain, refused, …, truncated, dropped.'),
    integer('seconds', [1, 30], 5, 'How long.', { unit: 'seconds' }),
    integer('count', [1, 1_000], 100, 'Queries at most.'),
  ),
);

export const gtmIqdump = runCommand(
  'gtm',
  'iqdump',
  'Shows what a device says over iQuery, a line of JSON each, as it comes.',
  effective(
    text('address', 'Address or name of the device; all of them when not given.'),
    text('group', 'Of what is said about groups, only this one.'),
    integer('seconds', [0, 30], 5, 'How long.', { unit: 'seconds' }),
    integer('count', [1, 10_000], 1_000, 'Lines at most.'),
  ),
);

export const gtmIquery: Component = {
  id: 'gtm iquery',
  noun: 'iQuery',
  help: 'Connections to other devices.',
  naming: { kind: 'singleton' },
  scope: 'local',
  stateOnly: true,
  statistics: true,
  tables: 'objects',
  properties: [],
};
