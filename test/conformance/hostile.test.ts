/** What a hostile or broken client sends: refused in BIG-IP's words, nothing changed, nobody dies. */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { type Socket, connect as connectTcp } from 'node:net';
import { connect } from 'node:tls';
import {
  type TestDevice,
  adminPassword,
  basic,
  startTestDevice,
} from '../../src/icontrol/test-device.ts';

let device: TestDevice;
before(async () => {
  device = await startTestDevice();
});
after(() => device.close());

const authorization = `Basic ${Buffer.from(`admin:${adminPassword}`).toString('base64')}`;

interface Raw {
  readonly status: number;
  readonly text: string;
}

/** Writes bytes as they are, and reads until the other side closes or has answered. */
function raw(bytes: string | Buffer, options: { abort?: boolean } = {}): Promise<Raw> {
  return new Promise((resolve) => {
    const socket = connect({ host: '127.0.0.1', port: device.port, rejectUnauthorized: false });
    let text = '';
    const done = (): void => {
      const status = Number(/^HTTP\/1\.1 (\d+)/.exec(text)?.[1] ?? 0);
      resolve({ status, text });
    };
    socket.on('data', (chunk: Buffer) => (text += chunk.toString('latin1')));
    socket.on('error', done);
    socket.on('close', done);
    socket.on('secureConnect', () => {
      socket.write(bytes, () => {
        if (options.abort === true) socket.destroy();
      });
    });
  });
}

function message(method: string, path: string, body: string, headers = ''): string {
  const length = Buffer.byteLength(body);
  return (
    `${method} ${path} HTTP/1.1\r\nHost: x\r\nAuthorization: ${authorization}\r\n` +
    `Connection: close\r\nContent-Length: ${length}\r\n${headers}\r\n${body}`
  );
}

function generation(): number {
  return device.store.history(1)[0]?.sequence ?? 0;
}

async function assertAlive(before: number): Promise<void> {
  const answer = await device.ask('GET', '/mgmt/tm/sys/ready');
  assert.equal(answer.status, 200);
  assert.equal(generation(), before, 'something was committed');
  assert.deepEqual(
    device.logged.filter((line) => line.startsWith('err')),
    [],
  );
}

test('hostile: bodies that are no object of ours', async () => {
  const before = generation();
  const deep = `{"name":"x","metadata":${'['.repeat(100_000)}${']'.repeat(100_000)}}`;
  const bodies = [
    '{',
    '[]',
    '"x"',
    'null',
    '17',
    '{"name":}',
    '{"name":{"a":1}}',
    '{"name":["x"]}',
    '{"name":"x","members":17}',
    '{"name":"x","members":[[]]}',
    '{"name":"x","members":[{"name":{}}]}',
    '{"name":"x","members":[{"name":"10.0.0.1:99999"}]}',
    '{"name":"x","members":[{"name":"10.0.0.1:80","ratio":"many"}]}',
    '{"name":"x","monitor":{"a":"b"}}',
    '{"name":"x","__proto__":{"polluted":true},"constructor":{}}',
    '{"name":"x","slowRampTime":1e400}',
    '{"name":"x","slowRampTime":-1}',
    '{"name":"x","slowRampTime":1.5}',
    '{"name":"x\\u0000y"}',
    '{"name":"x/../../y"}',
    '{"name":"/Common/../y"}',
    '{"name":"x y\\nz"}',
    `{"name":"${'x'.repeat(70_000)}"}`,
    '{"command":"run"}',
    '{"command":{}}',
    deep,
  ];
  for (const body of bodies) {
    const { status, text } = await raw(message('POST', '/mgmt/tm/ltm/pool', body));
    assert.ok(status >= 400 && status < 500, `${status} for ${body.slice(0, 80)}`);
    assert.doesNotMatch(text, /\bat \S+ \(|node:internal|\.ts:\d/, body.slice(0, 80));
    assert.match(text, /"code":4\d\d/, body.slice(0, 80));
  }
  assert.equal(({} as Record<string, unknown>)['polluted'], undefined);
  await assertAlive(before);
});

test('hostile: paths', async () => {
  const before = generation();
  const paths = [
    '/mgmt/tm/ltm/pool/~..~',
    '/mgmt/tm/ltm/pool/~..~..~etc~passwd',
    '/mgmt/tm/ltm/pool/%2f..%2f',
    '/mgmt/tm/ltm/pool/%00',
    '/mgmt/tm/ltm/pool/%zz',
    '/mgmt/tm/ltm/pool/%c0%af',
    '/mgmt/tm/../../etc/passwd',
    '/mgmt/tm/constructor',
    '/mgmt/tm/ltm/__proto__',
    '/mgmt/tm/util/constructor',
    '/mgmt/shared/constructor',
    '/mgmt/tm/task/__proto__/1',
    '/mgmt/tm/transaction/-1',
    '/mgmt/shared/file-transfer/ucs-downloads/..%2f..%2fdata%2fconfig.db',
    '/mgmt/shared/file-transfer/ucs-downloads/%2e%2e',
    '/mgmt/shared/file-transfer/bulk/%00',
    '/mgmt/tm/ltm/pool?$filter=%27',
    '/mgmt/tm/ltm/pool?$top=-1',
    '/mgmt/tm/ltm/pool?$skip=1e9',
    `/mgmt/tm/ltm/pool/${'a/'.repeat(2000)}`,
    '/etc/passwd',
    '/mgmtx',
  ];
  for (const path of paths) {
    for (const method of ['GET', 'DELETE', 'PATCH', 'PUT']) {
      const { status, text } = await raw(message(method, path, method === 'GET' ? '' : '{"a":1}'));
      assert.ok(status >= 400 && status < 500, `${status} for ${method} ${path.slice(0, 80)}`);
      assert.doesNotMatch(text, /root:|\bat \S+ \(|SQLite/, path);
    }
  }
  await assertAlive(before);
});

test('hostile: uploads that climb, lie, leave holes or end half-way', async () => {
  const before = generation();
  const base = '/mgmt/shared/file-transfer/uploads';
  const range = (text: string): string => `Content-Range: ${text}\r\n`;
  for (const [name, header] of [
    ['..%2f..%2fdata%2fx', range('0-2/3')],
    ['%2e%2e', range('0-2/3')],
    ['.hidden', range('0-2/3')],
    ['x', range('0-9/10')],
    ['x', range('5-7/10')],
    ['x', range('7-5/10')],
    ['x', range('0-2/2')],
    ['x', range('0-2/99999999999')],
    ['x', range('nonsense')],
  ]) {
    const { status } = await raw(message('POST', `${base}/${name}`, 'abc', header));
    assert.ok(status >= 400 && status < 500, `${status} for ${name} ${header}`);
  }
  const half = message('POST', `${base}/half`, 'x'.repeat(1000), range('0-999/1000')).slice(
    0,
    -500,
  );
  await raw(half, { abort: true });
  const gone = await device.ask('POST', '/mgmt/tm/util/unix-ls', {
    command: 'run',
    utilCmdArgs: '/var/config/rest/downloads',
  });
  assert.doesNotMatch(gone.text, /half/);
  await assertAlive(before);
});

test('hostile: aborted, slow and oversized requests', async () => {
  const before = generation();
  const whole = message('POST', '/mgmt/tm/ltm/pool', '{"name":"never"}');
  for (let cut = 1; cut < whole.length - 1; cut += 37)
    await raw(whole.slice(0, cut), { abort: true });
  const { status } = await raw(`GET / HTTP/1.1\r\nX: ${'y'.repeat(20_000)}\r\n\r\n`);
  assert.ok(status === 0 || status === 431 || status === 400, String(status));
  const claimed =
    `POST /mgmt/tm/ltm/pool HTTP/1.1\r\nHost: x\r\nAuthorization: ${authorization}\r\n` +
    `Content-Length: 99999999\r\n\r\n`;
  const large = Buffer.concat([Buffer.from(claimed), Buffer.alloc(17 * 1024 * 1024, 32)]);
  const tooLarge = await raw(large);
  assert.ok(tooLarge.status === 413 || tooLarge.status === 0, String(tooLarge.status));
  await assertAlive(before);
});

test('hostile: one address does not have all connections', async () => {
  const begun = performance.now();
  const held: Socket[] = [];
  const closed = Promise.withResolvers<void>();
  for (let count = 0; count < 450; count += 1) {
    const socket = connectTcp({ host: '127.0.0.1', port: device.port });
    socket.on('error', () => undefined);
    socket.on('close', () => closed.resolve());
    held.push(socket);
  }
  await closed.promise;
  // Sooner than those that say nothing are closed anyway.
  assert.ok(performance.now() - begun < 5000);
  assert.ok(held.filter((socket) => !socket.destroyed).length >= 350);
  for (const socket of held) socket.destroy();
  await assertAlive(generation());
});

test('hostile: a hundred writers at once, each change once', async () => {
  const made = await Promise.all(
    Array.from({ length: 100 }, (_, index) =>
      device.ask('POST', '/mgmt/tm/ltm/pool', { name: `w${index % 50}` }),
    ),
  );
  const counts = new Map<number, number>();
  for (const { status } of made) counts.set(status, (counts.get(status) ?? 0) + 1);
  assert.deepEqual(Object.fromEntries(counts), { 200: 50, 409: 50 });
  const pools = device.store.view().list('ltm pool');
  assert.equal(pools.length, 50);
});

test('hostile: wrong passwords cost time, then the way in; another user goes on', async () => {
  const before = generation();
  const wrong = basic('admin', 'wrong');
  const attempt = () => device.ask('GET', '/mgmt/tm/sys/ready', undefined, wrong);
  const answers = await Promise.all(Array.from({ length: 10 }, attempt));
  assert.deepEqual(new Set(answers.map(({ status }) => status)), new Set([401]));
  const locked = await device.ask('GET', '/mgmt/tm/sys/ready');
  assert.equal(locked.status, 401);
  assert.match(locked.text, /Maximum number of login attempts exceeded/);
  const shell = await device.tmsh('list ltm pool w1');
  assert.equal(shell.status, 0);
  assert.equal(generation(), before);
});
