/** What servers send may be anything: parsers answer or throw, and what we send is what the RFCs show. */
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { test } from 'node:test';
import fc from 'fast-check';
import {
  element,
  elementLength,
  elements,
  integer,
  integerOf,
  text,
  textOf,
} from '../../base/ber.ts';
import { equals, parseFilter } from '../../base/ldap/filter.ts';
import { bindRequest, escapeName, parseAnswer } from '../../base/ldap/message.ts';
import { type AccessRequest, decodeAnswer, encodeRequest } from '../../platform/radius-packet.ts';
import { named } from './radius-attributes.ts';
import { authenticationStart, decodeReply, packetLength } from './tacacs-packet.ts';

const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex');

test('BER: what was put together comes apart again', () => {
  fc.assert(
    fc.property(fc.array(fc.uint8Array({ maxLength: 300 })), fc.nat(), (contents, number) => {
      const parts = [...contents.map((one) => element(0x04, one)), integer(number)];
      const whole = element(0x30, ...parts);
      assert.equal(elementLength(whole), whole.length);
      const inner = elements(elements(whole)[0]?.content ?? new Uint8Array());
      assert.deepEqual(
        inner.slice(0, -1).map(({ content }) => hex(content)),
        contents.map(hex),
      );
      assert.equal(integerOf(inner.at(-1)), number);
    }),
  );
});

test('LDAP: a bind as RFC 4511 has it', () => {
  const expected = `300f020101600a0201030403${hex(Buffer.from('u=x'))}8000`;
  assert.equal(hex(bindRequest(1, 3, 'u=x', '')), expected);
});

test('LDAP: whatever a server sends is taken apart or refused', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 60 }), (bytes) => {
      try {
        parseAnswer(element(0x30, integer(1), bytes));
      } catch (error) {
        assert.ok(error instanceof Error);
        assert.doesNotMatch(error.message, /undefined|Cannot read/);
      }
    }),
  );
});

test('LDAP filters: text to octets, escapes included', () => {
  assert.equal(hex(parseFilter('cn=a\\2ab')), hex(equals('cn', 'a*b')));
  const and = element(0xa0, equals('a', '1'), element(0xa2, element(0xa1, equals('b', '2'))));
  assert.equal(hex(parseFilter('(&(a=1)(!(|(b=2))))')), hex(and));
  const parts = element(0x30, text('x', 0x80), text('y', 0x81), text('z', 0x82));
  assert.equal(hex(parseFilter('(cn=x*y*z)')), hex(element(0xa4, text('cn'), parts)));
  assert.equal(hex(parseFilter('(cn=*)')), hex(text('cn', 0x87)));
  const rule = '1.2.840.113556.1.4.1941';
  const extensible = element(0xa9, text(rule, 0x81), text('memberOf', 0x82), text('cn=g', 0x83));
  assert.equal(hex(parseFilter(`(memberOf:${rule}:=cn=g)`)), hex(extensible));
  for (const wrong of ['(', '(cn)', '(&)', '(cn=a))', '(!(a=1)', '('.repeat(100), '']) {
    assert.throws(() => parseFilter(wrong), Error, wrong);
  }
});

test('names in distinguished names cannot add parts', () => {
  assert.equal(escapeName('a,ou=x'), 'a\\,ou\\=x');
  assert.equal(escapeName(' #"'), '\\ #\\"');
  assert.equal(textOf(elements(text('ü'))[0]), 'ü');
});

const request: AccessRequest = {
  identifier: 0,
  authenticator: Buffer.from('0f403f9473978057bd83d5cb98f4227a', 'hex'),
  secret: 'xyzzy5461',
  user: 'nemo',
  password: 'arctangent',
  client: 'here',
  service: undefined,
  address: '',
};

test('RADIUS: the hidden password, and an answer, as RFC 2865 7.1 shows them', () => {
  const hidden = '0dbe708d93d413ce3196e43f782a0aee';
  assert.ok(hex(encodeRequest(request)).includes(`0212${hidden}`));
  const answer = Buffer.from(
    '0200002686fe220e7624ba2a1005f6bf9b55e0b20606000000010f06000000000e06c0a80103',
    'hex',
  );
  const decoded = decodeAnswer(answer, request);
  assert.equal(decoded?.code, 2);
  assert.deepEqual(decoded?.attributes.flatMap(named), [{ name: 'Service-Type', value: '1' }]);
  for (let at = 0; at < answer.length; at += 1) {
    const forged = Buffer.from(answer);
    forged.writeUInt8(forged.readUInt8(at) ^ 1, at);
    assert.equal(decodeAnswer(forged, request), undefined, `octet ${at}`);
  }
});

test('RADIUS: attributes of any shape, from who knows the secret', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 100 }), (attributes) => {
      const head = Buffer.from([2, 0, 0, 20 + attributes.length]);
      const signed = createHash('md5')
        .update(head)
        .update(request.authenticator)
        .update(attributes)
        .update(request.secret)
        .digest();
      const decoded = decodeAnswer(Buffer.concat([head, signed, attributes]), request);
      assert.ok(decoded === undefined || decoded.code === 2);
    }),
  );
});

test('TACACS+: lengths and answers of any shape', () => {
  const frame = { session: 7, secret: 's', isEncrypted: true };
  const sent = authenticationStart({ user: 'u', password: 'p', address: '' }, frame);
  assert.equal(packetLength(sent), sent.length);
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 80 }), fc.constantFrom(1, 2), (body, type) => {
      const head = Buffer.from([0xc0, type, 2, 0, 0, 0, 0, 7, 0, 0, 0, body.length]);
      try {
        decodeReply(Buffer.concat([head, body]), frame);
      } catch (error) {
        assert.ok(error instanceof Error);
        assert.doesNotMatch(error.message, /undefined|out of range/);
      }
    }),
  );
});
