/** The configuration as a whole: as text, and as archives. */
import { flags, list, stored, effective, text, blob, texts } from '../properties.ts';
import { state } from '../state.ts';
import type { Component } from '../types.ts';
import type { Draft } from '../properties.ts';

/** A word that is there or not. */
function word(name: string, help: string): Draft {
  return flags(name, [name], undefined, help);
}

const options = list('options', { kind: 'struct', properties: [] }, 'Options, as name and value.');
const passphrase = text(
  'passphrase',
  'Encrypts the files that lie beside the text, or opens them.',
  {
    secret: true,
  },
);
const part = flags(
  'which',
  ['base', 'current-partition', 'gtm-only', 'user-only'],
  undefined,
  'Which part.',
);

export const sysConfig = state({
  id: 'sys config',
  noun: 'config',
  help: 'The configuration as a whole.',
  actions: [
    {
      command: 'save',
      help: 'Writes the configuration as text; it is durable already.',
      parameters: [
        ...effective(
          text(
            'file',
            'One file with everything, and its tar beside it, instead of those of /config.',
          ),
          texts('partitions', 'Only these; `all`.'),
          part,
          passphrase,
        ),
        ...stored(
          word('no-passphrase', 'Unencrypted, which is so without a passphrase.'),
          word('wait', 'Until it is done, which is always so.'),
          word('time-stamp', 'In the name of the file.'),
          options,
        ),
      ],
    },
    {
      command: 'load',
      dryRun: true,
      help: 'Makes the configuration what a text says: what it does not name goes.',
      parameters: [
        ...effective(
          text('name', '`default`: the factory state.'),
          text('file', 'File name.'),
          // It may hold passwords: neither logged nor repeated.
          blob('from-terminal', 'The text itself.', { secret: true }),
          word('merge', 'Keep what the text does not name.'),
          word('verify', 'Check only.'),
          word('report', 'Say what would become of each object, and load nothing.'),
          text('tar-file', 'Files of the objects; FILE.tar when not given.'),
          passphrase,
        ),
        ...stored(
          texts('partitions', 'Only these; what the text names counts here.'),
          part,
          word('no-passphrase', 'The files are not encrypted.'),
          options,
        ),
      ],
    },
  ],
});

const ucsPassphrase = text('passphrase', 'Encrypts the archive, or opens it.', { secret: true });

export const sysUcs: Component = {
  id: 'sys ucs',
  noun: 'archive',
  help: 'Archives of the configuration and of its files, in /var/local/ucs.',
  naming: { kind: 'plain' },
  scope: 'local',
  stateOnly: true,
  files: true,
  properties: [],
  actions: [
    {
      command: 'save',
      help: 'Makes an archive of the configuration.',
      parameters: [
        ...effective(
          text('name', 'File name; .ucs is added.', { required: true }),
          ucsPassphrase,
          word('no-private-key', 'Leave private keys out.'),
        ),
        ...stored(
          word('no-license', 'Leave the license out: there is none.'),
          word('with-passwords', 'Hashes of passwords are always in it.'),
          options,
        ),
      ],
    },
    {
      command: 'load',
      dryRun: true,
      help: 'Makes the configuration what an archive says.',
      parameters: [
        ...effective(
          text('name', 'File name.', { required: true }),
          ucsPassphrase,
          word('reset-trust', 'Leave the trust domain first.'),
          word('report', 'Say what would become of each object, and load nothing.'),
        ),
        ...stored(
          word('no-license', 'Leave the license as it is: there is none.'),
          word('no-platform-check', 'From other hardware too, which is always so.'),
          word('include-chassis-level-config', 'Of a chassis.'),
          word('keep-current-management-ip', 'Which is always so.'),
          word('platform-migrate', 'From other hardware.'),
          options,
        ),
      ],
    },
  ],
};
