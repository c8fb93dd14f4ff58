import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Reader } from 'mmdb-lib';
import { readRanges } from './location.ts';
import { isThere, networksInTable, networksInTree } from './networks.ts';

test('ranges become the fewest networks', () => {
  const text = [
    '167772160,167772415,DE',
    '167772416,167772416,FR',
    '3221225984,3221225990,DE',
    '4294967295,4294967295,US',
    '0,0,US',
  ];
  const table = readRanges(text.join('\n'), 4, () => undefined);
  const german = ['10.0.0.0/24', '192.0.2.0/30', '192.0.2.4/31', '192.0.2.6/32'];
  assert.deepEqual(networksInTable(table, 4, 'country', 'de'), german);
  assert.deepEqual(networksInTable(table, 4, 'continent', 'EU'), [
    '10.0.0.0/24',
    '10.0.1.0/32',
    ...german.slice(1),
  ]);
  assert.deepEqual(networksInTable(table, 4, 'country-name', 'United States'), [
    '0.0.0.0/32',
    '255.255.255.255/32',
  ]);
});

test('halves of IPv6 addresses', () => {
  const table = readRanges('a,b,JP', 6, (name) =>
    name === 'a' ? 0x2001_0db8_0000_0000n : 0x2001_0db8_0000_00ffn,
  );
  assert.deepEqual(networksInTable(table, 6, 'country', 'JP'), ['2001:db8::/56']);
});

test('a state goes with its country, or without', () => {
  const location = { country: 'US', state: 'US/Washington' };
  assert.ok(isThere(location, 'state', 'washington'));
  assert.ok(isThere(location, 'state', 'US/Washington'));
  assert.ok(!isThere(location, 'state', 'Oregon'));
  assert.ok(!isThere({}, 'isp', ''));
});

/** A .mmdb of networks → country, in the format's own words (MaxMind DB 2.0). */
function database(networks: Readonly<Record<string, string>>, recordSize: 24 | 28 | 32): Buffer {
  type Node = [Node | string | undefined, Node | string | undefined];
  const root: Node = [undefined, undefined];
  for (const [bits, country] of Object.entries(networks)) {
    let node = root;
    for (const bit of bits.slice(0, -1)) {
      const next = node[Number(bit)];
      const made: Node = Array.isArray(next) ? next : [undefined, undefined];
      node[Number(bit)] = made;
      node = made;
    }
    node[Number(bits.at(-1))] = country;
  }
  const nodes: Node[] = [];
  const list = (node: Node): void => {
    nodes.push(node);
    for (const side of node) if (Array.isArray(side)) list(side);
  };
  list(root);
  const text = (value: string): Buffer =>
    Buffer.concat([Buffer.from([0x40 | value.length]), Buffer.from(value)]);
  const map = (entries: readonly (readonly [string, Buffer])[]): Buffer =>
    Buffer.concat([
      Buffer.from([0xe0 | entries.length]),
      ...entries.flatMap(([key, value]) => [text(key), value]),
    ]);
  const number = (value: number): Buffer => Buffer.from([0xc4, 0, 0, value >> 8, value & 0xff]);
  const records = [...new Set(Object.values(networks))].map(
    (country): readonly [string, Buffer] => [
      country,
      map([['country', map([['iso_code', text(country)]])]]),
    ],
  );
  const offsets = new Map<string, number>();
  let size = 0;
  for (const [country, bytes] of records) {
    offsets.set(country, size);
    size += bytes.length;
  }
  const valueOf = (side: Node[0]): number =>
    side === undefined
      ? nodes.length
      : Array.isArray(side)
        ? nodes.indexOf(side)
        : nodes.length + 16 + (offsets.get(side) ?? 0);
  const tree = Buffer.alloc((nodes.length * recordSize * 2) / 8);
  for (const [index, node] of nodes.entries()) {
    const [left, right] = node.map(valueOf);
    const bits = (BigInt(left ?? 0) << BigInt(recordSize)) | BigInt(right ?? 0);
    const middle = recordSize === 28 ? swapped(left ?? 0, right ?? 0) : bits;
    const hex = middle.toString(16).padStart((recordSize * 2) / 4, '0');
    Buffer.from(hex, 'hex').copy(tree, (index * recordSize * 2) / 8);
  }
  const metadata = map([
    ['node_count', number(nodes.length)],
    ['record_size', number(recordSize)],
    ['ip_version', number(6)],
    ['binary_format_major_version', number(2)],
    ['binary_format_minor_version', number(0)],
    ['build_epoch', number(1)],
    ['database_type', text('Country')],
    ['languages', Buffer.from([0, 4])],
    ['description', map([])],
  ]);
  const mark = Buffer.concat([Buffer.from([0xab, 0xcd, 0xef]), Buffer.from('MaxMind.com')]);
  return Buffer.concat([
    tree,
    Buffer.alloc(16),
    ...records.map(([, bytes]) => bytes),
    mark,
    metadata,
  ]);
}

/** 28 bits: the high four of both share the byte in the middle. */
function swapped(left: number, right: number): bigint {
  const low = 0xff_ffff;
  const middle = ((left >>> 24) << 4) | (right >>> 24);
  return (BigInt(left & low) << 32n) | (BigInt(middle) << 24n) | BigInt(right & low);
}

test('networks of a .mmdb, of every size of records', () => {
  const v4 = '0'.repeat(96);
  const bitsOf = (hex: string, bits: number): string =>
    BigInt(`0x${hex}`)
      .toString(2)
      .padStart(hex.length * 4, '0')
      .slice(0, bits);
  const networks = {
    [`${v4}${bitsOf('0a000000', 8)}`]: 'DE',
    [`${v4}${bitsOf('c0000200', 24)}`]: 'FR',
    [`${v4}${bitsOf('c0000300', 25)}`]: 'DE',
    [bitsOf('20010db8', 32)]: 'DE',
    [bitsOf('20010db9', 32)]: 'FR',
  };
  for (const recordSize of [24, 28, 32] as const) {
    const bytes = database(networks, recordSize);
    const reader = new Reader<never>(bytes);
    const countryOf = (address: string): unknown => JSON.stringify(reader.get(address));
    const found = (country: string): readonly string[] =>
      networksInTree({ bytes, ...reader.metadata }, (address) =>
        String(countryOf(address)).includes(country),
      );
    assert.deepEqual(found('DE'), ['10.0.0.0/8', '192.0.3.0/25', '2001:db8::/32']);
    assert.deepEqual(found('FR'), ['192.0.2.0/24', '2001:db9::/32']);
    assert.deepEqual(found('US'), []);
  }
});
