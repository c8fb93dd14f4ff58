import assert from 'node:assert/strict';
import { test } from 'node:test';
import { componentById, components } from '../../catalogue/index.ts';
import { createAppliedTracker } from '../../config/applied.ts';
import { openStore, testDatabase } from '../../config/store/test-folder.ts';
import type { ConfigStore } from '../../config/types.ts';
import { systemClock } from '../../platform/clock.ts';
import { loadConfig } from './load-config.ts';

function makePool(store: ConfigStore, name: string): void {
  const outcome = store.commit({
    origin: { user: 'olga', source: 'rest' },
    operations: [{ kind: 'create', component: 'ltm pool', name, properties: {} }],
  });
  assert.ok(outcome.ok);
}

const request = { component: 'sys config', command: 'load', parameters: {}, user: 'admin' };
const order = {
  kind: 'file',
  sources: [{ path: 'x.conf', text: 'auth user anna { password "Long enough 1" }\n' }],
  contents: new Map(),
  isVerify: false,
  reason: 'load x.conf',
} as const;

/** Each hash takes long enough for somebody else's commit. */
function loaderOf(store: ConfigStore, meanwhile: (count: number) => void) {
  let count = 0;
  const passwords = {
    hash: async () => {
      meanwhile((count += 1));
      return '$scrypt$x';
    },
    verify: async () => false,
  };
  const applied = createAppliedTracker(systemClock);
  return { store, applied, passwords, components, component: componentById };
}

test('what others commit while passwords are hashed does not survive a load that does not name it', async (t) => {
  const store = openStore(testDatabase(t));
  const loader = loaderOf(store, (count) => count === 1 && makePool(store, '/Common/late'));
  const answer = await loadConfig(loader, request, order);
  assert.ok(answer.ok, JSON.stringify(answer));
  assert.deepEqual(store.view().names('ltm pool'), []);
  assert.ok(store.view().names('auth user').includes('anna'));
});

test('a load that finds no quiet moment is given up, and changes nothing', async (t) => {
  const store = openStore(testDatabase(t));
  const loader = loaderOf(store, (count) => makePool(store, `/Common/p${count}`));
  const answer = await loadConfig(loader, request, order);
  assert.ok(!answer.ok);
  assert.equal(answer.faults[0]?.status, 503);
  assert.ok(!store.view().names('auth user').includes('anna'));
});

test('others have their turn while a large text is loaded', async (t) => {
  const store = openStore(testDatabase(t));
  const pools = Array.from({ length: 2000 }, (_, index) => `ltm pool p${index} { }\n`).join('');
  let turns = 0;
  let isLoaded = false;
  const next = (): void => {
    turns += 1;
    if (!isLoaded) setImmediate(next);
  };
  setImmediate(next);
  const sources = [{ path: 'x.conf', text: pools }];
  const answer = await loadConfig(
    loaderOf(store, () => undefined),
    request,
    { ...order, sources },
  );
  isLoaded = true;
  assert.ok(answer.ok, JSON.stringify(answer));
  assert.equal(store.view().count('ltm pool'), 2000);
  // One at least for each hundred operations that are looked through for secrets.
  assert.ok(turns > 20, `${turns}`);
});
