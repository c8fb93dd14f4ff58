import assert from 'node:assert/strict';
import { generateKeyPairSync } from 'node:crypto';
import { after, before, test } from 'node:test';
import { testCertificate } from '../../monitor/test-certificate.ts';
import { certificateFacts, keyFacts } from './certificate-facts.ts';
import { type TestDevice, startTestDevice } from '../test-device.ts';

let device: TestDevice;
before(async () => {
  device = await startTestDevice();
});
after(() => device.close());

test('a certificate and a key say what they are, other texts say nothing', async () => {
  const { cert } = await testCertificate();
  const facts = certificateFacts(cert);
  assert.equal(facts['subject'], 'CN=probe.test');
  assert.equal(facts['key-type'], 'ec-public');
  assert.equal(facts['version'], 3);
  assert.equal(facts['is-bundle'], 'false');
  assert.match(String(facts['fingerprint']), /^SHA256\/([0-9A-F]{2}:){31}[0-9A-F]{2}$/);
  assert.equal(facts['expiration-date'], Date.parse(String(facts['expiration-string'])) / 1000);
  assert.equal(certificateFacts(`${cert}\n${cert}`)['is-bundle'], 'true');
  assert.deepEqual(certificateFacts('no certificate'), {});
  const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const pem = privateKey.export({ type: 'pkcs8', format: 'pem' });
  const rsa = { 'curve-name': 'none', 'key-size': 2048, 'key-type': 'rsa-private' };
  assert.deepEqual(keyFacts(pem), { ...rsa, 'security-type': 'normal' });
  const sealed = privateKey.export({
    type: 'pkcs8',
    format: 'pem',
    cipher: 'aes-256-cbc',
    passphrase: 'secret',
  });
  assert.deepEqual(keyFacts(sealed), { 'security-type': 'password' });
});

test('REST shows them with the files', async () => {
  const { cert, key } = await testCertificate();
  const files = '/mgmt/tm/sys/file';
  for (const [kind, name, content] of [
    ['ssl-cert', 'web.crt', cert],
    ['ssl-key', 'web.key', key],
  ] as const) {
    const made = await device.ask('POST', `${files}/${kind}`, { name, content });
    assert.equal(made.status, 200, made.text);
  }
  const shown = await device.ask('GET', `${files}/ssl-cert/~Common~web.crt`);
  assert.equal(shown.json['subject'], 'CN=probe.test');
  assert.equal(shown.json['certificateKeyCurveName'], 'prime256v1');
  const secret = await device.ask('GET', `${files}/ssl-key/~Common~web.key`);
  assert.equal(secret.json['keyType'], 'ec-private');
  assert.equal(secret.json['securityType'], 'normal');
  assert.ok(!secret.text.includes('PRIVATE KEY'));
});
