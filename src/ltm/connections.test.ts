import assert from 'node:assert/strict';
import { test } from 'node:test';
import { connectionRows, isSelected, ofFlow, parseSelection } from './connections.ts';
import { parseFlow } from './nftables/flows.ts';

const flow = parseFlow(
  'ipv4 2 udp 17 29 src=198.18.201.9 dst=198.18.201.100 sport=40000 dport=53 src=198.18.202.11 dst=198.18.202.1 sport=5353 dport=40001 mark=1157627905 use=1',
);
assert.ok(flow);
const connection = ofFlow(flow);

test('words choose connections', () => {
  const expected = {
    '': true,
    'all-properties': true,
    'protocol udp': true,
    'protocol 17': true,
    'protocol tcp': false,
    'cs-client-addr 198.18.201.0/24': true,
    'cs-client-addr 198.18.201.10': false,
    'cs-server-addr 198.18.201.100 cs-server-port 53': true,
    'ss-client-port 40001 ss-server-addr 198.18.202.11 ss-server-port 5353': true,
    'ss-server-port 53': false,
    'cs-client-addr nonsense': false,
    'age 1': false,
  };
  for (const [words, is] of Object.entries(expected)) {
    const selection = parseSelection(words);
    assert.ok(selection.ok);
    assert.equal(isSelected(connection, selection.value), is, words);
  }
  assert.equal(parseSelection('colour red').ok, false);
  assert.equal(parseSelection('protocol').ok, false);
});

test('no more than a thousand are shown', () => {
  assert.equal(Object.keys(connectionRows(Array(1500).fill(connection))).length, 1000);
});
