import assert from 'node:assert/strict';
import { test } from 'node:test';
import { countFlows, flowKey, flowsKey, parseFlow } from './flows.ts';

const tcp =
  'ipv4     2 tcp      6 86397 ESTABLISHED src=198.18.201.9 dst=198.18.201.100 sport=40000 dport=85 packets=5 bytes=400 ' +
  'src=198.18.202.11 dst=198.18.202.1 sport=80 dport=40001 packets=4 bytes=900 [ASSURED] mark=1157627905 delta-time=12 use=1';
const icmp =
  'ipv6     10 icmpv6   58 29 src=fd00::1 dst=fd00::2 type=128 code=0 id=7 [UNREPLIED] src=fd00::2 dst=fd00::1 type=129 code=0 id=7 mark=1157627906 use=1';

test('a flow has four ends, and counts where the kernel does', () => {
  const flow = parseFlow(tcp);
  assert.deepEqual(flow, {
    protocol: 6,
    mark: 1_157_627_905,
    client: { address: '198.18.201.9', port: 40_000 },
    asked: { address: '198.18.201.100', port: 85 },
    source: { address: '198.18.202.1', port: 40_001 },
    server: { address: '198.18.202.11', port: 80 },
    bytesIn: 400,
    bytesOut: 900,
    packetsIn: 5,
    packetsOut: 4,
    leftSeconds: 86_397,
    ageSeconds: 12,
  });
  const other = parseFlow(icmp);
  assert.deepEqual([other?.protocol, other?.client.port, other?.bytesIn], [58, 7, undefined]);
  assert.equal(parseFlow(tcp.replace('ESTABLISHED', 'TIME_WAIT')), undefined);
  assert.equal(parseFlow('nonsense'), undefined);
});

test('flows are counted by virtual server, and by its member', () => {
  const flow = parseFlow(tcp);
  assert.ok(flow);
  const counts = countFlows([flow, flow]);
  assert.equal(counts.get(flowsKey(flow.mark)), 2);
  assert.equal(counts.get(flowKey(flow.mark, flow.server)), 2);
});
