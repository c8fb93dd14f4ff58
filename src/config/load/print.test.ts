import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { components } from '../../catalogue/index.ts';
import type { Properties } from '../../catalogue/types.ts';
import { TestWorld, create, modify, remove } from '../model/test-world.ts';
import type { Operation } from '../types.ts';
import { asText, printStanzas } from './print.ts';

interface Wanted {
  readonly component: string;
  readonly name: string;
  readonly properties: Properties;
}

/** What is to be there in the end; later ones may refer to earlier ones. */
const wanted: readonly Wanted[] = [
  { component: 'auth partition', name: 'Sales', properties: { description: 'Shop' } },
  { component: 'ltm node', name: '/Common/10.0.0.1', properties: { address: '10.0.0.1' } },
  { component: 'ltm node', name: '/Common/10.0.0.2', properties: { address: '10.0.0.2' } },
  {
    component: 'ltm monitor http',
    name: '/Common/up',
    properties: { 'defaults-from': '/Common/http', interval: 7, timeout: 22, send: 'GET /\\r\\n' },
  },
  {
    component: 'ltm pool',
    name: '/Common/web',
    properties: {
      members: ['10.0.0.2:80', '10.0.0.1:80'],
      monitor: '/Common/up',
      description: 'x',
    },
  },
  { component: 'ltm pool', name: '/Sales/shop', properties: { 'slow-ramp-time': 20 } },
  { component: 'ltm profile tcp', name: '/Common/slow', properties: { 'idle-timeout': 900 } },
  {
    component: 'ltm data-group internal',
    name: '/Common/words',
    properties: { type: 'string', records: [{ name: 'b', data: '2' }, { name: 'a' }] },
  },
  {
    component: 'ltm virtual',
    name: '/Common/vs',
    properties: {
      destination: '192.0.2.1:80',
      'ip-protocol': 'tcp',
      pool: '/Common/web',
      profiles: ['/Common/slow', '/Common/http'],
    },
  },
];

/** Made directly, or with something else first, or for the second time. */
const detours = ['none', 'changed', 'made-again'] as const;

function stepsTo(one: Wanted, detour: (typeof detours)[number]): readonly (readonly Operation[])[] {
  const { component, name, properties } = one;
  const made = create(component, name, properties);
  if (detour === 'made-again') return [[made], [remove(component, name)], [made]];
  if (detour === 'none' || !('description' in properties)) return [[made]];
  const { description = '' } = properties;
  const [before, after] = ['other', String(description)];
  return [
    [create(component, name, { ...properties, description: before })],
    [modify(component, name, { description: after })],
  ];
}

function textOf(world: TestWorld): string {
  return asText(printStanzas(world.view, components), '16.1.0');
}

/** Earlier ones first where they are needed; the rest as the keys say. */
function inOrder(keys: readonly number[]): readonly Wanted[] {
  const needs = (one: Wanted, other: Wanted): boolean =>
    JSON.stringify(one.properties).includes(other.name) ||
    (other.component === 'auth partition' && one.name.startsWith(`/${other.name}/`)) ||
    (one.component === 'ltm pool' && other.component === 'ltm node');
  const left = wanted.map((one, index) => ({ one, key: keys[index] ?? 0 }));
  const result: Wanted[] = [];
  while (left.length > 0) {
    const ready = left.filter(({ one }) => !left.some((other) => needs(one, other.one)));
    const next = ready.toSorted((a, b) => a.key - b.key)[0] ?? left[0];
    assert.ok(next !== undefined);
    left.splice(left.indexOf(next), 1);
    result.push(next.one);
  }
  return result;
}

test('the same configuration gives the same bytes, whatever the order of commits that made it', () => {
  const straight = new TestWorld();
  for (const one of wanted) straight.do(create(one.component, one.name, one.properties));
  const expected = textOf(straight);
  assert.match(expected, /ltm pool \/Sales\/shop/);
  const keys = fc.array(fc.integer({ min: 0, max: 1000 }), { minLength: 9, maxLength: 9 });
  const ways = fc.array(fc.constantFrom(...detours), { minLength: 9, maxLength: 9 });
  fc.assert(
    fc.property(keys, ways, fc.boolean(), (order, way, isOneCommit) => {
      const world = new TestWorld();
      const steps = inOrder(order).flatMap((one, index) => stepsTo(one, way[index] ?? 'none'));
      if (isOneCommit) world.do(...steps.flat());
      else for (const step of steps) world.do(...step);
      assert.equal(textOf(world), expected);
    }),
    { numRuns: 25 },
  );
});
