import assert from 'node:assert/strict';
import { test } from 'node:test';
import { culpritOf, placesOf } from './culprit.ts';

const file = [
  'global',
  '  quiet',
  '',
  'frontend :Common:one',
  '  bind 192.0.2.1:80',
  '',
  'frontend :Common:two',
  '  bind [2001:db8::1]:443 ssl',
  '  bad words',
  'cache cache.:Common:two',
  '  max-age 1',
  '',
  'backend :Common:web.1',
  '  mode http',
  '',
].join('\n');

test('a line leads to the frontend that it is in', () => {
  const of = (line: number): string | undefined =>
    culpritOf(`[ALERT] (1) : config : parsing [/x/haproxy.cfg:${line}] : what`, file);
  assert.equal(of(5), ':Common:one');
  assert.equal(of(9), ':Common:two');
  assert.equal(of(11), ':Common:two');
  assert.equal(of(2), undefined);
  assert.equal(of(14), undefined);
});

test('so does a name, if there is such a frontend', () => {
  assert.equal(culpritOf("Proxy ':Common:two': no certificate", file), ':Common:two');
  assert.equal(culpritOf("Proxy ':Common:web.1': what", file), undefined);
  assert.equal(culpritOf('out of memory', file), undefined);
});

test('listeners of its own, not those behind the packet filter', () => {
  assert.deepEqual(placesOf(file), [
    { address: '192.0.2.1', port: 80 },
    { address: '2001:db8::1', port: 443 },
  ]);
  assert.deepEqual(placesOf('frontend x\n  bind 127.1.2.3:4345 transparent\n'), []);
});
