import type { Component } from '../types.ts';
import { choice, integer, text, toggle, trueFalse } from '../properties.ts';
import { singleton } from '../stored.ts';

/** Who may log in, and with what. */
export const authSettings: readonly Component[] = [
  singleton({
    id: 'auth password-policy',
    noun: 'password policy',
    help: 'What passwords must be like.',
    scope: 'group',
    properties: [integer('expiration-warning', [1, 255], 7, 'Warn before the end.')],
    acting: [
      integer('max-duration', [1, 99999], 99999, 'Longest life of a password, in days.'),
      integer(
        'max-login-failures',
        [0, 65535],
        0,
        'Wrong passwords before the user is locked; 0: any.',
      ),
      integer('min-duration', [0, 255], 0, 'Shortest life of a password, in days.'),
      integer('minimum-length', [6, 255], 6, 'Shortest password.'),
      integer('password-memory', [0, 127], 0, 'Old passwords that may not come again.'),
      toggle('policy-enforcement', 'enabled', 'Does the policy hold?'),
      integer('required-lowercase', [0, 127], 0, 'Small letters needed.'),
      integer('required-numeric', [0, 127], 0, 'Digits needed.'),
      integer('required-special', [0, 127], 0, 'Other characters needed.'),
      integer('required-uppercase', [0, 127], 0, 'Capitals needed.'),
      integer('lockout-duration', [0, 999999], 0, 'Locked for so long; 0: until unlocked.', {
        unit: 'seconds',
      }),
    ],
  }),
  singleton({
    id: 'auth source',
    noun: 'authentication source',
    help: 'Who checks passwords.',
    scope: 'group',
    properties: [],
    acting: [
      trueFalse('fallback', 'false', 'Ask here when the server does not answer.'),
      choice(
        'type',
        ['local', 'ldap', 'radius', 'tacacs', 'active-directory', 'cert-ldap'],
        'local',
        'Who checks passwords.',
      ),
    ],
  }),
  singleton({
    id: 'auth remote-user',
    noun: 'remote user settings',
    help: 'Users who are not known here.',
    scope: 'group',
    properties: [],
    acting: [
      text('default-partition', 'Partition of users who are not known here.', { default: 'all' }),
      text('default-role', 'Role of users who are not known here.', { default: 'no-access' }),
      choice(
        'remote-console-access',
        ['disabled', 'tmsh'],
        'disabled',
        'Shell of users who are not known here.',
      ),
    ],
  }),
];
