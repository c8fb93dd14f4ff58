import type { Component } from '../types.ts';
import { effective, integer, text } from '../properties.ts';

const addHelp = 'Exchanges certificates with a local device, so that it may be asked for health.';

export const gtmBigipAdd: Component = {
  id: 'gtm bigip-add',
  noun: 'bigip-add',
  help: addHelp,
  naming: { kind: 'singleton' },
  scope: 'local',
  stateOnly: true,
  properties: [],
  actions: [
    {
      command: 'run',
      help: addHelp,
      parameters: effective(
        text('device', 'Address of the device.', { required: true }),
        text('username', 'An administrator there.'),
        text('password', 'Password of the administrator.', { secret: true }),
        integer('port', [1, 65_535], 443, 'Port of its REST interface.'),
        text('sha1-fingerprint', 'Fingerprint its certificate must have.'),
        text('sha256-fingerprint', 'Fingerprint its certificate must have.'),
      ),
    },
  ],
};

const explainHelp = 'Answers a question as the listener would, and says why.';

export const gtmExplain: Component = {
  id: 'gtm explain',
  noun: 'explain',
  help: explainHelp,
  naming: { kind: 'singleton' },
  scope: 'local',
  stateOnly: true,
  properties: [],
  actions: [
    {
      command: 'run',
      help: explainHelp,
      parameters: effective(
        text('name', 'Name that is asked for.', { required: true }),
        text('type', 'Record type; A when not given.'),
        text('client', 'Address that asks.'),
      ),
    },
  ],
};

export const gtmIquery: Component = {
  id: 'gtm iquery',
  noun: 'iQuery',
  help: 'Connections to other devices.',
  naming: { kind: 'singleton' },
  scope: 'local',
  stateOnly: true,
  statistics: true,
  properties: [],
};
