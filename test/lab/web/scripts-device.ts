/**
 * In a network namespace of its own: the ltm room with a real HAProxy, which comes to need Lua and a list of networks
 * while it runs, and needs them no more.
 */
import assert from 'node:assert/strict';
import { createServer, get } from 'node:http';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Properties } from '../../../src/catalogue/types.ts';
import type { Operation } from '../../../src/config/types.ts';
import { systemClock as clock, waitUntil } from '../../../src/platform/clock.ts';
import { runChecked } from '../../../src/platform/process.ts';
import { children, messages, openRoom } from './ltm-room.ts';

const [folder = ''] = process.argv.slice(2);
const patience = 60_000;
const [address, server] = ['198.18.241.1', '198.18.241.11'];

await runChecked('ip', ['link', 'set', 'lo', 'up']);
for (const one of [address, server])
  await runChecked('ip', ['addr', 'add', `${one}/32`, 'dev', 'lo']);
const web = createServer((request, response) =>
  response.end(request.headers['x-forwarded-for'] === undefined ? 'hello' : 'hello, forwarded'),
);
await new Promise<void>((resolve) => web.listen(80, server, resolve));

let key = 'first';
let networks: readonly string[] = ['198.18.241.0/24'];
const { store, applied, room } = openRoom(folder, {
  geography: () => ({ key, networks: (_fact, value) => (value === 'DE' ? networks : []) }),
});

async function commit(
  kind: Operation['kind'],
  name: string,
  properties: Properties,
): Promise<void> {
  const [component = '', path = ''] = name.split(' /');
  const operation = { kind, component, name: `/${path}`, properties } as Operation;
  const outcome = store.commit({
    origin: { user: 'test', source: 'rest' },
    operations: [operation],
  });
  assert.ok(outcome.ok, JSON.stringify(outcome));
  await applied.settled(store.view().sequence, patience);
}

interface Got {
  readonly body: string;
  readonly cookie: string;
}

function ask(path = '/'): Promise<Got> {
  return new Promise((resolve) => {
    const request = get(`http://${address}${path}`, { agent: false, timeout: 3000 }, (response) => {
      let body = '';
      response.on('data', (chunk) => (body += String(chunk)));
      response.on('end', () => {
        resolve({ body, cookie: response.headers['set-cookie']?.join() ?? '' });
      });
    });
    request.on('timeout', () => request.destroy());
    request.on('error', (error) => resolve({ body: error.message, cookie: '' }));
  });
}

async function until(what: string, isSo: (got: Got) => boolean, path?: string): Promise<void> {
  let last: Got | undefined;
  await waitUntil(clock, what, patience, async () => {
    last = await ask(path);
    return isSo(last);
  }).catch((error: unknown) => {
    throw new Error(`${what}: ${JSON.stringify(last)}`, { cause: error });
  });
}

async function step(name: string, body: () => Promise<void>): Promise<void> {
  let why: string | undefined;
  await body().catch((error: unknown) => {
    why = `${error instanceof Error ? error.stack : String(error)}\n${messages.slice(-20).join('\n')}`;
  });
  process.stdout.write(`${JSON.stringify({ name, why })}\n`);
}

const file = (): string => readFileSync(join(folder, 'haproxy', 'haproxy.cfg'), 'utf8');
const profiles = (...more: readonly string[]): Properties => ({
  profiles: ['http', 'tcp', ...more].map((name) => ({ name: `/Common/${name}` })),
});

await commit('create', 'ltm pool /Common/web', { members: [{ name: `/Common/${server}:80` }] });
await commit('create', 'ltm virtual /Common/web', {
  destination: `/Common/${address}:80`,
  'ip-protocol': 'tcp',
  pool: '/Common/web',
  'source-address-translation': { type: 'automap' },
  ...profiles(),
});

await step('a stream profile acts from its commit on', async () => {
  await until('plain', ({ body }) => body === 'hello');
  await commit('create', 'ltm profile stream /Common/s', { source: 'hello', target: 'goodbye' });
  await commit('modify', 'ltm virtual /Common/web', profiles('s'));
  await until('replaced', ({ body }) => body === 'goodbye');
  const wrong = store.commit({
    origin: { user: 'test', source: 'rest' },
    operations: [
      {
        kind: 'modify',
        component: 'ltm profile stream',
        name: '/Common/s',
        properties: { source: '(a|b)' },
      },
    ],
  });
  assert.match(JSON.stringify(wrong), /groups and alternatives are not carried/);
  await commit('modify', 'ltm virtual /Common/web', profiles());
  await until('plain again', ({ body }) => body === 'hello');
  assert.doesNotMatch(file(), /lua-load/);
});
await step('the persistence cookie is sealed from its commit on', async () => {
  await commit('create', 'ltm persistence cookie /Common/c', {
    'cookie-encryption': 'required',
    'cookie-encryption-passphrase': 'hush',
  });
  await commit('modify', 'ltm virtual /Common/web', { persist: [{ name: '/Common/c' }] });
  await until('sealed', ({ cookie }) => cookie.startsWith('BIGipServerweb=!'));
  assert.doesNotMatch(file(), /hush/);
});
await step('rules log, and ask where clients are', async () => {
  const numbered = (name: string, properties: Properties): Properties[] => [
    { name, ...properties },
  ];
  await commit('create', 'ltm policy /Common/p', {
    legacy: 'legacy',
    rules: [
      {
        name: 'r',
        conditions: numbered('0', {
          operand: 'geoip',
          selector: 'country-code',
          operator: 'equals',
          values: ['DE'],
        }),
        actions: numbered('0', { target: 'log', deed: 'write', message: 'tcl:from [HTTP::uri]' }),
      },
    ],
  });
  await commit('modify', 'ltm virtual /Common/web', { policies: [{ name: '/Common/p' }] });
  const isLogged = (path: string): boolean => messages.includes(`info from ${path}`);
  await until('logged', () => isLogged('/one'), '/one');
  // Another database counts from the next reload on.
  key = 'second';
  networks = [];
  await commit('create', 'ltm profile http /Common/h', { 'insert-xforwarded-for': 'enabled' });
  await commit('modify', 'ltm virtual /Common/web', {
    profiles: ['h', 'tcp'].map((name) => ({ name: `/Common/${name}` })),
  });
  await until('forwarded', ({ body }) => body === 'hello, forwarded', '/wait');
  await ask('/two');
  networks = ['198.18.241.0/24'];
  key = 'third';
  await commit('modify', 'ltm virtual /Common/web', profiles());
  await until('logged again', () => isLogged('/three'), '/three');
  assert.equal(isLogged('/two'), false);
});
room.close();
for (const child of children) child.kill('SIGKILL');
process.exit(0);
