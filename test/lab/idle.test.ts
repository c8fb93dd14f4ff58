/** As many idle connections as a virtual server takes: the next is refused at once, and nobody else notices. */
import assert from 'node:assert/strict';
import type { Server } from 'node:http';
import { type Socket, connect } from 'node:net';
import { after, before, test } from 'node:test';
import type { Properties } from '../../src/catalogue/types.ts';
import { systemClock, waitUntil } from '../../src/platform/clock.ts';
import { type HaproxyHere, freePorts, here, startHaproxy, whyNot } from './web/haproxy-here.ts';
import { ask, assertRefused, startWebServer } from './web/web.ts';

const skip = await whyNot();
const patience = 30_000;
/** Sockets of this process and of HAProxy both stay under 20,000 descriptors. */
const limit = 8000;
const atOnce = 200;
let haproxy: HaproxyHere | undefined;
let web: Server | undefined;
let [limited, other] = [0, 0];
const held = new Set<Socket>();

before(async () => {
  if (skip !== false) return;
  [limited = 0, other = 0] = await freePorts(2);
  const started = await startWebServer('web');
  web = started.server;
  const virtual = (port: number, more: Properties): Properties => ({
    destination: `/Common/${here}:${port}`,
    'ip-protocol': 'tcp',
    pool: '/Common/web',
    'source-address-translation': { type: 'automap' },
    profiles: ['http', 'tcp'].map((name) => ({ name: `/Common/${name}` })),
    ...more,
  });
  haproxy = await startHaproxy(
    {
      'ltm pool /Common/web': { members: [{ name: `/Common/${here}:${started.port}` }] },
      'ltm virtual /Common/limited': virtual(limited, { 'connection-limit': limit }),
      'ltm virtual /Common/other': virtual(other, {}),
    },
    [limited, other],
    9000,
  );
});

after(async () => {
  for (const socket of held) socket.destroy();
  await haproxy?.close();
  web?.close();
});

/** Also when it is refused: then it is not held for long. */
function hold(): Promise<void> {
  return new Promise((resolve) => {
    const socket = connect(limited, '127.0.0.1', resolve);
    held.add(socket);
    socket.on('error', () => undefined);
    socket.on('close', () => {
      held.delete(socket);
      resolve();
    });
  });
}

/** Whoever looked at the port may be counted for a moment more; those that are refused for it come again. */
async function isFull(): Promise<boolean> {
  const missing = limit - held.size;
  await Promise.all(Array.from({ length: Math.min(missing, atOnce) }, hold));
  return missing === 0 && !(await isServed()) && held.size === limit;
}

/** Whether a request is answered there just now. */
const isServed = (): Promise<boolean> =>
  ask(limited, '/').then(
    ({ status }) => status === 200,
    () => false,
  );

test('8,000 idle connections against the limit', { skip }, async () => {
  await waitUntil(systemClock, 'the first look at the port to be over', patience, isServed);
  await waitUntil(systemClock, 'the limit', patience, isFull);
  await assertRefused(limited, '/');
  assert.equal((await ask(other, '/')).status, 200, 'the next virtual server serves');
  assert.ok(held.size >= limit - atOnce, 'they are held');
  for (const socket of [...held].slice(0, atOnce)) socket.destroy();
  await waitUntil(systemClock, 'room for others', patience, isServed);
  assert.ok(held.size >= limit - 2 * atOnce, 'the others are held still');
});
