/**
 * A thousand connections a second from strangers at 4353, from one address and from a thousand: refused, told of
 * in a few lines, and what members say to each other arrives as before.
 */
import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { after, before, test } from 'node:test';
import { connect as connectTls } from 'node:tls';
import { TestDevice } from '../../src/cluster/test-device.ts';
import { systemClock, waitUntil } from '../../src/platform/clock.ts';

let a: TestDevice;
let b: TestDevice;

before(async () => {
  a = new TestDevice('a.flood', '127.0.32.1', 0);
  await a.start();
  b = new TestDevice('b.flood', '127.0.32.2', a.iqueryPort);
  await b.start();
  for (const device of [a, b]) device.setConfigsyncIp();
  assert.equal((await a.add(b)).status, 200);
  await until('a session', () => a.isConnectedTo(b) && b.isConnectedTo(a));
});
after(() => Promise.all([a.destroy(), b.destroy()]));

function until(what: string, isTrue: () => boolean): Promise<void> {
  return waitUntil(systemClock, what, 30_000, isTrue, 2);
}

/** What a client says first, so that the flood costs the flooder nothing and the device a handshake. */
async function clientHello(): Promise<string> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const place = server.address();
  assert.ok(typeof place === 'object' && place !== null);
  const taken = once(server, 'connection');
  const client = connectTls({ host: '127.0.0.1', port: place.port, ALPNProtocols: ['h2'] });
  client.on('error', () => undefined);
  const [socket] = await taken;
  const [bytes] = await once(socket, 'data');
  client.destroy();
  socket.destroy();
  server.close();
  return Buffer.from(bytes).toString('base64');
}

/** A process of its own: 20 connections each 20 ms; tells each second how many it has made. */
const flooder = `
const { connect } = require('node:net');
const [address, port, hello, sources] = process.argv.slice(1);
const bytes = Buffer.from(hello, 'base64');
let made = 0;
let at = 0;
setInterval(() => {
  for (let count = 0; count < 20; count += 1) {
    at = (at + 1) % Number(sources);
    const socket = connect({ host: address, port: Number(port), localAddress: '127.9.' + Math.floor(at / 250) + '.' + (at % 250 + 1) });
    socket.on('connect', () => { made += 1; socket.write(bytes); });
    socket.on('error', () => undefined);
    setTimeout(() => socket.destroy(), 300);
  }
}, 20);
setInterval(() => console.log(made), 200);
`;

async function flood(sources: number): Promise<{ readonly child: ChildProcess; made(): number }> {
  const args = [
    '-e',
    flooder,
    b.address,
    String(b.iqueryPort),
    await clientHello(),
    String(sources),
  ];
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] });
  let made = 0;
  child.stdout?.on('data', (text: Buffer) => {
    made = Number(text.toString().trim().split('\n').at(-1));
  });
  return { child, made: () => made };
}

/** From a to b on the lane that health takes, milliseconds, sorted. */
async function delays(count: number): Promise<readonly number[]> {
  const session = a.parts.channel.session('b.flood');
  assert.ok(session);
  const taken: number[] = [];
  let arrived = 0;
  b.parts.channel.onMessage('witnessAnswer', () => void (arrived += 1));
  for (let round = 0; round < count; round += 1) {
    const expected = arrived + 1;
    const begin = systemClock.monotonicMilliseconds();
    const body = { group: '', accepted: false, reason: '', addresses: [] };
    session.send('control', 'witnessAnswer', body);
    await until('it', () => arrived >= expected);
    taken.push(systemClock.monotonicMilliseconds() - begin);
  }
  return taken.toSorted((one, other) => one - other);
}

function shown(sorted: readonly number[]): string {
  const at = (share: number): string => (sorted[Math.floor(sorted.length * share)] ?? 0).toFixed(1);
  return `median ${at(0.5)} ms, p99 ${at(0.99)} ms, worst ${sorted.at(-1)?.toFixed(1)} ms`;
}

for (const sources of [1, 1000]) {
  test(`a flood from ${sources} addresses delays nobody and fills no log`, async () => {
    const sessions = [a.parts.channel.session('b.flood'), b.parts.channel.session('a.flood')];
    const quiet = await delays(300);
    b.logged.length = 0;
    const { child, made } = await flood(sources);
    try {
      await until('the flood', () => made() > 500);
      const busy = await delays(600);
      const connections = made();
      process.stdout.write(
        `${sources} sources, ${connections} connections: quiet ${shown(quiet)}; flooded ${shown(busy)}\n`,
      );
      assert.deepEqual(
        [a.parts.channel.session('b.flood'), b.parts.channel.session('a.flood')],
        sessions,
      );
      await until('a line', () => b.logged.some((line) => /refused|dropped/.test(line)));
      const lines = b.logged.filter((line) => /refused|dropped/.test(line));
      assert.ok(lines.length >= 1 && lines.length <= 30, lines.join('\n'));
      // Silence of a second would end the session; far from that even here.
      assert.ok((busy.at(-1) ?? 0) < 900, `${busy.at(-1)} ms`);
    } finally {
      child.kill('SIGKILL');
      await once(child, 'exit');
    }
  });
}
