/**
 * What common name servers agree on, row by row (reference, GTM part 4), asked of a listener with a wide IP and a real
 * BIND behind it, by UDP and by TCP.
 */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { after, before, test } from 'node:test';
import { present } from '../../src/base/assert.ts';
import { createFrameReader, frame } from '../../src/base/dns/framing.ts';
import { decodeMessage, type Message } from '../../src/base/dns/message.ts';
import {
  member,
  pool,
  queryPacket,
  type QueryOptions,
  snapshot,
  wideIp,
} from '../../src/gtm/test-support.ts';
import { systemClock, waitUntil } from '../../src/platform/clock.ts';
import { connectDatagrams } from '../../src/platform/datagram.ts';
import { connectStream } from '../../src/platform/stream.ts';
import { startZonesDevice, type ZonesDevice } from './zones-device.ts';

const missing = ['named', 'rndc', 'named-checkzone'].find(
  (program) => spawnSync(program, ['-v']).error !== undefined,
);
const skip = missing === undefined ? false : `${missing} is not installed`;
const limit = 60_000;

const zone = `$TTL 300
@ SOA ns1 hostmaster 42 3h 1h 1w 1m
@ NS ns1
ns1 A 198.18.0.53
web A 198.18.0.80
web TYPE65280 \\# 3 abcdef
www CNAME web
chain CNAME www
dangling CNAME nowhere
b.ent A 198.18.0.1
*.wild A 198.18.0.9
sub NS ns.sub
sub DS 12345 13 2 0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef
ns.sub A 198.18.0.54
${Array.from({ length: 12 }, (_, index) => `big TXT "${String(index).padEnd(200, 'x')}"`).join('\n')}
`;

let device: ZonesDevice;

before(async () => {
  if (skip !== false) return;
  device = await startZonesDevice();
  const path = '/mgmt/tm/gtm/zone-runner/import';
  const body = { command: 'run', name: 'example.com', text: zone };
  const answer = await device.rest.ask('POST', path, body);
  assert.equal(answer.status, 200, answer.text);
  const members = [member('/Common/s:v', '192.0.2.1')];
  await device.hold(snapshot([pool('/Common/p', members)], [wideIp('gslb.example.com', [0])]));
});

after(async () => {
  if (skip === false) await device.close();
});

type Transport = 'udp' | 'tcp';

async function send(bytes: Uint8Array, transport: Transport): Promise<Message> {
  let reply: Uint8Array | undefined;
  const heard = (packet: Uint8Array): void => void (reply = packet);
  const reader = createFrameReader();
  const client =
    transport === 'udp'
      ? connectDatagrams('127.0.0.1', device.port(), { onPacket: heard, onError: () => undefined })
      : connectStream('127.0.0.1', device.tcpPort(), () => ({
          onBytes(chunk) {
            const frames = reader.push(chunk);
            if (frames !== 'malformed' && frames[0] !== undefined) heard(frames[0]);
          },
          onClose: () => undefined,
        }));
  if ('write' in client) client.write(frame(bytes));
  else client.send(bytes);
  await waitUntil(systemClock, 'a reply', limit, () => reply !== undefined, 1);
  if ('destroy' in client) client.destroy();
  else client.close();
  return present(decodeMessage(present(reply, 'reply')), 'a well-formed reply');
}

/** "noerror aa", with `tc` where it is cut. */
function headOf({ flags }: Message): string {
  const codes = ['noerror', 'formerr', 'servfail', 'nxdomain', 'notimpl', 'refused'];
  const aa = (flags & 0x0400) === 0 ? '' : ' aa';
  const tc = (flags & 0x0200) === 0 ? '' : ' tc';
  return `${codes[flags & 15] ?? flags & 15}${aa}${tc}`;
}

const typesOf = (records: Message['answers']): readonly number[] =>
  records.map(({ type }) => type).toSorted((a, b) => a - b);

interface Seen {
  readonly head: string;
  readonly answers: readonly number[];
  readonly authorities: readonly number[];
  readonly message: Message;
}

async function see(bytes: Uint8Array, transport: Transport): Promise<Seen> {
  const message = await send(bytes, transport);
  const { answers, authorities } = message;
  return {
    head: headOf(message),
    answers: typesOf(answers),
    authorities: typesOf(authorities),
    message,
  };
}

/** A row: its question, by UDP and TCP, and what has to be seen of the answer. */
function row(
  title: string,
  bytes: Uint8Array,
  check: (seen: Seen, transport: Transport) => void,
): void {
  test(title, { skip }, async () => {
    for (const transport of ['udp', 'tcp'] as const) check(await see(bytes, transport), transport);
  });
}

/** Without recursion wished for. */
function query(name: string, type: number, options: QueryOptions = {}): Uint8Array {
  return queryPacket(name, type, { flags: 0, ...options });
}

function is(
  head: string,
  answers: readonly number[],
  authorities?: readonly number[],
): (seen: Seen) => void {
  return (seen) => {
    assert.deepEqual([seen.head, seen.answers], [head, answers]);
    if (authorities !== undefined) assert.deepEqual(seen.authorities, authorities);
  };
}

/** SOA with the smaller of its TTL and MINIMUM (RFC 2308). */
function isAbsent(head: string): (seen: Seen) => void {
  return (seen) => {
    is(head, [], [6])(seen);
    assert.equal(seen.message.authorities[0]?.ttl, 60);
  };
}

row('no data', query('web.example.com', 28), isAbsent('noerror aa'));
row('no such name', query('nowhere.example.com', 1), isAbsent('nxdomain aa'));
row('an empty non-terminal exists', query('ent.example.com', 1), isAbsent('noerror aa'));
row('a wildcard answers', query('any.wild.example.com', 1), is('noerror aa', [1]));
row('a wildcard without data', query('any.wild.example.com', 28), isAbsent('noerror aa'));
row('a wide IP without data', query('gslb.example.com', 28), is('noerror aa', [], [6]));
row('out of every zone', query('www.example.org', 1), is('refused', [], []));
row('out of every zone: EDE 20', query('www.example.org', 1, { payload: 1232 }), (seen) => {
  const [opt] = seen.message.additionals;
  assert.deepEqual([...(opt?.data.subarray(0, 6) ?? [])].slice(0, 2), [0, 15]);
  assert.equal(opt?.data[5], 20);
});
row('no referral to the root', query('', 2), is('refused', [], []));
row('a chain of aliases', query('chain.example.com', 1), is('noerror aa', [1, 5, 5]));
row('an alias to nothing', query('dangling.example.com', 1), is('nxdomain aa', [5], [6]));
test('a ring of aliases is not taken into a zone', { skip }, async () => {
  const path = '/mgmt/tm/gtm/zone-runner/zone/example.com./records';
  const body = { name: 'ring.example.com.:CNAME', data: ['ring.example.com.'] };
  const answer = await device.rest.ask('POST', path, body);
  assert.equal(answer.status, 400, answer.text);
  assert.match(answer.text, /cname-loop/);
});
row('a referral, with glue', query('a.sub.example.com', 1), (seen) => {
  is('noerror', [], [2])(seen);
  assert.ok(typesOf(seen.message.additionals).includes(1));
});
row('DS at a cut is the parent’s', query('sub.example.com', 43), is('noerror aa', [43]));
row('ANY of a wide IP: one set', query('gslb.example.com', 255), is('noerror aa', [1]));
row('ANY of a static name', query('ns1.example.com', 255), is('noerror aa', [1]));
for (const name of ['gSlB.eXample.COM', 'wEb.eXample.COM']) {
  row(`0x20: ${name}`, query(name, 1), (seen) => {
    assert.equal(seen.message.questions[0]?.name, name);
  });
}
row('larger than 512 without EDNS', query('big.example.com', 16), (seen, transport) => {
  if (transport === 'tcp') return assert.equal(seen.answers.length, 12);
  assert.match(seen.head, / tc$/);
});
for (const payload of [100, 1232, 4096]) {
  row(`EDNS, ${payload} bytes`, query('big.example.com', 16, { payload }), (seen, transport) => {
    if (transport === 'tcp') return assert.equal(seen.answers.length, 12);
    assert.match(seen.head, / tc$/, 'never more than 1232, never less than 512');
    assert.equal(seen.message.additionals.find(({ type }) => type === 41)?.class, 1232);
  });
}
for (const name of ['gslb.example.com', 'web.example.com']) {
  const version = query(name, 1, { payload: 1232, ednsVersion: 1 });
  row(`EDNS version 1 of ${name}: BADVERS`, version, (seen) => {
    assert.deepEqual([seen.head.split(' ')[0], seen.answers], ['noerror', []]);
    // Extended code 1 (16 in all), version 0.
    assert.equal(seen.message.additionals[0]?.ttl, 0x0100_0000);
  });
  const unknown = Uint8Array.of(0xff, 0xf0, 0, 1, 9);
  row(
    `an unknown option to ${name}`,
    query(name, 1, { payload: 1232, options: unknown }),
    (seen) => {
      is('noerror aa', [1])(seen);
      assert.equal(seen.message.additionals.find(({ type }) => type === 41)?.data.length, 0);
    },
  );
  const everywhere = Uint8Array.of(0, 8, 0, 4, 0, 1, 0, 0);
  row(
    `client subnet /0 to ${name}`,
    query(name, 1, { payload: 1232, options: everywhere }),
    (seen) => {
      is('noerror aa', [1])(seen);
      const opt = seen.message.additionals.find(({ type }) => type === 41);
      assert.deepEqual([...(opt?.data ?? [])], [...everywhere]);
    },
  );
  for (const wrong of [
    Uint8Array.of(0, 8, 0, 7, 0, 3, 24, 0, 192, 0, 2),
    Uint8Array.of(0, 8, 0, 7, 0, 1, 23, 0, 192, 0, 3),
    Uint8Array.of(0, 10, 0, 4, 1, 2, 3, 4),
  ]) {
    const asked = query(name, 1, { payload: 1232, options: wrong });
    row(`an option that is wrong (${wrong.join(' ')}) to ${name}`, asked, is('formerr', []));
  }
  const cookie = Uint8Array.of(0, 10, 0, 8, 1, 2, 3, 4, 5, 6, 7, 8);
  row(`a cookie to ${name}`, query(name, 1, { payload: 1232, options: cookie }), (seen) => {
    const { data } = present(
      seen.message.additionals.find(({ type }) => type === 41),
      'OPT',
    );
    assert.deepEqual([...data.subarray(0, 12)], [0, 10, 0, 24, 1, 2, 3, 4, 5, 6, 7, 8]);
  });
  const whoIsIt = Uint8Array.of(0, 3, 0, 0);
  row(`NSID of ${name}`, query(name, 1, { payload: 1232, options: whoIsIt }), (seen) => {
    is('noerror aa', [1])(seen);
    const opt = present(
      seen.message.additionals.find(({ type }) => type === 41),
      'OPT',
    );
    assert.equal(Buffer.from(opt.data).toString('latin1'), '\0\x03\0\x0dns1.consensus');
  });
  const everyFlag = query(name, 1, { flags: 0x0270 });
  row(`TC, AD, CD and Z of a question to ${name} change nothing`, everyFlag, (seen) => {
    assert.deepEqual(seen.answers, [1]);
    assert.equal(seen.message.flags & 0x0240, 0);
  });
}
// RFC 7314: an option that who does not serve it passes over.
const expire = query('example.com', 6, { payload: 1232, options: Uint8Array.of(0, 9, 0, 0) });
row('EXPIRE of a zone: its SOA, and nothing broken', expire, (seen) => {
  is('noerror aa', [6])(seen);
  const { data = [] } = seen.message.additionals.find(({ type }) => type === 41) ?? {};
  // Nothing, or the option with four bytes.
  assert.ok(data.length === 0 || (data.length === 8 && data[1] === 9), String(data));
});
row('operation 15', query('web.example.com', 1, { flags: 15 << 11 }), is('notimpl', []));
row('IQUERY', query('web.example.com', 1, { flags: 1 << 11 }), is('notimpl', []));
row('a header alone', new Uint8Array(12), is('formerr', []));
for (const [what, code] of [
  ['NOTIFY', 4],
  ['UPDATE', 5],
] as const) {
  const bytes = query('example.com', 6, { flags: code << 11 });
  row(`${what} without a signature`, bytes, ({ head }) => assert.match(head, /^(refused|9)$/));
}
row('a zone transfer by a stranger', query('example.com', 252), is('refused', []));
row('version.bind', query('version.bind', 16, { class: 3 }), is('refused', []));
row('class ANY', query('web.example.com', 1, { class: 255 }), is('refused', []));
for (const type of [0, 41, 250]) {
  row(`type ${type} is no question`, query('web.example.com', type), is('formerr', []));
}
row('MAILB', query('web.example.com', 253), is('notimpl', []));
row('a type of tomorrow', query('web.example.com', 65_280), is('noerror aa', [65_280]));
row('a type of tomorrow without data', query('ns1.example.com', 65_280), isAbsent('noerror aa'));
row(
  'a type of tomorrow of a wide IP',
  query('gslb.example.com', 65_280),
  is('noerror aa', [], [6]),
);
