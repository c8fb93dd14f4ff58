/** Keys and certificates by BIG-IP's older way in: `install` makes or changes a `sys file` object. */
import type { Component } from '../types.ts';
import { effective, text } from '../properties.ts';

function installed(name: 'cert' | 'key' | 'crl', noun: string): Component {
  return {
    id: `sys crypto ${name}`,
    noun,
    help: `Installs a file as sys file ssl-${name}, where it is read, changed and deleted.`,
    naming: { kind: 'singleton' },
    scope: 'local',
    stateOnly: true,
    properties: [],
    actions: [
      {
        command: 'install',
        help: 'Takes a file that was uploaded.',
        parameters: effective(
          text('name', 'Name of the file object.', { required: true }),
          text('from-local-file', 'Path of the uploaded file.', { required: true }),
          text('passphrase', 'Passphrase of a key.', { secret: true }),
        ),
      },
    ],
  };
}

export const sysCrypto: readonly Component[] = [
  installed('cert', 'certificate'),
  installed('crl', 'certificate revocation list'),
  installed('key', 'key'),
];
