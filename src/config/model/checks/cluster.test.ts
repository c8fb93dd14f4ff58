import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { EffectiveObject } from '../../types.ts';
import { deviceGroupArbiter } from './cluster.ts';

function faultOf(properties: Readonly<Record<string, unknown>>): string | undefined {
  // The check reads nothing but name and properties.
  const group = { component: 'cm device-group', name: '/Common/g', properties } as EffectiveObject;
  return deviceGroupArbiter(group, { before: undefined as never, after: undefined as never })[0]
    ?.message;
}

const endpoints = { 'arbiter-endpoints': ['https://192.0.2.1:2379', 'http://[2001:db8::1]:2379'] };

test('etcd as arbiter needs endpoints, a whole pair of key and certificate, and no witness', () => {
  assert.equal(faultOf({ arbiter: 'none' }), undefined);
  assert.equal(faultOf({ arbiter: 'etcd', ...endpoints }), undefined);
  assert.match(faultOf({ arbiter: 'etcd' }) ?? '', /no arbiter-endpoints/);
  const wrong = { arbiter: 'etcd', 'arbiter-endpoints': ['192.0.2.1'] };
  assert.match(faultOf(wrong) ?? '', /\(192\.0\.2\.1\), which is not of the form/);
  const half = { arbiter: 'etcd', ...endpoints, 'arbiter-cert': '/Common/a.crt' };
  assert.match(faultOf(half) ?? '', /both, or neither/);
  assert.match(
    faultOf({ arbiter: 'etcd', ...endpoints, witness: ['w'] }) ?? '',
    /only one of the two/,
  );
});
