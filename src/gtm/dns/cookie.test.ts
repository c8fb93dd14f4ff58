import assert from 'node:assert/strict';
import { test } from 'node:test';
import { present } from '../../base/assert.ts';
import { decodeMessage } from '../../base/dns/message.ts';
import { queryPacket } from '../test-support.ts';
import { isOurCookie, makeCookie, withCookie } from './cookie.ts';
import { sipHash } from './siphash.ts';

const hex = (text: string): Uint8Array =>
  Uint8Array.from(text.match(/../g) ?? [], (byte) => Number.parseInt(byte, 16));

test('SipHash-2-4: the vectors of its paper', () => {
  const key = Uint8Array.from({ length: 16 }, (_, index) => index);
  const input = Uint8Array.from({ length: 15 }, (_, index) => index);
  assert.deepEqual(sipHash(key, input), hex('e545be4961ca29a1'));
  assert.deepEqual(sipHash(key, new Uint8Array(0)), hex('310e0edd47db6f72'));
});

test('cookies: the examples of RFC 9018', () => {
  const secret = hex('e5e973e5a6b2a43f48e7dc849e37bfcf');
  const cookie = makeCookie(secret, hex('2464c4abcf10c957'), [198, 51, 100, 100], 1_559_731_985);
  assert.deepEqual(cookie, hex('2464c4abcf10c957010000005cf79f111f8130c3eee29480'));
  const is = (address: number[], seconds: number): boolean =>
    isOurCookie(secret, cookie, address, seconds);
  assert.ok(is([198, 51, 100, 100], 1_559_731_985 + 3_600));
  assert.ok(!is([198, 51, 100, 100], 1_559_731_985 + 3_601), 'too old');
  assert.ok(!is([198, 51, 100, 101], 1_559_731_985), 'of another address');
  assert.ok(!isOurCookie(hex('00'.repeat(16)), cookie, [198, 51, 100, 100], 1_559_731_985));
});

test('a reply gets its cookie, in place of another; too large: cut short', () => {
  const cookie = new Uint8Array(24).fill(7);
  const other = Uint8Array.of(0, 10, 0, 8, 1, 2, 3, 4, 5, 6, 7, 8, 0, 3, 0, 1, 9);
  const reply = queryPacket('www.example.com', 1, { payload: 1232, options: other });
  const message = present(decodeMessage(withCookie(reply, cookie, 1232)), 'message');
  assert.deepEqual(
    message.additionals[0]?.data,
    Uint8Array.of(0, 3, 0, 1, 9, 0, 10, 0, 24, ...cookie),
  );
  const short = present(decodeMessage(withCookie(reply, cookie, 60)), 'message');
  assert.equal(short.flags & 0x0200, 0x0200);
  const plain = queryPacket('www.example.com', 1);
  assert.equal(withCookie(plain, cookie, 512), plain);
});
