import {
  address,
  choice,
  effective,
  integer,
  stored,
  text,
  toggle,
  uint32,
} from '../properties.ts';
import { entryTimeout, matching, mirrorRecords, passesLimit } from './persistence-properties.ts';
import { profile } from './profile.ts';

export const ltmPersistenceCookie = profile({
  name: 'persistence cookie',
  noun: 'persistence profile',
  help: 'A cookie names the server.',
  properties: [
    ...effective(
      text('cookie-name', 'Name of the cookie; BIGipServer and the pool when not given.'),
      choice('method', ['insert', 'rewrite', 'passive', 'hash'], 'insert', 'Who makes the cookie.'),
      text('expiration', 'Life of the cookie, `[D:]H:M:S`; 0: the session.', { default: '0' }),
      toggle('httponly', 'enabled', 'Hide it from scripts.'),
      toggle('secure', 'enabled', 'Send it over TLS only.'),
      toggle('always-send', 'disabled', 'Send it with every answer.'),
      integer('hash-length', [0, uint32], 0, 'Bytes of the cookie to hash.'),
      integer('hash-offset', [0, uint32], 0, 'Bytes of the cookie to skip.'),
      entryTimeout(180),
      mirrorRecords,
      ...matching,
    ),
    ...effective(
      choice('cookie-encryption', ['disabled', 'preferred', 'required'], 'disabled', 'Encryption.'),
      text('cookie-encryption-passphrase', 'Secret of the encryption.', { secret: true }),
    ),
    ...stored(
      toggle('encrypt-cookie-poolname', 'disabled', 'Hide the pool in the name.'),
      passesLimit,
    ),
  ],
  stock: [{ name: '/Common/cookie' }],
});

export const ltmPersistenceSourceAddr = profile({
  name: 'persistence source-addr',
  noun: 'persistence profile',
  help: 'Clients of one address stay with one server.',
  properties: [
    ...effective(
      entryTimeout(180),
      mirrorRecords,
      address('mask', 'Part of the address that counts; all when not given.'),
      choice('hash-algorithm', ['default', 'carp'], 'default', 'Algorithm.'),
      ...matching,
    ),
    ...stored(
      toggle('map-proxies', 'enabled', 'Clients of known proxies stay together.'),
      text('map-proxy-address', 'Address that stands for proxies.'),
      text('map-proxy-class', 'Known proxies.'),
      passesLimit,
    ),
  ],
  stock: [{ name: '/Common/source_addr' }],
});
