/**
 * Static zones from REST and tmsh to answers on the wire, with a real BIND behind the listener and another
 * one as somebody else's name server.
 */
import assert from 'node:assert/strict';
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { recordType } from '../../src/base/dns/constants.ts';
import { decodeMessage } from '../../src/base/dns/message.ts';
import { member, pool, queryPacket, snapshot, wideIp } from '../../src/gtm/test-support.ts';
import { packArchive } from '../../src/platform/archive.ts';
import { systemClock, waitUntil } from '../../src/platform/clock.ts';
import { connectDatagrams } from '../../src/platform/datagram.ts';
import { findFreePort } from '../../src/platform/free-port.ts';
import { systemRandom } from '../../src/platform/random.ts';
import { dig, startZonesDevice, type ZonesDevice } from './zones-device.ts';

const missing = ['named', 'rndc', 'dig', 'named-checkzone'].find(
  (program) => spawnSync(program, ['-v']).error !== undefined,
);
const skip = missing === undefined ? false : `${missing} is not installed`;
const limit = 60_000;
const zonePath = '/mgmt/tm/gtm/zone-runner/zone';
const secret = Buffer.from('a secret of two name servers').toString('base64');

let device: ZonesDevice;
let otherFolder = '';
let other: ChildProcess | undefined;

before(async () => {
  if (skip === false) device = await startZonesDevice();
});

after(async () => {
  other?.kill('SIGKILL');
  if (otherFolder !== '') rmSync(otherFolder, { recursive: true });
  if (skip === false) await device.close();
});

async function create(
  path: string,
  body: Parameters<ZonesDevice['rest']['ask']>[2],
): Promise<void> {
  const answer = await device.rest.ask('POST', path, body);
  assert.equal(answer.status, 200, answer.text);
}

async function runCommand(
  name: string,
  body: Readonly<Record<string, string | number>>,
): Promise<string> {
  const path = `/mgmt/tm/gtm/zone-runner/${name}`;
  const answer = await device.rest.ask('POST', path, { command: 'run', ...body });
  assert.equal(answer.status, 200, answer.text);
  return String(answer.json['commandResult']);
}

const everyType = `$TTL 300
@ SOA ns1 hostmaster 42 3h 1h 1w 5m
@ NS ns1
@ NS ns2.example.net.
@ MX 10 mail
@ CAA 0 issue "ca.example.net; x=1"
ns1 A 198.18.0.53
mail A 198.18.0.25
mail AAAA 2001:db8::25
www 60 CNAME web
web A 198.18.0.80
t TXT "a \\"b\\" c" "\\195\\169"
_s._tcp SRV 1 2 443 web
n NAPTR 10 20 "u" "E2U+sip" "!^.*$!sip:i@example.com!" .
old DNAME example.net.
h HINFO "PC" "Linux"
_443._tcp.web TLSA 3 1 1 0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef
web SSHFP 4 2 0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef
svc HTTPS 1 . alpn="h2,h3" port=8443 ipv4hint=198.18.0.1 ipv6hint=2001:db8::1
svc SVCB 0 web
uri URI 10 1 "https://example.com/?a=b"
loc LOC 52 22 23.000 N 4 53 32.000 E -2.00m 1m 10000m 10m
sub NS ns.sub
sub DS 12345 13 2 0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef
ns.sub A 198.18.0.54
x TYPE65280 \\# 3 abcdef
rp RP root.example.com. t
*.w A 198.18.0.9
`;
const questions = [
  ['example.com.', 'SOA NS MX CAA ANY TXT'],
  ['www.example.com.', 'A AAAA CNAME'],
  ['mail.example.com.', 'A AAAA'],
  ['t.example.com.', 'TXT'],
  ['_s._tcp.example.com.', 'SRV'],
  ['n.example.com.', 'NAPTR'],
  ['a.old.example.com.', 'A'],
  ['h.example.com.', 'HINFO'],
  ['_443._tcp.web.example.com.', 'TLSA'],
  ['web.example.com.', 'SSHFP A'],
  ['svc.example.com.', 'HTTPS SVCB'],
  ['uri.example.com.', 'URI'],
  ['loc.example.com.', 'LOC'],
  ['a.sub.example.com.', 'A'],
  ['sub.example.com.', 'DS NS'],
  ['x.example.com.', 'TYPE65280'],
  ['rp.example.com.', 'RP'],
  ['any.w.example.com.', 'A MX'],
  ['nowhere.example.com.', 'A'],
  ['_tcp.example.com.', 'A'],
] as const;

test(
  'every type, imported, is answered as BIND does, by UDP and TCP, with EDNS and DO',
  { skip },
  async () => {
    const said = await runCommand('import', { name: 'example.com', text: everyType });
    assert.match(said, /^Zone example\.com\.: 26 records imported\./);
    await device.settled();
    const named = device.zones.port() ?? 0;
    const asked = questions.flatMap(([name, types]) =>
      types.split(' ').flatMap((type) => ['-q', name, '-t', type]),
    );
    const ways = [['+notcp', '+noedns'], ['+notcp', '+dnssec'], ['+tcp'], ['+tcp', '+dnssec']];
    for (const how of ways) {
      const port = how[0] === '+tcp' ? device.tcpPort() : device.port();
      const words = [...how, '+norecurse', ...asked];
      const [ours, theirs] = await Promise.all([dig(port, ...words), dig(named, ...words)]);
      assert.deepEqual(ours, theirs, how.join(' '));
      assert.equal(ours.status.split(' ').length, asked.length / 4);
    }
    const printed = await runCommand('export', { name: 'example.com.' });
    assert.match(
      await runCommand('import', { name: 'example.com.', text: printed }),
      /Zone example/,
    );
    const zone = await device.rest.ask('GET', `${zonePath}/example.com.?expandSubcollections=true`);
    assert.equal(zone.json['recordsReference'] === undefined, false);
  },
);

test(
  'one record by REST and by tmsh; what BIND would swallow is refused with its cure',
  { skip },
  async () => {
    const records = `${zonePath}/example.com./records`;
    await create(records, { name: 'new.example.com.:A', data: ['198.18.1.1'] });
    const made = await device.rest.tmsh(
      'modify gtm zone-runner zone example.com. records modify { web.example.com.:A { data replace-all-with { 198.18.1.2 198.18.1.3 } } }',
    );
    assert.equal(made.status, 0, made.output);
    await device.settled();
    assert.deepEqual((await dig(device.port(), 'new.example.com', 'A')).lines, [
      'new.example.com. 300 IN A 198.18.1.1',
    ]);
    assert.equal((await dig(device.port(), 'web.example.com', 'A')).lines.length, 2);
    // A becomes CNAME in one change: named would delete the one and ignore the other.
    const patched = await device.rest.ask('PATCH', `${zonePath}/example.com.`, {
      records: [
        { name: 'example.com.:NS', data: ['ns2.example.net.'] },
        { name: 'new.example.com.:CNAME', data: ['web.example.com.'] },
        { name: 'web.example.com.:A', data: ['198.18.1.9'] },
      ],
    });
    assert.equal(patched.status, 200, patched.text);
    await device.settled();
    assert.deepEqual((await dig(device.port(), 'new.example.com', 'A')).lines, [
      'new.example.com. 300 IN CNAME web.example.com.',
      'web.example.com. 300 IN A 198.18.1.9',
    ]);
    const refused = await device.rest.ask('POST', records, {
      name: 'new.example.com.:A',
      data: ['198.18.1.1'],
    });
    assert.equal(refused.status, 400);
    assert.match(refused.text, /cname-beside: delete the CNAME, or the rest/);
    const last = await device.rest.ask('DELETE', `${records}/example.com.:NS`);
    assert.match(last.text, /no-ns/);
    // Back to what it was, this zone alone.
    const newest = device.rest.store.journal().newest;
    await create(records, { name: 'wrong.example.com.:A', data: ['198.18.1.1'] });
    const back = await device.rest.tmsh(
      `run sys commit rollback to ${newest} object "gtm zone-runner zone example.com."`,
    );
    assert.match(back.output, /by commit \d+: 1 object/);
    await device.settled();
    assert.equal((await dig(device.port(), 'wrong.example.com', 'A')).status, 'NXDOMAIN');
    const dry = await device.rest.ask('POST', `${records}?dryRun=true`, {
      name: 'dry.example.com.:A',
      data: ['198.18.1.1'],
    });
    assert.match(dry.text, /dry\.example\.com\. 300 IN A 198\.18\.1\.1/);
  },
);

test('what is held moves with the record: each change is answered at once', { skip }, async (t) => {
  const changes = 40;
  const records = `${zonePath}/example.com./records`;
  const name = 'moving.example.com.';
  await create(records, { name: `${name}:A`, data: ['198.18.2.254'] });
  await device.settled();
  let seen = '';
  const client = connectDatagrams('127.0.0.1', device.port(), {
    onPacket: (packet) =>
      void (seen = (decodeMessage(packet)?.answers ?? []).map(({ data }) => data.join('.')).join()),
    onError: () => undefined,
  });
  // All the time: what stood before the change is held when it comes.
  const question = queryPacket('moving.example.com', recordType.a);
  const stop = systemClock.every(2, () => client.send(question));
  const delays: number[] = [];
  try {
    for (let change = 0; change < changes; change += 1) {
      const address = `198.18.2.${change}`;
      const body = { data: [address] };
      const answer = await device.rest.ask('PATCH', `${records}/${name}:A`, body);
      const acknowledgedAt = systemClock.monotonicMilliseconds();
      assert.equal(answer.status, 200, answer.text);
      await waitUntil(systemClock, address, limit, () => seen === address, 1);
      delays.push(systemClock.monotonicMilliseconds() - acknowledgedAt);
    }
  } finally {
    stop();
    client.close();
  }
  const sorted = delays.toSorted((a, b) => a - b).map(Math.round);
  const [middle = 0, slowest = 0] = [sorted[changes / 2], sorted.at(-1)];
  t.diagnostic(`${changes} changes, answered ${middle} ms later, one of them ${slowest} ms`);
  const isHeld = (): boolean => device.heldAnswers() > changes;
  await waitUntil(systemClock, 'the count of held answers', limit, isHeld);
  // Without word of the change, each would be held for a second.
  assert.equal(middle < 500, true, sorted.join(' '));
});

test('a CNAME of a static zone leads to a wide IP', { skip }, async () => {
  await create(`${zonePath}/example.com./records`, {
    name: 'app.example.com.:CNAME',
    data: ['app.gslb.example.com.'],
  });
  await device.settled();
  await device.hold(
    snapshot(
      [pool('/Common/p', [member('/Common/s:/Common/v', '198.18.7.7')])],
      [wideIp('app.gslb.example.com', [0])],
    ),
  );
  const answer = await dig(device.port(), 'app.example.com', 'A');
  assert.equal(answer.status, 'NOERROR');
  assert.equal(
    answer.lines.some((line) => line.endsWith('A 198.18.7.7')),
    true,
    answer.lines.join(),
  );
});

test('addresses have their PTR records, as long as they are there', { skip }, async () => {
  await create(zonePath, {
    name: '0.18.198.in-addr.arpa.',
    records: [{ name: '0.18.198.in-addr.arpa.:NS', data: ['ns.example.net.'] }],
  });
  await create(zonePath, {
    name: 'ptr.test.',
    syncPtrs: 'yes',
    records: [
      { name: 'ptr.test.:NS', data: ['ns.example.net.'] },
      { name: 'a.ptr.test.:A', data: ['198.18.0.200'] },
    ],
  });
  const ptr = async (): Promise<readonly string[]> => {
    await device.settled();
    return (await dig(device.port(), '-x', '198.18.0.200')).lines;
  };
  await waitUntil(systemClock, 'the PTR record', limit, async () => (await ptr()).length === 1);
  assert.match((await ptr()).join(), /PTR a\.ptr\.test\.$/);
  await device.rest.ask('DELETE', `${zonePath}/ptr.test./records/a.ptr.test.:A`);
  await waitUntil(systemClock, 'the PTR to go', limit, async () => (await ptr()).length === 0);
});

test('views by client, transfers out by address and key', { skip }, async () => {
  await create('/mgmt/tm/gtm/zone-runner/tsig-key', { name: 'peer.key', secret });
  await create('/mgmt/tm/gtm/zone-runner/view', { name: 'inside', matchClients: ['127.0.0.9/32'] });
  const records = (address: string): Record<string, unknown>[] => [
    { name: 'split.test.:NS', data: ['ns.example.net.'] },
    { name: 'www.split.test.:A', data: [address] },
  ];
  const shared = { transferClients: ['127.0.0.7/32'], transferKeys: ['peer.key'] };
  await create(zonePath, {
    name: 'split.test.',
    ...shared,
    records: records('198.18.5.1'),
  } as never);
  await create(zonePath, {
    name: 'inside:split.test.',
    view: 'inside',
    records: records('198.18.5.2'),
  } as never);
  await device.settled();
  const port = device.port();
  const tcp = device.tcpPort();
  const www = ['www.split.test', 'A'];
  assert.match((await dig(port, ...www)).lines.join(), /198\.18\.5\.1$/);
  assert.match((await dig(port, '-b', '127.0.0.9', ...www)).lines.join(), /198\.18\.5\.2$/);
  assert.match((await dig(tcp, '-b', '127.0.0.9', '+tcp', ...www)).lines.join(), /198\.18\.5\.2$/);
  const axfr = ['split.test', 'AXFR'];
  assert.equal((await dig(tcp, ...axfr)).lines.length, 0, 'nobody in particular');
  assert.equal((await dig(tcp, '-b', '127.0.0.7', ...axfr)).lines.length, 4, 'by its address');
  const key = `hmac-sha256:peer.key:${secret}`;
  const signed = (await dig(tcp, '-y', key, ...axfr)).lines;
  assert.equal(signed.filter((line) => !line.includes('TSIG')).length, 4, 'by the key');
  const wrong = `hmac-sha256:peer.key:${Buffer.from('not the secret').toString('base64')}`;
  assert.equal((await dig(tcp, '-y', wrong, ...axfr)).lines.length, 0, 'by another secret');
  assert.equal(
    (await dig(tcp, '-b', '127.0.0.9', '-y', key, ...axfr)).lines.length,
    0,
    'other view',
  );
});

/** Somebody else's BIND: primary for other.test, forwards nothing, told by us of nothing. */
async function startOther(notify: number): Promise<number> {
  otherFolder = mkdtempSync(join(tmpdir(), 'other-'));
  const port = await findFreePort(systemRandom);
  const write = (name: string, text: string): void => writeFileSync(join(otherFolder, name), text);
  write('other.db', zoneText(1, '198.18.6.1'));
  write(
    'named.conf',
    `key "peer.key" { algorithm hmac-sha256; secret "${secret}"; };
options { directory "${otherFolder}"; pid-file none; lock-file none; session-keyfile none;
  listen-on port ${port} { 127.0.0.1; }; listen-on-v6 { none; }; recursion no; dnssec-validation no;
  allow-transfer { key "peer.key"; }; notify explicit; also-notify { 127.0.0.1 port ${notify}; }; };
controls { };
zone "other.test" { type primary; file "other.db"; };
`,
  );
  other = spawn('named', ['-f', '-n', '1', '-c', join(otherFolder, 'named.conf')], {
    stdio: 'ignore',
  });
  await waitUntil(systemClock, 'the other server', limit, async () => {
    return (await dig(port, 'www.other.test', 'A')).lines.length === 1;
  });
  return port;
}

function zoneText(serial: number, address: string): string {
  return `$TTL 60\n@ SOA ns root ${serial} 3600 60 86400 60\n@ NS ns\nns A 198.18.6.53\nwww A ${address}\n`;
}

test(
  'secondary with TSIG and NOTIFY, stub and forward, created by transfer',
  { skip },
  async () => {
    const port = await startOther(device.port());
    const from = { primaries: ['127.0.0.1'], primaryPort: port, tsigKey: 'peer.key' };
    await create(zonePath, { name: 'other.test.', type: 'secondary', ...from });
    await device.settled();
    const answers = async (address: string): Promise<void> => {
      await waitUntil(systemClock, `www.other.test to be ${address}`, limit, async () => {
        const { lines } = await dig(device.port(), 'www.other.test', 'A');
        return lines.join().endsWith(address);
      });
    };
    await answers('198.18.6.1');
    writeFileSync(join(otherFolder, 'other.db'), zoneText(2, '198.18.6.2'));
    other?.kill('SIGHUP');
    await answers('198.18.6.2');
    const copied = await runCommand('import', {
      name: 'copy:other.test',
      ...(await copyView()),
      server: '127.0.0.1',
      port,
      'tsig-key': 'peer.key',
    });
    assert.match(copied, /3 records imported/);
    const without = await device.rest.ask('POST', '/mgmt/tm/gtm/zone-runner/import', {
      command: 'run',
      name: 'copy:other.test',
      server: '127.0.0.1',
      port,
    });
    assert.match(without.text, /cannot be transferred: .*REFUSED/);
    await create(zonePath, {
      name: 'copy:x.test.',
      view: 'copy',
      type: 'forward',
      forwarders: ['127.0.0.1'],
    });
    await device.settled();
  },
);

async function copyView(): Promise<Record<string, never>> {
  await create('/mgmt/tm/gtm/zone-runner/view', { name: 'copy', matchClients: ['127.0.0.11/32'] });
  return {};
}

test('signed zones answer with signatures', { skip }, async () => {
  await create(zonePath, {
    name: 'signed.test.',
    dnssecPolicy: 'nsec3',
    records: [
      { name: 'signed.test.:NS', data: ['ns.example.net.'] },
      { name: 'www.signed.test.:A', data: ['198.18.8.1'] },
    ],
  });
  await device.settled();
  const words = ['+dnssec', 'www.signed.test', 'A'];
  await waitUntil(systemClock, 'a signature', limit, async () => {
    return (await dig(device.port(), ...words)).lines.some((line) => line.includes('RRSIG'));
  });
  const { json } = await device.rest.ask('GET', '/mgmt/tm/gtm/zone-runner/dnssec-key/signed.test.');
  const signed = (await dig(device.port(), ...words)).lines.find((line) => line.includes('RRSIG'));
  // One key signs, the one that the group has: its tag is the seventh word of the data.
  assert.equal(signed?.split(' ')[10], String(json['keyTag']), signed ?? '');
  assert.match(String(json['privateFile']), /^\$M\$/, 'sealed');
  assert.match(String(json['ds']), new RegExp(`^${json['keyTag']} 13 2 [0-9A-F]{64}$`));
  await create(`${zonePath}/signed.test./records`, {
    name: 'b.signed.test.:A',
    data: ['198.18.8.2'],
  });
  await device.settled();
  assert.match((await dig(device.port(), 'b.signed.test', 'A')).lines.join(), /198\.18\.8\.2/);
});

test('a BIND is taken over from its archive, with a report', { skip }, async () => {
  const conf = `options { directory "/etc/bind"; };
key "peer2" { algorithm hmac-sha256; secret "${secret}"; };
acl friends { 192.0.2.0/24; };
// a comment
zone "localhost" { type master; file "/etc/bind/db.local"; };
zone "taken.test" { type master; file "zones/db.taken"; allow-transfer { friends; key peer2; }; };
zone "bad.test" { type master; file "zones/db.bad"; };
zone "gone.test" { type master; file "zones/db.gone"; };
zone "slave.test" { type slave; masters { 192.0.2.53; }; file "slave.db"; };
logging { };
`;
  const files: Readonly<Record<string, string>> = {
    'etc/bind/named.conf': conf,
    'etc/bind/zones/db.taken': zoneText(5, '198.18.9.1'),
    'etc/bind/zones/db.bad': `${zoneText(5, '198.18.9.1')}www CNAME x\n$INCLUDE /etc/passwd\n`,
  };
  const entries = Object.entries(files).map(([name, text]) => ({ name, bytes: Buffer.from(text) }));
  const archive = await packArchive(entries, { isCompressed: true, time: 0 });
  const uploads = join(device.rest.paths.files, 'var/config/rest/downloads');
  mkdirSync(uploads, { recursive: true });
  writeFileSync(join(uploads, 'bind.tgz'), archive);
  const file = '/var/config/rest/downloads/bind.tgz';
  const report = (await runCommand('import-config', { file })).split('\n');
  const about = (text: string): string => report.filter((line) => line.includes(text)).join('\n');
  assert.match(
    about('taken.test'),
    /^taken +zone taken\.test of view external \(primary\): 3 record/m,
  );
  assert.match(about('bad.test'), /^refused .*file-directive/m);
  assert.match(about('gone.test'), /not in the archive/);
  assert.match(about('slave.test'), /^taken .*\(secondary\)/m);
  assert.match(about('localhost'), /every name server has it/);
  assert.match(about('logging'), /^ignored /);
  await device.settled();
  assert.match((await dig(device.port(), 'www.taken.test', 'A')).lines.join(), /198\.18\.9\.1$/);
  const outside = await device.rest.ask('POST', '/mgmt/tm/gtm/zone-runner/import-config', {
    command: 'run',
    file: '/var/config/rest/downloads/../../../../etc/passwd',
  });
  assert.equal(outside.status, 400, outside.text);
});

test(
  'named killed in a loop under updates: nothing that was applied is lost',
  { skip },
  async () => {
    const rounds = process.env['EVENKEEL_TEST_LONG'] === undefined ? 6 : 60;
    await create(zonePath, {
      name: 'loop.test.',
      records: [{ name: 'loop.test.:NS', data: ['ns.example.net.'] }],
    });
    for (let round = 0; round < rounds; round += 1) {
      const name = `r${round}.loop.test.`;
      const adding = create(`${zonePath}/loop.test./records`, {
        name: `${name}:A`,
        data: ['198.18.9.9'],
      });
      if (round % 2 === 0) device.killNamed();
      await adding;
      await device.settled();
      if (round % 3 === 0) device.killNamed();
    }
    await waitUntil(systemClock, 'every record to be there', limit, async () => {
      const found = await Promise.all(
        Array.from({ length: rounds }, (_, round) =>
          dig(device.port(), `r${round}.loop.test`, 'A'),
        ),
      );
      return found.every(({ lines }) => lines.length === 1);
    });
  },
);
