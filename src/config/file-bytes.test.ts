import assert from 'node:assert/strict';
import test from 'node:test';
import { bytesOfContent, contentOfBytes } from './file-bytes.ts';

test('any bytes come back as they were, texts stay texts', () => {
  const every = Uint8Array.from({ length: 256 }, (_, index) => index);
  const text = new TextEncoder().encode('\uFEFFgrüße\u0000\r\n');
  const alike = new TextEncoder().encode('data:application/octet-stream;base64,AAEC');
  for (const bytes of [every, text, alike, new Uint8Array()]) {
    assert.deepEqual(bytesOfContent(contentOfBytes(bytes)), bytes);
  }
  assert.equal(contentOfBytes(text), '\uFEFFgrüße\u0000\r\n');
  assert.match(contentOfBytes(every), /^data:application\/octet-stream;base64,AAEC/);
});

test('what only looks like bytes is a text', () => {
  const text = 'data:application/octet-stream;base64,***';
  assert.equal(new TextDecoder().decode(bytesOfContent(text)), text);
});
