import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { faultText } from '../base/fault.ts';
import type { Properties } from '../catalogue/types.ts';
import { createConfigStore } from '../config/store/store.ts';
import type { Operation } from '../config/types.ts';
import { systemClock } from '../platform/clock.ts';
import { policyCheck } from './policy-check.ts';

const root = mkdtempSync(join(tmpdir(), 'ek-policy-check-'));
after(() => rmSync(root, { recursive: true }));

const create = (component: string, name: string, properties: Properties): Operation => ({
  kind: 'create',
  component,
  name: `/Common/${name}`,
  properties,
});

test('the file of a data group that a policy in use cannot compare with is refused', () => {
  const store = createConfigStore({
    path: join(root, 'config.db'),
    deviceName: 'a',
    clock: systemClock,
  });
  store.addCheck(policyCheck);
  const commit = (...operations: readonly Operation[]): string => {
    const outcome = store.commit({ origin: { user: 'test', source: 'rest' }, operations });
    return outcome.ok ? 'ok' : outcome.faults.map(faultText).join('\n');
  };
  const content = (text: string): Operation => ({
    kind: 'modify',
    component: 'sys file data-group',
    name: '/Common/file',
    properties: { content: text },
  });
  const condition = { name: '0', operand: 'tcp', selector: 'address', operator: 'matches' };
  const rule = {
    name: 'r',
    conditions: [{ ...condition, datagroup: '/Common/group' }],
    actions: [{ name: '0', target: 'forward', deed: 'reset' }],
  };
  const virtual = {
    destination: '/Common/192.0.2.1:80',
    'ip-protocol': 'tcp',
    profiles: [{ name: '/Common/tcp' }],
    policies: [{ name: '/Common/policy' }],
  };
  assert.equal(
    commit(
      create('sys file data-group', 'file', { content: 'network 192.0.2.0/24,\n' }),
      create('ltm data-group external', 'group', { 'external-file-name': '/Common/file' }),
      create('ltm policy', 'policy', { legacy: 'legacy', rules: [rule] }),
      create('ltm virtual', 'virtual', virtual),
    ),
    'ok',
  );
  assert.equal(commit(content('host 192.0.2.9,\n')), 'ok');
  assert.match(
    commit(content('nonsense,\n')),
    /^01070734:3: .*Virtual Server \(\/Common\/virtual\) .*"nonsense" is no address/,
  );
  store.close();
});

test('a policy leads to another virtual server only where that ends', () => {
  const store = createConfigStore({
    path: join(root, 'hops.db'),
    deviceName: 'a',
    clock: systemClock,
  });
  store.addCheck(policyCheck);
  const commit = (...operations: readonly Operation[]): string => {
    const outcome = store.commit({ origin: { user: 'test', source: 'rest' }, operations });
    return outcome.ok ? 'ok' : outcome.faults.map(faultText).join('\n');
  };
  const virtual = (name: string, profile: string, policies: readonly string[] = []): Operation =>
    create('ltm virtual', name, {
      destination: `/Common/192.0.2.${name.charCodeAt(0)}:80`,
      'ip-protocol': 'tcp',
      profiles: [{ name: `/Common/${profile}` }],
      policies: policies.map((policy) => ({ name: `/Common/${policy}` })),
    });
  const policy = (name: string, to: string): Operation =>
    create('ltm policy', name, {
      legacy: 'legacy',
      rules: [
        {
          name: 'r',
          actions: [{ name: '0', target: 'forward', deed: 'select', virtual: `/Common/${to}` }],
        },
      ],
    });
  assert.equal(
    commit(virtual('a', 'tcp'), policy('to-a', 'a'), virtual('b', 'tcp', ['to-a'])),
    'ok',
  );
  const attach = (name: string, change: Properties): string =>
    commit({
      kind: 'modify',
      component: 'ltm virtual',
      name: `/Common/${name}`,
      properties: change,
    });
  assert.match(attach('a', { policies: [{ name: '/Common/to-a' }] }), /leads back to/);
  assert.equal(commit(policy('to-b', 'b')), 'ok');
  assert.match(attach('a', { policies: [{ name: '/Common/to-b' }] }), /leads back to/);
  assert.match(
    attach('a', { profiles: [{ name: '/Common/fastL4' }] }),
    /Virtual Server \(\/Common\/b\).*\/Common\/a is no standard virtual server/,
  );
  store.close();
});
