/**
 * In a network namespace of its own: the ltm room with a real HAProxy and a real named, whose zone changes. Which
 * servers answer, line by line of JSON.
 */
import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { createServer, get } from 'node:http';
import { join } from 'node:path';
import type { Operation } from '../../../src/config/types.ts';
import { systemClock as clock, waitUntil } from '../../../src/platform/clock.ts';
import { runChecked } from '../../../src/platform/process.ts';
import { children, messages, openRoom, start } from './ltm-room.ts';

const [folder = ''] = process.argv.slice(2);
const patience = 60_000;
const address = '198.18.241.1';
const servers = ['198.18.241.11', '198.18.241.12', '198.18.241.13'] as const;
const port = 8080;

await runChecked('ip', ['link', 'set', 'lo', 'up']);
for (const one of [address, ...servers]) {
  await runChecked('ip', ['addr', 'add', `${one}/32`, 'dev', 'lo']);
  const web = createServer((_request, response) => response.end(one));
  if (one !== address) await new Promise<void>((resolve) => web.listen(port, one, resolve));
}

let serial = 0;
function writeZone(addresses: readonly string[]): void {
  serial += 1;
  const lines = [
    '$TTL 1',
    `@ SOA ns. root. ${serial} 1h 1h 1h 1`,
    '@ NS ns.example.com.',
    'ns A 127.0.0.1',
    'web CNAME hosts',
    ...addresses.map((one) => `hosts A ${one}`),
  ];
  writeFileSync(join(folder, 'zone'), `${lines.join('\n')}\n`);
}
writeZone(servers.slice(0, 2));
writeFileSync(
  join(folder, 'named.conf'),
  `options { directory "${folder}"; listen-on { 127.0.0.1; }; listen-on-v6 { none; };
  pid-file none; session-keyfile none; recursion no; minimal-responses yes; };
controls { };
zone "example.com" { type primary; file "${folder}/zone"; };\n`,
);
const named = start('/usr/sbin/named', ['-g', '-n', '1', '-c', join(folder, 'named.conf')]);

const { store, applied, room, state } = openRoom(folder);

async function commit(...operations: Operation[]): Promise<void> {
  const outcome = store.commit({ origin: { user: 'test', source: 'rest' }, operations });
  assert.ok(outcome.ok, JSON.stringify(outcome));
  await applied.settled(store.view().sequence, patience);
}

function ask(): Promise<string> {
  return new Promise((resolve) => {
    const request = get(`http://${address}/`, { agent: false, timeout: 3000 }, (response) => {
      let text = '';
      response.on('data', (chunk) => (text += String(chunk)));
      response.on('end', () => resolve(text));
    });
    request.on('timeout', () => request.destroy());
    request.on('error', (error) => resolve(error.message));
  });
}

/** Until the last answers came from these, and from no others. */
async function answering(...wanted: readonly string[]): Promise<void> {
  const expected = wanted.toSorted().join();
  const last: string[] = [];
  await waitUntil(clock, `answers from ${expected}`, patience, async () => {
    last.push(await ask());
    const newest = [...new Set(last.slice(-6))].toSorted().join();
    return last.length >= 6 && newest === expected;
  }).catch((error: unknown) => {
    throw new Error(`answers are ${last.slice(-6).join()}`, { cause: error });
  });
}

async function step(name: string, body: () => Promise<void>): Promise<void> {
  let why: string | undefined;
  await body().catch((error: unknown) => {
    why = `${error instanceof Error ? error.stack : String(error)}\n${messages.slice(-20).join('\n')}`;
  });
  process.stdout.write(`${JSON.stringify({ name, why })}\n`);
}

await commit(
  {
    kind: 'modify',
    component: 'sys dns',
    name: '',
    properties: { 'name-servers': ['127.0.0.1'] },
  },
  {
    kind: 'create',
    component: 'ltm pool',
    name: '/Common/web',
    properties: {
      members: [
        {
          name: `/Common/web.example.com:${port}`,
          fqdn: {
            'tm-name': 'web.example.com',
            autopopulate: 'enabled',
            interval: 'ttl',
            'down-interval': 1,
          },
        },
      ],
    },
  },
  {
    kind: 'create',
    component: 'ltm virtual',
    name: '/Common/web',
    properties: {
      destination: `/Common/${address}:80`,
      'ip-protocol': 'tcp',
      pool: '/Common/web',
      'source-address-translation': { type: 'automap' },
      profiles: [{ name: '/Common/http' }, { name: '/Common/tcp' }],
    },
  },
);

const [first, second, third] = servers;
await step('each address of the name is a member', () => answering(first, second));
await step('members follow the zone', async () => {
  writeZone([second, third]);
  named.kill('SIGHUP');
  await answering(second, third);
});
await step('members stay while no name server answers', async () => {
  named.kill('SIGKILL');
  const stateOf = (): unknown =>
    state.fields('ltm node', undefined, '/Common/web.example.com')['state'];
  await waitUntil(clock, 'the name to be down', patience, () => stateOf() === 'fqdn-down');
  await answering(second, third);
});
room.close();
for (const child of children) child.kill('SIGKILL');
process.exit(0);
