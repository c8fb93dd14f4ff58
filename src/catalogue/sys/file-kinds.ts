import type { Component } from '../types.ts';
import type { Draft } from '../properties.ts';
import { fileFacts } from './machine.ts';
import {
  applicationService,
  blob,
  choice,
  description,
  integer,
  stored,
  text,
  uint32,
} from '../properties.ts';

function file(name: string, noun: string, help: string, more: readonly Draft[] = []): Component {
  return {
    id: `sys file ${name}`,
    noun,
    help,
    naming: { kind: 'foldered' },
    scope: 'group',
    order: 18,
    properties: stored(
      blob('content', 'The file. Not in BIG-IP, which keeps files beside.'),
      text('source-path', 'Where it came from.'),
      ...more,
      ...fileFacts,
      text('checksum', 'SHA1, length and hash of the content.', {
        access: 'read-only',
        runtime: true,
      }),
      integer('size', [0, uint32], undefined, 'Length of the content.', {
        unit: 'bytes',
        access: 'read-only',
        runtime: true,
      }),
      integer('revision', [0, uint32], undefined, 'Number of the change.', {
        access: 'read-only',
        runtime: true,
      }),
      description,
      applicationService,
    ),
  };
}

/** Files that objects of the configuration name. */
export const sysStoredFiles: readonly Component[] = [
  file('data-group', 'External Class File', 'Values of an external data group.', [
    choice('type', ['string', 'ip', 'integer'], undefined, 'What its records are.'),
    text('separator', 'What is between a value and its data.', { default: ':=' }),
    text('data-group-name', 'Data group that it is for.'),
    text('data-group-description', 'Free text for people.'),
  ]),
  file('external-monitor', 'External Monitor File', 'A program that probes.'),
  file('ifile', 'iFile File', 'A file that rules can read.'),
  file('ssl-crl', 'Certificate Revocation List File', 'A list of revoked certificates.'),
  file('ssl-csr', 'Certificate Signing Request File', 'A request for a certificate.'),
];
