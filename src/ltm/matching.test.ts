import assert from 'node:assert/strict';
import { test } from 'node:test';
import { printPrefix } from '../base/address.ts';
import type { Properties } from '../catalogue/types.ts';
import type { ConfigView, EffectiveObject } from '../config/types.ts';
import { matchesOf } from './matching.ts';

const objects: Readonly<Record<string, Properties>> = {
  'net address-list /Common/a': {
    addresses: [{ name: '192.0.2.254-192.0.3.1' }, { name: '10.0.0.0/8' }],
    'address-lists': ['/Common/b', '/Common/a'],
  },
  'net address-list /Common/b': { addresses: [{ name: '192.0.2.9' }] },
  'net address-list /Common/six': { addresses: [{ name: '2001:db8::1' }, { name: '192.0.2.1' }] },
  'net address-list /Common/bad': { addresses: [{ name: 'nonsense' }] },
  'net address-list /Common/large': { addresses: [{ name: '10.0.0.0-10.0.8.0' }] },
  'net port-list /Common/p': { ports: [{ name: '443' }, { name: '80-82' }] },
  'net port-list /Common/many': { ports: [{ name: '1-65535' }] },
};

function matches(criteria: Properties): unknown {
  // Only what is looked up.
  const view = {
    get(component: string, name: string) {
      const properties = name === '/Common/c' ? criteria : objects[`${component} ${name}`];
      return properties && { component, name, properties };
    },
  } as unknown as ConfigView;
  const virtual = {
    component: 'ltm virtual',
    name: '/Common/v',
    properties: { 'traffic-matching-criteria': '/Common/c' },
  } as unknown as EffectiveObject;
  const found = matchesOf(view, virtual);
  if (typeof found === 'string' || found === undefined) return found;
  return found.map(({ destination, source, ports }) =>
    [printPrefix(destination), source && printPrefix(source), ports.join(' ')].join(' | '),
  );
}

test('lists, lists in lists, ranges and networks; a list that names itself ends', () => {
  const found = matches({
    'destination-address-list': '/Common/a',
    'destination-port-list': '/Common/p',
    'source-address-inline': '198.51.100.0/24',
  });
  assert.ok(Array.isArray(found));
  const all = new Set(found);
  const tail = '198.51.100.0/24 | 80 81 82 443';
  for (const place of ['192.0.2.254', '192.0.2.255', '192.0.3.0', '192.0.3.1', '192.0.2.9']) {
    assert.ok(all.has(`${place}/32 | ${tail}`), place);
  }
  assert.ok(all.has(`10.0.0.0/8 | ${tail}`));
  assert.equal(all.size, 6);
  assert.equal(found.length, 6, 'each once');
});

test('any is any', () => {
  assert.deepEqual(matches({}), ['0.0.0.0/0 |  | ']);
  assert.deepEqual(matches({ 'destination-address-inline': 'any6' }), ['::/0 |  | ']);
});

test('what cannot be carried is refused in words', () => {
  const refused: readonly (readonly [Properties, RegExp])[] = [
    [{ 'source-port-inline': 5 }, /source port/],
    [{ 'destination-address-list': '/Common/six' }, /IPv4 and of IPv6/],
    [{ 'destination-address-list': '/Common/bad' }, /"nonsense" is no address/],
    [{ 'destination-address-list': '/Common/large' }, /more than 1024/],
    [{ 'destination-port-list': '/Common/many' }, /more than 1024/],
    [{ 'destination-address-inline': '10.0.0.1%5' }, /route domain 5/],
  ];
  for (const [criteria, words] of refused) assert.match(String(matches(criteria)), words);
});
