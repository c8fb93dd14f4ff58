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

/** `key`: 16 bytes. The result is little-endian, as RFC 9018 has it on the wire. */
export function sipHash(key: Uint8Array, input: Uint8Array): Uint8Array {
  const [k0, k1] = [
    [wordAt(key, 4), wordAt(key, 0)],
    [wordAt(key, 12), wordAt(key, 8)],
  ] as const;
  const v = Uint32Array.of(
    k0[0] ^ 0x736f6d65,
    k0[1] ^ 0x70736575,
    k1[0] ^ 0x646f7261,
    k1[1] ^ 0x6e646f6d,
    k0[0] ^ 0x6c796765,
    k0[1] ^ 0x6e657261,
    k1[0] ^ 0x74656462,
    k1[1] ^ 0x79746573,
  );
  const blocks = new Uint8Array((Math.floor(input.length / 8) + 1) * 8);
  blocks.set(input);
  blocks[blocks.length - 1] = input.length & 0xff;
  for (let offset = 0; offset < blocks.length; offset += 8) {
    const [high, low] = [wordAt(blocks, offset + 4), wordAt(blocks, offset)];
    v[6] = (v[6] ?? 0) ^ high;
    v[7] = (v[7] ?? 0) ^ low;
    round(v);
    round(v);
    v[0] = (v[0] ?? 0) ^ high;
    v[1] = (v[1] ?? 0) ^ low;
  }
  v[5] = (v[5] ?? 0) ^ 0xff;
  for (let last = 0; last < 4; last += 1) round(v);
  const half = (at: number): number =>
    ((v[at] ?? 0) ^ (v[at + 2] ?? 0) ^ (v[at + 4] ?? 0) ^ (v[at + 6] ?? 0)) >>> 0;
  const result = new Uint8Array(8);
  const [high, low] = [half(0), half(1)];
  for (let index = 0; index < 4; index += 1) {
    result[index] = (low >>> (8 * index)) & 0xff;
    result[index + 4] = (high >>> (8 * index)) & 0xff;
  }
  return result;
}
