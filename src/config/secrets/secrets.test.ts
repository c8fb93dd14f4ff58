import assert from 'node:assert/strict';
import { readFileSync, statSync, unlinkSync } from 'node:fs';
import { test } from 'node:test';
import { contentHash } from '../store/content-hash.ts';
import { openDatabase } from '../../platform/sqlite.ts';
import {
  createSealer,
  masterKeyFromPassword,
  openWithPassphrase,
  sealWithPassphrase,
} from '../../platform/sealing.ts';
import { masterKeyPath } from '../store/sealing.ts';
import { openStore, testDatabase } from '../store/test-folder.ts';
import type { ConfigStore, Operation } from '../types.ts';
import { boxOf, ringKey } from './key-ring.ts';
import { isSealedText } from './sealed-text.ts';

const keyA = Buffer.alloc(32, 1);
const keyB = Buffer.alloc(32, 2);

test('sealing the same for the same place changes no byte; another place or value does', () => {
  const box = boxOf([ringKey(keyA)]);
  const sealed = box.seal('ltm monitor http /Common/m password', 'hunter2');
  assert.ok(isSealedText(sealed), sealed);
  assert.equal(box.seal('ltm monitor http /Common/m password', 'hunter2'), sealed);
  assert.notEqual(box.seal('ltm monitor http /Common/n password', 'hunter2'), sealed);
  assert.notEqual(box.seal('ltm monitor http /Common/m password', 'hunter3'), sealed);
  assert.equal(box.open(sealed), 'hunter2');
});

test('lengths are rounded up, empty and many-byte texts come back', () => {
  const box = boxOf([ringKey(keyA)]);
  assert.equal(box.seal('p', 'a').length, box.seal('p', 'fifteen chars..').length);
  for (const plain of ['x', 'sixteen chars...', 'ключ 🔑', 'a'.repeat(4000)]) {
    assert.equal(box.open(box.seal('p', plain)), plain);
  }
});

test('a changed byte, another key, a strange text: not opened', () => {
  const box = boxOf([ringKey(keyA)]);
  const sealed = Buffer.from(createSealer(keyA).seal('p', 'hunter2'));
  sealed[sealed.length - 20] = (sealed.at(-20) ?? 0) ^ 1;
  assert.equal(createSealer(keyA).open(sealed), undefined);
  assert.equal(boxOf([ringKey(keyB)]).open(box.seal('p', 'x')), undefined);
  assert.equal(box.open('$M$xx$AAAA'), undefined);
});

test('a box opens what its former keys sealed', () => {
  const sealed = boxOf([ringKey(keyA)]).seal('p', 'hunter2');
  assert.equal(boxOf([ringKey(keyB), ringKey(keyA)]).open(sealed), 'hunter2');
});

test('a passphrase opens what it sealed, another one does not', async () => {
  const sealed = await sealWithPassphrase(keyA, 'tr0ub4dor');
  assert.deepEqual(Buffer.from((await openWithPassphrase(sealed, 'tr0ub4dor')) ?? []), keyA);
  assert.equal(await openWithPassphrase(sealed, 'Tr0ub4dor'), undefined);
  assert.deepEqual(await masterKeyFromPassword('p'), await masterKeyFromPassword('p'));
});

const monitor = (password: string, kind: 'create' | 'modify' = 'create'): Operation => ({
  kind,
  component: 'ltm monitor http',
  name: '/Common/m',
  properties: { username: 'u', password },
});

function run(store: ConfigStore, ...operations: readonly Operation[]) {
  const outcome = store.commit({ origin: { user: 'admin', source: 'rest' }, operations });
  assert.ok(outcome.ok, JSON.stringify(outcome));
  return outcome.commit;
}

const passwordOf = (store: ConfigStore): string =>
  String(store.view().stored('ltm monitor http', '/Common/m')?.properties['password']);

test('the store keeps a secret sealed, in views, history and on disk', (t) => {
  const path = testDatabase(t);
  const store = openStore(path);
  run(store, monitor('plain-needle'));
  assert.ok(isSealedText(passwordOf(store)));
  assert.equal(store.view().plain(passwordOf(store)), 'plain-needle');
  assert.ok(!JSON.stringify(store.history(5)).includes('plain-needle'));
  for (const file of [path, `${path}-wal`]) {
    assert.ok(!readFileSync(file).includes('plain-needle'), file);
  }
  assert.equal(statSync(masterKeyPath(path)).mode & 0o777, 0o600);
});

test('the same secret again, plain or sealed, is no commit', (t) => {
  const store = openStore(testDatabase(t));
  run(store, monitor('plain-needle'));
  assert.equal(run(store, monitor('plain-needle', 'modify')), undefined);
  assert.equal(run(store, monitor(passwordOf(store), 'modify')), undefined);
  assert.notEqual(run(store, monitor('another', 'modify')), undefined);
});

test('a secret sealed elsewhere is refused, and a wrong one is not quoted', (t) => {
  const store = openStore(testDatabase(t));
  const foreign = boxOf([ringKey(keyB)]).seal('p', 'x');
  const origin = { user: 'admin', source: 'rest' } as const;
  const refused = store.commit({ origin, operations: [monitor(foreign)] });
  assert.equal(refused.ok ? '' : refused.faults[0]?.code, '01071769');
  const tooLong = store.commit({ origin, operations: [monitor('needle'.repeat(20_000))] });
  assert.ok(!tooLong.ok);
  assert.ok(!JSON.stringify(tooLong.faults).includes('needle'));
});

test('a sealed text that is given to another object is sealed for that one', (t) => {
  const store = openStore(testDatabase(t));
  run(store, monitor('plain-needle'));
  run(store, { ...monitor(passwordOf(store)), name: '/Common/n' });
  const copy = String(store.view().stored('ltm monitor http', '/Common/n')?.properties['password']);
  assert.notEqual(copy, passwordOf(store));
  assert.equal(store.view().plain(copy), 'plain-needle');
});

test('another master key changes every sealed text and no content; it survives a restart', (t) => {
  const path = testDatabase(t);
  const store = openStore(path);
  run(store, monitor('plain-needle'));
  run(store, monitor('second-needle', 'modify'), {
    kind: 'create',
    component: 'cm device-group',
    name: '/Common/g',
    properties: { type: 'sync-only' },
  });
  run(store, {
    kind: 'modify',
    component: 'sys folder',
    name: '/Common',
    properties: { 'device-group': '/Common/g' },
  });
  const before = { text: passwordOf(store), hash: contentHash(store.view(), '/Common/g') };
  const { sequence } = store.view();
  const former = store.secrets.hash();
  store.secrets.adopt(keyB);
  assert.notEqual(passwordOf(store), before.text);
  assert.equal(store.view().plain(passwordOf(store)), 'second-needle');
  assert.equal(contentHash(store.view(), '/Common/g'), before.hash);
  assert.equal(store.view().sequence, sequence);
  assert.equal(store.secrets.previousHash(), former);
  assert.equal(run(store, monitor(before.text, 'modify')), undefined, 'sealed with the former key');
  const sealed = passwordOf(store);
  store.close();
  const again = openStore(path);
  assert.equal(passwordOf(again), sealed);
  assert.equal(again.secrets.previousHash(), former);
  const first = again.history(10).at(-1)?.changes[0]?.after?.properties['password'];
  assert.equal(again.view().plain(String(first)), 'plain-needle');
  assert.ok(
    boxOf([ringKey(keyB)]).open(String(first)),
    'the history too is sealed with the new key',
  );
});

test('a database of an earlier release is sealed at first start, and nothing plain is left', (t) => {
  const path = testDatabase(t);
  const store = openStore(path);
  run(store, monitor('plain-needle'));
  store.close();
  const database = openDatabase(path, 1e9);
  for (const table of ['objects', 'commits']) {
    const column = table === 'objects' ? 'properties' : 'changes';
    for (const row of database.all(`SELECT ${column} AS text FROM ${table}`)) {
      const plain = String(row['text']).replace(/\$M\$[^"]+/g, 'plain-needle');
      database.run(
        `UPDATE ${table} SET ${column} = ? WHERE ${column} = ?`,
        plain,
        String(row['text']),
      );
    }
  }
  database.run("DELETE FROM state WHERE key = 'master key'");
  database.close();
  assert.ok(readFileSync(path).includes('plain-needle'));
  const sealed = openStore(path);
  assert.ok(isSealedText(passwordOf(sealed)));
  assert.equal(sealed.view().plain(passwordOf(sealed)), 'plain-needle');
  for (const file of [path, `${path}-wal`]) {
    assert.ok(!readFileSync(file).includes('plain-needle'), file);
  }
});

test('without its key file a sealed database does not start, and says why', (t) => {
  const path = testDatabase(t);
  const store = openStore(path);
  run(store, monitor('plain-needle'));
  store.close();
  unlinkSync(masterKeyPath(path));
  assert.throws(() => openStore(path), /master key .* restore that file from a copy/);
});

test('content that a peer sends plain is sealed here, and counts as the same content', (t) => {
  const path = testDatabase(t);
  const store = openStore(path);
  run(store, monitor('plain-needle'));
  const stored = store.view().stored('ltm monitor http', '/Common/m');
  assert.ok(stored);
  const plain = store.secrets.opened(stored);
  assert.equal(plain.properties['password'], 'plain-needle');
  assert.deepEqual(store.secrets.sealed(plain), stored);
  assert.equal(
    store.secrets.sealed(stored),
    stored,
    'what is sealed already stays the same object',
  );
  const { component, name, properties, version } = plain;
  const object = { component, name, properties, version };
  assert.equal(run(store, { kind: 'install', component, name, object }), undefined);
});
