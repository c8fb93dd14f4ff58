/** A change of what virtual servers take in reaches the plans of those that do, by however many steps, and no others. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Properties } from '../catalogue/types.ts';
import { TestWorld, create, modify } from '../config/model/test-world.ts';
import type { Operation } from '../config/types.ts';
import { testCertificate } from '../monitor/test-certificate.ts';
import { TrafficPlanner, planTraffic } from './planner.ts';
import { usersThrough } from './users-through.ts';

const facts = {
  interfaceOf: (vlan: string) => vlan,
  maximumConnections: () => 1000,
  isSharingWorth: () => false,
};
const [one, other] = [await testCertificate(), await testCertificate()];

const file = (kind: string, name: string, content: string): Operation =>
  create(`sys file ${kind}`, `/Common/${name}`, { content });
const virtual = (number: number, more: Properties): Operation =>
  create('ltm virtual', `/Common/v${number}`, {
    destination: `/Common/10.1.0.${number}:443`,
    pool: '/Common/p',
    profiles: [{ name: '/Common/tcp' }],
    ...more,
  });
const clientSsl = (name: string, more: Properties): Operation =>
  create('ltm profile client-ssl', `/Common/${name}`, more);

const chain = [{ name: 'one', cert: '/Common/a.crt', key: '/Common/a.key' }];
const configuration: readonly Operation[] = [
  create('ltm pool', '/Common/p', { members: ['/Common/10.0.0.1:80'] }),
  file('ssl-cert', 'a.crt', one.cert),
  file('ssl-key', 'a.key', one.key),
  create('ltm cipher rule', '/Common/r', { cipher: 'ECDHE-RSA-AES128-GCM-SHA256' }),
  create('ltm cipher group', '/Common/g', { allow: [{ name: '/Common/r' }] }),
  clientSsl('parent', { 'cert-key-chain': chain }),
  clientSsl('heir', { 'defaults-from': '/Common/parent' }),
  clientSsl('grouped', { 'cert-key-chain': chain, ciphers: 'none', 'cipher-group': '/Common/g' }),
  create('ltm snatpool', '/Common/s', { members: ['/Common/10.2.0.1'] }),
  create('ltm persistence cookie', '/Common/k', { 'cookie-name': 'before' }),
  virtual(1, { profiles: [{ name: '/Common/tcp' }, { name: '/Common/heir' }] }),
  virtual(2, { profiles: [{ name: '/Common/tcp' }, { name: '/Common/grouped' }] }),
  virtual(3, { 'source-address-translation': { type: 'snat', pool: '/Common/s' } }),
  virtual(4, {
    profiles: [{ name: '/Common/tcp' }, { name: '/Common/http' }],
    persist: [{ name: '/Common/k', default: 'yes' }],
  }),
  virtual(5, {}),
];

const renewed: readonly Operation[] = [
  modify('sys file ssl-cert', '/Common/a.crt', { content: other.cert }),
  modify('sys file ssl-key', '/Common/a.key', { content: other.key }),
];

const cases: readonly (readonly [string, readonly Operation[], readonly number[]])[] = [
  ['a certificate and its key, in two profiles, one of which is inherited', renewed, [1, 2]],
  [
    'a rule of a cipher group',
    [modify('ltm cipher rule', '/Common/r', { cipher: 'ECDHE-RSA-AES256-GCM-SHA384' })],
    [2],
  ],
  ['a SNAT pool', [modify('ltm snatpool', '/Common/s', { members: ['/Common/10.2.0.2'] })], [3]],
  [
    'a persistence profile',
    [modify('ltm persistence cookie', '/Common/k', { 'cookie-name': 'after' })],
    [4],
  ],
];

for (const [what, operations, users] of cases) {
  test(`${what}: its users are planned again`, () => {
    const world = new TestWorld();
    world.do(...configuration);
    const planner = new TrafficPlanner(world.view, facts);
    const changes = world.do(...operations);
    const names = users.map((number) => `/Common/v${number}`);
    for (const { component, name } of changes) {
      const found = [...usersThrough(world.view, component, name)].toSorted();
      assert.deepEqual(found, names, `${component} ${name}`);
    }
    const { virtuals } = planner.update(world.view, changes);
    assert.deepEqual([...virtuals].toSorted(), names);
    assert.deepEqual(planner.plan, planTraffic(world.view, facts));
  });
}
