/**
 * A member that has gone mad, and strangers: frames on 4353 that are malformed, oversized, cut off, repeated and out
 * of order. The session with the madman ends or goes on; nothing else ends, no configuration changes, and what the
 * others say to each other is heard.
 */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { connect as connectPlain } from 'node:net';
import { after, before, test } from 'node:test';
import { connect as connectTls } from 'node:tls';
import { TestDevice } from '../../src/cluster/test-device.ts';
import { heldAuthority } from '../../src/cluster/trust/authority.ts';
import { createDeviceCertificate, createKey } from '../../src/cluster/trust/certificates.ts';
import { admitOperations } from '../../src/cluster/trust/domain.ts';
import type { TrustDirectory } from '../../src/iquery/admission.ts';
import { type AllBodies, createCodec, type Message } from '../../src/iquery/codec.ts';
import { frameBytes, maximumFrameBytes } from '../../src/iquery/frame.ts';
import { dial } from '../../src/iquery/test-channel.ts';
import { systemClock, waitUntil } from '../../src/platform/clock.ts';
import type { Wire } from '../../src/platform/http2.ts';
import { type Chance, createChance, rounds, seed } from './random.ts';

const proto = readFileSync(new URL('../../proto/iquery.proto', import.meta.url), 'utf8');
const codec = createCodec(proto);
const madman = 'madman.fuzz';

let a: TestDevice;
let b: TestDevice;
let mad: TrustDirectory;

function until(what: string, isTrue: () => boolean): Promise<void> {
  return waitUntil(systemClock, what, 30_000, isTrue, 5);
}

before(async () => {
  a = new TestDevice('a.fuzz', '127.0.31.1', 0);
  await a.start();
  b = new TestDevice('b.fuzz', '127.0.31.2', a.iqueryPort);
  await b.start();
  for (const device of [a, b]) device.setConfigsyncIp();
  assert.equal((await a.add(b)).status, 200);
  // It is a member by all that is written; it has nothing of a device but key and certificate.
  const options = { store: a.store, clock: systemClock };
  const authority = heldAuthority(options);
  assert.ok(authority);
  const key = await createKey();
  const domain = a.store.view().get('cm trust-domain', '/Common/Root')?.properties.guid ?? '';
  const subject = { device: madman, domain };
  const now = systemClock.wallMilliseconds();
  const certificate = await createDeviceCertificate(authority, subject, key, now);
  const properties = { hostname: madman };
  const joiner = { device: madman, properties, certificate, isCertifier: true };
  assert.ok(a.commit(...admitOperations(a.store.view(), joiner)).ok);
  await until('it is known', () => b.store.view().count('cm device') === 3);
  await until('a session', () => a.isConnectedTo(b) && b.isConnectedTo(a));
  mad = {
    identity: { device: madman, certificate, key },
    domain,
    authority: authority.certificate,
    chain: [],
    members: new Map(),
    certifiers: new Set(),
    removed: new Set(),
    exchanged: [],
  };
});
after(() => Promise.all([a.destroy(), b.destroy()]));

const texts = ['', '/Common/device_trust_group', '{', 'null', '[]', '{"component":1}', '__proto__'];
const numbers = [0, 1, 7, 2 ** 31, 2 ** 53 - 1];

/** A value of the same shape as `value`, more or less. */
function strange(chance: Chance, value: unknown): unknown {
  if (chance.oneIn(20)) return 'x'.repeat(chance.below(100_000));
  if (typeof value === 'string') return texts[chance.below(texts.length)];
  if (typeof value === 'number') return numbers[chance.below(numbers.length)];
  if (typeof value === 'boolean') return chance.oneIn(2);
  if (Array.isArray(value)) {
    const list = value as readonly unknown[]; // Array.isArray widens to any[].
    return Array.from({ length: chance.below(4) }, () => strange(chance, list[0] ?? ''));
  }
  if (typeof value !== 'object' || value === null || value instanceof Uint8Array) return value;
  const entries = Object.entries(value);
  return Object.fromEntries(entries.map(([name, inner]) => [name, strange(chance, inner)]));
}

const time = { wall: 5, counter: 1 };
const versions = [{ origin: 'x', time }];
const bodies: { readonly [K in keyof AllBodies]?: AllBodies[K] } = {
  ping: { sequence: 1, sentMilliseconds: 1 },
  pong: { sequence: 1, sentMilliseconds: 1 },
  subscribe: { refreshSeconds: 1 },
  loadRequest: { group: 'g', reason: 'r', force: false },
  syncResult: { group: 'g', commitId: 'c', error: '' },
  contentRequest: {
    group: 'g',
    number: 1,
    versions: [{ origin: 'a', time: { wall: 2, counter: 3 } }],
  },
  contentPart: { number: 1, objects: ['{}'], part: 1, parts: 1, error: '', versions },
  masterKey: {
    domain: 'd',
    hash: 'h',
    time: 1,
    givesWay: false,
    asks: false,
    key: new Uint8Array(3),
  },
  authorityKey: { domain: 'd', fingerprint: 'f', asks: true, key: 'k' },
  domainNews: { domain: 'd', time, authorities: ['x'], devices: [{ device: 'x', key: 'y' }] },
  witnessAnswer: { group: 'g', accepted: true, reason: '', addresses: ['127.0.0.1'] },
};

function someMessages(chance: Chance): readonly Message[] {
  const kinds = Object.entries(bodies);
  return Array.from({ length: 1 + chance.below(5) }, () => {
    const [kind, body] = kinds[chance.below(kinds.length)] ?? ['ping', bodies.ping];
    // Strange on purpose: the codec takes what it can, as a peer's would.
    return { kind, body: strange(chance, body) } as Message;
  });
}

function hello(session: string, chance: Chance): Message {
  const body: AllBodies['hello'] = {
    version: 1,
    features: chance.oneIn(2) ? ['sync-versions', 'sealed-secrets'] : [],
    device: madman,
    software: '16.1.0',
    instance: session,
    wallMilliseconds: 1,
    product: 'bigip',
    session,
    domain: chance.oneIn(2) ? mad.domain : '',
    removed: chance.oneIn(2) ? ['not a key', 'f'.repeat(64)] : [],
  };
  return { kind: 'hello', body };
}

/** Bytes for one lane: a Hello more often than not, then frames that were tampered with. */
function stream(chance: Chance, session: string): Buffer {
  const frames: Uint8Array[] = chance.oneIn(5) ? [] : [encode([hello(session, chance)])];
  for (let count = chance.below(6); count > 0; count -= 1)
    frames.push(encode(someMessages(chance)));
  if (chance.oneIn(4)) frames.push(frames[chance.below(frames.length)] ?? encode([]));
  if (chance.oneIn(6)) frames.push(encode([hello(session, chance)]));
  if (chance.oneIn(6)) frames.reverse();
  const bytes = Buffer.concat(frames);
  for (
    let flips = chance.oneIn(2) ? chance.below(8) : 0;
    flips > 0 && bytes.length > 0;
    flips -= 1
  ) {
    bytes[chance.below(bytes.length)] = chance.below(256);
  }
  if (chance.oneIn(8)) {
    const lie = Buffer.alloc(4);
    lie.writeUInt32BE(maximumFrameBytes + 1 + chance.below(2 ** 30));
    return Buffer.concat([bytes, lie]);
  }
  return chance.oneIn(3) ? bytes.subarray(0, chance.below(bytes.length + 1)) : bytes;
}

function encode(messages: readonly Message[]): Uint8Array {
  try {
    return frameBytes(codec.encode(messages));
  } catch {
    // Too strange even to be written.
    return frameBytes(new Uint8Array([0x0a, 0x00]));
  }
}

test('frames of a member that has gone mad end its own session at most', async () => {
  const chance = createChance(seed);
  const before = { a: a.parts.channel.session('b.fuzz'), b: b.parts.channel.session('a.fuzz') };
  const sequences = [a, b].map((device) => device.store.view().sequence);
  let heard = 0;
  b.parts.channel.onMessage('witnessAnswer', (_body, { device }) => {
    if (device === 'a.fuzz') heard += 1;
  });
  for (let round = 0; round < 60 * rounds; round += 1) {
    const what = `round ${round} of seed ${seed}`;
    const session = `s${round}`;
    const lanes: Wire[] = [];
    for (const lane of ['control', 'bulk']) {
      lanes.push(await dial(b.iqueryPort, mad, lane, b.address));
    }
    for (const wire of lanes) {
      const bytes = stream(chance, session);
      const cut = chance.below(bytes.length + 1);
      wire.write(bytes.subarray(0, cut));
      wire.write(bytes.subarray(cut));
    }
    a.parts.channel.session('b.fuzz')?.send('control', 'witnessAnswer', {
      group: '',
      accepted: false,
      reason: '',
      addresses: [],
    });
    await until(`${what}: a is heard`, () => heard > round);
    for (const wire of lanes) wire.destroy();
  }
  await until('its end', () => b.parts.channel.session(madman) === undefined);
  assert.equal(a.parts.channel.session('b.fuzz'), before.a);
  assert.equal(b.parts.channel.session('a.fuzz'), before.b);
  assert.deepEqual(
    [a, b].map((device) => device.store.view().sequence),
    sequences,
    `configurations changed: ${[a, b].map((one) => JSON.stringify(one.store.history(1)[0]?.origin)).join()}`,
  );
  const secret = b.logged.filter((line) => line.includes('PRIVATE KEY'));
  assert.deepEqual(secret, []);
});

test('eight megabytes of empty messages end the session before they are objects', async () => {
  const chance = createChance(seed + 2);
  const lanes: Wire[] = [];
  for (const lane of ['control', 'bulk']) {
    lanes.push(await dial(b.iqueryPort, mad, lane, b.address));
  }
  for (const wire of lanes) wire.write(encode([hello('full', chance)]));
  await until('its session', () => b.parts.channel.session(madman) !== undefined);
  let isClosed = false;
  lanes[0]?.onClose(() => (isClosed = true));
  b.logged.length = 0;
  // A ping of nothing each.
  lanes[0]?.write(frameBytes(Buffer.alloc(maximumFrameBytes, Buffer.from([0x0a, 2, 0x12, 0]))));
  await until('the end of the connection', () => isClosed);
  await until('the end of the session', () => b.parts.channel.session(madman) === undefined);
  const said = b.logged.filter((line) => line.includes('a frame is malformed'));
  assert.equal(said.length, 1, said.join('\n'));
  assert.ok(b.parts.channel.session('a.fuzz'));
  for (const wire of lanes) wire.destroy();
});

test('bytes that are no TLS, no HTTP/2, or old TLS are refused and logged once', async () => {
  const chance = createChance(seed + 1);
  const { identity } = mad;
  b.logged.length = 0;
  const ended = (socket: ReturnType<typeof connectPlain>): Promise<void> =>
    new Promise((resolve) => {
      socket.on('error', () => undefined);
      socket.on('close', () => resolve());
      socket.resume();
    });
  for (let round = 0; round < 15 * rounds; round += 1) {
    const garbage = Buffer.from(Array.from({ length: 200 }, () => chance.below(256)));
    const plain = connectPlain(b.iqueryPort, b.address);
    const plainEnd = ended(plain);
    plain.end(garbage);
    await plainEnd;
    const secure = connectTls({
      host: b.address,
      port: b.iqueryPort,
      cert: identity.certificate,
      key: identity.key,
      rejectUnauthorized: false,
      ALPNProtocols: ['h2'],
      ...(chance.oneIn(3) && { maxVersion: 'TLSv1.2' as const }),
    });
    const secureEnd = ended(secure);
    secure.on('secureConnect', () => secure.end(garbage));
    await secureEnd;
  }
  assert.ok(b.isConnectedTo(a));
  assert.ok(b.logged.filter((line) => line.includes('refused')).length <= 1, b.logged.join('\n'));
});
