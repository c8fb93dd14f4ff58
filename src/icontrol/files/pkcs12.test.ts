import assert from 'node:assert/strict';
import { mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import { test } from 'node:test';
import { testCertificate } from '../../monitor/test-certificate.ts';
import { writeFileDurably } from '../../platform/files.ts';
import { runChecked } from '../../platform/process.ts';
import { filePath } from './device-files.ts';
import { startTestDevice } from '../test-device.ts';

const downloads = '/var/config/rest/downloads';
const place = '/mgmt/tm/sys/crypto/pkcs12';

test('key and certificates of a PKCS #12 archive are installed in one change', async () => {
  const device = await startTestDevice();
  try {
    const path = (name: string): string =>
      filePath(device.paths.files, `${downloads}/${name}`) ?? '';
    mkdirSync(dirname(path('x')), { recursive: true });
    const [own, authority] = [await testCertificate(), await testCertificate()];
    for (const [name, content] of [
      ['own.key', own.key],
      ['own.crt', own.cert],
      ['authority.crt', authority.cert],
      ['noise.pfx', 'no archive'],
    ] as const) {
      writeFileDurably(path(name), content);
    }
    const pack = (name: string, ...more: readonly string[]): Promise<string> => {
      const files = ['-inkey', path('own.key'), '-in', path('own.crt'), '-out', path(name)];
      const passphrase = { input: 'a b"c\n' };
      const args = ['pkcs12', '-export', '-passout', 'stdin', ...files, ...more];
      return runChecked('openssl', args, passphrase);
    };
    await pack('new.pfx', '-certfile', path('authority.crt'));
    await pack('old.pfx', '-legacy');

    const install = (name: string, file: string, more = {}) =>
      device.ask('POST', place, {
        command: 'install',
        name,
        'from-local-file': `${downloads}/${file}`,
        passphrase: 'a b"c',
        ...more,
      });
    const made = await install('web', 'new.pfx');
    assert.equal(made.status, 200, made.text);
    assert.doesNotMatch(made.text, /a b|PRIVATE/);
    const view = async (kind: string, name: string) =>
      (await device.ask('GET', `/mgmt/tm/sys/file/ssl-${kind}/~Common~${name}`)).json;
    assert.equal((await view('cert', 'web.crt'))['isBundle'], 'true');
    const serial = (await view('cert', 'web.crt'))['serialNumber'];
    assert.ok(Number((await view('key', 'web.key'))['size']) > 100);

    const old = await device.ask('POST', place, {
      command: 'install',
      name: 'old',
      options: [{ 'from-local-file': `${downloads}/old.pfx` }, { passphrase: 'a b"c' }],
    });
    assert.equal(old.status, 200, old.text);
    assert.equal((await view('cert', 'old.crt'))['serialNumber'], serial);
    const profile = { name: 'web_ssl', cert: 'old.crt', key: 'web.key' };
    const used = await device.ask('POST', '/mgmt/tm/ltm/profile/client-ssl', profile);
    assert.equal(used.status, 200, used.text);

    assert.equal((await install('web', 'old.pfx')).status, 200);
    assert.equal((await view('cert', 'web.crt'))['isBundle'], 'false');
    for (const [refused, why] of [
      [await install('web', 'old.pfx', { 'no-overwrite': true }), /is there already/],
      [await install('no', 'old.pfx', { passphrase: 'other' }), /the passphrase is not/],
      [await install('no', 'noise.pfx'), /no PKCS #12 archive/],
      [await install('no', 'absent.pfx'), /there is no such file/],
      [await install('no', '../../../etc/passwd'), /there is no such file/],
    ] as const) {
      assert.equal(refused.status, 400, refused.text);
      assert.match(refused.text, why);
    }
    const none = await device.ask('GET', '/mgmt/tm/sys/file/ssl-key/~Common~no.key');
    assert.equal(none.status, 404);
    const tried = await device.ask('POST', `${place}?dryRun=true`, {
      command: 'install',
      name: 'tried',
      fromLocalFile: `${downloads}/new.pfx`,
      passphrase: 'a b"c',
    });
    assert.match(tried.text, /\/Common\/tried\.key/);
    assert.doesNotMatch(tried.text, /PRIVATE/);
  } finally {
    await device.close();
  }
});
