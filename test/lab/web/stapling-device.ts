/**
 * In a network namespace of its own: the ltm room with a real HAProxy, an OCSP responder (openssl's) and a client. What
 * the client is shown, line by line of JSON.
 */
import assert from 'node:assert/strict';
import { type ChildProcess } from 'node:child_process';
import { connect } from 'node:tls';
import type { Properties } from '../../../src/catalogue/types.ts';
import type { Operation } from '../../../src/config/types.ts';
import { systemClock, waitUntil } from '../../../src/platform/clock.ts';
import { runChecked } from '../../../src/platform/process.ts';
import { TestAuthority } from './certificates.ts';
import { children, messages, openRoom, start } from './ltm-room.ts';

const [folder = ''] = process.argv.slice(2);
const patience = 60_000;
const clock = systemClock;
const address = '198.18.240.1';
const responderPort = 8888;
const forgedPort = 8889;

for (const line of [`link set lo up`, `addr add ${address}/32 dev lo`]) {
  await runChecked('ip', line.split(' '));
}
const { store, applied, room } = openRoom(folder);
const authority = await TestAuthority.make();
const pairs = {
  www: await authority.issue('www.example.com'),
  second: await authority.issue('second.example.com'),
};
const serve = (how: readonly string[], port: number): ChildProcess =>
  start('openssl', ['ocsp', ...how, '-port', String(port), '-ndays', '1']);
const responder = serve(authority.responder, responderPort);

async function commit(operations: readonly Operation[]): Promise<void> {
  const outcome = store.commit({ origin: { user: 'test', source: 'rest' }, operations });
  assert.ok(outcome.ok, JSON.stringify(outcome));
  const status = await applied.settled(outcome.commit?.sequence ?? 0, patience);
  for (const [engine, one] of Object.entries(status)) {
    assert.equal(one.state, 'applied', `${engine}: ${JSON.stringify(one)}`);
  }
}
const create = (component: string, name: string, properties: Properties): Operation => ({
  kind: 'create',
  component,
  name: `/Common/${name}`,
  properties,
});
const files = (name: 'www' | 'second', validator: string): readonly Operation[] => {
  const { certificate, key } = pairs[name];
  return [
    create('sys file ssl-cert', `${name}.crt`, {
      content: certificate,
      'cert-validation-options': ['ocsp'],
      'cert-validators': [{ name: `/Common/${validator}` }],
      'issuer-cert': '/Common/ca.crt',
    }),
    create('sys file ssl-key', `${name}.key`, { content: key }),
  ];
};
const served = (name: string, port: number, profile: string): Operation =>
  create('ltm virtual', name, {
    destination: `/Common/${address}:${port}`,
    'ip-protocol': 'tcp',
    pool: '/Common/web',
    profiles: ['tcp', 'http', profile].map((one) => ({ name: `/Common/${one}` })),
  });
const tls = (name: string, more: Properties): Operation =>
  create('ltm profile client-ssl', name, {
    'defaults-from': '/Common/clientssl',
    cert: '/Common/www.crt',
    key: '/Common/www.key',
    ...more,
  });

/** How many bytes of an answer about the certificate a client is shown that asks for one. */
function shown(port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    const options = { host: address, port, requestOCSP: true, rejectUnauthorized: false };
    const socket = connect(options);
    socket.once('OCSPResponse', (answer: Buffer | null) => {
      resolve(answer?.length ?? 0);
      socket.destroy();
    });
    socket.once('error', reject);
  });
}
const untilShown = (port: number, isShown: boolean): Promise<unknown> =>
  waitUntil(
    clock,
    `port ${port} to show ${isShown ? 'an' : 'no'} answer`,
    patience,
    async () => (await shown(port)) > 0 === isShown,
  );

async function step(name: string, body: () => Promise<unknown>): Promise<void> {
  let why: string | undefined;
  await body().catch((error: unknown) => {
    why = `${error instanceof Error ? error.stack : String(error)}\n${messages.slice(-20).join('\n')}`;
  });
  process.stdout.write(`${JSON.stringify({ name, why })}\n`);
}

await step('a certificate with a validator is shown with its answer, another is not', async () => {
  await commit([
    create('ltm pool', 'web', { members: [{ name: `/Common/${address}:80` }] }),
    create('sys file ssl-cert', 'ca.crt', { content: authority.certificate }),
    create('sys crypto cert-validator ocsp', 'own', {
      'responder-url': `http://127.0.0.1:${responderPort}/`,
      'cache-error-timeout': 1,
    }),
    ...files('www', 'own'),
    tls('stapled', { 'ocsp-stapling': 'enabled' }),
    tls('plain', {}),
    served('stapled', 443, 'stapled'),
    served('plain', 444, 'plain'),
  ]);
  await untilShown(443, true);
  assert.equal(await shown(444), 0);
});

await step('a worker that comes new shows it, though nobody answers any more', async () => {
  responder.kill();
  // A set of profiles that was not there: a reload.
  await commit([tls('other', { 'sni-require': 'true' }), served('other', 445, 'other')]);
  await untilShown(443, true);
});

await step('an answer that another than the issuer signed is not shown', async () => {
  const stranger = await TestAuthority.make();
  const forged = [...authority.responder.slice(0, 4), ...stranger.responder.slice(4)];
  serve(forged, forgedPort);
  await commit([
    create('sys crypto cert-validator ocsp', 'forged', {
      'responder-url': `http://127.0.0.1:${forgedPort}/`,
    }),
    ...files('second', 'forged'),
    tls('second', {
      cert: '/Common/second.crt',
      key: '/Common/second.key',
      'ocsp-stapling': 'enabled',
    }),
    served('second', 446, 'second'),
  ]);
  await waitUntil(clock, 'a warning', patience, () =>
    messages.some((message) => message.startsWith('warning No OCSP answer for /Common/second')),
  );
  assert.equal(await shown(446), 0);
  assert.ok((await shown(443)) > 0);
  stranger.close();
});

room.close();
authority.close();
for (const child of children) child.kill('SIGKILL');
store.close();
