/** Servers that do their worst: every probe ends within its timeout, takes little, and leaves nothing open. */
import { examplePlan } from './example-plan.ts';
import assert from 'node:assert/strict';
import { type AddressInfo, createServer, type Socket } from 'node:net';
import { after, test } from 'node:test';
import { systemClock, waitUntil } from '../platform/clock.ts';
import { systemRandom } from '../platform/random.ts';
import type { Probe } from './health.ts';
import { systemDoors } from './probe/system-doors.ts';
import { Runner } from './runner.ts';

const doors = systemDoors(systemClock, systemRandom, '');
const runner = new Runner(systemClock, systemRandom, doors, () => undefined);
const closers: (() => void)[] = [() => runner.close()];
after(() => {
  for (const close of closers) close();
});

const timeoutMilliseconds = 1500;

interface BadServer {
  readonly port: number;
  readonly open: ReadonlySet<Socket>;
}

async function serve(behave: (socket: Socket) => void): Promise<BadServer> {
  const open = new Set<Socket>();
  const server = createServer({ allowHalfOpen: true }, (socket) => {
    open.add(socket);
    socket.on('error', () => undefined);
    socket.on('close', () => open.delete(socket));
    behave(socket);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  closers.push(() => {
    for (const socket of open) socket.destroy();
    server.close();
  });
  // Listening TCP servers have such an address.
  return { port: (server.address() as AddressInfo).port, open };
}

function once(type: string, port: number): Promise<Probe> {
  const plan = examplePlan(type, '127.0.0.1', port, {
    intervalMilliseconds: 1000,
    timeoutMilliseconds,
    send: String.raw`GET /\r\n`,
    recv: 'never',
    options: { filename: 'send "x"\nexpect never' },
  });
  return new Promise((resolve) => runner.once(plan, resolve));
}

const types = ['http', 'https', 'tcp', 'scripted', 'soap', 'diameter', 'mssql', 'oracle', 'ftp'];

async function endsWell(server: BadServer): Promise<void> {
  const probes = await Promise.all(types.map((type) => once(type, server.port)));
  for (const [index, probe] of probes.entries()) {
    const what = `${types[index]}: ${probe.detail}`;
    assert.equal(probe.ok, false, what);
    assert.ok(probe.durationMilliseconds < timeoutMilliseconds + 20_000, what);
    assert.ok(probe.detail.length < 300, what);
  }
  await waitUntil(systemClock, 'all to be closed', 30_000, () => server.open.size === 0);
}

test('a byte now and then', async () => {
  await endsWell(
    await serve((socket) => {
      const cancel = systemClock.every(20, () => socket.write('x'));
      socket.on('close', cancel);
    }),
  );
});

test('without an end: as much as it is let', async () => {
  const chunk = Buffer.alloc(64 * 1024, 'x');
  let sent = 0;
  await endsWell(
    await serve((socket) => {
      const push = (): void => {
        while (!socket.destroyed && socket.write(chunk)) sent += chunk.length;
      };
      socket.on('drain', push);
      push();
    }),
  );
  assert.ok(sent < 512 * 1024 * 1024, `${sent} bytes were taken`);
});

test('half closed, and then nothing', async () => {
  await endsWell(await serve((socket) => socket.resume().end()));
});

test('garbage where a handshake or a packet should be', async () => {
  await endsWell(
    await serve((socket) => {
      socket.write(Buffer.from('160303ffff0200ff', 'hex'));
      socket.write(Buffer.alloc(300, 0x80));
    }),
  );
});

test('deaf and dumb', async () => {
  await endsWell(await serve((socket) => socket.pause()));
});
