/** What needs Lua in HAProxy, on real traffic: cookies that clients cannot read, replacing in streams. */
import assert from 'node:assert/strict';
import { type Server, createServer as createHttp } from 'node:http';
import { type AddressInfo, type Server as TcpServer, connect, createServer } from 'node:net';
import { after, before, test } from 'node:test';
import type { Properties } from '../../src/catalogue/types.ts';
import { type HaproxyHere, freePorts, here, startHaproxy, whyNot } from './web/haproxy-here.ts';
import { runSteps } from './web/steps.ts';
import { type Question, ask, startWebServer } from './web/web.ts';

const skip = await whyNot();
const names = ['sealed', 'persisted', 'preferred', 'rewritten', 'pieces', 'plain'] as const;
type Name = (typeof names)[number];
const ports = new Map<Name, number>();
const portOf = (name: Name): number => ports.get(name) ?? 0;
const closing: (() => unknown)[] = [];
let haproxy: HaproxyHere | undefined;
/** Of the server of `pieces`: each is written when the one before has left. */
let pieces: readonly string[] = [];
let lastBody = '';

async function listen(server: Server | TcpServer): Promise<number> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  closing.push(() => server.close());
  // A listening TCP server has such an address.
  return (server.address() as AddressInfo).port;
}

function piecewise(): Server {
  return createHttp((request, response) => {
    let body = '';
    request.on('data', (chunk: Buffer) => (body += chunk.toString('latin1')));
    request.on('end', () => {
      lastBody = body;
      const whole = pieces.join('');
      if (request.url === '/length') response.setHeader('Content-Length', whole.length);
      if (request.method === 'HEAD') response.setHeader('Content-Length', whole.length);
      const write = (index: number): void => {
        const piece = pieces[index];
        if (piece === undefined) response.end();
        else response.write(piece, 'latin1', () => setImmediate(write, index + 1));
      };
      if (request.method === 'HEAD') response.end();
      else write(0);
    });
  });
}

function virtual(
  name: Name,
  pool: string,
  profiles: readonly string[],
  more: Properties = {},
): Record<string, Properties> {
  return {
    [`ltm virtual /Common/${name}`]: {
      destination: `/Common/${here}:${portOf(name)}`,
      'ip-protocol': 'tcp',
      pool: `/Common/${pool}`,
      'source-address-translation': { type: 'automap' },
      profiles: [...profiles, 'tcp'].map((profile) => ({ name: `/Common/${profile}` })),
      ...more,
    },
  };
}

function cookie(name: string, more: Properties): Record<string, Properties> {
  return {
    [`ltm persistence cookie /Common/${name}`]: {
      'defaults-from': '/Common/cookie',
      'cookie-encryption-passphrase': 'hush hush',
      ...more,
    },
  };
}

before(async () => {
  if (skip !== false) return;
  for (const [index, port] of (await freePorts(names.length)).entries()) {
    const name = names[index];
    if (name !== undefined) ports.set(name, port);
  }
  const webs = await Promise.all(['a', 'b'].map((name) => startWebServer(name)));
  closing.push(
    ...webs.map(
      ({ server }) =>
        () =>
          server.close(),
    ),
  );
  const echo = createServer((socket) => {
    socket.on('error', () => undefined);
    socket.pipe(socket);
  });
  const members = (...all: readonly number[]): Properties => ({
    members: all.map((port) => ({ name: `/Common/${here}:${port}` })),
  });
  haproxy = await startHaproxy(
    {
      'ltm pool /Common/web': members(...webs.map(({ port }) => port)),
      'ltm pool /Common/piecewise': members(await listen(piecewise())),
      'ltm pool /Common/echo': members(await listen(echo)),
      'ltm profile http /Common/sealing': {
        'defaults-from': '/Common/http',
        'encrypt-cookies': ['user', 'BIGipServerweb'],
        'encrypt-cookie-secret': 'hush',
      },
      'ltm profile stream /Common/both': {
        target: String.raw`@hello@goodbye, all of you@ /[a-z]+\.inner\.test/www.example.com/ @id=\d{2,4}@id=X@`,
      },
      'ltm profile stream /Common/one': { source: 'ping', target: 'pong' },
      ...cookie('required', { 'cookie-encryption': 'required' }),
      ...cookie('preferring', { 'cookie-encryption': 'preferred' }),
      ...virtual('sealed', 'web', ['sealing'], { persist: [{ name: '/Common/cookie' }] }),
      ...virtual('persisted', 'web', ['http'], { persist: [{ name: '/Common/required' }] }),
      ...virtual('preferred', 'web', ['http'], { persist: [{ name: '/Common/preferring' }] }),
      ...virtual('rewritten', 'piecewise', ['http', 'both']),
      ...virtual('pieces', 'piecewise', ['http', 'one']),
      ...virtual('plain', 'echo', ['one']),
    },
    [...ports.values()],
  );
});

after(async () => {
  await haproxy?.close();
  for (const close of closing) close();
});

interface Told {
  readonly name: string | undefined;
  readonly cookie: string | undefined;
  /** Name → value. */
  readonly set: ReadonlyMap<string, string>;
}

async function tell(name: Name, path: string, cookies?: string): Promise<Told> {
  const headers = cookies === undefined ? {} : { cookie: cookies };
  const { seen, headers: answered } = await ask(portOf(name), path, { headers });
  const set = (answered['set-cookie'] ?? []).map((line): [string, string] => {
    const [pair = ''] = line.split(';');
    const at = pair.indexOf('=');
    return [pair.slice(0, at), pair.slice(at + 1)];
  });
  return { name: seen?.name, cookie: seen?.headers.cookie, set: new Map(set) };
}

test('cookies are sealed for clients, and opened for servers', { skip }, async () => {
  const value = `ann ${'x'.repeat(100)}`;
  const query = `/?header=Set-Cookie:user=${encodeURIComponent(value)}&header=Set-Cookie:open=1;Path=/`;
  const { set, name } = await tell('sealed', query);
  assert.equal(set.get('open'), '1');
  const [user = '', server = ''] = [set.get('user'), set.get('BIGipServerweb')];
  for (const sealed of [user, server]) assert.match(sealed, /^![A-Za-z0-9+/]+=*$/);
  const back = await tell('sealed', '/', `x=1; user=${user}; BIGipServerweb=${server}; y=2`);
  assert.match(back.cookie ?? '', new RegExp(`^x=1; user=${value}; BIGipServerweb=.*; y=2$`));
  assert.equal(back.name, name);
  assert.equal(back.set.has('BIGipServerweb'), false);
});

test('a cookie that was made up, or changed, is taken out', { skip }, async () => {
  const { set } = await tell('sealed', '/?header=Set-Cookie:user=ann');
  const user = set.get('user') ?? '';
  const other = `${user.slice(0, 10)}${user[10] === 'A' ? 'B' : 'A'}${user.slice(11)}`;
  for (const bad of ['ann', '!', '!!', '!AAAA', other, `x${user}`]) {
    assert.equal((await tell('sealed', '/', `a=1; user=${bad}; b=2`)).cookie, 'a=1; b=2', bad);
  }
  assert.equal((await tell('sealed', '/', `user=ann`)).cookie, undefined);
  // Of another cookie.
  const { cookie: moved } = await tell('sealed', '/', `BIGipServerweb=${user}; b=2`);
  assert.equal(moved, 'b=2');
});

test('the persistence cookie is sealed, and keeps the server', { skip }, async () => {
  for (const name of ['persisted', 'preferred'] as const) {
    const first = await tell(name, '/');
    const sealed = first.set.get('BIGipServerweb') ?? '';
    assert.match(sealed, /^!/);
    for (let round = 0; round < 4; round += 1) {
      const again = await tell(name, '/', `BIGipServerweb=${sealed}`);
      assert.equal(again.name, first.name);
      assert.equal(again.set.size, 0);
    }
  }
});

test(
  'a persistence cookie in the clear counts where encryption is only preferred',
  { skip },
  async () => {
    const port = (await tell('sealed', '/')).set.size;
    assert.equal(port, 1);
    const servers = new Map<string, string>();
    for (let round = 0; round < 2; round += 1) {
      const { name = '', set } = await tell('preferred', '/');
      const opened = await tell('sealed', '/');
      assert.ok(opened.name !== undefined);
      servers.set(name, set.get('BIGipServerweb') ?? '');
    }
    assert.equal(servers.size, 2);
  },
);

const answer = async (name: Name, path: string, ...all: readonly string[]): Promise<string> => {
  pieces = all;
  return (await ask(portOf(name), path)).body;
};

test('text and patterns are replaced in answers, across pieces, too', { skip }, async () => {
  for (const path of ['/', '/length']) {
    assert.equal(await answer('rewritten', path, 'say hello'), 'say goodbye, all of you');
    assert.equal(
      await answer('rewritten', path, 'x hel', 'l', 'o, he', 'llo hell'),
      'x goodbye, all of you, goodbye, all of you hell',
    );
    assert.equal(
      await answer('rewritten', path, 'http://we', 'b.inner.te', 'st/ and id=1 id=12', '345'),
      'http://www.example.com/ and id=1 id=X5',
    );
  }
  assert.equal(await answer('rewritten', '/', ''), '');
});

test('what grows finds room, and large answers pass', { skip }, async () => {
  const many = 'hello'.repeat(40_000);
  const grown = await answer('rewritten', '/length', many);
  assert.equal(grown, 'goodbye, all of you'.repeat(40_000));
  const idle = 'z'.repeat(400_000);
  assert.equal(await answer('rewritten', '/', idle, idle), `${idle}${idle}`);
});

test('requests are rewritten, and those without a body stay so', { skip }, async () => {
  pieces = ['ok'];
  const post: Question = { method: 'POST', body: 'ping and ping' };
  assert.equal((await ask(portOf('pieces'), '/', post)).body, 'ok');
  assert.equal(lastBody, 'pong and pong');
  const head = await ask(portOf('pieces'), '/', { method: 'HEAD' });
  assert.deepEqual([head.status, head.headers['content-length']], [200, '2']);
});

test(
  'a stream without HTTP, where what may begin a match does not hold up the rest',
  { skip },
  async () => {
    const socket = connect(portOf('plain'), '127.0.0.1');
    let got = '';
    const until = (text: string): Promise<void> =>
      new Promise((resolve, reject) => {
        const look = (): void => {
          if (got === text) resolve();
        };
        socket.on('data', look);
        socket.once('close', () => reject(new Error(`closed after ${got}`)));
        look();
      });
    socket.on('data', (data) => (got += data.toString('latin1')));
    socket.write('ask ping, say pin');
    await until('ask pong, say ');
    socket.write('g now');
    await until('ask pong, say pong now');
    const ended = new Promise((resolve) => socket.once('end', resolve));
    socket.end(' pi');
    await ended;
    assert.equal(got, 'ask pong, say pong now pi');
  },
);

test('a device loads Lua, and lists of networks, while it runs', { skip }, (t) =>
  runSteps(t, 'scripts-device.ts', 3),
);
