import type { Component } from '../types.ts';
import type { Draft } from '../properties.ts';
import { fileFacts } from './machine.ts';
import {
  applicationService,
  blob,
  choice,
  description,
  effective,
  integer,
  stored,
  text,
  uint32,
} from '../properties.ts';

interface Kind {
  readonly more?: readonly Draft[];
  /** What follows its content. */
  readonly acting?: readonly Draft[];
}

function file(name: string, noun: string, help: string, kind: Kind = {}): Component {
  const { more = [], acting } = kind;
  const content = blob('content', 'The file. Not in BIG-IP, which keeps files beside.');
  return {
    id: `sys file ${name}`,
    noun,
    help,
    naming: { kind: 'foldered' },
    scope: 'group',
    order: 18,
    properties: [
      ...(acting === undefined ? stored(content) : effective(content, ...acting)),
      ...stored(
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
    ],
  };
}

/** Files that objects of the configuration name. */
export const sysStoredFiles: readonly Component[] = [
  file('data-group', 'External Class File', 'Values of an external data group.', {
    acting: [text('separator', 'What is between a value and its data.', { default: ':=' })],
    more: [
      choice('type', ['string', 'ip', 'integer'], undefined, 'What its records are.'),
      text('data-group-name', 'Data group that it is for.'),
      text('data-group-description', 'Free text for people.'),
    ],
  }),
  file('external-monitor', 'External Monitor File', 'A program that probes.', { acting: [] }),
  file('ifile', 'iFile File', 'A file that rules can read.'),
  file('ssl-crl', 'Certificate Revocation List File', 'A list of revoked certificates.', {
    acting: [],
  }),
  file('ssl-csr', 'Certificate Signing Request File', 'A request for a certificate.'),
];
