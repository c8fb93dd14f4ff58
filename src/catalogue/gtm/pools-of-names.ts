import type { Component } from '../types.ts';
import type { Draft } from '../properties.ts';
import {
  choice,
  description,
  effective,
  enabledFlag,
  integer,
  items,
  metadata,
  stored,
  text,
  toggle,
  uint32,
  yesNo,
} from '../properties.ts';
import { fixedModes, measuredModes, unmeasuredWeights, weights } from './pool.ts';

const place: Draft = integer('member-order', [0, 65_535], 0, 'Place in the list; 0 is first.');
const ratio: Draft = integer('ratio', [0, uint32], 1, 'Weight for the ratio method.');
const target: Draft = yesNo('static-target', 'no', 'Is it a plain name, and no wide IP?');
const small = (name: string, preset: number, help: string): Draft =>
  integer(name, [0, 65_535], preset, help);

/** Pools whose members are names instead of addresses. */
function pool(type: string, help: string, members: readonly Draft[]): Component {
  return {
    id: `gtm pool ${type}`,
    noun: 'Pool',
    help,
    naming: { kind: 'foldered' },
    scope: 'gtm',
    statistics: true,
    order: 64,
    properties: [
      ...effective(
        items('members', 'The names.', {
          properties: effective(
            place,
            ratio,
            ...members,
            enabledFlag('Does it take part in answers?'),
            description,
          ),
          foldered: false,
          subCollection: true,
          noun: 'Pool Member',
          ordered: true,
          statistics: true,
        }),
        choice(
          'load-balancing-mode',
          [...fixedModes, ...measuredModes],
          'round-robin',
          'First method.',
        ),
        choice('alternate-mode', ['none', ...fixedModes], 'round-robin', 'Second method.'),
        choice(
          'fallback-mode',
          ['none', ...fixedModes, ...measuredModes],
          'return-to-dns',
          'Last method; states are ignored.',
        ),
        integer('ttl', [0, uint32], 30, 'Life of answers.', { unit: 'seconds' }),
        integer('max-answers-returned', [1, 500], 1, 'Records in an answer.'),
        toggle('verify-member-availability', 'enabled', 'Only members that are up.'),
        toggle(
          'manual-resume',
          'disabled',
          'Members that were down stay so until enabled by hand.',
        ),
        enabledFlag('Does it take part in answers?'),
        description,
      ),
      ...stored(
        toggle('dynamic-ratio', 'disabled', 'Scores of the method are weights.'),
        ...weights,
        ...unmeasuredWeights,
        metadata,
      ),
    ],
  };
}

export const gtmNamePools: readonly Component[] = [
  pool('cname', 'Other names that answer questions for CNAME records.', [target]),
  pool('mx', 'Mail servers that answer questions for MX records.', [
    small('priority', 10, 'Preference of the mail server; lower is first.'),
  ]),
  pool('naptr', 'Rules that answer questions for NAPTR records.', [
    text('flags', 'Flags of the record.'),
    text('service', 'Service of the record.'),
    small('order', 0, 'Order of the record.'),
    small('preference', 0, 'Preference of the record.'),
  ]),
  pool('srv', 'Servers that answer questions for SRV records.', [
    small('port', 0, 'Port of the service.'),
    small('priority', 0, 'Priority of the record; lower is first.'),
    small('weight', 0, 'Weight of the record.'),
  ]),
];
