/** Application servers that answer to the letter of their protocol, and what each monitor says of them. */
import { examplePlan } from '../example-plan.ts';
import { createTestProbes } from './test-probes.ts';
import assert from 'node:assert/strict';
import { createSocket } from 'node:dgram';
import { test } from 'node:test';
import { type Element, element, elements, integer, integerOf, textOf } from '../../base/ber.ts';
import type { InstancePlan } from '../instance-plan.ts';
import { parseScript } from './scripted.ts';
import { ownValues, weightOf } from './snmp-dca.ts';
import { packetOf, utf16 } from './tds.ts';

const { probe, serveTcp, closers } = createTestProbes('');

type Options = Readonly<Record<string, string>>;

function planFor(
  type: string,
  port: number,
  options: Options = {},
  more: Partial<InstancePlan> = {},
): InstancePlan {
  return examplePlan(type, '127.0.0.1', port, {
    intervalMilliseconds: 1000,
    timeoutMilliseconds: 3000,
    options,
    ...more,
  });
}

/** Answers what came so far, or waits for more (undefined). */
function answering(answer: (heard: Buffer) => Uint8Array | string | undefined): Promise<number> {
  return serveTcp((socket) => {
    let heard = Buffer.alloc(0);
    socket.on('data', (part: Buffer) => {
      heard = Buffer.concat([heard, part]);
      const said = answer(heard);
      const bytes = typeof said === 'string' ? Buffer.from(said) : said;
      if (bytes === undefined) return;
      heard = Buffer.alloc(0);
      socket.write(bytes);
    });
  });
}

async function serveUdp(answer: (packet: Buffer) => Uint8Array | undefined): Promise<number> {
  const socket = createSocket('udp4');
  socket.on('message', (packet, from) => {
    const bytes = answer(packet);
    if (bytes !== undefined) socket.send(bytes, from.port, from.address);
  });
  await new Promise<void>((resolve) => {
    socket.bind(0, '127.0.0.1', resolve);
  });
  closers.push(() => socket.close());
  return socket.address().port;
}

test('scripted: sends and answers in turn, and the line that failed is told', async () => {
  const port = await serveTcp((socket) => {
    socket.write('220 mail ready\r\n');
    socket.on('data', (part) => {
      socket.write(
        part.toString() === 'HELO me\r\n' ? '250-hello\r\n250 there\r\n' : '500 what\r\n',
      );
    });
  });
  const script = [
    '# a mail server',
    'expect 220',
    String.raw`send "HELO me\r\n"`,
    'expect "250-hello"',
    'expect "250 there"',
    String.raw`send "quit\r\n"`,
  ];
  const filename = script.join('\n');
  assert.deepEqual(await probe(planFor('scripted', port, { filename })), {
    ok: true,
    detail: 'the script was played',
  });
  const wrong = filename.replace('HELO me', 'EHLO me');
  const hanging = await serveTcp((socket) => socket.end('220 x\r\n'));
  const closed = await probe(planFor('scripted', hanging, { filename: wrong }));
  assert.equal(closed.ok, false);
  assert.match(closed.detail, /^(expected "250-hello", received|connection)/);
  for (const [bad, words] of [
    ['', 'it has no script'],
    ['say hello', 'line 1 of the script is neither send nor expect: "say hello"'],
    ['# nothing', 'the script is empty'],
  ]) {
    const outcome = await probe(planFor('scripted', port, { filename: bad ?? '' }));
    assert.deepEqual(outcome, { ok: false, detail: words });
  }
  assert.equal(parseScript('send x\n'.repeat(1001)), 'the script has more than 1000 lines');
});

/** Checks a CER by RFC 6733 and answers with a result. */
function diameterServer(result: number): Promise<number> {
  return answering((heard) => {
    if (heard.length < 20 || heard.length < heard.readUIntBE(1, 3)) return undefined;
    assert.equal(heard[0], 1);
    assert.equal(heard.readUInt32BE(4), 0x8000_0101, 'a request, capabilities');
    const codes: number[] = [];
    for (let at = 20; at < heard.length;) {
      codes.push(heard.readUInt32BE(at));
      at += Math.ceil(heard.readUIntBE(at + 5, 3) / 4) * 4;
    }
    for (const needed of [264, 296, 257, 266, 269]) assert.ok(codes.includes(needed), `${needed}`);
    const answer = Buffer.alloc(32);
    answer.writeUInt32BE(0x0100_0020, 0);
    answer.writeUInt32BE(0x0000_0101, 4);
    heard.copy(answer, 8, 8, 20);
    answer.writeUInt32BE(268, 20);
    answer.writeUInt32BE(0x4000_000c, 24);
    answer.writeUInt32BE(result, 28);
    return answer;
  });
}

test('diameter: capabilities exchanged, with DIAMETER_SUCCESS only', async () => {
  const options = { 'origin-realm': 'example.com', 'auth-application-id': '4' };
  assert.deepEqual(await probe(planFor('diameter', await diameterServer(2001), options)), {
    ok: true,
    detail: 'capabilities exchanged, result 2001',
  });
  assert.deepEqual(await probe(planFor('diameter', await diameterServer(5010), options)), {
    ok: false,
    detail: 'capabilities exchanged, result 5010',
  });
  const other = await answering(() => 'HTTP/1.0 400 what\r\n\r\n');
  const garbage = await probe(planFor('diameter', other));
  assert.deepEqual(garbage, { ok: false, detail: 'the answer is no Diameter message' });
});

test('soap: a value, a fault, and what is none', async () => {
  const port = await answering((heard) => {
    const text = heard.toString();
    const [head = '', body = ''] = text.split('\r\n\r\n');
    const length = Number(/Content-Length: (\d+)/.exec(head)?.[1] ?? Number.NaN);
    if (body.length < length) return undefined;
    const asked = /<m:getPrice xmlns:m="urn:shop"><item xsi:type="xsd:string">a&amp;b</.test(body);
    const inside = asked
      ? '<r:getPriceResponse><return>42.0</return></r:getPriceResponse>'
      : '<soap:Fault><faultstring>no such method</faultstring></soap:Fault>';
    return `HTTP/1.0 200 OK\r\n\r\n<soap:Envelope><soap:Body>${inside}</soap:Body></soap:Envelope>`;
  });
  const call = {
    method: 'getPrice',
    namespace: 'urn:shop',
    'parameter-name': 'item',
    'parameter-value': 'a&b',
    'return-type': 'double',
    'return-value': '42',
  };
  assert.equal((await probe(planFor('soap', port, call))).ok, true);
  assert.deepEqual(await probe(planFor('soap', port, { ...call, 'return-value': '43' })), {
    ok: false,
    detail: 'returned "42.0", not "43"',
  });
  const fault = await probe(planFor('soap', port, { ...call, method: 'other' }));
  assert.deepEqual(fault, { ok: false, detail: 'fault "no such method"' });
  const wanted = { ...call, method: 'other', 'expect-fault': 'yes' };
  assert.equal((await probe(planFor('soap', port, wanted))).ok, true);
  const web = await serveTcp((socket) => socket.end('HTTP/1.0 404 no\r\n\r\n'));
  assert.equal((await probe(planFor('soap', web, call))).ok, false);
});

/** A port mapper and a program, told apart by the program called. */
function rpcAnswer(call: Buffer, programPort: number): Buffer {
  const words = (...all: number[]): Buffer => {
    const bytes = Buffer.alloc(all.length * 4);
    for (const [index, one] of all.entries()) bytes.writeUInt32BE(one, index * 4);
    return bytes;
  };
  const word = (index: number): number => call.readUInt32BE(index * 4);
  assert.deepEqual([word(1), word(2)], [0, 2], 'a call of version 2');
  if (word(3) !== 100_000) return words(word(0), 1, 0, 0, 0, word(4) === 3 ? 0 : 2, 3, 4);
  const isKnown = word(10) === 100_003;
  return words(word(0), 1, 0, 0, 0, 0, isKnown ? programPort : 0);
}

test('rpc: the port mapper names the port, and the program answers', async () => {
  let udp = 0;
  udp = await serveUdp((packet) => rpcAnswer(packet, udp));
  const nfs = { mode: 'udp', 'program-number': '100003', 'version-number': '3' };
  assert.deepEqual(await probe(planFor('rpc', udp, nfs)), {
    ok: true,
    detail: 'program 100003 version 3 answered',
  });
  const old = await probe(planFor('rpc', udp, { ...nfs, 'version-number': '4' }));
  assert.deepEqual(old, { ok: false, detail: 'the program does not know the version' });
  const other = await probe(planFor('rpc', udp, { ...nfs, 'program-number': 'mountd' }));
  assert.equal(other.detail, 'program 100005 version 3 is not registered');
  let tcp = 0;
  tcp = await answering((heard) => {
    if (heard.length < 4 || heard.length < 4 + heard.readUIntBE(1, 3)) return undefined;
    const answer = rpcAnswer(heard.subarray(4), tcp);
    const head = Buffer.alloc(4);
    head.writeUInt32BE((0x8000_0000 | answer.length) >>> 0);
    return Buffer.concat([head, answer]);
  });
  const outcome = await probe(planFor('rpc', tcp, { ...nfs, mode: 'tcp' }));
  assert.deepEqual(outcome, { ok: true, detail: 'program 100003 version 3 answered' });
});

/** An agent of version 1 or 2c with these values (numbers, or names of types). */
function snmpAgent(values: ReadonlyMap<string, number | string>, community = 'public') {
  const names = [...values.keys()].toSorted((a, b) => {
    const [left, right] = [a, b].map((one) => one.split('.').map(Number));
    const at = left?.findIndex((part, index) => part !== right?.[index]) ?? -1;
    return at < 0 ? -1 : (left?.[at] ?? 0) - (right?.[at] ?? -1);
  });
  return serveUdp((packet) => {
    const parts = (one: Element | undefined): readonly Element[] =>
      elements(one?.content ?? new Uint8Array(0));
    const [version, asked, question] = parts(elements(packet)[0]);
    if (textOf(asked) !== community) return undefined;
    const [identifier, , , list] = parts(question);
    let missing = 0;
    const bindings = parts(list).map((binding, index) => {
      const name = dotted(parts(binding)[0]?.content ?? new Uint8Array(0));
      const isNext = question?.tag === 0xa1;
      const found = isNext ? names.find((one) => isAfter(one, name)) : name;
      const value = found === undefined ? undefined : values.get(found);
      if (value === undefined) missing ||= index + 1;
      return element(0x30, objectName(found ?? name), valueElement(value));
    });
    const isOld = integerOf(version) === 0;
    const error = isOld && missing > 0 ? [2, missing] : [0, 0];
    return element(
      0x30,
      integer(isOld ? 0 : 1),
      element(0x04, Buffer.from(community)),
      element(
        0xa2,
        integer(integerOf(identifier)),
        ...error.map((one) => integer(one)),
        element(0x30, ...bindings),
      ),
    );
  });
}

function isAfter(one: string, other: string): boolean {
  const [left, right] = [one.split('.').map(Number), other.split('.').map(Number)];
  const at = left.findIndex((part, index) => part !== right[index]);
  return at >= 0 && (left[at] ?? 0) > (right[at] ?? -1);
}

function valueElement(value: number | string | undefined): Uint8Array {
  if (value === undefined) return element(0x80);
  return typeof value === 'number' ? integer(value, 0x42) : objectName(value);
}

function objectName(name: string): Uint8Array {
  const [, , ...rest] = name.split('.').map(Number);
  const octets = rest.flatMap((part) => {
    const all = [part & 0x7f];
    for (let left = part >>> 7; left > 0; left >>>= 7) all.unshift((left & 0x7f) | 0x80);
    return all;
  });
  return element(0x06, Uint8Array.from([0x2b, ...octets]));
}

function dotted(bytes: Uint8Array): string {
  assert.equal(bytes[0], 0x2b);
  const parts = [1, 3];
  let part = 0;
  for (const octet of bytes.subarray(1)) {
    part = part * 128 + (octet & 0x7f);
    if (octet >= 0x80) continue;
    parts.push(part);
    part = 0;
  }
  return parts.join('.');
}

const thresholds = {
  'cpu-coefficient': '1',
  'cpu-threshold': '80',
  'memory-coefficient': '1',
  'memory-threshold': '80',
  'disk-coefficient': '2',
  'disk-threshold': '80',
};
const ucd = '1.3.6.1.4.1.2021';

test('snmp-dca: a UCD agent, by its CPU, memory and disk', async () => {
  const values = new Map([
    [`${ucd}.11.11.0`, 60],
    [`${ucd}.4.5.0`, 1000],
    [`${ucd}.4.6.0`, 400],
    [`${ucd}.9.1.9.1`, 80],
  ]);
  const port = await snmpAgent(values);
  // Half of the CPU's threshold is free, a quarter of memory's, nothing of the disk's.
  assert.deepEqual(await probe(planFor('snmp-dca', port, { ...thresholds, version: 'v2c' })), {
    ok: true,
    detail: 'cpu 40, memory 60, disk 80: ratio 19',
    dynamicRatio: 19,
  });
  values.delete(`${ucd}.9.1.9.1`);
  const without = await probe(planFor('snmp-dca', port, thresholds));
  assert.deepEqual(without.dynamicRatio, 38, 'version 1 refuses all for one that is not there');
  const stranger = planFor('snmp-dca', await snmpAgent(new Map()), thresholds);
  assert.deepEqual(await probe(stranger), {
    ok: false,
    detail: 'the agent has none of the values that are asked for',
  });
});

test('snmp-link: an agent that answers is there, whatever it says of itself', async () => {
  const port = await snmpAgent(new Map([['1.3.6.1.2.1.1.3.0', 4711]]));
  for (const version of ['v1', 'v2c']) {
    const said = await probe(planFor('snmp-link', port, { version }));
    assert.deepEqual(said, { ok: true, detail: 'up for 4711 ticks' });
  }
  const refused = await probe(planFor('snmp-link', await snmpAgent(new Map())));
  assert.deepEqual(refused, { ok: false, detail: 'the agent answered with error 2' });
});

test('snmp-dca: another agent, by the tables of its host resources', async () => {
  const storage = (
    row: number,
    kind: number,
    size: number,
    used: number,
  ): [string, number | string][] => [
    [`1.3.6.1.2.1.25.2.3.1.2.${row}`, `1.3.6.1.2.1.25.2.1.${kind}`],
    [`1.3.6.1.2.1.25.2.3.1.5.${row}`, size],
    [`1.3.6.1.2.1.25.2.3.1.6.${row}`, used],
  ];
  const port = await snmpAgent(
    new Map<string, number | string>([
      ['1.3.6.1.2.1.25.3.3.1.2.768', 30],
      ['1.3.6.1.2.1.25.3.3.1.2.769', 50],
      ...storage(1, 2, 1000, 600),
      ...storage(31, 4, 100, 20),
      ...storage(36, 4, 100, 40),
      ['1.3.6.1.4.1.9999.1.0', 5],
    ]),
  );
  for (const version of ['v1', 'v2c']) {
    const options = { ...thresholds, 'agent-type': 'WIN2000', version };
    assert.deepEqual(await probe(planFor('snmp-dca', port, options)), {
      ok: true,
      detail: 'cpu 40, memory 60, disk 40: ratio 44',
      dynamicRatio: 44,
    });
  }
  const own = { 'user-defined': 'queue .1.3.6.1.4.1.9999.1.0 queue_threshold 10', version: 'v2c' };
  assert.deepEqual(await probe(planFor('snmp-dca-base', port, own)), {
    ok: true,
    detail: 'queue 5: ratio 50',
    dynamicRatio: 50,
  });
  const nothing = await probe(planFor('snmp-dca-base', port));
  assert.deepEqual(nothing, { ok: false, detail: 'it has no value to ask for' });
});

test('weights: 1 to 100, whatever the numbers', () => {
  const load = (used: number, threshold = 80, coefficient = 1) => ({
    name: 'x',
    used,
    threshold,
    coefficient,
  });
  assert.equal(weightOf([load(0)]), 100);
  assert.equal(weightOf([load(40)]), 50);
  assert.equal(weightOf([load(200)]), 1);
  assert.equal(weightOf([load(-10)]), 100);
  assert.equal(weightOf([load(10, 0)]), 1);
  assert.equal(weightOf([load(10, 80, 0)]), 1);
  assert.equal(weightOf([load(0, 80, 3), load(80)]), 75);
  assert.deepEqual(ownValues('a .1.3.6 a_coefficient 2 b nonsense'), [
    { name: 'a', object: '1.3.6', threshold: 100, coefficient: 2 },
  ]);
});

test('oracle: a ping, a service, refusals, a listener that asks again', async () => {
  const tns = (type: number, text: string): Buffer => {
    const packet = Buffer.concat([Buffer.alloc(12), Buffer.from(text)]);
    packet.writeUInt16BE(packet.length, 0);
    packet[4] = type;
    return packet;
  };
  let asked = 0;
  const port = await answering((heard) => {
    if (heard.length < 2 || heard.length < heard.readUInt16BE(0)) return undefined;
    assert.equal(heard[4], 1);
    const data = heard.subarray(heard.readUInt16BE(26)).toString();
    assert.equal(data.length, heard.readUInt16BE(24));
    if (data.includes('(COMMAND=ping)')) return tns(4, '(DESCRIPTION=(TMP=)(ERR=0))');
    if (data.includes('(SID=again)')) {
      asked += 1;
      return asked === 1 ? tns(11, '') : tns(2, '');
    }
    if (data.includes('(SERVICE_NAME=far)')) return tns(5, '(ADDRESS=x)');
    return tns(4, '(DESCRIPTION=(ERR=12505)(VSNNUM=1))');
  });
  const told = async (database: string): Promise<string> => {
    const { ok, detail } = await probe(planFor('oracle', port, { database }));
    return `${ok ? 'up' : 'down'}: ${detail}`;
  };
  assert.equal(await told('%node_ip%:%node_port%:'), 'up: the listener answered');
  assert.equal(await told('%node_ip%:%node_port%:again'), 'up: the listener accepted');
  assert.equal(await told('//%node_ip%:%node_port%/far'), 'up: the listener named the server');
  assert.match(await told('other'), /^down: the listener refused: it does not know the database/);
});

/** Speaks TDS 7.1: greets, checks the login, answers one question with a row of each kind of type. */
function sqlServer(encryption: number): Promise<number> {
  const done = Buffer.from([0xfd, 0, 0, 0, 0, 0, 0, 0, 0]);
  return answering((heard) => {
    if (heard.length < 8 || heard.length < heard.readUInt16BE(2)) return undefined;
    const content = heard.subarray(8);
    if (heard[0] === 18) {
      return packetOf(4, Buffer.from([1, 0, 6, 0, 1, 0xff, encryption]));
    }
    if (heard[0] === 16) {
      assert.equal(content.readUInt32LE(0), content.length, 'the length is its own');
      const field = (at: number): Buffer => {
        const start = content.readUInt16LE(at);
        return content.subarray(start, start + content.readUInt16LE(at + 2) * 2);
      };
      const shown = [...field(44)].map((one) => (((one ^ 0xa5) & 15) << 4) | ((one ^ 0xa5) >> 4));
      const password = Buffer.from(shown);
      const isRight =
        field(40).toString('utf16le') === 'sa' && password.toString('utf16le') === 'pässwort';
      const words = Buffer.from(utf16('Login failed'));
      const refusal = Buffer.from([0xaa, 0, 0, 0x18, 0x48, 0, 0, 1, 14, 12, 0, ...words]);
      refusal.writeUInt16LE(refusal.length - 3, 1);
      return packetOf(
        4,
        Buffer.concat([isRight ? Buffer.from([0xad, 2, 0, 1, 7]) : refusal, done]),
      );
    }
    assert.equal(content.toString('utf16le'), 'select 1');
    const name = [1, ...utf16('c')];
    const columns = [
      [0, 0, 0, 0, 0x38, ...name],
      [0, 0, 0, 0, 0x26, 8, ...name],
      [0, 0, 0, 0, 0xe7, 20, 0, 0, 0, 0, 0, 0, ...name],
      [0, 0, 0, 0, 0x6c, 9, 10, 2, ...name],
    ];
    const row = [7, 0, 0, 0, 2, 0xfe, 0xff, 4, 0, ...utf16('ok'), 5, 0, 0xd2, 4, 0, 0];
    const tokens = [0x81, columns.length, 0, ...columns.flat(), 0xd1, ...row];
    return packetOf(4, Buffer.concat([Buffer.from(tokens), done]));
  });
}

test('mssql: greeted, logged in, asked', async () => {
  const port = await sqlServer(2);
  const login = { username: 'sa', password: 'pässwort' };
  assert.deepEqual(await probe(planFor('mssql', port, login)), { ok: true, detail: 'logged in' });
  const wrong = await probe(planFor('mssql', port, { ...login, password: 'x' }));
  assert.deepEqual(wrong, { ok: false, detail: 'logging in: error 18456: Login failed' });
  const question = { send: 'select 1', recv: '^-12.34$' };
  const cell = { ...login, 'recv-row': '1', 'recv-column': '4' };
  assert.deepEqual(await probe(planFor('mssql', port, cell, question)), {
    ok: true,
    detail: 'answered "7.-2.ok.-12.34"',
  });
  const other = await probe(planFor('mssql', port, cell, { ...question, recv: 'no' }));
  assert.equal(other.ok, false);
  const secret = await probe(planFor('mssql', await sqlServer(3), login));
  assert.match(secret.detail, /insists on TLS/);
  const web = await answering(() => 'HTTP/1.0 400 Bad\r\n\r\n');
  assert.match((await probe(planFor('mssql', web, login))).detail, /^the answer is no TDS/);
});
