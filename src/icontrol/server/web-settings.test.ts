import assert from 'node:assert/strict';
import { test } from 'node:test';
import { connectHttp } from '../../platform/https-client.ts';
import { adminPassword, basic, startTestDevice } from '../test-device.ts';
import { isAllowed, tlsSettings } from './web-settings.ts';

test('who may come is said by address, network or the first part of one', () => {
  const cases: readonly (readonly [string, string, boolean])[] = [
    ['All', '198.51.100.7', true],
    ['198.51.100.7', '198.51.100.7', true],
    ['198.51.100.7', '198.51.100.70', false],
    ['198.51.100.', '198.51.100.70', true],
    ['198.51', '198.51.3.4', true],
    ['198.5', '198.51.3.4', false],
    ['198.51.100.0/25', '198.51.100.200', false],
    ['198.51.100.0/255.255.255.0', '198.51.100.200', true],
    ['198.51.100.0/255.0.255.0', '198.51.100.200', false],
    ['2001:db8::/32', '2001:db8::7', true],
    ['2001:db8::/32', '198.51.100.7', false],
    ['admin.example.com', '198.51.100.7', false],
    ['nonsense/', '127.0.0.1', true],
  ];
  for (const [entry, address, expected] of cases) {
    assert.equal(isAllowed([entry], address), expected, `${entry} ${address}`);
  }
  assert.equal(isAllowed([], '198.51.100.7'), false);
});

test('versions of TLS are chosen as Apache does, and none is older than 1.2', () => {
  const chosen = (protocol: string): string => {
    const found = tlsSettings(protocol, 'AES128-SHA');
    return found === undefined ? 'none' : `${found.oldest} ${found.newest}`;
  };
  assert.equal(chosen('all -SSLv2 -SSLv3 -TLSv1'), 'TLSv1.2 TLSv1.3');
  assert.equal(chosen('all -SSLv2 -SSLv3 -TLSv1 -TLSv1.1 -TLSv1.2'), 'TLSv1.3 TLSv1.3');
  assert.equal(chosen('TLSv1.2'), 'TLSv1.2 TLSv1.2');
  assert.equal(chosen('+TLSv1.1 +TLSv1.2'), 'TLSv1.2 TLSv1.2');
  assert.equal(chosen('TLSv1'), 'none');
  assert.equal(chosen('all -TLSv9'), 'none');
});

test('TLS and the life of a log in follow sys httpd at once', async () => {
  const device = await startTestDevice();
  const httpd = '/mgmt/tm/sys/httpd';
  // A session that is kept open keeps its TLS: each question here is asked on a new one.
  const anew = async (path: string, method = 'GET', body = ''): Promise<string> => {
    const client = connectHttp({ kind: 'https', host: '127.0.0.1', port: device.port });
    try {
      const headers = basic('admin', adminPassword);
      return (await client.send({ method, path, headers, ...(body !== '' && { body }) })).body;
    } finally {
      client.close();
    }
  };
  try {
    for (const [change, text] of [
      [{ sslProtocol: 'TLSv1' }, /invalid ssl-protocol/],
      [{ sslCiphersuite: 'NO-SUCH-SUITE' }, /invalid ssl-ciphersuite/],
    ] as const) {
      const refused = await device.ask('PATCH', httpd, change);
      assert.equal(refused.status, 400);
      assert.match(refused.text, text);
    }
    const suites = { sslProtocol: 'TLSv1.2', sslCiphersuite: 'ECDHE-ECDSA-AES256-GCM-SHA384' };
    const both = { ...suites, authPamIdleTimeout: 300 };
    assert.equal((await device.ask('PATCH', httpd, both)).status, 200);
    const login = JSON.stringify({ username: 'admin', password: adminPassword });
    assert.match(await anew('/mgmt/shared/authn/login', 'POST', login), /"timeout":300,/);
    // The certificate of the device is of the other kind: nothing is left to agree on.
    const impossible = { sslCiphersuite: 'ECDHE-RSA-AES256-GCM-SHA384' };
    assert.equal((await device.ask('PATCH', httpd, impossible)).status, 200);
    await assert.rejects(anew('/mgmt/tm/sys/version'));
  } finally {
    await device.close();
  }
});
