/** IPsec: kept, no tunnel is built yet. */
import type { Component, StockObject } from '../types.ts';
import type { Draft } from '../properties.ts';
import {
  address,
  choice,
  integer,
  list,
  prefix,
  reference,
  text,
  toggle,
  trueFalse,
  uint32,
} from '../properties.ts';
import { foldered } from '../stored.ts';

function ipsec(
  name: string,
  noun: string,
  help: string,
  order: number,
  properties: readonly Draft[],
  stock: readonly StockObject[] = [],
): Component {
  return foldered({
    id: `net ipsec ${name}`,
    noun,
    help,
    scope: 'group',
    order,
    properties,
    stock,
  });
}

const end = (name: string, help: string): Draft =>
  address(name, help, { words: ['any', 'any6'], default: 'any6' });
const identity = ['address', 'asn1dn', 'fqdn', 'keyid-tag', 'user-fqdn', 'override'];
const hashes = ['md5', 'sha1', 'sha256', 'sha384', 'sha512'];
const ciphers = ['des', '3des', 'aes', 'aes128', 'aes192', 'aes256', 'camellia', 'null'];
const groups = [
  'none',
  'modp768',
  'modp1024',
  'modp1536',
  'modp2048',
  'modp3072',
  'modp4096',
  'modp6144',
  'modp8192',
  'ecp256',
  'ecp384',
  'ecp521',
];
const combined = ['aes-gcm128', 'aes-gcm192', 'aes-gcm256'];
const tags = ['aes-gmac128', 'aes-gmac192', 'aes-gmac256'];

const ikeDaemon = ipsec(
  'ike-daemon',
  'IKE Daemon',
  'The key exchange of this device.',
  15,
  [
    integer('isakmp-natt-port', [0, 65_535], 4500, 'Port behind translation.'),
    integer('isakmp-port', [0, 65_535], 500, 'Port.'),
    choice('log-level', ['error', 'warning', 'notify', 'info', 'debug', 'debug2'], 'info', 'Log.'),
    reference('log-publisher', 'sys log-config publisher', 'Where it is logged.', {
      default: '/Common/default-ipsec-log-publisher',
    }),
    integer('natt-keep-alive', [0, uint32], 0, 'Time between signs of life.', { unit: 'seconds' }),
  ],
  [{ name: '/Common/ikedaemon' }],
);

const ikePeer = ipsec(
  'ike-peer',
  'IKE Peer',
  'Somebody whom keys are exchanged with.',
  18,
  [
    text('ca-cert-file', 'Authorities that are trusted.'),
    text('crl-file', 'Revocation list.'),
    integer('dpd-delay', [0, uint32], 30, 'Time between looks for it.', { unit: 'seconds' }),
    choice('generate-policy', ['off', 'on', 'unique'], 'off', 'Make policies as it asks.'),
    integer('lifetime', [1, uint32], 1440, 'Life of keys, in minutes.'),
    choice('mode', ['main', 'aggressive', 'base'], 'main', 'How the exchange begins.'),
    reference('my-cert-file', 'sys file ssl-cert', 'Own certificate.'),
    reference('my-cert-key-file', 'sys file ssl-key', 'Key of the certificate.'),
    text('my-cert-key-passphrase', 'Passphrase of the key.', { secret: true }),
    choice('my-id-type', identity, 'address', 'How this device names itself.'),
    text('my-id-value', 'Name of this device.'),
    choice('nat-traversal', ['off', 'on', 'force'], 'off', 'Work behind translation.'),
    trueFalse('passive', 'false', 'Wait until it begins.'),
    text('peers-cert-file', 'Its certificate.'),
    choice('peers-cert-type', ['certfile', 'none'], 'none', 'Is its certificate known?'),
    choice('peers-id-type', identity, 'address', 'How it names itself.'),
    text('peers-id-value', 'Its name.'),
    choice(
      'phase1-auth-method',
      ['dss', 'ecdsa-256', 'ecdsa-384', 'ecdsa-521', 'pre-shared-key', 'rsa-signature'],
      'rsa-signature',
      'How both are known.',
    ),
    choice('phase1-encrypt-algorithm', ciphers, '3des', 'Cipher of the exchange.'),
    choice('phase1-hash-algorithm', hashes, 'sha256', 'Hash of the exchange.'),
    choice('phase1-perfect-forward-secrecy', groups, 'modp1024', 'Group of the exchange.'),
    text('preshared-key', 'Key that both know.', { secret: true }),
    choice('prf', hashes, 'sha256', 'Pseudo-random function.'),
    toggle('proxy-support', 'enabled', 'Take identities of its own.'),
    address('remote-address', 'Its address.', { words: ['any', 'any6'] }),
    integer('replay-window-size', [0, 255], 64, 'Packets out of order.'),
    choice('state', ['enabled', 'disabled'], 'enabled', 'Is it used?'),
    text('traffic-selector', 'Traffic that it protects.'),
    trueFalse('verify-cert', 'false', 'Check its certificate.'),
    list(
      'version',
      { kind: 'enum', values: [{ value: 'v1' }, { value: 'v2' }] },
      'Versions of IKE.',
      { default: ['v1'] },
    ),
  ],
  [
    {
      name: '/Common/anonymous',
      properties: {
        'my-id-type': 'asn1dn',
        'peers-id-type': 'asn1dn',
        'remote-address': 'any6',
        state: 'disabled',
      },
    },
  ],
);

const modes = ['transport', 'interface', 'isession', 'tunnel'] as const;

const ipsecPolicy = ipsec(
  'ipsec-policy',
  'IPsec Policy',
  'How traffic is protected.',
  16,
  [
    choice('ike-phase2-auth-algorithm', [...hashes, ...combined, ...tags], combined[0], 'Hash.'),
    choice(
      'ike-phase2-encrypt-algorithm',
      [...ciphers, ...combined, ...tags],
      combined[0],
      'Cipher.',
    ),
    integer('ike-phase2-lifetime', [1, uint32], 1440, 'Life of keys, in minutes.'),
    integer('ike-phase2-lifetime-kilobytes', [0, uint32], 0, 'Kilobytes of a key; 0: any.'),
    choice('ike-phase2-perfect-forward-secrecy', groups, 'none', 'Group.'),
    choice('ipcomp', ['none', 'null', 'deflate'], 'none', 'Compression.'),
    choice('mode', modes, 'transport', 'What is protected.'),
    choice('protocol', ['esp', 'ah'], 'esp', 'Protocol.'),
    end('tunnel-local-address', 'Own end.'),
    end('tunnel-remote-address', 'Other end.'),
  ],
  [
    { name: '/Common/default-ipsec-policy' },
    { name: '/Common/default-ipsec-policy-interface', properties: { mode: 'interface' } },
    { name: '/Common/default-ipsec-policy-isession', properties: { mode: 'isession' } },
  ],
);

const securityAssociation = ipsec(
  'manual-security-association',
  'IPsec Security Association',
  'Keys that nobody exchanges.',
  17,
  [
    choice('auth-algorithm', hashes, 'sha1', 'Hash.'),
    text('auth-key', 'Key of the hash.', { secret: true }),
    address('destination-address', 'Other end.'),
    choice('encrypt-algorithm', ciphers, 'aes128', 'Cipher.'),
    text('encrypt-key', 'Key of the cipher.', { secret: true }),
    reference('ipsec-policy', 'net ipsec ipsec-policy', 'How traffic is protected.'),
    choice('protocol', ['esp', 'ah'], 'esp', 'Protocol.'),
    address('source-address', 'Own end.'),
    integer('spi', [0, uint32], undefined, 'Its number.'),
  ],
);

const trafficSelector = ipsec(
  'traffic-selector',
  'IPsec Traffic Selector',
  'Which traffic is protected.',
  17,
  [
    choice('action', ['protect', 'bypass', 'discard'], 'protect', 'What happens to it.'),
    prefix('destination-address', 'Where it goes.', { default: '::/0' }),
    integer('destination-port', [0, 65_535], 0, 'Port that it goes to; 0: any.'),
    choice('direction', ['both', 'in', 'out'], 'both', 'Direction.'),
    integer('ip-protocol', [0, 255], 255, 'Protocol; 255: any.'),
    reference('ipsec-policy', 'net ipsec ipsec-policy', 'How it is protected.', {
      default: '/Common/default-ipsec-policy',
    }),
    integer('order', [0, uint32], 0, 'Lower comes first.'),
    prefix('source-address', 'Where it comes from.', { default: '::/0' }),
    integer('source-port', [0, 65_535], 0, 'Port that it comes from; 0: any.'),
  ],
  [
    {
      name: '/Common/default-traffic-selector-interface',
      properties: { 'ipsec-policy': '/Common/default-ipsec-policy-interface' },
    },
  ],
);

export const netIpsec: readonly Component[] = [
  ikeDaemon,
  ikePeer,
  ipsecPolicy,
  securityAssociation,
  trafficSelector,
];
