import assert from 'node:assert/strict';
import { createHmac } from 'node:crypto';
import { test } from 'node:test';
import { encodeMessage } from './message.ts';
import { checkRequest, signAnswer, signMessage, tsigError, verifyAnswers } from './tsig.ts';

const secretOf = (name: string, text: string) => ({
  name,
  algorithm: 'hmac-sha256',
  hmac: (bytes: Uint8Array) => createHmac('sha256', text).update(bytes).digest(),
});
const peer = secretOf('peer.key', 'one');
const find = (name: string) => (name === peer.name ? peer : undefined);
const message = encodeMessage({
  id: 7,
  flags: 5 << 11,
  questions: [{ name: 'example.com', type: 6, class: 1 }],
  answers: [],
  authorities: [],
  additionals: [],
});

test('a request is known by its secret, its name, its algorithm and its time', () => {
  const { bytes } = signMessage(message, peer, 1_000_000);
  const errorOf = (packet: Uint8Array, seconds = 1_000_000) =>
    checkRequest(packet, find, seconds)?.error;
  assert.equal(checkRequest(message, find, 1_000_000), undefined, 'nobody signed it');
  assert.equal(errorOf(bytes), undefined);
  assert.equal(errorOf(bytes, 1_000_300), undefined);
  assert.equal(errorOf(bytes, 1_000_301), tsigError.badTime);
  assert.equal(errorOf(bytes, 999_699), tsigError.badTime);
  const other = signMessage(message, secretOf('peer.key', 'two'), 1_000_000).bytes;
  assert.equal(errorOf(other), tsigError.badSignature);
  const stranger = signMessage(message, secretOf('else.key', 'one'), 1_000_000).bytes;
  assert.equal(errorOf(stranger), tsigError.badKey);
  const older = signMessage(message, { ...peer, algorithm: 'hmac-sha1' }, 1_000_000).bytes;
  assert.equal(errorOf(older), tsigError.badKey);
  for (let at = 0; at < bytes.length; at += 1) {
    const bent = Uint8Array.from(bytes);
    bent[at] = (bent[at] ?? 0) ^ 1;
    const found = checkRequest(bent, find, 1_000_000);
    // The ID may be another one on the way; letters of names count in either case.
    if (found?.error === undefined) assert.ok(found === undefined || at < 2, `byte ${at}`);
  }
});

test('the answer is signed for who asked, and for nobody else', () => {
  const signed = signMessage(message, peer, 1_000_000);
  const request = checkRequest(signed.bytes, find, 1_000_000);
  assert.ok(request);
  const answer = signAnswer(message, request, 1_000_001);
  assert.equal(verifyAnswers(peer, signed.mac).take(answer), 'good');
  assert.equal(verifyAnswers(peer, Uint8Array.of(1)).take(answer), 'bad');
  const late = checkRequest(signed.bytes, find, 2_000_000);
  assert.ok(late);
  assert.equal(verifyAnswers(peer, signed.mac).take(signAnswer(message, late, 2_000_000)), 'good');
});
