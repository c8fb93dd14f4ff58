import assert from 'node:assert/strict';
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
} from '../cluster/trust/certificates.ts';
import { systemClock, waitUntil } from '../platform/clock.ts';
import { dialStream, type Wire } from '../platform/http2.ts';
import { systemRandom } from '../platform/random.ts';
import type { TrustDirectory } from './admission.ts';
import { type RunningIquery, startIquery } from './channel.ts';
import { createCodec } from './codec.ts';
import { credentialsOf, type TrustSource } from './core.ts';
import { frameBytes, maximumFrameBytes } from './frame.ts';

const guids: Readonly<Record<string, string>> = {
  'domain-1': '11111111-1111-4111-8111-111111111111',
  'domain-2': '22222222-2222-4222-8222-222222222222',
};

interface Device {
  readonly directory: TrustDirectory;
  readonly channel: RunningIquery;
  readonly log: string[];
  change(next: TrustDirectory): void;
}

const devices: Device[] = [];

function until(what: string, isTrue: () => boolean): Promise<void> {
  return waitUntil(systemClock, what, 5000, isTrue, 2);
}

async function directories(
  authority: KeyMaterial,
  names: readonly string[],
  domain = guids['domain-1'] ?? '',
): Promise<Map<string, TrustDirectory>> {
  const now = systemClock.wallMilliseconds();
  const made = await Promise.all(
    names.map(async (device) => {
      const key = await createKey();
      return {
        device,
        key,
        certificate: await createDeviceCertificate(authority, { device, domain }, key, now),
      };
    }),
  );
  const members = new Map(made.map(({ device, certificate }) => [device, certificate]));
  return new Map(
    made.map((identity) => [
      identity.device,
      {
        identity,
        domain,
        authority: authority.certificate,
        chain: [],
        members,
        certifiers: new Set(members.keys()),
        removed: new Set<string>(),
        exchanged: [],
      },
    ]),
  );
}

async function startDevice(directory: TrustDirectory, port = 0): Promise<Device> {
  let current = directory;
  const listeners: (() => void)[] = [];
  const log: string[] = [];
  const trust: TrustSource = {
    current: () => current,
    onChange(listener) {
      listeners.push(listener);
      return () => void listeners.splice(listeners.indexOf(listener), 1);
    },
  };
  const channel = await startIquery({
    trust,
    clock: systemClock,
    random: systemRandom,
    log: { write: (_level, message) => void log.push(message) },
    port,
    addresses: ['127.0.0.1'],
    software: '16.1.0',
  });
  const device = {
    directory,
    channel,
    log,
    change(next: TrustDirectory) {
      current = next;
      for (const listener of listeners) listener();
    },
  };
  devices.push(device);
  return device;
}

function of(all: Map<string, TrustDirectory>, name: string): TrustDirectory {
  const found = all.get(name);
  assert.ok(found);
  return found;
}

function want(from: Device, to: Device, device?: string): void {
  const peer = { address: '127.0.0.1', port: to.channel.port };
  from.channel.want('test', [device === undefined ? peer : { ...peer, device }]);
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
    assert.equal(b.channel.sessions().length, 1);
    assert.ok(a.channel.session('b'));
  });

  it('declares a peer that hangs lost within about a second', async () => {
    const b = await startDevice(of(domain, 'b'));
    // A peer that opens both lanes and then says nothing any more.
    const hello = {
      version: 1,
      features: [],
      device: 'c',
      software: '16.1.0',
      instance: 'i',
      wallMilliseconds: 0,
      product: '',
      session: 's',
      domain: '',
      removed: [],
    };
    const codec = createCodec(
      readFileSync(new URL('../../proto/iquery.proto', import.meta.url), 'utf8'),
    );
    const greeting = frameBytes(codec.encode([{ kind: 'hello', body: hello }]));
    for (const lane of ['control', 'bulk'])
      (await dial(b.channel.port, of(domain, 'c'), lane)).write(greeting);
    await until('a session', () => b.channel.session('c') !== undefined);
    const begin = systemClock.monotonicMilliseconds();
    await until('its loss', () => b.channel.session('c') === undefined);
    const took = systemClock.monotonicMilliseconds() - begin;
    assert.ok(took > 500 && took < 5000, `${took} ms`);
    assert.match(b.log.join('\n'), /session with c closed: silent for/);
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

function dial(port: number, directory: TrustDirectory, lane = 'control'): Promise<Wire> {
  return new Promise((resolve, reject) => {
    dialStream({
      address: '127.0.0.1',
      port,
      path: `/evenkeel.iquery.v1/${lane}`,
      credentials: credentialsOf(directory),
      refuse: () => undefined,
    }).then(resolve, reject);
  });
}
