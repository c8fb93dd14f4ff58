import assert from 'node:assert/strict';
import { test } from 'node:test';
import { opensslCiphers } from './ciphers.ts';

test('cipher strings are put in OpenSSL words; what is unknown falls away', () => {
  assert.equal(opensslCiphers('DEFAULT'), 'DEFAULT');
  assert.equal(opensslCiphers('ecdhe:rsa:!sslv3:!rc4:!exp:!des'), 'ECDHE:kRSA');
  assert.equal(opensslCiphers('ALL:!DH:!ADH:!EDH:@SPEED'), 'ALL:!DH:!ADH:!DHE');
  assert.equal(opensslCiphers('ECDHE+AES-GCM:@STRENGTH'), 'ECDHE+AESGCM:@STRENGTH');
  assert.equal(opensslCiphers('ECDHE-RSA-AES128-GCM-SHA256'), 'ECDHE-RSA-AES128-GCM-SHA256');
});

test('a string that names nothing known, or tries to say more, is none', () => {
  assert.equal(opensslCiphers('RC4:EXPORT'), undefined);
  assert.equal(opensslCiphers('!RC4'), undefined);
  assert.equal(opensslCiphers('constructor:x] crt /etc/shadow'), undefined);
});
