import assert from 'node:assert/strict';
import { createPrivateKey } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { faultText } from '../base/fault.ts';
import type { Properties } from '../catalogue/types.ts';
import { createConfigStore } from '../config/store/store.ts';
import type { Operation } from '../config/types.ts';
import { testCertificate } from '../monitor/test-certificate.ts';
import { systemClock } from '../platform/clock.ts';
import { planTls } from './plan-tls.ts';
import { tlsCheck } from './prepare.ts';

const root = mkdtempSync(join(tmpdir(), 'ek-prepare-'));
after(() => rmSync(root, { recursive: true }));
const store = createConfigStore({
  path: join(root, 'config.db'),
  deviceName: 'a',
  clock: systemClock,
});
store.addCheck(tlsCheck);
const [one, other] = [await testCertificate(), await testCertificate()];
const encrypted = createPrivateKey(one.key).export({
  type: 'pkcs8',
  format: 'pem',
  cipher: 'aes-256-cbc',
  passphrase: 'open sesame',
});

function commit(...operations: readonly Operation[]): string {
  const outcome = store.commit({ origin: { user: 'test', source: 'rest' }, operations });
  return outcome.ok ? 'ok' : outcome.faults.map(faultText).join('\n');
}

const create = (component: string, name: string, properties: Properties): Operation => ({
  kind: 'create',
  component,
  name: `/Common/${name}`,
  properties,
});
const modify = (component: string, name: string, properties: Properties): Operation => ({
  kind: 'modify',
  component,
  name: `/Common/${name}`,
  properties,
});
const files = (name: string, cert: string, key: string): readonly Operation[] => [
  create('sys file ssl-cert', `${name}.crt`, { content: cert }),
  create('sys file ssl-key', `${name}.key`, { content: key }),
];
const chain = (cert: string, key: string, more: Properties = {}): Properties => ({
  'cert-key-chain': [{ name: 'one', cert: `/Common/${cert}`, key: `/Common/${key}`, ...more }],
});

test('what is no certificate or no key is refused with the reason', () => {
  assert.match(
    commit(create('sys file ssl-cert', 'bad.crt', { content: 'nothing' })),
    /^01070712:3: .*certificate file \(\/Common\/bad\.crt\)/,
  );
  assert.match(
    commit(create('sys file ssl-key', 'bad.key', { content: one.cert })),
    /^01070712:3: .*key file \(\/Common\/bad\.key\)/,
  );
});

test('a key of another certificate is refused, whichever of the three changes', () => {
  assert.equal(
    commit(...files('a', one.cert, one.key), ...files('b', other.cert, other.key)),
    'ok',
  );
  const wrong = /^01070317:3: profile \/Common\/p's key \(\/Common\/b\.key\) .* do not match$/;
  const profile = 'ltm profile client-ssl';
  assert.match(commit(create(profile, 'p', chain('a.crt', 'b.key'))), wrong);
  assert.equal(commit(create(profile, 'p', chain('a.crt', 'a.key'))), 'ok');
  assert.match(commit(modify(profile, 'p', chain('a.crt', 'b.key'))), wrong);
  assert.match(
    commit(modify('sys file ssl-key', 'a.key', { content: other.key })),
    /profile \/Common\/p's key .* do not match/,
  );
  // Both in one commit: a renewed certificate.
  assert.equal(
    commit(
      modify('sys file ssl-key', 'a.key', { content: other.key }),
      modify('sys file ssl-cert', 'a.crt', { content: other.cert }),
    ),
    'ok',
  );
});

test('a profile that inherits is looked at when its parent changes', () => {
  const profile = 'ltm profile server-ssl';
  const pair = { cert: '/Common/b.crt', key: '/Common/b.key' };
  assert.equal(
    commit(
      create(profile, 'parent', pair),
      create(profile, 'heir', { 'defaults-from': '/Common/parent' }),
      ...files('c', one.cert, one.key),
    ),
    'ok',
  );
  assert.match(
    commit(modify(profile, 'parent', { key: '/Common/c.key' })),
    /profile \/Common\/parent's key .* do not match/,
  );
});

test('a key behind a passphrase is opened for the engine, and only with the right one', () => {
  const profile = 'ltm profile client-ssl';
  assert.equal(commit(...files('locked', one.cert, encrypted)), 'ok');
  const wrong = chain('locked.crt', 'locked.key', { passphrase: 'wrong' });
  assert.match(commit(create(profile, 'locked', wrong)), /passphrase does not open its key/);
  const right = chain('locked.crt', 'locked.key', { passphrase: 'open sesame' });
  assert.equal(commit(create(profile, 'locked', right)), 'ok');
  const view = store.view();
  const object = view.get(profile, '/Common/locked');
  assert.ok(object);
  const plan = planTls(view, [object]);
  assert.ok(typeof plan === 'object');
  const pem = plan.entries[0]?.pems[0] ?? '';
  assert.match(pem, /BEGIN PRIVATE KEY/);
  assert.doesNotMatch(pem, /ENCRYPTED/);
});
