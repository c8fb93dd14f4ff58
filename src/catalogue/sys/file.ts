import type { Component, StockObject } from '../types.ts';
import type { Draft } from '../properties.ts';
import {
  blob,
  effective,
  integer,
  items,
  reference,
  stored,
  text,
  texts,
  uint32,
} from '../properties.ts';
import { certificateFacts, fileFacts, keyFacts } from './machine.ts';

function file(
  name: string,
  noun: string,
  help: string,
  isSecret: boolean,
  facts: readonly Draft[],
  stock: readonly StockObject[],
  kept: readonly Draft[] = [],
  acting: readonly Draft[] = [],
): Component {
  return {
    id: `sys file ${name}`,
    noun,
    help,
    naming: { kind: 'foldered' },
    scope: 'group',
    order: 18,
    stock,
    properties: [
      ...effective(
        blob('content', 'The file, PEM. Not in BIG-IP, which keeps files beside.', {
          ...(isSecret && { secret: true }),
          required: true,
        }),
        text('checksum', 'SHA1, length and hash of the content.', {
          access: 'read-only',
          runtime: true,
        }),
        integer('size', [0, uint32], undefined, 'Length of the content.', {
          unit: 'bytes',
          access: 'read-only',
          runtime: true,
        }),
        ...facts,
        ...fileFacts,
        text('source-path', 'Uploaded file that the content is taken from: file:/PATH.'),
        ...acting,
      ),
      ...stored(
        text('passphrase', 'Passphrase of a key.', { secret: true }),
        ...kept,
        integer('revision', [0, uint32], undefined, 'Number of the change.', {
          access: 'read-only',
          runtime: true,
        }),
      ),
    ],
  };
}

export const sysFileSslCert = file(
  'ssl-cert',
  'Certificate File',
  'A certificate, or a bundle.',
  false,
  certificateFacts,
  [{ name: '/Common/ca-bundle.crt' }, { name: '/Common/default.crt' }],
  [],
  [
    texts('cert-validation-options', 'How it is checked: ocsp.'),
    items('cert-validators', 'Who checks it.', {
      properties: [],
      foldered: true,
      nameReference: { to: ['sys crypto cert-validator ocsp'] },
      subCollection: true,
      noun: 'Certificate validator',
      ordered: false,
    }),
    reference('issuer-cert', 'sys file ssl-cert', 'Who signed it.'),
  ],
);
export const sysFileSslKey = file(
  'ssl-key',
  'Certificate Key File',
  'The key of a certificate.',
  true,
  keyFacts,
  [{ name: '/Common/default.key' }],
);
