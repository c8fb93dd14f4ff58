/** SipHash-2-4 (Aumasson and Bernstein), 64 bits, in halves of 32: what RFC 9018 makes cookies with. Pure. */

/** v0…v3, each as high and low half. */
type State = Uint32Array;

function add(v: State, a: number, b: number): void {
  const low = (v[a + 1] ?? 0) + (v[b + 1] ?? 0);
  v[a] = (v[a] ?? 0) + (v[b] ?? 0) + (low > 0xffff_ffff ? 1 : 0);
  v[a + 1] = low;
}

function rotateXor(v: State, a: number, bits: number, b: number): void {
  const high = v[a] ?? 0;
  const low = v[a + 1] ?? 0;
  const isSwapped = bits >= 32;
  const by = bits & 31;
  const first = isSwapped ? low : high;
  const second = isSwapped ? high : low;
  const newHigh = by === 0 ? first : (first << by) | (second >>> (32 - by));
  const newLow = by === 0 ? second : (second << by) | (first >>> (32 - by));
  v[a] = newHigh ^ (v[b] ?? 0);
  v[a + 1] = newLow ^ (v[b + 1] ?? 0);
}

function rotate(v: State, a: number): void {
  const high = v[a] ?? 0;
  v[a] = v[a + 1] ?? 0;
  v[a + 1] = high;
}

function round(v: State): void {
  add(v, 0, 2);
  rotateXor(v, 2, 13, 0);
  rotate(v, 0);
  add(v, 4, 6);
  rotateXor(v, 6, 16, 4);
  add(v, 0, 6);
  rotateXor(v, 6, 21, 0);
  add(v, 4, 2);
  rotateXor(v, 2, 17, 4);
  rotate(v, 4);
}

function wordAt(bytes: Uint8Array, offset: number): number {
  return (
    ((bytes[offset] ?? 0) |
      ((bytes[offset + 1] ?? 0) << 8) |
      ((bytes[offset + 2] ?? 0) << 16) |
      ((bytes[offset + 3] ?? 0) << 24)) >>>
    0
  );
}

const v = new Uint32Array(8);
const block = new Uint8Array(8);

/** `key`: 16 bytes. The result is little-endian, as RFC 9018 has it on the wire. */
export function sipHash(key: Uint8Array, input: Uint8Array): Uint8Array {
  const result = new Uint8Array(8);
  sipHashInto(key, input, input.length, result, 0);
  return result;
}

/** The same of the first `length` bytes, written to `result` from `at` on: nothing is made. */
export function sipHashInto(
  key: Uint8Array,
  input: Uint8Array,
  length: number,
  result: Uint8Array,
  at: number,
): void {
  begin(key);
  const whole = length - (length % 8);
  for (let offset = 0; offset < whole; offset += 8) {
    absorb(wordAt(input, offset + 4), wordAt(input, offset));
  }
  block.fill(0);
  for (let offset = whole; offset < length; offset += 1) block[offset - whole] = input[offset] ?? 0;
  block[7] = length & 0xff;
  absorb(wordAt(block, 4), wordAt(block, 0));
  v[5] = (v[5] ?? 0) ^ 0xff;
  for (let last = 0; last < 4; last += 1) round(v);
  const high = half(0);
  const low = half(1);
  for (let index = 0; index < 4; index += 1) {
    result[at + index] = (low >>> (8 * index)) & 0xff;
    result[at + index + 4] = (high >>> (8 * index)) & 0xff;
  }
}

function begin(key: Uint8Array): void {
  const low0 = wordAt(key, 0);
  const high0 = wordAt(key, 4);
  const low1 = wordAt(key, 8);
  const high1 = wordAt(key, 12);
  v[0] = high0 ^ 0x736f6d65;
  v[1] = low0 ^ 0x70736575;
  v[2] = high1 ^ 0x646f7261;
  v[3] = low1 ^ 0x6e646f6d;
  v[4] = high0 ^ 0x6c796765;
  v[5] = low0 ^ 0x6e657261;
  v[6] = high1 ^ 0x74656462;
  v[7] = low1 ^ 0x79746573;
}

function absorb(high: number, low: number): void {
  v[6] = (v[6] ?? 0) ^ high;
  v[7] = (v[7] ?? 0) ^ low;
  round(v);
  round(v);
  v[0] = (v[0] ?? 0) ^ high;
  v[1] = (v[1] ?? 0) ^ low;
}

function half(at: number): number {
  return ((v[at] ?? 0) ^ (v[at + 2] ?? 0) ^ (v[at + 4] ?? 0) ^ (v[at + 6] ?? 0)) >>> 0;
}
