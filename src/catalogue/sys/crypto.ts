/**
 * Keys, certificates and requests by BIG-IP's older way in. They are the objects of `sys file ssl-…`:
 * `install` makes one of an uploaded file, `create` makes the key itself, what is shown is read from them.
 */
import type { Action, Component, ComponentId, Property } from '../types.ts';
import type { Draft } from '../properties.ts';
import { choice, effective, flags, integer, stored, text } from '../properties.ts';

/** `list` prints them: there is nothing else to print. */
const shown = { runtime: true } as const;
const raw = { ...shown, raw: true } as const;

const install: Action = {
  command: 'install',
  dryRun: true,
  help: 'Takes a file: by iControl REST one that was uploaded, by tmsh also what the shell can read.',
  parameters: effective(
    text('name', 'Name of the file object.', { required: true }),
    text('from-local-file', 'Path of the file.'),
    text('from-url', 'Where tmsh fetches it, http or https.'),
    flags('from-editor', ['from-editor'], undefined, 'Typed in an editor, in tmsh.'),
    flags('no-overwrite', ['no-overwrite'], undefined, 'Refused where there is one of the name.'),
    text('passphrase', 'Passphrase of a key.', { secret: true }),
  ),
};

const installPkcs12: Action = {
  command: 'install',
  dryRun: true,
  help: 'Takes key and certificates of an archive: NAME.key, and NAME.crt with all certificates, the own one first.',
  parameters: [
    ...effective(
      text('name', 'Name of both file objects.', { required: true }),
      text('from-local-file', 'Path of the archive.'),
      text('from-url', 'Where tmsh fetches it, http or https.'),
      flags('no-overwrite', ['no-overwrite'], undefined, 'Refused where there is one of the name.'),
      text('partition', 'Partition of the file objects, by REST.'),
      text('passphrase', 'Passphrase of the archive.', { secret: true }),
    ),
    ...stored(
      text('key-passphrase', 'Of the key that is kept: ours are always sealed.', { secret: true }),
      choice('key-security-type', ['normal', 'password'], undefined, 'How the key is kept.'),
    ),
  ],
};

/** Parts of the name of whose it is. */
const subjectParts = [
  ['city', 'Town.'],
  ['common-name', 'Name of the server.'],
  ['country', 'Country, two letters.'],
  ['email-address', 'Address of whose it is.'],
  ['organization', 'Organization.'],
  ['ou', 'Part of the organization.'],
  ['state', 'State, or province.'],
] as const;

const subject: readonly Draft[] = subjectParts.map(([name, help]) => text(name, help));
const shownSubject: readonly Draft[] = subjectParts.map(([name, help]) => text(name, help, shown));

const alternativeName = text(
  'subject-alternative-name',
  'Other names: DNS:www.example.com, IP:192.0.2.1.',
);
const lifetime = integer('lifetime', [1, 36_525], 365, 'How long a certificate holds, in days.');

const keyKinds = ['rsa-private', 'ec-private'];
const keySize = [512, 16_384] as const;

function made(help: string, ...parameters: readonly Draft[]): Action {
  const name = text('name', 'Name of the file object.', { required: true });
  return { command: 'create', help, parameters: effective(name, ...parameters) };
}

const createKey = made(
  'Makes a key, and on demand a certificate that it signs itself, or a request.',
  choice('key-type', keyKinds, 'rsa-private', 'Kind of the key.'),
  integer('key-size', keySize, 2048, 'Bits of an RSA key.', { wire: 'string' }),
  choice('curve-name', ['prime256v1', 'secp384r1', 'secp521r1'], 'prime256v1', 'Curve.'),
  flags('generate', ['gen-certificate', 'gen-csr'], undefined, 'What is made with the key.'),
  ...subject,
  alternativeName,
  lifetime,
);

const key = text('key', 'The key that signs it.', { required: true });

interface Shown {
  readonly noun: string;
  readonly of: ComponentId;
  readonly actions: readonly Action[];
  readonly properties: readonly Property[];
}

function crypto(name: string, { noun, of, actions, properties }: Shown): Component {
  return {
    id: `sys crypto ${name}`,
    noun,
    help: `Objects of ${of}, and commands that make them.`,
    naming: { kind: 'plain' },
    scope: 'local',
    stateOnly: true,
    shows: of,
    properties,
    actions,
  };
}

export const sysCrypto: readonly Component[] = [
  crypto('cert', {
    noun: 'certificate',
    of: 'sys file ssl-cert',
    actions: [
      install,
      made('Makes a certificate that its key signs.', key, ...subject, alternativeName, lifetime),
    ],
    properties: effective(
      text('certificate-key-size', 'Bits of its key.', raw),
      text('expiration', 'End.', raw),
      text('issuer', 'Who signed it.', raw),
      text('public-key-type', 'Kind of its key.', raw),
      ...shownSubject,
      text('fingerprint', 'SHA256 fingerprint.', shown),
      text('subject-alternative-name', 'Other names.', shown),
    ),
  }),
  crypto('crl', {
    noun: 'certificate revocation list',
    of: 'sys file ssl-crl',
    actions: [install],
    properties: [],
  }),
  crypto('csr', {
    noun: 'certificate request',
    of: 'sys file ssl-csr',
    actions: [made('Makes a request.', key, ...subject, alternativeName)],
    properties: effective(
      text('key-size', 'Bits of its key.', raw),
      text('public-key-type', 'Kind of its key.', raw),
      ...shownSubject,
      text('subject-alternative-name', 'Other names.', shown),
    ),
  }),
  crypto('key', {
    noun: 'key',
    of: 'sys file ssl-key',
    actions: [install, createKey],
    properties: effective(
      text('curve-name', 'Curve.', shown),
      text('key-size', 'Bits.', shown),
      text('key-type', 'Kind.', shown),
      text('security-type', 'normal, or password when it needs a passphrase.', shown),
    ),
  }),
  {
    id: 'sys crypto pkcs12',
    noun: 'PKCS12 archive',
    help: 'Archives of a key and its certificates (PKCS #12, .pfx, .p12), as they come from elsewhere.',
    naming: { kind: 'plain' },
    scope: 'local',
    stateOnly: true,
    properties: [],
    actions: [installPkcs12],
  },
];
