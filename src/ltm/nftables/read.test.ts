import assert from 'node:assert/strict';
import { test } from 'node:test';
import { contentHash } from '../engine-names.ts';
import {
  addPackets,
  allCounts,
  memberPlace,
  packetsOf,
  parseCounters,
  parseMembers,
  parsePackets,
} from './read.ts';

const id = contentHash('/Common/fast');
const json = JSON.stringify({
  nftables: [
    { metainfo: { version: '1.0.6' } },
    { counter: { name: `n_${id}`, packets: 2, bytes: 120 } },
    { counter: { name: `i_${id}`, packets: 10, bytes: 1000 } },
    { counter: { name: `o_${id}`, packets: 8, bytes: 9000 } },
  ],
});

test('counters are read by name and carried over to a new table', () => {
  const table = parsePackets(json);
  const once = {
    connections: 2,
    packetsIn: 10,
    packetsOut: 8,
    bytesIn: 1000,
    bytesOut: 9000,
    answers: 0,
  };
  assert.deepEqual(packetsOf(table, '/Common/fast'), once);
  assert.deepEqual(packetsOf(addPackets(table, table), '/Common/fast').packetsOut, 16);
  assert.equal(packetsOf(table, '/Common/other').connections, 0);
});

test('what is counted of a member stands in three sets', () => {
  const counted = (name: string, packets: number, bytes: number): string => {
    const val = { concat: [7, '10.0.0.1', 80] };
    return JSON.stringify({
      nftables: [{ set: { name, elem: [{ elem: { val, counter: { packets, bytes } } }] } }],
    });
  };
  const tables = [counted('members4', 2, 120), counted('into4', 9, 700), counted('from4', 8, 6000)];
  const total = tables.map(parseMembers).reduce(addPackets);
  assert.deepEqual(total.get(memberPlace(7, '10.0.0.1', 80)), {
    connections: 2,
    packetsIn: 9,
    packetsOut: 8,
    bytesIn: 700,
    bytesOut: 6000,
    answers: 0,
  });
  assert.equal(parseMembers(counted('other4', 1, 1)).size, 0);
});

test('packets of a virtual server are those of its members, where nobody else counts them', () => {
  const one = {
    connections: 3,
    packetsIn: 9,
    packetsOut: 8,
    bytesIn: 700,
    bytesOut: 6000,
    answers: 0,
  };
  const members = new Map([
    [memberPlace(7, '10.0.0.1', 80), one],
    [memberPlace(7, '10.0.0.2', 80), one],
    [memberPlace(8, '10.0.0.1', 80), one],
    [memberPlace(9, '10.0.0.1', 80), one],
  ]);
  const lean = contentHash('/Common/lean');
  const own = JSON.parse(json) as { nftables: unknown[] };
  own.nftables.push({ counter: { name: `n_${lean}`, packets: 5, bytes: 300 } });
  const names = new Map([
    [7, '/Common/lean'],
    [8, '/Common/fast'],
  ]);
  const all = allCounts(parseCounters(JSON.stringify(own)), members, (mark) => names.get(mark));
  assert.deepEqual(packetsOf(all, '/Common/lean'), {
    connections: 5,
    packetsIn: 18,
    packetsOut: 16,
    bytesIn: 1400,
    bytesOut: 12_000,
    answers: 0,
  });
  assert.equal(packetsOf(all, '/Common/fast').packetsIn, 10, 'it counts by itself');
  assert.deepEqual(all.get(memberPlace(9, '10.0.0.1', 80)), one);
});
