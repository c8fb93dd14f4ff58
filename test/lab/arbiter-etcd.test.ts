/** The arbiter's client and a real etcd with TLS that demands certificates of its clients. */
import assert from 'node:assert/strict';
import { type ChildProcess, execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { type ArbiterClient, startArbiter } from '../../src/cluster/arbiter/client.ts';
import type { Acknowledged } from '../../src/cluster/arbiter/ledger.ts';
import { type Arbiter, profiles } from '../../src/cluster/failover/types.ts';
import { systemClock, waitUntil } from '../../src/platform/clock.ts';
import { findFreePort } from '../../src/platform/free-port.ts';
import { systemRandom } from '../../src/platform/random.ts';
import { startEtcd } from './etcd.ts';

const limitMilliseconds = 30_000;
const group = '/Common/traffic-group-1';
let folder = '';
let etcd: ChildProcess | undefined;
let url = '';

function openssl(...words: readonly string[]): void {
  execFileSync('openssl', words, { cwd: folder, stdio: 'pipe' });
}

function sign(name: string, extensions: string): void {
  const key = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes'];
  openssl(
    'req',
    '-new',
    ...key,
    '-keyout',
    `${name}.key`,
    '-out',
    `${name}.csr`,
    '-subj',
    `/CN=${name}`,
  );
  writeFileSync(join(folder, `${name}.ext`), extensions);
  const authority = ['-CA', 'ca.crt', '-CAkey', 'ca.key', '-CAcreateserial', '-days', '2'];
  openssl(
    'x509',
    '-req',
    '-in',
    `${name}.csr`,
    ...authority,
    '-extfile',
    `${name}.ext`,
    '-out',
    `${name}.crt`,
  );
}

before(async () => {
  folder = mkdtempSync(join(tmpdir(), 'arbiter-'));
  const key = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes'];
  openssl(
    'req',
    '-x509',
    ...key,
    '-keyout',
    'ca.key',
    '-out',
    'ca.crt',
    '-subj',
    '/CN=ca',
    '-days',
    '2',
  );
  const uses = 'extendedKeyUsage = serverAuth, clientAuth';
  sign('server', `subjectAltName = IP:127.0.0.1\n${uses}`);
  sign('client', uses);
  url = `https://127.0.0.1:${await findFreePort(systemRandom)}`;
  const peerUrl = `http://127.0.0.1:${await findFreePort(systemRandom)}`;
  const at = (name: string): string => join(folder, name);
  const tls = { certificate: at('server.crt'), key: at('server.key'), authority: at('ca.crt') };
  etcd = startEtcd({ namespace: '', url, peerUrl, folder: at('data'), tls });
});

after(() => {
  etcd?.kill('SIGKILL');
  rmSync(folder, { recursive: true, force: true });
});

interface Candidate {
  readonly client: ArbiterClient;
  readonly acknowledged: Acknowledged[];
  claims: boolean;
}

function candidate(device: string, arbiter: Arbiter): Candidate {
  const acknowledged: Acknowledged[] = [];
  const one: Candidate = {
    acknowledged,
    claims: true,
    client: startArbiter(arbiter, {
      clock: systemClock,
      log: { write: () => undefined },
      device,
      instance: 1,
      profile: profiles.fast,
      wishes: () => ({
        claims: one.claims ? [{ group, term: 1 }] : [],
        releases: one.claims ? [] : [{ group, successor: '' }],
        isUrgent: false,
      }),
      acknowledged: (all) => void acknowledged.push(...all),
    }),
  };
  return one;
}

function until(what: string, isTrue: () => boolean): Promise<void> {
  return waitUntil(systemClock, what, limitMilliseconds, isTrue);
}

test('one of two candidates at a time, over TLS with certificates', async () => {
  const read = (name: string): string => readFileSync(join(folder, name), 'utf8');
  const certificates = { authority: read('ca.crt'), certificate: read('client.crt') };
  // The first endpoint is dead: the second is tried.
  const endpoints = ['https://127.0.0.1:1', url];
  const arbiter = { endpoints, prefix: '/t/', ...certificates, key: read('client.key') };
  const first = candidate('a', arbiter);
  const second = candidate('b', arbiter);
  const stranger = candidate('c', { ...arbiter, certificate: '', key: '' });
  try {
    await until('one of them to be acknowledged', () =>
      [first, second].some(({ acknowledged }) => acknowledged.length > 3),
    );
    const [owner, other] = first.acknowledged.length > 0 ? [first, second] : [second, first];
    assert.equal(other.acknowledged.length, 0);
    const seen = owner.acknowledged.length;
    await until('its lease to be renewed', () => owner.acknowledged.length > seen + 5);
    assert.equal(other.acknowledged.length, 0);
    owner.claims = false;
    await until('the other to have it', () => other.acknowledged.length > 0);
    const newest = owner.acknowledged.at(-1)?.sentAt ?? 0;
    assert.ok((other.acknowledged[0]?.sentAt ?? 0) > newest);
    // It dies without a word: the record has to stand for the time of detection.
    const last = other.acknowledged.at(-1)?.sentAt ?? 0;
    other.client.close();
    owner.claims = true;
    const count = owner.acknowledged.length;
    await until('the first to have it again', () => owner.acknowledged.length > count);
    assert.ok((owner.acknowledged[count]?.sentAt ?? 0) - last >= profiles.fast.fence);
    assert.deepEqual(stranger.acknowledged, []);
    assert.notEqual(stranger.client.status().failure, '');
  } finally {
    for (const { client } of [first, second, stranger]) client.close();
  }
});
