import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { recordType } from '../../base/dns/constants.ts';
import { createFrameReader, frame } from '../../base/dns/framing.ts';
import { type Message, decodeMessage, encodeMessage, flag } from '../../base/dns/message.ts';
import { createStateRegistry } from '../../config/runtime-state.ts';
import { openStore, testDatabase } from '../../config/store/test-folder.ts';
import type { ConfigStore, Operation } from '../../config/types.ts';
import { systemClock as clock, waitUntil } from '../../platform/clock.ts';
import { serveDatagrams } from '../../platform/datagram.ts';
import { systemRandom as random } from '../../platform/random.ts';
import { serveStream } from '../../platform/stream.ts';
import { NameWatch } from './name-watch.ts';

const patience = 30_000;
const here = '127.0.0.1';
const node = '/Common/www';

/** A name server; `addresses` undefined: it says that it cannot. */
class Server {
  addresses: readonly string[] | undefined = ['192.0.2.1'];
  asked = 0;
  port = 0;
  isTooLarge = false;

  async start(t: TestContext): Promise<void> {
    // A free port of one protocol may be taken in the other.
    for (let tries = 0; ; tries += 1) {
      const udp = await serveDatagrams(here, 0, (packet, address, port, server) => {
        server.send(this.#answer(packet, this.isTooLarge), port, address);
      });
      try {
        const tcp = await serveStream(here, udp.port, 8, (connection) => {
          const reader = createFrameReader();
          return {
            onBytes: (chunk) => {
              const frames = reader.push(chunk);
              for (const one of frames === 'malformed' ? [] : frames) {
                connection.write(frame(this.#answer(one, false)));
              }
            },
            onClose: () => undefined,
          };
        });
        this.port = udp.port;
        t.after(() => {
          udp.close();
          tcp.close();
        });
        return;
      } catch (error) {
        udp.close();
        if (tries > 20) throw error;
      }
    }
  }

  #answer(packet: Uint8Array, isTooLarge: boolean): Uint8Array {
    this.asked += 1;
    const asked = decodeMessage(packet);
    assert.ok(asked);
    const base: Message = { ...asked, flags: flag.response, additionals: [] };
    if (isTooLarge) return encodeMessage({ ...base, flags: flag.response | flag.truncated });
    if (this.addresses === undefined) return encodeMessage({ ...base, flags: flag.response | 2 });
    const alias = { name: 'www.example.com', type: recordType.cname, class: 1, ttl: 1 };
    const target = Uint8Array.of(1, 0x61, 0);
    const answers = this.addresses.map((address) => ({
      name: 'a',
      type: recordType.a,
      class: 1,
      ttl: 1,
      data: Uint8Array.from(address.split('.').map(Number)),
    }));
    return encodeMessage({ ...base, answers: [{ ...alias, data: target }, ...answers] });
  }
}

async function started(t: TestContext): Promise<{
  server: Server;
  store: ConfigStore;
  found: () => readonly string[];
  stateOf: () => unknown;
}> {
  const server = new Server();
  await server.start(t);
  const store = openStore(testDatabase(t));
  const state = createStateRegistry();
  const log = { write: () => undefined };
  const watch = new NameWatch({ store, state, clock, random, log, port: server.port });
  t.after(() => {
    watch.close();
    store.close();
  });
  commit(store, {
    kind: 'modify',
    component: 'sys dns',
    name: '',
    properties: { 'name-servers': [here] },
  });
  commit(store, {
    kind: 'create',
    component: 'ltm node',
    name: node,
    properties: {
      fqdn: {
        'tm-name': 'www.example.com',
        autopopulate: 'enabled',
        interval: 'ttl',
        'down-interval': 1,
      },
    },
  });
  const found = (): readonly string[] =>
    store
      .view()
      .names('ltm node')
      .filter((name) => name.includes('_auto_'))
      .map((name) => name.replace(/.*_/, ''));
  const stateOf = (): unknown => state.fields('ltm node', undefined, node)['state'];
  return { server, store, found, stateOf };
}

function commit(store: ConfigStore, operation: Operation): void {
  const outcome = store.commit({
    origin: { user: 'test', source: 'rest' },
    operations: [operation],
  });
  assert.ok(outcome.ok, JSON.stringify(outcome));
}

const until = (what: string, isTrue: () => boolean): Promise<void> =>
  waitUntil(clock, what, patience, isTrue);

test('addresses follow the name, as long as it can be asked', async (t) => {
  const { server, found, stateOf } = await started(t);
  await until('the first address', () => found().join() === '192.0.2.1');
  assert.equal(stateOf(), 'fqdn-up');
  server.addresses = ['192.0.2.3', '192.0.2.2'];
  await until('others', () => found().join() === '192.0.2.2,192.0.2.3');
  server.addresses = undefined;
  await until('it to be down', () => stateOf() === 'fqdn-down');
  assert.deepEqual(found(), ['192.0.2.2', '192.0.2.3']);
  server.addresses = [];
  await until('it to have none', () => stateOf() === 'fqdn-up-no-addr');
  assert.deepEqual(found(), []);
});

test('the same addresses in another order are no change', async (t) => {
  const { server, store, found } = await started(t);
  server.addresses = ['192.0.2.3', '192.0.2.2'];
  await until('both', () => found().length === 2);
  const { sequence } = store.view();
  server.addresses = ['192.0.2.2', '192.0.2.3'];
  const asked = server.asked;
  await until('another question', () => server.asked > asked + 1);
  assert.equal(store.view().sequence, sequence);
});

test('what does not fit is asked for by TCP', async (t) => {
  const { server, found } = await started(t);
  server.isTooLarge = true;
  server.addresses = Array.from({ length: 40 }, (_, index) => `192.0.2.${index + 100}`);
  await until('all of them', () => found().length === 40);
});

test('a name that goes takes its addresses with it', async (t) => {
  const { store, found, stateOf } = await started(t);
  await until('the first address', () => found().length === 1);
  commit(store, { kind: 'delete', component: 'ltm node', name: node });
  assert.deepEqual(found(), []);
  assert.equal(stateOf(), undefined);
});
