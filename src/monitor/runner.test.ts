import { examplePlan } from './example-plan.ts';
import assert from 'node:assert/strict';
import { createServer, type Server, type Socket } from 'node:net';
import { createServer as createTlsServer } from 'node:tls';
import { after, test } from 'node:test';
import { systemClock, waitUntil } from '../platform/clock.ts';
import { systemRandom } from '../platform/random.ts';
import type { InstanceStatus } from './health.ts';
import type { InstancePlan } from './instance-plan.ts';
import { systemDoors } from './probe/system-doors.ts';
import { Runner } from './runner.ts';
import { testCertificate } from './test-certificate.ts';

const closers: (() => void)[] = [];
after(() => {
  for (const close of closers) close();
});

/** A server whose behaviour the test changes as it goes. */
async function listen(
  behave: (socket: Socket) => void,
  port = 0,
  make: (behave: (socket: Socket) => void) => Server = createServer,
): Promise<{ port: number; close(): Promise<void> }> {
  const sockets = new Set<Socket>();
  const server: Server = make((socket) => {
    sockets.add(socket);
    socket.on('error', () => undefined);
    socket.on('close', () => sockets.delete(socket));
    behave(socket);
  });
  await new Promise<void>((resolve) => {
    server.listen(port, '127.0.0.1', resolve);
  });
  const close = (): Promise<void> =>
    new Promise((resolve) => {
      for (const socket of sockets) socket.destroy();
      server.close(() => resolve());
    });
  closers.push(() => void close());
  const address = server.address();
  return { port: typeof address === 'object' && address !== null ? address.port : 0, close };
}

const planFor = (type: string, port: number, more: Partial<InstancePlan> = {}): InstancePlan =>
  examplePlan(type, '127.0.0.1', port, {
    intervalMilliseconds: 40,
    timeoutMilliseconds: 300,
    ...more,
  });

/** Runs one instance; `reach` waits until it is in the state. */
function watch(plan: InstancePlan): {
  reach(state: InstanceStatus['state']): Promise<InstanceStatus>;
  runner: Runner;
} {
  const doors = systemDoors(systemClock, systemRandom, '');
  let last: InstanceStatus | undefined;
  const runner = new Runner(systemClock, systemRandom, doors, (status) => {
    last = status;
  });
  closers.push(() => runner.close());
  runner.replace([plan], []);
  return {
    runner,
    async reach(state) {
      await waitUntil(systemClock, `${plan.id} ${state}`, 30_000, () => last?.state === state);
      if (last === undefined) throw new Error('waitUntil returned early');
      return last;
    },
  };
}

const http = { send: String.raw`GET / HTTP/1.0\r\n\r\n`, recv: '200 OK' };

test('refused: down with the reason, up when the server comes back', async () => {
  const first = await listen((socket) => socket.end('HTTP/1.0 200 OK\r\n\r\n'));
  const { reach, runner } = watch(planFor('http', first.port, http));
  await reach('up');
  await first.close();
  const began = systemClock.monotonicMilliseconds();
  const status = await reach('down');
  assert.ok(systemClock.monotonicMilliseconds() - began <= 300 + 3000, 'within one timeout');
  assert.match(status.reason, /^\/Common\/http: No successful responses received before deadline/);
  assert.match(status.reason, /Last error: connection refused$/);
  await listen((socket) => socket.end('HTTP/1.0 200 OK\r\n\r\n'), first.port);
  await reach('up');
  runner.close();
});

test('a server that hangs is down, and the reason says where', async () => {
  const { port } = await listen(() => undefined);
  const { reach } = watch(planFor('http', port, http));
  assert.match((await reach('down')).reason, /connected, but no answer in 0\.\d s$/);
});

test('a wrong answer is down and quoted', async () => {
  const { port } = await listen((socket) => socket.end('HTTP/1.0 503 Busy\r\n\r\n'));
  const { reach } = watch(planFor('http', port, http));
  assert.match(
    (await reach('down')).reason,
    /Last error: received "HTTP\/1\.0 503 Busy", which does not match "200 OK"$/,
  );
});

test('an answer in pieces, without an end, is up at the match', async () => {
  const { port } = await listen((socket) => {
    socket.write('HTTP/1.0 2');
    socket.write('00 OK\r\n');
  });
  await watch(planFor('http', port, http)).reach('up');
});

test('an endless answer is bounded', async () => {
  const { port } = await listen((socket) => {
    socket.write('x'.repeat(100_000));
  });
  const { reach } = watch(planFor('http', port, http));
  assert.match((await reach('down')).reason, /does not match "200 OK"$/);
});

test('reverse: the text is bad news', async () => {
  let text = 'HTTP/1.0 200 OK\r\n\r\nfine';
  const { port } = await listen((socket) => socket.end(text));
  const { reach } = watch(planFor('http', port, { ...http, recv: 'sorry', reverse: true }));
  await reach('up');
  text = 'HTTP/1.0 200 OK\r\n\r\nsorry';
  assert.match((await reach('down')).reason, /^\/Common\/http: received/);
});

test('recv-disable: up, but drained', async () => {
  const { port } = await listen((socket) => socket.end('HTTP/1.0 200 OK\r\n\r\nmaintenance'));
  const more = { ...http, recv: 'all good', recvDisable: 'maintenance' };
  assert.equal((await watch(planFor('http', port, more)).reach('up')).isDrained, true);
});

test('the request arrives as BIG-IP would send it', async () => {
  let request = '';
  const { port } = await listen((socket) => {
    socket.on('data', (part) => {
      request += part.toString();
      if (request.endsWith('\r\n\r\n')) socket.end('HTTP/1.1 200 OK\r\n\r\n');
    });
  });
  const send = String.raw`HEAD /x HTTP/1.1\r\nHost: a`;
  await watch(planFor('http', port, { send })).reach('up');
  // The next probe may have come meanwhile.
  assert.ok(request.startsWith('HEAD /x HTTP/1.1\r\nHost: a\r\n\r\n'), request);
});

test('tcp: connecting is enough, strings count when given', async () => {
  const { port } = await listen((socket) => {
    socket.on('data', (part) => socket.write(part.toString().toUpperCase()));
  });
  await watch(planFor('tcp', port)).reach('up');
  await watch(planFor('tcp', port, { send: String.raw`ping\r\n`, recv: 'PING' })).reach('up');
  const wrong = watch(planFor('tcp', port, { send: 'ping', recv: 'pong' }));
  assert.match((await wrong.reach('down')).reason, /without the expected text/);
});

test('https: through TLS, whatever the certificate; plain text is down with a reason', async () => {
  const certificate = await testCertificate();
  const { port } = await listen(
    (socket) => {
      socket.on('data', () => socket.end('HTTP/1.0 200 OK\r\n\r\n'));
    },
    0,
    (listener) => createTlsServer(certificate, listener),
  );
  await watch(planFor('https', port, http)).reach('up');
  const plain = await listen((socket) => socket.end('HTTP/1.0 400 Bad Request\r\n\r\n'));
  const slow = { ...http, timeoutMilliseconds: 3000 };
  assert.match((await watch(planFor('https', plain.port, slow)).reach('down')).reason, /TLS: /);
});

test('icmp: the loopback answers, what cannot be reached does not', async () => {
  const up = { id: '/Common/icmp 127.0.0.1', port: 0 };
  await watch(planFor('icmp', 0, up)).reach('up');
  await watch(planFor('gateway-icmp', 0, { ...up, address: '::1' })).reach('up');
  // The kernel refuses to send there without being asked for broadcasts.
  const away = { id: '/Common/icmp 255.255.255.255', port: 0, address: '255.255.255.255' };
  const status = await watch(planFor('icmp', 0, away)).reach('down');
  assert.match(status.reason, /Last error: forbidden by a local rule$/);
});

test('probes stop with their plan', async () => {
  let connections = 0;
  const { port } = await listen((socket) => {
    connections += 1;
    socket.end('x');
  });
  const { reach, runner } = watch(planFor('http', port, { send: 'GET /' }));
  await reach('up');
  runner.replace([], []);
  assert.deepEqual(runner.table(), []);
  const seen = connections;
  const other = watch(planFor('http', port, { send: 'GET /', id: 'other' }));
  await waitUntil(systemClock, 'more probes', 5000, () => connections > seen + 3);
  await other.reach('up');
});
