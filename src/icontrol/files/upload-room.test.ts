import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import {
  existsSync,
  mkdirSync,
  readFileSync,
  truncateSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { after, before, test } from 'node:test';
import { connectHttp } from '../../platform/https-client.ts';
import { type TestDevice, adminPassword, basic, startTestDevice } from '../test-device.ts';
import { abandonedParts, maximumFolderBytes, missingRoom } from './upload-room.ts';

let device: TestDevice;
let downloads: string;
before(async () => {
  device = await startTestDevice();
  downloads = `${device.paths.files}/var/config/rest/downloads`;
  mkdirSync(downloads, { recursive: true });
});
after(() => device.close());

async function upload(
  name: string,
  bytes: Uint8Array<ArrayBuffer>,
  range = `0-${bytes.length - 1}/${bytes.length}`,
): Promise<{ readonly status: number; readonly body: string }> {
  const client = connectHttp({ kind: 'https', host: '127.0.0.1', port: device.port });
  try {
    return await client.send({
      method: 'POST',
      path: `/mgmt/shared/file-transfer/uploads/${name}`,
      headers: {
        ...basic('admin', adminPassword),
        'content-type': 'application/octet-stream',
        'content-range': range,
      },
      body: bytes,
    });
  } finally {
    client.close();
  }
}

test('bytes that are no text stay what they are, as iFile, in an archive and back', async () => {
  const bytes = Uint8Array.from({ length: 1024 }, (_, index) => (index * 7) % 256);
  assert.equal((await upload('logo.png', bytes)).status, 200);
  const made = await device.ask('POST', '/mgmt/tm/sys/file/ifile', {
    name: 'logo',
    sourcePath: 'file:/var/config/rest/downloads/logo.png',
  });
  assert.equal(made.status, 200, made.text);
  const sum = `SHA1:1024:${createHash('sha1').update(bytes).digest('hex')}`;
  assert.equal(made.json['checksum'], sum);
  assert.equal(made.json['size'], 1024);
  for (const body of [
    { command: 'save', name: 'bytes' },
    { command: 'load', name: 'default' },
    { command: 'load', name: 'bytes' },
  ]) {
    const path = body.name === 'default' ? '/mgmt/tm/sys/config' : '/mgmt/tm/sys/ucs';
    const answer = await device.ask('POST', path, body);
    assert.equal(answer.status, 200, answer.text);
  }
  const again = await device.ask('GET', '/mgmt/tm/sys/file/ifile/~Common~logo');
  assert.equal(again.json['checksum'], sum, again.text);
});

test('an upload that nobody finished goes when another begins', async () => {
  assert.equal((await upload('left', new Uint8Array(10), '0-9/100')).status, 200);
  assert.equal((await upload('young', new Uint8Array(10), '0-9/100')).status, 200);
  const long = new Date(Date.now() - 2 * 3_600_000);
  utimesSync(`${downloads}/left.part`, long, long);
  assert.equal((await upload('next', new Uint8Array(10))).status, 200);
  assert.ok(!existsSync(`${downloads}/left.part`));
  assert.ok(existsSync(`${downloads}/young.part`));
  assert.equal(readFileSync(`${downloads}/next`).length, 10);
});

test('a folder that is full says so, and how to go on', async () => {
  writeFileSync(`${downloads}/huge`, '');
  truncateSync(`${downloads}/huge`, maximumFolderBytes);
  const refused = await upload('one-more', new Uint8Array(10));
  assert.equal(refused.status, 413, refused.body);
  assert.match(refused.body, /downloads.*one-more.*10 bytes.*delete/);
  assert.ok(!existsSync(`${downloads}/one-more.part`));
});

test('what is left counts by name', () => {
  const file = (name: string, bytes: number): Parameters<typeof missingRoom>[0][number] => ({
    name,
    bytes,
    modifiedMilliseconds: 0,
  });
  const full = [file('a', maximumFolderBytes - 5), file('b.part', 5)];
  assert.equal(missingRoom(full, 'b', 5), undefined);
  assert.equal(missingRoom(full, 'c', 1), 0);
  assert.deepEqual(abandonedParts(full, 3_600_000), []);
  assert.deepEqual(abandonedParts(full, 3_600_001), ['b.part']);
});
