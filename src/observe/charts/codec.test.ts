import assert from 'node:assert/strict';
import { test } from 'node:test';
import { decodeCharts, encodeCharts } from './codec.ts';
import { Ring } from './ring.ts';

function bytesOf(rings: Readonly<Record<string, Ring>>): Buffer {
  const encoding = encodeCharts(1000, [
    ['ltm pool /Common/ü', rings],
    ['ltm pool /Common/b', { connections: new Ring() }],
  ]);
  for (;;) {
    const step = encoding.next();
    if (step.done === true) return Buffer.concat(step.value);
  }
}

test('what was kept comes back; a time that nobody saw is not known', () => {
  const ring = new Ring();
  const times = new Ring();
  for (let index = 0; index < 70; index += 1) ring.add(index);
  times.add(NaN);
  times.add(2.5);
  const kept = decodeCharts(bytesOf({ connections: ring, responseMilliseconds: times }));
  assert.equal(kept?.at, 1000);
  assert.deepEqual(kept?.keys, ['ltm pool /Common/ü', 'ltm pool /Common/b']);
  const again = new Ring();
  again.restore(kept?.values('ltm pool /Common/ü', 'connections') ?? []);
  for (const span of ['hour', 'day', 'week'] as const) {
    assert.deepEqual(again.values(span), ring.values(span));
  }
  again.skip(25);
  assert.deepEqual(again.values('hour').slice(-3), [69, NaN, NaN]);
  assert.deepEqual(again.values('day'), ring.values('day'));
  again.skip(1e9);
  assert.equal(again.values('hour').length, 360);
  assert.ok(again.values('week').every(Number.isNaN));
  const found = kept?.values('ltm pool /Common/ü', 'responseMilliseconds')?.[0];
  assert.deepEqual([...(found ?? [])], [NaN, 2.5]);
  assert.equal(kept?.values('ltm pool /Common/c', 'connections'), undefined);
});

test('a mean is one of what is known', () => {
  const ring = new Ring();
  for (let index = 0; index < 30; index += 1) ring.add(index < 15 ? NaN : 4);
  for (let index = 0; index < 30; index += 1) ring.add(NaN);
  assert.deepEqual(ring.values('day'), [4, NaN]);
});

test('a file that is torn, foreign or of another making is none', () => {
  const ring = new Ring();
  ring.add(1);
  const whole = bytesOf({ connections: ring });
  assert.ok(decodeCharts(whole));
  for (let length = 0; length < whole.length; length += 1) {
    assert.equal(decodeCharts(whole.subarray(0, length)), undefined, String(length));
  }
  assert.equal(decodeCharts(Buffer.concat([whole, Buffer.alloc(4)])), undefined);
  for (const text of ['', '{}\n', 'null\n', '{"version":2,"at":1,"objects":[]}\n', 'x\n']) {
    assert.equal(decodeCharts(Buffer.from(text)), undefined, text);
  }
  const odd = '{"version":1,"at":1,"objects":[{"key":"a","counts":{"m":[1e9,-1,0]}}]}\n';
  assert.equal(decodeCharts(Buffer.from(odd)), undefined);
});
