/** Policies on real traffic: what each condition and action does is seen in a request. */
import assert from 'node:assert/strict';
import type { Server } from 'node:http';
import { after, before, test } from 'node:test';
import { join } from 'node:path';
import type { Properties } from '../../src/catalogue/types.ts';
import { startPolicyLog } from '../../src/ltm/haproxy/policy-log.ts';
import { policyLogSocket } from '../../src/ltm/haproxy/render.ts';
import { systemClock, waitUntil } from '../../src/platform/clock.ts';
import { type HaproxyHere, freePorts, here, startHaproxy, whyNot } from './web/haproxy-here.ts';
import { type Answer, type Question, ask, assertRefused, startWebServer } from './web/web.ts';

const skip = await whyNot();
const servers: Server[] = [];
const closing: (() => void)[] = [];
const names = [
  'first',
  'best',
  'all',
  'edits',
  'answers',
  'bare',
  'outer',
  'inner',
  'logging',
  'placed',
] as const;
const ports = new Map<string, number>();
let haproxy: HaproxyHere | undefined;

type Words = Readonly<Record<string, Properties[string]>>;
const numbered = (items: readonly Words[]): Properties[] =>
  items.map((item, index) => ({ name: String(index), ...item }));
const rule = (conditions: readonly Words[], actions: readonly Words[]): Properties => ({
  conditions: numbered(conditions),
  actions: numbered(actions),
});
function policy(strategy: string, ...rules: readonly Properties[]): Properties {
  const all = rules.map((one, index) => ({ name: `r${index}`, ordinal: index, ...one }));
  return { legacy: 'legacy', strategy: `/Common/${strategy}`, rules: all };
}

const is = (operand: string, values: readonly string[], more: Words = {}): Words => ({
  operand,
  operator: 'equals',
  values: [...values],
  ...more,
});
const path = (start: string): Words =>
  is('http-uri', [start], { selector: 'path', operator: 'starts-with' });
const to = (pool: string): Words => ({
  target: 'forward',
  deed: 'select',
  pool: `/Common/${pool}`,
});
const insert = (name: string, value: string, more: Words = {}): Words => ({
  target: 'http-header',
  deed: 'insert',
  'tm-name': name,
  value,
  ...more,
});
const reset: Words = { target: 'forward', deed: 'reset' };
const answer: Words = { event: 'response' };

const policies: Readonly<Record<(typeof names)[number], Properties>> = {
  first: policy(
    'first-match',
    rule(
      [is('tcp', [], { selector: 'address', operator: 'matches', datagroup: '/Common/bad' })],
      [reset],
    ),
    rule(
      [
        is('http-uri', [], {
          selector: 'path',
          operator: 'starts-with',
          datagroup: '/Common/kept',
        }),
      ],
      [to('b')],
    ),
    rule([path('/img/'), is('http-method', ['GET'])], [to('b')]),
    rule([path('/img/')], [reset]),
    rule([is('http-host', ['b.example.com'], { selector: 'host' })], [to('b')]),
    rule([is('http-cookie', ['1'], { 'tm-name': 'beta' })], [to('b')]),
    rule(
      [is('http-header', ['Mobile'], { 'tm-name': 'User-Agent', operator: 'contains' })],
      [to('b')],
    ),
    rule(
      [
        is('http-uri', ['B'], {
          selector: 'query-parameter',
          'tm-name': 'to',
          case: 'case-sensitive',
        }),
      ],
      [to('b')],
    ),
    rule([is('http-uri', ['css', 'js'], { selector: 'extension' })], [to('b')]),
    rule([is('http-uri', ['x'], { selector: 'path-segment', index: 2 })], [to('b')]),
    rule([is('http-referer', ['b.example.com'], { selector: 'host' })], [to('b')]),
    rule(
      [
        is('http-header', [], { 'tm-name': 'X-Need', operator: 'exists', not: 'not' }),
        path('/need'),
      ],
      [reset],
    ),
  ),
  best: policy(
    'best-match',
    rule([path('/a')], [reset]),
    rule([path('/a/b')], [to('b')]),
    rule([path('/a/b'), is('http-host', ['two.example.com'])], [reset]),
  ),
  all: policy(
    'all-match',
    rule([path('/')], [insert('X-One', '1')]),
    rule([path('/two')], [insert('X-Two', '2'), to('b')]),
    rule([path('/two')], [{ target: 'http-uri', deed: 'replace', path: '/three' }]),
    rule([path('/three')], [insert('X-Three', '3')]),
  ),
  edits: policy(
    'all-match',
    rule(
      [path('/uri')],
      [
        {
          target: 'http-uri',
          deed: 'replace',
          value: 'tcl:/new[HTTP::uri]&from=[IP::client_addr]',
        },
      ],
    ),
    rule([path('/host')], [{ target: 'http-host', deed: 'replace', value: 'inner.example.com' }]),
    rule([path('/del')], [{ target: 'http-header', deed: 'remove', 'tm-name': 'X-Gone' }]),
    rule(
      [path('/set')],
      [{ target: 'http-header', deed: 'replace', 'tm-name': 'X-Set', value: `it's "100%" here` }],
    ),
    rule(
      [path('/cookie')],
      [
        { target: 'http-cookie', deed: 'remove', 'tm-name': 'old' },
        { target: 'http-cookie', deed: 'insert', 'tm-name': 'fresh', value: '1' },
      ],
    ),
    rule([path('/crumb')], [{ target: 'http-cookie', deed: 'remove', 'tm-name': 'old' }]),
    rule([path('/lower')], [insert('X-Low', 'tcl:[string tolower [HTTP::header X-Up]]!')]),
  ),
  answers: policy(
    'first-match',
    rule(
      [path('/go')],
      [
        {
          target: 'http-reply',
          deed: 'redirect',
          location: 'tcl:https://[getfield [HTTP::host] ":" 1][HTTP::uri]',
          code: 301,
        },
      ],
    ),
    rule(
      [is('http-status', ['404'], { selector: 'code', ...answer }), path('/lost')],
      [insert('X-Lost', 'tcl:[HTTP::path]', answer)],
    ),
    rule(
      [path('/clean')],
      [
        { target: 'http-header', deed: 'remove', 'tm-name': 'X-Powered-By', ...answer },
        {
          target: 'http-set-cookie',
          deed: 'insert',
          'tm-name': 'seen',
          value: '1',
          path: '/',
          ...answer,
        },
      ],
    ),
  ),
  logging: policy(
    'all-match',
    rule(
      [path('/log')],
      [
        {
          target: 'log',
          deed: 'write',
          message: 'tcl:[IP::client_addr] asked for [HTTP::uri], 100%',
          priority: 'warning',
        },
      ],
    ),
    rule(
      [path('/log'), is('http-status', ['404'], { selector: 'code', ...answer })],
      [{ target: 'log', deed: 'write', message: 'tcl:[HTTP::path] is gone', ...answer }],
    ),
  ),
  placed: policy(
    'first-match',
    rule([is('geoip', ['DE', 'FR'], { selector: 'country-code' }), path('/both')], [to('b')]),
    rule([is('geoip', ['Oregon'], { selector: 'region-name', not: 'not' })], [reset]),
  ),
  bare: policy('first-match', rule([path('/b')], [to('b')])),
  outer: policy(
    'first-match',
    rule(
      [path('/inner')],
      [{ target: 'forward', deed: 'select', virtual: '/Common/inner' }, insert('X-Outer', '1')],
    ),
  ),
  inner: policy(
    'first-match',
    rule([path('/inner/closed')], [reset]),
    rule([is('tcp', ['127.0.0.8'], { selector: 'address', operator: 'matches' })], [to('b')]),
  ),
};

before(async () => {
  if (skip !== false) return;
  const found = await freePorts(names.length);
  const webs = await Promise.all(['a', 'b'].map((name) => startWebServer(name)));
  servers.push(...webs.map(({ server }) => server));
  const objects: Record<string, Properties> = {
    'ltm data-group internal /Common/bad': { type: 'ip', records: [{ name: '127.0.0.9' }] },
    'ltm profile http /Common/inner-http': {
      'defaults-from': '/Common/http',
      'insert-xforwarded-for': 'enabled',
    },
    'sys file data-group /Common/kept-file': { content: '"/kept/" := "1",\n"/also" := "",\n' },
    'ltm data-group external /Common/kept': { 'external-file-name': '/Common/kept-file' },
  };
  for (const [index, { port }] of webs.entries()) {
    const name = ['a', 'b'][index] ?? '';
    objects[`ltm pool /Common/${name}`] = { members: [{ name: `/Common/${here}:${port}` }] };
  }
  const inOrder = [...names.entries()].toReversed();
  for (const [index, name] of inOrder) {
    ports.set(name, found[index] ?? 0);
    objects[`ltm policy /Common/${name}`] = policies[name];
    objects[`ltm virtual /Common/${name}`] = {
      destination: `/Common/${here}:${found[index]}`,
      'ip-protocol': 'tcp',
      ...(name === 'bare' ? {} : { pool: '/Common/a' }),
      'source-address-translation': { type: 'automap' },
      profiles: [
        { name: name === 'inner' ? '/Common/inner-http' : '/Common/http' },
        { name: '/Common/tcp' },
      ],
      policies: [{ name: `/Common/${name}` }],
      ...(name === 'inner' && {
        source: '127.0.0.0/28',
        'connection-limit': 100,
        'rate-limit': 1000,
      }),
    };
  }
  const networks = {
    'country DE': ['127.0.0.32/31'],
    'state Oregon': ['127.0.0.34', '127.0.0.32'],
  };
  const known = new Map<string, readonly string[]>(Object.entries(networks));
  haproxy = await startHaproxy(objects, found, 1000, () => ({
    key: 'test',
    networks: (fact, value) => known.get(`${fact} ${value}`) ?? [],
  }));
});

after(async () => {
  await haproxy?.close();
  for (const server of servers) server.close();
  for (const close of closing) close();
});

const portOf = (name: string): number => ports.get(name) ?? 0;
const get = (name: string, where: string, question?: Question): Promise<Answer> =>
  ask(portOf(name), where, question);
async function serverOf(name: string, where: string, headers = {}): Promise<string | undefined> {
  return (await get(name, where, { headers })).seen?.name;
}

test('first match: every kind of condition on a request', { skip }, async () => {
  assert.equal(await serverOf('first', '/'), 'a');
  assert.equal(await serverOf('first', '/kept/x'), 'b');
  assert.equal(await serverOf('first', '/img/x'), 'b');
  await assertRefused(portOf('first'), '/img/x', { method: 'DELETE' });
  assert.equal(await serverOf('first', '/', { host: 'B.example.com:8080' }), 'b');
  assert.equal(await serverOf('first', '/', { host: 'xb.example.com' }), 'a');
  assert.equal(await serverOf('first', '/', { cookie: 'alpha=0; beta=1' }), 'b');
  assert.equal(await serverOf('first', '/', { cookie: 'beta=12' }), 'a');
  assert.equal(await serverOf('first', '/', { 'user-agent': 'Some mobile thing' }), 'b');
  assert.equal(await serverOf('first', '/?x=1&to=B'), 'b');
  assert.equal(await serverOf('first', '/?x=1&to=b'), 'a');
  assert.equal(await serverOf('first', '/style/Main.CSS?v=1'), 'b');
  assert.equal(await serverOf('first', '/style/css'), 'a');
  assert.equal(await serverOf('first', '/one/x/three'), 'b');
  assert.equal(await serverOf('first', '/x/one'), 'a');
  assert.equal(await serverOf('first', '/', { referer: 'https://b.example.com:1/x' }), 'b');
  await assertRefused(portOf('first'), '/need');
  assert.equal(await serverOf('first', '/need', { 'x-need': '' }), 'a');
});

test('a client whose address is in a data group is reset', { skip }, async () => {
  await assertRefused(portOf('first'), '/', { localAddress: '127.0.0.9' });
});

test('best match: more conditions, then longer values', { skip }, async () => {
  assert.equal(await serverOf('best', '/a/b/c'), 'b');
  await assertRefused(portOf('best'), '/a/c');
  await assertRefused(portOf('best'), '/a/b', { headers: { host: 'two.example.com' } });
  assert.equal(await serverOf('best', '/'), 'a');
});

test(
  'all match: rules look at what the client sent, not at what others made of it',
  { skip },
  async () => {
    const { seen } = await get('all', '/two');
    assert.equal(seen?.name, 'b');
    assert.equal(seen?.url, '/three');
    const own = Object.entries(seen?.headers ?? {}).filter(([name]) => name.startsWith('x-'));
    assert.deepEqual(Object.fromEntries(own), { 'x-one': '1', 'x-two': '2' });
  },
);

test('requests are edited', { skip }, async () => {
  assert.equal((await get('edits', '/uri?x=1')).seen?.url, '/new/uri?x=1&from=127.0.0.1');
  assert.equal((await get('edits', '/host')).seen?.headers.host, 'inner.example.com');
  const gone = await get('edits', '/del', { headers: { 'x-gone': '1', 'x-stays': '1' } });
  assert.deepEqual([gone.seen?.headers['x-gone'], gone.seen?.headers['x-stays']], [undefined, '1']);
  assert.equal((await get('edits', '/set')).seen?.headers['x-set'], `it's "100%" here`);
  assert.equal(
    (await get('edits', '/lower', { headers: { 'x-up': 'ABC' } })).seen?.headers['x-low'],
    'abc!',
  );
});

test('cookies of a request are removed and inserted', { skip }, async () => {
  const after = async (cookie?: string): Promise<string | undefined> =>
    (await get('edits', '/cookie', cookie === undefined ? {} : { headers: { cookie } })).seen
      ?.headers.cookie;
  assert.equal(await after('a=1; old=2; b=3'), 'a=1; b=3; fresh=1');
  assert.equal(await after('a=1; old=2'), 'a=1; fresh=1');
  assert.equal(await after('xold=2'), 'xold=2; fresh=1');
  assert.equal(await after('old=2'), 'fresh=1');
  assert.equal(
    (await get('edits', '/crumb', { headers: { cookie: 'old=2' } })).seen?.headers.cookie,
    undefined,
  );
  assert.equal(await after(), 'fresh=1');
});

test('answers: redirects, conditions on the status, headers and cookies', { skip }, async () => {
  const redirected = await get('answers', '/go?x=1', { headers: { host: 'www.example.com:80' } });
  assert.equal(redirected.status, 301);
  assert.equal(redirected.headers.location, 'https://www.example.com/go?x=1');
  const lost = await get('answers', '/lost/x?status=404');
  assert.deepEqual([lost.status, lost.headers['x-lost']], [404, '/lost/x']);
  assert.equal((await get('answers', '/lost/x')).headers['x-lost'], undefined);
  assert.equal((await get('answers', '/other?status=404')).headers['x-lost'], undefined);
  const clean = await get('answers', '/clean?header=X-Powered-By:PHP');
  assert.equal(clean.headers['x-powered-by'], undefined);
  assert.deepEqual(clean.headers['set-cookie'], ['seen=1; Path=/']);
});

test('rules log, with what they say of request and answer', { skip }, async () => {
  const lines: string[] = [];
  const write = (level: string, message: string): void => void lines.push(`${level} ${message}`);
  const peersSocket = join(haproxy?.folder ?? '', 'peers.sock');
  const name = policyLogSocket({ peersSocket });
  closing.push(startPolicyLog({ name, clock: systemClock, log: { write } }));
  await get('logging', '/other');
  await get('logging', '/log?x=1');
  await get('logging', '/log?status=404');
  const wanted = [
    'warning 127.0.0.1 asked for /log?x=1, 100%',
    'warning 127.0.0.1 asked for /log?status=404, 100%',
    'info /log is gone',
  ];
  await waitUntil(systemClock, 'three lines', 30_000, () => lines.length >= wanted.length);
  assert.deepEqual(lines, wanted);
});

test('rules ask where a client is', { skip }, async () => {
  const from = (last: number): Question => ({ localAddress: `127.0.0.${last}` });
  for (const last of [32, 33])
    assert.equal((await get('placed', '/both', from(last))).seen?.name, 'b');
  assert.equal((await get('placed', '/both', from(34))).seen?.name, 'a');
  assert.equal((await get('placed', '/', from(32))).seen?.name, 'a');
  for (const last of [33, 35]) await assertRefused(portOf('placed'), '/', from(last));
});

test('without a pool, what no rule takes is not answered', { skip }, async () => {
  assert.equal(await serverOf('bare', '/b'), 'b');
  await assertRefused(portOf('bare'), '/');
});

test(
  'another virtual server takes the request, with its own profiles and policies',
  { skip },
  async () => {
    const plain = await get('outer', '/other');
    assert.deepEqual([plain.seen?.name, plain.seen?.headers['x-forwarded-for']], ['a', undefined]);
    for (const [localAddress, server] of [
      ['127.0.0.7', 'a'],
      ['127.0.0.8', 'b'],
    ] as const) {
      const { seen } = await get('outer', '/inner', { localAddress });
      assert.equal(seen?.name, server);
      assert.equal(seen?.headers['x-outer'], '1');
      assert.equal(seen?.headers['x-forwarded-for'], localAddress);
    }
    await assertRefused(portOf('outer'), '/inner/closed');
    // It serves these clients only, whoever sends them.
    const stranger = { localAddress: '127.0.0.99' };
    assert.equal((await get('outer', '/other', stranger)).seen?.name, 'a');
    await assertRefused(portOf('outer'), '/inner', stranger);
    assert.equal((await get('inner', '/')).seen?.headers['x-forwarded-for'], '127.0.0.1');
  },
);
