import assert from 'node:assert/strict';
import { X509Certificate } from 'node:crypto';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { connect as connectTcp, createServer } from 'node:net';
import { after, before, describe, it } from 'node:test';
import { connect as connectTls } from 'node:tls';
import {
  createAuthority,
  createDeviceCertificate,
  createKey,
  type KeyMaterial,
  renewCertificate,
} from '../cluster/trust/certificates.ts';
import { silenceMilliseconds } from './liveness.ts';
import { systemClock, waitUntil } from '../platform/clock.ts';
import { admissionOf, type TrustDirectory } from './admission.ts';
import { keyFingerprint } from './certificate.ts';
import { createCodec } from './codec.ts';
import { frameBytes, maximumFrameBytes } from './frame.ts';
import { dial, directories, guids, startChannel, type TestChannel } from './test-channel.ts';

function of(all: Map<string, TrustDirectory>, name: string): TrustDirectory {
  const found = all.get(name);
  assert.ok(found);
  return found;
}

function want(from: Device, to: Device, device?: string): void {
  const peer = { address: '127.0.0.1', port: to.channel.port };
  from.channel.want('test', [device === undefined ? peer : { ...peer, device }]);
}

type Device = TestChannel;

const devices: Device[] = [];

async function startDevice(directory: TrustDirectory, port = 0): Promise<Device> {
  const device = await startChannel(directory, port);
  devices.push(device);
  return device;
}

function until(what: string, isTrue: () => boolean): Promise<void> {
  return waitUntil(systemClock, what, 120_000, isTrue, 2);
}

/** A device made by hand says Hello on both lanes, by a clock of 1970, and then nothing. */
async function greet(to: Device, directory: TrustDirectory) {
  const proto = readFileSync(new URL('../../proto/iquery.proto', import.meta.url), 'utf8');
  const codec = createCodec(proto);
  const body = {
    version: 1,
    features: [],
    device: directory.identity.device,
    software: '16.1.0',
    instance: 'i',
    wallMilliseconds: 0,
    product: '',
    session: 's',
    domain: '',
    removed: [],
  };
  const greeting = frameBytes(codec.encode([{ kind: 'hello', body }]));
  const control = await dial(to.channel.port, directory, 'control');
  const bulk = await dial(to.channel.port, directory, 'bulk');
  for (const lane of [control, bulk]) lane.write(greeting);
  return { control, codec };
}

describe('iQuery channel', () => {
  let authority: KeyMaterial;
  let domain: Map<string, TrustDirectory>;
  before(async () => {
    authority = await createAuthority('domain-1', systemClock.wallMilliseconds());
    domain = await directories(authority, ['a', 'b', 'c']);
  });
  after(() => Promise.all(devices.map((device) => device.channel.close())));

  it('opens one session, carries messages both ways on both lanes, and reports it', async () => {
    const a = await startDevice(of(domain, 'a'));
    const b = await startDevice(of(domain, 'b'));
    const heard: string[] = [];
    a.channel.onMessage('subscribe', (body, session) => {
      heard.push(`a ${session.device} ${body.refreshSeconds}`);
    });
    b.channel.onMessage('groupState', (body, session) => {
      heard.push(
        `b ${session.device} ${body.group} ${body.commitTime.wall} ${body.syncedTime.counter}`,
      );
    });
    b.channel.onSession((session, state) => {
      if (state === 'open') session.send('control', 'subscribe', { refreshSeconds: 7 });
    });
    want(a, b, 'b');
    await until('a session', () => heard.length === 1 && a.channel.session('b') !== undefined);
    a.channel.session('b')?.send('bulk', 'groupState', {
      group: 'g',
      commitId: '',
      commitDevice: '',
      commitTime: { wall: 1_763_720_000_123, counter: 4 },
      syncedId: '',
      syncedTime: { wall: 0, counter: 0 },
      contentHash: '',
      hasPending: false,
      lastError: '',
      versions: [],
      asks: false,
      lastSyncType: 'none',
    });
    await until('the message', () => heard.length === 2);
    assert.deepEqual(heard, ['a b 7', 'b a g 1763720000123 0']);
    assert.equal(a.channel.session('b')?.relation, 'trust-domain');
    assert.ok(Math.abs(a.channel.session('b')?.skewMilliseconds ?? 1e9) < 1000);
    const report = a.channel.peers()[0];
    assert.equal(report?.state, 'connected');
    assert.equal(report?.protocol, 'TLSv1.3');
    assert.ok((report?.bytesIn ?? 0) > 0);
    assert.equal(b.channel.peers()[0]?.device, 'a');
  });

  it('keeps one session when both ends dial', async () => {
    const a = await startDevice(of(domain, 'a'));
    const b = await startDevice(of(domain, 'b'));
    want(a, b, 'b');
    want(b, a, 'a');
    await until('sessions', () => {
      const [one, two] = [a.channel.session('b'), b.channel.session('a')];
      return one !== undefined && two !== undefined && b.channel.peers()[0]?.state === 'connected';
    });
    assert.equal(a.channel.sessions().length, 1);
    assert.equal(b.channel.sessions().length, 1);
  });

  it('dials again after the peer restarted, at the same address', async () => {
    const a = await startDevice(of(domain, 'a'));
    const b = await startDevice(of(domain, 'b'));
    const states: string[] = [];
    a.channel.onSession((session, state) => void states.push(`${session.device} ${state}`));
    want(a, b);
    await until('a session', () => a.channel.session('b') !== undefined);
    const first = a.channel.session('b')?.instance;
    const { port } = b.channel;
    await b.channel.close();
    await until('its end', () => a.channel.session('b') === undefined);
    await startDevice(of(domain, 'b'), port);
    await until('another', () => a.channel.session('b') !== undefined);
    assert.notEqual(a.channel.session('b')?.instance, first);
    assert.deepEqual(states, ['b open', 'b closed', 'b open']);
    assert.equal(a.channel.peers()[0]?.reconnects, 1);
  });

  it('starts without a port that another program has, and takes it when it is free', async () => {
    const squatter = createServer().listen(0, '127.0.0.1');
    await once(squatter, 'listening');
    const taken = squatter.address();
    assert.ok(typeof taken === 'object' && taken !== null);
    const b = await startDevice(of(domain, 'b'), taken.port);
    assert.match(b.log.join('\n'), /cannot listen on TCP port \d+: another program has it/);
    squatter.close();
    const a = await startDevice(of(domain, 'a'));
    want(a, b, 'b');
    await until('a session', () => a.channel.session('b') !== undefined);
  });

  it('refuses a stranger in the handshake and says so once', async () => {
    const b = await startDevice(of(domain, 'b'));
    const foreign = await createAuthority('domain-2', systemClock.wallMilliseconds());
    const stranger = await startDevice(of(await directories(foreign, ['s']), 's'));
    want(stranger, b);
    await until('a reason', () => stranger.channel.peers()[0]?.reason !== '');
    const port = b.channel.port;
    const fake = { ...of(domain, 'b'), identity: stranger.directory.identity };
    for (let round = 0; round < 3; round += 1) {
      await assert.rejects(dial(port, fake));
    }
    assert.equal(b.channel.sessions().length, 0);
    assert.deepEqual(b.log.filter((line) => line.includes('refused')).length, 1, b.log.join('\n'));
  });

  it('refuses TLS 1.2, and a client without a certificate', async () => {
    const b = await startDevice(of(domain, 'b'));
    const { identity } = of(domain, 'a');
    const failure = (options: object): Promise<Error> =>
      new Promise((resolve, reject) => {
        const socket = connectTls({
          host: '127.0.0.1',
          port: b.channel.port,
          rejectUnauthorized: false,
          ALPNProtocols: ['h2'],
          ...options,
        });
        // In TLS 1.3 the refusal of a client arrives after its side of the handshake.
        socket.on('data', () => reject(new Error('was talked to')));
        socket.on('error', resolve);
        socket.on('close', () => resolve(new Error('closed')));
      });
    const old = await failure({
      maxVersion: 'TLSv1.2',
      cert: identity.certificate,
      key: identity.key,
    });
    assert.match(old.message, /protocol version/);
    await failure({});
    assert.match(b.log.join('\n'), /refused/);
  });

  it('knows a device of another domain by its exchanged CA, and not under our names', async () => {
    const foreign = await createAuthority('domain-2', systemClock.wallMilliseconds());
    const [one, two] = [guids['domain-1'] ?? '', guids['domain-2'] ?? ''];
    const others = await directories(foreign, ['g'], two);
    const forged = await directories(foreign, ['b'], two);
    const theirs = { domain: two, authorities: [foreign.certificate], devices: new Map() };
    const ours = { domain: one, authorities: [authority.certificate], devices: new Map() };
    const exchanged = { ...of(domain, 'b'), exchanged: [theirs] };
    const b = await startDevice(exchanged);
    const g = await startDevice({ ...of(others, 'g'), exchanged: [ours] });
    want(g, b);
    await until('a session', () => b.channel.session('g') !== undefined);
    assert.equal(b.channel.session('g')?.relation, 'iquery-peer');
    await until('the other end', () => g.channel.session('b') !== undefined);
    assert.equal(g.channel.session('b')?.relation, 'iquery-peer');
    const c = await startDevice({ ...of(domain, 'c'), exchanged: [theirs] });
    await assert.rejects(dial(c.channel.port, { ...of(forged, 'b'), exchanged: [ours] }));
    assert.match(c.log.join('\n'), /claims the name of our device b/);
  });

  it('shuts a removed device out at once, and one with another key under a member’s name', async () => {
    const a = await startDevice(of(domain, 'a'));
    const b = await startDevice(of(domain, 'b'));
    want(a, b);
    await until('a session', () => b.channel.session('a') !== undefined);
    const members = new Map(b.directory.members);
    members.delete('a');
    b.change({ ...b.directory, members });
    await until('its end', () => b.channel.session('a') === undefined);
    await until('a refusal', () => /not a member/.test(b.log.join('\n')));
    assert.equal(b.channel.session('a'), undefined);
    const forged = of(await directories(authority, ['c']), 'c');
    await assert.rejects(dial(b.channel.port, { ...of(domain, 'c'), identity: forged.identity }));
    b.change(b.directory);
    await until('a session again', () => b.channel.session('a') !== undefined);
  });

  it('refuses an expired certificate, but keeps a session that outlives its own', async () => {
    const past = systemClock.wallMilliseconds() - 800 * 24 * 3600 * 1000;
    const key = await createKey();
    const subject = { device: 'c', domain: guids['domain-1'] ?? '' };
    const certificate = await createDeviceCertificate(authority, subject, key, past);
    const expired = { device: 'c', key, certificate };
    const members = new Map([...of(domain, 'b').members, ['c', certificate]]);
    const b = await startDevice({ ...of(domain, 'b'), members });
    await assert.rejects(dial(b.channel.port, { ...of(domain, 'c'), identity: expired }));
    assert.match(b.log.join('\n'), /the certificate of c has expired on/);
    const future = await createDeviceCertificate(authority, subject, key, past + 2e11);
    const admit = admissionOf({ ...of(domain, 'b'), members });
    const early = admit(new X509Certificate(future), { now: past, isRunning: false });
    assert.match(early.ok ? '' : early.reason, /is not valid before .*; are the clocks right\?/);
    const late = admit(new X509Certificate(certificate), { now: 1e15, isRunning: true });
    assert.ok(late.ok);
  });

  it('goes on by the key when certificates and authority are new, and ends nothing', async () => {
    const a = await startDevice(of(domain, 'a'));
    const b = await startDevice(of(domain, 'b'));
    want(a, b);
    await until('a session', () => b.channel.session('a') !== undefined);
    const session = b.channel.session('a');
    const now = systemClock.wallMilliseconds();
    const next = await createAuthority('domain-1 again', now);
    const subject = { device: 'b', domain: guids['domain-1'] ?? '' };
    const { identity } = b.directory;
    const certificate = await renewCertificate(next, identity.certificate, subject, now);
    const renewed = { ...identity, certificate };
    b.change({ ...b.directory, identity: renewed, authority: next.certificate });
    // c knows neither the new authority nor the new certificate.
    const c = await startDevice(of(domain, 'c'));
    want(c, b, 'b');
    await until('c and b', () => c.channel.session('b') !== undefined);
    assert.equal(b.channel.session('a'), session);
  });

  it('believes a name of another domain only there', async () => {
    const now = systemClock.wallMilliseconds();
    const [one, two, three] = await Promise.all(
      ['domain-1', 'domain-2', 'domain-3'].map((name) => createAuthority(name, now)),
    );
    assert.ok(one && two && three);
    const [first = '', second = ''] = Object.values(guids);
    const third = '33333333-3333-4333-8333-333333333333';
    const g = of(await directories(two, ['g'], second), 'g');
    const key = 'f'.repeat(64);
    const foreign = (domain: string, by: KeyMaterial, ...names: readonly string[]) => ({
      domain,
      authorities: [by.certificate],
      devices: new Map(names.map((name) => [name, key])),
    });
    const ours = of(await directories(one, ['b'], first), 'b');
    const exchanged = [foreign(second, two), foreign(third, three, 'g')];
    const ask = (certificate: string, all = exchanged) =>
      admissionOf({ ...ours, exchanged: all })(new X509Certificate(certificate), {
        now,
        isRunning: false,
      });
    const taken = ask(g.identity.certificate);
    assert.match(taken.ok ? '' : taken.reason, /the name g belongs to trust domain 33333333/);
    assert.deepEqual(ask(g.identity.certificate, [foreign(second, two)]), {
      ok: true,
      device: 'g',
      relation: 'iquery-peer',
      domain: second,
    });
    // Domain 2's authority signs a name for domain 3.
    const forged = of(await directories(two, ['x'], third), 'x');
    const refused = ask(forged.identity.certificate);
    assert.match(refused.ok ? '' : refused.reason, /is not for trust domain 22222222/);
  });

  it('hears who was removed before it talks to anybody, when it comes back to three', async () => {
    const [a, c] = [of(domain, 'a'), of(domain, 'c')];
    const keyOfA = keyFingerprint(new X509Certificate(a.identity.certificate));
    const members = new Map(c.members);
    members.delete('a');
    const told = await startDevice({ ...c, members, removed: new Set([keyOfA]) });
    const removed = await startDevice(a);
    const back = await startDevice(of(domain, 'b'));
    const opened: string[] = [];
    back.channel.onSession((session, state) => void opened.push(`${session.device} ${state}`));
    back.channel.want('test', [
      { address: '127.0.0.1', port: removed.channel.port, device: 'a' },
      { address: '127.0.0.1', port: told.channel.port, device: 'c' },
    ]);
    await until('c', () => back.channel.session('c') !== undefined);
    await until('a refusal', () =>
      back.channel
        .peers()
        .some(({ device, reason }) => device === 'a' && /was removed/.test(reason)),
    );
    assert.deepEqual(opened, ['c open']);
  });

  it('ends the session on garbage, and only that session', async () => {
    const a = await startDevice(of(domain, 'a'));
    const b = await startDevice(of(domain, 'b'));
    want(a, b);
    await until('a session', () => b.channel.session('a') !== undefined);
    const huge = new Uint8Array(4);
    new DataView(huge.buffer).setUint32(0, maximumFrameBytes + 1);
    const malformed = frameBytes(Uint8Array.from([0x0a, 0xff, 0xff, 0xff, 0xff, 0x0f]));
    for (const bytes of [huge, malformed, frameBytes(Uint8Array.from([0x0a, 0x02, 0x12, 0x00]))]) {
      const wire = await dial(b.channel.port, of(domain, 'c'));
      const closed = new Promise<string>((resolve) => wire.onClose(resolve));
      wire.write(bytes);
      await closed;
    }
    const socket = connectTcp(b.channel.port, '127.0.0.1');
    const closed = new Promise((resolve) => socket.on('close', resolve));
    socket.on('error', () => undefined);
    socket.end('GET / HTTP/1.0\r\n\r\n');
    await closed;
    assert.doesNotMatch(b.log.join('\n'), /session with a closed: (?!silent)/);
    // On a busy machine both may have been silent for each other meanwhile.
    await until('the session', () => a.channel.session('b') !== undefined);
    await until('no other', () => b.channel.sessions().length === 1);
  });

  it('declares a peer that hangs lost within about a second', async () => {
    const b = await startDevice(of(domain, 'b'));
    const begin = systemClock.monotonicMilliseconds();
    // A peer that opens both lanes and then says nothing any more.
    await greet(b, of(domain, 'c'));
    await until('its loss', () => /session with c closed/.test(b.log.join('\n')));
    const took = systemClock.monotonicMilliseconds() - begin;
    assert.ok(took >= silenceMilliseconds, `${took} ms`);
    assert.match(b.log.join('\n'), /session with c closed: silent for/);
  });

  it('hears of a clock that was set right while the session lasts', async () => {
    const b = await startDevice(of(domain, 'b'));
    const { control, codec } = await greet(b, of(domain, 'c'));
    await until('a session', () => b.channel.session('c') !== undefined);
    const skew = () => b.channel.session('c')?.skewMilliseconds ?? 0;
    assert.ok(skew() < -1e12, `${skew()} ms`);
    const sentMilliseconds = systemClock.wallMilliseconds() + 60_000;
    control.write(
      frameBytes(codec.encode([{ kind: 'ping', body: { sequence: 1, sentMilliseconds } }])),
    );
    await until('its clock', () => skew() > 0);
    assert.ok(skew() <= 60_000, `${skew()} ms`);
  });

  it('rests when the address is its own', async () => {
    const a = await startDevice(of(domain, 'a'));
    want(a, a);
    await until('a reason', () => a.channel.peers()[0]?.reason === 'this device itself');
    assert.equal(a.channel.sessions().length, 0);
  });

  it('delivers a message within a few milliseconds', async () => {
    const a = await startDevice(of(domain, 'a'));
    const b = await startDevice(of(domain, 'b'));
    want(a, b);
    await until('sessions', () => a.channel.session('b') !== undefined);
    let heard = 0;
    b.channel.onMessage('subscribe', (_body, session) => {
      session.send('control', 'loadRequest', { group: '', reason: '', force: false });
    });
    const times: number[] = [];
    let sent = 0;
    a.channel.onMessage('loadRequest', () => {
      times.push(systemClock.monotonicMilliseconds() - sent);
      heard += 1;
      next();
    });
    const next = (): void => {
      sent = systemClock.monotonicMilliseconds();
      if (heard < 50) a.channel.session('b')?.send('control', 'subscribe', { refreshSeconds: 1 });
    };
    next();
    await until('50 round trips', () => heard === 50);
    times.sort((one, two) => one - two);
    // Nagle with delayed acknowledgements would make each 40 ms; a busy machine slows some.
    assert.ok((times[5] ?? 99) < 20, `a tenth within ${times[5]} ms`);
  });
});
