import assert from 'node:assert/strict';
import { test } from 'node:test';
import { encodeMessage, type ResourceRecord } from '../../base/dns/message.ts';
import { optionOf } from '../dns/cookie.ts';
import { queryPacket } from '../test-support.ts';
import { exchangeAnswer, type HttpsRequest, readQuestion } from './https.ts';

const question = queryPacket('www.example.com', 1);
const written = Buffer.from(question).toString('base64url');
const get = (target: string, more: Partial<HttpsRequest> = {}): HttpsRequest => ({
  method: 'GET',
  target,
  contentType: '',
  body: new Uint8Array(0),
  ...more,
});
const post = (body: HttpsRequest['body'], contentType = 'application/dns-message'): HttpsRequest =>
  get('/dns-query', { method: 'POST', contentType, body });

test('GET and POST carry the question; everything else is told what is wrong with it', () => {
  const outcome = (request: HttpsRequest): unknown => {
    const read = readQuestion(request);
    return read instanceof Uint8Array ? Buffer.from(read).equals(question) : read.status;
  };
  assert.equal(outcome(get(`/dns-query?dns=${written}`)), true);
  assert.equal(outcome(get(`/dns-query?a=b&dns=${written}&ct`)), true);
  assert.equal(outcome(post(question)), true);
  assert.equal(outcome(post(question, 'Application/DNS-Message; q=1')), true);
  const refused: readonly (readonly [HttpsRequest, number])[] = [
    [get('/'), 404],
    [get(`/dns-query/?dns=${written}`), 404],
    [get('/dns-query'), 400],
    [get('/dns-query?dns='), 400],
    [get(`/dns-query?dns=${written}&dns=${written}`), 400],
    [get('/dns-query?dns=AA=='), 400],
    [get('/dns-query?dns=AAAAA'), 400],
    [get('/dns-query?dns=%00'), 400],
    [get('/dns-query?dns=AAAA'), 400],
    [get(`/dns-query?dns=${written}`, { method: 'HEAD' }), 405],
    [get('/dns-query', { method: 'PUT', body: question }), 405],
    [post(question, 'application/json'), 415],
    [post(question, ''), 415],
    [post('too-large'), 413],
    [post(new Uint8Array(0)), 400],
    // An answer is no question.
    [post(Uint8Array.from(question, (byte, at) => (at === 2 ? byte | 0x80 : byte))), 400],
  ];
  for (const [request, status] of refused) {
    assert.equal(outcome(request), status, `${request.method} ${request.target}`);
  }
});

test('how long an answer may be kept: the smallest TTL, absence as its SOA says, errors not at all', () => {
  const record = (type: number, ttl: number, data: Uint8Array): ResourceRecord => ({
    name: 'www.example.com',
    type,
    class: 1,
    ttl,
    data,
  });
  const address = Uint8Array.of(192, 0, 2, 1);
  const soa = Uint8Array.of(0, 0, ...new Uint8Array(16), 0, 0, 0, 30);
  const kept = (
    code: number,
    answers: readonly ResourceRecord[],
    authorities: readonly ResourceRecord[] = [],
  ): string | undefined => {
    const questions = [{ name: 'www.example.com', type: 1, class: 1 }];
    const message = { id: 0, flags: 0x8000 | code, questions, answers, authorities };
    const reply = encodeMessage({ ...message, additionals: [] });
    return exchangeAnswer(question, reply).headers['cache-control'];
  };
  const two = [record(1, 300, address), record(1, 60, address)];
  assert.equal(kept(0, two), 'private, max-age=60');
  assert.equal(kept(0, [], [record(6, 900, soa)]), 'private, max-age=30');
  assert.equal(kept(3, [], [record(6, 10, soa)]), 'private, max-age=10');
  assert.equal(kept(0, []), 'no-store');
  assert.equal(kept(2, []), 'no-store');
  assert.equal(kept(5, two), 'no-store');
});

test('who pads the question gets whole blocks, others what there is (RFC 7830, 8467)', () => {
  const opt = (options: readonly number[]): Uint8Array =>
    encodeMessage({
      id: 1,
      flags: 0,
      questions: [{ name: 'www.example.com', type: 1, class: 1 }],
      answers: [],
      authorities: [],
      additionals: [{ name: '', type: 41, class: 1232, ttl: 0, data: Uint8Array.from(options) }],
    });
  const padding = [0, 12, 0, 3, 0, 0, 0];
  const reply = opt([]);
  const { body } = exchangeAnswer(opt(padding), reply);
  assert.equal(body.length, 468);
  assert.ok(optionOf(body, 12)?.every((byte) => byte === 0));
  assert.deepEqual(exchangeAnswer(opt([]), reply).body, reply);
  assert.deepEqual(exchangeAnswer(question, reply).body, reply);
});
