import { examplePlan } from '../example-plan.ts';
import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  completeHttpRequest,
  judgeAnswer,
  quote,
  receivePattern,
  unescapeSendString,
  withCredentials,
} from './strings.ts';

const plan = examplePlan('http', '10.0.0.1', 80);
const answer = (text: string, isComplete = false): { bytes: Uint8Array; isComplete: boolean } => ({
  bytes: new TextEncoder().encode(text),
  isComplete,
});

test('send strings hold their line endings as four characters', () => {
  assert.equal(unescapeSendString(String.raw`GET /\r\n`), 'GET /\r\n');
  assert.equal(unescapeSendString(String.raw`a\\b\x41\q\"`), 'a\\bA\\q"');
});

test('HTTP requests are completed, bodies are left alone', () => {
  assert.equal(completeHttpRequest('GET /'), 'GET /\r\n\r\n');
  assert.equal(completeHttpRequest('GET /\r\n'), 'GET /\r\n\r\n');
  assert.equal(completeHttpRequest('GET / HTTP/1.0'), 'GET / HTTP/1.0\r\n\r\n');
  assert.equal(
    completeHttpRequest('GET / HTTP/1.1\r\nHost: a\r\n'),
    'GET / HTTP/1.1\r\nHost: a\r\n\r\n',
  );
  const post = 'POST / HTTP/1.1\r\nContent-Length: 1\r\n\r\nx';
  assert.equal(completeHttpRequest(post), post);
});

test('credentials become a header after the request line, unless there is one', () => {
  assert.equal(
    withCredentials('GET / HTTP/1.1\r\nHost: a\r\n\r\n', 'dTpw'),
    'GET / HTTP/1.1\r\nAuthorization: Basic dTpw\r\nHost: a\r\n\r\n',
  );
  const own = 'GET / HTTP/1.1\r\nauthorization: Bearer x\r\n\r\n';
  assert.equal(withCredentials(own, 'dTpw'), own);
  assert.equal(withCredentials('GET /\r\n\r\n', undefined), 'GET /\r\n\r\n');
});

test('receive strings are case-insensitive, span lines and know POSIX classes', () => {
  assert.equal(receivePattern(String.raw`Server\:`)?.test('HTTP/1.1 200 OK\r\nserver: x'), true);
  assert.equal(receivePattern('200 OK.*ready')?.test('HTTP/1.1 200 OK\r\n\r\nready'), true);
  assert.equal(receivePattern('HTTP/1.[[:digit:]] 2')?.test('HTTP/1.1 200'), true);
  assert.equal(receivePattern('('), undefined);
});

test('judging an answer', () => {
  assert.equal(judgeAnswer(plan, answer('')), undefined);
  assert.equal(judgeAnswer(plan, answer('x'))?.ok, true);
  assert.equal(judgeAnswer(plan, answer('', true))?.ok, false);
  const wants = { ...plan, recv: '200 OK' };
  assert.equal(judgeAnswer(wants, answer('HTTP/1.1 200')), undefined);
  assert.deepEqual(judgeAnswer(wants, answer('HTTP/1.1 503 Busy\r\nA: b', true)), {
    ok: false,
    detail: 'received "HTTP/1.1 503 Busy", which does not match "200 OK"',
  });
  assert.match(
    judgeAnswer({ ...plan, recv: '(' }, answer('x'))?.detail ?? '',
    /regular expression/,
  );
  const drains = { ...wants, recvDisable: 'maintenance' };
  assert.equal(judgeAnswer(drains, answer('maintenance'))?.isDrained, true);
  const reverse = { ...plan, recv: 'sorry', reverse: true };
  assert.equal(judgeAnswer(reverse, answer('sorry'))?.isFinal, true);
  assert.equal(judgeAnswer(reverse, answer('fine', true))?.ok, true);
});

test('answers are quoted printable and bounded', () => {
  assert.equal(quote('HTTP/1.1 200 OK\r\nX: y'), '"HTTP/1.1 200 OK"');
  assert.equal(quote('\u0000\u00ff'), '".."');
  assert.equal(quote('x'.repeat(200)).length, 83);
});
