/** What the GUI asks of a device, asked as a browser does, and as somebody would who means harm. */
import assert from 'node:assert/strict';
import type { IncomingMessage } from 'node:http';
import { request } from 'node:https';
import { after, before, test } from 'node:test';
import type { JsonObject } from '../../config/text/json.ts';
import { type TestDevice, adminPassword, basic, startTestDevice } from '../test-device.ts';

let device: TestDevice;
before(async () => {
  const page = { bytes: Buffer.from('<!doctype html>'), brotli: undefined };
  device = await startTestDevice({ gui: () => new Map([['index.html', page]]) });
});
after(() => device.close());

interface Heard {
  readonly status: number;
  readonly headers: IncomingMessage['headers'];
  readonly json: JsonObject;
}

function ask(
  method: string,
  path: string,
  headers: Readonly<Record<string, string>>,
  body?: JsonObject,
): Promise<Heard> {
  return new Promise((resolve, reject) => {
    const { port } = device;
    const sent = request(
      { host: '127.0.0.1', port, method, path, headers, rejectUnauthorized: false },
      (response) => {
        const chunks: Buffer[] = [];
        response.on('data', (chunk: Buffer) => chunks.push(chunk));
        response.on('end', () => {
          const text = Buffer.concat(chunks).toString();
          const json = text.startsWith('{') ? (JSON.parse(text) as JsonObject) : {};
          resolve({ status: response.statusCode ?? 0, headers: response.headers, json });
        });
      },
    );
    sent.on('error', reject);
    sent.end(body === undefined ? undefined : JSON.stringify(body));
  });
}

const sessionPath = '/mgmt/shared/evenkeel/session';

async function signedIn(): Promise<{ readonly cookie: string; readonly word: string }> {
  const body = { username: 'admin', password: adminPassword };
  const heard = await ask('POST', sessionPath, { 'x-evenkeel-client': 'gui' }, body);
  assert.equal(heard.status, 200);
  assert.equal(JSON.stringify(heard.json).includes('"token"'), false);
  const [cookie = ''] = heard.headers['set-cookie'] ?? [];
  assert.match(cookie, /^__Host-evenkeel=\w+; Path=\/; Secure; HttpOnly; SameSite=Strict$/);
  return { cookie: cookie.split(';')[0] ?? '', word: String(heard.json['csrf']) };
}

test('a session reads with its cookie, writes only with its word, and is over when it is ended', async () => {
  const { cookie, word } = await signedIn();
  assert.equal((await ask('GET', '/mgmt/tm/ltm/pool', { cookie })).status, 200);
  const forged = await ask('POST', '/mgmt/tm/ltm/pool', { cookie }, { name: 'forged' });
  assert.equal(forged.status, 403);
  const wrong = { cookie, 'x-evenkeel-csrf': `${word}x` };
  assert.equal((await ask('POST', '/mgmt/tm/ltm/pool', wrong, { name: 'forged' })).status, 403);
  const right = { cookie, 'x-evenkeel-csrf': word };
  assert.equal((await ask('POST', '/mgmt/tm/ltm/pool', right, { name: 'own' })).status, 200);
  assert.equal((await ask('DELETE', sessionPath, right)).status, 200);
  assert.equal((await ask('GET', '/mgmt/tm/ltm/pool', { cookie })).status, 401);
  assert.equal(device.store.view().get('ltm pool', '/Common/forged'), undefined);
});

test('a page is never asked for a password by the browser itself; other clients are as ever', async () => {
  const page = await ask('GET', '/mgmt/tm/ltm/pool', { 'x-evenkeel-client': 'gui' });
  assert.equal(page.headers['www-authenticate'], undefined);
  const other = await ask('GET', '/mgmt/tm/ltm/pool', {});
  assert.match(other.headers['www-authenticate'] ?? '', /^Basic/);
});

test('pages come with a policy that lets nothing in from elsewhere; REST is where it was', async () => {
  for (const path of ['/', '/ui/list/ltm/pool']) {
    const { status, headers } = await ask('GET', path, {});
    assert.equal(status, 200);
    const policy = headers['content-security-policy'] ?? '';
    assert.match(String(policy), /default-src 'none'; script-src 'self'; style-src 'self'/);
    assert.doesNotMatch(String(policy), /unsafe/);
    assert.equal(headers['x-frame-options'], 'DENY');
  }
  assert.equal((await ask('GET', '/assets/none.js', {})).status, 404);
  assert.equal((await ask('GET', '/elsewhere', {})).status, 404);
});

test('faults come with their places, to pages only', async () => {
  const body = { name: 'bad', monitor: '/Common/nothing', slowRampTime: 'x' };
  const auth = basic('admin', adminPassword);
  const page = await ask(
    'POST',
    '/mgmt/tm/ltm/pool',
    { ...auth, 'x-evenkeel-client': 'gui' },
    body,
  );
  assert.equal(page.status, 400);
  assert.match(JSON.stringify(page.json['faults']), /slow-ramp-time/);
  const other = await ask('POST', '/mgmt/tm/ltm/pool', auth, body);
  assert.equal(other.json['faults'], undefined);
});

test('search finds names first, then values; where used and unused', async () => {
  const made = [
    await device.ask('POST', '/mgmt/tm/ltm/pool', { name: 'needle' }),
    await device.ask('POST', '/mgmt/tm/ltm/pool', { name: 'other', description: 'a needle in it' }),
    await device.ask('POST', '/mgmt/tm/ltm/virtual', {
      name: 'v',
      destination: '10.1.1.1:80',
      pool: 'needle',
    }),
  ];
  for (const { status, text } of made) assert.equal(status, 200, text);
  const found = await device.ask('GET', '/mgmt/shared/evenkeel/search?text=NEEDLE&$top=10');
  const hits = found.json['items'] as readonly JsonObject[];
  assert.deepEqual(
    hits.map(({ name, property }) => `${String(name)} ${String(property)}`).toSorted(),
    ['/Common/needle name', '/Common/other description', '/Common/v pool'],
  );
  assert.equal(hits[0]?.['name'], '/Common/needle');
  const used = await device.ask(
    'GET',
    '/mgmt/shared/evenkeel/references?object=ltm%20pool%20/Common/needle',
  );
  assert.match(used.text, /"component":"ltm virtual","name":"\/Common\/v","property":"pool"/);
  const unused = await device.ask('GET', '/mgmt/shared/evenkeel/unused?component=ltm%20pool');
  assert.ok((unused.json['items'] as readonly string[]).includes('/Common/other'));
  assert.ok(!(unused.json['items'] as readonly string[]).includes('/Common/needle'));
});

test('a stream tells of commits, and ends with its session', async () => {
  const { cookie, word } = await signedIn();
  const texts: string[] = [];
  const waiting: (() => void)[] = [];
  const heard = (): void => {
    for (const tell of waiting.splice(0)) tell();
  };
  const until = async (isThere: () => boolean): Promise<void> => {
    while (!isThere()) await new Promise<void>((resolve) => waiting.push(resolve));
  };
  let isEnded = false;
  const headers = { cookie, accept: 'text/event-stream' };
  const sent = request({
    host: '127.0.0.1',
    port: device.port,
    path: '/mgmt/shared/evenkeel/stream',
    headers,
    rejectUnauthorized: false,
  });
  sent.on('response', (response) => {
    response.on('data', (chunk: Buffer) => {
      texts.push(chunk.toString());
      heard();
    });
    response.on('end', () => {
      isEnded = true;
      heard();
    });
  });
  sent.end();
  const text = (): string => texts.join('');
  await until(() => text().includes('event: corner'));
  await device.ask('POST', '/mgmt/tm/ltm/pool', { name: 'told' });
  await until(() => text().includes('"name":"/Common/told","action":"create"'));
  await ask('DELETE', sessionPath, { cookie, 'x-evenkeel-csrf': word });
  await until(() => isEnded);
  assert.match(text(), /event: ended/);
});

test('tmsh for the browser runs with the role of who asks', async () => {
  const partitionAccess = [{ name: 'all-partitions', role: 'guest' }];
  const made = await device.ask('POST', '/mgmt/tm/auth/user', {
    name: 'gus',
    password: 'Correct-Horse-42',
    partitionAccess,
  });
  assert.equal(made.status, 200, made.text);
  const auth = basic('gus', 'Correct-Horse-42');
  const shown = await device.ask(
    'POST',
    '/mgmt/shared/evenkeel/tmsh',
    { commands: 'list ltm pool needle' },
    auth,
  );
  assert.match(String(shown.json['output']), /ltm pool needle/);
  const refused = await device.ask(
    'POST',
    '/mgmt/shared/evenkeel/tmsh',
    { commands: 'create ltm pool gus' },
    auth,
  );
  assert.match(String(refused.json['output']), /01070822:3: Access Denied/);
  assert.equal(device.store.view().get('ltm pool', '/Common/gus'), undefined);
  const rights = await device.ask(
    'GET',
    '/mgmt/shared/evenkeel/catalogue/ltm/pool',
    undefined,
    auth,
  );
  assert.match(
    String((rights.json['rights'] as JsonObject)['create']),
    /role guest does not allow/,
  );
});
