import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { present } from '../base/assert.ts';
import type { Properties } from '../catalogue/types.ts';
import { createConfigStore } from '../config/store/store.ts';
import type { Operation } from '../config/types.ts';
import { systemClock } from '../platform/clock.ts';
import { readListeners } from './objects.ts';

const folder = mkdtempSync(join(tmpdir(), 'door-'));
const path = (name: string): string => join(folder, name);
const store = createConfigStore({ path: path('db'), deviceName: 'bigip1', clock: systemClock });
after(() => {
  store.close();
  rmSync(folder, { recursive: true });
});

function commit(...operations: readonly Operation[]): readonly string[] {
  const outcome = store.commit({ origin: { user: 'test', source: 'rest' }, operations });
  return outcome.ok ? [] : outcome.faults.map(({ message }) => message);
}

function create(component: string, name: string, properties: Properties): Operation {
  return { kind: 'create', component, name: `/Common/${name}`, properties };
}

function listener(name: string, port: number, profiles: readonly string[], protocol = 'tcp') {
  return create('gtm listener', name, {
    address: '192.0.2.1',
    port,
    'ip-protocol': protocol,
    profiles: profiles.map((profile) => ({ name: `/Common/${profile}` })),
  });
}

test('profiles of a listener: in clear, DNS over TLS, over HTTPS; what does not go together is refused', () => {
  const files = ['-keyout', path('key'), '-out', path('cert'), '-days', '2', '-subj', '/CN=dns'];
  const kind = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes'];
  execFileSync('openssl', ['req', '-x509', ...kind, ...files], { stdio: 'pipe' });
  const [certificate, key] = ['cert', 'key'].map((name) => readFileSync(path(name), 'utf8'));
  const made = commit(
    create('sys file ssl-cert', 'dns.crt', { content: present(certificate, 'certificate') }),
    create('sys file ssl-key', 'dns.key', { content: present(key, 'key') }),
    create('ltm profile client-ssl', 'dns-tls', {
      'cert-key-chain': [{ name: 'dns', cert: '/Common/dns.crt', key: '/Common/dns.key' }],
      'tm-options': '{ dont-insert-empty-fragments }',
    }),
    listener('clear', 53, ['tcp']),
    listener('dot', 853, ['tcp', 'dns-tls']),
    listener('doh', 443, ['tcp', 'dns-tls', 'doh-server']),
    create('ltm profile client-ssl', 'dns-other', {
      'cert-key-chain': [{ name: 'dns', cert: '/Common/dns.crt', key: '/Common/dns.key' }],
      'server-name': 'DNS.example.com',
    }),
    create('ltm profile client-ssl', 'dns-default', {
      'defaults-from': '/Common/dns-tls',
      'sni-default': 'true',
    }),
    listener('named', 8853, ['tcp', 'dns-other', 'dns-default']),
  );
  assert.deepEqual(made, []);
  const doors = new Map(readListeners(store.view()).map(({ name, spec }) => [name, spec.secure]));
  assert.equal(doors.get('/Common/clear'), undefined);
  assert.equal(doors.get('/Common/dot')?.kind, 'tls');
  const { kind: https, tls } = present(doors.get('/Common/doh'), 'doh');
  assert.equal(https, 'https');
  assert.ok(typeof tls !== 'string');
  assert.deepEqual([tls.oldest, tls.newest, tls.ciphers], ['TLSv1.2', 'TLSv1.3', null]);
  // Certificate and key as they were put there.
  assert.ok(tls.pems[0]?.includes(present(certificate, 'certificate').trim()));
  assert.ok(tls.pems[0]?.includes(present(key, 'key').trim()));
  // The default profile's versions, whichever comes first.
  const named = present(doors.get('/Common/named'), 'named').tls;
  assert.ok(typeof named !== 'string');
  assert.deepEqual(
    [named.newest, named.names?.map(({ name, pems }) => [name, pems.length])],
    ['TLSv1.3', [['dns.example.com', 1]]],
  );
  const refused = (name: string, profiles: readonly string[], protocol?: string): string =>
    commit(listener(name, 8854, profiles, protocol)).join();
  assert.match(refused('udp', ['udp', 'dns-tls'], 'udp'), /dns-tls requires ip-protocol tcp/);
  assert.match(refused('bare', ['tcp', 'doh-server']), /doh-server requires a client-ssl profile/);
});
