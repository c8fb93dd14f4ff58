import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseAddress } from '../base/address.ts';
import { present } from '../base/assert.ts';
import { cookieLifeSeconds, cookieName, isCookieName, cookieValue } from './persistence.ts';

const value = (address: string, port: number): string =>
  cookieValue(present(parseAddress(address), address), port);

test('cookie values are those of K6917', () => {
  assert.equal(value('10.1.1.100', 8080), '1677787402.36895.0000');
  assert.equal(value('2001:112::30', 80), 'vi20010112000000000000000000000030.20480');
  assert.equal(value('192.0.2.1%5', 80), 'rd5o00000000000000000000ffffc0000201o80');
  assert.equal(value('2001:112::30%3', 80), 'rd3o20010112000000000000000000000030o80');
});

test('cookie names leave /Common out', () => {
  assert.equal(cookieName('/Common/web'), 'BIGipServerweb');
  assert.equal(cookieName('/shop/app/web'), 'BIGipServer~shop~app~web');
});

test('no name of a cookie ends an argument of HAProxy', () => {
  assert.equal(cookieName('/PA/a(b, c)é'), 'BIGipServer~PA~a_b__c__');
  assert.ok(isCookieName('BIGipServer~PA~web') && isCookieName('__Host-id'));
  for (const name of ["a'b", 'a)b', 'a,b', 'a b', 'a\nb', '%[src]', 'a"b', 'a\\', '']) {
    assert.ok(!isCookieName(name), name);
  }
});

test('cookie life', () => {
  assert.equal(cookieLifeSeconds('0'), undefined);
  assert.equal(cookieLifeSeconds('90'), 90);
  assert.equal(cookieLifeSeconds('1:2:3'), 3723);
  assert.equal(cookieLifeSeconds('2:0:0:1'), 172_801);
  assert.equal(cookieLifeSeconds('soon'), undefined);
});
