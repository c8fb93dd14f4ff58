import assert from 'node:assert/strict';
import { X509Certificate, createPrivateKey } from 'node:crypto';
import { test } from 'node:test';
import type { JsonObject } from '../../config/text/json.ts';
import { startTestDevice } from '../test-device.ts';

const subject = {
  commonName: 'www.example.com',
  country: 'US',
  organization: 'Example, Inc.',
  emailAddress: 'web@example.com',
};

test('a key, its certificate and a request are made, shown by both ids, and deleted', async () => {
  const device = await startTestDevice();
  try {
    const made = await device.ask('POST', '/mgmt/tm/sys/crypto/key', {
      name: 'web',
      keySize: '2048',
      options: [{ 'gen-certificate': true }],
      subjectAlternativeName: 'DNS:www.example.com, IP:192.0.2.1',
      lifetime: 30,
      ...subject,
    });
    assert.equal(made.status, 200, made.text);
    const view = device.store.view();
    const content = (kind: 'cert' | 'key'): string => {
      const name = kind === 'cert' ? '/Common/web.crt' : '/Common/web.key';
      const held = view.get(`sys file ssl-${kind}`, name)?.properties.content;
      assert.ok(held !== undefined, name);
      return view.plain(held);
    };
    const certificate = new X509Certificate(content('cert'));
    assert.ok(certificate.checkPrivateKey(createPrivateKey(content('key'))));
    assert.ok(certificate.verify(certificate.publicKey));
    assert.equal(certificate.subjectAltName, 'DNS:www.example.com, IP Address:192.0.2.1');

    const cert = await device.ask('GET', '/mgmt/tm/sys/crypto/cert/~Common~web.crt');
    assert.equal(cert.json['kind'], 'tm:sys:crypto:cert:certstate');
    assert.equal(cert.json['name'], '/Common/web.crt');
    for (const [name, value] of Object.entries(subject)) assert.equal(cert.json[name], value);
    const raw = cert.json['apiRawValues'] as JsonObject;
    assert.equal(raw['certificateKeySize'], '2048');
    assert.equal(raw['publicKeyType'], 'RSA');

    const keys = await device.ask('GET', '/mgmt/tm/sys/crypto/key');
    assert.equal(keys.json['kind'], 'tm:sys:crypto:key:keycollectionstate');
    const own = (keys.json['items'] as readonly JsonObject[]).find(
      ({ name }) => name === '/Common/web.key',
    );
    assert.equal(own?.['keySize'], '2048', keys.text);
    assert.equal(own?.['keyType'], 'rsa-private');
    assert.equal(own?.['securityType'], 'normal');

    const wanted = { name: 'web', key: 'web.key', ...subject };
    const request = await device.ask('POST', '/mgmt/tm/sys/crypto/csr', wanted);
    assert.equal(request.status, 200, request.text);
    const csr = await device.ask('GET', '/mgmt/tm/sys/crypto/csr/web.csr');
    for (const [name, value] of Object.entries(subject)) {
      assert.equal(csr.json[name], value, csr.text);
    }

    const kept = await device.ask('GET', '/mgmt/tm/sys/file/ssl-csr/~Common~web.csr');
    assert.match(String(kept.json['createTime']), /^20\d\d-\d\d-\d\dT\d\d:\d\d:\d\dZ$/);
    assert.equal(kept.json['lastUpdateTime'], kept.json['createTime']);

    const gone = await device.ask('DELETE', '/mgmt/tm/sys/crypto/cert/~Common~web.crt');
    assert.equal(gone.status, 200, gone.text);
    const file = await device.ask('GET', '/mgmt/tm/sys/file/ssl-cert/~Common~web.crt');
    assert.equal(file.status, 404);
  } finally {
    await device.close();
  }
});

test('tmsh makes a key on a curve, lists what it says and refuses what cannot be', async () => {
  const device = await startTestDevice();
  try {
    const made = await device.tmsh(
      'create sys crypto key curve.key key-type ec-private gen-certificate common-name a.example country DE',
    );
    assert.equal(made.status, 0, made.output);
    const listed = await device.tmsh('list sys crypto cert curve.crt');
    assert.equal(listed.status, 0, listed.output);
    assert.match(listed.output, /^sys crypto cert \/?(Common\/)?curve\.crt \{/);
    assert.match(listed.output, /common-name a\.example\n {4}country DE/);
    assert.match(listed.output, /public-key-type EC\n/);
    const removed = await device.tmsh('delete sys crypto key curve.key');
    assert.equal(removed.status, 0, removed.output);

    for (const [command, why] of [
      ['create sys crypto key k gen-csr', /common-name is needed/],
      ['create sys crypto key k gen-csr common-name a country Germany', /two letters/],
      ['create sys crypto cert c key missing common-name a', /missing\.key\) was not found/],
      [
        'create sys crypto key k gen-csr common-name a subject-alternative-name b',
        /no alternative name/,
      ],
    ] as const) {
      const refused = await device.tmsh(command);
      assert.notEqual(refused.status, 0, command);
      assert.match(refused.output, why);
    }
    const keys = await device.tmsh('list sys crypto key k.key');
    assert.match(keys.output, /was not found/);
  } finally {
    await device.close();
  }
});

test('a size that is no number, or too large, is refused and said', async () => {
  const device = await startTestDevice();
  try {
    for (const keySize of ['\ufdfa', 'many', 100, 1_000_000]) {
      const refused = await device.ask('POST', '/mgmt/tm/sys/crypto/key', { name: 'odd', keySize });
      assert.equal(refused.status, 400, refused.text);
      assert.match(refused.text, /key-size.*from 512 to 16384/);
    }
  } finally {
    await device.close();
  }
});
