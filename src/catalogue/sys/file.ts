import type { Component } from '../types.ts';
import { blob, effective, stored, text } from '../properties.ts';

function file(name: string, noun: string, help: string, isSecret: boolean): Component {
  return {
    id: `sys file ${name}`,
    noun,
    help,
    naming: { kind: 'foldered' },
    scope: 'group',
    order: 18,
    properties: [
      ...effective(
        blob('content', 'The file, PEM. Not in BIG-IP, which keeps files beside.', {
          ...(isSecret && { secret: true }),
          required: true,
        }),
      ),
      ...stored(
        text('source-path', 'Where it came from.'),
        text('passphrase', 'Passphrase of a key.', { secret: true }),
      ),
    ],
  };
}

export const sysFileSslCert = file(
  'ssl-cert',
  'Certificate File',
  'A certificate, or a bundle.',
  false,
);
export const sysFileSslKey = file(
  'ssl-key',
  'Certificate Key File',
  'The key of a certificate.',
  true,
);
