import assert from 'node:assert/strict';
import { X509Certificate, createPrivateKey } from 'node:crypto';
import { test } from 'node:test';
import { systemAuthorities } from '../platform/authorities.ts';
import { systemClock as clock } from '../platform/clock.ts';
import { systemRandom as random } from '../platform/random.ts';
import { trustGroup } from '../catalogue/cm/device-group.ts';
import { fileContent } from '../config/file-content.ts';
import { contentHash } from '../config/store/content-hash.ts';
import { commit, openStore, testDatabase } from '../config/store/test-folder.ts';
import type { ConfigStore } from '../config/types.ts';
import { planTls } from '../ltm/plan-tls.ts';
import { ensureDefaultFiles } from './control-default-files.ts';

const logged: string[] = [];
const log = { write: (_level: string, text: string) => void logged.push(text) };
const authorities = systemAuthorities();

async function started(store: ConfigStore, now = authorities): Promise<ConfigStore> {
  await ensureDefaultFiles({ store, clock, random, log, authorities: now });
  return store;
}

test('a device makes its certificate once, keeps the key sealed, and serves TLS with it', async (context) => {
  const path = testDatabase(context);
  const first = await started(openStore(path, 'nyc-a.example.com'));
  const view = first.view();
  const pem = fileContent(view, 'sys file ssl-cert', '/Common/default.crt') ?? '';
  const certificate = new X509Certificate(pem);
  const sealed = String(view.get('sys default-files', '')?.properties.key);
  assert.doesNotMatch(sealed, /PRIVATE/);
  const key = createPrivateKey(fileContent(view, 'sys file ssl-key', '/Common/default.key') ?? '');
  assert.ok(certificate.checkPrivateKey(key));
  assert.ok(certificate.verify(certificate.publicKey));
  assert.equal(key.asymmetricKeyDetails?.modulusLength, 2048);
  assert.equal(certificate.subject, 'CN=nyc-a.example.com');
  assert.equal(certificate.subjectAltName, 'DNS:nyc-a.example.com');
  const years = (certificate.validToDate.getTime() - clock.wallMilliseconds()) / 31_557_600_000;
  assert.ok(years > 9.9 && years < 10.1, String(years));
  const profile = view.get('ltm profile client-ssl', '/Common/clientssl');
  const plan = planTls(view, profile === undefined ? [] : [profile]);
  assert.ok(typeof plan === 'object', String(plan));
  assert.equal(plan.entries[0]?.pems.length, 1);
  assert.match(plan.entries[0]?.pems[0] ?? '', /BEGIN CERTIFICATE[^]*BEGIN PRIVATE KEY/);
  const { sequence } = view;
  first.close();

  const second = await started(openStore(path, 'nyc-a.example.com'));
  assert.equal(second.view().sequence, sequence);
  await started(second, `${authorities}\n`);
  assert.equal(second.view().sequence, sequence + 1);
  assert.equal(fileContent(second.view(), 'sys file ssl-cert', '/Common/default.crt'), pem);
  second.close();
  assert.deepEqual(logged, []);
});

test('what a device made for itself is not shared: groups stay in sync', async (context) => {
  const [one, other] = ['a.example.com', 'b.example.com'].map((name) =>
    openStore(testDatabase(context), name),
  );
  assert.ok(one !== undefined && other !== undefined);
  const group = {
    kind: 'create',
    component: 'cm device-group',
    name: '/Common/pair',
    properties: { type: 'sync-failover' },
  } as const;
  for (const store of [one, other]) commit(store, group);
  const root = {
    kind: 'modify',
    component: 'sys folder',
    name: '/',
    properties: { 'device-group': '/Common/pair' },
  } as const;
  for (const store of [one, other]) commit(store, root);
  const hashes = (): readonly string[] =>
    [one, other].flatMap((store) =>
      ['/Common/pair', trustGroup].map((name) => contentHash(store.view(), name)),
    );
  const before = hashes();
  await started(one);
  assert.deepEqual(hashes(), before);
  await started(other);
  assert.deepEqual(hashes(), before);
  commit(one, {
    kind: 'modify',
    component: 'sys file ssl-cert',
    name: '/Common/default.crt',
    properties: {
      content: fileContent(other.view(), 'sys file ssl-cert', '/Common/default.crt') ?? '',
    },
  });
  assert.notDeepEqual(hashes(), before);
  one.close();
  other.close();
});
