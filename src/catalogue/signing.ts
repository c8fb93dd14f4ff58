/** `generate`: a checksum or a signature of a script, by which a change of it shows (tmsh reference, generate). */
import { choice, effective, flags, stored, text, trueFalse } from './properties.ts';
import type { Draft } from './properties.ts';
import type { Action, Property } from './types.ts';

/** An iRule's own text ends with it: `definition-checksum 2a7a57…`. */
export const generate: Action = {
  command: 'generate',
  help: 'Makes a checksum or a signature of the script, by which a later change of it shows.',
  dryRun: true,
  parameters: effective(
    text('name', 'The script.', { required: true }),
    flags('kind', ['checksum', 'signature'], undefined, 'What is made.', { required: true }),
    text('signing-key', 'Key of a signature.'),
  ),
};

/** What became of the promise: told where there is one. */
export const verificationStatus: Draft = choice(
  'verification-status',
  [
    'none',
    'checksum-unverified',
    'checksum-verified',
    'signature-unverified',
    'signature-verified',
  ],
  undefined,
  'Is the checksum or the signature right?',
  { access: 'read-only', runtime: true },
);

/** Of scripts that keep both beside the text: "script" → script-checksum, script-signature. */
export function signedScript(prefix: string): readonly Property[] {
  return [
    ...effective(
      text(`${prefix}-checksum`, 'MD5 of the script.'),
      text(`${prefix}-signature`, 'Its signature, base64.'),
      text('signing-key', 'Key of the signature.'),
      choice(
        'total-signing-status',
        ['not-all-signed', 'one-cert-signed', 'all-signed', 'checksum'],
        undefined,
        'Who signed.',
        { access: 'read-only', runtime: true },
      ),
      verificationStatus,
    ),
    ...stored(trueFalse('ignore-verification', 'false', 'Leave the signature unchecked.')),
  ];
}
