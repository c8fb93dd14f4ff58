import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parsePrefix } from '../base/address.ts';
import { present } from '../base/assert.ts';
import { type Claim, classifiedNames, inPrecedence, listenerAddress, marksOf } from './classify.ts';
import { claim } from './test-claims.ts';

const from = (source: string): Partial<Claim> => ({ source: present(parsePrefix(source), 's') });

test('the most specific destination, then source, then port comes first (K14800)', () => {
  const claims = [
    claim('wild', '0.0.0.0/0', 0),
    claim('host any port', '192.0.2.1/32', 0),
    claim('host port', '192.0.2.1/32', 80),
    claim('host any port from net', '192.0.2.1/32', 0, from('10.0.0.0/8')),
    claim('net', '192.0.2.0/24', 80, from('10.1.1.1/32')),
    claim('a host port, ip-protocol any', '192.0.2.1/32', 80, { namesProtocol: false }),
    claim('host port vlan', '192.0.2.1/32', 80, { interfaces: ['1.1'] }),
  ];
  assert.deepEqual(
    inPrecedence(claims).map((one) => one.name),
    [
      'host any port from net',
      'host port vlan',
      'host port',
      'a host port, ip-protocol any',
      'host any port',
      'net',
      'wild',
    ],
  );
});

test('only those that a socket cannot tell apart are classified', () => {
  const names = classifiedNames([
    claim('alone', '192.0.2.1/32', 80),
    claim('other port', '192.0.2.1/32', 81),
    claim('udp', '192.0.2.1/32', 80, { protocol: 'udp', target: 'packet' }),
    claim('one', '192.0.2.2/32', 80),
    claim('two', '192.0.2.2/32', 80, from('10.0.0.0/8')),
    claim('all ports', '192.0.2.3/32', 0),
    claim('packets of all ports', '192.0.2.4/32', 0, { target: 'packet' }),
    claim('network', '198.51.100.0/24', 80),
    claim('reject', '192.0.2.9/32', 80, { target: 'reject' }),
  ]);
  assert.deepEqual([...names].toSorted(), ['all ports', 'network', 'one', 'reject', 'two']);
});

test('marks are unique and stay while others come', () => {
  const names = Array.from({ length: 20_000 }, (_, index) => `/Common/v${index}`);
  const marks = marksOf(names);
  assert.equal(new Set(marks.values()).size, names.length);
  assert.equal(marksOf(['/Common/v7']).get('/Common/v7'), marks.get('/Common/v7'));
  assert.equal(listenerAddress(0x45_01_02_03, 4).text, '127.1.2.3');
  assert.equal(listenerAddress(0x45_01_02_03, 6).text, '100::4501:203');
});
