import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseAddress, printAddress } from './address.ts';

test('IPv4 addresses have four numbers of one byte, written in one way', () => {
  for (const text of ['0.0.0.0', '10.0.200.7', '255.255.255.255', '1.2.3.4%65534']) {
    const address = parseAddress(text);
    assert.ok(address, text);
    assert.equal(printAddress(address), text);
  }
  assert.deepEqual(parseAddress('198.51.100.7%3')?.bytes, [198, 51, 100, 7]);
  assert.equal(parseAddress('198.51.100.7%3')?.routeDomain, 3);
  const wrong = [
    '',
    '1',
    '1.2.3',
    '1.2.3.',
    '.1.2.3',
    '1..2.3',
    '1.2.3.4.5',
    '1.2.3.4.',
    '01.2.3.4',
  ];
  const more = [
    '00.0.0.0',
    '1.2.3.256',
    '1.2.3.1000',
    '1.2.3.a',
    ' 1.2.3.4',
    '1.2.3.4 ',
    '+1.2.3.4',
  ];
  const domains = ['1.2.3.4%', '1.2.3.4%65535', '1.2.3.4%x', '1.2.3.٤', '1111111111111111'];
  for (const text of [...wrong, ...more, ...domains]) {
    assert.equal(parseAddress(text), undefined, text);
  }
});
