import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { ResourceRecord } from '../base/dns/message.ts';
import { nameLabels } from '../base/dns/name.ts';
import type { Properties } from '../catalogue/types.ts';
import { decideUpdate, updateCode } from './dynamic-update.ts';
import { dataBytes, parseData } from './rdata.ts';
import { typeEntry } from './records/types.ts';
import { serialOf } from './serial.ts';
import { readZone, zoneComponent } from './zone.ts';

const version = { wall: Date.UTC(2026, 0, 1), counter: 0 };
const records: readonly Properties[] = [
  { name: 'z.test.:NS', data: ['ns1.example.net.', 'ns2.example.net.'] },
  { name: 'www.z.test.:A', ttl: 60, data: ['198.18.0.1', '198.18.0.2'] },
  { name: 'www.z.test.:TXT', data: ['a'] },
  { name: 'c.z.test.:CNAME', data: ['www.z.test.'] },
];
const properties = { records };
const stored = { component: zoneComponent, name: 'z.test.', properties, generation: 0, version };
const { zone } = readZone({ component: zoneComponent, name: 'z.test.', properties, stored });

const none = 254;
const any = 255;
function rr(name: string, type: string, data = '', ttl = 0, inClass = 1): ResourceRecord {
  const number = type === 'ANY' ? 255 : type === 'SOA' ? 6 : typeEntry(type).number;
  const parsed = data === '' ? undefined : parseData(type, data);
  const bytes =
    parsed !== undefined && 'data' in parsed ? dataBytes(parsed.data) : new Uint8Array();
  return { name, type: number, class: inClass, ttl, data: bytes };
}

/** What it comes to: operations in a few words, or the code. */
function outcome(updates: readonly ResourceRecord[], answers: readonly ResourceRecord[] = []) {
  const message = {
    id: 1,
    flags: 0,
    questions: [],
    answers,
    authorities: updates,
    additionals: [],
  };
  const verdict = decideUpdate(zone, message, version);
  if ('code' in verdict) return verdict.code;
  return verdict.operations.map((operation) => {
    const item = 'item' in operation ? operation.item : '';
    const { data = [], ttl = '' } = 'properties' in operation ? (operation.properties ?? {}) : {};
    return `${operation.kind} ${item} ${String(ttl)} ${String(data)}`.trim();
  });
}

test('records are added, changed and deleted as RFC 2136 says', () => {
  const cases: readonly [string, readonly ResourceRecord[], readonly string[]][] = [
    ['new', [rr('n.z.test', 'A', '198.18.0.9', 30)], ['create-item n.z.test.:A 30 198.18.0.9']],
    [
      'as the zone',
      [rr('n.z.test', 'A', '198.18.0.9', 3600)],
      ['create-item n.z.test.:A  198.18.0.9'],
    ],
    [
      'one more, and its TTL for all',
      [rr('WWW.z.test', 'A', '198.18.0.3', 90)],
      ['modify-item www.z.test.:A 90 198.18.0.1,198.18.0.2,198.18.0.3'],
    ],
    ['as it is', [rr('www.z.test', 'A', '198.18.0.2', 60)], []],
    [
      'another CNAME',
      [rr('c.z.test', 'CNAME', 'x.z.test.', 3600)],
      ['modify-item c.z.test.:CNAME 3600 x.z.test.'],
    ],
    [
      'one less',
      [rr('www.z.test', 'A', '198.18.0.1', 0, none)],
      ['modify-item www.z.test.:A 60 198.18.0.2'],
    ],
    ['one that is not there', [rr('www.z.test', 'A', '198.18.0.7', 0, none)], []],
    ['a set', [rr('www.z.test', 'A', '', 0, any)], ['delete-item www.z.test.:A']],
    [
      'a name',
      [rr('www.z.test', 'ANY', '', 0, any)],
      ['delete-item www.z.test.:A', 'delete-item www.z.test.:TXT'],
    ],
    [
      'the top',
      [
        rr('z.test', 'ANY', '', 0, any),
        rr('z.test', 'NS', '', 0, any),
        rr('z.test', 'SOA', '', 0, any),
      ],
      [],
    ],
    [
      'the last name server stays',
      [
        rr('z.test', 'NS', 'ns1.example.net.', 0, none),
        rr('z.test', 'NS', 'ns2.example.net.', 0, none),
      ],
      ['modify-item z.test.:NS 3600 ns2.example.net.'],
    ],
    [
      'one for another',
      [rr('www.z.test', 'A', '', 0, any), rr('www.z.test', 'A', '198.18.0.5', 60)],
      ['modify-item www.z.test.:A 60 198.18.0.5'],
    ],
  ];
  for (const [label, updates, expected] of cases)
    assert.deepEqual(outcome(updates), expected, label);
});

function soa(serial: number, name = 'z.test'): ResourceRecord {
  const numbers = Buffer.alloc(20);
  for (const [index, one] of [serial, 7200, 900, 86_400, 60].entries()) {
    numbers.writeUInt32BE(one, index * 4);
  }
  const names = ['ns2.example.net', String.raw`dns\.team.z.test`].map((one) =>
    Buffer.concat(
      [...(nameLabels(one) ?? []), []]
        .flatMap((label) => [[label.length], label])
        .map((part) => Uint8Array.from(part)),
    ),
  );
  return { name, type: 6, class: 1, ttl: 60, data: Buffer.concat([...names, numbers]) };
}

test('a later SOA is taken into the properties of the zone, and serials go on from it', () => {
  const message = { id: 1, flags: 0, questions: [], answers: [], additionals: [] };
  const after = (record: ResourceRecord): unknown => {
    const verdict = decideUpdate(zone, { ...message, authorities: [record] }, version);
    return 'operations' in verdict ? verdict.operations : verdict;
  };
  const wanted = (offset: number): unknown => [
    {
      kind: 'modify',
      component: zoneComponent,
      name: 'z.test.',
      properties: {
        'primary-server': 'ns2.example.net.',
        'admin-email': 'dns.team@z.test.',
        refresh: 7200,
        retry: 900,
        expire: 86_400,
        'negative-ttl': 60,
        'serial-offset': offset,
      },
    },
  ];
  const next = zone.serial + 1_000;
  assert.deepEqual(after(soa(next)), wanted(1_000));
  assert.equal(serialOf(version, 1_000), next);
  assert.deepEqual(after(soa(zone.serial)), [], 'not later');
  assert.deepEqual(after(soa(next, 'www.z.test')), [], 'of another name');
  const later = { wall: version.wall + 3_600_000, counter: 0 };
  const verdict = decideUpdate(zone, { ...message, authorities: [soa(zone.serial + 1)] }, later);
  assert.deepEqual('operations' in verdict && verdict.operations, wanted(1), 'time is ahead of it');
});

test('prerequisites hold or nothing is done', () => {
  const update = [rr('n.z.test', 'A', '198.18.0.9', 3600)];
  const done = ['create-item n.z.test.:A  198.18.0.9'];
  const cases: readonly [ResourceRecord, number | readonly string[]][] = [
    [rr('www.z.test', 'ANY', '', 0, any), done],
    [rr('no.z.test', 'ANY', '', 0, any), updateCode.nxdomain],
    [rr('www.z.test', 'ANY', '', 0, none), updateCode.yxdomain],
    [rr('no.z.test', 'ANY', '', 0, none), done],
    [rr('www.z.test', 'A', '', 0, any), done],
    [rr('www.z.test', 'AAAA', '', 0, any), updateCode.nxrrset],
    [rr('www.z.test', 'A', '', 0, none), updateCode.yxrrset],
    [rr('z.test', 'SOA', '', 0, any), done],
    [rr('www.z.test', 'TXT', 'a'), done],
    [rr('www.z.test', 'TXT', 'b'), updateCode.nxrrset],
    [rr('www.z.test', 'A', '198.18.0.1'), updateCode.nxrrset],
    [rr('www.z.test', 'A', '198.18.0.1', 5), updateCode.formerr],
    [rr('www.z.test', 'A', '', 0, 3), updateCode.formerr],
    [rr('www.else.test', 'A', '', 0, any), updateCode.notzone],
  ];
  for (const [condition, expected] of cases) {
    const label = `${condition.name} ${condition.type} ${condition.class}`;
    assert.deepEqual(outcome(update, [condition]), expected, label);
  }
  const both = [rr('www.z.test', 'A', '198.18.0.2'), rr('www.z.test', 'A', '198.18.0.1')];
  assert.deepEqual(outcome(update, both), done);
});

test('what makes no sense, or is not for others to say, is refused whole', () => {
  const fine = rr('n.z.test', 'A', '198.18.0.9', 60);
  const cases: readonly [ResourceRecord, number][] = [
    [rr('x.else.test', 'A', '198.18.0.9', 60), updateCode.notzone],
    [{ ...fine, data: Uint8Array.of(1, 2) }, updateCode.formerr],
    [{ ...fine, class: 7 }, updateCode.formerr],
    [{ ...fine, class: none }, updateCode.formerr],
    [{ ...fine, class: any, ttl: 0 }, updateCode.formerr],
    [{ ...fine, type: 252 }, updateCode.formerr],
    [{ ...fine, type: 6 }, updateCode.formerr],
    [{ ...fine, type: 48 }, updateCode.refused],
    [{ ...fine, name: 'a;b.z.test' }, updateCode.refused],
  ];
  for (const [bad, code] of cases) assert.equal(outcome([fine, bad]), code, JSON.stringify(bad));
});
