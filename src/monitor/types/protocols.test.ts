/** Every type that speaks a protocol of its own, against small servers that do too: up, refused with the reason, silent. */
import { examplePlan } from '../example-plan.ts';
import { createTestProbes, portOf } from './test-probes.ts';
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { createSocket } from 'node:dgram';
import { globSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer as createHttp2Server } from 'node:http2';
import { type AddressInfo, connect, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import mysql from 'mysql2';
import { element, integer, text as octets } from '../../base/ber.ts';
import { decodeMessage, encodeMessage, flag } from '../../base/dns/message.ts';
import { systemClock, waitUntil } from '../../platform/clock.ts';
import { isRoot } from '../../platform/processes.ts';
import type { ProbeOutcome } from '../outcome.ts';
import type { InstancePlan } from '../instance-plan.ts';
import { monitorTypes } from './index.ts';

const folder = mkdtempSync(join(tmpdir(), 'evenkeel-monitor-types-'));
const { probe, serveTcp, closers } = createTestProbes(folder);
closers.push(() => rmSync(folder, { recursive: true, force: true }));

const planFor = (type: string, port: number, more: Partial<InstancePlan> = {}): InstancePlan =>
  examplePlan(type, '127.0.0.1', port, {
    intervalMilliseconds: 1000,
    timeoutMilliseconds: 3000,
    ...more,
  });

/** Answers each line by the first pattern that fits; "" is the greeting. */
function lineServer(answers: readonly (readonly [RegExp, string])[], greeting = '') {
  return serveTcp((socket) => {
    if (greeting !== '') socket.write(greeting);
    let heard = '';
    socket.on('data', (part) => {
      heard += part.toString();
      for (let end = heard.indexOf('\n'); end >= 0; end = heard.indexOf('\n')) {
        const line = heard.slice(0, end).trimEnd();
        heard = heard.slice(end + 1);
        const answer = answers.find(([pattern]) => pattern.test(line))?.[1];
        if (answer !== undefined) socket.write(answer);
      }
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

test('smtp: greeted, or refused in the words of the server', async () => {
  const port = await lineServer(
    [
      [/^HELO example\.com$/, '250 hello\r\n'],
      [/^QUIT/, '221 bye\r\n'],
      [/^HELO/, '501 whose?\r\n'],
    ],
    '220-mail\r\n220 ready\r\n',
  );
  const options = { domain: 'example.com' };
  assert.deepEqual(await probe(planFor('smtp', port, { options })), {
    ok: true,
    detail: 'greeted',
  });
  const other = await probe(planFor('smtp', port, { options: { domain: 'x' } }));
  assert.deepEqual(other, { ok: false, detail: 'HELO was answered with "501 whose?"' });
});

test('pop3: a login, which a wrong password ends', async () => {
  const port = await lineServer(
    [
      [/^USER me$/, '+OK\r\n'],
      [/^PASS right$/, '+OK in\r\n'],
      [/^PASS/, '-ERR no\r\n'],
    ],
    '+OK pop\r\n',
  );
  const options = { username: 'me', password: 'right' };
  assert.equal((await probe(planFor('pop3', port, { options }))).ok, true);
  const wrong = await probe(
    planFor('pop3', port, { options: { ...options, password: 'no\r\nQUIT' } }),
  );
  assert.deepEqual(wrong, { ok: false, detail: 'PASS was answered with "-ERR no"' });
});

test('imap: mailbox opened; a folder that is not there is told', async () => {
  const port = await lineServer(
    [
      [/^a1 LOGIN "m\\"e" "p"$/, 'a1 OK\r\n'],
      [/^a2 EXAMINE "INBOX"$/, '* 3 EXISTS\r\na2 OK [READ-ONLY]\r\n'],
      [/^a2/, 'a2 NO none such\r\n'],
    ],
    '* OK imap\r\n',
  );
  const options = { username: 'm"e', password: 'p' };
  assert.equal((await probe(planFor('imap', port, { options }))).detail, 'mailbox opened');
  const other = await probe(planFor('imap', port, { options: { ...options, folder: 'x' } }));
  assert.deepEqual(other, { ok: false, detail: 'EXAMINE was answered with "a2 NO none such"' });
});

test('nntp: a group', async () => {
  const port = await lineServer(
    [
      [/^GROUP a\.b$/, '211 5 1 5 a.b\r\n'],
      [/^GROUP/, '411 no\r\n'],
    ],
    '200 news\r\n',
  );
  assert.equal((await probe(planFor('nntp', port, { options: { newsgroup: 'a.b' } }))).ok, true);
  assert.equal((await probe(planFor('nntp', port, { options: { newsgroup: 'c' } }))).ok, false);
});

test('ftp: the file is fetched over a passive connection', async () => {
  const data = await serveTcp((socket) => socket.end('content'));
  const port = await lineServer(
    [
      [/^USER/, '331 password\r\n'],
      [/^PASS/, '230 in\r\n'],
      [/^TYPE/, '200 binary\r\n'],
      [/^EPSV/, `229 Entering (|||${data}|)\r\n`],
      [/^RETR there$/, '150 opening\r\n226 done\r\n'],
      [/^RETR/, '550 not there\r\n'],
    ],
    '220 ftp\r\n',
  );
  assert.equal((await probe(planFor('ftp', port))).detail, 'logged in');
  assert.equal(
    (await probe(planFor('ftp', port, { options: { filename: 'there' } }))).detail,
    'fetched',
  );
  const missing = await probe(planFor('ftp', port, { options: { filename: 'gone' } }));
  assert.deepEqual(missing, { ok: false, detail: 'RETR was answered with "550 not there"' });
});

test('ftp: in port mode the server connects to us', async () => {
  const port = await serveTcp((socket) => {
    let heard = '';
    let place: readonly string[] = [];
    socket.write('220 ftp\r\n');
    socket.on('data', (part) => {
      heard += part.toString();
      for (let end = heard.indexOf('\n'); end >= 0; end = heard.indexOf('\n')) {
        const [verb = '', word = ''] = heard.slice(0, end).trim().split(' ');
        heard = heard.slice(end + 1);
        if (verb === 'EPRT') place = word.split('|');
        if (verb !== 'RETR') {
          socket.write(verb === 'USER' ? '331 x\r\n' : verb === 'PASS' ? '230 x\r\n' : '200 x\r\n');
          continue;
        }
        assert.deepEqual(place.slice(0, 3), ['', '1', '127.0.0.1']);
        socket.write('150 opening\r\n');
        const data = connect(Number(place[3]), place[2], () => data.end('content'));
        data.on('close', () => socket.write('226 done\r\n'));
        data.resume();
      }
    });
  });
  const options = { filename: 'there', mode: 'port' };
  assert.deepEqual(await probe(planFor('ftp', port, { options })), { ok: true, detail: 'fetched' });
});

test('redis: PING behind a password, and a question with a receive string', async () => {
  const port = await serveTcp((socket) => {
    let isIn = false;
    socket.on('data', (part) => {
      const words = part
        .toString()
        .split('\r\n')
        .filter((_, index) => index % 2 === 0 && index > 0);
      if (words[0] === 'AUTH') isIn = words[1] === 'right';
      if (words[0] === 'AUTH') socket.write(isIn ? '+OK\r\n' : '-WRONGPASS\r\n');
      else if (words[0] === 'PING') socket.write('+PONG\r\n');
      else socket.write('$11\r\nrole:master\r\n');
    });
  });
  const options = { password: 'right' };
  assert.deepEqual(await probe(planFor('redis', port, { options })), { ok: true, detail: 'PONG' });
  const wrong = await probe(planFor('redis', port, { options: { password: 'no' } }));
  assert.deepEqual(wrong, { ok: false, detail: 'AUTH was answered with "-WRONGPASS"' });
  const asked = { send: 'INFO replication', recv: 'role:master', options };
  assert.equal((await probe(planFor('redis', port, asked))).ok, true);
});

test(
  'tcp-echo and tcp-half-open',
  { skip: isRoot() ? false : 'raw sockets need root' },
  async () => {
    const port = await serveTcp((socket) => socket.pipe(socket));
    const echo = monitorTypes.get('tcp-echo');
    assert.equal(echo?.port, 7);
    assert.deepEqual(await probe(planFor('tcp-echo', port)), { ok: true, detail: 'echoed' });
    let accepted = 0;
    const silent = await serveTcp(() => (accepted += 1));
    assert.deepEqual(await probe(planFor('tcp-half-open', silent)), {
      ok: true,
      detail: 'SYN was answered',
    });
    // Loopback is quick: had it been a whole connection, another one after it would find it accepted.
    await probe(planFor('tcp', silent));
    assert.ok(accepted <= 1, 'the program heard of a connection that was never made');
    const closed = await serveUdp(() => undefined);
    const refused = await probe(planFor('tcp-half-open', closed));
    assert.deepEqual(refused, { ok: false, detail: 'connection refused' });
  },
);

test('udp: answers, silence, and a closed port', async () => {
  const port = await serveUdp((packet) =>
    packet.toString() === 'hello\n' ? Buffer.from('world') : undefined,
  );
  const asked = { send: String.raw`hello\n`, recv: 'wor' };
  assert.equal((await probe(planFor('udp', port, asked))).ok, true);
  assert.equal((await probe(planFor('udp', port, { ...asked, recv: 'x' }))).ok, false);
  const silent = await probe(planFor('udp', port, { send: 'nobody', timeoutMilliseconds: 200 }));
  assert.deepEqual(silent, { ok: true, detail: 'no refusal within 100 ms' });
  const closed = await serveTcp(() => undefined);
  assert.deepEqual(await probe(planFor('udp', closed, { send: 'x' })), {
    ok: false,
    detail: 'port unreachable',
  });
});

test('dns: the record asked for, an address of it, refusals', async () => {
  const port = await serveUdp((packet) => {
    const query = decodeMessage(packet);
    const [question] = query?.questions ?? [];
    if (query === undefined || question === undefined) return undefined;
    const isKnown = question.name.startsWith('www');
    const data = Uint8Array.of(192, 0, 2, 7);
    return encodeMessage({
      ...query,
      flags: flag.response | (isKnown ? 0 : 3),
      answers: isKnown ? [{ name: question.name, type: 1, class: 1, ttl: 5, data }] : [],
    });
  });
  const dns = (options: Record<string, string>, recv = ''): Promise<ProbeOutcome> =>
    probe(planFor('dns', port, { options, recv }));
  assert.deepEqual(await dns({ qname: 'www.example.com' }), {
    ok: true,
    detail: 'NOERROR, 1 record',
  });
  assert.equal((await dns({ qname: 'www.example.com' }, String.raw`192\.0\.2\.7`)).ok, true);
  assert.match((await dns({ qname: 'www.example.com' }, '10')).detail, /no address matches "10"/);
  assert.match(
    (await dns({ qname: 'www.example.com', qtype: 'aaaa' })).detail,
    /no record of the type/,
  );
  assert.match((await dns({ qname: 'other' })).detail, /NXDOMAIN, 0 records: not accepted/);
  const any = { qname: 'other', 'accept-rcode': 'anything', 'answer-contains': 'anything' };
  assert.equal((await dns(any)).ok, true);
});

test('radius and radius-accounting: who knows the secret, and says yes', async () => {
  const secret = 's3cret';
  const port = await serveUdp((packet) => {
    const isAccounting = packet[0] === 4;
    const code = isAccounting ? 5 : packet.includes('good') ? 2 : 3;
    const head = Buffer.from([code, packet[1] ?? 0, 0, 20]);
    const digest = createHash('md5')
      .update(head)
      .update(packet.subarray(4, 20))
      .update(secret)
      .digest();
    return Buffer.concat([head, digest]);
  });
  const options = { username: 'good', password: 'p', secret, 'nas-ip-address': '192.0.2.1' };
  assert.deepEqual(await probe(planFor('radius', port, { options })), {
    ok: true,
    detail: 'accepted',
  });
  const bad = await probe(planFor('radius', port, { options: { ...options, username: 'bad' } }));
  assert.deepEqual(bad, { ok: false, detail: 'refused' });
  const forged = await probe(planFor('radius', port, { options: { ...options, secret: 'other' } }));
  assert.deepEqual(forged, { ok: false, detail: 'an answer that does not fit the secret' });
  assert.equal((await probe(planFor('radius-accounting', port, { options }))).ok, true);
});

test('ldap: bound, searched, refused', async () => {
  const answer = (id: number, tag: number, code: number): Buffer =>
    Buffer.from(
      element(0x30, integer(id), element(tag, integer(code, 0x0a), octets(''), octets('no'))),
    );
  const port = await serveTcp((socket) => {
    socket.on('data', (part) => {
      if (part.includes('wrong')) socket.write(answer(2, 0x61, 49));
      else if (part[5] === 0x60) socket.write(answer(2, 0x61, 0));
      else {
        const attribute = element(0x30, octets('cn'), element(0x31, octets('x')));
        const entry = element(
          0x30,
          integer(3),
          element(0x64, octets('cn=x'), element(0x30, attribute)),
        );
        socket.write(Buffer.concat([entry, answer(3, 0x65, 4)]));
      }
    });
  });
  const options = { username: 'cn=me', password: 'right' };
  assert.equal((await probe(planFor('ldap', port, { options }))).detail, 'bound');
  const search = { ...options, base: 'dc=x', filter: '(cn=x)', 'mandatory-attributes': 'yes' };
  assert.equal((await probe(planFor('ldap', port, { options: search }))).detail, 'search found 1');
  const wrong = await probe(planFor('ldap', port, { options: { ...options, password: 'wrong' } }));
  assert.deepEqual(wrong, { ok: false, detail: 'binding: result 49 no' });
  const broken = await probe(planFor('ldap', port, { options: { ...search, filter: '((' } }));
  assert.match(broken.detail, /^filter "\(\(": /);
});

test('sip: OPTIONS over datagrams and streams', async () => {
  const reply = (code: string): string => `SIP/2.0 ${code}\r\nContent-Length: 0\r\n\r\n`;
  const port = await serveUdp((packet) =>
    Buffer.from(
      reply(packet.toString().startsWith('OPTIONS sip:127.0.0.1:') ? '200 OK' : '400 Bad'),
    ),
  );
  assert.deepEqual(await probe(planFor('sip', port)), { ok: true, detail: '"SIP/2.0 200 OK"' });
  const busy = await serveTcp((socket) =>
    socket.once('data', () => socket.write(reply('486 Busy'))),
  );
  const options = { mode: 'tcp' };
  assert.equal((await probe(planFor('sip', busy, { options }))).ok, false);
  const taken = { mode: 'tcp', filter: '404 486' };
  assert.equal((await probe(planFor('sip', busy, { options: taken }))).ok, true);
});

test('mqtt: connected, and a topic subscribed', async () => {
  const port = await serveTcp((socket) => {
    socket.on('data', (part) => {
      if (part[0] === 0x10) socket.write(Buffer.from([0x20, 2, 0, part.includes('bad') ? 4 : 0]));
      else if (part[0] === 0x82) socket.write(Buffer.from([0x90, 3, 0, 1, 0]));
    });
  });
  assert.equal((await probe(planFor('mqtt', port))).detail, 'connected');
  const options = { topic: 'health', message: 'hi' };
  assert.equal((await probe(planFor('mqtt', port, { options }))).detail, 'subscribed to health');
  const bad = await probe(planFor('mqtt', port, { options: { username: 'bad' } }));
  assert.deepEqual(bad, { ok: false, detail: 'CONNECT was refused with code 4' });
});

test('http2 with prior knowledge', async () => {
  const server = createHttp2Server((request, response) => {
    const isGood = request.url === '/health' && request.headers['x-probe'] === '1';
    response.writeHead(isGood ? 200 : 404).end(isGood ? 'fine' : 'none');
  });
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  closers.push(() => server.close());
  const port = portOf(server.address());
  const send = String.raw`GET /health HTTP/1.1\r\nHost: x\r\nX-Probe: 1\r\nConnection: close\r\n`;
  const good = await probe(planFor('http2', port, { send, recv: '^HTTP/2 200.*fine' }));
  assert.equal(good.ok, true, good.detail);
  const bad = await probe(planFor('http2', port, { send: 'GET /', recv: '^HTTP/2 200' }));
  assert.match(bad.detail, /^received "HTTP\/2 404", which does not match/);
});

test('mysql: a login and a row, by the protocol of the server', async () => {
  // The library's types know nothing of its server side.
  const create = mysql as unknown as {
    createServer(handler: (connection: MysqlConnection) => void): {
      listen(port: number, host: string, ready: () => void): void;
      close(): void;
      _server: { address(): AddressInfo };
    };
  };
  let isRight = true;
  const server = create.createServer((connection) => {
    connection.on('error', () => undefined);
    connection.serverHandshake({
      protocolVersion: 10,
      serverVersion: '8.0.0',
      connectionId: 1,
      statusFlags: 2,
      characterSet: 8,
      capabilityFlags: 0xff_ff_ff & ~0x800,
      authCallback: (_: unknown, done: (error: null, refusal?: object) => void) => {
        done(null, isRight ? undefined : { message: 'Access denied', code: 1045 });
      },
    });
    connection.on('query', () => {
      connection.writeTextResult([{ a: 'one', b: 'two' }], [column('a'), column('b')]);
    });
  });
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  closers.push(() => server.close());
  const { port } = server._server.address();
  const options = { username: 'me', password: '', database: 'd' };
  assert.equal((await probe(planFor('mysql', port, { options }))).detail, 'logged in');
  const asked = { options: { ...options, 'recv-row': '1', 'recv-column': '2' }, send: 'select 1' };
  assert.equal((await probe(planFor('mysql', port, { ...asked, recv: '^two$' }))).ok, true);
  assert.equal((await probe(planFor('mysql', port, { ...asked, recv: '^one$' }))).ok, false);
  isRight = false;
  assert.equal((await probe(planFor('mysql', port, { options }))).ok, false);
});

interface MysqlConnection {
  on(event: string, handler: (...args: readonly unknown[]) => void): void;
  serverHandshake(options: object): void;
  writeTextResult(rows: readonly object[], columns: readonly object[]): void;
}

function column(name: string): object {
  return {
    catalog: 'def',
    schema: '',
    table: '',
    orgTable: '',
    name,
    orgName: name,
    characterSet: 33,
    columnLength: 100,
    columnType: 253,
    flags: 0,
    decimals: 0,
  };
}

test('postgresql: a login and a row', async () => {
  const message = (kind: string, content: Buffer): Buffer => {
    const length = Buffer.alloc(4);
    length.writeUInt32BE(content.length + 4);
    return Buffer.concat([Buffer.from(kind), length, content]);
  };
  const ready = message('Z', Buffer.from('I'));
  const port = await serveTcp((socket) => {
    socket.once('data', (start) => {
      if (!start.includes('right')) {
        socket.write(message('E', Buffer.from('SFATAL\0C28P01\0Mno such user\0\0', 'latin1')));
        return;
      }
      socket.write(Buffer.concat([message('R', Buffer.alloc(4)), ready]));
      socket.on('data', (part) => {
        if (!part.includes('select')) return;
        const name = Buffer.concat([
          Buffer.from('c\0'),
          Buffer.alloc(6),
          Buffer.from([0, 0, 0, 25]),
          Buffer.from([255, 255]),
          Buffer.alloc(4, 255),
          Buffer.from([0, 0]),
        ]);
        const row = Buffer.from([0, 1, 0, 0, 0, 3, ...Buffer.from('yes')]);
        socket.write(
          Buffer.concat([
            message('1', Buffer.alloc(0)),
            message('2', Buffer.alloc(0)),
            message('T', Buffer.concat([Buffer.from([0, 1]), name])),
            message('D', row),
            message('C', Buffer.from('SELECT 1\0')),
            ready,
          ]),
        );
      });
    });
  });
  const options = { username: 'right', password: '' };
  assert.equal((await probe(planFor('postgresql', port, { options }))).detail, 'logged in');
  const asked = await probe(
    planFor('postgresql', port, { options, send: 'select 1', recv: 'yes' }),
  );
  assert.deepEqual(asked, { ok: true, detail: 'answered "yes"' });
  const other = await probe(planFor('postgresql', port, { options: { username: 'x' } }));
  assert.deepEqual(other, { ok: false, detail: 'no such user' });
});

const programs = { skip: isRoot() ? false : 'programs become nobody only for root' };

test(
  'external: whatever it writes is up; nothing, a failure, no program are told',
  programs,
  async () => {
    const external = (run: string, more: Record<string, string> = {}): Promise<ProbeOutcome> =>
      probe(planFor('external', 80, { options: { run, ...more } }));
    const script = '#!/bin/sh\necho "$1 $2 $3 $WHO $NODE_IP $(id -u)"\n';
    const more = { args: '"a b"', 'user-defined': 'WHO me LD_PRELOAD /x' };
    const said = await external(script, more);
    assert.deepEqual(said, {
      ok: true,
      detail: 'the program wrote "::ffff:127.0.0.1 80 a b me ::ffff:127.0.0.1 65534"',
    });
    assert.equal((await external('#!/bin/sh\nexit 0\n')).detail, 'the program wrote nothing');
    const failed = await external('#!/bin/sh\necho broken >&2\nexit 3\n');
    assert.deepEqual(failed, { ok: false, detail: 'the program ended with status 3: broken' });
    assert.equal((await external('')).detail, 'it has no program');
    assert.match(
      (await external('no program at all')).detail,
      /^the program ended with status \d+/,
    );
  },
);

test('external: one that never ends goes with everything it started', programs, async () => {
  const mark = `98${process.pid}`;
  const run = `#!/bin/sh\nsleep ${mark} &\nsleep ${mark}\n`;
  const isRunning = (): boolean => runningWith(mark) > 0;
  const outcome = probe(planFor('external', 80, { options: { run } }), 1000);
  await waitUntil(systemClock, 'the program', 10_000, isRunning);
  assert.deepEqual(await outcome, { ok: false, detail: 'silent: the program has not ended' });
  await waitUntil(systemClock, 'nothing of it left', 10_000, () => !isRunning());
});

function runningWith(word: string): number {
  return globSync('/proc/[0-9]*/cmdline').filter((path) => {
    try {
      return readFileSync(path, 'utf8').split('\0').includes(word);
    } catch {
      // It ended meanwhile.
      return false;
    }
  }).length;
}

test('garbage, floods and half answers end every conversation', async () => {
  const flood = Buffer.alloc(64 * 1024, 0xfe);
  const servers: readonly ((socket: Socket) => void)[] = [
    (socket) => socket.write(flood),
    (socket) => socket.end(Buffer.from([0, 0, 0])),
    (socket) => socket.once('data', () => socket.end(Buffer.from('2'))),
  ];
  const streams = [
    'smtp',
    'pop3',
    'imap',
    'nntp',
    'ftp',
    'redis',
    'ldap',
    'mqtt',
    'mysql',
    'postgresql',
    'http2',
  ];
  for (const behave of servers) {
    const port = await serveTcp(behave);
    for (const type of streams) {
      const options = { username: 'u', password: 'p' };
      const outcome = await probe(planFor(type, port, { options }), 300);
      assert.equal(outcome.ok, false, `${type}: ${outcome.detail}`);
    }
  }
});
