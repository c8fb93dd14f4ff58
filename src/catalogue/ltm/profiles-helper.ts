import type { Component } from '../types.ts';
import type { Draft } from '../properties.ts';
import { integer, reference, stored, text, toggle, uint32, yesNo } from '../properties.ts';
import { foldered } from '../stored.ts';
import { profile } from './profile.ts';

const seconds = { unit: 'seconds' } as const;
const included = (part: string, preset: 'yes' | 'no', help: string): Draft =>
  yesNo(`include-${part}`, preset, help);

/** Profiles that virtual servers reach through others: kept, nothing is logged or stapled yet. */
export const ltmHelperProfiles: readonly Component[] = [
  foldered({
    id: 'ltm profile dns-logging',
    noun: 'DNS Logging Profile',
    help: 'What is logged of DNS.',
    scope: 'group',
    order: 21,
    stock: [],
    properties: [
      yesNo('enable-query-logging', 'yes', 'Log questions.'),
      yesNo('enable-response-logging', 'no', 'Log answers.'),
      included('complete-answer', 'yes', 'All records of the answer.'),
      included('query-id', 'no', 'Number of the question.'),
      included('source', 'yes', 'Who asked.'),
      included('timestamp', 'yes', 'When.'),
      included('view', 'yes', 'View that answered.'),
      reference('log-publisher', 'sys log-config publisher', 'Where it is logged.'),
    ],
  }),
  profile({
    name: 'profile ocsp-stapling-params',
    noun: 'OCSP Stapling Parameters',
    help: 'How OCSP answers are fetched and stapled.',
    properties: stored(
      integer('cache-error-timeout', [0, uint32], 3600, 'Life of a failure.', seconds),
      integer('cache-timeout', [0, uint32], 'indefinite', 'Life of an answer.', {
        ...seconds,
        wire: 'string',
        words: ['indefinite'],
      }),
      integer('clock-skew', [0, uint32], 300, 'Clocks may differ so much.', seconds),
      reference('dns-resolver', 'net dns-resolver', 'Who resolves the name of the responder.'),
      reference('proxy-server-pool', 'ltm pool', 'Proxies.'),
      text('responder-url', 'Responder; when not given, as the certificate says.'),
      text('sign-hash', 'Hash of signatures.', { default: 'sha256' }),
      reference('signer-cert', 'sys file ssl-cert', 'Certificate that signs questions.'),
      reference('signer-key', 'sys file ssl-key', 'Key of the certificate.'),
      text('signer-key-passphrase', 'Passphrase of the key.', { secret: true }),
      integer('status-age', [0, uint32], 0, 'Oldest answer that counts.', seconds),
      toggle('strict-resp-cert-check', 'disabled', 'Check the signer strictly.'),
      integer('timeout', [0, uint32], 8, 'Time for an answer.', seconds),
      reference('trusted-ca', 'sys file ssl-cert', 'Authorities that are trusted.'),
      reference('trusted-responders', 'sys file ssl-cert', 'Responders that are trusted.'),
      toggle('use-proxy-server', 'disabled', 'Ask through the proxies.'),
    ),
    stock: [],
  }),
];
