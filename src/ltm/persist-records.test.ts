import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseAddress } from '../base/address.ts';
import { present } from '../base/assert.ts';
import {
  isSelected,
  parseSelection,
  type PersistenceTable,
  printRecords,
  readRecords,
} from './persist-records.ts';
import type { PoolPlan, VirtualPlan } from './types.ts';

const address = (text: string) => present(parseAddress(text), text);
const pool = {
  name: '/Common/web',
  members: [
    { cookie: 'one', address: address('10.0.0.1'), port: 8080 },
    { cookie: 'two', address: address('2001:db8::2'), port: 0 },
  ],
} as unknown as PoolPlan; // What is looked at.
const virtual = {
  name: '/Common/vs',
  address: address('192.0.2.1'),
  port: 80,
} as unknown as VirtualPlan; // As above.
const table: PersistenceTable = {
  name: 'mirror/t_1',
  persistence: { kind: 'source-address', timeoutSeconds: 180, maskLength: undefined },
  pools: [pool],
  virtuals: [virtual],
};
const said = `# table: mirror/t_1, type: ipv6, size:102400, used:3
0x1: key=::ffff:198.51.100.7 use=0 exp=170000 server_id=1 server_key=one
0x2: key=2001:db8::7 use=0 exp=180000 server_id=2 server_key=two
0x3: key=::ffff:198.51.100.8 use=0 exp=180000 server_id=2 server_key=gone
`;

test("HAProxy's entries become BIG-IP's records; those of members that are gone are none", () => {
  const records = readRecords(table, said);
  assert.equal(
    printRecords(records, false),
    `Sys::Persistent Connections
source-address  198.51.100.7  192.0.2.1:80  10.0.0.1:8080  (tmm: 0)
source-address  2001:db8::7  192.0.2.1:80  2001:db8::2.80  (tmm: 0)
Total records returned: 2
`,
  );
  assert.equal(
    printRecords(records.slice(0, 1), true),
    `Sys::Persistent Connections
source-address - 192.0.2.1:80 - 10.0.0.1:8080
---------------------------------------------
  TMM           0
  Mode          source-address
  Value         198.51.100.7
  Age (sec.)    10
  Virtual Name  /Common/vs
  Virtual Addr  192.0.2.1:80
  Node Addr     10.0.0.1:8080
  Pool Name     /Common/web
  Client Addr   198.51.100.7
  Owner entry
Total records returned: 1
`,
  );
  assert.equal(printRecords([], false), 'Sys::Persistent Connections\nTotal records returned: 0\n');
});

test('filters select; words that are none are named', () => {
  const records = readRecords(table, said);
  const count = (text: string): number => {
    const selection = parseSelection(text);
    assert.ok(selection.ok);
    return records.filter((record) => isSelected(record, selection.value)).length;
  };
  assert.equal(count(''), 2);
  assert.equal(count('client-addr 198.51.100.7'), 1);
  assert.equal(count('key 2001:DB8:0::7'), 1);
  assert.equal(count('mode ssl'), 0);
  assert.equal(count('mode source-address virtual vs pool /Common/web'), 2);
  assert.equal(count('node-addr 10.0.0.1 node-port 8080'), 1);
  assert.equal(count('node-addr 10.0.0.1 node-port 80'), 0);
  assert.equal(count('virtual /Common/other'), 0);
  const strange = parseSelection('colour red');
  assert.ok(!strange.ok);
  assert.match(strange.faults[0]?.message ?? '', /"colour" unexpected argument/);
});
