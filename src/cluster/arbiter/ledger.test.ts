import assert from 'node:assert/strict';
import { test } from 'node:test';
import { decodeAnswer, encodeRound } from './etcd.ts';
import {
  type ArbiterRecord,
  type ArbiterRound,
  concludeRound,
  type Ledger,
  newLedger,
  planRound,
} from './ledger.ts';

const patience = 400;
const claim = { group: 'one', term: 3 };

function recordOf(holder: string, revision: number, successor = ''): ArbiterRecord {
  return { group: 'one', holder, instance: 7, term: 2, successor, revision };
}

/** The ledger of device a after it read `record` at `now`. */
function read(ledger: Ledger, record: ArbiterRecord | undefined, now: number): Ledger {
  const answer = { written: [], records: record === undefined ? [] : [record] };
  return concludeRound(ledger, { sentAt: now, writes: [] }, answer, ['one'], now)[0];
}

const fresh = newLedger('a', 7, patience);

test('what another holds is taken only after it stood unchanged for the time of detection', () => {
  let ledger = read(fresh, recordOf('b', 5), 1000);
  assert.equal(planRound(ledger, [claim], [], 1399).writes.length, 0);
  ledger = read(ledger, recordOf('b', 6), 1390);
  assert.equal(planRound(ledger, [claim], [], 1500).writes.length, 0, 'it was written since');
  ledger = read(ledger, recordOf('b', 6), 1700);
  const [write] = planRound(ledger, [claim], [], 1790).writes;
  assert.deepEqual([write?.revision, write?.value.holder], [6, 'a']);
});

test('a record that is not there, or of an earlier run, has to be waited for as well', () => {
  const none = read(fresh, undefined, 1000);
  assert.equal(planRound(none, [claim], [], 1399).writes.length, 0);
  assert.equal(planRound(none, [claim], [], 1400).writes[0]?.revision, 0);
  const earlier = read(fresh, { ...recordOf('a', 5), instance: 6 }, 1000);
  assert.equal(planRound(earlier, [claim], [], 1200).writes.length, 0);
});

test('nothing is written before the records were read once', () => {
  assert.equal(planRound(fresh, [claim], [], 100_000).writes.length, 0);
});

test('what was given up is there for the successor at once, for others later', () => {
  const given = read(fresh, recordOf('', 5, 'a'), 1000);
  assert.equal(planRound(given, [claim], [], 1000).writes.length, 1);
  const foreign = read(fresh, recordOf('', 5, 'c'), 1000);
  assert.equal(planRound(foreign, [claim], [], 1000).writes.length, 0);
  assert.equal(planRound(foreign, [claim], [], 1400).writes.length, 1);
});

test('only what is held is given up, and an acknowledgement counts from the sending', () => {
  const own = read(fresh, recordOf('a', 5), 1000);
  const [release] = planRound(own, [], [{ group: 'one', successor: 'b' }], 1001).writes;
  assert.deepEqual([release?.value.holder, release?.value.successor], ['', 'b']);
  const other = read(fresh, recordOf('b', 5), 1000);
  assert.equal(planRound(other, [], [{ group: 'one', successor: 'b' }], 9000).writes.length, 0);
  const round = planRound(own, [claim], [], 1010);
  const answer = { written: ['one'], records: [recordOf('a', 6)] };
  const [, acknowledged] = concludeRound(own, round, answer, ['one'], 1200);
  assert.deepEqual(acknowledged, [{ group: 'one', sentAt: 1010 }]);
});

const round: ArbiterRound = {
  sentAt: 0,
  writes: [
    { group: 'one', revision: 4, value: { holder: 'a', instance: 7, term: 3, successor: '' } },
  ],
};

test('a round is one transaction: each write under its own condition, then all records', () => {
  const body = JSON.parse(encodeRound('/p/', round, '12')) as {
    success: { request_txn?: { compare: object[] }; request_range?: object }[];
  };
  assert.deepEqual(body.success[0]?.request_txn?.compare, [
    { key: btoa('/p/one'), target: 'MOD', result: 'EQUAL', mod_revision: '4' },
  ]);
  assert.deepEqual(body.success[1], {
    request_range: { key: btoa('/p/'), range_end: btoa('/p0') },
  });
});

test('an answer is read; one that does not fit the round is none', () => {
  const pair = {
    key: btoa('/p/one'),
    mod_revision: '5',
    value: btoa('{"holder":"a","instance":7,"term":3,"successor":""}'),
  };
  const answer = (succeeded: boolean, pairs: object[]): string =>
    JSON.stringify({
      responses: [{ response_txn: { succeeded } }, { response_range: { kvs: pairs } }],
    });
  const read = decodeAnswer('/p/', round, answer(true, [pair]));
  assert.deepEqual(read, { written: ['one'], records: [{ ...recordOf('a', 5), term: 3 }] });
  assert.deepEqual(decodeAnswer('/p/', round, answer(false, []))?.written, []);
  const strange = decodeAnswer('/p/', round, answer(true, [{ ...pair, value: btoa('[]') }]));
  assert.equal(strange?.records[0]?.holder, 'unknown', 'nobody of us: to be waited for');
  for (const text of ['', '{}', 'null', '{"responses":[{}]}', '{"responses":[{},{}]}']) {
    assert.equal(decodeAnswer('/p/', round, text), undefined, text);
  }
});
