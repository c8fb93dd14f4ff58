import assert from 'node:assert/strict';
import { test } from 'node:test';
import { testCertificate } from '../../monitor/test-certificate.ts';
import { writeFileDurably } from '../../platform/files.ts';
import { filePath } from './device-files.ts';
import { startTestDevice } from '../test-device.ts';

const downloads = '/var/config/rest/downloads';

test('an uploaded certificate and its key are installed, and installed anew', async () => {
  const device = await startTestDevice();
  try {
    for (const round of ['first', 'second']) {
      const { cert, key } = await testCertificate();
      for (const [kind, file, content] of [
        ['cert', 'web.crt', cert],
        ['key', 'web.key', key],
      ] as const) {
        const path = `${downloads}/${file}`;
        writeFileDurably(filePath(device.paths.files, path) ?? '', content);
        const body = { command: 'install', name: 'web', 'from-local-file': path };
        const installed = await device.ask('POST', `/mgmt/tm/sys/crypto/${kind}`, body);
        assert.equal(installed.status, 200, `${round} ${installed.text}`);
        const made = await device.ask('GET', `/mgmt/tm/sys/file/ssl-${kind}/~Common~${file}`);
        assert.equal(made.json['size'], content.length, made.text);
      }
    }
    const again = { command: 'install', name: 'other', 'from-local-file': `${downloads}/web.crt` };
    const tried = await device.ask('POST', '/mgmt/tm/sys/crypto/cert?dryRun=true', again);
    assert.match(tried.text, /\/Common\/other\.crt/);
    const none = await device.ask('GET', '/mgmt/tm/sys/file/ssl-cert/other.crt');
    assert.equal(none.status, 404);
    const body = { command: 'install', name: 'no', fromLocalFile: '/etc/shadow' };
    const refused = await device.ask('POST', '/mgmt/tm/sys/crypto/cert', body);
    assert.equal(refused.status, 400);
    assert.match(refused.text, /there is no such file/);
  } finally {
    await device.close();
  }
});
