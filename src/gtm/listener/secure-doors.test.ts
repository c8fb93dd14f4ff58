/** Real TLS on 127.0.0.1: DNS over TLS and over HTTPS, by HTTP/2 and HTTP/1.1. */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { connect as connectHttp2 } from 'node:http2';
import { request as requestHttps } from 'node:https';
import { connect as connectTcp } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { connect as connectTls, type TLSSocket } from 'node:tls';
import { present } from '../../base/assert.ts';
import { createFrameReader, frame } from '../../base/dns/framing.ts';
import { encodeMessage } from '../../base/dns/message.ts';
import { systemClock, waitUntil } from '../../platform/clock.ts';
import { silentLog } from '../../platform/log.ts';
import { defaultDnsProfile, type ListenerSpec, type ListenerTls } from '../protocol.ts';
import { queryPacket } from '../test-support.ts';
import type { Respond } from './connections.ts';
import { createListeners, type Listeners } from './listeners.ts';

const limit = 30_000;
const cleanups: (() => unknown)[] = [];
after(async () => {
  for (const cleanup of cleanups.toReversed()) await cleanup();
});

function makePem(name: string): string {
  const folder = mkdtempSync(join(tmpdir(), 'door-'));
  const paths = [join(folder, 'key.pem'), join(folder, 'cert.pem')] as const;
  const kind = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes'];
  const into = ['-keyout', paths[0], '-out', paths[1], '-days', '2', '-subj', `/CN=${name}`];
  execFileSync('openssl', ['req', '-x509', ...kind, ...into], { stdio: 'pipe' });
  const pem = paths.map((path) => readFileSync(path, 'utf8')).join('');
  rmSync(folder, { recursive: true });
  return pem;
}

const tlsOf = (pem: string, more: Partial<ListenerTls> = {}): ListenerTls => ({
  pems: [pem],
  oldest: 'TLSv1.2',
  newest: 'TLSv1.3',
  ciphers: null,
  ...more,
});
const specOf = (kind: 'tls' | 'https', tls: ListenerTls | string): ListenerSpec => ({
  address: '127.0.0.1',
  port: 0,
  protocol: 'tcp',
  profile: defaultDnsProfile,
  secure: { kind, tls },
});

/** Answers with the question itself as an answer; what begins with `slow` when it is let go. */
function startDoors(...wanted: readonly ListenerSpec[]): {
  readonly listeners: Listeners;
  readonly held: (() => void)[];
} {
  const held: (() => void)[] = [];
  const handle = (
    bytes: Uint8Array,
    _client: string,
    _transport: 'udp' | 'tcp',
    respond: Respond,
  ): void => {
    const answer = (): void =>
      respond(Uint8Array.from(bytes, (byte, at) => (at === 2 ? byte | 0x80 : byte)));
    if (Buffer.from(bytes).includes('slow')) held.push(answer);
    else answer();
  };
  const listeners = createListeners(systemClock, silentLog, handle, () => undefined, undefined);
  cleanups.push(() => listeners.close());
  listeners.set(wanted);
  return { listeners, held };
}

async function portOf(listeners: Listeners, kind: 'tls' | 'https'): Promise<number> {
  const find = () => listeners.status().find((one) => one.secure === kind && one.state === 'open');
  await waitUntil(systemClock, `the ${kind} listener`, limit, () => find() !== undefined);
  return present(find(), kind).port;
}

/** Resolves when the handshake is done. */
function shake(
  port: number,
  protocols: readonly string[],
  servername?: string,
): Promise<TLSSocket> {
  return new Promise((resolve, reject) => {
    const named = servername === undefined ? {} : { servername };
    const options = { host: '127.0.0.1', port, rejectUnauthorized: false, ...named };
    const socket = connectTls({ ...options, ALPNProtocols: [...protocols] });
    cleanups.push(() => socket.destroy());
    socket.once('secureConnect', () => resolve(socket)).once('error', reject);
  });
}

test('who asks for a server by name is shown its certificate, by TLS and by HTTPS', async () => {
  const [own, named, wild] = ['own', 'named', 'wild'].map(makePem) as [string, string, string];
  const names = [
    { name: 'dns.example.com', pems: [named] },
    { name: '*.example.net', pems: [wild] },
  ];
  for (const kind of ['tls', 'https'] as const) {
    const { listeners } = startDoors(specOf(kind, tlsOf(own, { names })));
    const port = await portOf(listeners, kind);
    const shown = async (servername?: string): Promise<string> => {
      const protocol = kind === 'tls' ? 'dot' : 'h2';
      const socket = await shake(port, [protocol], servername);
      return String(socket.getPeerCertificate().subject.CN);
    };
    assert.equal(await shown(), 'own');
    assert.equal(await shown('DNS.example.com'), 'named');
    assert.equal(await shown('any.example.net'), 'wild');
    assert.equal(await shown('other.example.com'), 'own');
    listeners.set([
      specOf(kind, tlsOf(own, { names: [{ name: 'dns.example.com', pems: [wild] }] })),
    ]);
    assert.equal(await shown('dns.example.com'), 'wild');
    assert.equal(await shown('any.example.net'), 'own');
  }
});

test('DNS over TLS: answers as they are ready, padded for who pads', async () => {
  const { held, listeners } = startDoors(specOf('tls', tlsOf(makePem('first'))));
  const port = await portOf(listeners, 'tls');
  const socket = await shake(port, ['dot']);
  assert.equal(socket.alpnProtocol, 'dot');
  const replies: Uint8Array[] = [];
  const reader = createFrameReader();
  socket.on('data', (chunk: Buffer) => {
    const frames = reader.push(chunk);
    if (frames !== 'malformed') replies.push(...frames);
  });
  const padding = Uint8Array.of(0, 12, 0, 1, 0);
  const paddedQuery = encodeMessage({
    id: 7,
    flags: 0,
    questions: [{ name: 'quick.example.com', type: 1, class: 1 }],
    answers: [],
    authorities: [],
    additionals: [{ name: '', type: 41, class: 1232, ttl: 0, data: padding }],
  });
  const slow = queryPacket('slow.example.com', 1);
  socket.write(Buffer.concat([frame(slow), frame(paddedQuery)]));
  await waitUntil(systemClock, 'the quick answer', limit, () => replies.length === 1);
  assert.equal(replies[0]?.[1], 7);
  assert.equal(replies[0]?.length, 468);
  held.shift()?.();
  await waitUntil(systemClock, 'the slow answer', limit, () => replies.length === 2);
  assert.equal(replies[1]?.length, slow.length);
  // Who speaks something else inside TLS is told so at the handshake; who names nothing is served.
  await assert.rejects(shake(port, ['h2']));
  assert.equal((await shake(port, [])).alpnProtocol, false);
});

test('a new certificate is shown to who comes next; one that is none closes the door in words', async () => {
  const { listeners } = startDoors(specOf('tls', tlsOf(makePem('first'))));
  const nameAt = async (): Promise<string | undefined> => {
    const socket = await shake(await portOf(listeners, 'tls'), ['dot']);
    return socket.getPeerCertificate().subject.CN?.toString();
  };
  assert.equal(await nameAt(), 'first');
  const kept = await shake(await portOf(listeners, 'tls'), ['dot']);
  listeners.set([specOf('tls', tlsOf(makePem('second')))]);
  assert.equal(await nameAt(), 'second');
  assert.equal(kept.destroyed, false);
  listeners.set([specOf('tls', 'it has no certificate')]);
  const isClosed = (): boolean => listeners.status()[0]?.reason === 'it has no certificate';
  await waitUntil(systemClock, 'the closed door', limit, isClosed);
  assert.equal(listeners.status()[0]?.state, 'waiting');
  listeners.set([specOf('tls', tlsOf('rubbish'))]);
  listeners.set([specOf('tls', tlsOf(makePem('third')))]);
  assert.equal(await nameAt(), 'third');
});

test('half-open handshakes keep nobody out', async () => {
  const { listeners } = startDoors(specOf('tls', tlsOf(makePem('first'))));
  const port = await portOf(listeners, 'tls');
  const idle = Array.from({ length: 140 }, () => connectTcp(port, '127.0.0.1'));
  cleanups.push(() => idle.forEach((socket) => socket.destroy()));
  const closed = new Set<unknown>();
  for (const socket of idle)
    socket.on('error', () => undefined).on('close', () => closed.add(socket));
  await waitUntil(systemClock, 'room to be made', limit, () => closed.size >= 12);
  assert.equal((await shake(port, ['dot'])).alpnProtocol, 'dot');
});

interface Answer {
  readonly status: number;
  readonly body: Buffer;
  readonly type: string;
}

function askHttp2(port: number, path: string, body?: Uint8Array): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const session = connectHttp2(`https://127.0.0.1:${port}`, { rejectUnauthorized: false });
    session.once('error', reject);
    const type = body === undefined ? {} : { 'content-type': 'application/dns-message' };
    const method = body === undefined ? 'GET' : 'POST';
    const stream = session.request({ ':path': path, ':method': method, ...type });
    const parts: Buffer[] = [];
    let status = 0;
    let contentType = '';
    stream.on('response', (headers) => {
      status = headers[':status'] ?? 0;
      contentType = headers['content-type'] ?? '';
    });
    stream.on('data', (part: Buffer) => parts.push(part));
    stream.on('error', reject);
    stream.on('end', () => {
      session.destroy();
      resolve({ status, body: Buffer.concat(parts), type: contentType });
    });
    stream.end(body);
  });
}

function askHttp1(port: number, path: string, body?: Uint8Array): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const headers = body === undefined ? {} : { 'content-type': 'application/dns-message' };
    const method = body === undefined ? 'GET' : 'POST';
    const where = { host: '127.0.0.1', port, path, rejectUnauthorized: false, agent: false };
    const asking = requestHttps({ ...where, method, headers }, (response) => {
      const parts: Buffer[] = [];
      response.on('data', (part: Buffer) => parts.push(part));
      response.on('end', () => {
        const type = response.headers['content-type'] ?? '';
        resolve({ status: response.statusCode ?? 0, body: Buffer.concat(parts), type });
      });
    });
    asking.once('error', reject);
    asking.end(body);
  });
}

test('DNS over HTTPS: HTTP/2 and HTTP/1.1, GET and POST, and what is wrong', async () => {
  const { listeners } = startDoors(specOf('https', tlsOf(makePem('first'))));
  const port = await portOf(listeners, 'https');
  const question = queryPacket('www.example.com', 1);
  const path = `/dns-query?dns=${Buffer.from(question).toString('base64url')}`;
  for (const ask of [askHttp2, askHttp1]) {
    for (const got of [await ask(port, path), await ask(port, '/dns-query', question)]) {
      assert.deepEqual([got.status, got.type], [200, 'application/dns-message']);
      assert.equal(got.body.length, question.length);
      assert.equal((got.body[2] ?? 0) & 0x80, 0x80);
    }
    assert.equal((await ask(port, '/')).status, 404);
    assert.equal((await ask(port, '/dns-query', new Uint8Array(70_000))).status, 413);
  }
});

test('an old version of TLS is not spoken', async () => {
  const { listeners } = startDoors(specOf('https', tlsOf(makePem('first'), { oldest: 'TLSv1.3' })));
  const port = await portOf(listeners, 'https');
  const old = connectTls({ host: '127.0.0.1', port, maxVersion: 'TLSv1.2' });
  await assert.rejects(
    new Promise((resolve, reject) => old.once('secureConnect', resolve).once('error', reject)),
  );
});
