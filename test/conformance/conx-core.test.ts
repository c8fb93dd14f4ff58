/** f5-conx-core from npm, unchanged: discovery, the life of a token, files up and down. */
import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { type TestDevice, adminPassword, startTestDevice } from '../../src/icontrol/test-device.ts';
import { clientPackage } from './packages.ts';

interface Client {
  discover(): Promise<unknown>;
  https(
    path: string,
    options?: object,
  ): Promise<{ readonly status: number; readonly data: object }>;
  upload(
    file: string,
    kind: string,
  ): Promise<{ readonly data: { readonly localFilePath: string } }>;
  download(name: string, file: string, kind: string): Promise<unknown>;
  clearLogin(): Promise<number>;
  readonly ucs:
    | {
        get(options: object): Promise<unknown>;
        list(): Promise<{ readonly data: { readonly items: readonly object[] } }>;
        delete(name: string): Promise<{ readonly status: number }>;
      }
    | undefined;
  readonly host: { readonly product: string; readonly version: string } | undefined;
}

// Read when the package is loaded; the spelling is theirs.
process.env['F5_CONX_CORE_REJECT_UNAUTORIZED'] = 'false';
const loaded = (await clientPackage('f5-conx-core')) as
  | { F5Client: new (host: string, user: string, password: string, options: object) => Client }
  | undefined; // The package's documented export.
const options = { skip: loaded === undefined ? 'skipped: f5-conx-core is not installed' : false };

let device: TestDevice;
let folder: string;
const clients: Client[] = [];
before(async () => {
  device = await startTestDevice();
  folder = mkdtempSync(join(tmpdir(), 'evenkeel-conx-'));
});
after(async () => {
  // Stops the timer that counts down the token's life.
  for (const client of clients) await client.clearLogin();
  rmSync(folder, { recursive: true, force: true });
  await device.close();
});

function connect(): Client {
  assert.ok(loaded !== undefined);
  const client = new loaded.F5Client('127.0.0.1', 'admin', adminPassword, { port: device.port });
  clients.push(client);
  return client;
}

test('conx-core: discover tells product and version', options, async () => {
  const client = connect();
  await client.discover();
  assert.equal(client.host?.product, 'BIG-IP');
  assert.match(client.host.version, /^\d+\.\d+\.\d+/);
});

test('conx-core: a token is taken, given up, and taken again', options, async () => {
  const client = connect();
  assert.equal((await client.https('/mgmt/tm/sys/version')).status, 200);
  await client.clearLogin();
  assert.equal((await client.https('/mgmt/tm/sys/version')).status, 200);
});

test('conx-core: what goes up comes down, byte for byte', options, async () => {
  const client = connect();
  // Of a file of one byte this client sends nothing at all.
  const sizes = [2, 1024 * 1024, 3 * 1024 * 1024 + 123];
  for (const size of sizes) {
    const file = join(folder, `${size}.ucs`);
    writeFileSync(file, randomBytes(size));
    const up = await client.upload(file, 'UCS');
    assert.equal(up.data.localFilePath, `/var/local/ucs/${size}.ucs`);
    const copy = join(folder, `${size}.copy`);
    await client.download(`${size}.ucs`, copy, 'UCS');
    assert.ok(readFileSync(copy).equals(readFileSync(file)), `${size} bytes`);
  }
});

test('conx-core: an archive is made, downloaded, listed and deleted', options, async () => {
  const client = connect();
  // Makes the client's parts, after it has seen what device this is.
  await client.discover();
  const { ucs } = client;
  assert.ok(ucs !== undefined);
  for (const more of [{}, { passPhrase: 'sesame' }, { noPrivateKeys: true }]) {
    const copy = join(folder, 'conx-copy.ucs');
    await ucs.get({ fileName: 'conx', localDestPathFile: copy, ...more });
    const start = readFileSync(copy).subarray(0, 2).toString('hex');
    assert.equal(start, 'passPhrase' in more ? '5361' : '1f8b');
    assert.match(JSON.stringify((await ucs.list()).data.items), /"\/var\/local\/ucs\/conx\.ucs"/);
    assert.equal((await ucs.delete('conx.ucs')).status, 200);
  }
});
