import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { inFolder, loadableOf, folderOf, staleOf } from './config-folder.ts';
import { knownHostsText, readKnownHosts } from './known-hosts.ts';

test('what is written of devices is read again, and any other text knows nobody', () => {
  const hosts = new Map([['a:443', { fingerprint: 'AA:BB', tokens: { admin: 'x' } }]]);
  assert.deepEqual(readKnownHosts(knownHostsText(hosts)), hosts);
  for (const text of ['', '{', 'null', '[1]', '{"a:443": {"tokens": {}}}']) {
    assert.equal(readKnownHosts(text).size, 0, text);
  }
  fc.assert(fc.property(fc.jsonValue(), (value) => void readKnownHosts(JSON.stringify(value))));
});

test('a folder takes no path that leads out of it', () => {
  for (const path of ['../x/ltm.conf', '../ltm.conf', '/etc/passwd', 'a/b/ltm.conf', 'x']) {
    assert.throws(() => folderOf({ texts: [{ path, text: '' }], files: [] }), path);
  }
  for (const path of ['files_d/../../x', 'files_d/a/../..', '/files_d/a/b/c']) {
    assert.throws(() => folderOf({ texts: [], files: [{ path, base64: '' }] }), path);
  }
  const now = folderOf({ texts: [{ path: 'Common/ltm.conf', text: 'x' }], files: [] });
  const before = new Map(now);
  const listed = { files: ['Common/ltm.conf', 'P/ltm.conf', '../../x', '/etc/passwd', 'own.txt'] };
  before.set('evenkeel.json', new TextEncoder().encode(JSON.stringify(listed)));
  assert.deepEqual(staleOf(before, now), ['P/ltm.conf']);
});

test('faults name the file of the folder and its line', () => {
  const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);
  const loadable = loadableOf(
    new Map([
      ['Common/auth.conf', bytes('one\ntwo\n\n\n')],
      ['Common/ltm.conf', bytes('three')],
      ['evenkeel.json', bytes('{}')],
    ]),
  );
  assert.ok(loadable !== undefined);
  assert.equal(loadable.text, 'one\ntwo\nthree\n');
  const message = 'x (/var/config/rest/downloads/e.conf at line: 3 column: 1) y';
  assert.equal(inFolder(message, loadable), 'x (Common/ltm.conf at line: 1 column: 1) y');
  assert.equal(loadableOf(new Map([['README', bytes('')]])), undefined);
});
