import type { Draft } from '../properties.ts';
import {
  applicationService,
  choice,
  effective,
  integer,
  items,
  reference,
  stored,
  text,
  texts,
  toggle,
  trueFalse,
  uint32,
} from '../properties.ts';
import { profile } from './profile.ts';

const indefinite = { unit: 'seconds', wire: 'string', words: ['indefinite'] } as const;
const countless = { wire: 'string', words: ['indefinite'] } as const;

const certificate: Draft = reference('cert', 'sys file ssl-cert', 'Certificate.');
const key: Draft = reference('key', 'sys file ssl-key', 'Key of the certificate.');
const chain: Draft = reference(
  'chain',
  'sys file ssl-cert',
  'Certificates between it and the root.',
);
const passphrase: Draft = text('passphrase', 'Passphrase of the key.', { secret: true });
const caFile: Draft = reference('ca-file', 'sys file ssl-cert', 'Authorities that are trusted.');

/** Every device makes them for itself when it first starts. */
const defaultPair = { cert: '/Common/default.crt', key: '/Common/default.key' } as const;

const serving: readonly Draft[] = [
  text('ciphers', 'Cipher string.', { default: 'DEFAULT' }),
  text('server-name', 'Server name (SNI).'),
  trueFalse('sni-default', 'false', 'Serves clients that name no known server.'),
  toggle('mode', 'enabled', 'Is TLS spoken?'),
  reference('cipher-group', 'ltm cipher group', 'Cipher group instead of a string.'),
  text('crl-file', 'Revocation list.'),
];

/** `options { … }` in texts; REST's name is tmOptions, for there `options` are those of a command. */
const options: Draft = {
  ...text('tm-options', 'Protocol options, in braces.', {
    default: '{ dont-insert-empty-fragments no-tlsv1.3 }',
  }),
  type: { kind: 'string', braced: true },
};

const common: readonly Draft[] = [
  integer('alert-timeout', [0, uint32], 'indefinite', 'Time for a close alert.', indefinite),
  toggle('allow-expired-crl', 'disabled', 'Accept an expired revocation list.'),
  choice('authenticate', ['once', 'always'], 'once', 'How often the peer is checked.'),
  integer('authenticate-depth', [0, uint32], 9, 'Longest chain.'),
  toggle('bypass-on-client-cert-fail', 'disabled', 'Forward proxy: pass on failure.'),
  toggle('bypass-on-handshake-alert', 'disabled', 'Forward proxy: pass on alert.'),
  integer('cache-size', [0, uint32], 262_144, 'Sessions cached.'),
  integer('cache-timeout', [0, 86_400], 3600, 'Life of a cached session.', { unit: 'seconds' }),
  toggle('generic-alert', 'enabled', 'Tell the peer no details.'),
  integer('handshake-timeout', [0, uint32], 10, 'Time for a handshake.', indefinite),
  integer('max-active-handshakes', [0, uint32], 'indefinite', 'Handshakes at once.', countless),
  toggle('mod-ssl-methods', 'disabled', 'ModSSL methods in rules.'),
  toggle('proxy-ssl', 'disabled', 'Client and server speak TLS through us.'),
  toggle('proxy-ssl-passthrough', 'disabled', 'Pass what cannot be read.'),
  integer('renegotiate-period', [0, uint32], 'indefinite', 'Renegotiate after this.', indefinite),
  integer(
    'renegotiate-size',
    [0, uint32],
    'indefinite',
    'Renegotiate after so many MB.',
    countless,
  ),
  toggle('renegotiation', 'enabled', 'Is renegotiation allowed?'),
  trueFalse('retain-certificate', 'true', 'Keep the peer certificate in the session.'),
  toggle('session-mirroring', 'disabled', 'Mirror sessions to the next active device.'),
  toggle('ssl-c3d', 'disabled', 'Client certificate constrained delegation.'),
  toggle('ssl-forward-proxy', 'disabled', 'Forward proxy.'),
  toggle('ssl-forward-proxy-bypass', 'disabled', 'Bypass of the forward proxy.'),
  toggle('ssl-forward-proxy-verified-handshake', 'disabled', 'Server first.'),
  choice('ssl-sign-hash', ['any', 'sha1', 'sha256', 'sha384'], 'any', 'Hash of signatures.'),
  toggle('strict-resume', 'disabled', 'Resume only after a clean close.'),
  toggle('unclean-shutdown', 'enabled', 'Close without waiting for the alert.'),
];

const sessionTicket: Draft = toggle('session-ticket', 'disabled', 'Session tickets.');

const clientOnly: readonly Draft[] = [
  toggle('allow-dynamic-record-sizing', 'disabled', 'Small records first.'),
  choice('c3d-drop-unknown-ocsp-status', ['drop', 'ignore'], 'drop', 'Unknown status.'),
  text('c3d-ocsp', 'OCSP responder for delegation.'),
  texts('cert-extension-includes', 'Extensions copied into made certificates.', {
    default: ['basic-constraints', 'subject-alternative-name'],
  }),
  integer('cert-lifespan', [1, 8760], 30, 'Days that made certificates live.'),
  toggle('cert-lookup-by-ipaddr-port', 'disabled', 'Find certificates by address and port.'),
  reference('client-cert-ca', 'sys file ssl-cert', 'Authorities told to clients.'),
  text('destination-ip-blacklist', 'Forward proxy: not bypassed.'),
  text('destination-ip-whitelist', 'Forward proxy: bypassed.'),
  choice(
    'forward-proxy-bypass-default-action',
    ['intercept', 'bypass'],
    'intercept',
    'When no list matches.',
  ),
  text('hostname-blacklist', 'Forward proxy: not bypassed.'),
  text('hostname-whitelist', 'Forward proxy: bypassed.'),
  trueFalse('inherit-ca-certkeychain', 'false', "Take the parent's CA pair."),
  trueFalse('inherit-certkeychain', 'false', "Take the parent's certificates."),
  integer(
    'max-aggregate-renegotiation-per-minute',
    [0, uint32],
    'indefinite',
    'All renegotiations.',
    countless,
  ),
  integer('max-renegotiations-per-minute', [0, uint32], 5, 'Renegotiations of a connection.'),
  integer('maximum-record-size', [128, 16_384], 16_384, 'Largest record.', { unit: 'bytes' }),
  toggle('notify-cert-status-to-virtual-server', 'disabled', 'Certificate status counts.'),
  integer('peer-no-renegotiate-timeout', [0, uint32], 10, 'Wait for a refusing peer.', indefinite),
  text('proxy-ca-cert', 'Forward proxy: authority.'),
  text('proxy-ca-key', 'Forward proxy: key of the authority.'),
  text('proxy-ca-passphrase', 'Forward proxy: passphrase.', { secret: true }),
  integer(
    'renegotiate-max-record-delay',
    [0, uint32],
    'indefinite',
    'Records before it must end.',
    countless,
  ),
  choice('secure-renegotiation', ['require', 'require-strict', 'request'], 'require', 'RFC 5746.'),
  integer('session-ticket-timeout', [0, 86_400], 0, 'Life of a ticket.', { unit: 'seconds' }),
  text('source-ip-blacklist', 'Forward proxy: not bypassed.'),
  text('source-ip-whitelist', 'Forward proxy: bypassed.'),
];

export const ltmProfileClientSsl = profile({
  name: 'profile client-ssl',
  noun: 'ClientSSL Profile',
  help: 'TLS towards clients.',
  statistics: true,
  properties: [
    ...effective(
      items('cert-key-chain', 'Certificates with their keys.', {
        properties: [
          ...effective(certificate, key, chain, passphrase),
          ...stored(
            applicationService,
            choice('usage', ['SERVER', 'CA'], 'SERVER', 'What it is for.'),
          ),
        ],
        foldered: false,
        subCollection: false,
        noun: 'cert-key-chain',
        ordered: false,
      }),
      certificate,
      key,
      chain,
      passphrase,
      options,
      caFile,
      choice('peer-cert-mode', ['ignore', 'request', 'require'], 'ignore', 'Client certificates.'),
      trueFalse('sni-require', 'false', 'Refuse clients that name no server.'),
      sessionTicket,
      toggle('ocsp-stapling', 'disabled', 'Staple OCSP answers.'),
      ...serving,
    ),
    ...stored(
      ...common,
      ...clientOnly,
      toggle('allow-non-ssl', 'disabled', 'Pass clients that speak no TLS.'),
    ),
  ],
  stock: [
    {
      name: '/Common/clientssl',
      properties: { ...defaultPair, 'cert-key-chain': [{ name: 'default', ...defaultPair }] },
    },
    {
      name: '/Common/clientssl-insecure-compatible',
      properties: {
        'defaults-from': '/Common/clientssl',
        ciphers: 'ALL:!DH:!ADH:!EDH:@SPEED',
        'inherit-certkeychain': 'true',
        'secure-renegotiation': 'request',
      },
    },
    {
      name: '/Common/clientssl-secure',
      properties: {
        'defaults-from': '/Common/clientssl',
        ciphers: 'ecdhe:rsa:!sslv3:!rc4:!exp:!des',
        'inherit-certkeychain': 'true',
        renegotiation: 'disabled',
        'tm-options': '{ no-ssl }',
      },
    },
    {
      name: '/Common/crypto-server-default-clientssl',
      properties: {
        'defaults-from': '/Common/clientssl',
        'cache-size': 0,
        ciphers: 'DHE-RSA-AES256-GCM-SHA384',
        'inherit-certkeychain': 'true',
        'renegotiate-period': '21600',
      },
    },
    {
      name: '/Common/splitsession-default-clientssl',
      properties: {
        'defaults-from': '/Common/clientssl',
        'inherit-certkeychain': 'true',
      },
    },
    {
      name: '/Common/wom-default-clientssl',
      properties: {
        'defaults-from': '/Common/clientssl',
        'allow-non-ssl': 'enabled',
        'inherit-certkeychain': 'true',
      },
    },
  ],
});

export const ltmProfileServerSsl = profile({
  name: 'profile server-ssl',
  noun: 'ServerSSL Profile',
  help: 'TLS towards servers.',
  statistics: true,
  properties: [
    ...effective(
      certificate,
      key,
      chain,
      passphrase,
      options,
      caFile,
      choice('peer-cert-mode', ['ignore', 'require'], 'ignore', 'Is the server checked?'),
      text('authenticate-name', 'Name that the server certificate must carry.'),
      ...serving,
    ),
    ...stored(
      ...common,
      sessionTicket,
      trueFalse('sni-require', 'false', 'Refuse peers that name no server.'),
      text('c3d-ca-cert', 'Authority of delegated certificates.'),
      text('c3d-ca-key', 'Key of that authority.'),
      texts('c3d-cert-extension-custom-oids', 'More extensions to copy.'),
      texts('c3d-cert-extension-includes', 'Extensions to copy.', {
        default: [
          'basic-constraints',
          'extended-key-usage',
          'key-usage',
          'subject-alternative-name',
        ],
      }),
      integer('c3d-cert-lifespan', [0, 8760], 24, 'Hours that delegated certificates live.'),
      text('crl', 'Revocation lists by address.'),
      choice(
        'expire-cert-response-control',
        ['drop', 'ignore', 'mask'],
        'drop',
        'Expired servers.',
      ),
      text('ocsp', 'OCSP responder.'),
      choice(
        'secure-renegotiation',
        ['require', 'require-strict', 'request'],
        'require-strict',
        'RFC 5746.',
      ),
      choice(
        'untrusted-cert-response-control',
        ['drop', 'ignore', 'mask'],
        'drop',
        'Untrusted servers.',
      ),
    ),
  ],
  stock: [
    { name: '/Common/serverssl' },
    {
      name: '/Common/serverssl-insecure-compatible',
      properties: {
        'defaults-from': '/Common/serverssl',
        ciphers: '!EXPORT:!DH:RSA+RC4:RSA+AES:RSA+DES:RSA+3DES:ECDHE+AES:ECDHE+3DES:@SPEED',
        'secure-renegotiation': 'request',
      },
    },
    {
      name: '/Common/apm-default-serverssl',
      properties: {
        'defaults-from': '/Common/serverssl',
        'ca-file': '/Common/ca-bundle.crt',
        'peer-cert-mode': 'require',
        'secure-renegotiation': 'request',
      },
    },
    {
      name: '/Common/crypto-client-default-serverssl',
      properties: {
        'defaults-from': '/Common/serverssl',
        'cache-size': 0,
        ciphers: 'DHE-RSA-AES256-GCM-SHA384',
      },
    },
    {
      name: '/Common/pcoip-default-serverssl',
      properties: {
        'defaults-from': '/Common/serverssl',
        'server-name': 'pcoip-default-sni',
      },
    },
    {
      name: '/Common/splitsession-default-serverssl',
      properties: {
        ...defaultPair,
        'defaults-from': '/Common/serverssl',
      },
    },
    {
      name: '/Common/wom-default-serverssl',
      properties: {
        ...defaultPair,
        'defaults-from': '/Common/serverssl',
        mode: 'disabled',
      },
    },
  ],
});
