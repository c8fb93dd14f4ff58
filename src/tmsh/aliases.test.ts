import assert from 'node:assert/strict';
import { test } from 'node:test';
import { withoutAliases } from './aliases.ts';

const add = 'run cm add-to-trust Root';
const rest = 'device-name b.example username admin password x';
const spellings: readonly (readonly [string, string])[] = [
  [
    'modify cm trust-domain Root ca-devices add { 10.0.0.2 } name b.example username admin password x',
    `${add} ca-device device 10.0.0.2 ${rest}`,
  ],
  [
    'modify /cm trust-domain /Common/Root non-ca-devices add { 10.0.0.2 } name b.example username admin password x',
    `${add} non-ca-device device 10.0.0.2 ${rest}`,
  ],
  [
    'modify cm trust-domain Root add-device { device-ip 10.0.0.2 device-port 8443 device-name b.example username admin password x ca-device false sha1-fingerprint AB:CD }',
    `${add} device 10.0.0.2 port 8443 ${rest} non-ca-device sha1-fingerprint AB:CD`,
  ],
  [
    'modify cm trust-domain Root remove-device { b.example }',
    'run cm remove-from-trust Root device-name b.example',
  ],
  [
    'modify cm trust-domain Root remove-device { device-name b.example }',
    'run cm remove-from-trust Root device-name b.example',
  ],
  [
    'modify cm trust-domain Root ca-devices delete { /Common/b.example }',
    'run cm remove-from-trust Root device-name /Common/b.example',
  ],
  ['modify cm trust-domain Root description x', 'modify cm trust-domain Root description x'],
];

test('trust has all of its spellings', () => {
  for (const [given, meant] of spellings) assert.equal(withoutAliases(given), meant);
});

test('devices are added as by the scripts of BIG-IP', () => {
  const meant = 'run gtm gtm-add device 10.0.0.2 username admin password x';
  assert.equal(withoutAliases('run gtm gtm_add admin@10.0.0.2 password x'), meant);
  assert.equal(withoutAliases('run /gtm gtm_add device 10.0.0.2 username admin password x'), meant);
  assert.equal(withoutAliases(meant), meant);
  assert.equal(
    withoutAliases('run gtm bigip_add 10.0.0.2 username u password x'),
    'run gtm bigip-add device 10.0.0.2 username u password x',
  );
});

test('why a name is answered as it is, by the wide IP', () => {
  assert.equal(
    withoutAliases('show gtm wideip aaaa /Common/www.example.com explain client 2001:db8::7'),
    'run gtm explain name www.example.com type aaaa client 2001:db8::7',
  );
  assert.equal(
    withoutAliases('show /gtm wideip a www.example.com explain type cname'),
    'run gtm explain name www.example.com type cname',
  );
  const plain = 'show gtm wideip a www.example.com';
  assert.equal(withoutAliases(plain), plain);
});
