import type { Component } from '../types.ts';
import {
  applicationService,
  choice,
  description,
  effective,
  items,
  stored,
  text,
} from '../properties.ts';

const hardwareCiphers = [
  'ECDHE-RSA-AES256-GCM-SHA384',
  'ECDHE-RSA-AES256-SHA384',
  'ECDHE-RSA-AES256-CBC-SHA',
  'DHE-RSA-AES256-GCM-SHA384',
  'DHE-RSA-AES256-SHA256',
  'DHE-RSA-AES256-SHA',
  'ECDH-RSA-AES256-GCM-SHA384',
  'ECDH-RSA-AES256-SHA384',
  'ECDH-RSA-AES256-SHA',
  'AES256-GCM-SHA384',
  'AES256-SHA256',
  'AES256-SHA',
  'ECDHE-RSA-DES-CBC3-SHA',
  'DHE-RSA-DES-CBC3-SHA',
  'ECDH-RSA-DES-CBC3-SHA',
  'DES-CBC3-SHA',
  'ECDHE-RSA-AES128-GCM-SHA256',
  'ECDHE-RSA-AES128-SHA256',
  'ECDHE-RSA-AES128-CBC-SHA',
  'DHE-RSA-AES128-GCM-SHA256',
  'DHE-RSA-AES128-SHA256',
  'DHE-RSA-AES128-SHA',
  'ECDH-RSA-AES128-GCM-SHA256',
  'ECDH-RSA-AES128-SHA256',
  'ECDH-RSA-AES128-SHA',
  'AES128-GCM-SHA256',
  'AES128-SHA256',
  'AES128-SHA',
  'RC4-SHA',
  'RC4-MD5',
  'DHE-RSA-DES-CBC-SHA',
  'DHE-RSA-CAMELLIA256-SHA',
  'CAMELLIA256-SHA',
  'DHE-RSA-CAMELLIA128-SHA',
  '!TLSv1',
  '!TLSv1_1',
  '!SSLv3',
  '!DTLSv1',
].join(':');

const ciphers: Readonly<Record<string, readonly [cipher: string, what: string]>> = {
  'f5-aes': ['AES-GCM:AES', 'Cipher suites that use the AES cipher.'],
  'f5-default': ['DEFAULT', 'The recommended default cipher suites.'],
  'f5-ecc': [
    'ECDHE:ECDHE_ECDSA',
    'Cipher suites that utilize Elliptical Curve Ephemeral Diffie-Hellman key exchange.',
  ],
  'f5-hw_keys': [
    hardwareCiphers,
    'Cipher suites eligible for use with a Hardware Security Module.',
  ],
  'f5-secure': [
    'ECDHE:RSA:ECDHE_ECDSA:!SSLV3:!RC4:!EXP:!DES:!3DES',
    'Cipher suites that maximize regulatory compliance.',
  ],
};

export const ltmCipherRule: Component = {
  id: 'ltm cipher rule',
  noun: 'Cipher Rule',
  help: 'Suites, groups and signatures of TLS.',
  naming: { kind: 'foldered' },
  scope: 'group',
  order: 16,
  stock: Object.entries(ciphers).map(([name, [cipher, what]]) => ({
    name: `/Common/${name}`,
    properties: { cipher, description: what },
  })),
  properties: [
    ...effective(text('cipher', 'Cipher string.', { default: 'DEFAULT' })),
    ...stored(
      text('dh-groups', 'Groups of key exchange.', { default: 'DEFAULT' }),
      text('signature-algorithms', 'Algorithms of signatures.', { default: 'DEFAULT' }),
      description,
      applicationService,
    ),
  ],
};

const rules = (name: string, help: string) =>
  items(name, help, {
    properties: [],
    foldered: true,
    nameReference: { to: ['ltm cipher rule'] },
    subCollection: false,
    noun: 'Cipher Rule',
    ordered: false,
  });

export const ltmCipherGroup: Component = {
  id: 'ltm cipher group',
  noun: 'Cipher Group',
  help: 'Cipher rules put together.',
  naming: { kind: 'foldered' },
  scope: 'group',
  order: 17,
  stock: Object.keys(ciphers).map((name) => ({
    name: `/Common/${name}`,
    properties: { allow: [{ name: `/Common/${name}` }] },
  })),
  properties: [
    ...effective(rules('allow', 'Suites of these.'), rules('exclude', 'But not of these.')),
    ...stored(
      rules('require', 'And only what these have too: profiles refuse such a group.'),
      choice(
        'ordering',
        ['default', 'speed', 'strength', 'fips', 'hardware'],
        'default',
        'Which comes first.',
      ),
      description,
      applicationService,
    ),
  ],
};
