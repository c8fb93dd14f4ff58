import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Properties } from '../../../catalogue/types.ts';
import { TestWorld } from '../../../config/model/test-world.ts';
import { planFailover } from './plan.ts';

function world(group: Properties): TestWorld {
  const made = new TestWorld('a');
  for (const device of ['a', 'b']) {
    made.do({ kind: 'create', component: 'cm device', name: `/Common/${device}`, properties: {} });
  }
  made.do({
    kind: 'create',
    component: 'sys file ssl-cert',
    name: '/Common/ca.crt',
    properties: { content: 'the authority' },
  });
  made.do({
    kind: 'create',
    component: 'cm device-group',
    name: '/Common/pair',
    properties: {
      type: 'sync-failover',
      devices: [{ name: '/Common/a' }, { name: '/Common/b' }],
      ...group,
    },
  });
  return made;
}

function planned({ view }: TestWorld): ReturnType<typeof planFailover>['own'] {
  const inputs = { interfaceOf: () => undefined, witnessAddresses: new Map(), witnessing: [] };
  return planFailover(view, inputs).own;
}

test('an arbiter: endpoints, a prefix of its own for the group, files by their content', () => {
  const none = planned(world({}));
  assert.equal(none.arbiter, undefined);
  const files = { 'arbiter-ca': '/Common/ca.crt', 'arbiter-endpoints': ['https://192.0.2.1:2379'] };
  const made = world({ arbiter: 'etcd', ...files, 'arbiter-prefix': '/our/' });
  const { arbiter } = planned(made);
  assert.deepEqual(arbiter?.endpoints, ['https://192.0.2.1:2379']);
  assert.match(arbiter?.prefix ?? '', /^\/our\/[^/]*\/Common\/pair\/$/);
  assert.deepEqual(
    [arbiter?.authority, arbiter?.certificate, arbiter?.key],
    ['the authority', '', ''],
  );
});

test('gateways are the members of the pools that name this device', () => {
  const made = world({});
  const pool = (name: string, address: string, device: string): void => {
    made.do({
      kind: 'create',
      component: 'ltm pool',
      name: `/Common/${name}`,
      properties: {
        members: [{ name: `/Common/${address}:0`, address }],
        ...(device !== '' && { 'gateway-failsafe-device': device }),
      },
    });
  };
  pool('mine', '192.0.2.254', '/Common/a');
  pool('theirs', '192.0.2.253', '/Common/b');
  pool('web', '192.0.2.80', '');
  assert.deepEqual(planned(made).gateways, ['192.0.2.254']);
  assert.equal(planned(world({})).gateways, undefined);
});
