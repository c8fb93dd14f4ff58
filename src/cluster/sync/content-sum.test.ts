import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, it } from 'node:test';
import { trustGroup } from '../../catalogue/cm/device-group.ts';
import { createConfigStore } from '../../config/store/store.ts';
import type { Operation } from '../../config/types.ts';
import { systemClock } from '../../platform/clock.ts';
import { contentSum } from './content-sum.ts';

const folder = mkdtempSync(join(tmpdir(), 'evenkeel-sum-'));
after(() => rmSync(folder, { recursive: true, force: true }));

it('follows commits to the same sum that reading everything gives', () => {
  const path = join(folder, 'config.db');
  const store = createConfigStore({ path, deviceName: 'a', clock: systemClock });
  const commit = (...operations: Operation[]): void => {
    const outcome = store.commit({ origin: { user: 'admin', source: 'rest' }, operations });
    assert.ok(outcome.ok, JSON.stringify(outcome));
  };
  const dg = '/Common/dg';
  commit(
    { kind: 'create', component: 'cm device', name: '/Common/a', properties: {} },
    {
      kind: 'create',
      component: 'cm device-group',
      name: dg,
      properties: { type: 'sync-failover', devices: [{ name: '/Common/a' }] },
    },
  );
  const sums = [dg, trustGroup].map((scope) => ({ scope, followed: contentSum(store, scope) }));
  const seen = new Set<string>();
  const check = (): void => {
    for (const { scope, followed } of sums) {
      assert.equal(followed.read(), contentSum(store, scope).read(), scope);
    }
    seen.add(sums[0]?.followed.read() ?? '');
  };
  const pool = (name: string) => ({ component: 'ltm pool', name: `/Common/${name}` }) as const;
  check();
  commit({ kind: 'create', ...pool('p'), properties: { description: 'one' } });
  check();
  commit({ kind: 'modify', ...pool('p'), properties: { description: 'two' } });
  commit({ kind: 'create', ...pool('q'), properties: {} });
  check();
  // A stock object: counts while it differs from what it was at first.
  const http = { component: 'ltm profile http', name: '/Common/http' } as const;
  commit({ kind: 'modify', ...http, properties: { description: 'mine' } });
  check();
  commit({ kind: 'modify', ...http, properties: { description: null } });
  check();
  commit({ kind: 'delete', ...pool('q') });
  check();
  commit({
    kind: 'modify',
    component: 'cm device',
    name: '/Common/a',
    properties: { description: 'x' },
  });
  check();
  assert.equal(seen.size, 5);
  store.close();
});
